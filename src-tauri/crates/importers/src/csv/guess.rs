//! What the columns of a table seem to hold, by their names.

use crate::columns::{ColumnUse, Columns, FirstRow};
use crate::delimited::Table;
use crate::secret_like::{is_secret_like, normal_label};

const NAMES: [(ColumnUse, &[&str]); 16] = [
    (
        ColumnUse::Title,
        &[
            "title", "name", "account", "item", "entry", "service", "site", "keyname",
        ],
    ),
    (
        ColumnUse::Folder,
        &[
            "folder",
            "group",
            "grouping",
            "vault",
            "collection",
            "project",
            "category",
            "path",
        ],
    ),
    (ColumnUse::Tags, &["tags", "tag", "labels"]),
    (
        ColumnUse::UserName,
        &[
            "username",
            "user",
            "login",
            "loginname",
            "loginusername",
            "email",
            "emailaddress",
        ],
    ),
    (
        ColumnUse::Password,
        &[
            "password",
            "loginpassword",
            "pass",
            "passwd",
            "pwd",
            "secret",
            "value",
            "token",
            "apikey",
            "apitoken",
            "key",
        ],
    ),
    (
        ColumnUse::OneTimePassword,
        &[
            "otp",
            "otpauth",
            "totp",
            "logintotp",
            "onetimepassword",
            "twofactorsecret",
            "totpsecret",
        ],
    ),
    (
        ColumnUse::Url,
        &[
            "url",
            "uri",
            "loginuri",
            "website",
            "web",
            "address",
            "link",
            "consoleloginlink",
            "consolesigninurl",
        ],
    ),
    (
        ColumnUse::Notes,
        &[
            "notes",
            "note",
            "comment",
            "comments",
            "extra",
            "remarks",
            "description",
        ],
    ),
    (
        ColumnUse::Expires,
        &[
            "expires",
            "expiry",
            "expiration",
            "expiresat",
            "expirydate",
            "expirationdate",
            "validuntil",
        ],
    ),
    (
        ColumnUse::KeyId,
        &[
            "accesskeyid",
            "awsaccesskeyid",
            "accesskey",
            "s3accesskey",
            "keyid",
            "applicationkeyid",
            "accessid",
        ],
    ),
    (
        ColumnUse::SecretKey,
        &[
            "secretaccesskey",
            "awssecretaccesskey",
            "secretkey",
            "s3secretkey",
            "applicationkey",
            "accesskeysecret",
        ],
    ),
    (ColumnUse::Bucket, &["bucket", "bucketname", "container"]),
    (ColumnUse::Region, &["region", "awsregion", "location"]),
    (
        ColumnUse::Endpoint,
        &["endpoint", "endpointurl", "s3endpoint"],
    ),
    (ColumnUse::Archived, &["archived"]),
    (
        ColumnUse::Favorite,
        &["favorite", "favourite", "fav", "starred"],
    ),
];

/// The columns of a table whose first record may be its header, or is said to be.
pub(super) fn guess(table: &Table, first_row: Option<FirstRow>) -> Columns {
    match first_row.unwrap_or_else(|| guess_first_row(table)) {
        FirstRow::Names => guess_uses(names(table)),
        FirstRow::Data => {
            let header = numbered(table.first.cells.len());
            let uses = vec![ColumnUse::Field; header.len()];
            Columns {
                has_header: false,
                header,
                uses,
            }
        }
    }
}

fn guess_first_row(table: &Table) -> FirstRow {
    let cells = &table.first.cells;
    let is_known = |name: &str| use_of(name).is_some();
    if cells.iter().any(|cell| is_known(cell)) && !cells.iter().any(|cell| is_value(cell)) {
        FirstRow::Names
    } else {
        FirstRow::Data
    }
}

/// An address or a key stands in a row, never above one.
fn is_value(text: &str) -> bool {
    text.contains("://") || text.contains('@') || is_secret_like("", text)
}

/// Of a first record that names the columns. What looks like a value is shown as no name, whatever is said of the row.
pub(super) fn names(table: &Table) -> Vec<String> {
    let cells = table.first.cells.iter().zip(table.header());
    let named = cells.zip(numbered(table.first.cells.len()));
    named
        .map(|((cell, name), numbered)| if is_value(cell) { numbered } else { name })
        .collect()
}

/// What columns without names are called.
pub(super) fn numbered(count: usize) -> Vec<String> {
    (1..=count)
        .map(|number| format!("column {number}"))
        .collect()
}

fn use_of(name: &str) -> Option<ColumnUse> {
    let label = normal_label(name);
    let known = NAMES
        .iter()
        .find(|(_, names)| names.contains(&label.as_str()));
    known.map(|(column, _)| *column)
}

/// Of each use but fields, tags, notes and URLs the first column has it; a second one is a field.
fn guess_uses(header: Vec<String>) -> Columns {
    let mut uses: Vec<ColumnUse> = Vec::with_capacity(header.len());
    for name in &header {
        let column = match use_of(name) {
            Some(column) if !uses.contains(&column) => column,
            Some(ColumnUse::Password | ColumnUse::SecretKey | ColumnUse::OneTimePassword) => {
                ColumnUse::SecretField
            }
            None if is_secret_like(name, "") => ColumnUse::SecretField,
            _ => ColumnUse::Field,
        };
        uses.push(column);
    }
    Columns {
        has_header: true,
        header,
        uses,
    }
}

/// Without a column that holds secrets nothing could be imported.
pub(super) fn is_usable(columns: &Columns) -> bool {
    let wanted = [
        ColumnUse::Password,
        ColumnUse::SecretKey,
        ColumnUse::OneTimePassword,
        ColumnUse::SecretField,
    ];
    columns.uses.iter().any(|column| wanted.contains(column))
}
