use proptest::prelude::*;

use super::*;

fn dump(text: &str) -> String {
    let found = read(text).expect("readable");
    let mut out = String::new();
    for variable in &found.variables {
        out.push_str(&format!("{}={:?}", variable.name, variable.value.as_str()));
        for doubt in &variable.doubts {
            out.push_str(&format!(" {doubt:?}"));
        }
        out.push('\n');
    }
    for unread in &found.unread {
        out.push_str(&format!(
            "! {} {} {:?}\n",
            unread.line, unread.name, unread.why
        ));
    }
    out
}

fn check(text: &str, expected: &str) {
    assert_eq!(dump(text), expected, "{text:?}");
}

/// allan2/dotenvy#113, cachix/secretspec#73.
#[test]
fn nothing_is_put_in_for_a_dollar() {
    check("A=$2a$10$TWo\n", "A=\"$2a$10$TWo\" Dollar\n");
    check("A=\"foo:$2a$10$TWo\"\n", "A=\"foo:$2a$10$TWo\" Dollar\n");
    check("A='${HOME}'\n", "A=\"${HOME}\"\n");
    check("A=${HOME}/x\n", "A=\"${HOME}/x\" Dollar\n");
    check("A=`$(id)`\n", "A=\"$(id)\"\n");
}

#[test]
fn the_usual_forms_are_read() {
    check(
        "A=1\r\nB = 2 \r\nexport C=3\r\n D=4",
        "A=\"1\"\nB=\"2\"\nC=\"3\"\nD=\"4\"\n",
    );
    check(
        "a.b-c=1\nURL: x\nE=\nF=\"\"\n",
        "a.b-c=\"1\"\nURL=\"x\"\nE=\"\"\nF=\"\"\n",
    );
    check("A==\nB=a=b==\n", "A=\"=\"\nB=\"a=b==\"\n");
    check("export=1\n", "export=\"1\"\n");
}

#[test]
fn comments_end_a_value_only_after_a_space() {
    check("# A comment\n\n  # another = one\n", "");
    check("A=a#b\n", "A=\"a#b\" Hash\n");
    check(
        "A=a #b\nB=\"a #b\" # c\nC= # c\nD=#c\n",
        "A=\"a\" Comment\nB=\"a #b\"\nC=\"\" Comment\nD=\"#c\" Hash\n",
    );
    check("A='a'\t# c\n", "A=\"a\"\n");
}

#[test]
fn a_variable_that_is_commented_out_is_named() {
    check(
        "#A=1\n# export B_2=x\n## see C=\n# x y=z\n#=a\n",
        "! 1 A CommentedOut\n! 2 B_2 CommentedOut\n",
    );
}

