use std::io::Cursor;

use domain::secret_text::SecretText;
use importers::{
    ImportError, ItemKind, ItemState, ParsedImport, ParsedItem, ReadOptions, ValueKind, read_import,
};
use zeroize::Zeroizing;

use super::{fates, fixture, left_out, names, refused, value, values};

const PASSWORD: &str = "correct horse 🪶";
const KDBX_4: [&str; 2] = ["keepass-4-argon2d.kdbx", "keepass-4-argon2id-chacha20.kdbx"];
const KEEPASSXC: [&str; 2] = ["keepassxc-3.1.kdbx", "keepassxc-4.1-aes-kdf.kdbx"];

fn with(
    bytes: Vec<u8>,
    password: Option<&str>,
    key_file: Option<&[u8]>,
) -> Result<ParsedImport, ImportError> {
    let options = ReadOptions {
        password: password.map(|text| SecretText::new(text.to_owned())),
        key_file: key_file.map(|bytes| Zeroizing::new(bytes.to_vec())),
        ..ReadOptions::default()
    };
    read_import(Cursor::new(bytes), &options)
}

#[track_caller]
fn opened(name: &str) -> ParsedImport {
    match with(fixture(name), Some(PASSWORD), None) {
        Ok(import) => {
            super::assert_complete(&import);
            import
        }
        Err(error) => panic!("{name}: {error}"),
    }
}

#[track_caller]
fn kind(bytes: Vec<u8>, password: &str) -> &'static str {
    let read = with(bytes, Some(password), None);
    read.err().expect("refused").kind()
}

#[track_caller]
fn titled<'a>(import: &'a ParsedImport, title: &str) -> &'a ParsedItem {
    import
        .items
        .iter()
        .find(|item| item.title == title)
        .expect("an item of this title")
}

#[test]
fn entries_of_keepass_4_keep_strings_history_expiry_and_place() {
    for name in KDBX_4 {
        let import = opened(name);
        let login = titled(&import, "GitLab");
        assert_eq!(login.place.folder, "Ops/Prod", "{name}");
        assert_eq!(
            names(login),
            ["GitLab", "GitLab · otp", "GitLab · recovery code"]
        );
        let current = login.secrets.first().expect("three");
        assert_eq!(value(current, "value"), "canary-current");
        let earlier = |secret: usize| -> Vec<String> {
            let secret = login.secrets.get(secret).expect("three");
            secret
                .earlier
                .iter()
                .map(|earlier| {
                    let value = earlier.credentials.field("value").expect("a value");
                    value.expose_text().to_owned()
                })
                .collect()
        };
        assert_eq!(earlier(0), ["canary-old-1", "canary-old-2"]);
        assert_eq!(earlier(2), ["canary-recovery-old"]);
        assert_eq!(current.tags, ["ci", "prod"]);
        let expires = current.expires_at.expect("an expiry").to_string();
        assert_eq!(expires, "2027-03-01T12:00:00.000Z");
        for line in [
            "User name: mara",
            "URL: https://gitlab.example",
            "Environment: production",
            "KP2A_URL_1: https://mirror.gitlab.example",
            "two\nlines & <more>",
            "KeePass group: Ops/Prod",
        ] {
            assert!(
                current.notes.contains(line),
                "{line} in {}",
                current.notes.as_str()
            );
        }
        assert_eq!(left_out(login), []);
    }
}

/// Row 9 of what other importers got wrong: attachments, custom fields and KP2A_URL were lost without a word.
#[test]
fn peers_row_9_attachments_and_fields_of_any_name_are_kept_or_said_to_be_left_out() {
    let import = opened("keepass-4-argon2d.kdbx");
    let login = titled(&import, "GitLab");
    assert!(names(login).contains(&"GitLab · recovery code"));
    let notes = login.secrets.first().expect("three").notes.as_str();
    for line in [
        "KP2A_URL_1: https://mirror.gitlab.example",
        "Environment: production",
    ] {
        assert!(notes.contains(line), "{notes}");
    }
    let files = titled(&import, "Deploy key");
    let kept: Vec<(Option<&str>, ValueKind)> = files
        .secrets
        .iter()
        .map(|secret| (secret.file_name.as_deref(), secret.kind))
        .collect();
    assert_eq!(
        kept,
        [
            (Some("id_ed25519"), ValueKind::Attachment),
            (Some("logo.bin"), ValueKind::Attachment)
        ]
    );
    assert!(values(files).first().expect("two").contains("\ncanary\n"));
    assert_eq!(
        left_out(files),
        [(
            "Deploy key · big.bin",
            "The attached file is larger than 64 KiB, the most a secret can hold."
        )]
    );
    assert_eq!(files.found(), 3);
}

