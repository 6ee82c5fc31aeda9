//! The invitation code: how an Owner hands a new member the way in, once.

use zeroize::Zeroizing;

use crate::entropy::EntropyError;
use crate::grouped_code::{CodeFault, CodeLabels, GroupedCode};
use crate::labels;
use crate::suite::RecipientKey;

const LABELS: CodeLabels = CodeLabels {
    checksum: labels::INVITATION_CODE_CHECKSUM,
    recipient: labels::INVITATION_CODE_RECIPIENT,
};

/// What lets a person whom an Owner has invited join a vault.
///
/// No `Clone`, `Debug` or `Serialize`; it leaves only through [`InvitationCode::expose_text`], for
/// the person who writes it down.
///
/// ```compile_fail
/// fn clone_it(code: vault::invitation_code::InvitationCode) { let _ = code.clone(); }
/// ```
/// ```compile_fail
/// fn show_it(code: vault::invitation_code::InvitationCode) { let _ = format!("{code:?}"); }
/// ```
pub struct InvitationCode(GroupedCode);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvitationCodeError {
    #[error("An invitation code has nine groups of four letters and digits.")]
    WrongLength,
    #[error("An invitation code has no character \"{0}\".")]
    WrongCharacter(char),
    #[error(
        "The invitation code has a typing mistake, or is another kind of code: its last group does not match the others."
    )]
    WrongChecksum,
}

impl InvitationCode {
    pub fn generate() -> Result<Self, EntropyError> {
        GroupedCode::generate().map(Self)
    }

    /// Forgives case, spaces, hyphens of every kind, `O` for `0` and `I` or `L` for `1`.
    pub fn parse(text: &str) -> Result<Self, InvitationCodeError> {
        Ok(Self(GroupedCode::parse(text, &LABELS)?))
    }

    /// `XXXX-XXXX-…`, nine groups: the form that [`InvitationCode::parse`] reads back.
    pub fn expose_text(&self) -> Zeroizing<String> {
        self.0.expose_text(&LABELS)
    }

    /// The recipient of the invitation slot, the same each time from the same code.
    pub(crate) fn derive_recipient_key(&self) -> RecipientKey {
        self.0.derive_recipient_key(&LABELS)
    }
}

impl From<CodeFault> for InvitationCodeError {
    fn from(fault: CodeFault) -> Self {
        match fault {
            CodeFault::Length => Self::WrongLength,
            CodeFault::Character(character) => Self::WrongCharacter(character),
            CodeFault::Checksum => Self::WrongChecksum,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recovery_code::RecoveryCode;

    #[test]
    fn a_code_reads_back_as_it_was_written() {
        let code = InvitationCode::generate().expect("entropy");
        let read = InvitationCode::parse(&code.expose_text()).expect("its own text");
        assert_eq!(read.0.expose_bytes(), code.0.expose_bytes());
    }

    #[test]
    fn a_recovery_code_is_no_invitation_and_the_other_way_round() {
        let (invitation, recovery) = (
            InvitationCode::generate().expect("entropy").expose_text(),
            RecoveryCode::generate().expect("entropy").expose_text(),
        );
        assert!(InvitationCode::parse(&recovery).is_err());
        assert!(RecoveryCode::parse(&invitation).is_err());
    }

    #[test]
    fn the_same_bits_lead_to_another_recipient_than_a_recovery_codes() {
        let bits = [7; crate::grouped_code::CODE_BYTES];
        let invitation = InvitationCode(GroupedCode::of(&bits)).derive_recipient_key();
        let recovery = CodeLabels {
            checksum: labels::RECOVERY_CODE_CHECKSUM,
            recipient: labels::RECOVERY_CODE_RECIPIENT,
        };
        let recovery = GroupedCode::of(&bits).derive_recipient_key(&recovery);
        assert_ne!(invitation.expose_seed(), recovery.expose_seed());
    }
}
