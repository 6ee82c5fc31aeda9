//! `rclone.conf`, plain or encrypted: each remote is an item. Values that rclone obscures are revealed, since what is sealed here is
//! the password itself.

mod encrypted;
mod obscure;
mod options;
mod places;

use domain::catalogue::AuthMethod;
use domain::secret_text::SecretText;
use domain::shape;
use zeroize::Zeroizing;

use crate::config_file::{ConfigFile, named};
use crate::error::ImportError;
use crate::format::Format;
use crate::ini::{Ini, Section, UnreadLines, parse_goconfig};
use crate::lines::checked_text;
use crate::material::{Claim, Likely, Material, Means, Part};
use crate::options::ReadOptions;
use crate::parsed::{ItemKind, ValueKind};
use crate::storage::{host_method, s3_like};
use encrypted::OpenError;
use options::{OptionKind, kind_of};

pub(crate) use encrypted::Encrypted;

const TEMPORARY: &str =
    "It belongs to temporary credentials, which stop working within hours, so it is not taken.";
const SIGN_IN: &str = "It is a sign-in that rclone renews by itself: a copy stops working. Sign in again where you need it, with rclone config reconnect.";
const NO_SECRET: &str = "It holds no secret.";

pub(crate) fn read(text: &str, options: &ReadOptions) -> Result<Vec<Material>, ImportError> {
    match Encrypted::find(text) {
        None => read_plain(text, options),
        Some(encrypted) => {
            let plain = open(&encrypted, options.password.as_ref())?;
            read_plain(&plain, options)
        }
    }
}

fn open(
    encrypted: &Encrypted<'_>,
    password: Option<&SecretText>,
) -> Result<Zeroizing<String>, ImportError> {
    let password = password
        .map(SecretText::expose_text)
        .filter(|password| !password.trim().is_empty())
        .ok_or(ImportError::PasswordNeeded {
            format: Format::Rclone,
        })?;
    let plain = encrypted.open(password).map_err(|error| match error {
        OpenError::UnknownVersion => ImportError::Unsupported(
            "The configuration is encrypted in a way that only a later rclone knows.",
        ),
        OpenError::Damaged => {
            ImportError::Damaged("what is encrypted is cut off, or is no base64.")
        }
        OpenError::WrongPassword => ImportError::WrongPassword {
            format: Format::Rclone,
        },
    })?;
    checked_text(&plain)
}

fn read_plain(text: &str, options: &ReadOptions) -> Result<Vec<Material>, ImportError> {
    let Ini { sections, unread } = parse_goconfig(text)?;
    let mut file = ConfigFile::new(Format::Rclone, options);
    let mut items = Vec::with_capacity(sections.len());
    for section in &sections {
        let remote = Remote::of(section);
        let mut item = file.item(&section.name, &section.name, remote.item_kind());
        if item.has_room_for(section) {
            item.found(section.filled());
            remote.fill(&mut item);
        }
        items.push(item);
    }
    places::add_buckets(&sections, &mut items);
    let mut unread = UnreadLines::of(unread);
    for (section, item) in sections.iter().zip(&mut items) {
        let unread = unread.take(&section.name);
        item.found_too(unread.len());
        item.leave_out_unread(&unread);
        item.settle_without_secret(why_nothing(section));
    }
    items.extend(file.before_sections(&unread.rest()));
    Ok(items)
}

fn why_nothing(section: &Section) -> &'static str {
    if section.get("service_account_file").is_some() {
        "Its key stands in a file of its own. Import that file."
    } else if section.get("env_auth") == Some("true") {
        "It has its keys from the environment or from another program's file."
    } else {
        NO_SECRET
    }
}

struct Remote<'a> {
    section: &'a Section,
    backend: &'a str,
}

