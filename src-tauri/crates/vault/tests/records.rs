//! Locations, connections and the vault's settings: made, changed, found again and deleted, each with one entry.

use domain::audit::Action;
use domain::connection::ConnectionUpdateInput;
use domain::create::CreateInput;
use domain::external::{MappingInput, Provider};
use domain::location::{LocationType, LocationUpdateInput};
use domain::reject::ErrorType;
use domain::text::{ConnectionName, LocationName};
use domain::{ConnectionId, Dependant, Patch, RecordKind, SecretId, Tier};
use testkit::acts::{self, ActError, create, doppler, fields, generic, location};
use testkit::{TempVault, after, now};
use vault::{
    AuditEntry, ConnectionQuery, LocationPage, LocationQuery, OpenValueError, StoreError,
    UnlockedVault,
};

const TOKEN: &str = "dp.st.prd.aTokenOfFortyCharactersOrSoMoreOrLess";
const OTHER_TOKEN: &str = "dp.st.prd.anotherTokenOfFortyCharactersOrSoMor";

/// A secret that locations of the type s3 can use.
fn s3(name: &str) -> CreateInput {
    CreateInput {
        name: Some(name.to_owned()),
        secret_type: Some("s3".to_owned()),
        credentials: Some(fields(&[
            ("access_key_id", "AKIAIOSFODNN7EXAMPLE"),
            (
                "secret_access_key",
                "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00",
            ),
        ])),
        ..CreateInput::default()
    }
}

/// A secret whose value stays in the connection's vault.
fn external(name: &str, connection: ConnectionId) -> CreateInput {
    CreateInput {
        name: Some(name.to_owned()),
        secret_type: Some("generic".to_owned()),
        vault_connection_id: Some(connection.to_string()),
        field_mappings: Some(vec![MappingInput {
            field_name: Some("value".to_owned()),
            reference: Some("API_KEY".to_owned()),
        }]),
        ..CreateInput::default()
    }
}

fn newest(vault: &UnlockedVault) -> AuditEntry {
    acts::log(vault).pop().expect("an entry")
}

fn rejection(error: ActError) -> ErrorType {
    match error {
        ActError::Rejected(rejection) => rejection.error_type(),
        other => panic!("{other:?}"),
    }
}

fn page(vault: &UnlockedVault, query: &LocationQuery) -> LocationPage {
    vault
        .read(|reader| reader.locations(query))
        .expect("a page of locations")
}

fn names(page: &LocationPage) -> Vec<&str> {
    let names = page.locations.iter().map(|found| found.name().as_str());
    names.collect()
}

fn some(limit: u32) -> LocationQuery {
    LocationQuery {
        limit,
        ..LocationQuery::default()
    }
}

fn no_problems(vault: &UnlockedVault) {
    assert_eq!(vault.check().expect("checked").problems, []);
}

#[test]
fn a_location_comes_back_as_it_was_made_and_changed() {
    let temp = TempVault::new();
    let vault = temp.open();
    let secret = create(&vault, now(), s3("storage")).expect("a secret");
    let id = acts::create_location(&vault, now(), location("Backups", secret)).expect("made");
    let found = vault
        .read(|reader| reader.checked_location(id))
        .expect("vouched for")
        .expect("there");
    let parts = found.parts();
    assert_eq!(parts.name.as_str(), "Backups");
    assert_eq!(parts.location_type.as_str(), "s3");
    assert_eq!(parts.secret, Some(secret));
    assert_eq!(parts.bucket_name.as_str(), "Backups-bucket");
    let region = parts.region.as_ref().map(|region| region.as_str());
    assert_eq!(region, Some("eu-central-1"));
    let endpoint = parts.endpoint.as_ref().map(|endpoint| endpoint.as_str());
    assert_eq!(endpoint, Some("https://s3.example.com"));
    let prefix = parts.prefix.as_ref().map(|prefix| prefix.as_str());
    assert_eq!(prefix, Some("backups/"));
    assert_eq!((parts.revision, parts.created_at), (1, now()));
    assert_eq!(parts.created_by, vault.actor().member);
    let entry = newest(&vault);
    assert_eq!(entry.action, Action::LocationCreated);
    assert_eq!(entry.resource_type, RecordKind::Location);
    assert_eq!(entry.resource_name, "Backups");

    let changed = LocationUpdateInput {
        region: Patch::Set("us-east-1".to_owned()),
        endpoint_url: Patch::Set("http://storage.example.com".to_owned()),
        http_allowed: Patch::Set(true),
        prefix: Patch::Clear,
        ..LocationUpdateInput::default()
    };
    acts::update_location(&vault, after(1), id, changed).expect("changed");
    vault.lock("asked", after(1)).expect("locked");
    let vault = temp.open_at(after(2));
    let after_it = vault
        .read(|reader| reader.checked_location(id))
        .expect("vouched for")
        .expect("there");
    let mut expected = found.parts().clone();
    expected.region = after_it.parts().region.clone();
    expected.endpoint = after_it.parts().endpoint.clone();
    expected.prefix = None;
    expected.revision = 2;
    expected.updated_at = after(1);
    assert_eq!(after_it.parts(), &expected);
    let endpoint = after_it.parts().endpoint.as_ref().expect("an endpoint");
    assert_eq!(endpoint.as_str(), "http://storage.example.com");
    assert_eq!(
        endpoint.plain_http(),
        domain::location::PlainHttp::Allowed,
        "the consent is kept with the endpoint"
    );
    no_problems(&vault);

    acts::delete_location(&vault, after(2), id).expect("deleted");
    assert_eq!(newest(&vault).action, Action::LocationDeleted);
    let gone = vault.read(|reader| reader.location(id));
    assert!(gone.expect("readable").is_none());
    no_problems(&vault);
}