#[test]
fn references_are_resolved_and_trash_group_notes_and_untitled_entries_are_told() {
    for name in KDBX_4 {
        let import = opened(name);
        let mirror = titled(&import, "Mirror");
        assert_eq!(values(mirror), ["canary-current"], "{name}");
        assert_eq!(
            fates(mirror, "Password"),
            ["changed at value 0: it referred to another entry, whose value is kept"]
        );
        assert_eq!(titled(&import, "Thrown away").state, ItemState::Trashed);
        assert_eq!(titled(&import, "GitLab").state, ItemState::Active);
        let notes = titled(&import, "Ops (notes of the group)");
        assert_eq!(values(notes), ["canary group notes"]);
        let ceremony = titled(&import, "Ceremony");
        assert_eq!(ceremony.kind, ItemKind::Note);
        assert_eq!(values(ceremony), ["canary note"]);
        assert_eq!(
            values(titled(&import, "Untitled login")),
            ["canary-untitled 🪶"]
        );
        let storage = titled(&import, "AWS backups");
        let secret = storage.secrets.first().expect("one");
        assert_eq!(secret.method().as_str(), "s3_access_key");
        let location = secret.locations.first().expect("a location");
        assert_eq!(location.bucket_name.as_deref(), Some("acme-backups"));
    }
}

#[test]
fn databases_of_keepassxc_are_read() {
    for name in KEEPASSXC {
        let import = opened(name);
        let login = titled(&import, "GitLab");
        assert_eq!(login.place.vault, "Acme", "{name}");
        assert_eq!(login.place.folder, "Ops");
        assert_eq!(
            names(login),
            ["GitLab", "GitLab · recovery code", "GitLab · key.pem"]
        );
        assert_eq!(
            values(login),
            ["canary-current", "canary-recovery", "canary attached\n"]
        );
        let current = login.secrets.first().expect("three");
        assert_eq!(current.earlier.len(), 1);
        assert!(current.expires_at.is_some());
        assert!(current.notes.contains("two\nlines & <more>"));
    }
    let import = opened("keepassxc-4.1-aes-kdf.kdbx");
    assert_eq!(titled(&import, "Thrown away").state, ItemState::Trashed);
    let login = titled(&import, "GitLab").secrets.first().expect("three");
    assert_eq!(login.tags, ["ci", "prod"]);
}

#[test]
fn a_database_opens_with_its_password_or_key_file_alone() {
    for name in KDBX_4.iter().chain(&KEEPASSXC) {
        assert_eq!(refused(fixture(name)), "import_password_needed");
        assert_eq!(
            kind(fixture(name), "wrong"),
            "import_wrong_password",
            "{name}"
        );
    }
    let file = fixture("keepass.keyx");
    let database = || fixture("keepass-4-key-file.kdbx");
    let import = with(database(), None, Some(&file)).expect("the key file");
    assert_eq!(
        values(titled(&import, "GitLab")).first(),
        Some(&"canary-current")
    );
    assert_eq!(kind(database(), PASSWORD), "import_wrong_password");
    let both = with(database(), Some(PASSWORD), Some(&file)).err();
    assert_eq!(both.expect("refused").kind(), "import_wrong_password");
    let other = with(database(), None, Some(b"another file")).err();
    assert_eq!(other.expect("refused").kind(), "import_wrong_password");
}

/// Whoever lost the file may have written its key down.
#[test]
fn a_key_file_of_any_form_opens_its_database() {
    const HEX: &str = "A7007945D07D54BA28DF64341B4500FC9750DFB1D36ADA2D9C32DC194C7AB01B";
    const OLDER: &str = "<KeyFile><Meta><Version>1.00</Version></Meta><Key><Data>pwB5RdB9VLoo32Q0G0UA/JdQ37HTatotnDLcGUx6sBs=</Data></Key></KeyFile>";
    let raw: Vec<u8> = HEX
        .as_bytes()
        .chunks(2)
        .map(|pair| {
            let digits = std::str::from_utf8(pair).expect("digits");
            u8::from_str_radix(digits, 16).expect("digits")
        })
        .collect();
    let opens = |file: &[u8]| {
        let read = with(fixture("keepass-4-key-file.kdbx"), None, Some(file));
        read.map_err(|error| error.kind())
            .map(|import| import.items.len())
    };
    let whole = opens(&fixture("keepass.keyx"));
    assert!(whole.is_ok(), "{whole:?}");
    let small = HEX.to_lowercase();
    let marked = format!("\u{feff}{OLDER}");
    for file in [
        raw.as_slice(),
        HEX.as_bytes(),
        small.as_bytes(),
        OLDER.as_bytes(),
        marked.as_bytes(),
    ] {
        assert_eq!(opens(file), whole);
    }
    let mut other = raw.clone();
    *other.last_mut().expect("32 bytes") ^= 1;
    for file in [
        other.as_slice(),
        raw.get(1..).expect("31 bytes"),
        HEX.get(1..).expect("63 digits").as_bytes(),
    ] {
        assert_eq!(opens(file), Err("import_wrong_password"));
    }
}

#[test]
fn any_file_may_be_a_key_file() {
    let database = || fixture("keepass-4-any-key-file.kdbx");
    let file = b"a file that was made for something else\n";
    let import = with(database(), None, Some(file)).expect("the key file");
    assert!(values(titled(&import, "GitLab")).contains(&"canary-current"));
    let cut = with(database(), None, file.get(1..)).err();
    assert_eq!(cut.expect("refused").kind(), "import_wrong_password");
}

