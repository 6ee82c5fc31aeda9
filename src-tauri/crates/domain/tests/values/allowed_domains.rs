use domain::allowed_domains::AllowedDomains;
use proptest::prelude::*;

#[track_caller]
fn domains(patterns: &[&str]) -> AllowedDomains {
    AllowedDomains::parse(patterns).expect("valid patterns").0
}

#[track_caller]
fn fault(pattern: &str) -> &'static str {
    let faults = AllowedDomains::parse(&[pattern]).expect_err(pattern);
    faults.first().expect("one fault").kind
}

#[test]
fn create_12_patterns_are_held_in_one_form_and_duplicates_fold() {
    let set = domains(&[
        "API.Example.com",
        "api.example.com.",
        " api.example.com",
        "*.BÜCHER.example",
        "*.xn--bcher-kva.example",
        "192.168.0.1",
        "[::1]",
        "::1",
        "localhost",
    ]);
    assert_eq!(
        set.patterns(),
        [
            "*.xn--bcher-kva.example",
            "192.168.0.1",
            "::1",
            "api.example.com",
            "localhost"
        ]
    );
}

#[test]
fn create_12_an_empty_list_is_unrestricted_and_shown_as_an_empty_list() {
    let any = domains(&[]);
    assert_eq!(any, AllowedDomains::Unrestricted);
    assert!(any.matches("anything.example"));
    assert_eq!(serde_json::to_string(&any).expect("JSON"), "[]");
    assert_eq!(
        serde_json::to_string(&domains(&["b.example", "a.example"])).expect("JSON"),
        r#"["a.example","b.example"]"#
    );
}

#[test]
fn create_12_what_is_no_pattern_is_refused() {
    for (pattern, kind) in [
        ("", "domain_empty"),
        ("https://example.com", "domain_scheme"),
        ("example.com/path", "domain_path"),
        ("example.com?q", "domain_path"),
        ("example.com:443", "domain_port"),
        ("user@example.com", "domain_user_info"),
        ("*", "domain_wildcard"),
        ("*.*", "domain_wildcard"),
        ("*.*.example.com", "domain_wildcard"),
        ("api.*.example.com", "domain_wildcard"),
        ("*example.com", "domain_wildcard"),
        ("*.", "domain_empty"),
        ("a..b", "domain_invalid"),
        (".example.com", "domain_invalid"),
        ("-a.example.com", "domain_invalid"),
        ("a b.example.com", "domain_invalid"),
        ("exa%6dple.com", "domain_invalid"),
        ("*.192.168.0.1", "domain_wildcard"),
        ("*.::1", "domain_wildcard"),
        ("*.localhost", "domain_wildcard"),
        ("999.1.1.1", "domain_invalid"),
        ("*.com", "domain_public_suffix"),
        ("*.co.uk", "domain_public_suffix"),
        ("*.CO.UK", "domain_public_suffix"),
        ("*.kawasaki.jp", "domain_public_suffix"),
        ("*.ck", "domain_public_suffix"),
    ] {
        assert_eq!(fault(pattern), kind, "{pattern}");
    }
    assert_eq!(
        fault(&format!("{}.example.com", "a".repeat(64))),
        "domain_invalid"
    );
    assert_eq!(
        fault(&format!("{}example.com", "abcdefgh.".repeat(28))),
        "domain_invalid"
    );
}

#[test]
fn create_12_all_bad_patterns_are_listed_with_their_place() {
    let faults = AllowedDomains::parse(&["ok.example", "*", "a:1"]).expect_err("two bad ones");
    let places: Vec<_> = faults
        .iter()
        .map(|fault| super::last_step(&fault.loc))
        .collect();
    assert_eq!(places, ["1", "2"]);
    let many: Vec<String> = (0..101).map(|n| format!("h{n}.example")).collect();
    assert_eq!(
        AllowedDomains::parse(&many)
            .expect_err("101")
            .first()
            .expect("one")
            .kind,
        "too_many"
    );
    assert!(AllowedDomains::parse(many.get(..100).expect("100")).is_ok());
}

