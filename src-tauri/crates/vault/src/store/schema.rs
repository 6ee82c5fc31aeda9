//! The tables of a vault, and how an older database becomes a newer one.

use std::collections::BTreeSet;

use rusqlite::{Connection, TransactionBehavior};

use super::error::StoreError;

/// Each step turns the database of version `index` into version `index + 1` (`PRAGMA user_version`).
const MIGRATIONS: &[&str] = &[V1];

/// Newest schema version that this program writes.
pub(crate) fn newest() -> i64 {
    i64::try_from(MIGRATIONS.len()).expect("a handful of migrations")
}

/// Brings the database to the newest schema, each step in a transaction of its own.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    loop {
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version = version(&tx)?;
        let Some(step) = usize::try_from(version)
            .ok()
            .and_then(|at| MIGRATIONS.get(at))
        else {
            return if version == newest() {
                Ok(())
            } else {
                Err(StoreError::NewerFormat)
            };
        };
        tx.execute_batch(step)?;
        tx.pragma_update(None, "user_version", version + 1)?;
        tx.commit()?;
    }
}

/// Refuses a database that was never finished: filling it in would make an empty vault of a damaged one.
pub(crate) fn require_finished(connection: &Connection) -> Result<(), StoreError> {
    if version(connection)? > 0 {
        Ok(())
    } else {
        Err(StoreError::damaged("the database has no finished schema"))
    }
}

/// Names of tables, indexes, triggers and views that are others than this program makes.
pub(crate) fn differences(connection: &Connection) -> Result<BTreeSet<String>, StoreError> {
    let mut fresh = Connection::open_in_memory()?;
    migrate(&mut fresh)?;
    let (expected, found) = (objects(&fresh)?, objects(connection)?);
    let differing = expected.symmetric_difference(&found);
    Ok(differing.map(|(name, _, _)| name.clone()).collect())
}

/// Partial indexes that have more entries, or fewer, than their tables have rows for them. SQLite's own check counts the
/// entries of whole indexes only.
pub(crate) fn surplus_in_partial_indexes(
    connection: &Connection,
) -> Result<Vec<String>, StoreError> {
    let mut fresh = Connection::open_in_memory()?;
    migrate(&mut fresh)?;
    // By our own texts: those of the database may be anybody's.
    let sql = "SELECT name, tbl_name, substr(sql, instr(sql, ' WHERE ')) FROM sqlite_schema \
         WHERE type = 'index' AND instr(sql, ' WHERE ')";
    let mut statement = fresh.prepare(sql)?;
    let indexes = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut differing = Vec::new();
    for index in indexes {
        let (name, table, condition): (String, String, String) = index?;
        let count = |how: String| -> Result<i64, StoreError> {
            let sql = format!("SELECT count(*) FROM {table} {how} {condition}");
            Ok(connection.query_row(&sql, [], |row| row.get(0))?)
        };
        if count(format!("INDEXED BY {name}"))? != count("NOT INDEXED".to_owned())? {
            differing.push(name);
        }
    }
    Ok(differing)
}