#[test]
fn a_database_may_want_its_password_and_its_key_file() {
    let database = || fixture("keepass-4-password-and-key-file.kdbx");
    let file = fixture("keepass.keyx");
    let import = with(database(), Some(PASSWORD), Some(&file)).expect("both");
    assert!(values(titled(&import, "GitLab")).contains(&"canary-current"));
    for (password, file) in [
        (Some(PASSWORD), None),
        (None, Some(file.as_slice())),
        (Some("wrong"), Some(file.as_slice())),
        (Some(PASSWORD), Some(b"another file".as_slice())),
    ] {
        let refused = with(database(), password, file).err();
        assert_eq!(refused.expect("refused").kind(), "import_wrong_password");
    }
}

#[test]
fn a_database_cut_anywhere_or_with_a_changed_byte_is_refused() {
    // Deriving version 3's key takes long, so it is cut at fewer places.
    for (name, step) in [("keepass-4-argon2d.kdbx", 149), ("keepassxc-3.1.kdbx", 400)] {
        let whole = fixture(name);
        for length in (0..whole.len()).step_by(step).skip(1) {
            let cut = whole.get(..length).expect("within").to_vec();
            let error = with(cut, Some(PASSWORD), None).err();
            assert!(error.is_some(), "{name} cut at {length}");
        }
    }
    let whole = fixture("keepass-4-argon2d.kdbx");
    for at in (0..whole.len()).step_by(101) {
        let mut changed = whole.clone();
        *changed.get_mut(at).expect("within") ^= 1;
        assert!(
            with(changed, Some(PASSWORD), None).is_err(),
            "changed at {at}"
        );
    }
}

#[test]
fn a_changed_header_of_version_3_is_noticed() {
    let mut bytes = fixture("keepassxc-3.1.kdbx");
    // The minor version stands in no key, only in the digest of the header.
    *bytes.get_mut(8).expect("within") ^= 1;
    assert_eq!(kind(bytes, PASSWORD), "import_damaged");
}

#[test]
fn other_versions_and_ciphers_are_refused_with_what_to_do() {
    let changed = |at: usize, byte: u8| {
        let mut bytes = fixture("keepass-4-argon2d.kdbx");
        *bytes.get_mut(at).expect("within") = byte;
        kind(bytes, PASSWORD)
    };
    assert_eq!(changed(4, 0x65), "import_unsupported");
    assert_eq!(changed(10, 5), "import_unsupported");
    assert_eq!(changed(10, 1), "import_unsupported");
    // The first field is the cipher: its number, four bytes of length, 16 of id.
    assert_eq!(changed(17, 0xAD), "import_unsupported");
    assert_eq!(changed(12, 15), "import_damaged");
    assert_eq!(changed(12, 200), "import_damaged");
    assert_eq!(changed(13, 255), "import_damaged");
}

/// The database with a number of its key derivation put in the place of its own.
fn with_parameter(name: &str, parameter: &str, value: u64) -> Vec<u8> {
    changed_parameter(fixture(name), parameter, value)
}

fn changed_parameter(mut bytes: Vec<u8>, parameter: &str, value: u64) -> Vec<u8> {
    let mut entry = 1_u32.to_le_bytes().to_vec();
    entry.extend_from_slice(parameter.as_bytes());
    let at = bytes
        .windows(entry.len())
        .position(|window| window == entry)
        .expect("a parameter of this name")
        + entry.len();
    let length = usize::from(*bytes.get(at).expect("a length"));
    let number = value.to_le_bytes();
    for (index, byte) in number.iter().take(length).enumerate() {
        *bytes.get_mut(at + 4 + index).expect("within") = *byte;
    }
    bytes
}

#[test]
fn parameters_that_would_eat_the_machine_are_refused_before_a_password_is_asked_for() {
    let mib = 1024 * 1024;
    let argon2 = |parameter: &str, value: u64| {
        refused(with_parameter("keepass-4-argon2d.kdbx", parameter, value))
    };
    assert_eq!(argon2("M", 1_024 * mib + 1), "import_kdf_too_costly");
    assert_eq!(argon2("M", 1_024 * mib), "import_password_needed");
    assert_eq!(argon2("M", u64::MAX), "import_kdf_too_costly");
    assert_eq!(argon2("I", 1_001), "import_kdf_too_costly");
    assert_eq!(argon2("I", 1_000), "import_password_needed");
    assert_eq!(argon2("P", 65), "import_kdf_too_costly");
    assert_eq!(argon2("P", 64), "import_password_needed");
    // All that is written in all passes.
    let both = |passes: u64| {
        let bytes = with_parameter("keepass-4-argon2d.kdbx", "M", 1_024 * mib);
        refused(changed_parameter(bytes, "I", passes))
    };
    assert_eq!(both(33), "import_kdf_too_costly");
    assert_eq!(both(32), "import_password_needed");
    let aes = |value: u64| refused(with_parameter("keepassxc-4.1-aes-kdf.kdbx", "R", value));
    assert_eq!(aes(200_000_001), "import_kdf_too_costly");
    assert_eq!(aes(200_000_000), "import_password_needed");
}
