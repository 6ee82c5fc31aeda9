//! Identifiers: a kind prefix and a ULID, `sec_01ARZ3NDEKTSV4RRFFQ69G5FAV`.
//!
//! Each kind of record has a type of its own, and no two convert into each other:
//!
//! ```compile_fail
//! let secret = domain::ids::SecretId::from_bytes([0; 16]);
//! let member: domain::ids::MemberId = secret.into();
//! ```

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use ulid::Ulid;

use crate::time::Timestamp;

/// Why a text is no identifier of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    #[error("This id must begin with \"{expected}\".")]
    WrongPrefix { expected: &'static str },
    #[error("After \"{prefix}\" this id must have the 26 capital letters and digits of a ULID.")]
    Malformed { prefix: &'static str },
}

impl IdError {
    /// The stable word for a detail's `type`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::WrongPrefix { .. } => "wrong_id_prefix",
            Self::Malformed { .. } => "malformed_id",
        }
    }
}

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Ulid);

        impl $name {
            pub const PREFIX: &'static str = $prefix;

            /// Reads the one spelling that [`fmt::Display`] writes; a ULID's other spellings (lower
            /// case, `I` for `1`) are refused, so that an id can be compared as text.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                let digits = text
                    .strip_prefix(Self::PREFIX)
                    .ok_or(IdError::WrongPrefix { expected: Self::PREFIX })?;
                canonical_ulid(digits)
                    .map(Self)
                    .ok_or(IdError::Malformed { prefix: Self::PREFIX })
            }

            /// A new id from the moment of its making and ten random bytes.
            pub fn from_parts(time: Timestamp, random: [u8; 10]) -> Self {
                let mut bytes = [0; 16];
                bytes[..6].copy_from_slice(&time.to_ulid_bytes());
                bytes[6..].copy_from_slice(&random);
                Self::from_bytes(bytes)
            }

            pub fn to_bytes(&self) -> [u8; 16] {
                self.0.to_bytes()
            }

            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Ulid::from_bytes(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", Self::PREFIX, self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    };
}

id_type!(SecretId, "sec_");
id_type!(VersionId, "ver_");
id_type!(VaultId, "vlt_");
id_type!(MemberId, "mem_");
id_type!(LocationId, "loc_");
id_type!(ConnectionId, "con_");
id_type!(DeviceId, "dev_");
id_type!(SlotId, "slt_");
id_type!(VerificationId, "vrf_");
id_type!(RotationId, "rot_");
id_type!(PolicyId, "pol_");
id_type!(WorkerId, "wrk_");

impl PolicyId {
    /// A secret has one policy at most, for good: whether there is one can be asked of the log by this id.
    pub fn of_secret(id: SecretId) -> Self {
        Self::of_subject(id.to_bytes())
    }

    /// The vault's own.
    pub fn of_vault(id: VaultId) -> Self {
        Self::of_subject(id.to_bytes())
    }

    fn of_subject(mut bytes: [u8; 16]) -> Self {
        let [.., last] = &mut bytes;
        *last = !*last;
        Self::from_bytes(bytes)
    }
}

fn canonical_ulid(digits: &str) -> Option<Ulid> {
    let ulid = Ulid::from_string(digits).ok()?;
    let mut spelling = [0; ulid::ULID_LEN];
    (ulid.array_to_str(&mut spelling) == digits).then_some(ulid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EXAMPLE: &str = "sec_01ARZ3NDEKTSV4RRFFQ69G5FAV";

    #[test]
    fn a_policy_s_id_follows_from_what_it_is_of() {
        let id = SecretId::parse(EXAMPLE).expect("the ULID specification's example");
        let policy = PolicyId::of_secret(id);
        assert_eq!(policy.to_string(), "pol_01ARZ3NDEKTSV4RRFFQ69G5FD4");
        assert_ne!(policy.to_bytes(), id.to_bytes());
    }

    #[test]
    fn an_id_reads_back_as_it_was_written() {
        let id = SecretId::parse(EXAMPLE).expect("the ULID specification's example");
        assert_eq!(id.to_string(), EXAMPLE);
        assert_eq!(SecretId::from_bytes(id.to_bytes()), id);
        assert_eq!(
            serde_json::to_string(&id).expect("a string"),
            format!("\"{EXAMPLE}\"")
        );
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        assert_eq!(
            MemberId::parse(EXAMPLE),
            Err(IdError::WrongPrefix { expected: "mem_" })
        );
    }

    #[test]
    fn other_spellings_of_a_ulid_are_refused() {
        for text in [
            "sec_",
            "sec_01arz3ndektsv4rrffq69g5fav",
            "sec_O1ARZ3NDEKTSV4RRFFQ69G5FAV",
            "sec_81ARZ3NDEKTSV4RRFFQ69G5FAV",
            "sec_01ARZ3NDEKTSV4RRFFQ69G5FA",
            "sec_01ARZ3NDEKTSV4RRFFQ69G5FAVV",
            "sec_01ARZ3NDEKTSV4RRFFQ69G5FA\u{301}",
        ] {
            assert_eq!(
                SecretId::parse(text),
                Err(IdError::Malformed { prefix: "sec_" }),
                "{text}"
            );
        }
    }

    #[test]
    fn a_new_id_carries_its_time_and_its_random_bytes() {
        let id = SecretId::from_parts(Timestamp::from_millis(1_469_918_176_385), [0xAB; 10]);
        assert!(id.to_string().starts_with("sec_01ARYZ6S41"), "{id}");
        assert_eq!(id.to_bytes()[6..], [0xAB; 10]);
    }

    proptest! {
        #[test]
        fn every_id_survives_text(bytes: [u8; 16]) {
            let id = VersionId::from_bytes(bytes);
            prop_assert_eq!(VersionId::parse(&id.to_string()), Ok(id));
        }

        #[test]
        fn no_text_panics_and_only_canonical_ids_are_read(text in "(sec_)?\\PC{0,30}") {
            if let Ok(id) = SecretId::parse(&text) {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }
}
