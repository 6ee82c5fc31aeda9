//! Tables of any kind.

use importers::{ColumnUse, Columns, FirstRow, Format, ImportError, ReadOptions};

use crate::config_files::{dump, item_named, items, options, read_with};
use crate::{left_out, values};

#[test]
fn the_tables_of_amazon_are_read() {
    insta::assert_snapshot!(dump(&items(
        Format::Csv,
        "\u{FEFF}User name,Password,Access key ID,Secret access key,Console login link\r\nbackup,,AKIAIOSFODNN7EXAMPLE,wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY,https://123456789012.signin.aws.amazon.com/console\r\n"
    )));
    let read = items(
        Format::Csv,
        "Access key ID,Secret access key\nAKIAIOSFODNN7EXAMPLE,wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
    );
    let item = item_named(&read, "Access key …MPLE");
    assert_eq!(item.secrets.len(), 1);
}

#[test]
fn a_table_from_a_spreadsheet_is_read() {
    insta::assert_snapshot!(dump(&items(
        Format::Csv,
        "sep=;\r\nName;Folder;User;Password;Expires;API token;Remarks;Region\r\n\"Billing; old\";Ops;me;hunter2;2027-01-31;ghp_16C7e42F292c6912E7710c838347Ae178B4a;\"two\r\nlines\";x\r\n;;;;;;;\r\nNo secret;;me;;;;;\r\n"
    )));
}

/// bitwarden/web#434, bitwarden/clients#2794.
#[test]
fn columns_are_matched_by_name_and_unknown_ones_are_kept() {
    let read = items(Format::Csv, "password,what,title,what\np1,a,T,b\n");
    let item = item_named(&read, "T");
    assert_eq!(values(item), ["p1"]);
    let notes = item.secrets.first().expect("a secret").notes.as_str();
    assert!(notes.contains("What: a") && notes.contains("What: b"));
}

#[test]
fn a_table_that_names_no_secret_asks_what_its_columns_hold() {
    let text = "name,b\nx,y\n";
    let Err(ImportError::ColumnsNeeded { guess }) = read_with(text.as_bytes(), &options()) else {
        panic!("not asked");
    };
    assert_eq!(guess.header, ["name", "b"]);
    assert_eq!(guess.uses, [ColumnUse::Title, ColumnUse::Field]);
    let mapped = |uses: Vec<ColumnUse>| ReadOptions {
        columns: Some(Columns {
            uses,
            ..guess.clone()
        }),
        ..options()
    };
    let read = read_with(
        text.as_bytes(),
        &mapped(vec![ColumnUse::Title, ColumnUse::SecretField]),
    );
    let import = read.expect("readable");
    assert_eq!(values(item_named(&import.items, "x")), ["y"]);
    for wrong in [vec![ColumnUse::Title], vec![ColumnUse::Title; 3]] {
        assert!(matches!(
            read_with(text.as_bytes(), &mapped(wrong)),
            Err(ImportError::WrongColumns)
        ));
    }
}

#[test]
fn a_column_left_out_is_named() {
    let columns = Columns {
        has_header: true,
        header: vec!["title".to_owned(), "password".to_owned(), "pin".to_owned()],
        uses: vec![ColumnUse::Title, ColumnUse::Password, ColumnUse::LeftOut],
    };
    let options = ReadOptions {
        columns: Some(columns),
        ..options()
    };
    let import = read_with(b"title,password,pin\nT,p1,0000\n", &options).expect("readable");
    let shown = dump(&import.items);
    assert!(
        shown.contains(". pin: left out (Its column is left out.)"),
        "{shown}"
    );
}

#[test]
fn a_row_longer_than_its_header_loses_nothing() {
    let read = items(Format::Csv, "title,password\nT,p1,extra,more\n");
    let notes = item_named(&read, "T")
        .secrets
        .first()
        .expect("a secret")
        .notes
        .as_str();
    assert!(notes.contains("Column 3: extra") && notes.contains("Column 4: more"));
}

