//! Files of settings and tables that are made to do harm. Each limit is met on both sides.

use importers::{
    Format, IMPORT_ITEMS_MAX, ITEM_BYTES_MAX, ITEM_DEPTH_MAX, ITEM_MEMBERS_MAX, ImportError,
    ParsedImport, ReadOptions, TABLE_CELLS_MAX, TABLE_COLUMNS_MAX, read_import,
};

use crate::config_files::{options, read_with};
use crate::zeros::Zeros;

const LINE_FORMATS: [Format; 7] = [
    Format::Dotenv,
    Format::AwsProfiles,
    Format::Rclone,
    Format::S3cfg,
    Format::MinioClient,
    Format::GcpKey,
    Format::AzureConnectionString,
];

fn as_format(format: Format) -> ReadOptions {
    ReadOptions {
        format: Some(format),
        ..options()
    }
}

fn read_as(format: Format, text: &str) -> Result<ParsedImport, ImportError> {
    read_with(text.as_bytes(), &as_format(format))
}

#[track_caller]
fn kind(read: Result<ParsedImport, ImportError>) -> &'static str {
    match read {
        Ok(_) => "accepted",
        Err(error) => error.kind(),
    }
}

#[test]
fn a_gigabyte_of_zeros_is_refused_by_its_beginning() {
    let read = |options: &ReadOptions| {
        let mut zeros = Zeros::of(1024 * 1024 * 1024);
        let kind = kind(read_import(&mut zeros, options));
        assert!(zeros.read <= 64 * 1024, "{} bytes were read", zeros.read);
        kind
    };
    assert_eq!(read(&options()), "import_not_recognised");
    let whole = [
        Format::Csv,
        Format::OnePasswordCsv,
        Format::Bitwarden,
        Format::Keepass,
    ];
    for format in LINE_FORMATS.into_iter().chain(whole) {
        assert_eq!(read(&as_format(format)), "import_too_large", "{format:?}");
    }
}

#[test]
fn a_person_may_say_what_a_file_is() {
    let text = "one odd line\nsome.thing: value-of-a-token-1234\n";
    assert_eq!(
        kind(read_with(text.as_bytes(), &options())),
        "import_not_recognised"
    );
    let import = read_as(Format::Dotenv, text).expect("readable");
    assert_eq!(import.found(), 2);
    let rclone = "[a]\ntype = s3\nregion = x\n";
    let import = read_with(rclone.as_bytes(), &options()).expect("readable");
    assert_eq!(
        (import.format, import.other_formats),
        (Format::Rclone, vec![Format::AwsProfiles])
    );
    let import = read_as(Format::AwsProfiles, rclone).expect("readable");
    assert_eq!(
        (import.format, import.other_formats),
        (Format::AwsProfiles, vec![Format::Rclone])
    );
}

#[test]
fn items_are_read_up_to_their_limit() {
    let line = "AccountName=a;AccountKey=YWJj\n";
    let few = line.repeat(1_000);
    assert_eq!(
        kind(read_as(Format::AzureConnectionString, &few)),
        "accepted"
    );
    let many = line.repeat(IMPORT_ITEMS_MAX + 1);
    assert_eq!(
        kind(read_as(Format::AzureConnectionString, &many)),
        "import_too_many_items"
    );
}

#[test]
fn json_is_read_up_to_its_limits() {
    let aliases = |count: usize| {
        let alias = |n: usize| format!(r#""a{n}": {{"accessKey": "i", "secretKey": "s"}}"#);
        let all: Vec<String> = (0..count).map(alias).collect();
        format!(r#"{{"aliases": {{{}}}}}"#, all.join(","))
    };
    assert_eq!(
        kind(read_as(Format::MinioClient, &aliases(ITEM_MEMBERS_MAX))),
        "accepted"
    );
    assert_eq!(
        kind(read_as(Format::MinioClient, &aliases(ITEM_MEMBERS_MAX + 1))),
        "import_too_many_items"
    );
    let lists = |depth: usize| format!(r#"{{"type": {}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    assert_eq!(
        kind(read_as(Format::GcpKey, &lists(ITEM_DEPTH_MAX - 1))),
        "accepted"
    );
    assert_eq!(
        kind(read_as(Format::GcpKey, &lists(ITEM_DEPTH_MAX))),
        "import_damaged"
    );
    let spaces = |length: usize| format!("{{}}{}", " ".repeat(length - 2));
    assert_eq!(
        kind(read_as(Format::GcpKey, &spaces(ITEM_BYTES_MAX))),
        "accepted"
    );
    assert_eq!(
        kind(read_as(Format::GcpKey, &spaces(ITEM_BYTES_MAX + 1))),
        "import_too_large"
    );
}

#[test]
fn tables_are_read_up_to_their_limits() {
    // Within the limits the next question is what the columns hold.
    let header = |columns: usize| format!("a{}\n", ",".repeat(columns - 1));
    assert_eq!(
        kind(read_as(Format::Csv, &header(TABLE_COLUMNS_MAX))),
        "import_columns_needed"
    );
    assert_eq!(
        kind(read_as(Format::Csv, &header(TABLE_COLUMNS_MAX + 1))),
        "import_too_large"
    );
    let row = format!("x{}\n", ",".repeat(TABLE_COLUMNS_MAX - 1));
    let rows = TABLE_CELLS_MAX / TABLE_COLUMNS_MAX;
    let table = |rows: usize| format!("{}{}", header(1), row.repeat(rows));
    assert_eq!(
        kind(read_as(Format::Csv, &table(rows))),
        "import_columns_needed"
    );
    assert_eq!(
        kind(read_as(Format::Csv, &table(rows + 1))),
        "import_too_large"
    );
}

#[test]
fn control_characters_in_names_are_replaced_and_said() {
    for (format, text, title) in [
        (
            Format::AwsProfiles,
            "[a\u{1b}[31m]\naws_secret_access_key = abcdefgh\n",
            "AWS a·[31m",
        ),
        (
            Format::Rclone,
            "[a\u{202e}b]\ntype = sftp\nkey_pem = abcdefgh\n",
            "a·b",
        ),
        (
            Format::MinioClient,
            "{\"aliases\": {\"a\\u0007b\": {\"accessKey\": \"i\", \"secretKey\": \"s\"}}}",
            "a·b",
        ),
        (Format::Csv, "title,password\na\u{2028}b,p\n", "a·b"),
    ] {
        let import = read_as(format, text).expect("readable");
        let item = import.items.first().expect("an item");
        assert_eq!(item.title, title);
        assert!(
            item.remarks
                .iter()
                .any(|it| it.contains("control characters")),
            "{format:?}"
        );
    }
}

#[test]
fn empty_names_get_one() {
    for (format, text) in [
        (
            Format::MinioClient,
            "{\"aliases\": {\" \": {\"accessKey\": \"i\", \"secretKey\": \"s\"}}}",
        ),
        (
            Format::GcpKey,
            "{\"client_email\": \" \", \"private_key\": \"x\"}",
        ),
    ] {
        let import = read_as(format, text).expect("readable");
        let item = import.items.first().expect("an item");
        assert!(item.title.starts_with("Untitled "), "{}", item.title);
        assert!(item.remarks.iter().any(|it| it.contains("was empty")));
    }
}
