//! Tables of text: cells between commas, semicolons or tabs, as RFC 4180 and spreadsheets write them.

use domain::mask::display_text;
use zeroize::Zeroizing;

use crate::error::ImportError;
use crate::limits::{IMPORT_ITEMS_MAX, ITEM_BYTES_MAX, TABLE_CELLS_MAX, TABLE_COLUMNS_MAX};

pub(crate) struct Table {
    /// The header, where the table has one; else a row like the others.
    pub first: Row,
    pub rows: Vec<Row>,
}

impl Table {
    /// Only where the first record is known to be a header: else these are its secrets.
    pub(crate) fn header(&self) -> Vec<String> {
        let cells = self.first.cells.iter();
        cells.map(|cell| display_text(cell.trim())).collect()
    }
}

/// One record. It may have fewer or more cells than the header.
pub(crate) struct Row {
    /// Where it begins, counted from 1.
    pub line: usize,
    pub cells: Vec<Zeroizing<String>>,
}

/// The separator that the first line has most of; commas where there is none.
pub(crate) fn separator_of(text: &str) -> char {
    let first = text.lines().next().unwrap_or_default();
    let count = |separator: char| first.matches(separator).count();
    let mut best = ',';
    for separator in [';', '\t'] {
        if count(separator) > count(best) {
            best = separator;
        }
    }
    best
}

/// Rows without any text are left away.
pub(crate) fn read_table(text: &str, separator: char) -> Result<Table, ImportError> {
    let mut reader = Reader {
        rest: text.chars(),
        separator,
        line: 1,
    };
    let first = reader.record()?.unwrap_or(Row {
        line: 1,
        cells: Vec::new(),
    });
    let mut rows = Vec::new();
    let mut cells = 0;
    while let Some(row) = reader.record()? {
        if row.cells.iter().all(|cell| cell.is_empty()) {
            continue;
        }
        if rows.len() >= IMPORT_ITEMS_MAX {
            return Err(ImportError::TooManyItems {
                limit: IMPORT_ITEMS_MAX,
            });
        }
        cells += row.cells.len();
        if cells > TABLE_CELLS_MAX {
            let limit = u64::try_from(TABLE_CELLS_MAX).unwrap_or(u64::MAX);
            let what = "The number of cells";
            return Err(ImportError::TooLarge { what, limit });
        }
        rows.push(row);
    }
    Ok(Table { first, rows })
}

struct Reader<'a> {
    rest: std::str::Chars<'a>,
    separator: char,
    line: usize,
}

/// What ended a cell.
enum End {
    Cell,
    Row,
    File,
}

impl Reader<'_> {
    fn record(&mut self) -> Result<Option<Row>, ImportError> {
        if self.rest.as_str().is_empty() {
            return Ok(None);
        }
        let line = self.line;
        let beginning = self.rest.as_str().len();
        let mut cells = Vec::new();
        loop {
            let (cell, end) = self.cell()?;
            if beginning - self.rest.as_str().len() > ITEM_BYTES_MAX {
                let limit = u64::try_from(ITEM_BYTES_MAX).unwrap_or(u64::MAX);
                let what = "A row of the table";
                return Err(ImportError::TooLarge { what, limit });
            }
            if cells.len() >= TABLE_COLUMNS_MAX {
                let limit = u64::try_from(TABLE_COLUMNS_MAX).unwrap_or(u64::MAX);
                let what = "The number of columns";
                return Err(ImportError::TooLarge { what, limit });
            }
            cells.push(cell);
            if !matches!(end, End::Cell) {
                return Ok(Some(Row { line, cells }));
            }
        }
    }

    fn cell(&mut self) -> Result<(Zeroizing<String>, End), ImportError> {
        if self.rest.as_str().starts_with('"') {
            self.rest.next();
            return self.quoted();
        }
        let text = self.rest.as_str();
        let is_end = |c: char| c == self.separator || c == '\n' || c == '\r';
        let length = text.find(is_end).unwrap_or(text.len());
        let (cell, rest) = text.split_at(length);
        let cell = Zeroizing::new(cell.to_owned());
        self.rest = rest.chars();
        Ok((cell, self.end()?))
    }

    /// The rest of a cell after its first quotation mark. Two of them stand for one.
    fn quoted(&mut self) -> Result<(Zeroizing<String>, End), ImportError> {
        let text = self.rest.as_str();
        let mut marks = text.match_indices('"').map(|(at, _)| at).peekable();
        let mut doubled = 0;
        let length = loop {
            let Some(at) = marks.next() else {
                return Err(ImportError::Line {
                    line: self.line,
                    reason: "a quotation mark is opened and never closed.",
                });
            };
            if marks.peek() != Some(&(at + 1)) {
                break at;
            }
            doubled += 1;
            marks.next();
        };
        let (inner, rest) = text.split_at(length);
        self.line += inner.matches('\n').count();
        // Its length is known before, so that no copy is left behind by growing.
        let mut cell = Zeroizing::new(String::with_capacity(inner.len() - doubled));
        let mut pieces = inner.split("\"\"");
        cell.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            cell.push('"');
            cell.push_str(piece);
        }
        self.rest = rest.chars();
        self.rest.next();
        Ok((cell, self.end()?))
    }

    fn end(&mut self) -> Result<End, ImportError> {
        match self.rest.next() {
            None => Ok(End::File),
            Some('\n') => {
                self.line += 1;
                Ok(End::Row)
            }
            Some('\r') => {
                if self.rest.as_str().starts_with('\n') {
                    self.rest.next();
                }
                self.line += 1;
                Ok(End::Row)
            }
            Some(other) if other == self.separator => Ok(End::Cell),
            Some(_) => Err(ImportError::Line {
                line: self.line,
                reason: "text follows a closing quotation mark.",
            }),
        }
    }
}
