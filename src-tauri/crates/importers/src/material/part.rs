//! One text of an item and where it stood.

use domain::time::Timestamp;
use zeroize::Zeroizing;

use super::FieldName;
use crate::parsed::ValueKind;

/// It may be a secret: no `Debug`, `Clone` or `Serialize`.
pub(crate) struct Part {
    /// 0 is the item itself; the sections follow.
    pub group: usize,
    pub section: String,
    pub label: String,
    /// The same in every export of the item: `password`, `SECTION.FIELD`.
    pub path: String,
    pub kind: PartKind,
    /// What the text is where it becomes a value.
    pub value: ValueKind,
    pub file_name: Option<String>,
    /// The environment variable that the file itself names.
    pub env_key: Option<String>,
    pub means: Option<Means>,
    /// In which form other than the file's it stands here.
    pub changed: Option<String>,
    /// How much of what was entered is in it; 0 where it was worked out of what another part has.
    pub entered: usize,
    /// Where 1Password has this text, as a reference.
    pub reference: Option<String>,
    pub text: Zeroizing<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PartKind {
    /// The item's own secret: its password or credential.
    Main,
    Secret,
    Plain,
}

/// What a plain text says about the secret beside it. Without it, labels decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Means {
    UserName,
    Url,
    Bucket,
    Region,
    Endpoint,
    Prefix,
    Expires(Timestamp),
    /// Kept in the notes: nothing is done before a value works.
    ValidFrom(Timestamp),
}

impl Part {
    /// The item's own secret.
    pub(crate) fn main(label: &str, path: &str, text: &str) -> Part {
        Part::new(PartKind::Main, ValueKind::Password, label, path, text)
    }

    pub(crate) fn secret(label: &str, path: &str, text: &str) -> Part {
        Part::new(PartKind::Secret, ValueKind::Other, label, path, text)
    }

    /// It goes to the notes, unless it looks like a secret.
    pub(crate) fn plain(label: &str, path: &str, text: &str) -> Part {
        Part::new(PartKind::Plain, ValueKind::Other, label, path, text)
    }

    #[must_use]
    pub(crate) fn of(mut self, value: ValueKind) -> Part {
        self.value = value;
        self
    }

    #[must_use]
    pub(crate) fn meaning(mut self, means: Means) -> Part {
        self.means = Some(means);
        self
    }

    /// Groups are numbered from 1 within an item; 0 is the item itself.
    #[must_use]
    pub(crate) fn in_section(mut self, group: usize, section: &str) -> Part {
        self.group = group;
        self.section = section.to_owned();
        self
    }

    #[must_use]
    pub(crate) fn changed(mut self, how: impl Into<String>) -> Part {
        self.changed = Some(how.into());
        self
    }

    #[must_use]
    pub(crate) fn speaking_for(mut self, entered: usize) -> Part {
        self.entered = entered;
        self
    }

    #[must_use]
    pub(crate) fn named_file(mut self, file_name: String) -> Part {
        self.file_name = Some(file_name);
        self
    }

    #[must_use]
    pub(crate) fn referred_to(mut self, reference: Option<String>) -> Part {
        self.reference = reference;
        self
    }

    #[must_use]
    pub(crate) fn env_key(mut self, key: &str) -> Part {
        self.env_key = Some(key.to_owned());
        self
    }

    pub(crate) fn name(&self) -> FieldName<'_> {
        FieldName {
            section: &self.section,
            label: &self.label,
            path: &self.path,
        }
    }

    fn new(kind: PartKind, value: ValueKind, label: &str, path: &str, text: &str) -> Part {
        Part {
            group: 0,
            section: String::new(),
            label: label.to_owned(),
            path: path.to_owned(),
            kind,
            value,
            file_name: None,
            env_key: None,
            means: None,
            changed: None,
            entered: 1,
            reference: None,
            text: Zeroizing::new(text.to_owned()),
        }
    }
}
