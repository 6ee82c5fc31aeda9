//! Codes on paper: the emergency sheet and the sheet of an invitation, saved to a file or printed, and forgotten once the person says so.

use std::io::Write;
use std::path::Path;

use domain::member::MemberStatus;
use domain::reject::{ErrorType, Rejection};
use vault::UnlockedVault;
use vault::recovery_code::RecoveryCode;
use zeroize::Zeroizing;

use crate::api::{Empty, SheetSaved};
use crate::app::{App, Asked};
use crate::host::Chooser;
use crate::opened::{Opened, UnconfirmedInvitation};
use crate::refusal::{Answer, Refusal, internal};
use crate::unlocking::day;
use crate::whole_file::WholeFile;

/// Writes the emergency sheet to a file that the person chooses.
pub fn save_recovery(app: &App, asked: &Asked<'_>, _request: Empty) -> Answer<SheetSaved> {
    let sheet = asked.with_opened(|opened| emergency_sheet(app, opened))?;
    let file_name = "Turnstone emergency sheet.txt";
    save(app, Chooser::SaveRecoverySheet { file_name }, &sheet)
}

pub fn print_recovery(app: &App, asked: &Asked<'_>, _request: Empty) -> Answer<Empty> {
    asked.with_opened(|opened| emergency_sheet(app, opened))?;
    print(app)
}

/// The person has the code in a safe place: it is forgotten here.
pub fn confirm_recovery(_app: &App, opened: &mut Opened, _request: Empty) -> Answer<Empty> {
    opened.recovery = None;
    Ok(Empty {})
}

/// Writes the last invitation to a file that the person chooses.
pub fn save_invitation(app: &App, asked: &Asked<'_>, _request: Empty) -> Answer<SheetSaved> {
    let sheet = asked.with_opened(|opened| invitation_sheet(app, opened))?;
    let file_name = "Turnstone invitation.txt";
    save(app, Chooser::SaveInvitationSheet { file_name }, &sheet)
}

pub fn print_invitation(app: &App, asked: &Asked<'_>, _request: Empty) -> Answer<Empty> {
    asked.with_opened(|opened| invitation_sheet(app, opened))?;
    print(app)
}

/// The code is with the one who is invited, or will be: it is forgotten here.
pub fn confirm_invitation(_app: &App, opened: &mut Opened, _request: Empty) -> Answer<Empty> {
    opened.invitation = None;
    Ok(Empty {})
}

fn save(app: &App, chooser: Chooser<'_>, sheet: &str) -> Answer<SheetSaved> {
    let Some(path) = app.host.choose(chooser) else {
        return Ok(SheetSaved::Cancelled { cancelled: true });
    };
    write(&path, sheet).map_err(|error| {
        let kind = error.kind();
        Refusal(internal(&format!(
            "The sheet could not be written ({kind})."
        )))
    })?;
    let saved_as = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(SheetSaved::Saved {
        saved_as: saved_as.into_owned(),
    })
}

fn write(path: &Path, sheet: &str) -> std::io::Result<()> {
    let mut file = WholeFile::beside(path)?;
    file.write_all(sheet.as_bytes())?;
    file.replace()?;
    Ok(())
}

/// Opens the print dialogue of what the window shows: the sheet.
fn print(app: &App) -> Answer<Empty> {
    if app.host.print() {
        Ok(Empty {})
    } else {
        Err(internal("There is nothing here to print with.").into())
    }
}

fn emergency_sheet(app: &App, opened: &mut Opened) -> Answer<Zeroizing<String>> {
    let code = opened.recovery.as_ref().ok_or_else(|| {
        let message = "There is no recovery code to show any more. Renew it in the settings.";
        Rejection::new(ErrorType::NotFound, message)
    })?;
    Ok(emergency_text(&opened.vault, code, &day(app.clock.now())))
}

fn invitation_sheet(app: &App, opened: &mut Opened) -> Answer<Zeroizing<String>> {
    let invitation = opened.invitation.as_ref().ok_or_else(|| {
        let message = "There is no invitation to show any more. Take it back and invite again.";
        Rejection::new(ErrorType::NotFound, message)
    })?;
    let written_on = day(app.clock.now());
    Ok(invitation_text(&opened.vault, invitation, &written_on))
}

fn emergency_text(vault: &UnlockedVault, code: &RecoveryCode, day: &str) -> Zeroizing<String> {
    Zeroizing::new(format!(
        "Turnstone emergency sheet\n\n\
         Vault:          {}\n\
         Vault id:       {}\n\
         Member:         {}\n\
         Written on:     {day}\n\n\
         Recovery code:  {}\n\n\
         Whoever has this code and the vault's folder can open the vault without the master password.\n\
         Keep it on paper, away from the computer. To use it, choose the vault in Turnstone,\n\
         then \"Use the recovery code\". A new code, made in the settings, ends this one.\n",
        vault.name().as_str(),
        vault.vault_id(),
        vault.actor().name.as_str(),
        *code.expose_text(),
    ))
}

fn invitation_text(
    vault: &UnlockedVault,
    invitation: &UnconfirmedInvitation,
    written_on: &str,
) -> Zeroizing<String> {
    let UnconfirmedInvitation { member, code } = invitation;
    let until = match member.status {
        MemberStatus::Invited { until } => day(until),
        MemberStatus::Active => String::new(),
    };
    Zeroizing::new(format!(
        "Turnstone invitation\n\n\
         Vault:            {}\n\
         Vault id:         {}\n\
         For:              {}, as {}\n\
         Invited by:       {}\n\
         Written on:       {written_on}\n\
         Good until:       {until}\n\n\
         Invitation code:  {}\n\n\
         Whoever has this code and the vault's folder can join in this person's place, so pass it on\n\
         by another way than the folder. To use it, add the vault's folder in Turnstone, choose the vault,\n\
         then \"Join with an invitation\". It works once; the password is chosen then.\n",
        vault.name().as_str(),
        vault.vault_id(),
        member.name.as_str(),
        member.role,
        vault.actor().name.as_str(),
        *code.expose_text(),
    ))
}