/// The headers are those of the programs' own exports.
#[test]
fn the_tables_of_other_programs_are_understood() {
    for (program, header, row) in [
        (
            "KeePassXC",
            "\"Group\",\"Title\",\"Username\",\"Password\",\"URL\",\"Notes\",\"TOTP\",\"Icon\",\"Last Modified\",\"Created\"",
            "Root/Ops,T,me,pw,https://x,n,,0,,",
        ),
        (
            "Bitwarden",
            "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp",
            "Ops,1,login,T,n,,0,https://x,me,pw,",
        ),
        (
            "LastPass",
            "url,username,password,totp,extra,name,grouping,fav",
            "https://x,me,pw,,n,T,Ops,0",
        ),
        (
            "Chrome",
            "name,url,username,password,note",
            "T,https://x,me,pw,n",
        ),
    ] {
        let read = items(Format::Csv, &format!("{header}\n{row}\n"));
        let item = item_named(&read, "T");
        assert_eq!(values(item), ["pw"], "{program}");
        let notes = item.secrets.first().expect("a secret").notes.as_str();
        assert!(
            notes.contains("me") && notes.contains("https://x"),
            "{program}: {notes}"
        );
    }
}

/// Row 9 of what other importers got wrong: columns of KeePassXC's table were dropped without a word.
#[test]
fn peers_row_9_no_column_of_a_keepassxc_table_is_lost() {
    let read = items(
        Format::Csv,
        "\"Group\",\"Title\",\"Username\",\"Password\",\"URL\",\"Notes\",\"TOTP\",\"Icon\",\"Last Modified\",\"Created\",\"KP2A_URL_1\"\n\
         Root/Ops,T,me,canary,https://x,two words,otpauth://totp/x?secret=CANARYTOTP,7,2025-01-02T03:04:05Z,2024-01-02T03:04:05Z,https://mirror.x\n",
    );
    let item = item_named(&read, "T");
    assert_eq!(left_out(item), []);
    let values = values(item).join(" ");
    assert!(
        values.contains("canary") && values.contains("CANARYTOTP"),
        "{values}"
    );
    let notes = item.secrets.first().expect("a secret").notes.as_str();
    for text in [
        "me",
        "https://x",
        "two words",
        "https://mirror.x",
        "2025-01-02T03:04:05Z",
        "2024-01-02T03:04:05Z",
    ] {
        assert!(notes.contains(text), "{text} in {notes}");
    }
    assert!(item.place.folder.contains("Ops"), "{}", item.place.folder);
}

#[test]
fn the_table_of_backblaze_is_an_application_key() {
    let read = items(
        Format::Csv,
        "keyID,keyName,applicationKey\n0045f0571db506a0000000001,backup,K004abcdefghijklmnopqrstuvwxyzA\n",
    );
    let secret = item_named(&read, "backup")
        .secrets
        .first()
        .expect("a secret");
    assert_eq!(secret.method().as_str(), "b2_application_key");
}

/// Its passwords were once taken for the names of columns: shown on the page, and in the names of secrets.
#[test]
fn the_first_row_of_a_table_without_a_header_is_data_and_is_not_shown() {
    let text = "github,me,hunter2\naws,me,hunter3\n";
    let Err(error) = read_with(text.as_bytes(), &options()) else {
        panic!("not asked");
    };
    let debug = format!("{error:?}");
    let ImportError::ColumnsNeeded { guess } = error else {
        panic!("not asked");
    };
    assert_eq!(guess.header, ["column 1", "column 2", "column 3"]);
    assert!(!debug.contains("hunter2"), "{debug}");
    let uses = vec![
        ColumnUse::Title,
        ColumnUse::UserName,
        ColumnUse::SecretField,
    ];
    let options = ReadOptions {
        columns: Some(Columns { uses, ..guess }),
        ..options()
    };
    let import = read_with(text.as_bytes(), &options).expect("readable");
    assert_eq!(import.found(), 2);
    assert_eq!(values(item_named(&import.items, "github")), ["hunter2"]);
    assert_eq!(values(item_named(&import.items, "aws")), ["hunter3"]);
}

