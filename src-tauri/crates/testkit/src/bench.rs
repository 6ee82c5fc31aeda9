//! What the store costs at a size: DESIGN.md's budgets, measured on a real vault.

mod memory;
mod sample;

use std::ops::ControlFlow;

use domain::rotation::KeyId;
use domain::text::SecretName;
use domain::update::UpdateInput;
use domain::{SecretId, VersionNumber};
use vault::{
    Filter, Having, ListQuery, OlderState, SearchQuery, Sort, SortKey, Start, UnlockedVault,
};

use crate::acts::{self, now};
use crate::fill::{fill, made_up};
use crate::temp_vault::TempVault;

pub use memory::{peak_kib, resident_kib};
pub use sample::{Cost, Measured, Samples};

const OPENS: usize = 20;
const FIRST_USES: usize = 5;
const UPDATES: usize = 2_000;
const IDLE_EVERY: usize = 100;
const REKEYINGS: usize = 3;
const PAGES: usize = 100;
const PAGE_ROWS: u32 = 200;

/// A vault of a size, filled as an import would.
pub fn filled(secrets: usize) -> TempVault {
    let temp = TempVault::new();
    let vault = temp.open();
    fill(&vault, 0, secrets, now()).expect("filled");
    vault.lock("filled", now()).expect("locked");
    temp
}

/// All that is measured at one size.
pub fn measure(temp: &TempVault, secrets: usize) -> Vec<Measured> {
    let mut table = vec![open(temp)];
    table.extend(first_use(temp));
    let vault = temp.open();
    table.extend(list(&vault, secrets));
    table.extend(search(&vault, secrets));
    table.push(whose_key(&vault));
    table.extend(update(&vault, secrets));
    table.push(rekey(vault));
    table
}

/// From the keys to an unlocked vault, its entry and that entry's sync included.
fn open(temp: &TempVault) -> Measured {
    Samples::take("open, with the entry of the unlock", OPENS, |_| {
        let vault = temp
            .try_open(OlderState::Refuse, now())
            .expect("a vault that opens");
        drop(vault);
    })
}

/// A session's first use of a value, of the secret that was changed longest ago: the whole log is walked for it where
/// this device has not done so before, and what came since where it has.
fn first_use(temp: &TempVault) -> [Measured; 2] {
    let name = made_up(0).name.expect("a name");
    let name = SecretName::parse(&name).expect("a good name");
    let take = |samples: &mut Samples| {
        let vault = temp.open();
        let found = vault.read(|reader| reader.secret_by_name(&name));
        let oldest = found.expect("readable").expect("there");
        let first = VersionNumber::new(1).expect("one");
        let opened = samples.add(|| vault.read(|reader| reader.open_values(oldest, first)));
        assert!(opened.is_ok(), "the log is whole");
        vault
    };
    let (mut walked, mut remembered) = (Samples::new(), Samples::new());
    for _ in 0..FIRST_USES {
        // What is dropped without a lock leaves nothing for later sessions.
        drop(take(&mut walked));
    }
    let vault = take(&mut Samples::new());
    vault.lock("remembered", now()).expect("locked");
    for _ in 0..FIRST_USES {
        drop(take(&mut remembered));
    }
    [
        walked.summary("first value on a device, the whole log walked"),
        remembered.summary("first value of a later session"),
    ]
}

fn list(vault: &UnlockedVault, secrets: usize) -> Vec<Measured> {
    let page = |sort: Sort, start: Start| {
        let query = ListQuery {
            filter: Filter::default(),
            sort,
            start,
            limit: PAGE_ROWS,
            now: now(),
        };
        vault.read(|reader| reader.list(&query)).expect("a page")
    };
    let third = Start::Offset(u64::try_from(secrets / 3).expect("a size"));
    let mut table = Vec::new();
    let mut jumps = Samples::new();
    for by in SortKey::ALL {
        for order in [by.as_str().to_owned(), format!("-{}", by.as_str())] {
            let sort = Sort::parse(&order).expect("a known order");
            let mut start = jumps.add(|| page(sort, third.clone())).next;
            table.push(Samples::take(
                &format!("list page by cursor, order {order}"),
                PAGES,
                |_| {
                    let from = start.take().map_or(Start::First, Start::After);
                    start = page(sort, from).next;
                },
            ));
        }
    }
    table.push(jumps.summary("first jump a third down the list, every order"));
    let sort = Sort::parse("name").expect("a known order");
    table.push(Samples::take(
        "list page at any row, order name",
        PAGES,
        |turn| {
            let row = secrets * ((turn * 37) % PAGES) / PAGES;
            page(sort, Start::Offset(u64::try_from(row).expect("a size")));
        },
    ));
    table
}

