//! Google's JSON key files. A service account's is a storage credential as a whole; what else signs in is kept whole too.

use crate::config_file::{ConfigFile, named, parse_json};
use crate::error::ImportError;
use crate::format::Format;
use crate::json::Json;
use crate::material::{Material, Part};
use crate::options::ReadOptions;
use crate::parsed::{ItemKind, ValueKind};

/// Members whose text is secret.
const SECRET_MEMBERS: [&str; 3] = ["private_key", "refresh_token", "client_secret"];
const PATH: &str = "file";

pub(crate) fn read(text: &str, options: &ReadOptions) -> Result<Vec<Material>, ImportError> {
    let json = parse_json(text)?;
    let mut file = ConfigFile::new(Format::GcpKey, options);
    let kind = json.member_text("type");
    let name = [
        "client_email",
        "quota_project_id",
        "project_id",
        "client_id",
    ]
    .iter()
    .find_map(|member| json.member_text(member));
    let label = what(kind);
    let title = name.map_or_else(|| label.to_owned(), |name| name.to_owned());
    let mut item = file.item(name.unwrap_or(label), &title, ItemKind::ApiCredential);
    // The file is one value.
    item.found(1);
    if kind == Some("service_account") {
        let part = Part::main("service account key", PATH, text.trim());
        item.add(part.of(ValueKind::Storage));
    } else if holds_secret(&json) {
        item.remark(format!(
            "This is {label}, not a service account's key. It is kept as a value."
        ));
        let part = Part::main(label, PATH, text.trim());
        item.add(part.of(ValueKind::ApiCredential));
    } else {
        item.leave_out(
            named(label),
            "It says how to sign in and holds no key or token.",
        );
    }
    Ok(vec![item])
}

fn what(kind: Option<&str>) -> &'static str {
    match kind {
        Some("service_account") => "a service account's key",
        Some("authorized_user") => "a person's own sign-in from gcloud",
        Some("external_account" | "external_account_authorized_user") => {
            "a workload identity configuration"
        }
        Some("impersonated_service_account") => {
            "a configuration that impersonates a service account"
        }
        Some("gdch_service_account") => "a key for Google Distributed Cloud",
        _ => "an OAuth client's file",
    }
}

/// At any depth: an impersonating configuration holds another sign-in inside.
fn holds_secret(json: &Json) -> bool {
    json.members().iter().any(|(name, value)| {
        (SECRET_MEMBERS.contains(&name.as_str()) && value.text().is_some()) || holds_secret(value)
    })
}
