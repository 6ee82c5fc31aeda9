//! Search as you type.

use domain::create::CreateInput;
use domain::request::Patch;
use domain::update::UpdateInput;
use domain::{SecretId, SecretType};
use testkit::acts::{self, create, generic};
use testkit::{TempVault, now};
use vault::{Filter, MATCHES_COUNTED_MAX, SearchPage, SearchQuery, UnlockedVault};

fn search(vault: &UnlockedVault, text: &str) -> SearchPage {
    let query = SearchQuery {
        text: text.to_owned(),
        filter: Filter::default(),
        after: None,
        skip: 0,
        limit: 200,
    };
    vault
        .read(|reader| reader.search(&query))
        .expect("a search")
}

fn names(vault: &UnlockedVault, text: &str) -> Vec<String> {
    search(vault, text)
        .secrets
        .iter()
        .map(|listed| listed.secret.name().as_str().to_owned())
        .collect()
}

fn filled(temp: &TempVault) -> UnlockedVault {
    let vault = temp.open();
    let inputs = [
        CreateInput {
            env_key: Some("STRIPE_LIVE_KEY".to_owned()),
            ..generic("Stripe live", "sk_live_findmenot")
        },
        CreateInput {
            description: Some("the café's till".to_owned()),
            ..generic("Öre Kasse", "a value")
        },
        CreateInput {
            tags: Some(vec!["on-call".to_owned()].into()),
            ..generic("PagerDuty", "a value")
        },
        CreateInput {
            notes: Some("only in the notes: zanzibar".to_owned()),
            ..generic("x \"quoted\" AND NOT", "a value")
        },
        generic("日本 鍵", "a value"),
    ];
    for input in inputs {
        create(&vault, now(), input).expect("created");
    }
    vault
}

#[test]
fn words_are_found_in_name_env_key_description_and_tags() {
    let temp = TempVault::new();
    let vault = filled(&temp);
    assert_eq!(names(&vault, "ripe"), ["Stripe live"]);
    assert_eq!(names(&vault, "live_k"), ["Stripe live"]);
    assert_eq!(names(&vault, "STRIPE live"), ["Stripe live"]);
    assert_eq!(names(&vault, "café"), ["Öre Kasse"]);
    assert_eq!(names(&vault, "kasse"), ["Öre Kasse"]);
    assert_eq!(names(&vault, "on-call"), ["PagerDuty"]);
}

#[test]
fn one_or_two_characters_match_the_beginnings_of_words() {
    let temp = TempVault::new();
    let vault = filled(&temp);
    assert_eq!(names(&vault, "p"), ["PagerDuty"]);
    // As with longer words, accents make no difference.
    assert_eq!(names(&vault, "ö"), ["PagerDuty", "Öre Kasse"]);
    assert_eq!(names(&vault, "ÖR"), ["Öre Kasse"]);
    assert_eq!(names(&vault, "li"), ["Stripe live"]);
    assert_eq!(names(&vault, "日"), ["日本 鍵"]);
    assert_eq!(names(&vault, "st live"), ["Stripe live"]);
    assert!(names(&vault, "iv").is_empty());
}

#[test]
fn notes_and_values_are_never_searched() {
    let temp = TempVault::new();
    let vault = filled(&temp);
    assert!(names(&vault, "zanzibar").is_empty());
    assert!(names(&vault, "findmenot").is_empty());
}

#[test]
fn what_means_something_to_the_index_is_only_text() {
    let temp = TempVault::new();
    let vault = filled(&temp);
    assert_eq!(names(&vault, "\"quoted\""), ["x \"quoted\" AND NOT"]);
    for text in [
        "AND",
        "NOT",
        "NEAR(",
        "name:strip",
        "^strip",
        "*",
        "\"",
        "\"\"\"",
        "--",
        "a\0b",
        "'; DROP TABLE secret",
        "(",
        "{x}",
        "ﬀ",
    ] {
        search(&vault, text);
    }
    assert_eq!(search(&vault, "").total, Some(0));
}

#[test]
fn the_index_follows_renames_deletions_and_returns() {
    let temp = TempVault::new();
    let vault = filled(&temp);
    let id = create(&vault, now(), generic("Wombat", "a value")).expect("created");
    let rename = UpdateInput {
        name: Patch::Set("Kookaburra".to_owned()),
        ..UpdateInput::default()
    };
    acts::update(&vault, now(), id, rename).expect("renamed");
    assert!(names(&vault, "wombat").is_empty());
    assert_eq!(names(&vault, "kook"), ["Kookaburra"]);
    acts::trash(&vault, now(), id).expect("in the trash");
    assert!(names(&vault, "kook").is_empty());
    acts::take_back(&vault, now(), id).expect("back");
    assert_eq!(names(&vault, "ko"), ["Kookaburra"]);
    acts::trash(&vault, now(), id).expect("in the trash");
    acts::purge(&vault, now(), id).expect("gone");
    assert!(names(&vault, "kook").is_empty());
}

