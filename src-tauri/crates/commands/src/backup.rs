//! Backups: one file, written, looked into and put back.

use std::path::{Path, PathBuf};

use domain::SecretText;
use domain::reject::{Detail, ErrorType, Rejection};
use vault::password::Password;
use vault::recovery_code::RecoveryCode;
use vault::unlock_keys::UnlockWith;
use vault::{BackupError, UnlockedVault, VaultFolder, check_backup, restore_backup};

use crate::api::{
    BackupCheck, BackupCreated, BackupFile, BackupPath, BackupRestorePath, BackupRestored,
    BackupTo, Changed, Empty, VaultView,
};
use crate::app::{App, Asked};
use crate::check::problems;
use crate::chosen_files::Purpose;
use crate::host::Chooser;
use crate::import::chosen_path;
use crate::opened::{both, required};
use crate::refusal::{Answer, Refusal, newer_format};
use crate::unlocking::day;
use crate::vaults::{folder_stem, free_folder};

const EXTENSION: &str = "turnstone";

/// Asks where the backup goes.
pub fn create_chosen(app: &App, asked: &Asked<'_>, _request: Empty) -> Answer<BackupCreated> {
    let name = asked.with_opened(|opened| Ok(folder_stem(opened.vault.name().as_str())))?;
    let day = day(app.clock.now()).replace('-', "");
    let file_name = format!("{name}-{day}.{EXTENSION}");
    match app.host.choose(Chooser::SaveBackup {
        file_name: &file_name,
    }) {
        None => Ok(BackupCreated::Cancelled { cancelled: true }),
        Some(path) => asked.with_lent(|vault| write(app, vault, &path)),
    }
}

pub fn create_at(app: &App, vault: &UnlockedVault, request: BackupTo) -> Answer<BackupCreated> {
    let path = required("path", request.path)?;
    write(app, vault, &path)
}

pub fn check_file(app: &App, request: BackupFile) -> Answer<BackupCheck> {
    let (path, password) = chosen_backup(app, request)?;
    look_into(&path, &password)
}

pub fn check_path(app: &App, request: BackupPath) -> Answer<BackupCheck> {
    let path = required("path", request.path)?;
    look_into(&path, &app.host.password()?)
}

/// Puts the backup's vault beside the other vaults, in a folder of its own.
pub fn restore_file(app: &App, request: BackupFile) -> Answer<BackupRestored> {
    let (path, password) = chosen_backup(app, request)?;
    let stem = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    put_back(app, &path, &free_folder(&app.places.data, &stem), &password)
}

pub fn restore_path(app: &App, request: BackupRestorePath) -> Answer<BackupRestored> {
    let (path, folder) = both(
        required("path", request.path),
        required("folder", request.folder),
    )?;
    put_back(app, &path, &folder, &app.host.password()?)
}

fn chosen_backup(app: &App, request: BackupFile) -> Answer<(PathBuf, SecretText)> {
    let file_id = required("file_id", request.file_id);
    let (file_id, password) = both(file_id, required("password", request.password))?;
    Ok((chosen_path(app, Purpose::Backup, &file_id)?, password))
}

fn write(app: &App, vault: &UnlockedVault, path: &Path) -> Answer<BackupCreated> {
    let made = vault.backup_to(path, app.clock.now())?;
    app.changed(&[Changed::Audit]);
    let file_name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    Ok(BackupCreated::Created {
        file_name,
        bytes: made.bytes,
        secrets: made.secrets,
    })
}

fn look_into(path: &Path, key: &SecretText) -> Answer<BackupCheck> {
    let found = with_key(key, |with| check_backup(path, with))?;
    Ok(BackupCheck {
        ok: found.report.is_ok(),
        problems: problems(&found.report),
        vault: VaultView {
            vault_id: found.vault.to_string(),
            name: found.name.as_str().to_owned(),
        },
        created_at: found.created_at.to_string(),
        secrets: found.secrets,
    })
}

fn put_back(app: &App, path: &Path, folder: &Path, key: &SecretText) -> Answer<BackupRestored> {
    with_key(key, |with| {
        restore_backup(path, folder, with, &app.device, app.clock.now())
    })?;
    let found = VaultFolder::open(folder)?;
    app.known.note(folder, &found, None);
    app.changed(&[Changed::Vaults]);
    let vault = VaultView {
        vault_id: found.id().to_string(),
        name: found.name().as_str().to_owned(),
    };
    Ok(BackupRestored { vault })
}

/// The password of the backup's day, or a recovery code.
fn with_key<T>(
    key: &SecretText,
    act: impl FnOnce(UnlockWith<'_>) -> Result<T, BackupError>,
) -> Answer<T> {
    let text = key.expose_text();
    let done = match (RecoveryCode::parse(text), Password::parse(text)) {
        (Ok(code), _) => act(UnlockWith::Recovery(&code)),
        (Err(_), Ok(password)) => act(UnlockWith::Password(&password)),
        (Err(_), Err(error)) => {
            return Err(Detail::at("password", "malformed_password", error.to_string()).into());
        }
    };
    Ok(done?)
}

impl From<BackupError> for Refusal {
    fn from(error: BackupError) -> Self {
        let message = error.to_string();
        let of_file = |kind| Rejection::validation(vec![Detail::at("path", kind, message.clone())]);
        Self(match error {
            BackupError::Exists | BackupError::FolderNotEmpty => {
                Rejection::new(ErrorType::AlreadyExists, message)
            }
            BackupError::NotABackup => of_file("not_a_backup"),
            BackupError::Damaged(_) => of_file("damage"),
            BackupError::NewerFormat => newer_format(),
            BackupError::Keys(error) => return error.into(),
            BackupError::Store(error) => return error.into(),
        })
    }
}
