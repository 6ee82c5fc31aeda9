//! The names a database file may have: `vault.db`, then `vault-2.db`, `vault-3.db`, ….

use std::fmt;

use crate::canonical::Text;

/// A file name that leads nowhere but into the vault's own folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseName(String);

impl DatabaseName {
    pub(crate) fn first() -> Self {
        Self("vault.db".to_owned())
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let number = text.strip_prefix("vault")?.strip_suffix(".db")?;
        let is_valid = number.is_empty()
            || number.strip_prefix('-').is_some_and(|digits| {
                // The round trip refuses signs and leading zeros.
                digits
                    .parse::<u32>()
                    .is_ok_and(|n| n >= 2 && n.to_string() == digits)
            });
        is_valid.then(|| Self(text.to_owned()))
    }

    /// The name of the next generation's file.
    pub(crate) fn next(&self) -> Option<Self> {
        let number = match self.0.strip_prefix("vault-") {
            None => 1,
            Some(rest) => rest.strip_suffix(".db")?.parse::<u32>().ok()?,
        };
        Some(Self(format!("vault-{}.db", number.checked_add(1)?)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DatabaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Text for DatabaseName {
    const WHAT: &'static str = "a database file's name";

    fn from_text(text: &str) -> Option<Self> {
        Self::parse(text)
    }

    fn to_text(&self) -> String {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_later_files_have_names() {
        for name in [
            "vault.db",
            "vault-2.db",
            "vault-10.db",
            "vault-4294967295.db",
        ] {
            assert!(DatabaseName::parse(name).is_some(), "{name}");
        }
    }

    #[test]
    fn each_name_has_a_next_one_but_the_last() {
        let next = |name| DatabaseName::parse(name).and_then(|name| name.next());
        for (name, after) in [
            ("vault.db", "vault-2.db"),
            ("vault-2.db", "vault-3.db"),
            ("vault-9.db", "vault-10.db"),
        ] {
            assert_eq!(next(name), DatabaseName::parse(after), "{name}");
        }
        assert_eq!(next("vault-4294967295.db"), None);
    }

    #[test]
    fn every_other_name_is_refused() {
        for name in [
            "",
            "vault",
            ".db",
            "vault-.db",
            "vault-0.db",
            "vault-1.db",
            "vault-02.db",
            "vault-+2.db",
            "vault-2.db-wal",
            "../vault.db",
            "/vault.db",
            "vault-4294967296.db",
            "Vault.db",
            "vault.db\0",
        ] {
            assert!(DatabaseName::parse(name).is_none(), "{name}");
        }
    }
}
