//! Any other table: its header says what the columns hold, and a person may say otherwise.

mod guess;

use std::io::{Read, Seek};

use domain::mask::display_text;
use domain::time::Timestamp;
use zeroize::Zeroizing;

use crate::columns::{ColumnUse, Columns};
use crate::config_file::ConfigFile;
use crate::delimited::{Row, Table, read_table, separator_of};
use crate::error::ImportError;
use crate::format::Format;
use crate::limits::TABLE_BYTES_MAX;
use crate::lines::split_line;
use crate::material::{Claim, FieldName, Likely, Material, Means, Part};
use crate::names::{cut_path, own_ids, shown_text, shown_url};
use crate::options::ReadOptions;
use crate::parsed::{About, ItemKind, ItemState, ParsedImport, ParsedItem, ValueKind};
use crate::secret_like::{is_secret_url, normal_label};
use crate::storage::{host_method, s3_like};
use crate::text_file::{read_whole, text_of};
use domain::catalogue::AuthMethod;
use domain::shape;
use guess::{guess, is_usable, names, numbered};

const KEY_TAIL_CHARS: usize = 4;
/// Uses of which a row has one cell; another is a field.
const ONCE: [ColumnUse; 3] = [ColumnUse::Title, ColumnUse::Folder, ColumnUse::Archived];

/// Uses in which blanks are as good as nothing.
const SAYS_NOTHING_BLANK: [ColumnUse; 4] = [
    ColumnUse::Title,
    ColumnUse::Folder,
    ColumnUse::Tags,
    ColumnUse::Archived,
];

pub(crate) fn read<R: Read + Seek>(
    file: R,
    options: &ReadOptions,
) -> Result<ParsedImport, ImportError> {
    let bytes = read_whole(file, TABLE_BYTES_MAX)?;
    let text = text_of(&bytes)?;
    let (separator, body) = separator_and_body(&text);
    let table = read_table(body, separator)?;
    let columns = match &options.columns {
        Some(given) if fits(given, &table) => given.clone(),
        Some(_) => return Err(ImportError::WrongColumns),
        None => {
            let guess = guess(&table, options.first_row);
            if !is_usable(&guess) {
                return Err(ImportError::ColumnsNeeded { guess });
            }
            guess
        }
    };
    let mut file = ConfigFile::new(Format::Csv, options);
    let first = (!columns.has_header).then_some(&table.first);
    let rows: Vec<RowReader<'_>> = first
        .into_iter()
        .chain(&table.rows)
        .map(|row| RowReader::of(row, &columns))
        .collect();
    let ids = own_ids(rows.iter().map(RowReader::identity).collect());
    let items = rows
        .iter()
        .zip(&ids)
        .map(|(row, id)| ParsedItem::propose(row.item(id, &mut file)))
        .collect();
    Ok(ParsedImport {
        format: Format::Csv,
        other_formats: Vec::new(),
        about: About::default(),
        columns: Some(columns),
        items,
    })
}

fn fits(columns: &Columns, table: &Table) -> bool {
    let header = if columns.has_header {
        names(table)
    } else {
        numbered(table.first.cells.len())
    };
    columns.header == header && columns.uses.len() == header.len()
}

/// Excel may name the separator in a line of its own before the header.
fn separator_and_body(text: &str) -> (char, &str) {
    let (first, after) = split_line(text);
    let named = first
        .trim_matches('"')
        .strip_prefix("sep=")
        .and_then(|rest| rest.chars().next());
    match (named, after) {
        (Some(separator), Some(body)) => (separator, body),
        _ => (separator_of(text), text),
    }
}

struct RowReader<'a> {
    row: &'a Row,
    columns: &'a Columns,
}

