//! What came of every secret and every field of a file. It holds no value, so that it can be kept and passed on.

use std::collections::BTreeMap;

use domain::Timestamp;
use importers::{Fate, FieldLine, Home, ParsedImport, ParsedItem};
use serde::Serialize;

use super::choices::counted;
use super::item_facts;
use crate::api::{ImportFieldCounts, ImportGroup, ImportLeftOut, ImportReport};

/// The first of what was left out that the window shows; the saved report has all.
const LEFT_OUT_SHOWN: usize = 500;

#[derive(Serialize)]
pub struct Report {
    pub file_name: String,
    pub format: &'static str,
    pub imported_at: String,
    /// As the file was counted before anything was stored.
    pub found: u64,
    pub totals: Totals,
    pub fields: ImportFieldCounts,
    pub groups: Vec<ImportGroup>,
    pub items: Vec<ItemLine>,
    /// What was entered that is of no item, as of an account or a vault.
    pub about: Vec<FieldReport>,
}

#[derive(Clone, Copy, Default, Serialize)]
pub struct Totals {
    pub imported: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub skipped: u64,
    pub earlier: u64,
    pub locations: u64,
}

#[derive(Serialize)]
pub struct ItemLine {
    pub title: String,
    pub account: String,
    pub vault: String,
    pub folder: String,
    pub kind: &'static str,
    pub state: &'static str,
    pub secrets: Vec<SecretLine>,
    /// How much was entered, counted in the file before anything was made of it. The lines speak for as much.
    pub entered: u64,
    pub fields: Vec<FieldReport>,
    pub remarks: Vec<String>,
}

#[derive(Serialize)]
pub struct SecretLine {
    /// Its name in the vault, or in the file where it is not there.
    pub name: String,
    pub outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Earlier values that are old versions now.
    pub earlier: u64,
    pub locations: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Imported,
    Updated,
    Unchanged,
    Skipped,
}

#[derive(Serialize)]
pub struct FieldReport {
    pub name: String,
    /// How much of what was entered it speaks for.
    pub entered: u64,
    pub fate: FieldFate,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldFate {
    Kept,
    Changed,
    LeftOut,
}

/// What became of the places where fields of one secret would be kept: why not, where they are not.
#[derive(Clone, Default)]
pub struct Places {
    pub value: Option<String>,
    /// In which other form it is kept.
    pub value_as: Option<&'static str>,
    pub earlier: Option<String>,
    pub notes: Option<String>,
    pub location: Option<String>,
    pub expiry: Option<String>,
    pub name: Option<String>,
    pub tags: Option<String>,
    /// Whether it is archived.
    pub state: Option<String>,
}

impl Places {
    pub fn none(reason: &str) -> Self {
        let reason = Some(reason.to_owned());
        Self {
            value: reason.clone(),
            value_as: None,
            earlier: reason.clone(),
            notes: reason.clone(),
            location: reason.clone(),
            expiry: reason.clone(),
            name: reason.clone(),
            tags: reason.clone(),
            state: reason,
        }
    }

    fn why_not(&self, home: Home) -> Option<&str> {
        let place = match home {
            Home::Value { .. } => &self.value,
            Home::Earlier { .. } => &self.earlier,
            Home::Notes { .. } => &self.notes,
            Home::Location { .. } => &self.location,
            Home::Expiry { .. } => &self.expiry,
            Home::Name => &self.name,
            Home::Tags => &self.tags,
            Home::State => &self.state,
        };
        place.as_deref()
    }
}

impl ItemLine {
    /// `secrets` are those that the item becomes, with what became of their places, and after them what it leaves out.
    pub fn of(item: &ParsedItem, secrets: Vec<(SecretLine, Places)>) -> Self {
        let beside = item_facts::lines(item, &secrets);
        let lines = item.fields.iter().chain(&beside);
        let fields = lines.map(|line| field(line, &secrets));
        Self {
            title: item.title.clone(),
            account: item.place.account.clone(),
            vault: item.place.vault.clone(),
            folder: item.place.folder.clone(),
            kind: item.kind.as_str(),
            state: item.state.as_str(),
            entered: counted(item.entered + beside.len()),
            fields: fields.collect(),
            secrets: secrets.into_iter().map(|(line, _)| line).collect(),
            remarks: item.remarks.clone(),
        }
    }
}

/// A field of all secrets is where it should be if it is so for one of them.
fn field(line: &FieldLine, secrets: &[(SecretLine, Places)]) -> FieldReport {
    let (home, how) = match &line.fate {
        Fate::Kept { at } => (*at, None),
        Fate::Changed { at, how } => (*at, Some(how.clone())),
        Fate::LeftOut { reason } => return left_out(line, None, reason),
    };
    let missing = match home.secret() {
        Some(number) => secrets.get(number).map(|(_, places)| places.why_not(home)),
        None => {
            let all = secrets.iter().map(|(_, places)| places.why_not(home));
            all.min_by_key(Option::is_some)
        }
    };
    match missing {
        Some(Some(reason)) => left_out(line, Some(home), reason),
        Some(None) if how.is_none() && value_as(home, secrets).is_some() => FieldReport {
            name: line.name.clone(),
            entered: counted(line.entered),
            fate: FieldFate::Changed,
            at: Some(home.as_str()),
            note: value_as(home, secrets).map(str::to_owned),
        },
        Some(None) => FieldReport {
            name: line.name.clone(),
            entered: counted(line.entered),
            fate: match how {
                None => FieldFate::Kept,
                Some(_) => FieldFate::Changed,
            },
            at: Some(home.as_str()),
            note: how,
        },
        None => left_out(line, Some(home), "Nothing was made of it."),
    }
}

fn value_as(home: Home, secrets: &[(SecretLine, Places)]) -> Option<&'static str> {
    match home {
        Home::Value { secret } => secrets.get(secret)?.1.value_as,
        _ => None,
    }
}

