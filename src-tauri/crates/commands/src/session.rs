//! Unlocking and locking, and what of one's own opens the vault.

use std::path::PathBuf;

use domain::SecretText;
use domain::reject::{Detail, Rejection};
use vault::kdf::KdfParams;
use vault::password::{NewPassword, NewPasswordError, Password, Strength};
use vault::recovery_code::RecoveryCode;
use vault::unlock_keys::UnlockWith;
use vault::{OlderState, UnlockedVault, VaultFolder, WriteState};
use zeroize::Zeroizing;

use crate::api::{
    AppStatus, Changed, Empty, LockReason, MemberView, PasswordChange, PasswordStrength,
    PasswordStrengthAsk, RecoveryRenew, RecoveryRenewed, Required, SessionState, VaultUnlock,
    VaultView,
};
use crate::app::{App, Asked};
use crate::known_vaults::KnownVault;
use crate::opened::{Opened, both, required};
use crate::refusal::{Answer, Refusal, internal};
use crate::rekey::note_placed;
use crate::unlocking::Key;
use crate::vaults::shown_path;

pub fn status(app: &App, _request: Empty) -> Answer<AppStatus> {
    let idle_lock_at = app.idle_lock_at().map(|at| at.to_string());
    Ok(app.look(|opened| AppStatus {
        state: if opened.is_some() {
            SessionState::Unlocked
        } else {
            SessionState::Locked
        },
        vault: opened.map(vault_view),
        member: opened.map(|opened| {
            let actor = opened.vault.actor();
            MemberView {
                id: actor.member.to_string(),
                name: actor.name.as_str().to_owned(),
                role: actor.role.as_str().to_owned(),
            }
        }),
        read_only: opened.and_then(|opened| match opened.vault.write_state() {
            WriteState::ReadWrite => None,
            WriteState::ReadOnly { reason } => Some(reason),
        }),
        recovery_unconfirmed: opened.is_some_and(|opened| opened.recovery.is_some()),
        settings: app.settings.get(),
        clipboard: app.clipboard.status(app.clock.elapsed()),
        idle_lock_at,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }))
}

/// The person did something: the idle time starts anew.
pub fn activity(app: &App, _request: Empty) -> Answer<Empty> {
    app.was_active();
    Ok(Empty {})
}

pub fn unlock(app: &App, request: VaultUnlock) -> Answer<AppStatus> {
    let vault_id = required("vault_id", request.vault_id)?;
    let key = match (request.password, request.recovery_code) {
        (Some(password), None) => Key::Password(password),
        (None, Some(code)) => Key::RecoveryCode(code),
        (None, None) => return Err(Detail::at("password", "missing", "Type the password.").into()),
        (Some(_), Some(_)) => {
            let message = "Give either the password or the recovery code.";
            return Err(Rejection::invalid_request(message, &["password", "recovery_code"]).into());
        }
    };
    let folder = find_folder(app, &vault_id, request.folder.as_deref())?;
    let older = if request.accept_rollback.unwrap_or(false) {
        OlderState::Accept
    } else {
        OlderState::Refuse
    };
    app.unlock_found(&folder, &key, older)?;
    status(app, Empty {})
}

/// Where a vault is that this device knows.
pub(crate) fn find_folder(app: &App, vault_id: &str, folder: Option<&str>) -> Answer<PathBuf> {
    let is_meant = |known: &KnownVault| {
        let found = VaultFolder::open(&known.folder);
        let same_id = found.map_or(known.vault_id == vault_id, |found| {
            found.id().to_string() == vault_id
        });
        same_id && folder.is_none_or(|folder| folder == shown_path(&known.folder))
    };
    let known = app.known.all().into_iter().find(is_meant);
    Ok(known.ok_or_else(|| Rejection::not_found("vault"))?.folder)
}

pub fn lock(app: &App, _asked: &Asked<'_>, _request: Empty) -> Answer<Empty> {
    app.lock(LockReason::Asked)?;
    Ok(Empty {})
}

/// How strong a new password would be, while it is typed.
pub fn password_strength(_app: &App, request: PasswordStrengthAsk) -> Answer<PasswordStrength> {
    let text = required("password", request.password)?;
    let words = request.words.unwrap_or_default().into_texts("words")?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    Ok(match Password::parse(text.expose_text()) {
        Err(error) => PasswordStrength {
            score: 0,
            acceptable: false,
            message: error.to_string(),
            suggestions: Vec::new(),
        },
        Ok(password) => {
            let strength = Strength::of(&password, &words);
            let acceptable = strength.is_acceptable();
            let message = match (acceptable, strength.message.is_empty()) {
                (true, _) if strength.score > 3 => "Strong.".to_owned(),
                (true, _) => "Good.".to_owned(),
                (false, true) => "Too easy to guess.".to_owned(),
                (false, false) => format!("Too easy to guess. {}", strength.message),
            };
            PasswordStrength {
                score: strength.score,
                acceptable,
                message,
                suggestions: strength.suggestions,
            }
        }
    })
}

