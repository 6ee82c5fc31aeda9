//! Whether what is imported is held here or stays where it is, to be read at its use.

use domain::ConnectionId;
use domain::external::MappingInput;
use domain::secret::{Holding, SecretWithVersions};
use importers::ParsedSecret;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldAs {
    Copies,
    /// External secrets, made with this connection.
    References(ConnectionId),
}

pub const NO_REFERENCE: &str = "It is made of more than whole fields of the item, so no reference leads to it. Import it as a copy.";
const HELD_HERE: &str = "The secret made of it by an earlier import holds its values here. Import it as a copy, or delete that secret first.";
const HELD_ELSEWHERE: &str =
    "The secret made of it by an earlier import has its values in another vault now.";
pub const NO_EARLIER: &str = "A reference leads to the present value alone.";
pub const AS_REFERENCE: &str = "it stays in 1Password, and a reference leads to it";

impl HeldAs {
    /// Why a secret that an earlier import made is not for this import to change.
    pub fn refusal(
        self,
        before: &SecretWithVersions,
        parsed: &ParsedSecret,
    ) -> Option<&'static str> {
        match (self, before.secret().holding()) {
            (HeldAs::Copies, Holding::Direct { .. }) => None,
            (HeldAs::References(_), Holding::Direct { .. }) => Some(HELD_HERE),
            (HeldAs::References(wanted), Holding::External { connection, .. })
                if wanted == *connection =>
            {
                (!self.can_hold(parsed)).then_some(NO_REFERENCE)
            }
            (_, Holding::External { .. }) => Some(HELD_ELSEWHERE),
        }
    }

    pub fn can_hold(self, parsed: &ParsedSecret) -> bool {
        self == HeldAs::Copies || !mappings(parsed).is_empty()
    }
}

/// Where each field of a secret is; nothing where one of them has no reference.
pub fn mappings(parsed: &ParsedSecret) -> Vec<MappingInput> {
    let references = parsed.references.iter();
    references
        .map(|found| MappingInput {
            field_name: Some(found.field_name.to_owned()),
            reference: Some(found.reference.clone()),
        })
        .collect()
}
