//! Exports protected with a password: a key derived from it, stretched, and AES-256-CBC with HMAC-SHA256 around the JSON.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::secret_text::SecretText;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::cbc::decrypt_cbc;
use crate::error::ImportError;
use crate::format::Format;
use crate::limits::{
    ARGON2_LANES_MAX, ARGON2_MIB_MAX, ARGON2_MIB_TIMES_PASSES_MAX, ARGON2_PASSES_MAX,
    PBKDF2_ITERATIONS_MAX, PBKDF2_ITERATIONS_MIN,
};

const ACCOUNT_RESTRICTED: &str = "This Bitwarden export is encrypted for the account that made it, so nothing else can read it. Export again in the format .json, or .json (Encrypted) with Password protected.";
const DAMAGED: &str = "what Bitwarden encrypted is not in the form it writes.";
const ARGON2_MIB_MIN: u64 = 16;
const ARGON2_PASSES_MIN: u64 = 2;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    encrypted: Option<bool>,
    password_protected: Option<bool>,
    #[serde(borrow)]
    salt: Option<std::borrow::Cow<'a, str>>,
    kdf_type: Option<u64>,
    kdf_iterations: Option<u64>,
    /// In MiB.
    kdf_memory: Option<u64>,
    kdf_parallelism: Option<u64>,
    #[serde(borrow, rename = "encKeyValidation_DO_NOT_EDIT")]
    validation: Option<std::borrow::Cow<'a, str>>,
    #[serde(borrow)]
    data: Option<std::borrow::Cow<'a, str>>,
}

/// The keys of one export.
struct Keys {
    encryption: Zeroizing<[u8; 32]>,
    mac: Zeroizing<[u8; 32]>,
}

/// The plain JSON of a protected export; none where the text is plain itself.
pub(super) fn open(
    text: &str,
    password: Option<&SecretText>,
) -> Result<Option<Zeroizing<String>>, ImportError> {
    if !text.trim_start().starts_with('{') {
        return Err(ImportError::Json { line: 1, column: 1 });
    }
    let envelope: Envelope = serde_json::from_str(text).map_err(|error| ImportError::Json {
        line: error.line(),
        column: error.column(),
    })?;
    if envelope.encrypted != Some(true) {
        return Ok(None);
    }
    if envelope.password_protected != Some(true) {
        return Err(ImportError::Unsupported(ACCOUNT_RESTRICTED));
    }
    let kdf = Kdf::parse(&envelope)?;
    let format = Format::Bitwarden;
    let password = password.ok_or(ImportError::PasswordNeeded { format })?;
    let (Some(salt), Some(validation), Some(data)) =
        (&envelope.salt, &envelope.validation, &envelope.data)
    else {
        return Err(ImportError::Damaged(DAMAGED));
    };
    let keys = kdf.derive(password, salt)?;
    let validation = EncString::parse(validation)?;
    if !validation.is_of(&keys) {
        return Err(ImportError::WrongPassword { format });
    }
    let data = EncString::parse(data)?;
    if !data.is_of(&keys) {
        return Err(ImportError::Damaged(
            "its data were changed after Bitwarden wrote them.",
        ));
    }
    let plain = decrypt_cbc(&keys.encryption, &data.iv, &data.sealed)
        .map_err(|_| ImportError::Damaged(DAMAGED))?;
    let text = std::str::from_utf8(&plain).map_err(|error| ImportError::NotText {
        at: error.valid_up_to(),
    })?;
    Ok(Some(Zeroizing::new(text.to_owned())))
}

enum Kdf {
    Pbkdf2 { iterations: u32 },
    Argon2id(Params),
}

impl Kdf {
    /// What the file asks for, as far as it is bearable and not weaker than Bitwarden allows.
    fn parse(envelope: &Envelope<'_>) -> Result<Kdf, ImportError> {
        let iterations = envelope.kdf_iterations.unwrap_or_default();
        match envelope.kdf_type {
            Some(0) => {
                let range = (PBKDF2_ITERATIONS_MIN, PBKDF2_ITERATIONS_MAX);
                let iterations = within("PBKDF2 iterations", iterations, range)?;
                Ok(Kdf::Pbkdf2 { iterations })
            }
            Some(1) => {
                let mib = envelope.kdf_memory.unwrap_or_default();
                let lanes = envelope.kdf_parallelism.unwrap_or_default();
                within("MiB of memory", mib, (ARGON2_MIB_MIN, ARGON2_MIB_MAX))?;
                let passes = (ARGON2_PASSES_MIN, ARGON2_PASSES_MAX);
                let passes = within("Argon2 passes", iterations, passes)?;
                let lanes = within("Argon2 lanes", lanes, (1, ARGON2_LANES_MAX))?;
                let work = mib.saturating_mul(iterations);
                let most = (0, ARGON2_MIB_TIMES_PASSES_MAX);
                within("MiB of memory times passes", work, most)?;
                let kib = u32::try_from(mib.saturating_mul(1024))
                    .map_err(|_| ImportError::Damaged(DAMAGED))?;
                let params = Params::new(kib, passes, lanes, Some(32))
                    .map_err(|_| ImportError::Damaged(DAMAGED))?;
                Ok(Kdf::Argon2id(params))
            }
            _ => Err(ImportError::Unsupported(
                "The export's key is derived in a way that is not known here. Export it again without encryption.",
            )),
        }
    }

