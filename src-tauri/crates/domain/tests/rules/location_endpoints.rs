//! LOC-02: endpoints required, offered, edited, and encrypted or consented to.

use super::records::*;
use super::support::*;
use domain::location::{
    Endpoint, Location, LocationInput, LocationType, LocationUpdateInput, OfferInput, PlainHttp,
    offered_endpoint,
};
use domain::*;

fn of_type(name: &str) -> LocationInput {
    LocationInput {
        location_type: text(name),
        ..uploads()
    }
}

fn at(name: &str, endpoint: &str) -> LocationInput {
    LocationInput {
        endpoint_url: text(endpoint),
        ..of_type(name)
    }
}

fn url(location: &Location) -> Option<&str> {
    location.parts().endpoint.as_ref().map(Endpoint::as_str)
}

fn kinds_of_hints(outcome: &Outcome) -> Vec<&'static str> {
    outcome.hints.iter().map(|hint| hint.kind).collect()
}

/// The type of the one fault of this endpoint.
fn fault(endpoint: &str, consent: PlainHttp) -> &'static str {
    match Endpoint::parse(endpoint, consent) {
        Ok(parsed) => panic!("{endpoint} was taken as {}", parsed.as_str()),
        Err(fault) => fault.kind,
    }
}

#[test]
fn loc_02_s3_compatible_takes_the_endpoint_that_it_is_given() {
    let plan = created_location(at("s3_compatible", "https://minio.example.com:9000/s3/"));
    assert_eq!(
        url(plan.record()),
        Some("https://minio.example.com:9000/s3")
    );
    assert!(plan.answer().hints.is_empty());
}

#[test]
fn loc_02_s3_compatible_without_an_endpoint_is_refused() {
    let kind = Some(SecretType::S3Compatible);
    faulty(
        parsed_location(of_type("s3_compatible"), kind),
        &["endpoint_url"],
    );
    faulty(
        parsed_location(at("s3_compatible", ""), kind),
        &["endpoint_url"],
    );
    let current = created_location(at("s3_compatible", "https://minio.example.com"));
    for endpoint_url in [Patch::Clear, Patch::Set(String::new())] {
        let input = LocationUpdateInput {
            endpoint_url,
            ..LocationUpdateInput::default()
        };
        faulty(update_location(current.record(), input), &["endpoint_url"]);
    }
}

#[test]
fn loc_02_each_provider_offers_the_endpoint_of_its_documentation() {
    let offer = |kind: &str, region: &str, account: &str| {
        OfferInput {
            location_type: text(kind),
            region: text(region),
            account: text(account),
        }
        .answer()
        .expect("a right question")
    };
    for (kind, region, account, endpoint) in [
        ("wasabi", "us-east-1", "", "https://s3.wasabisys.com"),
        (
            "wasabi",
            "eu-west-2",
            "",
            "https://s3.eu-west-2.wasabisys.com",
        ),
        (
            "oracle_object_storage_s3",
            "eu-frankfurt-1",
            "axnamespace",
            "https://axnamespace.compat.objectstorage.eu-frankfurt-1.oraclecloud.com",
        ),
        (
            "hetzner",
            " fsn1 ",
            "",
            "https://fsn1.your-objectstorage.com",
        ),
        ("rabata", "eu-west-1", "", "https://s3.eu-west-1.rabata.io"),
        (
            "digitalocean_spaces",
            "nyc3",
            "",
            "https://nyc3.digitaloceanspaces.com",
        ),
        ("railway", "", "", "https://storage.railway.app"),
        ("tigris", "auto", "", "https://t3.storage.dev"),
        (
            "r2",
            "auto",
            " 0A1b ",
            "https://0a1b.r2.cloudflarestorage.com",
        ),
        ("r2", "", "0a1b", "https://0a1b.r2.cloudflarestorage.com"),
        (
            "r2",
            "eu",
            "0a1b",
            "https://0a1b.eu.r2.cloudflarestorage.com",
        ),
        (
            "r2",
            "fedramp",
            "0a1b",
            "https://0a1b.fedramp.r2.cloudflarestorage.com",
        ),
        (
            "b2",
            "us-west-004",
            "",
            "https://s3.us-west-004.backblazeb2.com",
        ),
    ] {
        assert_eq!(offer(kind, region, account), text(endpoint), "{kind}");
    }
    for (kind, region, account) in [
        ("s3", "eu-central-1", ""),
        ("azure_blob", "", "acme"),
        ("gcs", "eu", ""),
        ("s3_compatible", "eu", "acme"),
        ("wasabi", "", ""),
        ("b2", " ", ""),
        ("r2", "auto", ""),
        ("oracle_object_storage_s3", "eu-frankfurt-1", ""),
        ("oracle_object_storage_s3", "", "axnamespace"),
        ("hetzner", "two.labels", ""),
        ("hetzner", "under_score", ""),
    ] {
        assert_eq!(
            offer(kind, region, account),
            None,
            "{kind} {region} {account}"
        );
    }
}

