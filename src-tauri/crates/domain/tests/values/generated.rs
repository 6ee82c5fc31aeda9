use std::collections::BTreeMap;

use domain::generate::{GenerateSpec, NAMED_ALPHABETS};

/// A sequence of bytes that takes every value equally often.
fn counting() -> impl FnMut(&mut [u8]) {
    let mut next = 0_u8;
    move |buffer| {
        for byte in buffer {
            *byte = next;
            next = next.wrapping_add(1);
        }
    }
}

#[track_caller]
fn fault(length: Option<u32>, alphabet: Option<&str>) -> Vec<&'static str> {
    let faults = GenerateSpec::parse(length, alphabet).expect_err("refused");
    faults.iter().map(|fault| fault.kind).collect()
}

#[test]
fn a_generated_value_has_the_length_and_alphabet_asked_for() {
    for (name, characters) in NAMED_ALPHABETS {
        let spec = GenerateSpec::parse(Some(100), Some(name)).expect("a spec");
        let value = spec.generate(counting());
        assert_eq!(value.expose_text().len(), 100, "{name}");
        assert!(
            value.expose_text().chars().all(|c| characters.contains(c)),
            "{name}"
        );
    }
    let own = GenerateSpec::parse(None, Some("abcdefghij")).expect("ten different ones");
    assert_eq!(own.generate(counting()).expose_text().len(), 40);
}

#[test]
fn every_character_is_equally_likely() {
    let spec = GenerateSpec::parse(Some(4096), Some("alphanumeric")).expect("a spec");
    let mut counts = BTreeMap::new();
    for character in spec.generate(counting()).expose_text().chars() {
        *counts.entry(character).or_insert(0_u32) += 1;
    }
    // 62 characters from bytes that come up equally often: 66 or 67 of each, and no remainder favours the first ones.
    assert_eq!(counts.len(), 62);
    assert!(
        counts.values().all(|count| (64..=68).contains(count)),
        "{counts:?}"
    );
}

#[test]
fn a_length_out_of_range_or_a_poor_alphabet_is_refused() {
    assert_eq!(fault(Some(7), None), ["out_of_range"]);
    assert_eq!(fault(Some(4097), None), ["out_of_range"]);
    for alphabet in [
        "",
        "ABC",
        "alphanum",
        "aaaaaaaaaaaaaaa",
        "abcdefghi j",
        "abcdefghijä",
        "abcdefghij\n",
    ] {
        assert_eq!(fault(None, Some(alphabet)), ["alphabet"], "{alphabet:?}");
    }
    assert_eq!(fault(Some(0), Some("")), ["out_of_range", "alphabet"]);
}
