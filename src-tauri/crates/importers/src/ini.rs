//! Files of `[section]` and `key = value` lines. Each program reads them by rules of its own, so there is a reader for each.

mod configparser;
mod goconfig;
mod s3cmd;

use std::collections::{BTreeMap, HashMap};

use zeroize::Zeroizing;

use crate::error::ImportError;
use crate::limits::IMPORT_ITEMS_MAX;

pub(crate) use configparser::parse as parse_configparser;
pub(crate) use goconfig::parse as parse_goconfig;
pub(crate) use s3cmd::parse as parse_s3cmd;

/// A file as its program reads it. Sections of the same name are one; of a key given twice the later value holds.
pub(crate) struct Ini {
    pub sections: Vec<Section>,
    pub unread: Vec<Unread>,
}

pub(crate) struct Section {
    /// Empty for what stands before the first section.
    pub name: String,
    pub entries: Vec<Entry>,
}

pub(crate) struct Entry {
    pub key: String,
    pub value: Zeroizing<String>,
    pub line: usize,
}

/// A line that holds a value which its program does not use, or can't read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unread {
    pub section: String,
    /// Empty where none could be read.
    pub key: String,
    pub line: usize,
    pub why: Why,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// No `=` in it, or nothing before it.
    NoKey,
    QuoteOpen,
    AfterQuote,
    /// The same key is set again at this line.
    SetAgain(usize),
}

/// Lines that are not used, by the section they stand in.
pub(crate) struct UnreadLines(BTreeMap<String, Vec<Unread>>);

impl UnreadLines {
    pub(crate) fn of(lines: Vec<Unread>) -> UnreadLines {
        let mut by_section: BTreeMap<String, Vec<Unread>> = BTreeMap::new();
        for line in lines {
            by_section
                .entry(line.section.clone())
                .or_default()
                .push(line);
        }
        UnreadLines(by_section)
    }

    pub(crate) fn take(&mut self, section: &str) -> Vec<Unread> {
        self.0.remove(section).unwrap_or_default()
    }

    /// Those of no section that was taken: they stand before the first.
    pub(crate) fn rest(self) -> Vec<Unread> {
        self.0.into_values().flatten().collect()
    }
}

impl Why {
    /// For the report.
    pub(crate) fn reason(self, line: usize) -> String {
        match self {
            Why::NoKey => {
                format!("Line {line} can't be read: it is no section and names no key.")
            }
            Why::QuoteOpen => {
                format!("Line {line} can't be read: a quotation mark is not closed.")
            }
            Why::AfterQuote => {
                format!("Line {line} can't be read: something follows the closing quotation mark.")
            }
            Why::SetAgain(later) => format!(
                "Line {line} is overruled by line {later}, which sets the same key; the later value is taken."
            ),
        }
    }
}

impl Section {
    /// How many of its keys have a value.
    pub(crate) fn filled(&self) -> usize {
        let entries = self.entries.iter();
        entries
            .filter(|entry| !entry.value.trim_end().is_empty())
            .count()
    }

    /// The value of a key; none if it is empty.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.entries
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| entry.value.as_str())
            .filter(|value| !value.is_empty())
    }
}

/// Puts sections and keys together as they are read.
#[derive(Default)]
struct Builder {
    sections: Vec<Section>,
    unread: Vec<Unread>,
    by_name: HashMap<String, usize>,
    by_key: HashMap<(usize, String), usize>,
    current: usize,
    /// Sections, entries and unread lines.
    count: usize,
}

impl Builder {
    fn section(&mut self, name: &str) -> Result<(), ImportError> {
        self.current = match self.by_name.get(name) {
            Some(known) => *known,
            None => {
                self.count()?;
                self.sections.push(Section {
                    name: name.to_owned(),
                    entries: Vec::new(),
                });
                let index = self.sections.len() - 1;
                self.by_name.insert(name.to_owned(), index);
                index
            }
        };
        Ok(())
    }

    fn entry(&mut self, key: &str, value: &str, line: usize) -> Result<(), ImportError> {
        if self.sections.is_empty() {
            self.section("")?;
        }
        self.count()?;
        let entry = Entry {
            key: key.to_owned(),
            value: Zeroizing::new(value.to_owned()),
            line,
        };
        let Some(section) = self.sections.get_mut(self.current) else {
            return Ok(());
        };
        let place = (self.current, key.to_owned());
        let index = *self.by_key.entry(place).or_insert(section.entries.len());
        let Some(earlier) = section.entries.get_mut(index) else {
            section.entries.push(entry);
            return Ok(());
        };
        let earlier = std::mem::replace(earlier, entry);
        if !earlier.value.is_empty() && *earlier.value != value {
            self.unread.push(Unread {
                section: section.name.clone(),
                key: earlier.key,
                line: earlier.line,
                why: Why::SetAgain(line),
            });
        }
        Ok(())
    }

