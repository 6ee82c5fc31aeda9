//! Making vaults and finding them.

use std::env;
use std::path::{Path, PathBuf};

use domain::SecretText;
use domain::reject::{Detail, ErrorType, Rejection};
use domain::text::{MemberName, VaultName};
use vault::kdf::KdfParams;
use vault::{CreateError, OpenError, VaultFolder, create_vault};
use zeroize::Zeroizing;

use crate::api::{
    Changed, Empty, VaultAdded, VaultCreate, VaultCreated, VaultList, VaultListed, VaultState,
    VaultView,
};
use crate::app::App;
use crate::host::Chooser;
use crate::known_vaults::KnownVault;
use crate::opened::Opened;
use crate::refusal::{Answer, Refusal, internal};
use crate::session::{calibrated, new_password, renewed_code};

/// What a new vault is made of.
pub struct NewVault<'a> {
    pub folder: &'a Path,
    pub name: &'a str,
    pub member_name: &'a str,
    pub password: &'a SecretText,
}

/// The vaults that this device knows; the last opened first.
pub fn list(app: &App, _request: Empty) -> Answer<VaultList> {
    Ok(VaultList {
        vaults: app.known.all().into_iter().map(listed).collect(),
    })
}

pub fn create(app: &App, request: VaultCreate) -> Answer<VaultCreated> {
    let name = request.name.0.unwrap_or_default();
    let member_name = request.member_name.0.unwrap_or_default();
    let password = request
        .password
        .0
        .unwrap_or_else(|| SecretText::new(String::new()));
    let folder = free_folder(&app.places.data, &name);
    let new = NewVault {
        folder: &folder,
        name: &name,
        member_name: &member_name,
        password: &password,
    };
    let (vault, code) = create_in(app, &new, calibrated)?;
    Ok(VaultCreated {
        vault,
        recovery_code: code.to_string(),
    })
}

impl App {
    /// Makes a vault where the caller says and opens it. The code is for a person to write down.
    pub fn create_vault(
        &self,
        new: &NewVault<'_>,
    ) -> Result<(VaultView, Zeroizing<String>), Rejection> {
        create_in(self, new, calibrated).map_err(|refusal| refusal.0)
    }

    /// Makes a new recovery code for whoever has the vault open and knows its password.
    pub fn renew_recovery(&self, password: &SecretText) -> Result<Zeroizing<String>, Rejection> {
        self.with_lent(None, |vault| renewed_code(self, vault, password))
            .map_err(|refusal| refusal.0)
    }
}

/// Makes a vault in a folder that is empty or does not exist; it is the open one afterwards. Every fault of a field is told at once.
pub fn create_in(
    app: &App,
    new: &NewVault<'_>,
    kdf: impl FnOnce() -> Answer<KdfParams>,
) -> Answer<(VaultView, Zeroizing<String>)> {
    let mut faults: Vec<Detail> = Vec::new();
    let mut keep = |fault: Detail| faults.push(fault);
    let name = VaultName::parse(new.name)
        .map_err(|fault| keep(fault.at_member("name")))
        .ok();
    let member = MemberName::parse(new.member_name)
        .map_err(|fault| keep(fault.at_member("member_name")))
        .ok();
    let password = new_password(new.password, "password", &[new.name, new.member_name])
        .map_err(&mut keep)
        .ok();
    let (Some(name), Some(member), Some(password)) = (name, member, password) else {
        return Err(faults.into());
    };
    let now = app.clock.now();
    let (vault, code) = create_vault(
        new.folder,
        &name,
        &member,
        &password,
        kdf()?,
        &app.device,
        now,
    )?;
    let view = VaultView {
        vault_id: vault.vault_id().to_string(),
        name: name.as_str().to_owned(),
    };
    app.known.note(
        new.folder,
        &VaultFolder::open(new.folder)?,
        Some(now.to_string()),
    );
    let text = code.expose_text();
    let mut opened = Opened::new(vault);
    // The code stays until the person says that it is saved; nothing comes between it and whoever is to write it down.
    opened.recovery = Some(code);
    app.opened_now(opened);
    app.changed(&[Changed::Vaults]);
    Ok((view, text))
}

/// Asks for the folder of a vault that this device does not know yet.
pub fn add(app: &App, _request: Empty) -> Answer<VaultAdded> {
    let Some(folder) = app.host.choose(Chooser::VaultFolder) else {
        return Ok(VaultAdded::Cancelled { cancelled: true });
    };
    let found = VaultFolder::open(&folder)?;
    app.known.note(&folder, &found, None);
    app.changed(&[Changed::Vaults]);
    Ok(VaultAdded::Added {
        vault: VaultView {
            vault_id: found.id().to_string(),
            name: found.name().as_str().to_owned(),
        },
        folder: shown_path(&folder),
    })
}

fn listed(known: KnownVault) -> VaultListed {
    let (state, message, found) = match VaultFolder::open(&known.folder) {
        Ok(found) => (VaultState::Ok, String::new(), Some(found)),
        Err(error) => {
            let state = match error {
                OpenError::Missing => VaultState::Missing,
                OpenError::NewerFormat => VaultState::NewerFormat,
                OpenError::Damaged | OpenError::Io(_) => VaultState::Damaged,
            };
            (state, Refusal::from(error).0.message().to_owned(), None)
        }
    };
    let folder = shown_path(&known.folder);
    let (vault_id, name) = match found {
        Some(found) => (found.id().to_string(), found.name().as_str().to_owned()),
        None => (known.vault_id, known.name),
    };
    let name = if name.is_empty() {
        folder.clone()
    } else {
        name
    };
    VaultListed {
        vault_id,
        name,
        folder,
        state,
        message,
        last_opened_at: known.last_opened_at,
    }
}

/// A folder as the person sees it.
pub(crate) fn shown_path(path: &Path) -> String {
    let below_home = env::home_dir().and_then(|home| {
        path.strip_prefix(home)
            .map(|rest| Path::new("~").join(rest))
            .ok()
    });
    domain::mask::display_text(
        &below_home
            .unwrap_or_else(|| path.to_owned())
            .to_string_lossy(),
    )
}

/// A folder for a vault of this name that does not exist yet.
pub(crate) fn free_folder(data: &Path, name: &str) -> PathBuf {
    let stem = folder_stem(name);
    let first = data.join(&stem);
    if !first.exists() {
        return first;
    }
    let numbered = (2u32..).map(|number| data.join(format!("{stem}-{number}")));
    numbered
        .into_iter()
        .find(|folder| !folder.exists())
        .expect("fewer than 2^32 vaults")
}

/// A name as part of a file's or folder's name that every system takes.
pub(crate) fn folder_stem(name: &str) -> String {
    const CHARACTERS_MAX: usize = 40;
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let stem: String = words.join("-").chars().take(CHARACTERS_MAX).collect();
    if stem.is_empty() {
        "vault".to_owned()
    } else {
        stem
    }
}

impl From<CreateError> for Refusal {
    fn from(error: CreateError) -> Self {
        Self(match error {
            CreateError::NotEmpty => Rejection::new(
                ErrorType::AlreadyExists,
                "There is something in this folder already. Choose an empty or a new one.",
            ),
            CreateError::Keys(_) => internal(
                "The system gave no random bytes, or too little memory; no vault was made.",
            ),
            CreateError::WriteKeys(_) => {
                internal("The vault's keys could not be written; no vault was made.")
            }
            CreateError::Io(error) => internal(&format!(
                "The vault's folder could not be made ({}).",
                error.kind()
            )),
            CreateError::Store(error) => return error.into(),
        })
    }
}