#[test]
fn names_of_locations_are_found_whatever_their_case() {
    let temp = TempVault::new();
    let vault = temp.open();
    let secret = create(&vault, now(), s3("storage")).expect("a secret");
    let id = acts::create_location(&vault, now(), location("Größe", secret)).expect("made");
    let refused = acts::create_location(&vault, now(), location("GRÖSSE", secret));
    assert_eq!(
        rejection(refused.expect_err("taken")),
        ErrorType::AlreadyExists
    );
    let name = LocationName::parse("grösse").expect("a name");
    let same = |except| {
        vault
            .read(|reader| reader.location_facts(&name, except))
            .expect("facts")
            .same_name
    };
    assert_eq!(same(None), Some(id));
    assert_eq!(same(Some(id)), None);
}

#[test]
fn locations_are_listed_by_name_secret_type_and_text() {
    let temp = TempVault::new();
    let vault = temp.open();
    let one = create(&vault, now(), s3("one")).expect("a secret");
    let two = create(&vault, now(), s3("two")).expect("a secret");
    for (name, secret) in [
        ("delta", one),
        ("Alpha", two),
        ("beta", one),
        ("ÉCOLE", two),
    ] {
        acts::create_location(&vault, now(), location(name, secret)).expect("made");
    }
    let all = page(&vault, &some(100));
    assert_eq!(names(&all), ["Alpha", "beta", "delta", "ÉCOLE"]);
    assert_eq!((all.total, all.next), (4, None));

    let first = page(&vault, &some(3));
    assert_eq!(names(&first), ["Alpha", "beta", "delta"]);
    assert_eq!(first.total, 4);
    let next = LocationQuery {
        after: first.next,
        ..some(3)
    };
    let second = page(&vault, &next);
    assert_eq!(names(&second), ["ÉCOLE"]);
    assert_eq!((second.total, second.next), (4, None));

    let of_one = LocationQuery {
        secret: Some(one),
        ..some(100)
    };
    assert_eq!(names(&page(&vault, &of_one)), ["beta", "delta"]);
    let count = vault.read(|reader| reader.location_count_of(one));
    assert_eq!(count.expect("a count"), 2);
    for (kind, expected) in [("s3", 4), ("wasabi", 0)] {
        let of_type = LocationQuery {
            location_type: LocationType::parse(kind),
            ..some(100)
        };
        assert_eq!(page(&vault, &of_type).total, expected, "{kind}");
    }
    for (text, expected) in [
        ("TA", vec!["beta", "delta"]),
        ("alpha-BUCKET", vec!["Alpha"]),
        ("école", vec!["ÉCOLE"]),
        ("s3.example", vec!["Alpha", "beta", "delta", "ÉCOLE"]),
        ("%", vec![]),
    ] {
        let with_text = LocationQuery {
            text: Some(text.to_owned()),
            ..some(100)
        };
        assert_eq!(names(&page(&vault, &with_text)), expected, "{text}");
    }
}

