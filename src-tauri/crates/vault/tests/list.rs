//! Browsing: every order and every way of paging agree with a plain sort of everything.

use std::cmp::Ordering;

use domain::catalogue::SecretType;
use domain::create::CreateInput;
use domain::health::Health;
use domain::{Secret, SecretId, Timestamp};
use testkit::acts::{self, create, fields, generic};
use testkit::{TempVault, after, now};
use vault::{Cursor, Direction, Filter, ListPage, ListQuery, Sort, SortKey, Start, UnlockedVault};

/// Secrets of different types, ages, expiries and env keys, some in the trash.
fn filled(temp: &TempVault) -> UnlockedVault {
    let vault = temp.open();
    for number in 0..120_u32 {
        let days = (number * 7) % 200;
        let created_at = Timestamp::from_millis(now().as_millis() - i64::from(days) * 86_400_000);
        let input = match number % 4 {
            0 => s3(number),
            1 => sas(number),
            2 => CreateInput {
                env_key: Some(format!("KEY_{:03}", (number * 37) % 120)),
                ..named(number)
            },
            _ => named(number),
        };
        create(&vault, created_at, input).expect("created");
    }
    let thrown_away = ids(&page(
        &vault,
        Filter::default(),
        "name",
        Start::Offset(3),
        2,
    ));
    for id in thrown_away {
        acts::trash(&vault, now(), id).expect("in the trash");
    }
    vault
}

fn named(number: u32) -> CreateInput {
    let tags = (0..3)
        .filter(|tag| (number >> tag) % 2 == 1)
        .map(|tag| format!("tag-{tag}"))
        .collect();
    let value = if number.is_multiple_of(3) {
        " padded "
    } else {
        "a value of some length"
    };
    CreateInput {
        tags: Some(tags),
        ..generic(
            &format!(
                "{} {number}",
                ["ß", "Zeta", "alpha", "Émile"][usize_of(number) % 4]
            ),
            value,
        )
    }
}

fn s3(number: u32) -> CreateInput {
    let id = format!("AKIAIOSFODNN7EX{number:05}");
    let secret = format!("wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLE{number:05}");
    CreateInput {
        secret_type: Some("s3".to_owned()),
        credentials: Some(fields(&[
            ("access_key_id", &id),
            ("secret_access_key", &secret),
        ])),
        ..named(number)
    }
}

fn sas(number: u32) -> CreateInput {
    let expiry = after(number % 40).plus_days(0).to_string();
    let past = Timestamp::from_millis(now().as_millis() - 86_400_000).to_string();
    let expiry = if number.is_multiple_of(5) {
        past
    } else {
        expiry
    };
    let url = format!(
        "https://acct{number}.blob.core.windows.net/box?sv=2024-11-04&sr=c&sp=rl&se={}&sig=c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJlMTIzNA%3D%3D",
        expiry.replace(':', "%3A")
    );
    CreateInput {
        secret_type: Some("azure_blob".to_owned()),
        auth_method: Some("azure_sas_url".to_owned()),
        credentials: Some(fields(&[("sas_url", &url)])),
        ..named(number)
    }
}

fn usize_of(number: u32) -> usize {
    usize::try_from(number).expect("32 bits fit")
}

fn page(vault: &UnlockedVault, filter: Filter, sort: &str, start: Start, limit: u32) -> ListPage {
    let sort = Sort::parse(sort).expect("a known order");
    let query = ListQuery {
        filter,
        sort,
        start,
        limit,
        now: now(),
    };
    vault.read(|reader| reader.list(&query)).expect("a page")
}

fn ids(page: &ListPage) -> Vec<SecretId> {
    page.secrets
        .iter()
        .map(|listed| listed.secret.id())
        .collect()
}

fn all(vault: &UnlockedVault) -> Vec<Secret> {
    page(vault, Filter::default(), "name", Start::First, 1000)
        .secrets
        .into_iter()
        .map(|listed| listed.secret)
        .collect()
}

fn health(secret: &Secret) -> Health {
    Health::of(
        secret.made_at(),
        secret.expires_at(),
        secret.hint_count(),
        now(),
    )
}

