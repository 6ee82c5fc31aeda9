//! A member's identity: the Ed25519 key that signs and the KEM key that grants are sealed to, bound
//! to one vault and its genesis.

use domain::ids::{MemberId, VaultId};
use ed25519_dalek::hazmat::{self, ExpandedSecretKey};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha512};
use zeroize::Zeroizing;

use crate::entropy::EntropyError;
use crate::labels;
use crate::memory::Key;
use crate::signature::{Signature, SigningPurpose, VerifyingKey, signed_bytes};
use crate::suite::{Recipient, RecipientKey};

/// Signing seed 32 ‖ KEM seed 32 ‖ vault id 16 ‖ member id 16 ‖ genesis hash 32.
pub(crate) const IDENTITY_BYTES: usize = 128;

/// Who a member is, to the vault.
///
/// No `Clone`, `Debug` or `Serialize`: it can sign as the member and open the member's grant.
///
/// ```compile_fail
/// fn clone_it(identity: vault::identity::Identity) { let _ = identity.clone(); }
/// ```
/// ```compile_fail
/// fn show_it(identity: vault::identity::Identity) { let _ = format!("{identity:?}"); }
/// ```
/// ```compile_fail
/// fn send_it(identity: vault::identity::Identity) { let _ = serde_json::to_string(&identity); }
/// ```
pub struct Identity {
    signing_key: SigningKey,
    recipient_key: RecipientKey,
    vault: VaultId,
    member: MemberId,
    genesis_hash: [u8; 32],
}

/// What an identity authenticates or recognises by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MacPurpose {
    /// The key of what was walked of a vault's log on this device.
    DeviceLog,
    /// The place that a file without ids was imported from.
    ImportOrigin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("These bytes were not written under this identity.")]
pub struct MacError;

/// The two seeds of an identity that has no genesis yet.
pub(crate) struct NewIdentity {
    signing_key: SigningKey,
    recipient_key: RecipientKey,
}

impl NewIdentity {
    pub(crate) fn generate() -> Result<Self, EntropyError> {
        Ok(Self {
            signing_key: SigningKey::of(Key::generate()?),
            recipient_key: RecipientKey::generate()?,
        })
    }

    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        self.signing_key.verifying_key()
    }

    pub(crate) fn recipient(&self) -> Recipient {
        self.recipient_key.recipient()
    }

    pub(crate) fn bind(self, vault: VaultId, member: MemberId, genesis_hash: [u8; 32]) -> Identity {
        let Self {
            signing_key,
            recipient_key,
        } = self;
        Identity {
            signing_key,
            recipient_key,
            vault,
            member,
            genesis_hash,
        }
    }
}

impl Identity {
    pub fn vault_id(&self) -> VaultId {
        self.vault
    }

    pub fn member_id(&self) -> MemberId {
        self.member
    }

    /// What this member's trust in Owner keys starts from.
    pub fn genesis_hash(&self) -> [u8; 32] {
        self.genesis_hash
    }

    pub fn verifying_key(&self) -> VerifyingKey {
        self.signing_key.verifying_key()
    }

    /// `Ed25519[signing key](label ‖ vault id ‖ message)`
    pub fn sign(&self, purpose: SigningPurpose, message: &[u8]) -> Signature {
        self.signing_key
            .sign(&signed_bytes(purpose, self.vault, message))
    }

    /// `HMAC-SHA-256[HKDF-SHA-256[-, label ‖ vault id ‖ member id](signing seed)](message)`
    pub fn mac(&self, purpose: MacPurpose, message: &[u8]) -> [u8; 32] {
        self.keyed_mac(purpose, message)
            .finalize()
            .into_bytes()
            .into()
    }

    /// Compares in constant time.
    pub fn verify_mac(
        &self,
        purpose: MacPurpose,
        message: &[u8],
        tag: &[u8; 32],
    ) -> Result<(), MacError> {
        self.keyed_mac(purpose, message)
            .verify(tag.into())
            .map_err(|_| MacError)
    }

    /// The same member once more, for a session that takes the place of this one's.
    pub(crate) fn copy(&self) -> Identity {
        Identity::dangerous_from_bytes(&self.dangerous_expose_bytes())
    }

    pub(crate) fn recipient(&self) -> Recipient {
        self.recipient_key.recipient()
    }

    pub(crate) fn recipient_key(&self) -> &RecipientKey {
        &self.recipient_key
    }

    /// The bytes that a slot seals. They are the identity: whoever has them is the member. For
    /// slots, and for tests that open a vault without a password.
    pub fn dangerous_expose_bytes(&self) -> Zeroizing<[u8; IDENTITY_BYTES]> {
        let mut bytes = Zeroizing::new([0; IDENTITY_BYTES]);
        bytes[..32].copy_from_slice(self.signing_key.seed.expose_bytes());
        bytes[32..64].copy_from_slice(self.recipient_key.expose_seed());
        bytes[64..80].copy_from_slice(&self.vault.to_bytes());
        bytes[80..96].copy_from_slice(&self.member.to_bytes());
        bytes[96..].copy_from_slice(&self.genesis_hash);
        bytes
    }

    pub fn dangerous_from_bytes(bytes: &[u8; IDENTITY_BYTES]) -> Self {
        Self {
            signing_key: SigningKey::of(Key::build_with(|seed| {
                seed.copy_from_slice(&bytes[..32]);
            })),
            recipient_key: RecipientKey::build_with(|seed| seed.copy_from_slice(&bytes[32..64])),
            vault: VaultId::from_bytes(take(bytes, 64)),
            member: MemberId::from_bytes(take(bytes, 80)),
            genesis_hash: take(bytes, 96),
        }
    }

    fn keyed_mac(&self, purpose: MacPurpose, message: &[u8]) -> Hmac<Sha256> {
        let label = match purpose {
            MacPurpose::DeviceLog => labels::MAC_DEVICE_LOG,
            MacPurpose::ImportOrigin => labels::MAC_IMPORT_ORIGIN,
        };
        let info = [label, &self.vault.to_bytes(), &self.member.to_bytes()].concat();
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(None, self.signing_key.seed.expose_bytes())
            .expand(&info, key.as_mut_slice())
            .expect("32 bytes are one block of HKDF-SHA-256");
        let mut mac =
            Hmac::<Sha256>::new_from_slice(key.as_slice()).expect("HMAC takes a key of any length");
        mac.update(message);
        mac
    }
}

/// The seed with the public key that follows from it: deriving that costs as much as a signature.
struct SigningKey {
    seed: Key<32>,
    /// Boxed, so that an identity stays small to move.
    public: Box<ed25519_dalek::VerifyingKey>,
}

impl SigningKey {
    fn of(seed: Key<32>) -> Self {
        let public = ed25519_dalek::SigningKey::from_bytes(seed.expose_bytes()).verifying_key();
        Self {
            seed,
            public: Box::new(public),
        }
    }

    fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey::from_bytes(self.public.to_bytes())
    }

    /// What the seed expands to lives for one signature and wipes itself. A public key of another seed would give the
    /// seed away; `of` is the only place that puts the two together.
    fn sign(&self, message: &[u8]) -> Signature {
        let expanded = ExpandedSecretKey::from(self.seed.expose_bytes());
        let signature = hazmat::raw_sign::<Sha512>(&expanded, message, &self.public);
        Signature::from_bytes(signature.to_bytes())
    }
}

fn take<const N: usize>(bytes: &[u8; IDENTITY_BYTES], start: usize) -> [u8; N] {
    std::array::from_fn(|place| bytes[start + place])
}