#[test]
fn loc_02_a_question_for_an_offer_tells_all_its_faults() {
    let asked = OfferInput {
        location_type: text("generic"),
        region: text("eu/1"),
        account: text("a.b"),
    };
    faulty(asked.answer(), &["account", "location_type", "region"]);
    faulty(OfferInput::default().answer(), &["location_type"]);
    for account in ["-a", "a-", "a b", "ü", "evil.example.com/", &"a".repeat(64)] {
        let asked = OfferInput {
            location_type: text("r2"),
            region: None,
            account: text(account),
        };
        faulty(asked.answer(), &["account"]);
    }
}

#[test]
fn loc_02_every_known_region_of_a_type_that_asks_for_one_has_an_offer() {
    for kind in LocationType::all().filter(|kind| kind.offer_asks().region) {
        assert!(!kind.known_regions().is_empty(), "{}", kind.as_str());
        for region in kind.known_regions() {
            let region = domain::location::Region::parse(region).expect("a region");
            let offer = offered_endpoint(kind, Some(&region), Some("account"));
            let offer = offer.expect("an offer");
            let parsed = Endpoint::parse(&offer, PlainHttp::Refused).expect("an endpoint");
            assert_eq!(parsed.as_str(), offer, "an offer is in its normal form");
        }
    }
}

#[test]
fn loc_02_an_endpoint_that_is_left_out_is_filled_in_where_the_provider_offers_one() {
    let wasabi = LocationInput {
        region: text("eu-west-1"),
        ..of_type("wasabi")
    };
    let plan = created_location(wasabi);
    assert_eq!(
        url(plan.record()),
        Some("https://s3.eu-west-1.wasabisys.com")
    );
    assert_eq!(kinds_of_hints(plan.answer()), ["endpoint_offered"]);
    let unknown = created_location(of_type("r2"));
    assert_eq!(url(unknown.record()), None);
    assert_eq!(kinds_of_hints(unknown.answer()), ["endpoint_unknown"]);
    let amazon = created_location(of_type("s3"));
    assert_eq!(url(amazon.record()), None);
    assert!(amazon.answer().hints.is_empty());
}

#[test]
fn loc_02_an_offered_endpoint_stays_editable() {
    let wasabi = LocationInput {
        region: text("eu-west-1"),
        ..at("wasabi", "https://proxy.example.com")
    };
    let made = created_location(wasabi).into_parts().record;
    assert_eq!(url(&made), Some("https://proxy.example.com"));
    let endpoint_url = Patch::Set("https://s3.wasabisys.com".to_owned());
    let edit = LocationUpdateInput {
        endpoint_url,
        ..LocationUpdateInput::default()
    };
    let plan = changed_record(update_location(&made, edit));
    assert_eq!(url(&plan.record), Some("https://s3.wasabisys.com"));
}

#[test]
fn loc_02_another_region_hints_at_an_endpoint_that_followed_from_the_one_before() {
    let wasabi = |endpoint_url: Option<String>| {
        let input = LocationInput {
            region: text("eu-west-1"),
            endpoint_url,
            ..of_type("wasabi")
        };
        created_location(input).into_parts().record
    };
    let region = |name: &str| LocationUpdateInput {
        region: Patch::Set(name.to_owned()),
        ..LocationUpdateInput::default()
    };
    let left_behind = changed_record(update_location(&wasabi(None), region("eu-west-2")));
    assert_eq!(left_behind.answer.changed, ["region"]);
    assert_eq!(
        kinds_of_hints(&left_behind.answer),
        ["endpoint_of_other_region"]
    );
    let taken_along = LocationUpdateInput {
        endpoint_url: Patch::Set("https://s3.eu-west-2.wasabisys.com".to_owned()),
        ..region("eu-west-2")
    };
    let taken_along = changed_record(update_location(&wasabi(None), taken_along));
    assert!(taken_along.answer.hints.is_empty());
    let own = wasabi(text("https://proxy.example.com"));
    let own = changed_record(update_location(&own, region("eu-west-2")));
    assert!(own.answer.hints.is_empty());
    assert!(
        unchanged_record(update_location(&wasabi(None), region("eu-west-1")))
            .hints
            .is_empty()
    );
}

#[test]
fn loc_02_https_and_this_machine_need_no_consent_and_keep_none() {
    for (given, held) in [
        ("https://s3.example.com", "https://s3.example.com"),
        (" HTTPS://S3.EXAMPLE.COM:443/ ", "https://s3.example.com"),
        (
            "https://bücher.example/x/",
            "https://xn--bcher-kva.example/x",
        ),
        ("http://localhost:9000", "http://localhost:9000"),
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("http://127.255.255.254:1", "http://127.255.255.254:1"),
        ("http://[::1]:9000/", "http://[::1]:9000"),
    ] {
        for consent in [PlainHttp::Refused, PlainHttp::Allowed] {
            let parsed = Endpoint::parse(given, consent).expect(given);
            assert_eq!(parsed.as_str(), held);
            assert_eq!(parsed.plain_http(), PlainHttp::Refused, "{given}");
        }
    }
    let longest = format!("https://s3.example.com/{}", "p".repeat(2048 - 23));
    Endpoint::parse(&longest, PlainHttp::Refused).expect("2048 characters");
}

