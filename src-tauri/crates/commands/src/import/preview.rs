use std::cell::RefCell;
use std::collections::BTreeSet;

use domain::import::free_name;
use domain::text::SecretName;
use importers::{ItemState, ParsedImport, ParsedItem, ParsedSecret};
use vault::{Reader, StoreError};

use super::matching::{Choice, imported_before};
use crate::api::{ImportBecomes, ImportCounts, ImportItem, ImportPreview, MaskedField};
use crate::opened::Opened;
use crate::refusal::Answer;
use crate::secret::values_in_use;
use crate::view::hint;

/// What applying the same request would do.
pub fn preview(
    opened: &Opened,
    import: &ParsedImport,
    items: Option<domain::TextList>,
) -> Answer<ImportPreview> {
    let choice = Choice::parse(items, import)?;
    opened.vault.read(|reader| {
        let mut preview = Preview {
            reader,
            names: BTreeSet::new(),
            counts: no_counts(import),
        };
        let items = import
            .items
            .iter()
            .map(|item| preview.item(item, &choice))
            .collect::<Answer<_>>()?;
        Ok(ImportPreview {
            format: import.format.as_str().to_owned(),
            items,
            counts: preview.counts,
        })
    })
}

struct Preview<'a> {
    reader: &'a Reader<'a>,
    /// Folded names that the secrets before this one would take.
    names: BTreeSet<String>,
    counts: ImportCounts,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Action {
    Skip,
    Unchanged,
    Update,
    Create,
}

impl Preview<'_> {
    fn item(&mut self, item: &ParsedItem, choice: &Choice) -> Answer<ImportItem> {
        let skipped = choice.skips(item);
        let mut action = Action::Skip;
        let mut becomes = Vec::with_capacity(item.secrets.len());
        for parsed in &item.secrets {
            let (one, name) = match skipped {
                Some(_) => (Action::Skip, parsed.name.clone()),
                None => self.secret(parsed)?,
            };
            self.count(one, 1);
            action = action.max(one);
            becomes.push(shown(parsed, &name));
        }
        self.count(Action::Skip, item.left_out.len());
        let left_out = item
            .left_out
            .iter()
            .map(|line| format!("{}: {}", line.title, line.reason));
        let mut notes: Vec<String> = item
            .moved_to_notes
            .iter()
            .map(|what| format!("{what} goes to the notes"))
            .collect();
        notes.extend(item.remarks.iter().cloned());
        let left_out: Vec<String> = left_out.collect();
        let reason = match (skipped, item.secrets.is_empty()) {
            (Some(reason), _) => Some(reason.to_owned()),
            (None, true) => Some(left_out.join(" ")),
            (None, false) => None,
        };
        if !item.secrets.is_empty() {
            notes.extend(
                left_out
                    .into_iter()
                    .map(|line| format!("Left out – {line}")),
            );
        }
        Ok(ImportItem {
            item_id: item.item_id.clone(),
            title: item.title.clone(),
            vault: item.place.vault.clone(),
            archived: item.state == ItemState::Archived,
            becomes,
            action: action.as_str().to_owned(),
            reason,
            notes,
        })
    }

    fn secret(&mut self, parsed: &ParsedSecret) -> Answer<(Action, SecretName)> {
        if let Some(before) = imported_before(self.reader, parsed)? {
            let same = !before.secret().is_external()
                && values_in_use(self.reader, &before)?.ct_eq(&parsed.credentials);
            let action = if same {
                Action::Unchanged
            } else {
                Action::Update
            };
            return Ok((action, before.secret().name().clone()));
        }
        let name = free(self.reader, &parsed.name, &self.names)?;
        self.names.insert(name.folded());
        Ok((Action::Create, name))
    }

    fn count(&mut self, action: Action, secrets: usize) {
        let counter = match action {
            Action::Skip => &mut self.counts.skip,
            Action::Unchanged => &mut self.counts.unchanged,
            Action::Update => &mut self.counts.update,
            Action::Create => &mut self.counts.create,
        };
        *counter += u64::try_from(secrets).expect("usize fits in u64");
    }
}

/// The name, or the first one with a number that neither the vault nor this import has.
pub fn free(
    reader: &Reader<'_>,
    name: &SecretName,
    also_taken: &BTreeSet<String>,
) -> Result<SecretName, StoreError> {
    let failed = RefCell::new(None);
    let is_taken = |folded: &str| {
        let in_vault = SecretName::parse(folded)
            .ok()
            .map(|name| reader.secret_by_name(&name));
        match in_vault {
            Some(Err(error)) => {
                failed.replace(Some(error));
                false
            }
            Some(Ok(found)) => found.is_some() || also_taken.contains(folded),
            None => also_taken.contains(folded),
        }
    };
    let free = free_name(name, is_taken);
    failed.into_inner().map_or(Ok(free), Err)
}

fn shown(parsed: &ParsedSecret, name: &SecretName) -> ImportBecomes {
    let masks = parsed.masks();
    ImportBecomes {
        name: name.as_str().to_owned(),
        secret_type: parsed.method().secret_type().as_str().to_owned(),
        auth_method: parsed.method().as_str().to_owned(),
        fields: masks
            .iter()
            .map(|(name, mask)| MaskedField {
                name: name.to_owned(),
                mask: mask.as_str().to_owned(),
            })
            .collect(),
        hints: parsed.hints.iter().map(hint).collect(),
    }
}

fn no_counts(import: &ParsedImport) -> ImportCounts {
    let found = u64::try_from(import.found()).expect("usize fits in u64");
    ImportCounts {
        found,
        create: 0,
        update: 0,
        unchanged: 0,
        skip: 0,
    }
}

impl Action {
    fn as_str(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Unchanged => "unchanged",
            Self::Update => "update",
            Self::Create => "create",
        }
    }
}
