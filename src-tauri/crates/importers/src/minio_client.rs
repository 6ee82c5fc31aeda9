//! The MinIO client's `config.json` in all its versions. Source: minio/mc, cmd/config-old.go and cmd/config-v10.go.

use domain::catalogue::AuthMethod;

use crate::config_file::{ConfigFile, named, parse_json};
use crate::error::ImportError;
use crate::format::Format;
use crate::json::Json;
use crate::material::{Claim, FieldName, Likely, Material, Means, Part};
use crate::options::ReadOptions;
use crate::parsed::{ItemKind, ValueKind};
use crate::storage::host_method;

const KEY_ID: [&str; 4] = ["accessKey", "accessKeyId", "access-key-id", "AccessKeyID"];
const SECRET_KEY: [&str; 4] = [
    "secretKey",
    "secretAccessKey",
    "secret-access-key",
    "SecretAccessKey",
];
const TOKEN: &str = "sessionToken";
const TEMPORARY: &str =
    "It belongs to temporary credentials, which stop working within hours, so it is not taken.";
const URL: &str = "url";
const NO_KEY: &str = "It is used without a key.";
/// What mc writes where a key belongs.
const PLACEHOLDER: [&str; 2] = ["YOUR-ACCESS-KEY-HERE", "YOUR-SECRET-KEY-HERE"];
/// The key of MinIO's public playground, which mc brings along.
const PLAY_KEY: &str = "Q3AM3UQ867SPQQA43P2F";

pub(crate) fn read(text: &str, options: &ReadOptions) -> Result<Vec<Material>, ImportError> {
    let json = parse_json(text)?;
    let mut file = ConfigFile::new(Format::MinioClient, options);
    let hosts = ["aliases", "hosts", "Hosts"]
        .iter()
        .find_map(|name| json.get(name))
        .map(Json::members)
        .unwrap_or_default();
    let mut items = Vec::with_capacity(hosts.len());
    for (name, host) in hosts {
        let mut item = file.item(name, name, ItemKind::Storage);
        let members = host.members().iter();
        item.found(members.filter(|(_, value)| !value.is_empty()).count());
        fill(&mut item, name, host);
        items.push(item);
    }
    Ok(items)
}

fn fill(item: &mut Material, name: &str, host: &Json) {
    let id = first(host, &KEY_ID);
    let secret = first(host, &SECRET_KEY);
    if let Some(reason) = why_not(host, id, secret) {
        let members = host.members().iter().filter(|(_, value)| !value.is_empty());
        for (member, _) in members {
            item.pass_over(named(member), reason);
        }
        item.left_out.push(crate::parsed::LeftOut {
            title: item.head.title.clone(),
            reason: reason.to_owned(),
        });
        return;
    }
    // The first versions had no member for it: the host was the name.
    let url = host.member_text(URL).unwrap_or(name);
    let is_temporary = host.member_text(TOKEN).is_some();
    let mut places = [None, None];
    for (member, value) in host.members().iter().filter(|(_, value)| !value.is_empty()) {
        let text = value.as_plain_text();
        let member = member.as_str();
        let is_half = KEY_ID.contains(&member) || SECRET_KEY.contains(&member);
        if member == TOKEN || (is_half && is_temporary) {
            item.leave_out(named(member), TEMPORARY);
        } else if KEY_ID.contains(&member) {
            places[0] = item.add(Part::plain(member, member, &text));
        } else if SECRET_KEY.contains(&member) {
            let part = Part::secret(member, member, &text).of(ValueKind::Storage);
            places[1] = item.add(part);
        } else if member == "license" || member == "apiKey" {
            item.add(Part::secret(member, member, &text).of(ValueKind::ApiCredential));
        } else if member == URL {
            item.add(Part::plain(member, member, &text).meaning(Means::Endpoint));
        } else {
            item.add_setting(member, &text);
        }
    }
    if host.member_text(URL).is_none() && !name.contains('*') {
        let host_name = FieldName {
            section: "",
            label: "host",
            path: "host",
        };
        let part = Part::plain(host_name.label, host_name.path, name);
        item.add(part.meaning(Means::Endpoint).speaking_for(0));
    }
    if let [Some(id), Some(secret)] = places {
        item.claims.push(Claim {
            likely: Likely::Storage,
            methods: vec![host_method(url).unwrap_or(AuthMethod::S3CompatibleAccessKey)],
            parts: vec![id, secret],
        });
    }
}

fn first<'a>(host: &'a Json, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| host.member_text(name))
}

fn why_not(host: &Json, id: Option<&str>, secret: Option<&str>) -> Option<&'static str> {
    let is_placeholder = |text: Option<&str>| text.is_some_and(|text| PLACEHOLDER.contains(&text));
    let has_other = host.member_text("license").or(host.member_text("apiKey"));
    if id == Some(PLAY_KEY) {
        return Some(
            "It is MinIO's public playground, whose key everybody knows; mc brings it along.",
        );
    }
    if is_placeholder(id) || is_placeholder(secret) {
        return Some("It is one of the entries that mc brings along, and holds no key.");
    }
    if secret.is_none() && has_other.is_none() {
        return Some(NO_KEY);
    }
    None
}