#[test]
fn the_newest_come_first_in_pages_and_many_are_not_counted() {
    let temp = TempVault::new();
    let vault = temp.open();
    let ids: Vec<SecretId> = (0..205)
        .map(|number| {
            create(
                &vault,
                now(),
                generic(&format!("needle {number}"), "a value"),
            )
            .expect("created")
        })
        .collect();
    let mut query = SearchQuery {
        text: "needle".to_owned(),
        filter: Filter::default(),
        after: None,
        skip: 0,
        limit: 100,
    };
    let mut found = Vec::new();
    loop {
        let page = vault.read(|reader| reader.search(&query)).expect("a page");
        assert_eq!(page.total, None);
        found.extend(page.secrets.iter().map(|listed| listed.secret.id()));
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    let newest_first: Vec<SecretId> = ids.iter().rev().copied().collect();
    assert_eq!(found, newest_first);
    assert_eq!(search(&vault, "needle 20").total, Some(6));
    for (skip, text, total) in [
        (0, "needle", None),
        (50, "needle", None),
        (180, "needle", None),
        (300, "needle", None),
        (4, "needle 20", Some(6)),
        (9, "needle 20", Some(6)),
    ] {
        let query = SearchQuery {
            text: text.to_owned(),
            filter: Filter::default(),
            after: None,
            skip,
            limit: 50,
        };
        let page = vault.read(|reader| reader.search(&query)).expect("a page");
        let found = page.secrets.iter().map(|listed| listed.secret.id());
        let from = usize::try_from(skip).expect("small");
        let matching: Vec<SecretId> = match total {
            Some(_) => [204, 203, 202, 201, 200, 20].map(|at| ids[at]).to_vec(),
            None => newest_first.clone(),
        };
        let expected = matching.iter().skip(from).take(50);
        assert!(found.eq(expected.copied()), "{text} from {skip}");
        assert_eq!(page.total, total, "{text} from {skip}");
    }
}

#[test]
fn as_many_as_are_counted_are_counted_whatever_the_page_holds() {
    let temp = TempVault::new();
    let vault = temp.open();
    let most = usize::try_from(MATCHES_COUNTED_MAX).expect("a number");
    for number in 0..most {
        create(
            &vault,
            now(),
            generic(&format!("needle {number}"), "a value"),
        )
        .expect("created");
    }
    let total = |limit| {
        let query = SearchQuery {
            text: "needle".to_owned(),
            filter: Filter::default(),
            after: None,
            skip: 0,
            limit,
        };
        vault
            .read(|reader| reader.search(&query))
            .expect("a page")
            .total
    };
    assert_eq!(total(200), Some(MATCHES_COUNTED_MAX));
    assert_eq!(total(199), Some(MATCHES_COUNTED_MAX));
    create(&vault, now(), generic("needle, the last", "a value")).expect("created");
    assert_eq!(total(200), None);
    assert_eq!(total(199), None);
}

#[test]
fn a_filter_narrows_a_search() {
    let temp = TempVault::new();
    let vault = filled(&temp);
    let filter = |types| Filter {
        types,
        ..Filter::default()
    };
    let query = |types| SearchQuery {
        text: "stripe".to_owned(),
        filter: filter(types),
        after: None,
        skip: 0,
        limit: 10,
    };
    let found = |types| {
        vault
            .read(|reader| reader.search(&query(types)))
            .expect("a search")
            .secrets
            .len()
    };
    assert_eq!(found(vec![SecretType::Generic]), 1);
    assert_eq!(found(vec![SecretType::S3]), 0);
}

#[test]
fn merging_the_index_changes_no_answer() {
    let temp = TempVault::new();
    let vault = filled(&temp);
    for number in 0..200 {
        create(
            &vault,
            now(),
            generic(&format!("merged {number}"), "a value"),
        )
        .expect("created");
    }
    let before = search(&vault, "merged").total;
    vault.tidy().expect("tidied");
    assert_eq!(search(&vault, "merged").total, before);
    assert_eq!(names(&vault, "ripe"), ["Stripe live"]);
}
