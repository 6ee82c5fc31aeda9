//! What the columns of a table seem to hold, by their names.

use crate::columns::{ColumnUse, Columns};
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

/// Of each use but fields, tags, notes and URLs the first column has it; a second one is a field.
pub(super) fn guess(header: Vec<String>) -> Columns {
    let mut uses: Vec<ColumnUse> = Vec::with_capacity(header.len());
    for name in &header {
        let label = normal_label(name);
        let known = NAMES
            .iter()
            .find(|(_, names)| names.contains(&label.as_str()))
            .map(|(column, _)| *column);
        let column = match known {
            Some(column) if !uses.contains(&column) => column,
            Some(ColumnUse::Password | ColumnUse::SecretKey | ColumnUse::OneTimePassword) => {
                ColumnUse::SecretField
            }
            None if is_secret_like(name, "") => ColumnUse::SecretField,
            _ => ColumnUse::Field,
        };
        uses.push(column);
    }
    Columns { header, uses }
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