#[test]
fn create_12_a_suffix_where_anyone_can_have_a_name_is_a_hint() {
    let (_, hints) = AllowedDomains::parse(&["*.github.io"]).expect("accepted");
    assert_eq!(
        hints.first().expect("one hint").kind,
        "domain_shared_suffix"
    );
    let (_, hints) =
        AllowedDomains::parse(&["*.example.com", "acme.github.io", "*.acme.github.io"])
            .expect("accepted");
    assert_eq!(hints, []);
}

#[test]
fn create_12_a_wildcard_matches_every_subdomain_and_not_the_domain_itself() {
    let set = domains(&["*.example.com"]);
    for host in [
        "api.example.com",
        "a.b.example.com",
        "API.EXAMPLE.COM",
        "api.example.com.",
    ] {
        assert!(set.matches(host), "{host}");
    }
    for host in [
        "example.com",
        "badexample.com",
        ".example.com",
        "example.com.evil.net",
        "api.example.com:443",
        "u@api.example.com",
        "",
        "api.example.com/x",
    ] {
        assert!(!set.matches(host), "{host}");
    }
}

#[test]
fn create_12_an_exact_host_matches_itself_only() {
    let set = domains(&["api.example.com", "10.0.0.1", "bücher.example"]);
    for host in [
        "api.example.com",
        "10.0.0.1",
        "BÜCHER.example",
        "xn--bcher-kva.example",
        "0x0a.0.0.1",
    ] {
        assert!(set.matches(host), "{host}");
    }
    for host in ["x.api.example.com", "example.com", "10.0.0.10", "localhost"] {
        assert!(!set.matches(host), "{host}");
    }
}

#[test]
fn update_18_what_a_change_opens_is_named() {
    let widened =
        |old: &[&str], new: &[&str]| AllowedDomains::widened(&domains(old), &domains(new));
    assert_eq!(
        widened(&["a.example"], &["a.example", "b.example"]),
        ["b.example"]
    );
    assert_eq!(
        widened(&["api.example.com"], &["*.example.com"]),
        ["*.example.com"]
    );
    assert_eq!(widened(&["a.example"], &[]), ["any host"]);
    assert_eq!(
        widened(&["*.example.com"], &["example.com"]),
        ["example.com"]
    );
}

#[test]
fn update_18_narrowing_opens_nothing() {
    let widened =
        |old: &[&str], new: &[&str]| AllowedDomains::widened(&domains(old), &domains(new));
    assert!(widened(&[], &["a.example"]).is_empty());
    assert!(widened(&["*.example.com"], &["api.example.com", "*.eu.example.com"]).is_empty());
    assert!(widened(&["a.example", "b.example"], &["b.example"]).is_empty());
}

proptest! {
    #[test]
    fn create_12_a_pattern_in_its_normal_form_parses_to_itself(labels in prop::collection::vec("[a-z0-9]{1,12}", 1..4), wild in any::<bool>()) {
        let host = format!("{}.example", labels.join("."));
        let pattern = if wild { format!("*.{host}") } else { host };
        for text in [pattern.clone(), pattern.to_uppercase()] {
            let set = domains(&[&text]);
            prop_assert_eq!(set.patterns(), [pattern.as_str()]);
        }
    }

    #[test]
    fn create_12_no_text_makes_parsing_panic_and_what_parses_is_stable(text in "\\PC{0,40}") {
        if let Ok((set, _)) = AllowedDomains::parse(&[&text]) {
            let again = AllowedDomains::parse(&set.patterns()).expect("its own form").0;
            prop_assert_eq!(again, set);
        }
    }

    #[test]
    fn update_18_what_is_not_named_as_opened_was_open_before(old in prop::collection::vec("(\\*\\.)?[ab](\\.[ab]){0,2}\\.example", 1..4), new in prop::collection::vec("(\\*\\.)?[ab](\\.[ab]){0,2}\\.example", 1..4), host in "[ab](\\.[ab]){0,3}\\.example") {
        let (old, _) = AllowedDomains::parse(&old).expect("patterns");
        let (new, _) = AllowedDomains::parse(&new).expect("patterns");
        if AllowedDomains::widened(&old, &new).is_empty() && new.matches(&host) {
            prop_assert!(old.matches(&host));
        }
    }
}