impl<'a> RowReader<'a> {
    fn of(row: &'a Row, columns: &'a Columns) -> RowReader<'a> {
        RowReader { row, columns }
    }

    fn item(&self, id: &str, file: &mut ConfigFile) -> Material {
        let title = self.named();
        let title = title.unwrap_or_else(|| format!("Line {}", self.row.line));
        let has_pair = self.first(ColumnUse::KeyId).is_some();
        let kind = if has_pair && self.first(ColumnUse::SecretKey).is_some() {
            ItemKind::Storage
        } else {
            ItemKind::Login
        };
        let mut item = file.item(id, &title, kind);
        let folder = self.first(ColumnUse::Folder).map(shown_text);
        item.head.place.folder = display_text(&folder.unwrap_or_default());
        if self.first(ColumnUse::Archived).is_some_and(is_true) {
            item.head.state = ItemState::Archived;
        }
        let tags = self.filled(ColumnUse::Tags);
        item.give_tags(tags.flat_map(|(_, text)| pieces(text)));
        item.found(self.entered());
        let mut halves = [None, None];
        for (index, cell) in self.row.cells.iter().enumerate() {
            let column = self.column(index);
            let place = self.read_cell(&mut item, index, column, cell);
            match column {
                ColumnUse::KeyId => halves[0] = halves[0].or(place),
                ColumnUse::SecretKey => halves[1] = halves[1].or(place),
                _ => {}
            }
        }
        if let [Some(id), Some(key)] = halves {
            item.claims.push(Claim {
                likely: Likely::Storage,
                methods: self.methods(),
                parts: vec![id, key],
            });
        }
        item
    }

    /// What a person entered beside the row's name: counted here alone, so that what is forgotten below shows.
    fn entered(&self) -> usize {
        let mut names = 1;
        let of_cell = |(index, cell): (usize, &Zeroizing<String>)| match self.column(index) {
            column if SAYS_NOTHING_BLANK.contains(&column) && cell.trim().is_empty() => 0,
            ColumnUse::Title => 1 - std::mem::take(&mut names),
            ColumnUse::Tags => pieces(cell).filter(|tag| !tag.is_empty()).count(),
            _ => usize::from(!cell.is_empty()),
        };
        self.row.cells.iter().enumerate().map(of_cell).sum()
    }

    fn column(&self, index: usize) -> ColumnUse {
        let known = self.columns.uses.get(index).copied();
        known.unwrap_or(ColumnUse::Field)
    }

    /// The first cell of a use that is not empty.
    fn first(&self, wanted: ColumnUse) -> Option<&'a str> {
        self.filled(wanted).next().map(|(_, text)| text)
    }

    /// The cells of a use that are not empty, each with its column.
    fn filled(&self, wanted: ColumnUse) -> impl Iterator<Item = (usize, &'a str)> {
        let cells = self.columns.uses.iter().zip(&self.row.cells);
        cells
            .enumerate()
            .filter(move |(_, (column, _))| **column == wanted)
            .map(|(index, (_, cell))| (index, cell.trim()))
            .filter(|(_, text)| !text.is_empty())
    }

    /// Whether a row has room for one cell of this use only, and another came before.
    fn is_one_too_many(&self, index: usize, column: ColumnUse) -> bool {
        let first = self.filled(column).next();
        ONCE.contains(&column) && first.is_some_and(|(first, _)| first < index)
    }

    /// What the row is found again by: all that tells it from others, and nothing that is secret.
    fn identity(&self) -> Option<String> {
        let shown = |wanted| self.first(wanted).map(shown_text).unwrap_or_default();
        let url = self.first(ColumnUse::Url).map(shown_url);
        let all = [
            shown_text(&self.named()?),
            shown(ColumnUse::Folder),
            shown(ColumnUse::UserName),
            url.unwrap_or_default(),
        ];
        Some(all.join("/"))
    }

    /// A row without a title is called after what it is for; there may be nothing that says it. Only a title is given as it is: what is
    /// secret in it becomes a value, and what is secret in another cell is a value already.
    fn named(&self) -> Option<String> {
        if let Some(title) = self.first(ColumnUse::Title) {
            return Some(title.to_owned());
        }
        let user = self.first(ColumnUse::UserName).map(shown_text);
        if let Some(id) = self.first(ColumnUse::KeyId) {
            let count = id.chars().count();
            let tail: String = id
                .chars()
                .skip(count.saturating_sub(KEY_TAIL_CHARS))
                .collect();
            return Some(match user {
                Some(user) => format!("{user} …{tail}"),
                None => format!("Access key …{tail}"),
            });
        }
        let url = self.first(ColumnUse::Url).map(shown_url);
        url.or(user)
            .or_else(|| self.first(ColumnUse::Bucket).map(shown_text))
    }

    fn read_cell(
        &self,
        item: &mut Material,
        index: usize,
        column: ColumnUse,
        cell: &Zeroizing<String>,
    ) -> Option<usize> {
        let numbered = format!("column {}", index + 1);
        let header = self.columns.header.get(index).map(String::as_str);
        let label = header.filter(|name| !name.is_empty()).unwrap_or(&numbered);
        let path = self.path(index, label);
        let name = FieldName {
            section: "",
            label,
            path: &path,
        };
        let text = cell.as_str();
        let is_blank = text.trim().is_empty() && SAYS_NOTHING_BLANK.contains(&column);
        if text.is_empty() || is_blank {
            return None;
        }
        let part = match column {
            _ if self.is_one_too_many(index, column) => Part::plain(label, &path, text),
            ColumnUse::Archived if !is_flag(text) => Part::plain(label, &path, text),
            ColumnUse::Title | ColumnUse::Tags => return None,
            ColumnUse::Folder if is_secret_url(text) => Part::plain(label, &path, text),
            ColumnUse::Folder => {
                item.add_origin_folder(label, text.trim());
                return None;
            }
            ColumnUse::Archived => {
                item.keep_state(name);
                return None;
            }
            ColumnUse::Favorite if is_true(text) => {
                item.mark_favorite();
                return None;
            }
            ColumnUse::LeftOut => {
                item.pass_over(name, "Its column is left out.");
                return None;
            }
            ColumnUse::Notes => {
                item.add_notes(text);
                return None;
            }
            ColumnUse::Password => Part::main(label, &path, text),
            ColumnUse::SecretKey => Part::secret(label, &path, text).of(ValueKind::Storage),
            ColumnUse::SecretField => Part::secret(label, &path, text),
            ColumnUse::OneTimePassword => {
                Part::secret(label, &path, text).of(ValueKind::OneTimePassword)
            }
            other => with_meaning(Part::plain(label, &path, text), other, text),
        };
        item.add(part)
    }

    /// Two columns of one name stay apart by their number.
    fn path(&self, index: usize, label: &str) -> String {
        let path = cut_path(&normal_label(label));
        let before = self.columns.header.iter().take(index);
        let is_again = before.into_iter().any(|other| other == label);
        if path.is_empty() || is_again {
            format!("{path}#{}", index + 1)
        } else {
            path
        }
    }

    fn methods(&self) -> Vec<AuthMethod> {
        if let Some(endpoint) = self.first(ColumnUse::Endpoint) {
            return vec![host_method(endpoint).unwrap_or(AuthMethod::S3CompatibleAccessKey)];
        }
        let id = self.first(ColumnUse::KeyId).unwrap_or_default();
        if shape::is_aws_key_id(id) {
            vec![AuthMethod::S3AccessKey]
        } else if shape::is_b2_key_id(id) {
            vec![AuthMethod::B2ApplicationKey]
        } else {
            s3_like(AuthMethod::S3CompatibleAccessKey)
        }
    }
}

fn with_meaning(part: Part, column: ColumnUse, text: &str) -> Part {
    let means = match column {
        ColumnUse::UserName => Means::UserName,
        ColumnUse::Url => Means::Url,
        ColumnUse::Bucket => Means::Bucket,
        ColumnUse::Region => Means::Region,
        ColumnUse::Endpoint => Means::Endpoint,
        ColumnUse::Expires => match expiry(text) {
            Some(at) => Means::Expires(at),
            None => return part,
        },
        _ => return part,
    };
    part.meaning(means)
}

fn pieces(tags: &str) -> impl Iterator<Item = &str> {
    tags.split([';', ',']).map(str::trim)
}

/// A time, or a day, which means its first moment.
fn expiry(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    Timestamp::parse(text)
        .or_else(|_| Timestamp::parse(&format!("{text}T00:00:00Z")))
        .ok()
}

fn is_flag(text: &str) -> bool {
    let text = text.trim();
    let is_false = ["", "false", "0", "no"]
        .iter()
        .any(|known| text.eq_ignore_ascii_case(known));
    is_false || is_true(text)
}

fn is_true(text: &str) -> bool {
    ["true", "1", "yes"]
        .iter()
        .any(|known| text.trim().eq_ignore_ascii_case(known))
}