/// A forgotten password is replaced by who has the recovery code: it is taken in the password's place.
pub fn change_password(app: &App, vault: &UnlockedVault, request: PasswordChange) -> Answer<Empty> {
    let (current, new) = own_passwords(vault, request.current_password, request.new_password)?;
    confirm(app, vault, &current, "current_password")?;
    vault.change_password(&new, calibrated()?, app.clock.now())?;
    app.changed(&[Changed::Audit]);
    Ok(Empty {})
}

/// The password in use and the one to come, as far as they can be judged before one is tried.
pub(crate) fn own_passwords(
    vault: &UnlockedVault,
    current: Required<SecretText>,
    new: Required<SecretText>,
) -> Result<(SecretText, NewPassword), Vec<Detail>> {
    let words = [vault.name().as_str(), vault.actor().name.as_str()];
    let new = required("new_password", new);
    both(
        required("current_password", current),
        new.and_then(|new| new_password(&new, "new_password", &words)),
    )
}

pub fn renew_recovery(
    app: &App,
    vault: &UnlockedVault,
    request: RecoveryRenew,
) -> Answer<RecoveryRenewed> {
    let password = required("password", request.password)?;
    let code = renewed_code(app, vault, &password)?;
    Ok(RecoveryRenewed {
        recovery_code: code.to_string(),
    })
}

/// The code before opens nothing any more from the moment that the new one is kept for its sheet: no lock comes between the two.
pub(crate) fn renewed_code(
    app: &App,
    vault: &UnlockedVault,
    password: &SecretText,
) -> Answer<Zeroizing<String>> {
    confirm(app, vault, password, "password")?;
    let text = app.still_open(vault, |opened| {
        let (code, placed) = vault.renew_recovery_code(app.clock.now())?;
        note_placed(&placed);
        let text = code.expose_text();
        opened.recovery = Some(code);
        Ok(text)
    })?;
    app.changed(&[Changed::Audit]);
    Ok(text)
}

/// Whether what was typed opens this vault for the member who has it open: the password, or the recovery code. It takes its time, so that
/// the vault may have been locked meanwhile.
pub(crate) fn confirm(
    app: &App,
    vault: &UnlockedVault,
    typed: &SecretText,
    member: &'static str,
) -> Answer<()> {
    let text = typed.expose_text();
    let confirm = |with| vault.confirm(with, &app.device, app.clock.now());
    let confirmed = match (RecoveryCode::parse(text), Password::parse(text)) {
        (Ok(code), _) => confirm(UnlockWith::Recovery(&code)),
        (Err(_), Ok(password)) => confirm(UnlockWith::Password(&password)),
        (Err(_), Err(error)) => {
            return Err(Detail::at(member, "malformed_password", error.to_string()).into());
        }
    };
    confirmed.map_err(|error| at_member(error.into(), member))?;
    app.still_open(vault, |_opened| Ok(()))
}

/// What was wrong with a password is told beside the field that it was typed into.
fn at_member(Refusal(rejection): Refusal, member: &'static str) -> Refusal {
    let details = rejection.details().iter().map(|detail| {
        let loc = match detail.loc.is_empty() {
            true => Vec::new(),
            false => vec![member.into()],
        };
        Detail::new(loc, detail.kind, detail.message.clone())
    });
    let details = details.collect();
    Refusal(rejection.with_details(details))
}

/// A new master password, or what is wrong with it.
pub(crate) fn new_password(
    text: &SecretText,
    member: &'static str,
    words: &[&str],
) -> Result<NewPassword, Detail> {
    NewPassword::parse(text.expose_text(), words).map_err(|error| match error {
        NewPasswordError::Malformed(error) => {
            Detail::at(member, "malformed_password", error.to_string())
        }
        NewPasswordError::TooWeak(strength) => {
            let mut message = "This password is too easy to guess.".to_owned();
            for sentence in std::iter::once(&strength.message)
                .chain(&strength.suggestions)
                .filter(|text| !text.is_empty())
            {
                message.push(' ');
                message.push_str(sentence);
            }
            Detail::at(member, "weak_password", message)
        }
    })
}

pub(crate) fn calibrated() -> Answer<KdfParams> {
    KdfParams::calibrated()
        .map_err(|_| Refusal(internal("There is not enough memory to derive the key.")))
}

pub(crate) fn vault_view(opened: &Opened) -> VaultView {
    VaultView {
        vault_id: opened.vault.vault_id().to_string(),
        name: opened.vault.name().as_str().to_owned(),
    }
}
