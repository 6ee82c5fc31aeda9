//! A secret on the way: its value is fixed, its name and notes are not.

use std::collections::{BTreeMap, BTreeSet};

use domain::credentials::Credentials;
use domain::env_key::EnvKey;
use domain::fault::Hint;
use domain::secret::ImportSource;
use domain::time::Timestamp;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::format::Format;
use crate::material::{Head, Part};
use crate::names::{cut_path, secret_name};
use crate::parsed::{
    EarlierValue, FieldReference, ItemKind, ParsedLocation, ParsedSecret, ValueKind,
};

pub(super) struct Draft {
    pub group: usize,
    pub section: String,
    pub label: String,
    pub path: String,
    /// The paths of all parts that are in the value.
    pub paths: Vec<String>,
    pub kind: ValueKind,
    pub file_name: Option<String>,
    pub env_key: Option<EnvKey>,
    pub because: Option<String>,
    pub credentials: Credentials,
    pub hints: Vec<Hint>,
    pub notes: Zeroizing<String>,
    /// The item's notes are in the value, so they are not written beside it.
    pub holds_notes: bool,
    pub earlier: Vec<EarlierValue>,
    pub locations: Vec<ParsedLocation>,
    pub expires_at: Option<Timestamp>,
    pub references: Vec<FieldReference>,
}

impl Draft {
    pub(super) fn new(named_by: &Part, credentials: Credentials, hints: Vec<Hint>) -> Draft {
        Draft {
            group: named_by.group,
            section: named_by.section.clone(),
            label: named_by.label.clone(),
            path: named_by.path.clone(),
            paths: vec![named_by.path.clone()],
            kind: named_by.value,
            file_name: named_by.file_name.clone(),
            env_key: None,
            because: None,
            credentials,
            hints,
            notes: Zeroizing::default(),
            holds_notes: false,
            earlier: Vec::new(),
            locations: Vec::new(),
            expires_at: None,
            references: Vec::new(),
        }
    }

    /// All fields of an item as one value.
    pub(super) fn whole(kind: ItemKind, credentials: Credentials, hints: Vec<Hint>) -> Draft {
        let kind = match kind {
            ItemKind::Card => ValueKind::Card,
            ItemKind::Identity => ValueKind::Identity,
            ItemKind::Note => ValueKind::Note,
            _ => ValueKind::Other,
        };
        let named_by = Part::main("all fields", "item", "").of(kind);
        Draft::new(&named_by, credentials, hints)
    }

    /// The values are those of the parts, one each, as they stand in 1Password.
    pub(super) fn refer_to(&mut self, parts: &[&Part]) {
        let fields = self.credentials.method().fields();
        if fields.len() != parts.len() {
            return;
        }
        let references = fields.iter().zip(parts).map(|(field, part)| {
            Some(FieldReference {
                field_name: field.name,
                reference: part.reference.clone()?,
            })
        });
        self.references = references.collect::<Option<Vec<_>>>().unwrap_or_default();
    }

    /// The first secret of an item is named by the title alone.
    pub(super) fn finish(self, head: &Head, index: usize, sources: &mut Sources) -> ParsedSecret {
        ParsedSecret {
            name: if index == 0 {
                secret_name(&head.title, "", "")
            } else {
                secret_name(&head.title, &self.section, &self.label)
            },
            source: sources.claim(head.format, &head.id, &self.path),
            kind: self.kind,
            file_name: self.file_name,
            env_key: self.env_key,
            because: self.because,
            notes: self.notes,
            tags: head.tags.clone(),
            credentials: self.credentials,
            hints: self.hints,
            earlier: self.earlier,
            locations: self.locations,
            expires_at: self.expires_at,
            references: self.references,
        }
    }
}

/// The sources of an item's secrets, each handed out once.
#[derive(Default)]
pub(super) struct Sources {
    taken: BTreeSet<String>,
    /// For each text that was wanted, the number to be tried next: equal paths cost no more than different ones.
    next: BTreeMap<String, u64>,
}

impl Sources {
    /// `1password:ITEM:PATH`, the same in every export of the item. Paths are foreign text: cleaned, cut, and kept apart by a number.
    fn claim(&mut self, format: Format, item_id: &str, path: &str) -> ImportSource {
        let wanted = format!(
            "{}:{}:{}",
            format.source_word(),
            source_part(item_id),
            source_part(path)
        );
        let next = self.next.entry(wanted.clone()).or_insert(1);
        let free = loop {
            let text = match *next {
                1 => wanted.clone(),
                number => format!("{wanted}#{number}"),
            };
            *next += 1;
            if self.taken.insert(text.clone()) {
                break text;
            }
        };
        ImportSource::parse(&free).expect("a cleaned text of bounded length is a source")
    }
}

/// What can't be kept as it is ends in a digest of all of it, so that no two become one.
fn source_part(text: &str) -> String {
    let cut = cut_path(text);
    if cut == text {
        return cut;
    }
    let digest = Sha256::digest(text.as_bytes());
    let kept: String = cut.chars().take(SOURCE_KEPT_CHARS).collect();
    let ending: String = digest
        .iter()
        .take(DIGEST_BYTES)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{kept}~{ending}")
}

const SOURCE_KEPT_CHARS: usize = 80;
const DIGEST_BYTES: usize = 16;