#[test]
fn delete_01_force_unlinks_each_location_with_an_entry_of_its_own() {
    let temp = TempVault::new();
    let vault = temp.open();
    let secret = create(&vault, now(), s3("storage")).expect("a secret");
    let ids = ["one", "two"].map(|name| {
        acts::create_location(&vault, now(), location(name, secret)).expect("a location")
    });
    let refused = vault.read(|reader| reader.dependants_of(secret));
    let named: Vec<String> = refused
        .expect("dependants")
        .into_iter()
        .map(|dependant| match dependant {
            Dependant::Location { name, .. } => name,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(named, ["one", "two"]);
    acts::trash_with_force(&vault, after(1), secret).expect("trashed");
    for id in ids {
        let found = vault
            .read(|reader| reader.checked_location(id))
            .expect("vouched for")
            .expect("there");
        assert_eq!(found.secret(), None);
        assert_eq!((found.revision(), found.updated_at()), (2, after(1)));
    }
    let actions: Vec<Action> = acts::log(&vault).iter().map(|entry| entry.action).collect();
    assert!(
        actions.ends_with(&[
            Action::SecretTrashed,
            Action::LocationUpdated,
            Action::LocationUpdated
        ]),
        "{actions:?}"
    );
    no_problems(&vault);
}

#[test]
fn conn_03_a_connection_comes_back_and_its_token_opens() {
    let temp = TempVault::new();
    let vault = temp.open();
    let id = acts::create_connection(&vault, now(), doppler("Doppler", TOKEN)).expect("made");
    let found = vault
        .read(|reader| reader.checked_connection(id))
        .expect("vouched for")
        .expect("there");
    let parts = found.parts();
    assert_eq!(parts.name.as_str(), "Doppler");
    assert_eq!(parts.description.as_str(), "What the servers read.");
    assert_eq!(found.text("project"), Some("backend"));
    assert_eq!(found.text("config"), Some("prd"));
    assert_eq!(found.text("service_token"), None, "it is sealed");
    assert_eq!((parts.revision, parts.rotated_at), (1, now()));
    assert_eq!(acts::token(&vault, id).expect("opens"), TOKEN);
    assert_eq!(newest(&vault).action, Action::ConnectionCreated);

    let renamed = ConnectionUpdateInput {
        name: Patch::Set("Doppler production".to_owned()),
        description: Patch::Clear,
        ..ConnectionUpdateInput::default()
    };
    acts::update_connection(&vault, after(1), id, renamed).expect("renamed");
    assert_eq!(acts::token(&vault, id).expect("still opens"), TOKEN);
    acts::rotate_token(&vault, after(2), id, OTHER_TOKEN).expect("rotated");
    assert_eq!(newest(&vault).action, Action::ConnectionTokenRotated);
    vault.lock("asked", after(2)).expect("locked");

    let vault = temp.open_at(after(3));
    assert_eq!(acts::token(&vault, id).expect("opens"), OTHER_TOKEN);
    let parts = vault
        .read(|reader| reader.checked_connection(id))
        .expect("vouched for")
        .expect("there")
        .parts()
        .clone();
    assert_eq!(parts.name.as_str(), "Doppler production");
    assert_eq!(parts.description.as_str(), "");
    assert_eq!((parts.revision, parts.rotated_at), (3, after(2)));
    no_problems(&vault);
}

#[test]
fn conn_04_a_connection_in_use_stays_and_one_out_of_use_goes_with_its_token() {
    let temp = TempVault::new();
    let vault = temp.open();
    let id = acts::create_connection(&vault, now(), doppler("Doppler", TOKEN)).expect("made");
    let secret: SecretId = create(&vault, now(), external("key", id)).expect("an external secret");
    let refused = acts::delete_connection(&vault, now(), id).expect_err("in use");
    assert_eq!(rejection(refused), ErrorType::InUse);
    acts::trash(&vault, now(), secret).expect("trashed");
    let used_by = vault.read(|reader| reader.connection_used_by(id));
    assert_eq!(
        used_by.expect("a list"),
        [Dependant::Secret {
            id: secret,
            name: "key".to_owned(),
            in_trash: true
        }]
    );
    acts::purge(&vault, now(), secret).expect("destroyed");
    acts::delete_connection(&vault, now(), id).expect("deleted");
    assert_eq!(newest(&vault).action, Action::ConnectionDeleted);
    let gone = acts::token(&vault, id).expect_err("gone");
    assert!(matches!(gone, OpenValueError::NotFound), "{gone}");
    no_problems(&vault);
}

#[test]
fn connections_are_listed_by_name_text_and_type() {
    let temp = TempVault::new();
    let vault = temp.open();
    for name in ["staging", "Production", "dev"] {
        acts::create_connection(&vault, now(), doppler(name, TOKEN)).expect("made");
    }
    let page = |query: ConnectionQuery| {
        let page = vault.read(|reader| reader.connections(&query));
        let page = page.expect("a page of connections");
        let names = page.connections.iter().map(|found| found.name().as_str());
        let names: Vec<String> = names.map(str::to_owned).collect();
        (names, page.total, page.next)
    };
    let all = ConnectionQuery {
        limit: 2,
        ..ConnectionQuery::default()
    };
    let (found, total, next) = page(all.clone());
    assert_eq!((found, total), (vec!["dev".into(), "Production".into()], 3));
    let (found, _, next) = page(ConnectionQuery { after: next, ..all });
    assert_eq!((found, next), (vec!["staging".into()], None));
    let with_text = ConnectionQuery {
        text: Some("PROD".to_owned()),
        limit: 10,
        ..ConnectionQuery::default()
    };
    let (found, total, _) = page(with_text);
    assert_eq!((found, total), (vec!["Production".into()], 1));
    for (provider, expected) in [(Provider::Doppler, 3), (Provider::Infisical, 0)] {
        let of_type = ConnectionQuery {
            provider: Some(provider),
            limit: 10,
            ..ConnectionQuery::default()
        };
        assert_eq!(page(of_type).1, expected, "{}", provider.as_str());
    }
    let name = ConnectionName::parse("PRODUCTION").expect("a name");
    let facts = vault.read(|reader| reader.connection_facts(&name, None));
    let facts = facts.expect("facts");
    assert!(facts.same_name.is_some());
    assert_eq!((facts.tier, facts.connections), (Tier::Unlimited, 3));
}

#[test]
fn tier_01_a_new_vault_is_unlimited_and_keeps_the_tier_that_it_is_given() {
    let temp = TempVault::new();
    let vault = temp.open();
    let settings = |vault: &UnlockedVault| {
        vault
            .read(|reader| reader.checked_settings())
            .expect("vouched for")
    };
    let before = settings(&vault);
    assert_eq!((before.tier, before.revision), (Tier::Unlimited, 1));
    assert_eq!(before.updated_by, vault.actor().member);
    acts::set_tier(&vault, after(1), "free").expect("set");
    let entry = newest(&vault);
    assert_eq!(entry.action, Action::TierChanged);
    assert_eq!(entry.resource_type, RecordKind::Vault);
    vault.lock("asked", after(1)).expect("locked");
    let vault = temp.open_at(after(2));
    let found = settings(&vault);
    assert_eq!((found.tier, found.revision), (Tier::Free, 2));
    assert_eq!(found.updated_at, after(1));
    let room = vault.read(|reader| reader.room()).expect("facts");
    assert_eq!((room.tier, room.live_secrets), (Tier::Free, 0));
    acts::create_connection(&vault, after(2), doppler("one", TOKEN)).expect("the first");
    let refused = acts::create_connection(&vault, after(2), doppler("two", TOKEN));
    assert_eq!(
        rejection(refused.expect_err("over the tier")),
        ErrorType::LimitReached
    );
    acts::set_tier(&vault, after(3), "pro").expect("set again");
    assert_eq!(settings(&vault).revision, 3);
    no_problems(&vault);
}

#[test]
fn a_plan_made_on_an_older_state_of_a_record_is_not_applied() {
    let temp = TempVault::new();
    let vault = temp.open();
    let secret = create(&vault, now(), s3("storage")).expect("a secret");
    create(&vault, now(), generic("other", "value")).expect("a secret");
    let id = acts::create_location(&vault, now(), location("one", secret)).expect("made");
    let current = vault
        .read(|reader| reader.location(id))
        .expect("readable")
        .expect("there");
    let context = acts::context(vault.actor(), now());
    let input = domain::location::LocationDeleteInput::default();
    let plan = input.decide(&current, &context).expect("decided");
    let moved = LocationUpdateInput {
        region: Patch::Clear,
        ..LocationUpdateInput::default()
    };
    acts::update_location(&vault, now(), id, moved).expect("changed meanwhile");
    let refused = vault
        .write(now(), |writer| writer.apply_location(plan))
        .expect_err("stale");
    assert!(matches!(refused, StoreError::Stale), "{refused}");
}
