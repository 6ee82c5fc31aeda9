//! What a person decides about items, and which items they are shown.

use std::collections::BTreeMap;

use domain::reject::Detail;
use importers::{ItemState, ParsedItem};
use vault::UnlockedVault;

use super::both_sides::is_asked;
use super::held::Looked;
use super::judging::{Becomes, ItemVerdict};
use crate::api::{ImportCounts, Whole};
use crate::listing::search_text;
use crate::refusal::Answer;

const LIMIT_DEFAULT: i64 = 200;
const LIMIT_MAX: i64 = 500;
/// Of an answer that is no page of a window: all that a file can hold.
const ALL_LIMIT_MAX: i64 = 200_000;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Show {
    All,
    Create,
    Update,
    Unchanged,
    Skip,
    Archived,
    Trashed,
    Duplicate,
    Renamed,
    Question,
    Location,
    LeftOut,
}

/// A page of those that match.
pub struct Page {
    pub filter: Filter,
    pub offset: usize,
    pub limit: usize,
}

pub struct Filter {
    show: Show,
    query: Option<String>,
}

/// What comes first of an item's secrets, and of the item.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    Skip,
    Unchanged,
    Update,
    Create,
}

/// About each item that it is asked of.
#[derive(Default)]
pub struct Decision {
    pub take: Option<bool>,
    pub locations: Option<bool>,
    pub answer: Option<(String, String)>,
}

impl Filter {
    pub fn parse(show: Option<&str>, query: Option<String>) -> Result<Self, Vec<Detail>> {
        let show = show.map_or(Ok(Show::All), Show::parse);
        match (show, search_text(query)) {
            (Ok(show), Ok(query)) => Ok(Self {
                show,
                query: query.map(|text| text.to_lowercase()),
            }),
            (show, query) => Err([show.err(), query.err()].into_iter().flatten().collect()),
        }
    }

    /// Numbers of the items that match.
    pub fn matching(&self, looked: &Looked) -> Vec<usize> {
        let items = looked.import.items.iter().zip(&looked.verdicts.items);
        items
            .enumerate()
            .filter(|(_, (item, verdict))| self.shows(item, verdict))
            .map(|(at, _)| at)
            .collect()
    }

    fn shows(&self, item: &ParsedItem, verdict: &ItemVerdict) -> bool {
        let place = &item.place;
        let is_found = self.query.as_ref().is_none_or(|query| {
            let texts = [&item.title, &place.vault, &place.folder, &place.account];
            texts.iter().any(|text| text.to_lowercase().contains(query))
        });
        is_found && self.show.shows(item, verdict)
    }
}

impl Page {
    pub fn parse(
        show: Option<&str>,
        query: Option<String>,
        offset: Option<Whole>,
        limit: Option<Whole>,
    ) -> Result<Self, Vec<Detail>> {
        Self::of_at_most(LIMIT_MAX, show, query, [offset, limit])
    }

    /// As [`Self::parse`], of any size.
    pub fn parse_any(
        show: Option<&str>,
        query: Option<String>,
        offset: Option<Whole>,
        limit: Option<Whole>,
    ) -> Result<Self, Vec<Detail>> {
        Self::of_at_most(ALL_LIMIT_MAX, show, query, [offset, limit])
    }

    fn of_at_most(
        most: i64,
        show: Option<&str>,
        query: Option<String>,
        [offset, limit]: [Option<Whole>; 2],
    ) -> Result<Self, Vec<Detail>> {
        let mut faults = Vec::new();
        let filter = Filter::parse(show, query).map_err(|wrong| faults.extend(wrong));
        let offset = usize::try_from(offset.map_or(0, Whole::or_out_of_range)).map_err(|_| {
            let message = "The offset is a whole number from 0.";
            faults.push(Detail::at("offset", "out_of_range", message));
        });
        let limit = limit.map_or(LIMIT_DEFAULT, Whole::or_out_of_range);
        let limit = usize::try_from(limit)
            .ok()
            .filter(|_| (1..=most).contains(&limit));
        if limit.is_none() {
            let message = format!("The limit is a whole number from 1 to {most}.");
            faults.push(Detail::at("limit", "out_of_range", message));
        }
        match (filter, offset, limit) {
            (Ok(filter), Ok(offset), Some(limit)) => Ok(Self {
                filter,
                offset,
                limit,
            }),
            _ => Err(faults),
        }
    }
}

impl Show {
    const ALL: [Self; 12] = [
        Self::All,
        Self::Create,
        Self::Update,
        Self::Unchanged,
        Self::Skip,
        Self::Archived,
        Self::Trashed,
        Self::Duplicate,
        Self::Renamed,
        Self::Question,
        Self::Location,
        Self::LeftOut,
    ];

