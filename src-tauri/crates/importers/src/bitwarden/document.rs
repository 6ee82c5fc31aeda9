//! The export as a whole: its folders and collections, and the JSON of each item, not yet looked into.

use std::collections::BTreeMap;

use domain::mask::display_text;
use domain::text::NAME_CHARS_MAX;
use serde::Deserialize;

use crate::error::ImportError;
use crate::json::Capped;
use crate::limits::IMPORT_ITEMS_MAX;

pub(super) struct Document<'a> {
    pub items: Vec<RawItem<'a>>,
    /// Names of folders and collections by their ids, safe to show.
    pub folders: BTreeMap<String, String>,
}

pub(super) struct RawItem<'a> {
    pub json: &'a str,
}

#[derive(Deserialize)]
struct Export<'a> {
    #[serde(borrow)]
    items: Option<Capped<'a>>,
    #[serde(borrow)]
    folders: Option<Capped<'a>>,
    #[serde(borrow)]
    collections: Option<Capped<'a>>,
}

#[derive(Deserialize)]
struct Folder {
    id: String,
    name: String,
}

impl<'a> Document<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Document<'a>, ImportError> {
        // Serde would read a list as an object's members in order.
        if !text.trim_start().starts_with('{') {
            return Err(ImportError::Json { line: 1, column: 1 });
        }
        let export: Export = serde_json::from_str(text).map_err(|error| ImportError::Json {
            line: error.line(),
            column: error.column(),
        })?;
        let items = export.items.ok_or(ImportError::NotRecognised(
            "it is JSON, but no Bitwarden export: it has no items.",
        ))?;
        let folders = export.folders.unwrap_or_default();
        let collections = export.collections.unwrap_or_default();
        let lists = [&items, &folders, &collections];
        if lists.iter().any(|list| list.beyond > 0) {
            return Err(ImportError::TooManyItems {
                limit: IMPORT_ITEMS_MAX,
            });
        }
        let folders = folders
            .kept
            .iter()
            .chain(&collections.kept)
            .filter_map(|json| serde_json::from_str::<Folder>(json.get()).ok())
            .map(|folder| (folder.id, cut(&folder.name)))
            .collect();
        let items = items
            .kept
            .iter()
            .map(|json| RawItem { json: json.get() })
            .collect();
        Ok(Document { items, folders })
    }
}

/// Names are shown beside every item; one that fills the file must not be copied for each.
fn cut(text: &str) -> String {
    let cut: String = text.chars().take(NAME_CHARS_MAX).collect();
    display_text(&cut)
}
