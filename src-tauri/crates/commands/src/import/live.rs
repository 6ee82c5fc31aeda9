//! 1Password live: vaults and items are looked through, and what is chosen is read and held as a file's content is.

mod access;
mod choice;
mod looking;

use std::sync::{Mutex, PoisonError};

use connections::{Chosen, ItemHead};
use domain::reject::Detail;
use vault::UnlockedVault;

use super::choices::counted;
use super::held::{self, Looked};
use super::held_as::HeldAs;
use super::judging::Verdicts;
use super::origin::Origin;
use super::source::Source;
use crate::api::{
    ImportLiveItem, ImportLiveItems, ImportLiveOpen, ImportLiveOpened, ImportLivePage,
    ImportLiveSource, ImportLiveVault, ImportLiveVaults, Required, Whole,
};
use crate::app::App;
use crate::jobs::JobKind;
use crate::listing::search_text;
use crate::opened::required;
use crate::refusal::Answer;
use choice::chosen;
use looking::Looking;

pub use access::{Access, held_as, require_onepassword};
pub use choice::Wanted;
pub(crate) use looking::Browsed;

const LIMIT_DEFAULT: i64 = 200;
const LIMIT_MAX: i64 = 1000;

/// Asks anew, whatever was looked at before.
pub fn live_vaults(
    app: &App,
    vault: &UnlockedVault,
    request: ImportLiveVaults,
) -> Answer<ImportLiveSource> {
    let access = Access::parse(request.from, request.account)?;
    let can_refer = matches!(access, Access::Connection(_));
    let mut looking = Looking::begin(app, vault, access, app.stops.give());
    looking.forget()?;
    let found = looking.vaults()?;
    let vaults = found.iter().map(|found| ImportLiveVault {
        vault_id: found.id.as_str().to_owned(),
        name: found.name.clone(),
        items: found.items,
    });
    Ok(ImportLiveSource {
        vaults: vaults.collect(),
        name: looking.name()?,
        can_refer,
    })
}

/// A page of a vault's items that have the text in their title or tags.
pub fn live_items(
    app: &App,
    vault: &UnlockedVault,
    request: ImportLiveItems,
) -> Answer<ImportLivePage> {
    let asked = Page::parse(request)?;
    let mut looking = Looking::begin(app, vault, asked.access, app.stops.give());
    let (_, list) = looking.items_of(&asked.vault_id, vec!["vault_id".into()])?;
    let matching: Vec<&ItemHead> = list
        .items
        .iter()
        .filter(|item| has_text(item, asked.query.as_deref()))
        .collect();
    let items = matching.iter().skip(asked.offset).take(asked.limit);
    Ok(ImportLivePage {
        items: items.copied().map(shown).collect(),
        offset: counted(asked.offset),
        matching: counted(matching.len()),
        total: counted(list.items.len()),
        unreadable: counted(list.unreadable),
    })
}

/// Reads what is chosen, with progress; what was read then goes the way of a file.
pub fn live_open(
    app: &App,
    vault: &UnlockedVault,
    request: ImportLiveOpen,
) -> Answer<ImportLiveOpened> {
    let access = Access::parse(request.from, request.account);
    let wanted = chosen(request.chosen);
    let held_as = required("as", request.held_as)
        .map_err(|fault| vec![fault])
        .and_then(|text| held_as(&text, access.as_ref().ok()));
    let (access, wanted, held_as) = match (access, wanted, held_as) {
        (Ok(access), Ok(wanted), Ok(held_as)) => (access, wanted, held_as),
        (access, wanted, held_as) => {
            let mut faults = access.err().unwrap_or_default();
            faults.extend(wanted.err().unwrap_or_default());
            faults.extend(held_as.err().unwrap_or_default());
            return Err(faults.into());
        }
    };
    let held_before = app.still_open(vault, |opened| Ok(held::id_in(opened)))?;
    let cancelled = ImportLiveOpened::Cancelled { cancelled: true };
    let Some(looked) = read_live(app, vault, access, &Wanted::Chosen(wanted), held_as)? else {
        return Ok(cancelled);
    };
    let name = looked.name.clone();
    let file_id = app.chosen().number_pasted();
    let source = Source::Live { name: name.clone() };
    app.still_open(vault, |opened| {
        let held_now = held::id_in(opened);
        // Whoever began another import meanwhile has left this one, and may have decided about that.
        if held_now.is_some() && held_now != held_before {
            return Ok(cancelled);
        }
        held::begin(app, opened, file_id.clone(), source, Some(Box::new(looked)));
        Ok(ImportLiveOpened::Opened { file_id, name })
    })
}