fn search(vault: &UnlockedVault, secrets: usize) -> Vec<Measured> {
    let some_number = (secrets / 2).to_string();
    let words = [
        "p",
        "pa",
        "pay",
        "paym",
        "payments prod",
        "webhook token",
        "api key",
        &some_number,
        "zzz",
        "ey pro",
    ];
    words
        .iter()
        .map(|text| {
            Samples::take(
                &format!("search \"{text}\", first {PAGE_ROWS}"),
                PAGES,
                |_| {
                    let query = SearchQuery {
                        text: (*text).to_owned(),
                        filter: Filter::default(),
                        after: None,
                        skip: 0,
                        limit: PAGE_ROWS,
                    };
                    vault
                        .read(|reader| reader.search(&query))
                        .expect("a search");
                },
            )
        })
        .collect()
}

/// As it is asked before a key is stopped at its provider.
fn whose_key(vault: &UnlockedVault) -> Measured {
    let key = KeyId::parse("AKIAPLOVERDUNLINOVER").expect("an id");
    Samples::take("whose a provider's key is", PAGES, |_| {
        let holders = vault.read(|reader| reader.holders_of_key(&key, Having::InUse, None));
        assert!(holders.expect("found").is_empty());
    })
}

/// Two kinds of update: a rotation, and a rename, which the search index follows. Idle moments come now and then.
fn update(vault: &UnlockedVault, secrets: usize) -> Vec<Measured> {
    let ids = some_ids(vault, secrets);
    let rotate = sampled_with_idle("rotate (version, entry; one sync)", vault, |turn| {
        acts::update(vault, now(), ids[turn % ids.len()], rotation(turn)).expect("rotated");
    });
    let rename = sampled_with_idle("rename (index, entry; one sync)", vault, |turn| {
        let name = domain::Patch::Set(format!("renamed {turn} for the index"));
        acts::update(
            vault,
            now(),
            ids[turn % ids.len()],
            UpdateInput {
                name,
                ..UpdateInput::default()
            },
        )
        .expect("renamed");
    });
    vec![rotate, rename]
}

fn rotation(turn: usize) -> UpdateInput {
    let input = acts::new_value(&format!("sk_rotated_{turn:032}"));
    // All old values are kept, so that what is measured is one sync.
    let history = domain::HistoryInput {
        keep: Some(100),
        grace_days: None,
    };
    UpdateInput {
        history: domain::Patch::Set(history),
        ..input
    }
}

/// Generic secrets from all over the vault.
fn some_ids(vault: &UnlockedVault, secrets: usize) -> Vec<SecretId> {
    let sort = Sort::parse("name").expect("a known order");
    let filter = Filter {
        types: vec![domain::SecretType::Generic],
        ..Filter::default()
    };
    (0..50_usize)
        .flat_map(|part| {
            let row = u64::try_from(secrets / 2 * part / 50).expect("a size");
            let query = ListQuery {
                filter: filter.clone(),
                sort,
                start: Start::Offset(row),
                limit: 10,
                now: now(),
            };
            let page = vault.read(|reader| reader.list(&query)).expect("a page");
            page.secrets
                .into_iter()
                .map(|listed| listed.secret.id())
                .collect::<Vec<_>>()
        })
        .collect()
}

/// All keys of a vault that nobody else writes to meanwhile: each secret has a version at least.
fn rekey(vault: UnlockedVault) -> Measured {
    let what = "re-key (copy, every version's key wrapped anew, switch)";
    let mut now_open = Some(vault);
    Samples::take(what, REKEYINGS, |_| {
        let vault = now_open
            .take()
            .expect("the one before answers with an open vault");
        let done = vault.rekey(now(), &mut |_| ControlFlow::Continue(()));
        now_open = done.expect("re-keyed").vault;
    })
}

/// Between updates come idle moments, in which the index merges; those are not part of any update.
fn sampled_with_idle(what: &str, vault: &UnlockedVault, mut act: impl FnMut(usize)) -> Measured {
    let mut samples = Samples::new();
    for turn in 0..UPDATES {
        if turn % IDLE_EVERY == 0 {
            vault.tidy().expect("tidied");
        }
        samples.add(|| act(turn));
    }
    samples.summary(what)
}

/// How long one small write and its sync take on the disk of temporary folders: the floor of every commit.
pub fn one_sync() -> Measured {
    use std::io::Write;
    let mut file = tempfile::tempfile().expect("a temporary file");
    Samples::take("one 4 KiB write with fdatasync", 200, |_| {
        file.write_all(&[7; 4096]).expect("written");
        file.sync_data().expect("synced");
    })
}