    fn parse(text: &str) -> Result<Self, Detail> {
        let found = Self::ALL.into_iter().find(|show| show.as_str() == text);
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::as_str).join(", ");
            Detail::at("show", "unknown_value", format!("Shown can be {names}."))
        })
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Create => "create",
            Self::Update => "update",
            Self::Unchanged => "unchanged",
            Self::Skip => "skip",
            Self::Archived => "archived",
            Self::Trashed => "trashed",
            Self::Duplicate => "duplicate",
            Self::Renamed => "renamed",
            Self::Question => "question",
            Self::Location => "location",
            Self::LeftOut => "left_out",
        }
    }

    pub fn shows(self, item: &ParsedItem, verdict: &ItemVerdict) -> bool {
        let action = action_of(item, verdict);
        match self {
            Self::All => true,
            Self::Create => action == Action::Create,
            Self::Update => action == Action::Update,
            Self::Unchanged => action == Action::Unchanged,
            Self::Skip => action == Action::Skip,
            Self::Archived => item.state == ItemState::Archived,
            Self::Trashed => item.state == ItemState::Trashed,
            Self::Duplicate => verdict.secrets.iter().any(|secret| secret.has_same()),
            Self::Renamed => {
                let mut pairs = item.secrets.iter().zip(&verdict.secrets);
                pairs.any(|(parsed, judged)| {
                    judged.becomes == Becomes::New && judged.name != parsed.name
                })
            }
            Self::Question => is_asked(item, verdict),
            Self::Location => {
                let mut locations = item.secrets.iter().flat_map(|secret| &secret.locations);
                locations.any(importers::ParsedLocation::has_bucket)
            }
            Self::LeftOut => !item.left_out.is_empty(),
        }
    }
}

impl Action {
    pub fn of(becomes: &Becomes) -> Self {
        match becomes {
            Becomes::New => Self::Create,
            Becomes::NewVersion | Becomes::Changed => Self::Update,
            Becomes::StoredAlready => Self::Unchanged,
            Becomes::Refused(_) => Self::Skip,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Unchanged => "unchanged",
            Self::Update => "update",
            Self::Create => "create",
        }
    }
}

/// What happens to an item as things are chosen now.
pub fn action_of(item: &ParsedItem, verdict: &ItemVerdict) -> Action {
    if !verdict.taken || item.secrets.is_empty() {
        return Action::Skip;
    }
    let actions = verdict
        .secrets
        .iter()
        .map(|secret| Action::of(&secret.becomes));
    actions.max().unwrap_or(Action::Skip)
}

impl Looked {
    /// Carries out a decision about items; one that does not fit an item changes none.
    pub fn decide(
        &mut self,
        vault: &UnlockedVault,
        items: &[usize],
        decision: &Decision,
    ) -> Answer<()> {
        if let Some((question, choice)) = &decision.answer {
            self.answer(vault, items, (question, choice))?;
        }
        for &at in items {
            if let Some(verdict) = self.verdicts.items.get_mut(at) {
                verdict.taken = decision.take.unwrap_or(verdict.taken);
                verdict.with_locations = decision.locations.unwrap_or(verdict.with_locations);
            }
        }
        Ok(())
    }

    /// The numbers of items that are named by their ids.
    pub fn named(&self, ids: &[String], member: &'static str) -> Result<Vec<usize>, Vec<Detail>> {
        let ids_of = self.import.items.iter().map(|item| item.item_id.as_str());
        let places: BTreeMap<&str, usize> = ids_of.zip(0..).collect();
        let mut faults = Vec::new();
        let mut found = Vec::with_capacity(ids.len());
        for (index, id) in ids.iter().enumerate() {
            match places.get(id.as_str()) {
                Some(&at) => found.push(at),
                None => faults.push(Detail::new(
                    vec![member.into(), index.into()],
                    "unknown_value",
                    "The file has no such item.",
                )),
            }
        }
        if faults.is_empty() {
            Ok(found)
        } else {
            Err(faults)
        }
    }

    pub fn counts(&self) -> ImportCounts {
        let mut counts = ImportCounts {
            found: counted(self.import.found()),
            items: counted(self.import.items.len()),
            ..ImportCounts::default()
        };
        for (item, verdict) in self.import.items.iter().zip(&self.verdicts.items) {
            counts.skip += counted(item.left_out.len());
            for secret in &verdict.secrets {
                let action = match verdict.taken {
                    true => Action::of(&secret.becomes),
                    false => Action::Skip,
                };
                *match action {
                    Action::Skip => &mut counts.skip,
                    Action::Unchanged => &mut counts.unchanged,
                    Action::Update => &mut counts.update,
                    Action::Create => &mut counts.create,
                } += 1;
            }
            let is = |show: Show| u64::from(show.shows(item, verdict));
            counts.taken += u64::from(action_of(item, verdict) >= Action::Update);
            counts.archived += is(Show::Archived);
            counts.trashed += is(Show::Trashed);
            counts.duplicate += is(Show::Duplicate);
            counts.renamed += is(Show::Renamed);
            counts.question += is(Show::Question);
            counts.location += is(Show::Location);
            counts.left_out += is(Show::LeftOut);
        }
        counts
    }
}

pub fn counted(count: usize) -> u64 {
    u64::try_from(count).expect("usize fits in u64")
}
