//! Opening SQLCipher connections: every setting that DESIGN asks for, in the order in which it counts.

use std::path::Path;
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use zeroize::Zeroizing;

use super::error::StoreError;
use super::schema;
use crate::device::private_file;
use crate::page_key::PageKey;

/// How long a connection waits for another one's lock before it answers "busy".
const BUSY_WAIT: Duration = Duration::from_secs(10);
/// How long emptying the log waits for a reader.
const TRUNCATE_WAIT: Duration = Duration::from_millis(200);
/// Page cache of one connection, in KiB (negative, as SQLite wants it).
const CACHE_KIB: i64 = -8 * 1024;
/// Pages copied between two reports of progress: 1 MiB.
const COPIED_AT_ONCE_PAGES: i32 = 256;
/// Pages in the log before a commit also copies them into the database.
const CHECKPOINT_PAGES: i64 = 1000;

/// Makes a new database with the newest schema.
pub(crate) fn create(path: &Path, key: &PageKey) -> Result<Connection, StoreError> {
    // SQLite would make the file readable by others, and gives its log and index the mode of the database.
    private_file().write(true).create_new(true).open(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    configure(&connection, key)?;
    use_log(&connection)?;
    schema::migrate(&mut connection)?;
    Ok(connection)
}

/// Opens an existing database for writing, bringing an older schema up to date.
pub(crate) fn open(path: &Path, key: &PageKey) -> Result<Connection, StoreError> {
    if path.metadata()?.len() == 0 {
        // SQLite would take it for a new database, and throw away the log beside it.
        return Err(StoreError::damaged("its file is empty"));
    }
    let mut connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    configure(&connection, key)?;
    schema::require_finished(&connection)?;
    use_log(&connection)?;
    if schema::version(&connection)? < schema::newest() {
        schema::migrate(&mut connection)?;
    }
    schema::require_known(&connection)?;
    Ok(connection)
}

/// Opens a second connection that only reads, beside the writer.
pub(crate) fn open_reader(path: &Path, key: &PageKey) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    configure(&connection, key)?;
    connection.pragma_update(None, "query_only", true)?;
    schema::require_known(&connection)?;
    Ok(connection)
}

/// SQLite's file system without locks: its own `nolock=1` would refuse to read a log.
#[cfg(unix)]
const WITHOUT_LOCKS: &str = "mode=ro&vfs=unix-none";
#[cfg(not(unix))]
const WITHOUT_LOCKS: &str = "mode=ro&vfs=win32-none";

/// Opens a database in a folder that cannot be written. Nobody else can write there either, so no locks are taken; the
/// index of the log lives in memory where the log holds something, and is not asked for where it does not.
pub(crate) fn open_read_only(path: &Path, key: &PageKey) -> Result<Connection, StoreError> {
    let log_holds_pages = log_path(path).metadata().is_ok_and(|log| log.len() > 0);
    let mode = if log_holds_pages {
        WITHOUT_LOCKS
    } else {
        "mode=ro&immutable=1"
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(format!("file:{}?{mode}", percent_encoded(path)?), flags)?;
    configure_key(&connection, key)?;
    if log_holds_pages {
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    }
    configure_rest(&connection)?;
    connection.pragma_update(None, "query_only", true)?;
    schema::require_known(&connection)?;
    Ok(connection)
}

/// Copies one consistent state of a database into a new file under the same key, in one step.
pub(crate) fn copy(
    source: &Connection,
    target: &Path,
    key: &PageKey,
) -> Result<Connection, StoreError> {
    copy_pages(source, target, key, -1, |_| Ok(()))
}

/// Copies the state that `source` holds open into a new file under another key, and tells now and then how many pages
/// are done.
pub(crate) fn copy_in_steps<E: From<StoreError>>(
    source: &Connection,
    target: &Path,
    key: &PageKey,
    tell: impl FnMut(u64) -> Result<(), E>,
) -> Result<Connection, E> {
    copy_pages(source, target, key, COPIED_AT_ONCE_PAGES, tell)
}

fn copy_pages<E: From<StoreError>>(
    source: &Connection,
    target: &Path,
    key: &PageKey,
    at_once: i32,
    mut tell: impl FnMut(u64) -> Result<(), E>,
) -> Result<Connection, E> {
    let mut copy = create_empty(target, key)?;
    let backup = Backup::new(source, &mut copy).map_err(StoreError::from)?;
    loop {
        match backup.step(at_once).map_err(StoreError::from)? {
            StepResult::Done => break,
            StepResult::More => {
                let progress = backup.progress();
                let done = progress.pagecount - progress.remaining;
                tell(u64::try_from(done).unwrap_or(0))?;
            }
            _ => return Err(StoreError::Busy.into()),
        }
    }
    drop(backup);
    Ok(copy)
}

fn create_empty(path: &Path, key: &PageKey) -> Result<Connection, StoreError> {
    private_file().write(true).create_new(true).open(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    configure_key(&connection, key)?;
    Ok(connection)
}

/// Makes a copy ready for changes that are kept whole or thrown away with its file: no log and no journal ever holds
/// what they replace.
pub(crate) fn leave_log(copy: &Connection) -> Result<(), StoreError> {
    copy.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    copy.query_row("PRAGMA journal_mode = OFF", [], |_| Ok(()))?;
    configure_rest(copy)
}

/// Another number than before means that another connection has written in between.
pub(crate) fn data_version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.query_row("PRAGMA data_version", [], |row| row.get(0))?)
}

