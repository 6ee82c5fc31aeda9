use std::io::Cursor;

use testkit::onepux::{Item, OnePux, encrypted_archive, export_of_data, zip_archive};

use super::{accepted, left_out, read, refused};
use importers::ReadOptions;

const EMPTY_EXPORT: &str = r#"{"accounts":[]}"#;

fn export() -> Vec<u8> {
    testkit::onepux::acme().into_bytes()
}

#[test]
fn an_export_without_anything_else_is_enough() {
    assert_eq!(
        accepted(zip_archive(&[("export.data", EMPTY_EXPORT.as_bytes())]))
            .items
            .len(),
        0
    );
    let other_order = zip_archive(&[
        ("files/avatar.png", b"x"),
        ("export.data", EMPTY_EXPORT.as_bytes()),
        ("export.attributes", b"{}"),
    ]);
    assert_eq!(accepted(other_order).items.len(), 0);
}

#[test]
fn an_attached_file_that_no_item_refers_to_is_a_line_of_the_report() {
    let archive = zip_archive(&[
        ("export.data", EMPTY_EXPORT.as_bytes()),
        ("files/a__b.pem", b"x"),
    ]);
    let import = accepted(archive);
    assert_eq!(import.found(), 1);
    assert_eq!(
        left_out(import.items.first().expect("one")),
        [(
            "b.pem",
            "No item of the export refers to this attached file."
        )]
    );
}

#[test]
fn files_that_are_no_export_are_refused_with_what_they_are() {
    assert_eq!(refused(Vec::new()), "import_empty");
    for bytes in [b"hello".to_vec(), b"{}".to_vec(), vec![0; 4096]] {
        assert_eq!(refused(bytes), "import_not_recognised");
    }
    assert_eq!(
        refused(b"Title,Url,Username\n".to_vec()),
        "import_columns_needed"
    );
    // The part that is looked at ends within a character.
    assert_eq!(
        refused(format!("x{}", "ü".repeat(40_000)).into_bytes()),
        "import_not_recognised"
    );
    assert_eq!(refused(b"h\xffllo".to_vec()), "import_not_text");
    assert_eq!(
        refused(vec![0x03, 0xD9, 0xA2, 0x9A, 0x67]),
        "import_damaged"
    );
    assert_eq!(
        refused(zip_archive(&[("readme.txt", b"hello")])),
        "import_not_recognised"
    );
    assert_eq!(refused(zip_archive(&[])), "import_not_recognised");
    assert_eq!(
        refused(zip_archive(&[
            ("EXPORT.DATA", b"{}"),
            ("x/export.data", b"{}")
        ])),
        "import_not_recognised"
    );
}

#[test]
fn a_damaged_archive_is_refused() {
    assert_eq!(refused(b"PK".to_vec()), "import_damaged");
    assert_eq!(
        refused(b"PK\x03\x04garbage garbage garbage".to_vec()),
        "import_damaged"
    );
    let whole = export();
    for kept in [30, whole.len() / 2, whole.len() - 30] {
        assert_eq!(
            refused(whole.get(..kept).expect("in range").to_vec()),
            "import_damaged",
            "cut at {kept}"
        );
    }
}

#[test]
fn a_flipped_byte_in_the_data_is_noticed() {
    let mut bytes = zip_archive(&[("export.data", EMPTY_EXPORT.as_bytes())]);
    let data_at = 30 + "export.data".len() + 4;
    *bytes.get_mut(data_at).expect("in range") ^= 0x10;
    assert!(read(bytes).is_err());
}

/// The archive with another checksum for this entry, in both of its headers.
fn with_wrong_checksum(mut bytes: Vec<u8>, name: &str) -> Vec<u8> {
    for (signature, checksum_at, name_at) in [(b"PK\x03\x04", 14, 30), (b"PK\x01\x02", 16, 46)] {
        let header = (0..bytes.len())
            .find(|at| {
                let header = bytes.get(*at..).expect("within");
                header.starts_with(signature)
                    && header
                        .get(name_at..)
                        .is_some_and(|rest| rest.starts_with(name.as_bytes()))
            })
            .expect("a header of the entry");
        *bytes.get_mut(header + checksum_at).expect("a checksum") ^= 1;
    }
    bytes
}

