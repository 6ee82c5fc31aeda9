//! Suite 2: HPKE (RFC 9180) in base mode with X-Wing (0x647a), HKDF-SHA256 (0x0001) and
//! ChaCha20-Poly1305 (0x0003), the suite that age's post-quantum recipients use.
//!
//! `hpke[recipient, info](plaintext) = encapsulated key ‖ ciphertext`, one message, empty
//! associated data.

use std::convert::Infallible;

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use zeroize::{Zeroize, Zeroizing};

use crate::aead::OpenError;
use crate::entropy::{self, EntropyError};
use crate::memory::Key;

/// The suite that a new vault writes, and the only one that this format version reads.
pub(crate) const SUITE: u8 = 2;

pub(crate) const RECIPIENT_BYTES: usize = 1216;
const ENCAPSULATED_KEY_BYTES: usize = 1120;
/// The random bytes of one X-Wing encapsulation.
const EPHEMERAL_BYTES: usize = 64;

/// A public key to which something can be sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient(Box<[u8; RECIPIENT_BYTES]>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("This is no public key of suite 2.")]
pub struct RecipientError;

impl Recipient {
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, RecipientError> {
        <XWing as Kem>::PublicKey::from_bytes(bytes).map_err(|_| RecipientError)?;
        let bytes: [u8; RECIPIENT_BYTES] = bytes.try_into().map_err(|_| RecipientError)?;
        Ok(Self(Box::new(bytes)))
    }

    pub(crate) fn as_bytes(&self) -> &[u8; RECIPIENT_BYTES] {
        &self.0
    }

    pub(crate) fn seal(&self, info: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, EntropyError> {
        Ok(self.seal_with_ephemeral(entropy::generate_secret_bytes()?, info, plaintext))
    }

    pub(crate) fn seal_with_ephemeral(
        &self,
        ephemeral: Zeroizing<[u8; EPHEMERAL_BYTES]>,
        info: &[u8],
        plaintext: &[u8],
    ) -> Vec<u8> {
        let public_key = <XWing as Kem>::PublicKey::from_bytes(self.as_bytes())
            .expect("from_bytes and public_key let valid keys only into a Recipient");
        let (encapsulated_key, ciphertext) =
            hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, XWing>(
                &OpModeS::Base,
                &public_key,
                info,
                plaintext,
                &[],
                &mut Ephemeral(ephemeral),
            )
            .expect("base mode fails for an exhausted message counter only, and this is message 0");
        [encapsulated_key.to_bytes().as_slice(), &ciphertext].concat()
    }
}

/// The private half: X-Wing's seed of 32 bytes.
pub(crate) struct RecipientKey(Key<32>);

impl RecipientKey {
    pub(crate) fn generate() -> Result<Self, EntropyError> {
        Ok(Self(Key::generate()?))
    }

    pub(crate) fn build_with(fill: impl FnOnce(&mut [u8; 32])) -> Self {
        Self(Key::build_with(fill))
    }

    pub(crate) fn expose_seed(&self) -> &[u8; 32] {
        self.0.expose_bytes()
    }

    pub(crate) fn recipient(&self) -> Recipient {
        let public_key = XWing::sk_to_pk(&self.private_key()).to_bytes();
        Recipient(Box::new(public_key.into()))
    }

    pub(crate) fn open(&self, info: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let (encapsulated_key, ciphertext) = sealed
            .split_at_checked(ENCAPSULATED_KEY_BYTES)
            .ok_or(OpenError)?;
        let encapsulated_key =
            <XWing as Kem>::EncappedKey::from_bytes(encapsulated_key).map_err(|_| OpenError)?;
        hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
            &OpModeR::Base,
            &self.private_key(),
            &encapsulated_key,
            info,
            ciphertext,
            &[],
        )
        .map(Zeroizing::new)
        .map_err(|_| OpenError)
    }

    fn private_key(&self) -> <XWing as Kem>::PrivateKey {
        <XWing as Kem>::PrivateKey::from_bytes(self.0.expose_bytes())
            .expect("every 32 bytes are a seed of X-Wing")
    }
}

/// Hands the bytes drawn beforehand to the one encapsulation that asks for them, so that a silent
/// random number generator is an error and not a panic inside `hpke`.
struct Ephemeral(Zeroizing<[u8; EPHEMERAL_BYTES]>);

impl TryRng for Ephemeral {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unreachable!("X-Wing draws its randomness in one piece")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!("X-Wing draws its randomness in one piece")
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.copy_from_slice(self.0.as_slice());
        self.0.zeroize();
        Ok(())
    }
}

impl TryCryptoRng for Ephemeral {}