/// The order that the list promises, said without any index.
fn compare(sort: Sort, a: &Secret, b: &Secret) -> Ordering {
    let name = |secret: &Secret| secret.name().folded();
    let ascending = match sort.by {
        SortKey::Name => name(a).cmp(&name(b)),
        SortKey::Age => (b.made_at(), name(b)).cmp(&(a.made_at(), name(a))),
        SortKey::Updated => (a.updated_at(), name(a)).cmp(&(b.updated_at(), name(b))),
        SortKey::Type => {
            (a.secret_type().as_str(), name(a)).cmp(&(b.secret_type().as_str(), name(b)))
        }
        SortKey::EnvKey => match (a.env_key(), b.env_key()) {
            (Some(a), Some(b)) => a.cmp(b),
            (None, None) => return name(a).cmp(&name(b)),
            (a, b) => return b.is_some().cmp(&a.is_some()),
        },
        SortKey::Health => {
            let when = |secret: &Secret| match health(secret) {
                Health::Expired | Health::Expiring => secret.expires_at().expect("it ends"),
                Health::Old | Health::Hint | Health::Fine => secret.made_at(),
            };
            (health(b), when(a), name(a)).cmp(&(health(a), when(b), name(b)))
        }
    };
    match sort.direction {
        Direction::Ascending => ascending,
        Direction::Descending => ascending.reverse(),
    }
}

fn every_order() -> Vec<String> {
    SortKey::ALL
        .iter()
        .flat_map(|key| [key.as_str().to_owned(), format!("-{}", key.as_str())])
        .collect()
}

#[test]
fn every_order_is_the_one_that_a_plain_sort_gives() {
    let temp = TempVault::new();
    let vault = filled(&temp);
    let secrets = all(&vault);
    assert_eq!(secrets.len(), 118);
    for order in every_order() {
        let sort = Sort::parse(&order).expect("a known order");
        let mut expected: Vec<&Secret> = secrets.iter().collect();
        expected.sort_by(|a, b| compare(sort, a, b));
        let expected: Vec<SecretId> = expected.iter().map(|secret| secret.id()).collect();
        assert_eq!(
            ids(&page(&vault, Filter::default(), &order, Start::First, 1000)),
            expected,
            "{order}"
        );
    }
}

#[test]
fn pages_by_cursor_and_by_offset_are_slices_of_the_whole() {
    let temp = TempVault::new();
    let vault = filled(&temp);
    for order in every_order() {
        let sort = Sort::parse(&order).expect("a known order");
        let whole = ids(&page(&vault, Filter::default(), &order, Start::First, 1000));
        let mut walked = Vec::new();
        let mut start = Start::First;
        loop {
            let page = page(&vault, Filter::default(), &order, start, 7);
            assert_eq!(page.total, 118);
            walked.extend(ids(&page));
            let Some(next) = page.next else { break };
            start = Start::After(Cursor::parse(&next.to_text(), sort).expect("our own cursor"));
        }
        assert_eq!(walked, whole, "{order}");
        for offset in [0, 1, 30, 59, 60, 117, 118, 500] {
            let page = page(&vault, Filter::default(), &order, Start::Offset(offset), 9);
            let from = usize::try_from(offset).expect("small").min(whole.len());
            let to = (from + 9).min(whole.len());
            assert_eq!(ids(&page), whole[from..to], "{order} from {offset}");
        }
    }
}

#[test]
fn filters_keep_what_they_name_in_every_order() {
    let temp = TempVault::new();
    let vault = filled(&temp);
    let secrets = all(&vault);
    let healths = Health::ALL.iter().map(|health| Filter {
        health: Some(*health),
        now: Some(now()),
        ..Filter::default()
    });
    let mut filters: Vec<Filter> = healths.collect();
    filters.push(Filter {
        types: vec![SecretType::Generic, SecretType::S3],
        ..Filter::default()
    });
    filters.push(Filter {
        types: vec![SecretType::AzureBlob],
        ..Filter::default()
    });
    filters.push(Filter {
        tags: vec!["tag-1".to_owned(), "tag-2".to_owned()],
        ..Filter::default()
    });
    filters.push(Filter {
        tags: vec!["no such tag".to_owned()],
        ..Filter::default()
    });
    filters.push(Filter {
        rotated_before: Some(Timestamp::from_millis(now().as_millis() - 90 * 86_400_000)),
        ..Filter::default()
    });
    for filter in filters {
        let keeps = |secret: &&Secret| {
            (filter.types.is_empty() || filter.types.contains(&secret.secret_type()))
                && filter.tags.iter().all(|tag| secret.tags().contains(tag))
                && filter.health.is_none_or(|wanted| health(secret) == wanted)
                && filter
                    .rotated_before
                    .is_none_or(|before| secret.made_at() < before)
        };
        for order in every_order() {
            let sort = Sort::parse(&order).expect("a known order");
            let mut expected: Vec<&Secret> = secrets.iter().filter(keeps).collect();
            expected.sort_by(|a, b| compare(sort, a, b));
            let expected: Vec<SecretId> = expected.iter().map(|secret| secret.id()).collect();
            let page = page(&vault, filter.clone(), &order, Start::First, 1000);
            assert_eq!(ids(&page), expected, "{order} {filter:?}");
            assert_eq!(
                page.total,
                u64::try_from(expected.len()).expect("small"),
                "{order} {filter:?}"
            );
        }
    }
}

