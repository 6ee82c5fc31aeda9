//! Azure connection strings and SAS URLs, each on a line of its own.
//! Source: Microsoft, "Configure Azure Storage connection strings".

use domain::catalogue::AuthMethod;
use zeroize::Zeroizing;

use crate::config_file::ConfigFile;
use crate::error::ImportError;
use crate::format::Format;
use crate::limits::IMPORT_ITEMS_MAX;
use crate::lines::lines;
use crate::material::{Claim, FieldName, Likely, Material, Means, Part};
use crate::options::ReadOptions;
use crate::parsed::{ItemKind, LeftOut, ValueKind};
use crate::secret_like::is_signed_url;

pub(crate) const ACCOUNT_NAME: &str = "AccountName";
pub(crate) const ACCOUNT_KEY: &str = "AccountKey";
pub(crate) const SIGNATURE: &str = "SharedAccessSignature";
pub(crate) const BLOB_ENDPOINT: &str = "BlobEndpoint";
/// Members that say nothing of their own if they have these values.
const DEFAULTS: [(&str, &str); 2] = [
    ("DefaultEndpointsProtocol", "https"),
    ("EndpointSuffix", "core.windows.net"),
];
/// The emulator's account, whose key stands in Microsoft's documentation.
const EMULATOR: &str = "devstoreaccount1";

/// `Name=value;Name=value`, each value up to the next `;`.
pub(crate) struct ConnectionString<'a> {
    fields: Vec<(&'a str, &'a str)>,
}

impl<'a> ConnectionString<'a> {
    /// `None` where the text is none, or is a connection string without any member known from Azure.
    pub(crate) fn parse(text: &'a str) -> Option<ConnectionString<'a>> {
        let mut fields = Vec::new();
        for segment in text.split(';').map(str::trim).filter(|it| !it.is_empty()) {
            // Keys end in `=`: only the first one divides.
            let (name, value) = segment.split_once('=')?;
            let name = name.trim();
            if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric()) {
                return None;
            }
            fields.push((name, value.trim()));
        }
        let found = ConnectionString { fields };
        let known = [
            ACCOUNT_KEY,
            SIGNATURE,
            "SharedAccessKey",
            "UseDevelopmentStorage",
        ];
        known
            .iter()
            .any(|name| found.get(name).is_some())
            .then_some(found)
    }

    /// Names are compared without regard to case, as Azure's libraries do.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.fields
            .iter()
            .find(|(known, value)| known.eq_ignore_ascii_case(name) && !value.is_empty())
            .map(|(_, value)| *value)
    }

    /// Whether there is anything but one of each of these, and what holds without being said.
    pub(crate) fn says_more_than(&self, names: &[&str]) -> bool {
        let is = |name: &str, known: &str| name.eq_ignore_ascii_case(known);
        let is_named = |name: &str| names.iter().any(|known| is(name, known));
        let members = self.fields.iter().filter(|(_, value)| !value.is_empty());
        let is_default = |name: &str, value: &str| {
            let mut defaults = DEFAULTS.iter();
            defaults.any(|(known, usual)| is(name, known) && is(value, usual))
        };
        let mut named = 0;
        for (name, value) in members {
            if is_named(name) {
                named += 1;
            } else if !is_default(name, value) {
                return true;
            }
        }
        named > names.len()
    }

    /// Whether a secret stands in it.
    pub(crate) fn holds_key(&self) -> bool {
        [ACCOUNT_KEY, SIGNATURE, "SharedAccessKey"]
            .iter()
            .any(|name| self.get(name).is_some())
    }

    pub(crate) fn is_emulator(&self) -> bool {
        self.get("UseDevelopmentStorage").is_some() || self.get(ACCOUNT_NAME) == Some(EMULATOR)
    }

    /// The account and its key, where it is a storage account's.
    pub(crate) fn account(&self) -> Option<(&'a str, &'a str)> {
        Some((self.get(ACCOUNT_NAME)?, self.get(ACCOUNT_KEY)?))
    }

    /// The signature put behind the endpoint it is for.
    pub(crate) fn sas_url(&self) -> Option<Zeroizing<String>> {
        let signature = self.get(SIGNATURE)?.trim_start_matches('?');
        let endpoint = match self.get(BLOB_ENDPOINT) {
            Some(endpoint) => endpoint.to_owned(),
            None => format!("https://{}.blob.core.windows.net", self.get(ACCOUNT_NAME)?),
        };
        let url = format!("{}/?{signature}", endpoint.trim_end_matches('/'));
        Some(Zeroizing::new(url))
    }
}

pub(crate) fn read(text: &str, options: &ReadOptions) -> Result<Vec<Material>, ImportError> {
    let mut file = ConfigFile::new(Format::AzureConnectionString, options);
    let found: Vec<(usize, &str)> = lines(text)
        .map(|(number, line)| (number, line.trim().trim_matches(['"', '\''])))
        .filter(|(_, content)| !content.is_empty() && !content.starts_with('#'))
        .collect();
    if found.len() > IMPORT_ITEMS_MAX {
        return Err(ImportError::TooManyItems {
            limit: IMPORT_ITEMS_MAX,
        });
    }
    let items = found.into_iter();
    Ok(items
        .map(|(number, content)| item_of(&mut file, content, number))
        .collect())
}

