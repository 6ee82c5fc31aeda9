//! `.env` files: each variable that may be secret is an item of its own; an access key, its secret and what belongs to them are one.

mod groups;
mod reader;
mod settings;
mod value;

use domain::mask::display_text;

use crate::config_file::{ConfigFile, named};
use crate::error::ImportError;
use crate::format::Format;
use crate::material::{Claim, FieldName, Material, Part};
use crate::options::ReadOptions;
use crate::parsed::{ItemKind, LeftOut, ValueKind};
use groups::{Group, Member, groups};
use reader::{Dotenv, Unread, Variable};

const TEMPORARY: &str =
    "It belongs to temporary credentials, which stop working within hours, so it is not taken.";

pub(crate) fn read(text: &str, options: &ReadOptions) -> Result<Vec<Material>, ImportError> {
    let Dotenv { variables, unread } = reader::read(text)?;
    let mut file = ConfigFile::new(Format::Dotenv, options);
    let found = groups(&variables);
    let mut items: Vec<Material> = found
        .groups
        .iter()
        .map(|group| pair(&mut file, group, &variables))
        .collect();
    let mut settings = Vec::new();
    for (index, variable) in variables.iter().enumerate() {
        if found.is_taken(index) {
            continue;
        }
        match settings::why_setting(variable) {
            Some(reason) => settings.push((variable, reason)),
            None => items.push(single(&mut file, variable)),
        }
    }
    if !settings.is_empty() || !unread.is_empty() {
        items.push(rest(&mut file, &settings, &unread));
    }
    Ok(items)
}

fn single(file: &mut ConfigFile, variable: &Variable) -> Material {
    let name = variable.name.as_str();
    let mut item = file.item(name, name, ItemKind::ApiCredential);
    item.found(1);
    let part = Part::main(name, name, &variable.value)
        .of(ValueKind::ApiCredential)
        .env_key(name);
    item.add(part);
    add_doubts(&mut item, variable);
    item
}

fn pair(file: &mut ConfigFile, group: &Group, variables: &[Variable]) -> Material {
    let mut item = file.item(&group.name, &group.title(), ItemKind::Storage);
    item.found(group.members.len());
    let mut halves = [None, None];
    for (index, member) in &group.members {
        let Some(variable) = variables.get(*index) else {
            continue;
        };
        let name = variable.name.as_str();
        let value = variable.value.as_str();
        match member {
            Member::Token => item.leave_out(named(name), TEMPORARY),
            Member::KeyId | Member::SecretKey if group.is_temporary() => {
                item.leave_out(named(name), TEMPORARY);
            }
            Member::KeyId => {
                halves[0] = item.add(Part::plain(name, name, value).env_key(name));
            }
            Member::SecretKey => {
                let part = Part::secret(name, name, value).of(ValueKind::Storage);
                halves[1] = item.add(part.env_key(name));
            }
            Member::Place(_) if group.is_temporary() => {
                item.pass_over(named(name), "It belongs to what is not taken.");
            }
            Member::Place(means) => {
                item.add(Part::plain(name, name, value).meaning(*means));
            }
        }
        add_doubts(&mut item, variable);
    }
    if let [Some(id), Some(key)] = halves {
        item.claims.push(Claim {
            likely: group.likely,
            methods: group.methods.clone(),
            parts: vec![id, key],
        });
    }
    item
}

/// One item for what is not taken: settings by their names, and lines that could not be read.
fn rest(
    file: &mut ConfigFile,
    settings: &[(&Variable, &'static str)],
    unread: &[Unread],
) -> Material {
    let mut item = file.item("(not taken)", "What is not taken", ItemKind::Other);
    item.found(settings.len() + unread.len());
    for (variable, reason) in settings {
        item.pass_over(named(&variable.name), reason);
    }
    if !settings.is_empty() {
        let names: Vec<String> = settings
            .iter()
            .map(|(variable, _)| display_text(&variable.name))
            .collect();
        item.left_out.push(LeftOut {
            title: match names.as_slice() {
                [only] => only.clone(),
                [first, ..] => format!("{first} and {} others", names.len() - 1),
                [] => String::new(),
            },
            reason: "They are empty, or settings and no secrets.".to_owned(),
        });
    }
    for line in unread {
        let shown = format!("line {}", line.line);
        let name = FieldName {
            section: "",
            label: if line.name.is_empty() {
                &shown
            } else {
                &line.name
            },
            path: &shown,
        };
        item.leave_out(name, line.why.reason(line.line));
    }
    item
}

fn add_doubts(item: &mut Material, variable: &Variable) {
    for doubt in &variable.doubts {
        let name = display_text(&variable.name);
        item.remark(format!("{name} {}", doubt.words()));
    }
}
