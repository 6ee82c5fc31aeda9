//! What became of each field that a person had entered.

/// One field and its fate. A report lists all of them; it never holds a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldLine {
    /// The same in every export of the item: `password`, `SECTION.FIELD`.
    pub path: String,
    /// As a person knows it, safe to show: `Admin · console password`.
    pub name: String,
    /// How much of what was entered it speaks for: a list of tags is one line. 0 for what the file does not say itself.
    pub entered: usize,
    pub fate: Fate,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// As it was.
    Kept {
        at: Home,
    },
    /// In another form than it had.
    Changed {
        at: Home,
        how: String,
    },
    LeftOut {
        reason: String,
    },
}

/// Where a field is kept. Numbers count the item's secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    Value { secret: usize },
    Earlier { secret: usize },
    Notes { secret: usize },
    Location { secret: usize },
    Expiry { secret: usize },
    Name,
    Tags,
    State,
}

impl Home {
    /// Stable, for machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Home::Value { .. } => "value",
            Home::Earlier { .. } => "earlier",
            Home::Notes { .. } => "notes",
            Home::Location { .. } => "location",
            Home::Expiry { .. } => "expiry",
            Home::Name => "name",
            Home::Tags => "tags",
            Home::State => "state",
        }
    }

    /// The secret that holds it; none where all of the item's do.
    pub fn secret(self) -> Option<usize> {
        match self {
            Home::Value { secret }
            | Home::Earlier { secret }
            | Home::Notes { secret }
            | Home::Location { secret }
            | Home::Expiry { secret } => Some(secret),
            Home::Name | Home::Tags | Home::State => None,
        }
    }
}
