//! What the columns of a table hold.

use std::fmt;

/// A use for each column, in the table's order.
#[derive(Clone, PartialEq, Eq)]
pub struct Columns {
    /// Whether the first row names the columns; else it is data like the others.
    pub has_header: bool,
    /// The names, or `column 1`, `column 2`, … where the table has none.
    pub header: Vec<String>,
    /// As many as the header has names.
    pub uses: Vec<ColumnUse>,
}

/// Without the names: what was taken for a header may be somebody's passwords, and this goes into logs.
impl fmt::Debug for Columns {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Columns")
            .field("has_header", &self.has_header)
            .field("uses", &self.uses)
            .finish_non_exhaustive()
    }
}

/// What the first row of a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstRow {
    /// It names the columns.
    Names,
    /// It is a row like the others.
    Data,
}

impl FirstRow {
    pub const ALL: [FirstRow; 2] = [FirstRow::Names, FirstRow::Data];

    pub fn parse(text: &str) -> Option<FirstRow> {
        let mut all = FirstRow::ALL.into_iter();
        all.find(|first| first.as_str() == text)
    }

    /// Stable, for machines.
    pub fn as_str(self) -> &'static str {
        match self {
            FirstRow::Names => "names",
            FirstRow::Data => "data",
        }
    }
}

impl Columns {
    pub fn first_row(&self) -> FirstRow {
        match self.has_header {
            true => FirstRow::Names,
            false => FirstRow::Data,
        }
    }
}

/// What becomes of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColumnUse {
    Title,
    /// A row's vault, folder or group.
    Folder,
    Tags,
    UserName,
    /// The row's own secret.
    Password,
    OneTimePassword,
    Url,
    Notes,
    Expires,
    /// The first half of a storage credential.
    KeyId,
    /// The second half of a storage credential.
    SecretKey,
    Bucket,
    Region,
    Endpoint,
    /// Another secret, under the column's name.
    SecretField,
    /// Anything else, under the column's name.
    Field,
    /// Says how far the row is in use: `true` is archived.
    Archived,
    Favorite,
    /// Left out, and said so.
    LeftOut,
}

impl ColumnUse {
    pub const ALL: &'static [ColumnUse] = &[
        ColumnUse::Title,
        ColumnUse::Folder,
        ColumnUse::Tags,
        ColumnUse::UserName,
        ColumnUse::Password,
        ColumnUse::OneTimePassword,
        ColumnUse::Url,
        ColumnUse::Notes,
        ColumnUse::Expires,
        ColumnUse::KeyId,
        ColumnUse::SecretKey,
        ColumnUse::Bucket,
        ColumnUse::Region,
        ColumnUse::Endpoint,
        ColumnUse::SecretField,
        ColumnUse::Field,
        ColumnUse::Archived,
        ColumnUse::Favorite,
        ColumnUse::LeftOut,
    ];

    pub fn parse(text: &str) -> Option<ColumnUse> {
        ColumnUse::ALL
            .iter()
            .copied()
            .find(|column| column.as_str() == text)
    }

    /// Stable, for machines.
    pub fn as_str(self) -> &'static str {
        match self {
            ColumnUse::Title => "title",
            ColumnUse::Folder => "folder",
            ColumnUse::Tags => "tags",
            ColumnUse::UserName => "user_name",
            ColumnUse::Password => "password",
            ColumnUse::OneTimePassword => "one_time_password",
            ColumnUse::Url => "url",
            ColumnUse::Notes => "notes",
            ColumnUse::Expires => "expires",
            ColumnUse::KeyId => "key_id",
            ColumnUse::SecretKey => "secret_key",
            ColumnUse::Bucket => "bucket",
            ColumnUse::Region => "region",
            ColumnUse::Endpoint => "endpoint",
            ColumnUse::SecretField => "secret_field",
            ColumnUse::Field => "field",
            ColumnUse::Archived => "archived",
            ColumnUse::Favorite => "favorite",
            ColumnUse::LeftOut => "left_out",
        }
    }
}
