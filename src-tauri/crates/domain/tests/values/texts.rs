use domain::tags::Tags;
use domain::text::{Description, Notes, Reason, SecretName};
use unicode_normalization::UnicodeNormalization;

fn name_fault(text: &str) -> &'static str {
    SecretName::parse(text).expect_err("refused").kind
}

#[test]
fn create_01_a_name_is_trimmed_and_held_in_nfc() {
    let name = SecretName::parse("  Cafe\u{301} backups \n").expect("a name");
    assert_eq!(name.as_str(), "Café backups");
}

#[test]
fn create_01_names_of_255_emoji_and_right_to_left_text_are_accepted() {
    let emoji = "🪶".repeat(255);
    assert_eq!(SecretName::parse(&emoji).expect("255").as_str(), emoji);
    assert!(SecretName::parse("مفتاح النسخ الاحتياطي").is_ok());
    assert!(SecretName::parse("x").is_ok());
}

#[test]
fn create_01_a_name_that_is_empty_long_or_holds_controls_is_refused() {
    assert_eq!(name_fault(""), "empty");
    assert_eq!(name_fault(" \t\u{a0}\n"), "empty");
    assert_eq!(name_fault(&"🪶".repeat(256)), "too_long");
    assert_eq!(name_fault("two\nlines"), "control_character");
    assert_eq!(name_fault("bell\u{7}"), "control_character");
    assert_eq!(name_fault("c1\u{85}control"), "control_character");
}

/// Texts that end before the first combining mark are taken as they are.
#[test]
fn create_01_what_comes_before_combining_marks_is_in_nfc() {
    for character in '\u{0}'..'\u{300}' {
        let pair = format!("{character}{character}");
        assert_eq!(pair.nfc().collect::<String>(), pair, "{character:?}");
        let marked = format!("{character}e\u{301}");
        if let Ok(name) = SecretName::parse(&format!("x{marked}")) {
            assert!(name.as_str().ends_with('é'), "{character:?}");
        }
    }
}

#[test]
fn create_01_length_counts_characters_after_nfc() {
    // 255 letters with a combining accent: 510 before NFC, 255 after.
    assert!(SecretName::parse(&"e\u{301}".repeat(255)).is_ok());
    assert_eq!(name_fault(&"e\u{301}".repeat(256)), "too_long");
}

/// Texts of ASCII take a shorter way.
#[test]
fn create_02_ascii_folds_alone_as_it_does_among_other_characters() {
    for character in ('\u{0}'..='\u{7f}').map(String::from) {
        let among = domain::text::fold(&format!("é{character}é"));
        assert_eq!(format!("é{}é", domain::text::fold(&character)), among);
    }
}

/// Texts without letters beyond ASCII take one too, and a combining mark ends it.
#[test]
fn create_02_signs_beyond_ascii_fold_alone_as_they_do_among_letters() {
    for character in '\u{80}'..'\u{180}' {
        let folded = domain::text::fold(&format!("A{character}Z"));
        let among = domain::text::fold(&format!("éA{character}Z"));
        assert_eq!(format!("é{folded}"), among, "{character:?}");
    }
}

#[test]
fn create_02_names_fold_by_nfc_and_case() {
    let folded = |text: &str| SecretName::parse(text).expect("a name").folded();
    for (one, other) in [
        ("AWS Prod", "aws prod"),
        ("Stra\u{df}e", "STRASSE"),
        ("\u{1e9e}", "ss"),
        ("ΟΔΟΣ", "οδος"),
        ("ΟΔΟΣ", "οδοσ"),
        ("Cafe\u{301}", "CAFÉ"),
        ("\u{212a}ey", "key"),
    ] {
        assert_eq!(folded(one), folded(other), "{one} and {other}");
    }
}

#[test]
fn create_02_names_that_differ_in_more_than_case_stay_apart() {
    let folded = |text: &str| SecretName::parse(text).expect("a name").folded();
    for (one, other) in [
        ("café", "cafe"),
        ("key 1", "key1"),
        ("a-b", "a_b"),
        ("ısı", "isi"),
    ] {
        assert_ne!(folded(one), folded(other), "{one} and {other}");
    }
}

#[test]
fn create_03_texts_at_their_limits_and_empty_are_accepted() {
    assert!(Description::parse("").is_ok());
    assert!(Description::parse(&"ä".repeat(2_000)).is_ok());
    assert!(Notes::parse(&"line\n".repeat(4_000)).is_ok());
    assert!(Reason::parse(&"r".repeat(500)).is_ok());
}

#[test]
fn create_03_texts_over_their_limits_or_with_nul_are_refused() {
    assert_eq!(
        Description::parse(&"ä".repeat(2_001))
            .expect_err("long")
            .kind,
        "too_long"
    );
    assert_eq!(
        Notes::parse(&"n".repeat(20_001)).expect_err("long").kind,
        "too_long"
    );
    assert_eq!(Notes::parse("a\0b").expect_err("NUL").kind, "nul");
    assert_eq!(
        Reason::parse(&"r".repeat(501)).expect_err("long").kind,
        "too_long"
    );
}

#[test]
fn create_03_tags_are_a_set() {
    let tags = Tags::parse(&["prod", " prod ", "Acme", "prod"]).expect("tags");
    assert_eq!(tags.iter().collect::<Vec<_>>(), ["Acme", "prod"]);
    let most: Vec<String> = (0..32).map(|n| format!("tag {n}")).collect();
    assert_eq!(Tags::parse(&most).expect("32").len(), 32);
    assert!(Tags::parse(&["t".repeat(64)]).is_ok());
}

#[test]
fn create_03_every_bad_tag_is_listed() {
    let faults =
        Tags::parse(&["ok", "", "two\nlines", &"t".repeat(65)]).expect_err("three bad ones");
    let kinds: Vec<_> = faults.iter().map(|fault| fault.kind).collect();
    assert_eq!(kinds, ["empty", "control_character", "too_long"]);
    let steps: Vec<_> = faults
        .iter()
        .map(|fault| super::last_step(&fault.loc))
        .collect();
    assert_eq!(steps, ["1", "2", "3"]);
    let many: Vec<String> = (0..33).map(|n| format!("tag {n}")).collect();
    assert_eq!(
        Tags::parse(&many)
            .expect_err("33")
            .first()
            .expect("one")
            .kind,
        "too_many"
    );
}
