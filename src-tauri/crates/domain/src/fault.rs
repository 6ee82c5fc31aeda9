//! What is wrong, or merely odd, with one text, before it is known which field of which request it came from.

use std::borrow::Cow;

use serde::Serialize;

use crate::reject::{Detail, LocStep};

/// One fault of a field: the sentence for a person and the stable type for a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub message: Cow<'static, str>,
    pub kind: &'static str,
}

/// Something worth a second look that blocks nothing (CREATE-08). Same JSON shape as a [`Detail`], never mixed with one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hint {
    pub loc: Vec<LocStep>,
    pub message: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
}

impl Fault {
    pub fn new(kind: &'static str, message: impl Into<Cow<'static, str>>) -> Fault {
        Fault {
            message: message.into(),
            kind,
        }
    }

    /// The fault as a line of a rejection's `details`.
    pub fn at(self, loc: Vec<LocStep>) -> Detail {
        Detail {
            loc,
            message: self.message.into_owned(),
            kind: self.kind,
        }
    }

    /// The same for the common case of one member of the request.
    pub fn at_member(self, member: &'static str) -> Detail {
        self.at(vec![member.into()])
    }
}

/// A `null` in a list of texts.
pub(crate) fn null_item() -> Fault {
    Fault::new(
        "wrong_null",
        "An item of a list cannot be null. Leave it out.",
    )
}

impl Hint {
    pub fn new(loc: Vec<LocStep>, kind: &'static str, message: impl Into<String>) -> Hint {
        Hint {
            loc,
            message: message.into(),
            kind,
        }
    }
}