#[test]
fn a_row_with_an_address_or_a_key_in_it_is_no_header() {
    for row in [
        "site,https://github.example,hunter2",
        "login,me@acme.example,hunter2",
        "name,ghp_16C7e42F292c6912E7710c838347Ae178B4a,x",
    ] {
        let text = format!("{row}\nother,me,hunter3\n");
        let Err(ImportError::ColumnsNeeded { guess }) = read_with(text.as_bytes(), &options())
        else {
            panic!("not asked: {row}");
        };
        assert_eq!(guess.header, ["column 1", "column 2", "column 3"], "{row}");
    }
}

#[test]
fn a_url_gives_its_row_a_name_without_what_is_secret_in_it() {
    for (url, title) in [
        ("https://u:canary@h.example/", "https://h.example/"),
        ("https://u:ca/canary@h.example/", "https://"),
        ("https://u:8#canary@h.example/", "https://"),
        (
            "https://h.example/a?token=canary#canary",
            "https://h.example/a",
        ),
        ("u:canary@h.example/a", "h.example/a"),
        ("https://h.example:8443/a", "https://h.example:8443/a"),
    ] {
        let read = items(Format::Csv, &format!("url,password\n{url},p1\n"));
        let item = item_named(&read, title);
        assert!(!item.item_id.contains("canary"), "{url}");
        for secret in &item.secrets {
            let shown = [secret.name.as_str(), secret.source.as_str()].concat();
            assert!(!shown.contains("canary"), "{url}: {shown}");
        }
    }
}

/// Browsers call a row after its address. The id is printed, goes to the page and stands in refusals.
#[test]
fn what_is_secret_in_a_title_a_folder_or_a_user_is_not_in_the_id_and_is_kept() {
    for address in [
        "https://deploy:canary@git.example/x",
        "https://git.example/x?sig=canary",
    ] {
        for row in [
            format!("{address},,u,,p1"),
            format!("T,{address},u,,p1"),
            format!("T,,{address},,p1"),
            format!(",,{address},,p1"),
        ] {
            let read = items(
                Format::Csv,
                &format!("title,folder,user,url,password\n{row}\n"),
            );
            let item = read.first().expect("an item");
            let names = item.secrets.iter().map(|secret| secret.name.as_str());
            let sources = item.secrets.iter().map(|secret| secret.source.as_str());
            let notes = item.secrets.iter().map(|secret| secret.notes.as_str());
            let shown: Vec<&str> = names.chain(sources).chain(notes).collect();
            let shown = format!("{} {} {shown:?}", item.item_id, item.place.folder);
            assert!(!shown.contains("canary"), "{row}: {shown}");
            assert!(item.item_id.contains("git.example/x"), "{row}: {shown}");
            let kept: Vec<&str> = values(item)
                .into_iter()
                .filter(|it| *it == address)
                .collect();
            assert_eq!(kept.len(), 1, "{row}");
            assert_eq!(item.entered, item.spoken_for(), "{:?}", item.fields);
        }
    }
}

/// A secret has no folder here, and the file may be destroyed after its import.
#[test]
fn the_folder_of_a_row_stands_in_the_notes() {
    let read = items(
        Format::Csv,
        "title,folder,user,password\nT,Customer A,me,p1\nNo secret,Customer B,me,\n",
    );
    let item = item_named(&read, "T");
    let notes = item.secrets.first().expect("a secret").notes.as_str();
    assert!(notes.contains("Folder: Customer A"), "{notes}");
    assert_eq!(item.place.folder, "Customer A");
    let shown = dump(&read);
    assert!(
        shown.contains(". folder: notes (a secret has no folder here"),
        "{shown}"
    );
    assert!(shown.contains(". folder: left out"), "{shown}");
    assert!(!shown.contains("state"), "{shown}");
}