#[test]
fn loc_02_plain_http_to_any_other_machine_needs_consent() {
    for endpoint in [
        "http://s3.example.com",
        "http://10.0.0.1:9000",
        "http://192.168.1.2",
        "http://0.0.0.0:9000",
        "http://128.0.0.1",
        "http://[::]",
        "http://[::2]",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "HTTP://S3.example.com",
    ] {
        assert_eq!(
            fault(endpoint, PlainHttp::Refused),
            "plain_http",
            "{endpoint}"
        );
        let allowed = Endpoint::parse(endpoint, PlainHttp::Allowed).expect(endpoint);
        assert_eq!(allowed.plain_http(), PlainHttp::Allowed);
    }
}

#[test]
fn loc_02_what_is_no_plain_endpoint_is_refused() {
    for (endpoint, kind) in [
        ("", "empty"),
        ("  ", "empty"),
        ("s3.example.com", "endpoint_invalid"),
        ("https:/s3.example.com", "endpoint_invalid"),
        ("https://", "endpoint_invalid"),
        ("https:///s3.example.com", "endpoint_invalid"),
        ("https://a b", "endpoint_invalid"),
        ("https://a\tb", "endpoint_invalid"),
        ("https://a\\b", "endpoint_invalid"),
        ("https://[::1", "endpoint_invalid"),
        ("https://s3.example.com:99999", "endpoint_invalid"),
        ("ftp://s3.example.com", "endpoint_scheme"),
        ("file:///etc/passwd", "endpoint_scheme"),
        ("javascript://s3.example.com", "endpoint_scheme"),
        ("https://user:pass@s3.example.com", "endpoint_user_info"),
        ("https://@s3.example.com", "endpoint_user_info"),
        ("https://s3.example.com?x=1", "endpoint_query"),
        ("https://s3.example.com/#part", "endpoint_query"),
    ] {
        for consent in [PlainHttp::Refused, PlainHttp::Allowed] {
            assert_eq!(fault(endpoint, consent), kind, "{endpoint}");
        }
    }
    let too_long = format!("https://s3.example.com/{}", "p".repeat(2048 - 22));
    assert_eq!(fault(&too_long, PlainHttp::Refused), "too_long");
}

fn plain() -> Location {
    let input = LocationInput {
        http_allowed: Some(true),
        ..at("s3_compatible", "http://10.0.0.1:9000")
    };
    created_location(input).into_parts().record
}

fn edit(endpoint_url: Patch<&str>, http_allowed: Patch<bool>) -> LocationUpdateInput {
    LocationUpdateInput {
        endpoint_url: match endpoint_url {
            Patch::Set(text) => Patch::Set(text.to_owned()),
            Patch::Clear => Patch::Clear,
            Patch::Absent => Patch::Absent,
        },
        http_allowed,
        ..LocationUpdateInput::default()
    }
}

#[test]
fn loc_02_consent_holds_for_the_endpoint_it_was_given_for() {
    let same = edit(Patch::Set("http://10.0.0.1:9000/"), Patch::Absent);
    unchanged_record(update_location(&plain(), same));
    let renamed = changed_record(update_location(&plain(), rename_location("New")));
    let endpoint = renamed.record.parts().endpoint.as_ref();
    assert_eq!(endpoint.map(Endpoint::plain_http), Some(PlainHttp::Allowed));
    let another = edit(Patch::Set("http://10.0.0.2:9000"), Patch::Set(true));
    let another = changed_record(update_location(&plain(), another));
    assert_eq!(another.answer.changed, ["endpoint_url"]);
    let encrypted = edit(Patch::Set("https://10.0.0.1:9000"), Patch::Absent);
    let encrypted = changed_record(update_location(&plain(), encrypted));
    assert_eq!(encrypted.answer.changed, ["endpoint_url", "http_allowed"]);
    let back = edit(Patch::Set("http://10.0.0.1:9000"), Patch::Absent);
    faulty(update_location(&encrypted.record, back), &["endpoint_url"]);
}

#[test]
fn loc_02_consent_is_not_carried_over_and_not_taken_back_beside_the_endpoint() {
    let another = edit(Patch::Set("http://10.0.0.2:9000"), Patch::Absent);
    faulty(update_location(&plain(), another), &["endpoint_url"]);
    for withdrawn in [Patch::Set(false), Patch::Clear] {
        faulty(
            update_location(&plain(), edit(Patch::Absent, withdrawn)),
            &["endpoint_url"],
        );
    }
    let refused_now = edit(Patch::Set("http://10.0.0.1:9000"), Patch::Set(false));
    faulty(update_location(&plain(), refused_now), &["endpoint_url"]);
    faulty(
        parsed_location(
            LocationInput {
                http_allowed: Some(false),
                ..at("s3", "http://10.0.0.1:9000")
            },
            S3,
        ),
        &["endpoint_url"],
    );
}