/// Name, kind and text of everything in a schema.
fn objects(
    connection: &Connection,
) -> Result<BTreeSet<(String, String, Option<String>)>, StoreError> {
    let mut statement = connection.prepare("SELECT name, type, sql FROM sqlite_schema")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Refuses a database of a newer or half-made format without touching it.
pub(crate) fn require_known(connection: &Connection) -> Result<(), StoreError> {
    match version(connection)? {
        known if known == newest() => Ok(()),
        newer if newer > newest() => Err(StoreError::NewerFormat),
        _ => Err(StoreError::damaged("the database has no finished schema")),
    }
}

pub(crate) fn version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Notes on what is not obvious:
/// - `secret.key` is a row number for indexes and the search index; nothing outside the database depends on it.
/// - `member_state` grows by a row with each entry about members: `position` is that of the entry, which vouches for the row.
/// - `secret.masks` repeats the current version's, so that a list page touches one table.
/// - `secret.sweep_at` says when the first of its old values has had its grace time; the rules decide what then happens.
/// - Long texts come last in a row, so that listing does not read their overflow pages.
/// - `wrapped_key` is append-only with rows of one size: a destroyed key is overwritten where it stands, and no page
///   split or defragmentation has ever copied it elsewhere.
/// - `version_by_key` has the last 12 characters of a mask's first field: all that a mask shows of a key's id (`KeyId::mask_ends`).
/// - `sealed` is apart from `version`, so that histories stay small and a ciphertext's row can simply be deleted.
/// - The search index merges when nobody waits (`search::merge`), not while something is saved; 128 is a brake.
/// - Checks that every write meets compare with `=`: for a longer list of texts `IN` fills a table of its own each time.
/// - The partial indexes hold live secrets only, one for each order in which the list can be browsed.
/// - `fingerprint` grows at its end, as secrets are added, and has one index in an order of no meaning; both are as narrow as
///   they can be. It outlives the value, not the masks: a destroyed version keeps its rows until it is forgotten.
/// - `verification` has one row for each location and version that was tried; whether it still counts is not stored.
/// - `rotation` keeps a run as one text, and beside it what runs are looked for by; `rotation_open` makes two at work on one
///   secret impossible. Runs that are over stay when their secret goes, as the log does.
/// - `policy.subject_id` is a secret's id, or the vault's for its own policy.
/// - `connection.key_slot` names rows of `wrapped_key` and `sealed`, as a version's does; a token that is replaced is destroyed.
/// - `settings` has no row until they are changed for the first time.
/// - Each index of `audit` ends in its row number, the position, so that a filter's entries are met in the log's order. Most
///   entries are about secrets: these are found without an index of their own.
const V1: &str = "
CREATE TABLE vault (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  vault_id BLOB NOT NULL CHECK (length(vault_id) = 16),
  created_at INTEGER NOT NULL,
  key_epoch INTEGER NOT NULL CHECK (key_epoch >= 1),
  keys_generation INTEGER NOT NULL CHECK (keys_generation >= 1),
  keys_hash BLOB NOT NULL CHECK (length(keys_hash) = 32),
  keys_pending BLOB
) STRICT;

CREATE TABLE member_state (
  position INTEGER PRIMARY KEY,
  member BLOB NOT NULL CHECK (length(member) = 16),
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin', 'owner')),
  status TEXT NOT NULL CHECK (status IN ('invited', 'active', 'removed')),
  verifying_key BLOB NOT NULL CHECK (length(verifying_key) = 32),
  recipient_hash BLOB NOT NULL CHECK (length(recipient_hash) = 32),
  key_epoch INTEGER NOT NULL CHECK (key_epoch >= 1),
  expires_at INTEGER
) STRICT;
CREATE INDEX member_state_by_member ON member_state (member, position);

CREATE TABLE secret (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  name TEXT NOT NULL,
  name_folded TEXT NOT NULL,
  secret_type TEXT NOT NULL,
  auth_method TEXT NOT NULL,
  current_version INTEGER,
  connection_id BLOB CHECK (connection_id IS NULL OR length(connection_id) = 16),
  env_key TEXT,
  keep_versions INTEGER CHECK (keep_versions > 0),
  grace_days INTEGER CHECK (grace_days IS NULL OR keep_versions IS NOT NULL),
  revision INTEGER NOT NULL CHECK (revision >= 1),
  created_at INTEGER NOT NULL,
  created_by BLOB NOT NULL CHECK (length(created_by) = 16),
  updated_at INTEGER NOT NULL CHECK (updated_at >= created_at),
  rotated_at INTEGER NOT NULL,
  made_at INTEGER NOT NULL CHECK (made_at <= rotated_at),
  expires_at INTEGER,
  hint_count INTEGER NOT NULL CHECK (hint_count >= 0),
  identity TEXT,
  trashed_at INTEGER,
  sweep_at INTEGER,
  import_source TEXT,
  masks TEXT,
  tags TEXT NOT NULL,
  allowed_domains TEXT,
  field_mappings TEXT,
  description TEXT NOT NULL,
  notes TEXT NOT NULL,
  CHECK ((current_version IS NULL) <> (connection_id IS NULL)),
  CHECK ((connection_id IS NULL) = (field_mappings IS NULL))
) STRICT;
CREATE UNIQUE INDEX secret_by_name ON secret (name_folded) WHERE trashed_at IS NULL;
CREATE UNIQUE INDEX secret_by_env_key ON secret (env_key) WHERE trashed_at IS NULL AND env_key IS NOT NULL;
CREATE INDEX secret_without_env_key ON secret (name_folded) WHERE trashed_at IS NULL AND env_key IS NULL;
CREATE INDEX secret_by_age ON secret (made_at, name_folded, expires_at, hint_count, rotated_at) WHERE trashed_at IS NULL;
CREATE INDEX secret_by_update ON secret (updated_at, name_folded) WHERE trashed_at IS NULL;
CREATE INDEX secret_by_type ON secret (secret_type, name_folded) WHERE trashed_at IS NULL;
CREATE INDEX secret_by_expiry ON secret (expires_at, name_folded) WHERE trashed_at IS NULL AND expires_at IS NOT NULL;
CREATE INDEX secret_by_hints ON secret (made_at, name_folded, expires_at) WHERE trashed_at IS NULL AND hint_count > 0;
CREATE INDEX secret_by_trashing ON secret (trashed_at, key) WHERE trashed_at IS NOT NULL;
CREATE INDEX secret_by_sweep ON secret (sweep_at) WHERE sweep_at IS NOT NULL;
CREATE INDEX secret_by_connection ON secret (connection_id, name_folded) WHERE connection_id IS NOT NULL;
CREATE INDEX secret_by_import ON secret (import_source) WHERE import_source IS NOT NULL;

CREATE TABLE secret_tag (
  tag TEXT NOT NULL,
  secret_key INTEGER NOT NULL,
  PRIMARY KEY (tag, secret_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE tally (
  kind TEXT NOT NULL CHECK (kind = 'live' OR kind = 'trashed' OR kind = 'type' OR kind = 'tag'),
  name TEXT NOT NULL,
  total INTEGER NOT NULL CHECK (total >= 0),
  PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE wrapped_key (
  slot INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL CHECK (length(bytes) = 60)
) STRICT;

CREATE TABLE version (
  secret_key INTEGER NOT NULL REFERENCES secret (key),
  number INTEGER NOT NULL CHECK (number >= 1),
  id BLOB NOT NULL CHECK (length(id) = 16),
  auth_method TEXT NOT NULL,
  state TEXT NOT NULL CHECK (
    state = 'pending' OR state = 'current' OR state = 'previous' OR state = 'retired' OR state = 'destroying' OR state = 'destroyed'
  ),
  created_at INTEGER NOT NULL,
  created_by BLOB NOT NULL CHECK (length(created_by) = 16),
  how TEXT NOT NULL,
  origin INTEGER,
  key_slot INTEGER NOT NULL UNIQUE REFERENCES wrapped_key (slot),
  masks TEXT,
  reason TEXT,
  made_at INTEGER NOT NULL,
  expires_at INTEGER,
  PRIMARY KEY (secret_key, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX version_by_key ON version (substr(json_extract(masks, '$[0][1]'), -12)) WHERE auth_method <> 'opaque_value';
CREATE INDEX version_destroying ON version (secret_key) WHERE state = 'destroying';

CREATE TABLE sealed (
  key_slot INTEGER PRIMARY KEY REFERENCES wrapped_key (slot),
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE fingerprint_key (
  made_in INTEGER PRIMARY KEY CHECK (made_in >= 1),
  key_slot INTEGER NOT NULL UNIQUE REFERENCES wrapped_key (slot)
) STRICT;

CREATE TABLE fingerprint (
  secret_key INTEGER NOT NULL,
  number INTEGER NOT NULL,
  field TEXT NOT NULL,
  hmac BLOB NOT NULL CHECK (length(hmac) = 16),
  PRIMARY KEY (secret_key, number, field),
  FOREIGN KEY (secret_key, number) REFERENCES version (secret_key, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX fingerprint_by_hmac ON fingerprint (hmac);

CREATE TABLE location (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  name TEXT NOT NULL,
  name_folded TEXT NOT NULL,
  location_type TEXT NOT NULL,
  secret_id BLOB CHECK (secret_id IS NULL OR length(secret_id) = 16),
  bucket_name TEXT NOT NULL,
  region TEXT,
  endpoint_url TEXT,
  http_allowed INTEGER NOT NULL CHECK (http_allowed IN (0, 1)),
  prefix TEXT,
  probe_writes INTEGER NOT NULL CHECK (probe_writes IN (0, 1)),
  revision INTEGER NOT NULL CHECK (revision >= 1),
  created_at INTEGER NOT NULL,
  created_by BLOB NOT NULL CHECK (length(created_by) = 16),
  updated_at INTEGER NOT NULL CHECK (updated_at >= created_at)
) STRICT;
CREATE UNIQUE INDEX location_by_name ON location (name_folded);
CREATE INDEX location_by_secret ON location (secret_id, name_folded) WHERE secret_id IS NOT NULL;
CREATE INDEX location_by_type ON location (location_type, name_folded);

CREATE TABLE verification (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  location_id BLOB NOT NULL CHECK (length(location_id) = 16),
  location_revision INTEGER NOT NULL CHECK (location_revision >= 1),
  secret_id BLOB NOT NULL CHECK (length(secret_id) = 16),
  version_id BLOB CHECK (version_id IS NULL OR length(version_id) = 16),
  verdict TEXT NOT NULL CHECK (verdict IN ('verified', 'failed')),
  findings TEXT NOT NULL,
  revision INTEGER NOT NULL CHECK (revision >= 1),
  verified_at INTEGER NOT NULL,
  verified_by BLOB NOT NULL CHECK (length(verified_by) = 16)
) STRICT;
CREATE UNIQUE INDEX verification_by_location ON verification (location_id, version_id);
CREATE INDEX verification_by_secret ON verification (secret_id, version_id);
CREATE INDEX verification_failed ON verification (secret_id) WHERE verdict = 'failed';

CREATE TABLE rotation (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  secret_id BLOB NOT NULL CHECK (length(secret_id) = 16),
  stage TEXT NOT NULL,
  is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
  is_stopped INTEGER NOT NULL CHECK (is_stopped IN (0, 1)),
  revision INTEGER NOT NULL CHECK (revision >= 1),
  started_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL CHECK (updated_at >= started_at),
  record TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX rotation_open ON rotation (secret_id) WHERE is_open = 1;
CREATE INDEX rotation_by_secret ON rotation (secret_id, id);
CREATE INDEX rotation_in_flight ON rotation (id, is_stopped) WHERE is_open = 1;

CREATE TABLE policy (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  subject_id BLOB NOT NULL UNIQUE CHECK (length(subject_id) = 16),
  every_days INTEGER CHECK (every_days > 0),
  lead_days INTEGER CHECK (lead_days > 0),
  management_id BLOB CHECK (management_id IS NULL OR length(management_id) = 16),
  parameters TEXT,
  revision INTEGER NOT NULL CHECK (revision >= 1),
  updated_at INTEGER NOT NULL,
  updated_by BLOB NOT NULL CHECK (length(updated_by) = 16),
  CHECK (management_id IS NULL OR parameters IS NOT NULL)
) STRICT;

CREATE TABLE connection (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  name TEXT NOT NULL,
  name_folded TEXT NOT NULL,
  method TEXT NOT NULL,
  revision INTEGER NOT NULL CHECK (revision >= 1),
  created_at INTEGER NOT NULL,
  created_by BLOB NOT NULL CHECK (length(created_by) = 16),
  updated_at INTEGER NOT NULL CHECK (updated_at >= created_at),
  rotated_at INTEGER NOT NULL,
  key_slot INTEGER NOT NULL UNIQUE REFERENCES wrapped_key (slot),
  texts TEXT NOT NULL,
  masks TEXT NOT NULL,
  description TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX connection_by_name ON connection (name_folded);

CREATE TABLE settings (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  tier TEXT NOT NULL,
  revision INTEGER NOT NULL CHECK (revision >= 1),
  updated_at INTEGER NOT NULL,
  updated_by BLOB NOT NULL CHECK (length(updated_by) = 16)
) STRICT;

CREATE TABLE audit (
  position INTEGER PRIMARY KEY,
  device BLOB NOT NULL CHECK (length(device) = 16),
  sequence INTEGER NOT NULL CHECK (sequence >= 1),
  time INTEGER NOT NULL,
  actor BLOB NOT NULL CHECK (length(actor) = 16),
  action TEXT NOT NULL,
  resource_type TEXT NOT NULL,
  resource_id BLOB CHECK (resource_id IS NULL OR length(resource_id) = 16),
  resource_name TEXT NOT NULL,
  revision INTEGER,
  changed TEXT NOT NULL,
  result TEXT NOT NULL,
  reason TEXT,
  state_hash BLOB CHECK (state_hash IS NULL OR length(state_hash) = 32),
  previous_hash BLOB NOT NULL CHECK (length(previous_hash) = 32),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  signature BLOB NOT NULL CHECK (length(signature) = 64),
  log_hash BLOB NOT NULL CHECK (length(log_hash) = 32),
  UNIQUE (device, sequence)
) STRICT;
CREATE INDEX audit_of_members ON audit (position) WHERE resource_type = 'member';
CREATE INDEX audit_by_resource ON audit (resource_id, revision) WHERE resource_id IS NOT NULL;
CREATE INDEX audit_by_type ON audit (resource_type) WHERE resource_type <> 'secret';
CREATE INDEX audit_by_actor ON audit (actor);
CREATE INDEX audit_by_action ON audit (action);
CREATE INDEX audit_by_time ON audit (time);

CREATE VIRTUAL TABLE search_text USING fts5 (
  name, env_key, description, tags, starts, content = '', contentless_delete = 1,
  tokenize = 'trigram remove_diacritics 1'
);
INSERT INTO search_text (search_text, rank) VALUES ('automerge', 0), ('crisismerge', 128);
";
