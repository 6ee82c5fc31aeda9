use importers::{ColumnUse, ItemState, ParsedImport, ParsedItem, ValueKind};

use super::{accepted, fates, names, refused, values};

const HEADER: &str = "Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes\n";

fn table(rows: &str) -> ParsedImport {
    accepted(format!("{HEADER}{rows}").into_bytes())
}

#[track_caller]
fn row(rows: &str) -> ParsedItem {
    let mut import = table(rows);
    assert_eq!(import.items.len(), 1, "one row");
    import.items.remove(0)
}

#[test]
fn a_row_becomes_a_secret_with_all_its_cells() {
    let import = table(
        "GitHub,https://github.example,mara,canary,otpauth://totp/x,true,TRUE,ci;prod,\"two\nlines, \"\"quoted\"\"\"\n",
    );
    assert_eq!(import.format.as_str(), "1password_csv");
    let item = import.items.first().expect("one");
    assert_eq!(names(item), ["GitHub", "GitHub · one-time password"]);
    assert_eq!(values(item), ["canary", "otpauth://totp/x"]);
    assert_eq!(item.state, ItemState::Archived);
    let secret = item.secrets.first().expect("two");
    assert_eq!(secret.tags, ["archived", "ci", "prod", "favorite"]);
    assert!(
        secret.notes.contains("two\nlines, \"quoted\""),
        "{}",
        secret.notes.as_str()
    );
    assert!(secret.notes.contains("URL: https://github.example"));
    assert_eq!(
        item.secrets.get(1).expect("two").kind,
        ValueKind::OneTimePassword
    );
    assert_eq!(fates(item, "archived"), ["kept at state"]);
    assert!(
        item.remarks.iter().any(|remark| remark.contains("1PUX")),
        "it says what a CSV lacks"
    );
}

/// Row 8 of what other importers got wrong: columns were spread over custom fields by their places.
#[test]
fn peers_row_8_columns_are_known_by_their_names_in_any_order() {
    let rows = "notes;password;title;url;username;otpauth\nn;canary;Site;https://x.example;mara;\n";
    let import = accepted(rows.as_bytes().to_vec());
    let item = import.items.first().expect("one");
    assert_eq!((names(item), values(item)), (vec!["Site"], vec!["canary"]));
    let columns = import.columns.as_ref().expect("columns");
    assert_eq!(columns.uses.first(), Some(&ColumnUse::Notes));
    assert_eq!(columns.uses.get(1), Some(&ColumnUse::Password));
}

#[test]
fn columns_and_cells_that_are_not_known_are_kept() {
    let rows = "Title,URL,Username,Password,Notes,OTPAuth,Department,API key\nA,,,p,,,Ops,canary-key,beyond\n";
    let import = accepted(rows.as_bytes().to_vec());
    let item = import.items.first().expect("one");
    assert_eq!(values(item), ["p", "canary-key"]);
    let notes = item.secrets.first().expect("two").notes.as_str();
    assert!(notes.contains("Department: Ops"), "{notes}");
    assert!(notes.contains("Column 9: beyond"), "{notes}");
    assert!(item.remarks.iter().any(|remark| remark.contains("line 2")));
}

#[test]
fn rows_of_one_name_stay_two_and_keep_their_sources() {
    let import = table("A,,u,1,,,,,\nA,,u,2,,,,,\n");
    let sources: std::collections::BTreeSet<&str> = import
        .items
        .iter()
        .flat_map(|item| &item.secrets)
        .map(|secret| secret.source.as_str())
        .collect();
    assert_eq!(sources.len(), 2);
}

#[test]
fn empty_rows_are_none_and_missing_cells_are_empty() {
    let import = table("\n,,,,,,,,\nA,,u,p\n");
    assert_eq!(import.items.len(), 1);
    assert_eq!(values(import.items.first().expect("one")), ["p"]);
    assert_eq!(row(",,,p,,,,,").title, "Untitled login");
}

#[test]
fn tables_that_break_off_or_are_too_large_are_refused() {
    assert_eq!(
        refused(format!("{HEADER}A,\"open").into_bytes()),
        "import_line"
    );
    assert_eq!(
        refused(format!("{HEADER}A,\"x\"y,\n").into_bytes()),
        "import_line"
    );
    let cell = |length: usize| format!("{HEADER}A,,u,p,,,,,{}\n", "n".repeat(length)).into_bytes();
    assert_eq!(refused(cell(2 * 1024 * 1024)), "import_too_large");
    assert_eq!(accepted(cell(2 * 1024 * 1024 - 100)).items.len(), 1);
    let wide = |columns: usize| format!("{HEADER}{}\n", ",".repeat(columns - 1)).into_bytes();
    assert_eq!(refused(wide(501)), "import_too_large");
    assert_eq!(accepted(wide(500)).items.len(), 0);
    assert_eq!(
        refused([HEADER.as_bytes(), b"\xff,,,\n"].concat()),
        "import_not_text"
    );
}

#[test]
fn text_in_utf_16_as_spreadsheets_write_it_is_read() {
    let text = format!("{HEADER}Ü,,u,canary,,,,,\n");
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let import = accepted(bytes.clone());
    assert_eq!(import.items.first().expect("one").title, "Ü");
    bytes.push(0);
    assert_eq!(refused(bytes), "import_not_text");
}

/// The id goes to the page, and the source stays beside the record's name, which every member reads.
#[test]
fn what_is_secret_in_a_url_is_not_in_the_id_of_its_row() {
    let item = row("T,https://u:canary@h.example/a?sig=canary#canary,u,p,,,,,\n");
    assert!(!item.item_id.contains("canary"), "{}", item.item_id);
    assert!(item.item_id.contains("h.example/a"), "{}", item.item_id);
    for secret in &item.secrets {
        assert!(!secret.source.as_str().contains("canary"));
    }
}

#[test]
fn what_is_secret_in_a_title_or_a_users_name_is_not_in_the_id_of_its_row() {
    let address = "https://deploy:canary@git.example/x";
    for row_of in [
        format!("{address},,u,p,,,,,\n"),
        format!("T,,{address},p,,,,,\n"),
    ] {
        let item = row(&row_of);
        assert!(!item.item_id.contains("canary"), "{}", item.item_id);
        assert!(item.item_id.contains("git.example/x"), "{}", item.item_id);
        assert!(values(&item).contains(&address), "{row_of}");
    }
}

#[test]
fn a_second_column_of_one_name_is_kept() {
    let rows = "Title,Url,Username,Password,OTPAuth,Title,Tags,Tags\nT,,u,p,,canary-1,a,canary-2\n";
    let import = accepted(rows.as_bytes().to_vec());
    let item = import.items.first().expect("one");
    let secret = item.secrets.first().expect("one");
    assert!(
        secret.notes.contains("canary-1"),
        "{}",
        secret.notes.as_str()
    );
    let tags = &secret.tags;
    assert!(tags.iter().any(|tag| tag == "canary-2"), "{tags:?}");
}

#[test]
fn rows_that_say_the_same_are_never_found_again_by_their_order() {
    let import = || table("A,,u,1,,,,,\nA,,u,2,,,,,\nB,,u,3,,,,,\n");
    let sources = |import: &ParsedImport| -> Vec<String> {
        let secrets = import.items.iter().flat_map(|item| &item.secrets);
        secrets.map(|it| it.source.as_str().to_owned()).collect()
    };
    let (one, again) = (sources(&import()), sources(&import()));
    let same: Vec<bool> = one.iter().zip(&again).map(|(a, b)| a == b).collect();
    assert_eq!(same, [false, false, true]);
}
