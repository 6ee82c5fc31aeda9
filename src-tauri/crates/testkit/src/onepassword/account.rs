//! What is in the account: vaults, items, attached files.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::onepux::uuid_for;

/// Vaults by name, each with its items.
#[derive(Clone, Default)]
pub struct Account {
    pub(super) vaults: Vec<LiveVault>,
}

#[derive(Clone)]
pub(super) struct LiveVault {
    pub id: String,
    pub name: String,
    pub items: Vec<LiveItem>,
}

/// An item in the making. Its id is that of an export's item of the same title (`onepux`).
#[derive(Clone)]
pub struct LiveItem {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) category: String,
    pub(super) state: Option<&'static str>,
    pub(super) tags: Vec<String>,
    pub(super) urls: Vec<String>,
    pub(super) favorite: bool,
    pub(super) sections: Vec<(String, String)>,
    pub(super) fields: Vec<Value>,
    pub(super) files: Vec<File>,
}

#[derive(Clone)]
pub(super) struct File {
    pub id: String,
    pub name: String,
    pub section: Option<String>,
    pub content: Vec<u8>,
}

/// How an item is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// `op`: snake case, with references.
    Snake,
    /// Connect: camel case, without.
    Camel,
}

impl Account {
    #[must_use]
    pub fn vault(mut self, name: &str, items: Vec<LiveItem>) -> Account {
        // Two vaults of a name are two all the same.
        let mut id = uuid_for(name);
        while self.vaults.iter().any(|vault| vault.id == id) {
            id = uuid_for(&id);
        }
        self.vaults.push(LiveVault {
            id,
            name: name.to_owned(),
            items,
        });
        self
    }

    pub(super) fn find(&self, vault: &str) -> Option<&LiveVault> {
        self.vaults.iter().find(|known| known.id == vault)
    }
}

impl LiveVault {
    pub(super) fn find(&self, item: &str) -> Option<&LiveItem> {
        self.items.iter().find(|known| known.id == item)
    }
}

impl LiveItem {
    /// `category` as the real ones name it: LOGIN, API_CREDENTIAL, …
    pub fn new(category: &str, title: &str) -> LiveItem {
        LiveItem {
            id: uuid_for(title),
            title: title.to_owned(),
            category: category.to_owned(),
            state: None,
            tags: Vec::new(),
            urls: Vec::new(),
            favorite: false,
            sections: Vec::new(),
            fields: Vec::new(),
            files: Vec::new(),
        }
    }

    pub fn login(title: &str, user_name: &str, password: &str) -> LiveItem {
        LiveItem::new("LOGIN", title)
            .with(json!({ "id": "username", "type": "STRING", "purpose": "USERNAME", "label": "username", "value": user_name }))
            .with(json!({ "id": "password", "type": "CONCEALED", "purpose": "PASSWORD", "label": "password", "value": password }))
    }

    pub fn api_credential(title: &str, user_name: &str, credential: &str) -> LiveItem {
        LiveItem::new("API_CREDENTIAL", title)
            .with(field("STRING", "username", "username", user_name))
            .with(concealed("credential", "credential", credential))
    }

    #[must_use]
    pub fn id(mut self, id: &str) -> LiveItem {
        id.clone_into(&mut self.id);
        self
    }

    #[must_use]
    pub fn with(mut self, field: Value) -> LiveItem {
        self.fields.push(field);
        self
    }

    #[must_use]
    pub fn notes(self, text: &str) -> LiveItem {
        self.with(json!({ "id": "notesPlain", "type": "STRING", "purpose": "NOTES", "label": "notesPlain", "value": text }))
    }

    /// Its id is that of an export's section of the same title.
    #[must_use]
    pub fn section(mut self, title: &str, fields: Vec<Value>) -> LiveItem {
        let id = format!("Section_{}", uuid_for(title));
        let fields = fields.into_iter().map(|field| in_section(field, &id));
        self.fields.extend(fields);
        self.sections.push((id, title.to_owned()));
        self
    }

    #[must_use]
    pub fn url(mut self, url: &str) -> LiveItem {
        self.urls.push(url.to_owned());
        self
    }

    #[must_use]
    pub fn tag(mut self, tag: &str) -> LiveItem {
        self.tags.push(tag.to_owned());
        self
    }

    #[must_use]
    pub fn favorite(mut self) -> LiveItem {
        self.favorite = true;
        self
    }

    #[must_use]
    pub fn archived(mut self) -> LiveItem {
        self.state = Some("ARCHIVED");
        self
    }

    #[must_use]
    pub fn file(mut self, name: &str, content: &[u8]) -> LiveItem {
        self.files.push(File {
            id: uuid_for(name),
            name: name.to_owned(),
            section: None,
            content: content.to_owned(),
        });
        self
    }

