//! Shared access signatures signed anew, on Azurite, which looks at the signature of every one.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::{AuthMethod, Credentials, SecretType, Timestamp};
use http::{Method, Request};
use object_store::azure::{AzureAccessKey, AzureAuthorizer, AzureCredential};
use providers::{
    Block, CreatedKey, ErrorKind, KeyName, KeyService, ManagementCredentials, NotManaged,
    Parameters, Probe, ProviderError, ServiceRequest, Target, key_service, verify,
};
use ring::hmac;
use testkit::rigs::{self, Rig};

use crate::given::{self, BUCKET};

const METHOD: AuthMethod = AuthMethod::AzureSasUrl;
const ACCOUNT: &str = "acmemedia";
/// 64 bytes each, made up.
const KEY: &str =
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==";
const OTHER_KEY: &str =
    "Pz49PDs6OTg3NjU0MzIxMC8uLSwrKikoJyYlJCMiISAfHh0cGxoZGBcWFRQTEhEQDw4NDAsKCQgHBgUEAwIBAA==";
const DAYS: u32 = 90;

struct Server {
    rig: Rig,
}

impl Server {
    /// With one container and a blob in it.
    async fn start() -> Server {
        let rig = rigs::azurite(&format!("{ACCOUNT}:{KEY}:{OTHER_KEY}"));
        let server = Server { rig };
        server.put("?restype=container", "").await;
        server.put("/in/a%20b.txt", "content").await;
        server
    }

    fn service(&self) -> String {
        format!("{}/{ACCOUNT}", self.rig.url())
    }

    async fn put(&self, rest: &str, content: &str) {
        let request = Request::builder()
            .method(Method::PUT)
            .uri(format!("{}/{BUCKET}{rest}", self.service()))
            .header("content-length", content.len())
            .header("x-ms-blob-type", "BlockBlob");
        let mut request = request.body(content.to_owned().into()).expect("a request");
        let key = AzureAccessKey::try_new(KEY).expect("a key");
        AzureAuthorizer::new(&AzureCredential::AccessKey(key), ACCOUNT)
            .try_authorize(&mut request)
            .expect("signed");
        let (parts, _) = request.into_parts();
        given::done(Request::from_parts(parts, content.as_bytes().to_vec())).await;
    }

    /// A SAS as somebody has it, signed with the account's key.
    fn sas(&self, place: &str, terms: &str) -> Credentials {
        self.sas_signed(place, terms, KEY)
    }

    fn sas_signed(&self, place: &str, terms: &str, key: &str) -> Credentials {
        let key = BASE64_STANDARD.decode(key).expect("base64");
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let signature = BASE64_STANDARD.encode(hmac::sign(&key, signed(place, terms).as_bytes()));
        let signature = signature.replace('+', "%2B").replace('=', "%3D");
        credentials(&format!(
            "{}{place}?{terms}&sig={signature}",
            self.service()
        ))
    }

    fn container(&self) -> Credentials {
        let terms = "sv=2021-12-02&sr=c&sp=rl&se=2020-01-01T00%3A00%3A00Z&spr=https,http";
        self.sas(&format!("/{BUCKET}"), terms)
    }
}