impl<'a> Remote<'a> {
    fn of(section: &'a Section) -> Remote<'a> {
        Remote {
            section,
            backend: section.get("type").unwrap_or_default(),
        }
    }

    fn item_kind(&self) -> ItemKind {
        match self.backend {
            "s3"
            | "b2"
            | "azureblob"
            | "azurefiles"
            | "google cloud storage"
            | "swift"
            | "oracleobjectstorage"
            | "qingstor"
            | "storj" => ItemKind::Storage,
            "sftp" | "ftp" | "smb" | "webdav" | "http" => ItemKind::Server,
            _ => ItemKind::Other,
        }
    }

    fn fill(&self, item: &mut Material) {
        let pair = self.pair();
        let mut places = [None, None];
        let is_temporary = self.section.get("session_token").is_some();
        for entry in &self.section.entries {
            let key = entry.key.as_str();
            let value = entry.value.as_str();
            let half = pair.as_ref().and_then(|pair| pair.half(key));
            if value.contains("%(") {
                item.remark(format!(
                    "“{}” holds %( and is taken as it stands; rclone puts in another option there.",
                    domain::mask::display_text(key)
                ));
            }
            let place = match (half, kind_of(key)) {
                _ if value.is_empty() => None,
                _ if ["true", "false"].contains(&value) => {
                    item.pass_over(named(key), "It is a setting: on or off.");
                    None
                }
                (Some(_), _) | (_, OptionKind::SessionToken) if is_temporary => {
                    item.leave_out(named(key), TEMPORARY);
                    None
                }
                (Some(0), _) => item.add(Part::plain(key, key, value)),
                (Some(_), _) => item.add(Part::secret(key, key, value).of(ValueKind::Storage)),
                (None, OptionKind::Obscured) => self.add_obscured(item, key, value),
                (None, OptionKind::SignIn) => {
                    item.leave_out(named(key), SIGN_IN);
                    None
                }
                (None, OptionKind::Secret | OptionKind::SessionToken) => {
                    item.add(Part::secret(key, key, value).of(ValueKind::ApiCredential))
                }
                (None, OptionKind::Region) => {
                    item.add(Part::plain(key, key, value).meaning(Means::Region))
                }
                (None, OptionKind::Endpoint) => {
                    item.add(Part::plain(key, key, value).meaning(Means::Endpoint))
                }
                (None, OptionKind::Setting) => item.add(Part::plain(key, key, value)),
            };
            if let Some(known) = half.and_then(|half| places.get_mut(half)) {
                *known = place;
            }
        }
        if let (Some(pair), [Some(id), Some(key)]) = (pair, places) {
            item.claims.push(Claim {
                likely: Likely::Storage,
                methods: pair.methods,
                parts: vec![id, key],
            });
        }
    }

    fn add_obscured(&self, item: &mut Material, key: &str, value: &str) -> Option<usize> {
        let part = match obscure::reveal(value) {
            Ok(plain) if plain.is_empty() => {
                item.leave_out(named(key), "It is obscured, and empty.");
                return None;
            }
            Ok(plain) => Part::secret(key, key, &plain)
                .changed("rclone had obscured it; it is kept as it was before"),
            Err(obscure::NotObscured) => {
                item.remark(format!(
                    "“{}” is not obscured as rclone does it. It is kept as it stands.",
                    domain::mask::display_text(key)
                ));
                Part::secret(key, key, value)
            }
        };
        item.add(part.of(ValueKind::Password))
    }

    /// The two options that make a storage credential, by the backend.
    fn pair(&self) -> Option<Pair> {
        let pair = |id, key, methods| Some(Pair { id, key, methods });
        match self.backend {
            "s3" => pair("access_key_id", "secret_access_key", self.s3_methods()),
            "b2" => pair("account", "key", vec![AuthMethod::B2ApplicationKey]),
            "azureblob" => pair("account", "key", vec![AuthMethod::AzureAccountKey]),
            _ => None,
        }
    }

    fn s3_methods(&self) -> Vec<AuthMethod> {
        let provider = self.section.get("provider").unwrap_or_default();
        let by_endpoint = self
            .section
            .get("endpoint")
            .map(|endpoint| host_method(endpoint).unwrap_or(AuthMethod::S3CompatibleAccessKey));
        if let Some(method) = by_endpoint {
            return vec![method];
        }
        match provider {
            "AWS" => vec![AuthMethod::S3AccessKey],
            "Cloudflare" => vec![AuthMethod::R2AccessKey],
            "DigitalOcean" => vec![AuthMethod::DigitalOceanSpacesAccessKey],
            "Wasabi" => vec![AuthMethod::WasabiAccessKey],
            "Hetzner" => vec![AuthMethod::HetznerAccessKey],
            "Rabata" => vec![AuthMethod::RabataAccessKey],
            // Without an endpoint rclone itself goes to Amazon.
            "" | "Other" => {
                let id = self.section.get("access_key_id");
                if id.is_some_and(shape::is_aws_key_id) {
                    vec![AuthMethod::S3AccessKey]
                } else {
                    s3_like(AuthMethod::S3AccessKey)
                }
            }
            _ => vec![AuthMethod::S3CompatibleAccessKey],
        }
    }
}

struct Pair {
    id: &'static str,
    key: &'static str,
    methods: Vec<AuthMethod>,
}

impl Pair {
    fn half(&self, option: &str) -> Option<usize> {
        [self.id, self.key].iter().position(|name| *name == option)
    }
}