#[test]
fn counts_are_those_of_the_secrets_there_are() {
    let temp = TempVault::new();
    let vault = filled(&temp);
    let secrets = all(&vault);
    let (counts, by_health, tags) = vault
        .read(|reader| {
            Ok::<_, vault::StoreError>((
                reader.counts()?,
                reader.counts_by_health(now())?,
                reader.tags()?,
            ))
        })
        .expect("counts");
    assert_eq!((counts.live, counts.trashed), (118, 2));
    for (of_type, total) in counts.by_type {
        let expected = secrets
            .iter()
            .filter(|secret| secret.secret_type() == of_type)
            .count();
        assert_eq!(
            total,
            u64::try_from(expected).expect("small"),
            "{of_type:?}"
        );
    }
    for (of_health, total) in by_health {
        let expected = secrets
            .iter()
            .filter(|secret| health(secret) == of_health)
            .count();
        assert_eq!(
            total,
            u64::try_from(expected).expect("small"),
            "{of_health:?}"
        );
    }
    for (tag, total) in tags {
        let expected = secrets
            .iter()
            .filter(|secret| secret.tags().contains(&tag))
            .count();
        assert_eq!(total, u64::try_from(expected).expect("small"), "{tag}");
    }
}

#[test]
fn a_cursor_of_another_order_or_made_up_is_refused() {
    let temp = TempVault::new();
    let vault = filled(&temp);
    let next = page(&vault, Filter::default(), "name", Start::First, 5)
        .next
        .expect("more")
        .to_text();
    let by = |order: &str| Sort::parse(order).expect("a known order");
    assert!(Cursor::parse(&next, by("name")).is_some());
    assert!(Cursor::parse(&next, by("-name")).is_none());
    assert!(Cursor::parse(&next, by("age")).is_none());
    for text in ["", "bm9uc2Vuc2U", "e30", "!!!", &"A".repeat(10_000)] {
        assert!(Cursor::parse(text, by("name")).is_none(), "{text:.20}");
    }
}

#[test]
fn a_deep_jump_lands_on_the_same_row_as_walking_there() {
    let temp = TempVault::new();
    let vault = temp.open();
    testkit::fill::fill(&vault, 0, 4_000, now()).expect("filled");
    for order in ["name", "-age", "health", "env_key"] {
        let whole: Vec<SecretId> = (0..4)
            .flat_map(|part| {
                ids(&page(
                    &vault,
                    Filter::default(),
                    order,
                    Start::Offset(part * 1000),
                    1000,
                ))
            })
            .collect();
        assert_eq!(whole.len(), 4_000);
        for offset in [3_999, 2_500, 1_025, 3_100, 0] {
            let row = usize::try_from(offset).expect("small");
            assert_eq!(
                ids(&page(
                    &vault,
                    Filter::default(),
                    order,
                    Start::Offset(offset),
                    1
                )),
                whole[row..=row],
                "{order}"
            );
        }
    }
    // A write moves every row: what was remembered of the way must not be used again.
    create(&vault, now(), generic("000 first of all", "value")).expect("created");
    let first = page(&vault, Filter::default(), "name", Start::Offset(3_000), 1);
    let second = page(&vault, Filter::default(), "name", Start::Offset(2_999), 2);
    assert_eq!(ids(&first)[0], ids(&second)[1]);
}
