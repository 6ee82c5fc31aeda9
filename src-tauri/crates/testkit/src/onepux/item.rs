//! One item of an export.

use serde_json::{Value, json};

/// An item in the making, of the shape that 1Password writes.
pub struct Item {
    json: Value,
}

impl Item {
    /// `category` is 1Password's code: 001 login, 003 note, 005 password, 112 API credential, …
    pub fn new(category: &str, title: &str) -> Item {
        let json = json!({
            "uuid": uuid_for(title), "favIndex": 0, "createdAt": 1_714_298_956, "updatedAt": 1_735_346_445, "state": "active", "categoryUuid": category,
            "details": { "loginFields": [], "notesPlain": "", "sections": [], "passwordHistory": [] },
            "overview": {
                "subtitle": "", "icons": null, "title": title, "url": "", "urls": [], "tags": [], "ps": 0, "pbe": 0, "pgrng": false, "watchtowerExclusions": null
            }
        });
        Item { json }
    }

    pub fn login(title: &str, user_name: &str, password: &str) -> Item {
        Item::new("001", title)
            .login_field("username", "T", json!("username"), json!(user_name))
            .login_field("password", "P", json!("password"), json!(password))
    }

    /// A password item: its secret is a member of `details`.
    pub fn password(title: &str, password: &str) -> Item {
        Item::new("005", title).with("/details", "password", json!(password))
    }

    pub fn api_credential(title: &str, user_name: &str, credential: &str) -> Item {
        Item::new("112", title).section(
            "",
            vec![
                field("username", "username", "string", json!(user_name)),
                field("credential", "credential", "concealed", json!(credential)),
            ],
        )
    }

    pub fn note(title: &str, text: &str) -> Item {
        Item::new("003", title).notes(text)
    }

    #[must_use]
    pub fn login_field(self, name: &str, kind: &str, designation: Value, value: Value) -> Item {
        self.push("/details/loginFields", json!({ "value": value, "id": "", "name": name, "fieldType": kind, "designation": designation }))
    }

    #[must_use]
    pub fn section(self, title: &str, fields: Vec<Value>) -> Item {
        let name = if title.is_empty() {
            "add more".to_owned()
        } else {
            format!("Section_{}", uuid_for(title))
        };
        self.push(
            "/details/sections",
            json!({ "title": title, "name": name, "fields": fields }),
        )
    }

    #[must_use]
    pub fn notes(self, text: &str) -> Item {
        self.with("/details", "notesPlain", json!(text))
    }

    #[must_use]
    pub fn url(self, url: &str) -> Item {
        self.push("/overview/urls", json!({ "label": "website", "url": url }))
            .with("/overview", "url", json!(url))
    }

    #[must_use]
    pub fn tag(self, tag: &str) -> Item {
        self.push("/overview/tags", json!(tag))
    }

    #[must_use]
    pub fn earlier_password(self, password: &str) -> Item {
        self.push(
            "/details/passwordHistory",
            json!({ "value": password, "time": 1_700_000_000 }),
        )
    }

    #[must_use]
    pub fn document(self, document_id: &str, file_name: &str) -> Item {
        self.with(
            "/details",
            "documentAttributes",
            json!({ "fileName": file_name, "documentId": document_id, "decryptedSize": 1 }),
        )
    }

    #[must_use]
    pub fn archived(self) -> Item {
        self.with("", "state", json!("archived"))
    }

    #[must_use]
    pub fn trashed(self) -> Item {
        self.with("", "trashed", json!(true))
    }

    #[must_use]
    pub fn uuid(self, uuid: &str) -> Item {
        self.with("", "uuid", json!(uuid))
    }

    /// Sets any member of the object that the JSON pointer leads to.
    #[must_use]
    pub fn with(mut self, pointer: &str, member: &str, value: Value) -> Item {
        let object = self
            .json
            .pointer_mut(pointer)
            .and_then(Value::as_object_mut)
            .expect("an object of the item");
        object.insert(member.to_owned(), value);
        self
    }

    pub fn into_json(self) -> Value {
        self.json
    }

    fn push(mut self, pointer: &str, value: Value) -> Item {
        let list = self
            .json
            .pointer_mut(pointer)
            .and_then(Value::as_array_mut)
            .expect("a list of the item");
        list.push(value);
        self
    }
}

/// A field of a section; `kind` is the one member of its `value`.
pub fn field(title: &str, id: &str, kind: &str, payload: Value) -> Value {
    let mut value = serde_json::Map::new();
    value.insert(kind.to_owned(), payload);
    json!({
        "title": title, "id": id, "value": value, "indexAtSource": 0, "guarded": false, "multiline": false, "dontGenerate": false,
        "inputTraits": { "keyboard": "default", "correction": "default", "capitalization": "default" }
    })
}

/// 26 characters of base32 in lower case, the same for the same text.
pub fn uuid_for(text: &str) -> String {
    made_up(text, b"abcdefghijklmnopqrstuvwxyz234567", 26)
}

/// A text of an alphabet that looks random and is the same every time.
pub fn made_up(seed: &str, alphabet: &[u8], length: usize) -> String {
    let mut state = seed.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let size = u64::try_from(alphabet.len()).expect("a short alphabet");
    (0..length)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let index = usize::try_from((state >> 33) % size).expect("below the alphabet's length");
            char::from(*alphabet.get(index).expect("below the alphabet's length"))
        })
        .collect()
}