    /// A further line of the value of `key`.
    fn continue_value(&mut self, key: &str, text: &str) {
        let place = (self.current, key.to_owned());
        let entry = self
            .by_key
            .get(&place)
            .and_then(|index| self.sections.get_mut(self.current)?.entries.get_mut(*index));
        if let Some(entry) = entry {
            entry.value.push('\n');
            entry.value.push_str(text);
        }
    }

    fn unread(&mut self, line: usize, why: Why) -> Result<(), ImportError> {
        self.count()?;
        let section = self.sections.get(self.current);
        self.unread.push(Unread {
            section: section.map(|it| it.name.clone()).unwrap_or_default(),
            key: String::new(),
            line,
            why,
        });
        Ok(())
    }

    fn count(&mut self) -> Result<(), ImportError> {
        if self.count >= IMPORT_ITEMS_MAX {
            return Err(ImportError::TooManyItems {
                limit: IMPORT_ITEMS_MAX,
            });
        }
        self.count += 1;
        Ok(())
    }

    fn finish(self) -> Ini {
        Ini {
            sections: self.sections,
            unread: self.unread,
        }
    }
}

#[cfg(test)]
mod oracles;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(super) fn dump(ini: &Ini) -> String {
        let mut text = String::new();
        for section in &ini.sections {
            text.push_str(&format!("[{}]\n", section.name));
            for entry in &section.entries {
                text.push_str(&format!("{}={:?}\n", entry.key, entry.value.as_str()));
            }
        }
        for unread in &ini.unread {
            text.push_str(&format!(
                "! {} {} {:?}\n",
                unread.section, unread.line, unread.why
            ));
        }
        text
    }

    type Read = fn(&str) -> Result<Ini, ImportError>;
    const READERS: [Read; 3] = [parse_configparser, parse_goconfig, parse_s3cmd];

    #[test]
    fn sections_and_keys_are_read_up_to_their_limit() {
        let most = "[s]\n".to_owned()
            + &(1..IMPORT_ITEMS_MAX)
                .map(|n| format!("k{n}=v\n"))
                .collect::<String>();
        for read in [parse_configparser, parse_goconfig] {
            assert!(read(&most).is_ok());
            assert!(matches!(
                read(&format!("{most}more=v\n")),
                Err(ImportError::TooManyItems { .. })
            ));
        }
        let sections: String = (0..=IMPORT_ITEMS_MAX)
            .map(|n| format!("[s{n}]\n"))
            .collect();
        for read in [parse_configparser, parse_goconfig] {
            assert!(matches!(
                read(&sections),
                Err(ImportError::TooManyItems { .. })
            ));
        }
    }

    proptest! {
        #[test]
        fn every_line_with_a_value_is_an_entry_or_unread(
            lines in prop::collection::vec(("[ ]{0,2}", "[ ]?[=:]?[ ]?[x-z\"`]{0,3}"), 0..12)
        ) {
            // Each key once: what is set again is looked at elsewhere.
            let lines: Vec<String> = lines.iter().enumerate()
                .map(|(index, (indent, rest))| format!("{indent}k{index}{rest}"))
                .collect();
            let text = format!("[s]\n{}\n", lines.join("\n"));
            for read in READERS {
                let ini = read(&text).expect("few lines");
                let entries = || ini.sections.iter().flat_map(|section| &section.entries);
                let kept: Vec<usize> = entries().map(|entry| entry.line)
                    .chain(ini.unread.iter().map(|unread| unread.line))
                    .collect();
                let all: String = entries().map(|entry| entry.value.as_str()).collect();
                for index in 0..lines.len() {
                    // Otherwise it goes on with the value above.
                    prop_assert!(
                        kept.contains(&(index + 2)) || all.contains(&format!("k{index}")),
                        "line {} of {text:?} was lost", index + 2
                    );
                }
            }
        }

        #[test]
        fn no_text_stops_a_reader(text in "\\PC{0,200}") {
            for read in READERS {
                prop_assert!(read(&text).is_ok());
            }
        }
    }
}