#[test]
fn a_second_column_of_a_kind_is_kept_in_the_notes() {
    let uses = [
        ColumnUse::Title,
        ColumnUse::Password,
        ColumnUse::Title,
        ColumnUse::Folder,
        ColumnUse::Folder,
        ColumnUse::Archived,
    ];
    let names = ["title", "password", "more", "folder", "place", "state"];
    let text = format!("{}\nT,p1,canary-1,F,canary-2,maybe\n", names.join(","));
    let guess = read_with(text.as_bytes(), &options())
        .expect("readable")
        .columns
        .expect("columns");
    let options = ReadOptions {
        columns: Some(Columns {
            uses: uses.to_vec(),
            ..guess
        }),
        ..options()
    };
    let import = read_with(text.as_bytes(), &options).expect("readable");
    let secrets = &item_named(&import.items, "T").secrets;
    let notes = secrets.first().expect("a secret").notes.as_str();
    for kept in ["canary-1", "canary-2", "maybe"] {
        assert!(notes.contains(kept), "{kept} in {notes}");
    }
}

fn sources(import: &importers::ParsedImport) -> Vec<&str> {
    let secrets = import.items.iter().flat_map(|item| &item.secrets);
    secrets.map(|secret| secret.source.as_str()).collect()
}

/// Rows were once told apart by their order: without the first, the second became its new version.
#[test]
fn a_row_is_found_again_by_what_it_says_and_never_by_its_place() {
    let read = |text: &str| read_with(text.as_bytes(), &options()).expect("readable");
    let header = "title,folder,user,url,password\n";
    let two = read(&format!(
        "{header}root,F,a,https://x,p1\nroot,F,b,https://x,p2\n"
    ));
    let one = read(&format!("{header}root,F,b,https://x,p2\n"));
    assert_eq!(sources(&two).get(1), sources(&one).first());
    assert_ne!(sources(&two).first(), sources(&one).first());
    for ambiguous in [
        "title,password\nroot,p1\nroot,p2\n",
        "password,note\np1,x\np2,x\n",
    ] {
        let (one, again) = (read(ambiguous), read(ambiguous));
        let all: std::collections::BTreeSet<&str> =
            sources(&one).into_iter().chain(sources(&again)).collect();
        assert_eq!(all.len(), 4, "{all:?}");
    }
}

#[test]
fn what_the_first_row_is_can_be_said() {
    let with = |first_row| ReadOptions {
        format: Some(Format::Csv),
        first_row: Some(first_row),
        ..options()
    };
    // The first row looks like a header, and is somebody's account.
    let text = b"login,password\nGate,plover-dunlin\n";
    let Err(ImportError::ColumnsNeeded { guess }) = read_with(text, &with(FirstRow::Data)) else {
        panic!("columns without names are asked for");
    };
    assert_eq!(guess.header, ["column 1", "column 2"]);
    let mapped = ReadOptions {
        columns: Some(Columns {
            uses: vec![ColumnUse::Title, ColumnUse::Password],
            ..guess
        }),
        ..with(FirstRow::Data)
    };
    let import = read_with(text, &mapped).expect("readable");
    assert_eq!(values(item_named(&import.items, "login")), ["password"]);
    assert_eq!(values(item_named(&import.items, "Gate")), ["plover-dunlin"]);

    // Names that are not known are names where that is said, but never a value.
    let text = b"What,Which,ghp_16C7e42F292c6912E7710c838347Ae178B4a\nGate,plover-dunlin,x\n";
    let Err(ImportError::ColumnsNeeded { guess }) = read_with(text, &with(FirstRow::Names)) else {
        panic!("what unknown columns hold is asked for");
    };
    assert_eq!(guess.header, ["What", "Which", "column 3"]);
}
