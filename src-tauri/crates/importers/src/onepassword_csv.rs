//! The CSV of logins that 1Password and Apple's Passwords export: columns are known by their names, never by their places.
//! It lacks custom fields, attachments and history; 1PUX has them.

use std::io::{Read, Seek};

use domain::mask::display_text;
use zeroize::Zeroizing;

use crate::columns::{ColumnUse, Columns};
use crate::delimited::{Row, read_table, separator_of};
use crate::error::ImportError;
use crate::format::Format;
use crate::limits::TABLE_BYTES_MAX;
use crate::material::{FieldName, Material, Means, Part, Start};
use crate::names::{cut_path, own_ids, shown_text, shown_url};
use crate::parsed::{About, ItemKind, ItemState, ParsedImport, ParsedItem, Place, ValueKind};
use crate::secret_like::{is_secret_like, normal_label};
use crate::text_file::{read_whole, text_of};

const LOSSY: &str = "A CSV export lacks custom fields, attachments and earlier passwords. Export as 1PUX to keep them.";

pub(crate) fn read<R: Read + Seek>(file: R) -> Result<ParsedImport, ImportError> {
    let bytes = read_whole(file, TABLE_BYTES_MAX)?;
    let text = text_of(&bytes)?;
    let table = read_table(&text, separator_of(&text))?;
    let header = table.header();
    let uses: Vec<ColumnUse> = header.iter().map(|name| use_of(name)).collect();
    if !uses.contains(&ColumnUse::Title) || !uses.contains(&ColumnUse::Password) {
        return Err(ImportError::NotRecognised(
            "a table of logins needs the columns Title and Password.",
        ));
    }
    let columns = Columns {
        has_header: true,
        header,
        uses,
    };
    let wanted = table.rows.iter().map(|row| identity(row, &columns));
    let ids = own_ids(wanted.collect());
    let items = table
        .rows
        .iter()
        .zip(ids)
        .map(|(row, id)| read_row(row, &columns, id))
        .collect();
    Ok(ParsedImport {
        format: Format::OnePasswordCsv,
        other_formats: Vec::new(),
        about: About::default(),
        columns: Some(columns),
        items,
    })
}

fn use_of(name: &str) -> ColumnUse {
    match normal_label(name).as_str() {
        "title" => ColumnUse::Title,
        "url" => ColumnUse::Url,
        "username" => ColumnUse::UserName,
        "password" => ColumnUse::Password,
        "otpauth" => ColumnUse::OneTimePassword,
        "favorite" => ColumnUse::Favorite,
        "archived" => ColumnUse::Archived,
        "tags" => ColumnUse::Tags,
        "notes" => ColumnUse::Notes,
        _ if is_secret_like(name, "") => ColumnUse::SecretField,
        _ => ColumnUse::Field,
    }
}

/// The first cell of a use that is not empty.
fn first_cell<'a>(row: &'a Row, columns: &Columns, wanted: ColumnUse) -> Option<&'a str> {
    let cells = columns.uses.iter().zip(&row.cells);
    cells
        .filter(|(column, _)| **column == wanted)
        .map(|(_, cell)| cell.as_str())
        .find(|cell| !cell.is_empty())
}

/// What a row is found again by; nothing that is secret is in it.
fn identity(row: &Row, columns: &Columns) -> Option<String> {
    let cell = |wanted| first_cell(row, columns, wanted).unwrap_or_default();
    let wanted = [
        shown_text(cell(ColumnUse::Title)),
        shown_url(cell(ColumnUse::Url)),
        shown_text(cell(ColumnUse::UserName)),
    ];
    let says_something = wanted.iter().any(|text| !text.is_empty());
    says_something.then(|| display_text(&wanted.join("/")))
}