    /// The salt is the text as it stands in the file; its Base64 is not decoded.
    fn derive(&self, password: &SecretText, salt: &str) -> Result<Keys, ImportError> {
        let password = password.expose_text().as_bytes();
        let mut key = Zeroizing::new([0_u8; 32]);
        match self {
            Kdf::Pbkdf2 { iterations } => pbkdf2::pbkdf2_hmac::<Sha256>(
                password,
                salt.as_bytes(),
                *iterations,
                key.as_mut_slice(),
            ),
            Kdf::Argon2id(params) => {
                let salt = Sha256::digest(salt.as_bytes());
                Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
                    .hash_password_into(password, &salt, key.as_mut_slice())
                    .map_err(|_| ImportError::Damaged(DAMAGED))?;
            }
        }
        Ok(Keys {
            encryption: stretch(&key, b"enc\x01"),
            mac: stretch(&key, b"mac\x01"),
        })
    }
}

/// HKDF-Expand with SHA-256 for one block: HMAC of the info and the block's number.
fn stretch(key: &[u8; 32], info_and_number: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(info_and_number);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

fn within(what: &'static str, given: u64, range: (u64, u64)) -> Result<u32, ImportError> {
    let (least, most) = range;
    if given > most {
        return Err(ImportError::KdfTooCostly {
            what,
            given,
            limit: most,
        });
    }
    match u32::try_from(given) {
        Ok(number) if given >= least => Ok(number),
        _ => Err(ImportError::Damaged(
            "its key is derived with less work than Bitwarden allows.",
        )),
    }
}

/// `2.IV|CIPHERTEXT|MAC`, each in Base64.
struct EncString {
    iv: Vec<u8>,
    sealed: Vec<u8>,
    mac: Vec<u8>,
}

impl EncString {
    fn parse(text: &str) -> Result<EncString, ImportError> {
        let damaged = || ImportError::Damaged(DAMAGED);
        let rest = text.strip_prefix("2.").ok_or_else(damaged)?;
        let parts: Vec<&str> = rest.split('|').collect();
        let [iv, sealed, mac] = parts.as_slice() else {
            return Err(damaged());
        };
        let decode = |part: &str| STANDARD.decode(part).map_err(|_| damaged());
        Ok(EncString {
            iv: decode(iv)?,
            sealed: decode(sealed)?,
            mac: decode(mac)?,
        })
    }

    /// Compared in constant time.
    fn is_of(&self, keys: &Keys) -> bool {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&*keys.mac).expect("HMAC takes keys of any length");
        mac.update(&self.iv);
        mac.update(&self.sealed);
        mac.verify_slice(&self.mac).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(mib: u64, passes: u64, lanes: u64) -> &'static str {
        let envelope = Envelope {
            encrypted: Some(true),
            password_protected: Some(true),
            salt: None,
            kdf_type: Some(1),
            kdf_iterations: Some(passes),
            kdf_memory: Some(mib),
            kdf_parallelism: Some(lanes),
            validation: None,
            data: None,
        };
        match Kdf::parse(&envelope) {
            Ok(_) => "bearable",
            Err(error) => error.kind(),
        }
    }

    /// Nothing is derived: at the limits that would take a minute.
    #[test]
    fn as_much_work_is_done_as_the_limits_and_no_more() {
        let (few, little) = (ARGON2_PASSES_MIN, ARGON2_MIB_MIN);
        let passes = ARGON2_MIB_TIMES_PASSES_MAX / ARGON2_MIB_MAX;
        for (mib, passes, lanes) in [
            (ARGON2_MIB_MAX, few, 1),
            (little, ARGON2_PASSES_MAX, 1),
            (little, few, ARGON2_LANES_MAX),
            (ARGON2_MIB_MAX, passes, 1),
        ] {
            assert_eq!(
                kind(mib, passes, lanes),
                "bearable",
                "{mib} {passes} {lanes}"
            );
        }
        for (mib, passes, lanes) in [
            (ARGON2_MIB_MAX + 1, few, 1),
            (little, ARGON2_PASSES_MAX + 1, 1),
            (little, few, ARGON2_LANES_MAX + 1),
            (ARGON2_MIB_MAX, passes + 1, 1),
        ] {
            let kind = kind(mib, passes, lanes);
            assert_eq!(kind, "import_kdf_too_costly", "{mib} {passes} {lanes}");
        }
    }
}