pub(crate) fn page_count(connection: &Connection) -> Result<u64, StoreError> {
    Ok(connection.query_row("PRAGMA page_count", [], |row| row.get(0))?)
}

/// Leaves the copy as one file without a log beside it.
pub(crate) fn close_copy(copy: Connection) -> Result<(), StoreError> {
    copy.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    copy.close().map_err(|(_, error)| error.into())
}

/// The log file beside a database.
pub(crate) fn log_path(path: &Path) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

/// Copies the log into the database and empties it. `false` where another connection still reads from it.
pub(crate) fn truncate_log(connection: &Connection) -> Result<bool, StoreError> {
    connection.busy_timeout(TRUNCATE_WAIT)?;
    let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
        row.get::<_, i64>(0)
    });
    connection.busy_timeout(BUSY_WAIT)?;
    match busy.map_err(StoreError::from) {
        Ok(busy) => Ok(busy == 0),
        Err(StoreError::Busy) => Ok(false),
        Err(error) => Err(error),
    }
}

fn configure(connection: &Connection, key: &PageKey) -> Result<(), StoreError> {
    configure_key(connection, key)?;
    configure_rest(connection)
}

fn configure_key(connection: &Connection, key: &PageKey) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY_WAIT)?;
    // The schema has neither. What someone else has put there would run inside our transactions and be signed along.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    connection
        .execute_batch("PRAGMA cipher_memory_security = ON; PRAGMA cipher_log_level = NONE;")?;
    // Room for all of it: a text that grows leaves copies of the key behind.
    let mut statement = Zeroizing::new(String::with_capacity(128));
    statement.push_str("PRAGMA key = \"x'");
    statement.push_str(&key.expose_hex());
    statement.push_str("'\"");
    connection.execute_batch(&statement)?;
    Ok(())
}

fn configure_rest(connection: &Connection) -> Result<(), StoreError> {
    // The first read of a page: a wrong key or a damaged head is found here.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "cache_size", CACHE_KIB)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn use_log(connection: &Connection) -> Result<(), StoreError> {
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode == "wal" {
        Ok(())
    } else {
        Err(StoreError::ReadOnly {
            reason: "its log file cannot be written".to_owned(),
        })
    }
}

/// A path as SQLite's `file:` URIs want it.
fn percent_encoded(path: &Path) -> Result<String, StoreError> {
    let text = path.to_str().ok_or_else(|| {
        std::io::Error::new(
            std::io::ErrorKind::InvalidFilename,
            "the folder's name is not valid Unicode",
        )
    })?;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    Ok(encoded)
}