/// What is signed, as Microsoft's "Create a service SAS" and "Create an account SAS" have it.
fn signed(place: &str, terms: &str) -> String {
    let decoded = |text: &str| {
        let text = percent_encoding::percent_decode_str(text).decode_utf8();
        text.expect("UTF-8").into_owned()
    };
    let of = |name: &str| {
        let mut pairs = terms.split('&').filter_map(|pair| pair.split_once('='));
        let found = pairs.find(|(known, _)| *known == name);
        found.map(|(_, value)| decoded(value)).unwrap_or_default()
    };
    let has_scope = of("sv").as_str() >= "2020-12-06";
    let scope = |line: &str| {
        if has_scope {
            line.to_owned()
        } else {
            String::new()
        }
    };
    if of("sr").is_empty() {
        let lines = ["sp", "ss", "srt", "st", "se", "sip", "spr", "sv"].map(of);
        return format!("{ACCOUNT}\n{}\n{}", lines.join("\n"), scope("\n"));
    }
    let resource = format!("/blob/{ACCOUNT}{}", decoded(place));
    let (first, last) = (
        ["sp", "st", "se"].map(of),
        ["si", "sip", "spr", "sv", "sr"].map(of),
    );
    let headers = ["rscc", "rscd", "rsce", "rscl", "rsct"].map(of);
    let (first, last, headers) = (first.join("\n"), last.join("\n"), headers.join("\n"));
    format!("{first}\n{resource}\n{last}\n{}\n{headers}", scope("\n"))
}

fn credentials(url: &str) -> Credentials {
    given::credentials(METHOD, &[("sas_url", url)])
}

fn account_key(name: &str, key: &str) -> Credentials {
    let fields = [("account_name", name), ("account_key", key)];
    given::credentials(AuthMethod::AzureAccountKey, &fields)
}

fn service(current: &Credentials) -> Box<dyn KeyService> {
    signed_by(current, &account_key(ACCOUNT, KEY))
}

fn signed_by(current: &Credentials, management: &Credentials) -> Box<dyn KeyService> {
    let days = DAYS.to_string();
    let parameters: Parameters = [("valid_days", days)].into_iter().collect();
    let request = ServiceRequest {
        method: METHOD,
        current,
        management: Some(ManagementCredentials::new(management)),
        parameters: &parameters,
    };
    key_service(&given::http(), request).unwrap_or_else(|why| panic!("no service: {why}"))
}

async fn made(service: &dyn KeyService) -> CreatedKey {
    let name = KeyName::new("turnstone-test").expect("a name");
    service.create(&name).await.expect("a new SAS")
}

fn url(created: &CreatedKey) -> &str {
    created.fields[0].1.expose_text()
}

async fn failed<T>(outcome: impl Future<Output = Result<T, ProviderError>>) -> ProviderError {
    match outcome.await {
        Ok(_) => panic!("it succeeded"),
        Err(error) => error,
    }
}

async fn blocks(service: &dyn KeyService) -> Vec<Block> {
    service.preflight().await.expect("a preflight").blocks
}

fn target(server: &Server) -> Target {
    Target {
        // Found in the URL itself.
        endpoint: None,
        ..given::target(SecretType::AzureBlob, &server.service())
    }
}

#[tokio::test]
async fn a_new_sas_opens_what_the_old_one_did_until_a_new_end() {
    let server = Server::start().await;
    let old = server.container();
    let service = service(&old);
    // That the present one has ended is the best of reasons.
    let refused = failed(service.check(&old)).await;
    assert!(refused.may_be_too_early(), "{refused:?}");
    let preflight = service.preflight().await.expect("a preflight");
    assert_eq!(preflight.blocks, []);
    assert!(preflight.keys[0].is_ours && preflight.keys[0].expires_at.is_some());
    let created = made(service.as_ref()).await;
    let new = credentials(url(&created));
    service.check(&new).await.expect("accepted");
    let found = verify(&given::http(), &target(&server), &new, Probe::Writes).await;
    assert_eq!((found.can_list, found.can_read), (Some(true), Some(true)));
    assert_eq!(found.can_write, Some(false));
    let end = created.expires_at.expect("an end").as_millis();
    let day = Timestamp::EARLIEST.plus_days(1).as_millis();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = i64::try_from(now.expect("a clock").as_millis()).expect("this age");
    assert_eq!((end - now + day / 2) / day, i64::from(DAYS));
    assert_eq!(
        new.expires_at().map(|at| at.as_millis() / 1000),
        Some(end / 1000)
    );
    assert_eq!(service.list().await.expect("a list").len(), 1);
}

