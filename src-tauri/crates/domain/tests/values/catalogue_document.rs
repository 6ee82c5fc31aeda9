//! `docs/SECRET_TYPES.md` is the catalogue in words; it is written by the catalogue itself.

use std::fmt::Write;
use std::path::PathBuf;

use domain::catalogue::{FieldKind, FieldSpec, MethodView, TypeView, catalogue};
use domain::presets::{Preset, presets};

/// Writes the file anew instead of comparing it.
const WRITE: &str = "TURNSTONE_WRITE_DOCS";

#[test]
fn the_document_of_secret_types_is_the_catalogue_in_words() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../docs/SECRET_TYPES.md");
    let document = document();
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, &document).expect("the document can be written");
    }

    let committed = std::fs::read_to_string(&path).unwrap_or_default();

    assert!(
        committed == document,
        "docs/SECRET_TYPES.md differs from the catalogue; run: {WRITE}=1 cargo test -p turnstone-domain --test values"
    );
}

fn document() -> String {
    let mut text = String::from(
        "# Secret types\n\n\
         What a secret can be, which fields it has, and under which names `turnstone-cli run` gives them to a program. Written from the catalogue in `domain`\n\
         (`src-tauri/crates/domain/src/catalogue`), from which also come the forms, the checks and the masks.\n",
    );
    for shown in catalogue() {
        push_type(&mut text, &shown);
    }
    text.push_str(
        "\n## Presets for API keys\n\n\
         A new generic secret can start from one of these; everything stays editable.\n\n\
         | service | env key | allowed domains | where the key is made |\n|---|---|---|---|\n",
    );
    for preset in presets() {
        push_preset(&mut text, preset);
    }
    text
}

fn push_type(text: &mut String, shown: &TypeView) {
    let name = shown.secret_type.as_str();
    let (label, help) = (shown.label, shown.help);
    write!(text, "\n## {label}\n\n`{name}`. {help}\n").expect("text can be written");
    for method in &shown.methods {
        push_method(text, method);
    }
}

fn push_method(text: &mut String, shown: &MethodView) {
    let (label, name) = (shown.label, shown.method.as_str());
    write!(
        text,
        "\n{label} (`{name}`):\n\n| field | kind | given to a program as | help |\n|---|---|---|---|\n"
    )
    .expect("text can be written");
    for field in shown.fields {
        push_field(text, field);
    }
}

fn push_field(text: &mut String, field: &FieldSpec) {
    let kind = match field.kind {
        FieldKind::Identifier => "identifier",
        FieldKind::Secret => "secret",
        FieldKind::Text => "secret text",
        FieldKind::ServiceAccountJson => "service-account file",
        FieldKind::SasUrl => "SAS URL",
    };
    let variable = field.env_name.map_or_else(
        || "the secret's env key".to_owned(),
        |name| format!("`{name}`"),
    );
    let (name, label, help) = (field.name, field.label, field.help);
    writeln!(
        text,
        "| {label} (`{name}`) | {kind} | {variable} | {help} |"
    )
    .expect("text can be written");
}

fn push_preset(text: &mut String, preset: &Preset) {
    let hosts = if preset.allowed_domains.is_empty() {
        "any host, until you say which".to_owned()
    } else {
        let quoted: Vec<String> = preset
            .allowed_domains
            .iter()
            .map(|host| format!("`{host}`"))
            .collect();
        quoted.join(", ")
    };
    let (label, env_key, help) = (preset.label, preset.env_key, preset.help);
    writeln!(text, "| {label} | `{env_key}` | {hosts} | {help} |").expect("text can be written");
}
