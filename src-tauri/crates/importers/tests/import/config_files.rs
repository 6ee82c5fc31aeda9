//! What the tests of files of settings have in common.

use std::io::Cursor;

use domain::secret_text::SecretText;
use importers::{
    Fate, Format, ImportError, ParsedImport, ParsedItem, ParsedSecret, ReadOptions, read_import,
};

pub fn options() -> ReadOptions {
    ReadOptions::default()
}

pub fn with_password(password: &str) -> ReadOptions {
    ReadOptions {
        password: Some(SecretText::new(password.to_owned())),
        ..ReadOptions::default()
    }
}

pub fn read_with(text: &[u8], options: &ReadOptions) -> Result<ParsedImport, ImportError> {
    read_import(Cursor::new(text), options)
}

/// The items of a file that is recognised as `format`.
#[track_caller]
pub fn items(format: Format, text: &str) -> Vec<ParsedItem> {
    match read_with(text.as_bytes(), &options()) {
        Ok(import) => {
            assert_eq!(import.format, format);
            crate::assert_complete(&import);
            assert!(
                import.items.iter().all(|item| item.found() > 0),
                "an item without a line of the report"
            );
            import.items
        }
        Err(error) => panic!("refused: {error}"),
    }
}

#[track_caller]
pub fn item_named<'a>(items: &'a [ParsedItem], title: &str) -> &'a ParsedItem {
    let found = items.iter().find(|item| item.title == title);
    found.unwrap_or_else(|| {
        let titles: Vec<&str> = items.iter().map(|item| item.title.as_str()).collect();
        panic!("no {title} among {titles:?}")
    })
}

/// One line for each secret: its name, method and values.
pub fn dump(items: &[ParsedItem]) -> String {
    let mut text = String::new();
    for item in items {
        text.push_str(&format!("{} ({})\n", item.title, item.kind.as_str()));
        for secret in &item.secrets {
            text.push_str(&format!("  {}\n", dump_secret(secret)));
        }
        for question in &item.questions {
            text.push_str(&format!("  ? {} [{}]\n", question.text, question.chosen));
        }
        for line in &item.left_out {
            text.push_str(&format!("  - {}: {}\n", line.title, line.reason));
        }
        for remark in &item.remarks {
            text.push_str(&format!("  ! {remark}\n"));
        }
        for field in &item.fields {
            text.push_str(&format!("  . {}: {}\n", field.name, dump_fate(&field.fate)));
        }
    }
    text
}

fn dump_secret(secret: &ParsedSecret) -> String {
    let mut text = format!("{} = {}", secret.name.as_str(), secret.method().as_str());
    for (field, value) in secret.credentials.iter() {
        text.push_str(&format!(" {}={:?}", field.name, value.expose_text()));
    }
    if let Some(key) = &secret.env_key {
        text.push_str(&format!(" env={key}"));
    }
    for location in &secret.locations {
        text.push_str(&format!(
            " @{}/{}/{}/{}",
            location.bucket_name.as_deref().unwrap_or_default(),
            location.prefix.as_deref().unwrap_or_default(),
            location.region.as_deref().unwrap_or_default(),
            location.endpoint_url.as_deref().unwrap_or_default(),
        ));
    }
    if let Some(at) = secret.expires_at.or(secret.credentials.expires_at()) {
        text.push_str(&format!(" until {at}"));
    }
    text
}

fn dump_fate(fate: &Fate) -> String {
    match fate {
        Fate::Kept { at } => at.as_str().to_owned(),
        Fate::Changed { at, how } => format!("{} ({how})", at.as_str()),
        Fate::LeftOut { reason } => format!("left out ({reason})"),
    }
}