fn left_out(line: &FieldLine, home: Option<Home>, reason: &str) -> FieldReport {
    FieldReport {
        name: line.name.clone(),
        entered: counted(line.entered),
        fate: FieldFate::LeftOut,
        at: home.map(Home::as_str),
        note: Some(reason.to_owned()),
    }
}

impl Report {
    /// What came of the file is counted anew from the lines; what was found, in the file itself. So the sums prove something.
    pub fn of(
        file_name: &str,
        import: &ParsedImport,
        items: Vec<ItemLine>,
        now: Timestamp,
    ) -> Self {
        let mut totals = Totals::default();
        let about: Vec<FieldReport> = import
            .about
            .fields
            .iter()
            .map(|line| field(line, &[]))
            .collect();
        let entered = items.iter().map(|item| item.entered);
        let mut fields = ImportFieldCounts {
            found: counted(import.about.entered) + entered.sum::<u64>(),
            ..ImportFieldCounts::default()
        };
        for line in items.iter().flat_map(|item| &item.fields).chain(&about) {
            *match line.fate {
                FieldFate::Kept => &mut fields.kept,
                FieldFate::Changed => &mut fields.changed,
                FieldFate::LeftOut => &mut fields.left_out,
            } += line.entered;
        }
        let mut groups: BTreeMap<[&str; 4], ImportGroup> = BTreeMap::new();
        for item in &items {
            let place = [&*item.account, &*item.vault, &*item.folder, item.kind];
            let group = groups.entry(place).or_insert_with(|| empty_group(item));
            for secret in &item.secrets {
                group.found += 1;
                let (of_all, of_group) = match secret.outcome {
                    Outcome::Imported => (&mut totals.imported, &mut group.imported),
                    Outcome::Updated => (&mut totals.updated, &mut group.updated),
                    Outcome::Unchanged => (&mut totals.unchanged, &mut group.unchanged),
                    Outcome::Skipped => (&mut totals.skipped, &mut group.skipped),
                };
                *of_all += 1;
                *of_group += 1;
                totals.earlier += secret.earlier;
                totals.locations += counted(secret.locations.len());
            }
        }
        let groups = groups.into_values().collect();
        Self {
            file_name: file_name.to_owned(),
            format: import.format.label(),
            imported_at: now.to_string(),
            found: counted(import.found()),
            totals,
            fields,
            groups,
            items,
            about,
        }
    }

    /// All that the vault has not: secrets that were skipped, and fields.
    pub fn left_out(&self) -> impl Iterator<Item = ImportLeftOut> {
        let about = self.about.iter().map(|field| ImportLeftOut {
            title: self.file_name.clone(),
            field: Some(field.name.clone()),
            reason: field.note.clone().unwrap_or_default(),
        });
        let of_items = self.items.iter().flat_map(|item| {
            let skipped = item
                .secrets
                .iter()
                .filter(|secret| secret.outcome == Outcome::Skipped);
            let secrets = skipped.map(|secret| ImportLeftOut {
                title: secret.name.clone(),
                field: None,
                reason: secret.reason.clone().unwrap_or_default(),
            });
            let is_all_skipped = item
                .secrets
                .iter()
                .all(|secret| secret.outcome == Outcome::Skipped);
            // What is skipped as a whole is told once, not field by field.
            let fields = item
                .fields
                .iter()
                .filter(move |field| field.fate == FieldFate::LeftOut && !is_all_skipped);
            let fields = fields.map(|field| ImportLeftOut {
                title: item.title.clone(),
                field: Some(field.name.clone()),
                reason: field.note.clone().unwrap_or_default(),
            });
            secrets.chain(fields).collect::<Vec<_>>()
        });
        of_items.chain(about)
    }

    pub fn is_complete(&self) -> bool {
        let totals = &self.totals;
        let fields = &self.fields;
        self.found == totals.imported + totals.updated + totals.unchanged + totals.skipped
            && fields.found == fields.kept + fields.changed + fields.left_out
    }

    pub fn shown(&self, can_destroy: bool) -> ImportReport {
        ImportReport {
            found: self.found,
            imported: self.totals.imported,
            updated: self.totals.updated,
            unchanged: self.totals.unchanged,
            skipped: self.totals.skipped,
            groups: self.groups.clone(),
            fields: self.fields,
            earlier: self.totals.earlier,
            locations: self.totals.locations,
            left_out: self.left_out().take(LEFT_OUT_SHOWN).collect(),
            left_out_total: counted(self.left_out().count()),
            can_destroy,
        }
    }
}

fn empty_group(item: &ItemLine) -> ImportGroup {
    ImportGroup {
        account: item.account.clone(),
        vault: item.vault.clone(),
        folder: item.folder.clone(),
        kind: item.kind.to_owned(),
        found: 0,
        imported: 0,
        updated: 0,
        unchanged: 0,
        skipped: 0,
    }
}
