//! AWS's shared credentials and config files: profiles, of which those with a key of their own become secrets.
//! Source: the AWS SDKs and Tools reference guide, and botocore.

use domain::catalogue::AuthMethod;
use domain::shape;
use domain::time::Timestamp;

use crate::config_file::{ConfigFile, named};
use crate::error::ImportError;
use crate::format::Format;
use crate::ini::{Ini, Section, UnreadLines, parse_configparser};
use crate::material::{Claim, Likely, Material, Means, Part};
use crate::options::ReadOptions;
use crate::parsed::{ItemKind, ValueKind};
use crate::storage::host_method;

const KEY_ID: [&str; 2] = ["aws_access_key_id", "awsaccesskeyid"];
const SECRET_KEY: [&str; 2] = ["aws_secret_access_key", "awssecretkey"];
const TOKEN: [&str; 2] = ["aws_session_token", "aws_security_token"];

/// Programs that sign in for AWS's tools write here when what they got ends; the format itself has no word for it.
const ENDS: [&str; 3] = ["x_security_token_expires", "aws_expiration", "expiration"];

/// Where a profile without a key has its credentials from.
const ELSEWHERE: [(&str, &str); 7] = [
    (
        "sso_session",
        "It signs in through IAM Identity Center (SSO) and holds no key.",
    ),
    (
        "sso_start_url",
        "It signs in through IAM Identity Center (SSO) and holds no key.",
    ),
    (
        "credential_process",
        "It has its keys from another program (credential_process).",
    ),
    (
        "web_identity_token_file",
        "It signs in with a token that stands in another file.",
    ),
    (
        "credential_source",
        "It has its keys from the machine it runs on (credential_source).",
    ),
    (
        "role_arn",
        "It takes on a role with the keys of another profile and holds none itself.",
    ),
    (
        "login_session",
        "It signs in through the console and holds no key.",
    ),
];
const NO_KEY: &str = "It holds settings and no key.";

pub(crate) fn read(text: &str, options: &ReadOptions) -> Result<Vec<Material>, ImportError> {
    let Ini { sections, unread } = parse_configparser(text)?;
    let mut file = ConfigFile::new(Format::AwsProfiles, options);
    let mut unread = UnreadLines::of(unread);
    let mut items = Vec::with_capacity(sections.len());
    for section in &sections {
        let profile = Profile::of(section);
        let mut item = file.item(&section.name, &profile.title(), ItemKind::Storage);
        let unread = unread.take(&section.name);
        let mut entered = unread.len();
        if item.has_room_for(section) {
            entered += section.entries.len();
            profile.fill(&mut item);
        }
        item.found(entered);
        item.leave_out_unread(&unread);
        items.push(item);
    }
    items.extend(file.before_sections(&unread.rest()));
    Ok(items)
}

struct Profile<'a> {
    section: &'a Section,
    name: &'a str,
}

