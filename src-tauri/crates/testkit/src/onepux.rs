//! 1Password exports (1PUX) made to measure: realistic ones, and ones that mean harm.

mod acme;
mod archive;
mod item;
mod many;

pub use acme::acme;
pub use archive::{encrypted_archive, zip_archive};
pub use item::{Item, field, made_up, uuid_for};
pub use many::many;

use serde_json::{Value, json};

/// An export of one account, built up vault by vault.
pub struct OnePux {
    account: String,
    vaults: Vec<Value>,
    files: Vec<(String, Vec<u8>)>,
}

impl OnePux {
    pub fn new(account: &str) -> OnePux {
        OnePux {
            account: account.to_owned(),
            vaults: Vec::new(),
            files: Vec::new(),
        }
    }

    #[must_use]
    pub fn vault(mut self, name: &str, items: Vec<Item>) -> OnePux {
        let items: Vec<Value> = items.into_iter().map(Item::into_json).collect();
        self.vaults.push(vault(name, &items));
        self
    }

    /// Content of a document or attachment that an item refers to by `document_id`.
    #[must_use]
    pub fn file(mut self, document_id: &str, file_name: &str, content: &[u8]) -> OnePux {
        self.files.push((
            format!("files/{document_id}__{file_name}"),
            content.to_owned(),
        ));
        self
    }

    pub fn into_bytes(self) -> Vec<u8> {
        let data = json!({ "accounts": [account(&self.account, &self.vaults)] });
        export(&data.to_string(), &self.files)
    }
}

/// An export with one vault that holds items of exactly this JSON.
pub fn export_of_items(items: &[Value]) -> Vec<u8> {
    let data = json!({ "accounts": [account("Acme", &[vault("Ops", items)])] });
    export_of_data(&data.to_string())
}

/// An export with exactly this text as its `export.data`.
pub fn export_of_data(data: &str) -> Vec<u8> {
    export(data, &[])
}

pub fn account(name: &str, vaults: &[Value]) -> Value {
    json!({
        "attrs": {
            "accountName": name, "name": name, "avatar": "", "email": "mara@acme.example",
            "uuid": item::uuid_for(name), "domain": "https://acme.1password.example/"
        },
        "vaults": vaults
    })
}

pub fn vault(name: &str, items: &[Value]) -> Value {
    json!({ "attrs": { "uuid": item::uuid_for(name), "desc": "", "avatar": "", "name": name, "type": "U" }, "items": items })
}

fn export(data: &str, files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let attributes =
        r#"{"version":3,"description":"1Password Unencrypted Export","createdAt":1777117519}"#;
    let mut entries: Vec<(&str, &[u8])> = vec![
        ("export.attributes", attributes.as_bytes()),
        ("export.data", data.as_bytes()),
    ];
    entries.extend(
        files
            .iter()
            .map(|(name, content)| (name.as_str(), content.as_slice())),
    );
    zip_archive(&entries)
}
