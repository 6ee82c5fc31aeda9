//! What holds for every file, whatever is in it.

// Each target is a program of its own, and none uses all of this.
#![allow(dead_code)]

use std::io::Cursor;

use importers::{Format, ParsedImport, ReadOptions, read_import};

/// Reads the bytes as the format.
pub fn read_as(format: Format, bytes: &[u8], password: Option<&str>) {
    let options = ReadOptions {
        format: Some(format),
        password: password.map(|text| text.to_owned().into()),
        ..ReadOptions::default()
    };
    if let Ok(import) = read_import(Cursor::new(bytes), &options) {
        check(import);
    }
}

/// Nothing of what is read may be without a line of the report, and every answer to a question must be taken.
pub fn check(import: ParsedImport) {
    for mut item in import.items {
        assert!(item.found() > 0, "an item was lost");
        assert_eq!(item.entered, item.spoken_for(), "a field was lost");
        let answers: Vec<(String, String)> = item
            .questions
            .iter()
            .flat_map(|asked| {
                asked
                    .choices
                    .iter()
                    .map(|it| (asked.id.clone(), it.id.clone()))
            })
            .collect();
        for (question, choice) in answers {
            // An earlier answer may have done away with the question.
            if item.questions.iter().any(|asked| asked.id == question) {
                item.answer(&question, &choice)
                    .expect("a choice that was offered");
                assert!(item.found() > 0, "an item was lost by an answer");
                assert_eq!(
                    item.entered,
                    item.spoken_for(),
                    "a field was lost by an answer"
                );
            }
        }
    }
}
