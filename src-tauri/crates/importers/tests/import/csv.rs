//! Tables of any kind.

use importers::{ColumnUse, Columns, Format, ImportError, ReadOptions};

use crate::config_files::{dump, item_named, items, options, read_with};
use crate::values;

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
    let notes = &item.secrets.first().expect("a secret").notes;
    assert!(notes.contains("What: a") && notes.contains("What: b"));
}

#[test]
fn a_table_that_names_no_secret_asks_what_its_columns_hold() {
    let text = "a,b\nx,y\n";
    let Err(ImportError::ColumnsNeeded { guess }) = read_with(text.as_bytes(), &options()) else {
        panic!("not asked");
    };
    assert_eq!(guess.header, ["a", "b"]);
    assert_eq!(guess.uses, [ColumnUse::Field, ColumnUse::Field]);
    let mapped = |uses: Vec<ColumnUse>| ReadOptions {
        columns: Some(Columns {
            header: guess.header.clone(),
            uses,
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
    let notes = &item_named(&read, "T")
        .secrets
        .first()
        .expect("a secret")
        .notes;
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
        let notes = &item.secrets.first().expect("a secret").notes;
        assert!(
            notes.contains("me") && notes.contains("https://x"),
            "{program}: {notes}"
        );
    }
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