/// Everything the wanted items hold, judged; `None` where it was cancelled. An item that can't be read is a line of the report;
/// what stops them all is the error, and nothing is kept of the others.
pub fn read_live(
    app: &App,
    vault: &UnlockedVault,
    access: Access,
    wanted: &Wanted,
    held_as: HeldAs,
) -> Answer<Option<Looked>> {
    let job = app.start_job(vault, JobKind::Import)?;
    let mut looking = Looking::begin(app, vault, access, job.stop());
    let groups = match looking.choose(wanted) {
        Err(_) if looking.is_cancelled() => return Ok(None),
        groups => groups?,
    };
    let items: Vec<Chosen<'_>> = groups.iter().flat_map(choice::Group::chosen).collect();
    let (job, total) = (Mutex::new(job), counted(items.len()));
    let tell = |done: usize| {
        let mut job = job.lock().unwrap_or_else(PoisonError::into_inner);
        // Whether it is to stop is heard beside the requests.
        let _asked = job.step("read", counted(done), total);
    };
    tell(0);
    let mut import = match looking.fetch(&items, &tell) {
        Err(_) if looking.is_cancelled() => return Ok(None),
        import => import?,
    };
    let not_listed = groups.iter().filter_map(choice::Group::not_listed);
    import.items.extend(not_listed);
    app.require_open(vault)?;
    Ok(Some(Looked {
        name: looking.name()?,
        verdicts: Verdicts::of(vault, &import, Origin::OwnIds, held_as)?,
        import,
        held_as,
        file: None,
    }))
}

struct Page {
    access: Access,
    vault_id: String,
    query: Option<String>,
    offset: usize,
    limit: usize,
}

impl Page {
    fn parse(request: ImportLiveItems) -> Result<Self, Vec<Detail>> {
        let mut faults = Vec::new();
        let access =
            Access::parse(request.from, request.account).map_err(|wrong| faults.extend(wrong));
        let vault_id =
            required("vault_id", Required(request.vault_id.0)).map_err(|fault| faults.push(fault));
        let query = search_text(request.query).map_err(|fault| faults.push(fault));
        let offset = request.offset.map_or(0, Whole::or_out_of_range);
        let offset = usize::try_from(offset).map_err(|_| {
            let message = "The offset is a whole number from 0.";
            faults.push(Detail::at("offset", "out_of_range", message));
        });
        let limit = request.limit.map_or(LIMIT_DEFAULT, Whole::or_out_of_range);
        let limit = usize::try_from(limit)
            .ok()
            .filter(|_| (1..=LIMIT_MAX).contains(&limit))
            .ok_or_else(|| {
                let message = format!("The limit is a whole number from 1 to {LIMIT_MAX}.");
                faults.push(Detail::at("limit", "out_of_range", message));
            });
        match (access, vault_id, query, offset, limit) {
            (Ok(access), Ok(vault_id), Ok(query), Ok(offset), Ok(limit)) => Ok(Self {
                access,
                vault_id,
                query: query.map(|text| text.to_lowercase()),
                offset,
                limit,
            }),
            _ => Err(faults),
        }
    }
}

fn has_text(item: &ItemHead, query: Option<&str>) -> bool {
    query.is_none_or(|query| {
        let mut texts = std::iter::once(&item.title).chain(&item.tags);
        texts.any(|text| text.to_lowercase().contains(query))
    })
}

fn shown(item: &ItemHead) -> ImportLiveItem {
    ImportLiveItem {
        item_id: item.id.as_str().to_owned(),
        title: match item.title.as_str() {
            "" => format!("Untitled {}", item.category.label()),
            title => title.to_owned(),
        },
        kind: item.category.as_str().to_owned(),
        state: item.state.as_str().to_owned(),
        tags: item.tags.clone(),
        updated_at: item.updated_at.map(|at| at.to_string()),
    }
}