fn item_of(file: &mut ConfigFile, content: &str, number: usize) -> Material {
    if is_signed_url(content) {
        let place = place_of_url(content);
        let title = format!("SAS {place}");
        let mut item = file.item(&title, &title, ItemKind::Storage);
        item.found(1);
        add_sas(&mut item, content, 1);
        return item;
    }
    let Some(found) = ConnectionString::parse(content) else {
        let name = format!("Line {number}");
        let mut item = file.item(&name, &name, ItemKind::Other);
        item.found(1);
        let label = FieldName {
            section: "",
            label: "text",
            path: "text",
        };
        item.leave_out(label, "It is neither a connection string nor a SAS URL.");
        return item;
    };
    let title = title_of(&found);
    let mut item = file.item(&title, &title, ItemKind::Storage);
    fill(&mut item, &found, content);
    item
}

fn title_of(found: &ConnectionString<'_>) -> String {
    let endpoint = [BLOB_ENDPOINT, "Endpoint", "AccountEndpoint"]
        .iter()
        .find_map(|name| found.get(name));
    match (found.get(ACCOUNT_NAME), endpoint) {
        (Some(account), _) => format!("Azure {account}"),
        (None, Some(endpoint)) => format!("Azure {}", place_of_url(endpoint)),
        (None, None) => "Azure connection string".to_owned(),
    }
}

fn fill(item: &mut Material, found: &ConnectionString<'_>, content: &str) {
    if found.is_emulator() {
        item.left_out.push(LeftOut {
            title: item.head.title.clone(),
            reason: "It is the storage emulator's, whose key everybody knows.".to_owned(),
        });
        return;
    }
    let sas_url = found.sas_url();
    if found.account().is_none() && sas_url.is_none() {
        item.remark(
            "This connection string is not for a storage account. It is kept whole, as a value.",
        );
        item.found(1);
        let part = Part::main("connection string", "connection_string", content);
        item.add(part.of(ValueKind::ApiCredential));
        return;
    }
    let filled = found.fields.iter().filter(|(_, value)| !value.is_empty());
    item.found(filled.count());
    let mut places = [None, None];
    let mut signatures = 0;
    for (name, value) in found.fields.iter().filter(|(_, value)| !value.is_empty()) {
        if name.eq_ignore_ascii_case(ACCOUNT_NAME) {
            places[0] = item.add(Part::plain(name, name, value));
        } else if name.eq_ignore_ascii_case(ACCOUNT_KEY) {
            places[1] = item.add(Part::main(name, name, value).of(ValueKind::Storage));
        } else if name.eq_ignore_ascii_case(SIGNATURE) {
            signatures += 1;
        } else {
            item.add(setting(name, value));
        }
    }
    if let [Some(account), Some(key)] = places {
        item.claims.push(Claim {
            likely: Likely::Storage,
            methods: vec![AuthMethod::AzureAccountKey],
            parts: vec![account, key],
        });
    }
    if let Some(url) = sas_url {
        add_sas(item, &url, signatures);
    }
}

fn setting(name: &str, value: &str) -> Part {
    let part = Part::plain(name, name, value);
    if name.eq_ignore_ascii_case(BLOB_ENDPOINT) {
        part.meaning(Means::Endpoint)
    } else {
        part
    }
}

/// A URL of one container names it; its expiry is read where its credentials are made.
fn add_sas(item: &mut Material, url: &str, entered: usize) {
    let part = Part::main("SAS URL", "sas_url", url).of(ValueKind::Storage);
    item.add(part.speaking_for(entered));
    let path = url.split('?').next().unwrap_or_default();
    let after_host = path.split_once("://").map_or("", |(_, rest)| rest);
    let mut segments = after_host.split('/').skip(1).filter(|it| !it.is_empty());
    if let Some(container) = segments.next() {
        let part = Part::plain("container", "container", container).meaning(Means::Bucket);
        item.add(part.speaking_for(0));
        let rest: Vec<&str> = segments.collect();
        if !rest.is_empty() {
            let prefix = rest.join("/");
            let part = Part::plain("prefix", "prefix", &prefix).meaning(Means::Prefix);
            item.add(part.speaking_for(0));
        }
    }
}

/// Host and path, without what signs.
fn place_of_url(url: &str) -> &str {
    let bare = url.split(['?', '#']).next().unwrap_or_default();
    let bare = bare.split_once("://").map_or(bare, |(_, rest)| rest);
    bare.trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_string_is_divided_at_the_first_equals_sign() {
        let text = "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=ab==;EndpointSuffix=core.windows.net";
        let found = ConnectionString::parse(text).expect("a connection string");
        assert_eq!(found.account(), Some(("acme", "ab==")));
        assert_eq!(found.get("accountname"), Some("acme"));
    }

    #[test]
    fn a_signature_is_put_behind_its_endpoint() {
        let text = "BlobEndpoint=https://acme.blob.core.windows.net/;SharedAccessSignature=sv=2024&sig=a%3D";
        let found = ConnectionString::parse(text).expect("a connection string");
        assert_eq!(
            found.sas_url().expect("a URL").as_str(),
            "https://acme.blob.core.windows.net/?sv=2024&sig=a%3D"
        );
    }

    #[test]
    fn what_is_no_connection_string_is_none() {
        for text in [
            "",
            "a",
            "a=b",
            "AccountName=x",
            "https://x/?AccountKey=y",
            "Account Key=x;AccountKey=y",
        ] {
            assert!(ConnectionString::parse(text).is_none(), "{text}");
        }
    }
}
