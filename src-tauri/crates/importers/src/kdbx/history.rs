//! Earlier states of an entry: their secret values become versions, the rest is told.

use std::collections::{BTreeMap, BTreeSet};

use domain::time::Timestamp;
use zeroize::Zeroizing;

use super::entry::{path_of, text_of, time_of};
use super::xml::Node;
use crate::material::{FieldName, Material};

const OLD_FIELDS: &str = "Earlier states of an entry keep only their secret values here; what else had changed is left out.";

/// The values of one string, oldest first.
#[derive(Default)]
struct Line {
    is_secret: bool,
    values: Vec<(Option<Timestamp>, Zeroizing<String>)>,
}

pub(super) struct Snapshots<'a> {
    lines: BTreeMap<&'a str, Line>,
    current: BTreeMap<&'a str, Zeroizing<String>>,
    /// Files that earlier states had and the present one has not.
    files: BTreeSet<&'a str>,
}

impl<'a> Snapshots<'a> {
    pub(super) fn of(entry: &'a Node, history: &'a Node) -> Snapshots<'a> {
        let current: BTreeMap<&str, Zeroizing<String>> = strings(entry)
            .map(|(key, value)| (key, text_of(value)))
            .collect();
        let kept: BTreeSet<&str> = files(entry).collect();
        let mut lines: BTreeMap<&str, Line> = BTreeMap::new();
        for (key, value) in strings(entry) {
            lines.entry(key).or_default().is_secret |= is_secret(key, value);
        }
        let mut gone = BTreeSet::new();
        for snapshot in &history.children {
            let at = snapshot
                .child("Times")
                .and_then(|times| times.child_text("LastModificationTime"))
                .and_then(time_of);
            for (key, value) in strings(snapshot) {
                let line = lines.entry(key).or_default();
                line.is_secret |= is_secret(key, value);
                let text = text_of(value);
                let last = line.values.last();
                let is_repeated = last.is_some_and(|(_, before)| *before == text);
                if !is_repeated && !text.is_empty() {
                    line.values.push((at, text));
                }
            }
            gone.extend(files(snapshot).filter(|name| !kept.contains(name)));
        }
        Snapshots {
            lines,
            current,
            files: gone,
        }
    }

    /// How many lines of the report it needs.
    pub(super) fn entered(&self) -> usize {
        let earlier = |(key, line): (&&str, &Line)| {
            let last = line.values.last().map(|(_, last)| last);
            let is_present = last.is_some() && last == self.current.get(*key);
            (line.is_secret, line.values.len() - usize::from(is_present))
        };
        let counts: Vec<(bool, usize)> = self.lines.iter().map(earlier).collect();
        let secret: usize = counts
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, count)| count)
            .sum();
        let has_plain = counts.iter().any(|(is, count)| !is && *count > 0);
        secret + usize::from(has_plain) + self.files.len()
    }

    pub(super) fn hand_over(self, material: &mut Material) {
        let mut has_old_fields = false;
        for (key, mut line) in self.lines {
            let now = self.current.get(key);
            let last = line.values.last();
            if last.is_some_and(|(_, last)| Some(last) == now) {
                line.values.pop();
            }
            if !line.is_secret {
                has_old_fields |= !line.values.is_empty();
                continue;
            }
            for (at, text) in line.values {
                material.add_earlier(&path_of(key), &text, at);
            }
        }
        if has_old_fields {
            let name = FieldName {
                section: "",
                label: "history",
                path: "History",
            };
            material.pass_over(name, OLD_FIELDS);
        }
        for file_name in self.files {
            let name = FieldName {
                section: "",
                label: file_name,
                path: &format!("History.Binary.{file_name}"),
            };
            material.leave_out(
                name,
                "The file was attached to an earlier state of the entry only.",
            );
        }
    }
}

fn is_secret(key: &str, value: &Node) -> bool {
    key == "Password" || (value.is_protected && key != "Title")
}

fn strings(entry: &Node) -> impl Iterator<Item = (&str, &Node)> {
    let strings = entry
        .children
        .iter()
        .filter(|child| &*child.name == "String");
    strings.filter_map(|string| Some((string.child_text("Key")?, string.child("Value")?)))
}

fn files(entry: &Node) -> impl Iterator<Item = &str> {
    let binaries = entry
        .children
        .iter()
        .filter(|child| &*child.name == "Binary");
    binaries.filter_map(|binary| binary.child_text("Key"))
}
