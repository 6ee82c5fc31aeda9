//! Files of lines: what every reader of them has in common.

use std::io::{Read, Seek};

use zeroize::Zeroizing;

use crate::error::ImportError;
use crate::limits::{LINE_BYTES_MAX, LINES_FILE_BYTES_MAX};
use crate::text_file::{read_whole, text_of};

/// The text of a file in which no line is longer than any value could make it.
pub(crate) fn read_text<R: Read + Seek>(file: R) -> Result<Zeroizing<String>, ImportError> {
    let bytes = read_whole(file, LINES_FILE_BYTES_MAX)?;
    checked_text(&bytes)
}

pub(crate) fn checked_text(bytes: &[u8]) -> Result<Zeroizing<String>, ImportError> {
    let text = text_of(bytes)?;
    for (line, content) in lines(&text) {
        if content.contains('\0') {
            return Err(ImportError::Line {
                line,
                reason: "it holds a NUL character.",
            });
        }
        if content.len() > LINE_BYTES_MAX {
            return Err(ImportError::LongLine {
                line,
                limit: LINE_BYTES_MAX,
            });
        }
    }
    Ok(text)
}

/// Every line with its number, from 1. A line ends as on Unix, on Windows, or on an old Mac.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = Some(text);
    let all = std::iter::from_fn(move || {
        let (line, after) = split_line(rest?);
        rest = after;
        Some(line)
    });
    (1_usize..).zip(all)
}

/// The first line, and what follows its end if it has one.
pub(crate) fn split_line(text: &str) -> (&str, Option<&str>) {
    let Some((line, after)) = text
        .find(['\n', '\r'])
        .and_then(|end| text.split_at_checked(end))
    else {
        return (text, None);
    };
    let after = after
        .strip_prefix("\r\n")
        .or_else(|| after.strip_prefix(['\n', '\r']));
    (line, after)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn a_line_is_read_up_to_its_limit() {
        let longest = "a".repeat(LINE_BYTES_MAX);
        assert!(checked_text(format!("x\n{longest}\ny").as_bytes()).is_ok());
        assert!(matches!(
            checked_text(format!("x\n{longest}a\ny").as_bytes()),
            Err(ImportError::LongLine { line: 2, .. })
        ));
    }

    #[test]
    fn a_file_is_read_up_to_its_limit() {
        let most = usize::try_from(LINES_FILE_BYTES_MAX).expect("a length");
        let bytes = vec![b'\n'; most + 1];
        let (allowed, _) = bytes.split_at(most);
        assert!(read_text(Cursor::new(allowed)).is_ok());
        assert!(matches!(
            read_text(Cursor::new(&bytes)),
            Err(ImportError::TooLarge { .. })
        ));
    }

    #[test]
    fn a_nul_is_refused_with_its_line() {
        assert!(matches!(
            checked_text(b"A=1\nB=\0"),
            Err(ImportError::Line { line: 2, .. })
        ));
    }

    #[test]
    fn a_line_ends_as_on_any_system() {
        let found: Vec<_> = lines("a\nb\r\nc\rd\n\n").collect();
        assert_eq!(
            found,
            [(1, "a"), (2, "b"), (3, "c"), (4, "d"), (5, ""), (6, "")]
        );
    }
}
