//! s3cmd's `.s3cfg`: one access key among some eighty settings. Source: s3cmd, S3/Config.py.

use domain::catalogue::AuthMethod;
use domain::shape;

use crate::config_file::{ConfigFile, named};
use crate::error::ImportError;
use crate::format::Format;
use crate::ini::{Entry, Ini, Section, parse_s3cmd};
use crate::material::{Claim, Likely, Material, Means, Part};
use crate::options::ReadOptions;
use crate::parsed::{ItemKind, ValueKind};
use crate::secret_like::is_secret_like;
use crate::storage::{host_method, s3_like};

const AWS_HOST: &str = "s3.amazonaws.com";
const ANY_BUCKET: &str = "%(bucket)s";
const FROM_ENVIRONMENT: &str =
    "It names a variable of the environment; the value itself is not in the file.";
const TEMPORARY: &str =
    "It belongs to temporary credentials, which stop working within hours, so it is not taken.";
const SETTING: &str = "It is a setting of s3cmd and no secret.";

pub(crate) fn read(text: &str, options: &ReadOptions) -> Result<Vec<Material>, ImportError> {
    let Ini { sections, unread } = parse_s3cmd(text)?;
    let mut file = ConfigFile::new(Format::S3cfg, options);
    let Some(section) = sections.first() else {
        return Ok(Vec::new());
    };
    let settings = Settings { section };
    let mut item = file.item("default", &settings.title(), ItemKind::Storage);
    let mut entered = unread.len();
    if item.has_room_for(section) {
        entered += section.filled();
        settings.fill(&mut item);
    }
    item.found(entered);
    item.leave_out_unread(&unread);
    Ok(vec![item])
}

struct Settings<'a> {
    section: &'a Section,
}

impl Settings<'_> {
    fn title(&self) -> String {
        match self.host() {
            None | Some(AWS_HOST) => "s3cmd".to_owned(),
            Some(host) => format!("s3cmd {host}"),
        }
    }

    fn host(&self) -> Option<&str> {
        self.section.get("host_base").map(str::trim)
    }

    fn fill(&self, item: &mut Material) {
        let is_temporary = self.section.get("access_token").is_some();
        let mut id = None;
        let mut secret = None;
        for entry in &self.section.entries {
            let Entry { key, value, .. } = entry;
            let value = value.trim_end();
            match key.as_str() {
                _ if value.is_empty() => {}
                "access_key" | "secret_key" | "gpg_passphrase" if value.starts_with('$') => {
                    item.leave_out(named(key), FROM_ENVIRONMENT);
                }
                "access_token" => item.leave_out(named(key), TEMPORARY),
                "access_key" | "secret_key" if is_temporary => {
                    item.leave_out(named(key), TEMPORARY);
                }
                "access_key" => id = item.add(Part::plain(key, key, value)),
                "secret_key" => {
                    let part = Part::secret(key, key, value).of(ValueKind::Storage);
                    secret = item.add(part);
                }
                "gpg_passphrase" => {
                    item.add(Part::secret(key, key, value).of(ValueKind::Password));
                }
                "host_base" => self.add_endpoint(item, value),
                "host_bucket" => self.add_bucket(item, value),
                "bucket_location" => {
                    item.add(Part::plain(key, key, region(value)).meaning(Means::Region));
                }
                "kms_key" => item.add_setting(key, value),
                _ if is_secret_like(key, value) => {
                    item.add(Part::secret(key, key, value));
                }
                _ => item.pass_over(named(key), SETTING),
            }
        }
        if let (Some(id), Some(secret)) = (id, secret) {
            item.claims.push(Claim {
                likely: Likely::Storage,
                methods: self.methods(),
                parts: vec![id, secret],
            });
        }
        item.settle_without_secret("It holds no key of its own.");
    }

    fn add_endpoint(&self, item: &mut Material, host: &str) {
        let is_plain = self.section.get("use_https").is_some_and(|text| {
            ["false", "no", "off", "0"].contains(&text.to_lowercase().as_str())
        });
        let scheme = if is_plain { "http" } else { "https" };
        let url = if host.contains("://") {
            host.to_owned()
        } else {
            format!("{scheme}://{host}")
        };
        // Amazon's host without a region is no endpoint of a location: it follows from the region.
        if host == AWS_HOST {
            item.pass_over(named("host_base"), SETTING);
        } else {
            item.add(Part::plain("host_base", "host_base", &url).meaning(Means::Endpoint));
        }
    }

    /// `%(bucket)s.HOST` stands for any bucket; a host without it is that of one bucket.
    fn add_bucket(&self, item: &mut Material, text: &str) {
        let name = named("host_bucket");
        let host = self.host().unwrap_or(AWS_HOST);
        let bucket = text
            .strip_suffix(host)
            .and_then(|rest| rest.strip_suffix('.'))
            .filter(|bucket| !bucket.is_empty() && !bucket.contains(ANY_BUCKET));
        match bucket {
            Some(bucket) => {
                item.add(Part::plain(name.label, name.path, bucket).meaning(Means::Bucket));
            }
            None if text.contains(ANY_BUCKET) || text == host => item.pass_over(name, SETTING),
            None => item.add_setting(name.label, text),
        }
    }

    fn methods(&self) -> Vec<AuthMethod> {
        let is_aws = self
            .section
            .get("access_key")
            .is_some_and(shape::is_aws_key_id);
        match self.host() {
            Some(host) if host != AWS_HOST => {
                vec![host_method(host).unwrap_or(AuthMethod::S3CompatibleAccessKey)]
            }
            _ if is_aws => vec![AuthMethod::S3AccessKey],
            // The host is s3cmd's own default: it may never have been looked at.
            _ => s3_like(AuthMethod::S3AccessKey),
        }
    }
}

/// S3's two oldest names for regions.
fn region(location: &str) -> &str {
    match location {
        "US" => "us-east-1",
        "EU" => "eu-west-1",
        other => other,
    }
}