    /// As the lists have it: without what it holds.
    pub(super) fn summary(&self, vault: &LiveVault, spelling: Spelling) -> Value {
        let mut summary = json!({
            "id": self.id, "title": self.title, "version": 2, "category": self.category,
            "vault": { "id": vault.id }
        });
        let mut set = |name: &str, value: Value| {
            let summary = summary.as_object_mut().expect("an object");
            summary.insert(name.to_owned(), value);
        };
        let [created, updated, by] = match spelling {
            Spelling::Snake => ["created_at", "updated_at", "last_edited_by"],
            Spelling::Camel => ["createdAt", "updatedAt", "lastEditedBy"],
        };
        set(created, json!("2024-04-28T10:09:16Z"));
        set(updated, json!("2024-12-28T00:52:25Z"));
        set(by, json!(uuid_for("somebody")));
        if spelling == Spelling::Snake {
            set("vault", json!({ "id": vault.id, "name": vault.name }));
            set("additional_information", json!("—"));
        }
        if let Some(state) = self.state {
            set("state", json!(state));
        }
        if self.favorite {
            set("favorite", json!(true));
        }
        if !self.tags.is_empty() {
            set("tags", json!(self.tags));
        }
        if !self.urls.is_empty() {
            let urls = self.urls.iter().enumerate();
            let urls: Vec<Value> = urls
                .map(|(index, url)| json!({ "label": "website", "primary": index == 0, "href": url }))
                .collect();
            set("urls", json!(urls));
        }
        summary
    }

    /// With all it holds.
    pub(super) fn whole(&self, vault: &LiveVault, spelling: Spelling) -> Value {
        let mut whole = self.summary(vault, spelling);
        let sections: Vec<Value> = self
            .sections
            .iter()
            .map(|(id, label)| json!({ "id": id, "label": label }))
            .collect();
        let fields = self.fields.iter().map(|field| {
            let mut field = field.clone();
            if spelling == Spelling::Snake {
                let label = field.get("label").and_then(Value::as_str).unwrap_or("");
                let reference = format!("op://{}/{}/{label}", vault.name, self.title);
                let members = field.as_object_mut().expect("an object");
                members.insert("reference".to_owned(), json!(reference));
            }
            field
        });
        let fields: Vec<Value> = fields.collect();
        let files: Vec<Value> = self
            .files
            .iter()
            .map(|file| self.file_json(vault, file))
            .collect();
        let members = whole.as_object_mut().expect("an object");
        members.insert("sections".to_owned(), json!(sections));
        members.insert("fields".to_owned(), json!(fields));
        if !files.is_empty() {
            members.insert("files".to_owned(), json!(files));
        }
        whole
    }

    /// What a reference to a field or file leads to, by its end in small letters with `|` for `/`. Where there is more than one,
    /// 1Password refuses.
    pub(super) fn referred_to(&self) -> BTreeMap<String, Vec<Vec<u8>>> {
        let mut found: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
        let text = |json: &Value, name: &str| -> String {
            json.get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let fields = self.fields.iter().map(|field| {
            let section = field.get("section").map(|section| text(section, "id"));
            (
                section,
                [text(field, "id"), text(field, "label")],
                text(field, "value").into_bytes(),
            )
        });
        let files = self.files.iter().map(|file| {
            (
                file.section.clone(),
                [file.id.clone(), file.name.clone()],
                file.content.clone(),
            )
        });
        for (section, mut names, content) in fields.chain(files) {
            let label = self
                .sections
                .iter()
                .find(|(id, _)| Some(id) == section.as_ref());
            let mut within: Vec<String> = vec![String::new()];
            within.extend(section.iter().map(|id| format!("{id}|")));
            within.extend(label.map(|(_, label)| format!("{label}|")));
            names.sort_unstable();
            for name in names
                .iter()
                .enumerate()
                .filter(|(index, name)| *index == 0 || names.first() != Some(name))
                .map(|(_, name)| name)
            {
                // A name with a slash can't be written in a reference.
                if name.is_empty() || name.contains('/') {
                    continue;
                }
                for section in within.iter().filter(|section| !section.contains('/')) {
                    let end = format!("{section}{name}").to_ascii_lowercase();
                    found.entry(end).or_default().push(content.clone());
                }
            }
        }
        found
    }

    pub(super) fn file_json(&self, vault: &LiveVault, file: &File) -> Value {
        let mut json = json!({
            "id": file.id, "name": file.name, "size": file.content.len(),
            "content_path": format!("/v1/vaults/{}/items/{}/files/{}/content", vault.id, self.id, file.id)
        });
        if let (Some(section), Some(members)) = (&file.section, json.as_object_mut()) {
            members.insert("section".to_owned(), json!({ "id": section }));
        }
        json
    }
}

/// A field by its type.
pub fn field(kind: &str, id: &str, label: &str, value: &str) -> Value {
    json!({ "id": id, "type": kind, "label": label, "value": value })
}

pub fn concealed(id: &str, label: &str, value: &str) -> Value {
    field("CONCEALED", id, label, value)
}

/// The field in the section of this id.
pub fn in_section(mut field: Value, section: &str) -> Value {
    let members = field.as_object_mut().expect("a field is an object");
    members.insert("section".to_owned(), json!({ "id": section }));
    field
}
