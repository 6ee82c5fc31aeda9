//! Files and archives as large as is read, and just larger. The limits of lines, tables and JSON are met in `hostile`.

use std::io::Cursor;

use domain::secret_text::SecretText;
use importers::{
    ARCHIVE_DIRECTORY_BYTES_MAX, ARCHIVE_ENTRIES_MAX, EXPORT_DOCUMENT_BYTES_MAX, Format,
    IMPORT_FILE_BYTES_MAX, IMPORT_ITEMS_MAX, INFLATE_RATIO_MAX, KDBX_BYTES_MAX, KEY_FILE_BYTES_MAX,
    ReadOptions, TABLE_BYTES_MAX, read_import,
};
use testkit::onepux::{Item, export_of_data, made_up, zip_archive};
use zeroize::Zeroizing;

use super::zeros::Zeros;
use super::{accepted, fixture, item, refused};

const EMPTY_EXPORT: &[u8] = br#"{"accounts":[]}"#;
/// Compresses about as badly as a text can.
const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
const KDBX: &[u8] = &[0x03, 0xD9, 0xA2, 0x9A, 0x67, 0xFB, 0x4B, 0xB5];

/// What is said of a file of this length, and whether all of it was read first. A table of one endless cell is too large
/// whichever way, so that it is the reading that tells.
fn said_of(format: Option<Format>, head: &'static [u8], length: u64) -> (&'static str, bool) {
    let options = ReadOptions {
        format,
        ..ReadOptions::default()
    };
    let mut file = Zeros::of(length).after(head);
    let said = read_import(&mut file, &options)
        .err()
        .expect("refused")
        .kind();
    (said, file.read >= length)
}

#[test]
fn a_file_is_read_up_to_the_limit_of_its_format_and_one_byte_more_is_refused_unread() {
    for (format, head, most, otherwise) in [
        (Format::Keepass, KDBX, KDBX_BYTES_MAX, "import_unsupported"),
        (Format::Csv, b"a,b\n", TABLE_BYTES_MAX, "import_too_large"),
        (
            Format::OnePasswordCsv,
            b"Title,Password\n",
            TABLE_BYTES_MAX,
            "import_too_large",
        ),
        (
            Format::Bitwarden,
            b"{",
            EXPORT_DOCUMENT_BYTES_MAX,
            "import_json",
        ),
    ] {
        let found = said_of(Some(format), head, most);
        assert_eq!(found, (otherwise, true), "{format:?}");
        let found = said_of(Some(format), head, most + 1);
        assert_eq!(found, ("import_too_large", false), "{format:?}");
    }
}

#[test]
fn no_file_above_the_largest_is_looked_into() {
    let found = said_of(None, b"", IMPORT_FILE_BYTES_MAX);
    assert_eq!(found, ("import_not_recognised", false));
    let found = said_of(None, b"", IMPORT_FILE_BYTES_MAX + 1);
    assert_eq!(found, ("import_too_large", false));
}

#[test]
fn a_key_file_is_taken_up_to_its_limit() {
    let said = |length: u64| {
        let length = usize::try_from(length).expect("a length");
        let options = ReadOptions {
            password: Some(SecretText::new("a password".to_owned())),
            key_file: Some(Zeroizing::new(vec![b'x'; length])),
            ..ReadOptions::default()
        };
        let read = read_import(Cursor::new(fixture("keepass-4-argon2d.kdbx")), &options);
        read.err().expect("refused").kind()
    };
    assert_eq!(said(KEY_FILE_BYTES_MAX), "import_wrong_password");
    assert_eq!(said(KEY_FILE_BYTES_MAX + 1), "import_too_large");
}

#[test]
fn an_archive_has_as_many_entries_as_the_limit_and_no_more() {
    let with = |count: usize| {
        let names: Vec<String> = (1..count).map(|number| format!("f{number}")).collect();
        let mut entries: Vec<(&str, &[u8])> =
            names.iter().map(|name| (name.as_str(), &b""[..])).collect();
        entries.push(("export.data", EMPTY_EXPORT));
        zip_archive(&entries)
    };
    accepted(with(ARCHIVE_ENTRIES_MAX));
    assert_eq!(refused(with(ARCHIVE_ENTRIES_MAX + 1)), "import_too_large");
}

/// What the zip reader reads beside the names is a little: no test can meet the very byte.
#[test]
fn an_archives_table_of_contents_is_read_up_to_its_limit() {
    const NAME_BYTES: usize = 60_000;
    let with = |bytes: u64| {
        let count = usize::try_from(bytes).expect("a length") / NAME_BYTES;
        let names: Vec<String> = (0..count)
            .map(|number| format!("{number:0>NAME_BYTES$}"))
            .collect();
        let mut entries: Vec<(&str, &[u8])> =
            names.iter().map(|name| (name.as_str(), &b""[..])).collect();
        entries.push(("export.data", EMPTY_EXPORT));
        zip_archive(&entries)
    };
    let mib = 1024 * 1024;
    accepted(with(ARCHIVE_DIRECTORY_BYTES_MAX - mib));
    assert_eq!(
        refused(with(ARCHIVE_DIRECTORY_BYTES_MAX + mib)),
        "import_too_large"
    );
}

#[test]
fn an_entry_grows_as_many_times_as_the_limit_and_no_more() {
    const SPACES: usize = 5 * 1024 * 1024;
    let spaces = " ".repeat(SPACES);
    let mut met = [false; 2];
    // The more of it can't be compressed, the less it grows.
    for filler in [15_000, 20_000, 22_500, 30_000] {
        let filler = made_up("filler", ALPHABET, filler);
        let document = format!(r#"{{"filler":"{filler}",{spaces}"accounts":[]}}"#);
        let archive = zip_archive(&[("export.data", document.as_bytes())]);
        // Signature and so on, then the compressed size, as the format has it.
        let size = archive.get(18..22).expect("the entry's header");
        let size = u32::from_le_bytes(size.try_into().expect("four bytes"));
        let grown = u64::try_from(document.len()).expect("a length");
        let is_within = grown <= u64::from(size) * INFLATE_RATIO_MAX;
        met[usize::from(is_within)] = true;
        if is_within {
            accepted(archive);
        } else {
            assert_eq!(refused(archive), "import_inflates");
        }
    }
    assert_eq!(met, [true; 2], "both sides of the limit");
}

#[test]
fn as_many_items_are_read_as_the_limit_and_no_more() {
    let filler = made_up("filler", ALPHABET, 60_000);
    let with = |count: usize| {
        let items = vec!["0"; count].join(",");
        let vault = format!(r#"{{"items":[{items}]}}"#);
        let document = format!(r#"{{"filler":"{filler}","accounts":[{{"vaults":[{vault}]}}]}}"#);
        export_of_data(&document)
    };
    // The account and its vault count too.
    assert_eq!(
        accepted(with(IMPORT_ITEMS_MAX - 2)).items.len(),
        IMPORT_ITEMS_MAX - 2
    );
    assert_eq!(refused(with(IMPORT_ITEMS_MAX - 1)), "import_too_many_items");
}

#[test]
fn an_id_is_kept_up_to_its_length() {
    const ID_CHARS_MAX: usize = 100;
    let id_of = |length: usize| {
        let id = "i".repeat(length);
        item(Item::login("Site", "u", "p").uuid(&id)).item_id
    };
    assert_eq!(id_of(ID_CHARS_MAX).len(), ID_CHARS_MAX);
    assert_eq!(id_of(ID_CHARS_MAX + 1), id_of(ID_CHARS_MAX));
}