#[tokio::test]
async fn each_kind_of_sas_is_signed_as_azurite_checks_it() {
    let server = Server::start().await;
    let blob = format!("/{BUCKET}/in/a%20b.txt");
    let container = format!("/{BUCKET}");
    for (place, terms) in [
        (container.as_str(), "sv=2021-12-02&sr=c&sp=racwdl"),
        // It may not list, and is known all the same.
        (
            &container,
            "sv=2018-11-09&sr=c&sp=w&st=2020-01-01T00%3A00%3A00Z",
        ),
        (
            &blob,
            "sv=2021-12-02&sr=b&sp=r&rscd=inline&rsct=text%2Fplain",
        ),
        (&blob, "sv=2021-12-02&sr=b&sp=d"),
        ("/", "sv=2021-12-02&ss=b&srt=sco&sp=rwdlac&spr=https,http"),
        ("/", "sv=2021-12-02&ss=bqtf&srt=o&sp=r"),
        (&container, "sv=2021-12-02&ss=b&srt=c&sp=l"),
    ] {
        let old = server.sas(place, terms);
        let service = service(&old);
        assert_eq!(blocks(service.as_ref()).await, [], "{terms}");
        let created = made(service.as_ref()).await;
        let new = credentials(url(&created));
        service
            .check(&new)
            .await
            .unwrap_or_else(|error| panic!("{terms}: {error:?}"));
        // One letter of what was signed is another: Azurite notices.
        let version = |url: &str| url.split_once("sv=").map(|(_, rest)| rest[..10].to_owned());
        assert_eq!(version(url(&created)), version(&format!("?{terms}")));
        let forged = url(&created).replacen("&sp=", "&sp=x", 1);
        assert!(
            service.check(&credentials(&forged)).await.is_err(),
            "{terms}"
        );
        let cut = url(&created).replacen("sv=20", "sv=30", 1);
        assert!(service.check(&credentials(&cut)).await.is_err(), "{terms}");
    }
}

#[test]
fn a_longer_life_than_the_present_ones_is_told_before() {
    let of = |st: &str| {
        let terms = format!("sv=2021-12-02&sr=c&sp=rl{st}&se=2026-01-08T00%3A00%3A00Z&sig=AAAA");
        let url = format!("https://{ACCOUNT}.blob.core.windows.net/{BUCKET}?{terms}");
        service(&credentials(&url)).warnings()
    };
    let told = of("&st=2026-01-01T00%3A00%3A00Z");
    assert_eq!(told.len(), 1);
    assert!(
        told[0].contains("90 days") && told[0].contains("made for 7"),
        "{told:?}"
    );
    assert_eq!(of("&st=2025-10-10"), Vec::<String>::new());
    assert_eq!(of(""), Vec::<String>::new());
}

#[tokio::test]
async fn a_management_key_that_azure_does_not_take_is_told_before() {
    let server = Server::start().await;
    let old = server.container();
    let wrong = account_key(ACCOUNT, &OTHER_KEY.replace("Pz49", "AA49"));
    let found = blocks(signed_by(&old, &wrong).as_ref()).await;
    let codes: Vec<_> = found.iter().map(|block| block.code).collect();
    assert_eq!(codes, ["account_key_refused"]);
    let other = account_key("otheraccount", KEY);
    let found = blocks(signed_by(&old, &other).as_ref()).await;
    assert_eq!(found.first().map(|block| block.code), Some("other_account"));
}