#[test]
fn a_wrong_checksum_is_noticed() {
    let whole = zip_archive(&[("export.data", EMPTY_EXPORT.as_bytes())]);
    accepted(whole.clone());
    assert_eq!(
        refused(with_wrong_checksum(whole, "export.data")),
        "import_damaged"
    );
}

#[test]
fn an_attached_file_of_a_wrong_checksum_is_left_out_and_its_item_is_kept() {
    let item = Item::login("Deploy", "mara", "canary").document("document1", "key.pem");
    let archive = OnePux::new("Acme")
        .vault("Ops", vec![item])
        .file("document1", "key.pem", b"canary attached\n")
        .into_bytes();
    let whole = accepted(archive.clone());
    let damaged = accepted(with_wrong_checksum(archive, "files/document1__key.pem"));
    let [whole, damaged] = [&whole, &damaged].map(|import| import.items.first().expect("one"));
    assert!(left_out(whole).is_empty(), "{:?}", left_out(whole));
    assert_eq!(
        left_out(damaged),
        [("Deploy · key.pem", "The attached file is damaged.")]
    );
    assert_eq!(damaged.secrets.len() + 1, whole.secrets.len());
}

#[test]
fn an_encrypted_entry_is_refused() {
    assert_eq!(
        refused(encrypted_archive(&[(
            "export.data",
            EMPTY_EXPORT.as_bytes()
        )])),
        "import_encrypted"
    );
}

#[test]
fn a_zip_bomb_is_stopped_early() {
    let zeros = vec![b' '; 16 * 1024 * 1024];
    assert_eq!(
        refused(zip_archive(&[("export.data", &zeros)])),
        "import_inflates"
    );
}

#[test]
fn a_header_that_lies_about_the_size_gains_nothing() {
    let zeros = vec![b' '; 16 * 1024 * 1024];
    let mut bytes = zip_archive(&[("export.data", &zeros)]);
    let directory = bytes
        .windows(4)
        .rposition(|window| window == b"PK\x01\x02")
        .expect("a directory entry");
    for at in [22, directory + 24] {
        bytes
            .get_mut(at..at + 4)
            .expect("a size")
            .copy_from_slice(&10_u32.to_le_bytes());
    }
    assert!(read(bytes).is_err());
}

#[test]
fn two_entries_of_one_name_are_refused() {
    let bytes = zip_archive(&[
        ("export.data", EMPTY_EXPORT.as_bytes()),
        ("export.datb", EMPTY_EXPORT.as_bytes()),
    ]);
    let mut doubled = bytes.clone();
    for at in bytes
        .windows(11)
        .enumerate()
        .filter(|(_, window)| *window == b"export.datb")
        .map(|(at, _)| at)
    {
        *doubled.get_mut(at + 10).expect("in range") = b'a';
    }
    assert_eq!(refused(doubled), "import_duplicate_entry");
}

#[test]
fn names_that_climb_out_of_the_archive_are_only_names() {
    let names = [
        "../../../etc/passwd",
        "/etc/passwd",
        "C:\\windows\\x",
        "files/../../x",
        "files/\u{202e}gnp",
    ];
    let mut entries: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, &b"x"[..])).collect();
    entries.push(("export.data", EMPTY_EXPORT.as_bytes()));
    assert_eq!(accepted(zip_archive(&entries)).items.len(), 0);
}

#[test]
fn a_file_that_fails_while_it_is_read_is_an_error_of_reading() {
    struct Failing(Cursor<Vec<u8>>);
    impl std::io::Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::from(std::io::ErrorKind::PermissionDenied))
        }
    }
    impl std::io::Seek for Failing {
        fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
            self.0.seek(to)
        }
    }
    let error = importers::read_import(Failing(Cursor::new(export())), &ReadOptions::default())
        .err()
        .expect("refused");
    assert_eq!(error.kind(), "import_io");
}

#[test]
fn a_byte_order_mark_before_the_json_is_accepted() {
    assert_eq!(
        accepted(export_of_data(&format!("\u{feff}{EMPTY_EXPORT}")))
            .items
            .len(),
        0
    );
}