#[test]
fn escapes_hold_in_double_quotes_only() {
    check(
        r#"A="a\nb\"c\\d\$e""#,
        "A=\"a\\nb\\\"c\\\\d$e\" Backslash Dollar\n",
    );
    check(r#"A="C:\Users\x""#, "A=\"C:\\\\Users\\\\x\"\n");
    check(r"A='a\nb\'", "A=\"a\\\\nb\\\\\"\n");
    check(r"A='it\'s'", "A=\"it's\" Backslash\n");
    check(r"A=a\nb", "A=\"a\\\\nb\"\n");
    check(r#"A="a\\"  "#, "A=\"a\\\\\" Backslash\n");
}

#[test]
fn a_value_in_quotes_may_have_lines() {
    check(
        "A=\"x\r\ny\" # c\r\nB='1\n2'\nC=`3\n4`\nD=5\n",
        "A=\"x\\ny\"\nB=\"1\\n2\"\nC=\"3\\n4\"\nD=\"5\"\n",
    );
}

#[test]
fn a_key_in_pem_without_quotes_is_read_whole() {
    check(
        "A=-----BEGIN PRIVATE KEY-----\r\nMII=\r\n-----END PRIVATE KEY-----\r\nB=1\n",
        "A=\"-----BEGIN PRIVATE KEY-----\\nMII=\\n-----END PRIVATE KEY-----\"\nB=\"1\"\n",
    );
    check(
        "A=-----BEGIN X-----\nB=-----BEGIN X-----\nc\n-----END X-----\n",
        "A=\"-----BEGIN X-----\" Spaces\nB=\"-----BEGIN X-----\\nc\\n-----END X-----\"\n",
    );
}

#[test]
fn of_a_variable_set_twice_the_later_holds_and_the_earlier_is_named() {
    check(
        "A=1\nB=2\nA=3\nB=2\n",
        "A=\"3\"\nB=\"2\"\n! 1 A SetAgain(3)\n",
    );
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_taken() {
    check("A=\"open\nB=1\n", "B=\"1\"\n! 1 A QuoteOpen\n");
    check("A='a'b\nB=1\n", "B=\"1\"\n! 1 A AfterQuote\n");
    check(
        "A=\"a\"#b\nword\nhttps://x\n=v\nA B=c\n",
        "! 1 A AfterQuote\n! 2  NoName\n! 3  NoName\n! 4  NoName\n! 5  NoName\n",
    );
    check("A='1\n2'\nword\n", "A=\"1\\n2\"\n! 3  NoName\n");
}

#[test]
fn variables_are_read_up_to_their_limit() {
    let most: String = (0..IMPORT_ITEMS_MAX).map(|n| format!("A{n}=1\n")).collect();
    assert!(read(&most).is_ok());
    for more in ["B=1\n", "word\n"] {
        assert!(matches!(
            read(&format!("{most}{more}")),
            Err(ImportError::TooManyItems { .. })
        ));
    }
}

/// Each of these was a way to make the reader look at every rest of the file again.
#[test]
fn hostile_lines_are_read_in_one_pass() {
    let size = 900_000;
    for text in [
        format!("A='{}", "\\'".repeat(size / 2)),
        "A=-----BEGIN \n".repeat(50_000),
        "A=\"\\\"\n".repeat(50_000),
        "A='\n".repeat(50_000),
    ] {
        assert!(read(&text).is_ok());
    }
}

fn quoted_for_a_shell(value: &str) -> String {
    format!("'{value}'")
}

proptest! {
    #[test]
    fn a_value_in_single_quotes_comes_back_as_it_is(
        values in prop::collection::vec("[^'\\\\\r\0]{0,40}", 1..6)
    ) {
        let text: String = values.iter().enumerate()
            .map(|(index, value)| format!("K{index}={}\n", quoted_for_a_shell(value)))
            .collect();
        let found = read(&text).expect("readable");
        let read_back: Vec<&str> = found.variables.iter().map(|it| it.value.as_str()).collect();
        prop_assert_eq!(read_back, values);
        prop_assert!(found.unread.is_empty());
    }

    #[test]
    fn every_assignment_is_a_variable_or_named(
        values in prop::collection::vec("[ ]?[xy\"'$ \\\\]{0,6}", 0..10)
    ) {
        let lines: Vec<String> = values.iter().enumerate()
            .map(|(index, value)| format!("K{index}={value}"))
            .collect();
        let text = lines.join("\n");
        let found = read(&text).expect("readable");
        let starts: Vec<usize> = found.variables.iter().map(|it| it.line)
            .chain(found.unread.iter().map(|it| it.line)).collect();
        let all: String = found.variables.iter().map(|it| format!("{}\n", it.value.as_str())).collect();
        for index in 0..lines.len() {
            // Otherwise the line stands within quotation marks.
            let is_within = all.contains(&format!("K{index}="));
            prop_assert!(starts.contains(&(index + 1)) || is_within, "line {} of {text:?}", index + 1);
        }
    }

    #[test]
    fn no_text_stops_the_reader(text in "\\PC{0,200}") {
        prop_assert!(read(&text).is_ok());
    }
}
