//! What an open vault takes of the memory, and what an act takes at its peak.

use std::path::Path;

use domain::Timestamp;
use vault::password::Password;
use vault::unlock_keys::UnlockWith;
use vault::{Device, Filter, ListQuery, OlderState, SearchQuery, Sort, Start, VaultFolder};

use crate::acts::now;
use crate::temp_vault::PASSWORD;

/// Of this process with the vault open, after a page from its middle and a search: the pages that lie in memory, as
/// Linux counts them. `None` elsewhere.
pub fn resident_kib(folder: &Path, state: &Path) -> Option<u64> {
    let now: Timestamp = now();
    let password = Password::parse(PASSWORD).expect("a good password");
    let device = Device::open(state, now).expect("a state folder");
    let vault = VaultFolder::open(folder)
        .expect("a vault's folder")
        .unlock(
            UnlockWith::Password(&password),
            &device,
            OlderState::Refuse,
            now,
        )
        .expect("a vault that opens");
    let live = vault.read(|reader| reader.counts()).expect("counts").live;
    let page = ListQuery {
        filter: Filter::default(),
        sort: Sort::parse("name").expect("a known order"),
        start: Start::Offset(live / 2),
        limit: super::PAGE_ROWS,
        now,
    };
    let search = SearchQuery {
        text: "paym".to_owned(),
        filter: Filter::default(),
        after: None,
        skip: 0,
        limit: super::PAGE_ROWS,
    };
    vault.read(|reader| reader.list(&page)).expect("a page");
    vault
        .read(|reader| reader.search(&search))
        .expect("a search");
    status_kib("VmRSS:")
}

/// The most that this process had in memory at one time during `act`, with all that it had before. `None` where the system does not
/// tell.
pub fn peak_kib<T>(act: impl FnOnce() -> T) -> (T, Option<u64>) {
    // Linux begins to count anew.
    let counts = std::fs::write("/proc/self/clear_refs", "5").is_ok();
    let answer = act();
    (answer, status_kib("VmHWM:").filter(|_| counts))
}

fn status_kib(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}
