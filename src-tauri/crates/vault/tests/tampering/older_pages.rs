//! Single pages of the database put back from an older copy. Each opens with the vault's key and stands where it stood, so
//! no page's own check finds it: it is found by what does not fit to the other pages.

use std::fs;

use domain::text::SecretName;
use domain::update::UpdateInput;
use domain::{Patch, SecretId};
use testkit::acts::{self, create, generic, new_value};
use testkit::{TempVault, after, now};
use vault::OlderState;

const PAGE_BYTES: usize = 4096;
const OLD: &str = "an old value that somebody took";
const NEW: &str = "the value that replaced it";

/// A vault, and its database as it was before the victim's newest rotation.
fn rotated_after_a_copy() -> (TempVault, SecretId, Vec<u8>) {
    let temp = TempVault::new();
    let vault = temp.open();
    let mut made = (0..40).map(|number| {
        let input = generic(&format!("secret {number}"), OLD);
        create(&vault, now(), input).expect("created")
    });
    let victim = made.nth(17).expect("forty");
    made.for_each(drop);
    vault.lock("asked", now()).expect("locked");
    let older = fs::read(temp.database()).expect("the database");
    let vault = temp.open();
    let changed = UpdateInput {
        name: Patch::Set("renamed".to_owned()),
        env_key: Patch::Set("RENAMED".to_owned()),
        tags: Patch::Set(vec!["renamed".to_owned()].into()),
        ..new_value(NEW)
    };
    acts::update(&vault, after(1), victim, changed).expect("rotated");
    vault.lock("asked", after(1)).expect("locked");
    (temp, victim, older)
}

/// What is current, or why it cannot be said; never what was current before.
fn check_value(temp: &TempVault, victim: SecretId, page: usize, search: &[usize]) {
    let Ok(vault) = temp.try_open(OlderState::Refuse, now()) else {
        return;
    };
    if let Ok(Some(found)) = acts::secret(&vault, victim)
        && let Some(current) = found.secret().current_version()
        && let Ok(value) = acts::value(&vault, victim, current.get())
    {
        assert_eq!(value, NEW, "page {page}");
    }
    // Somebody asks for the secret by the name that it had then.
    let name = SecretName::parse("secret 17").expect("a name");
    let found = vault.read(|reader| reader.secret_by_name(&name));
    if let Ok(Some(id)) = found {
        let first = acts::value(&vault, id, 1);
        let second = acts::value(&vault, id, 2);
        assert!(first.is_err() && second.is_err(), "page {page}");
    }
    let report = vault.check().expect("checked");
    // The search index can be made anew; a wrong hit in it shows what the records say.
    if !search.contains(&page) {
        assert!(!report.is_ok(), "page {page} is older and was not found");
    }
}

#[test]
fn audit_02_an_older_page_put_back_is_found_and_never_an_older_value() {
    let (temp, victim, older) = rotated_after_a_copy();
    let newest = fs::read(temp.database()).expect("the database");
    let pages = newest.chunks(PAGE_BYTES).zip(older.chunks(PAGE_BYTES));
    let differing: Vec<usize> = pages
        .enumerate()
        .filter(|(_, (new, old))| new != old)
        .map(|(page, _)| page)
        .collect();
    assert!(differing.len() > 5, "{differing:?}");
    let search = search_pages(&temp);
    let head = temp.state_folder();
    let kept = temp.home().join("kept");
    copy_folder(&head, &kept);
    for page in differing {
        let range = page * PAGE_BYTES..(page + 1) * PAGE_BYTES;
        let mut database = newest.clone();
        database[range.clone()].copy_from_slice(&older[range]);
        fs::write(temp.database(), database).expect("written");
        for beside in [temp.log(), temp.folder().join("vault.db-shm")] {
            let _ = fs::remove_file(beside);
        }
        copy_folder(&kept, &head);
        check_value(&temp, victim, page, &search);
    }
}

/// Where the search index begins, counted from zero.
fn search_pages(temp: &TempVault) -> Vec<usize> {
    let database = rusqlite::Connection::open(temp.database()).expect("the file");
    let key = temp.page_key();
    let open = format!("PRAGMA key = \"x'{}'\"", key.expose_hex().as_str());
    database.execute_batch(&open).expect("the key");
    let sql =
        "SELECT rootpage - 1 FROM sqlite_schema WHERE name LIKE 'search\\_text\\__%' ESCAPE '\\'";
    let mut statement = database.prepare(sql).expect("the schema");
    let rows = statement.query_map([], |row| row.get(0));
    let pages: Result<Vec<usize>, _> = rows.expect("the schema").collect();
    pages.expect("numbers")
}

fn copy_folder(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
    }
}