impl<'a> Profile<'a> {
    /// In the config file a profile's section begins with the word, in the credentials file not.
    fn of(section: &'a Section) -> Profile<'a> {
        let name = section
            .name
            .strip_prefix("profile")
            .map_or(section.name.as_str(), |rest| match rest.trim_start() {
                name if name.len() < rest.len() && !name.is_empty() => name,
                _ => section.name.as_str(),
            });
        Profile {
            section,
            name: name.trim_matches(['"', '\'']),
        }
    }

    fn title(&self) -> String {
        match self.name {
            "" => "AWS key".to_owned(),
            name => format!("AWS {name}"),
        }
    }

    fn fill(&self, item: &mut Material) {
        let is_temporary = self.first(&TOKEN).is_some()
            || self.first(&KEY_ID).is_some_and(|id| id.starts_with("ASIA"));
        let ends_at = self.first(&ENDS).and_then(time);
        let temporary = temporary(ends_at);
        let mut places = [None, None];
        for entry in &self.section.entries {
            let key = entry.key.as_str();
            let value = without_comment(&entry.value);
            if value.len() < entry.value.len() && !value.is_empty() {
                item.remark(format!(
                    "What follows the # or ; in line {} is taken as a comment.",
                    entry.line
                ));
            }
            let is_token = TOKEN.contains(&key);
            let half = [&KEY_ID, &SECRET_KEY]
                .iter()
                .position(|names| names.contains(&key));
            match half {
                _ if value.is_empty() => item.pass_over(named(key), "It is empty."),
                _ if is_token => item.leave_out(named(key), &temporary),
                Some(_) if is_temporary => item.leave_out(named(key), &temporary),
                Some(half) => {
                    let part = match half {
                        0 => Part::plain(key, key, value),
                        _ => Part::secret(key, key, value).of(ValueKind::Storage),
                    };
                    let place = item.add(part);
                    if let Some(known) = places.get_mut(half) {
                        *known = known.or(place);
                    }
                }
                None if is_temporary && ENDS.contains(&key) => {
                    item.pass_over(named(key), "It is when the temporary credentials end.");
                }
                None => {
                    item.add(setting(key, value));
                }
            }
        }
        if let [Some(id), Some(secret)] = places {
            item.claims.push(Claim {
                likely: Likely::Storage,
                methods: self.methods(),
                parts: vec![id, secret],
            });
        } else if places.iter().any(Option::is_some) {
            // The secret key alone is kept as a value: nobody can say what it opens, and it is secret.
            item.remark("Of its access key ID and secret key one is missing.");
        }
        item.settle_without_secret(match places {
            [Some(_), None] => "It has an access key ID, and the secret key is missing.",
            _ => self.elsewhere(),
        });
    }

    fn first(&self, names: &[&str]) -> Option<&'a str> {
        names.iter().find_map(|name| self.section.get(name))
    }

    fn methods(&self) -> Vec<AuthMethod> {
        let endpoint = ["endpoint_url", "s3_endpoint_url"]
            .iter()
            .find_map(|name| self.section.get(name));
        let is_aws = self
            .first(&KEY_ID)
            .is_some_and(|id| shape::is_aws_key_id(without_comment(id)));
        match endpoint {
            Some(endpoint) => {
                vec![host_method(endpoint).unwrap_or(AuthMethod::S3CompatibleAccessKey)]
            }
            None if is_aws => vec![AuthMethod::S3AccessKey],
            None => crate::storage::s3_like(AuthMethod::S3AccessKey),
        }
    }

    fn elsewhere(&self) -> &'static str {
        if self.section.name.starts_with("sso-session ") {
            return "It says how to sign in through IAM Identity Center (SSO) and holds no key.";
        }
        ELSEWHERE
            .iter()
            .find(|(key, _)| self.section.get(key).is_some())
            .map_or(NO_KEY, |(_, reason)| reason)
    }
}

fn setting(key: &str, value: &str) -> Part {
    let part = Part::plain(key, key, value);
    match key {
        "region" => part.meaning(Means::Region),
        "endpoint_url" | "s3_endpoint_url" => part.meaning(Means::Endpoint),
        _ if ENDS.contains(&key) => match time(value) {
            Some(at) => part.meaning(Means::Expires(at)),
            None => part,
        },
        _ => part,
    }
}

fn temporary(ends_at: Option<Timestamp>) -> String {
    let end = match ends_at {
        Some(at) => format!("end at {at}"),
        None => "stop working within hours".to_owned(),
    };
    format!(
        "It belongs to temporary credentials, which {end}, so it is not taken. Import the key that they were made from, or sign in where you need them."
    )
}

/// As RFC 3339, or as aws-mfa writes it: in UTC, without saying so.
fn time(text: &str) -> Option<Timestamp> {
    let text = without_comment(text);
    let plain = || Timestamp::parse(&format!("{}Z", text.replacen(' ', "T", 1))).ok();
    Timestamp::parse(text).ok().or_else(plain)
}

/// AWS's tools but the CLI end a value at a space followed by # or ;. No key holds a space.
fn without_comment(value: &str) -> &str {
    let mut end = value.len();
    let mut after_space = false;
    for (index, character) in value.char_indices() {
        if character == '\n' {
            break;
        }
        if after_space && matches!(character, '#' | ';') {
            end = index;
            break;
        }
        after_space = character.is_whitespace();
    }
    value.get(..end).unwrap_or(value).trim_end()
}
