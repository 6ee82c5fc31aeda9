//! Which files an item lists, before they are fetched.

use serde::Deserialize;

use crate::limits::{ATTACHED_FILES_MAX, ITEM_BYTES_MAX};

/// A file as its item lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    pub id: String,
    /// As the item says; it may be wrong.
    pub size: Option<u64>,
    /// The id of the section it stands in.
    pub section: Option<String>,
}

/// The files that an item's JSON lists, [`ATTACHED_FILES_MAX`] at most; none where it is not of the form it should have.
pub fn attached_files(json: &[u8]) -> Vec<Attached> {
    #[derive(Deserialize)]
    struct Lists {
        #[serde(default)]
        files: Option<Vec<Listed>>,
    }
    #[derive(Deserialize)]
    struct Listed {
        id: String,
        #[serde(default)]
        size: Option<u64>,
        #[serde(default)]
        section: Option<Section>,
    }
    #[derive(Deserialize)]
    struct Section {
        id: Option<String>,
    }
    if json.len() > ITEM_BYTES_MAX {
        return Vec::new();
    }
    let lists = serde_json::from_slice::<Lists>(json);
    let files = lists.ok().and_then(|lists| lists.files);
    let files = files.unwrap_or_default().into_iter();
    files
        .take(ATTACHED_FILES_MAX)
        .map(|listed| Attached {
            id: listed.id,
            size: listed.size,
            section: listed.section.and_then(|section| section.id),
        })
        .collect()
}