/// More rights, a longer reach or fewer limits than any signature gave are given by none.
#[tokio::test]
async fn what_no_key_of_the_account_signed_is_not_signed_now() {
    let server = Server::start().await;
    let place = format!("/{BUCKET}");
    let terms = "sv=2021-12-02&sr=c&sp=rl&se=2099-01-01T00%3A00%3A00Z&sip=127.0.0.1";
    let url = |credentials: Credentials| {
        let url = credentials.field("sas_url").expect("a URL");
        url.expose_text().to_owned()
    };
    let own = url(server.sas(&place, terms));
    let old = terms.replace("2099", "2020");
    let ended = server.sas_signed(&place, &old, OTHER_KEY);
    let mut refused = vec![ended];
    for (from, to) in [
        ("sp=rl", "sp=racwdl"),
        ("&sip=127.0.0.1", ""),
        ("&sig=", "&sp=racwdl&sig="),
        (&*place, "/other"),
    ] {
        refused.push(credentials(&own.replacen(from, to, 1)));
    }
    for current in refused {
        let service = service(&current);
        let found = blocks(service.as_ref()).await;
        let codes: Vec<_> = found.iter().map(|block| block.code).collect();
        assert_eq!(codes, ["not_signed_by_this_key"]);
        let name = KeyName::new("turnstone-test").expect("a name");
        let error = failed(service.create(&name)).await;
        assert_eq!(error.code.as_deref(), Some("not_signed_by_this_key"));
        assert!(!error.may_have_been_done());
    }
    // With the account's other key, as long as the account takes it.
    let by_other = service(&server.sas_signed(&place, terms, OTHER_KEY));
    assert_eq!(blocks(by_other.as_ref()).await, []);
    let new = made(by_other.as_ref()).await;
    let new = credentials(self::url(&new));
    by_other.check(&new).await.expect("accepted");
}

#[tokio::test]
async fn what_an_account_key_cannot_sign_again_is_not_signed() {
    let server = Server::start().await;
    let container = format!("/{BUCKET}");
    for (terms, code) in [
        ("sv=2021-12-02&sr=c&si=readers", "stored_policy"),
        ("sv=2021-12-02&sr=c&sp=r&skoid=1&skt=x", "user_delegation"),
        ("sv=2021-12-02&sr=s&sp=r", "no_blobs"),
    ] {
        let service = service(&server.sas(&container, terms));
        let found = blocks(service.as_ref()).await;
        assert_eq!(found.first().map(|block| block.code), Some(code));
        let name = KeyName::new("turnstone-test").expect("a name");
        let error = failed(service.create(&name)).await;
        assert_eq!(error.code.as_deref(), Some(code));
        assert_eq!(error.kind, ErrorKind::Rejected);
    }
}

#[tokio::test]
async fn no_sas_is_taken_back() {
    let server = Server::start().await;
    let service = service(&server.container());
    let can = service.capabilities();
    assert!(!can.deletes && !can.disables);
    let id = made(service.as_ref()).await.id;
    for error in [
        failed(service.delete(&id)).await,
        failed(service.disable(&id)).await,
    ] {
        assert_eq!(error.code.as_deref(), Some("cannot_delete"));
    }
}

#[test]
fn what_is_missing_is_told_before_anything_is_asked() {
    let sas = credentials("https://acmemedia.blob.core.windows.net/up?sv=1&sr=c&sig=x");
    let refused = |management: Option<&Credentials>, days: &str| {
        let parameters: Parameters = [("valid_days", days)].into_iter().collect();
        let request = ServiceRequest {
            method: METHOD,
            current: &sas,
            management: management.map(ManagementCredentials::new),
            parameters: &parameters,
        };
        key_service(&given::http(), request).err()
    };
    let key = account_key(ACCOUNT, KEY);
    assert!(matches!(
        refused(None, "90"),
        Some(NotManaged::ManagementMissing { .. })
    ));
    assert!(matches!(
        refused(Some(&sas), "90"),
        Some(NotManaged::ManagementUnfit { .. })
    ));
    assert!(matches!(
        refused(Some(&key), ""),
        Some(NotManaged::ParametersMissing { .. })
    ));
    assert!(matches!(
        refused(Some(&key), "4000"),
        Some(NotManaged::ParameterInvalid { .. })
    ));
    assert_eq!(refused(Some(&key), "1"), None);
}