fn read_row(row: &Row, columns: &Columns, id: String) -> ParsedItem {
    let title = first_cell(row, columns, ColumnUse::Title);
    let state = match first_cell(row, columns, ColumnUse::Archived) {
        Some(text) if is_true(text) => ItemState::Archived,
        _ => ItemState::Active,
    };
    let mut material = Material::new(Start {
        format: Format::OnePasswordCsv,
        id,
        title,
        place: Place::default(),
        kind: ItemKind::Login,
        state,
    });
    let tags = columns.uses.iter().zip(&row.cells);
    let tags = tags.filter(|(column, _)| **column == ColumnUse::Tags);
    material.give_tags(tags.flat_map(|(_, cell)| pieces(cell)));
    material.found(entered(row, columns));
    let mut has_title = false;
    for (index, text) in row.cells.iter().enumerate() {
        let header = columns.header.get(index).map(String::as_str);
        let mut column = columns.uses.get(index).copied().unwrap_or(ColumnUse::Field);
        if column == ColumnUse::Title && !text.is_empty() {
            // An item has one title; what another column of the name holds is a field.
            column = if has_title { ColumnUse::Field } else { column };
            has_title = true;
        }
        read_cell(&mut material, header, index, column, text);
    }
    if row.cells.len() > columns.header.len() {
        material.remark(format!(
            "The row at line {} has more cells than the table has columns; they are kept.",
            row.line
        ));
    }
    material.remark(LOSSY);
    ParsedItem::propose(material)
}

fn read_cell(
    material: &mut Material,
    header: Option<&str>,
    index: usize,
    column: ColumnUse,
    text: &Zeroizing<String>,
) {
    let numbered = format!("column {}", index + 1);
    let label = header.filter(|name| !name.is_empty()).unwrap_or(&numbered);
    let path = cut_path(&normal_label(label));
    let part = match column {
        ColumnUse::Title | ColumnUse::Tags => return,
        ColumnUse::Notes => return material.add_notes(text),
        ColumnUse::Archived | ColumnUse::Favorite => {
            return read_flag(material, column, (label, &path), text);
        }
        ColumnUse::Password => Part::main("password", "password", text),
        ColumnUse::OneTimePassword => {
            Part::secret("one-time password", "otpauth", text).of(ValueKind::OneTimePassword)
        }
        ColumnUse::UserName => Part::plain("user name", "username", text).meaning(Means::UserName),
        ColumnUse::Url => Part::plain("URL", "url", text),
        ColumnUse::SecretField => Part::secret(label, &path, text),
        _ => Part::plain(label, &path, text),
    };
    material.add(part);
}

/// One that says neither yes nor no is a field like any other.
fn read_flag(material: &mut Material, column: ColumnUse, (label, path): (&str, &str), text: &str) {
    let text = text.trim();
    let name = FieldName {
        section: "",
        label,
        path,
    };
    match (is_true(text), column) {
        _ if text.is_empty() => {}
        (true, ColumnUse::Favorite) => material.mark_favorite(),
        (true, _) => material.keep_state(name),
        (false, ColumnUse::Favorite) if is_false(text) => material.mark_no_favorite(name),
        (false, _) if is_false(text) => material.keep_state(name),
        (false, _) => {
            material.add(Part::plain(label, path, text));
        }
    }
}

/// What a person entered beside the row's name: counted here alone, so that what is forgotten above shows.
fn entered(row: &Row, columns: &Columns) -> usize {
    let mut names = 1;
    let of_cell = |(index, cell): (usize, &Zeroizing<String>)| match columns.uses.get(index) {
        _ if cell.is_empty() => 0,
        Some(ColumnUse::Title) => 1 - std::mem::take(&mut names),
        Some(ColumnUse::Tags) => pieces(cell).filter(|tag| !tag.is_empty()).count(),
        Some(ColumnUse::Archived | ColumnUse::Favorite) => usize::from(!cell.trim().is_empty()),
        _ => 1,
    };
    row.cells.iter().enumerate().map(of_cell).sum()
}

fn pieces(tags: &str) -> impl Iterator<Item = &str> {
    tags.split(';').map(str::trim)
}

fn is_false(text: &str) -> bool {
    text.eq_ignore_ascii_case("false")
}

fn is_true(text: &str) -> bool {
    ["true", "1", "yes"]
        .iter()
        .any(|word| text.trim().eq_ignore_ascii_case(word))
}
