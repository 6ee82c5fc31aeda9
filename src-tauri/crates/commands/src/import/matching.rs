use std::collections::BTreeSet;

use domain::TextList;
use domain::reject::Detail;
use domain::secret::SecretWithVersions;
use importers::{ItemState, ParsedImport, ParsedItem, ParsedSecret};
use vault::Reader;

use crate::refusal::Answer;

pub const IN_TRASH: &str = "It is in the trash where it comes from.";
pub const NOT_CHOSEN: &str = "It was not chosen.";

/// Which items are taken: those named, or all that are not in the trash of their source.
pub enum Choice {
    Defaults,
    Items(BTreeSet<String>),
}

impl Choice {
    pub fn parse(given: Option<TextList>, import: &ParsedImport) -> Result<Self, Vec<Detail>> {
        let Some(given) = given else {
            return Ok(Self::Defaults);
        };
        let given = given.into_texts("items")?;
        let known: BTreeSet<&str> = import
            .items
            .iter()
            .map(|item| item.item_id.as_str())
            .collect();
        let unknown = given
            .iter()
            .enumerate()
            .filter(|(_, id)| !known.contains(id.as_str()));
        let faults: Vec<Detail> = unknown
            .map(|(index, _)| {
                Detail::new(
                    vec!["items".into(), index.into()],
                    "unknown_value",
                    "The file has no such item.",
                )
            })
            .collect();
        if faults.is_empty() {
            Ok(Self::Items(given.into_iter().collect()))
        } else {
            Err(faults)
        }
    }

    /// Why an item is skipped as a whole.
    pub fn skips(&self, item: &ParsedItem) -> Option<&'static str> {
        match self {
            Self::Defaults => (item.state == ItemState::Trashed).then_some(IN_TRASH),
            Self::Items(chosen) => (!chosen.contains(&item.item_id)).then_some(NOT_CHOSEN),
        }
    }
}

/// The live secret that an earlier import made of the same place of the file.
pub fn imported_before(
    reader: &Reader<'_>,
    parsed: &ParsedSecret,
) -> Answer<Option<SecretWithVersions>> {
    for id in reader.secrets_by_import_source(&parsed.source)? {
        if let Some(found) = reader
            .secret(id)?
            .filter(|found| !found.secret().is_trashed())
        {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
