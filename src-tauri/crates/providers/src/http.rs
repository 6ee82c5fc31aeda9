//! The one way out: HTTPS with bounded waits and bounded answers, no redirects, no cookies.

use std::error::Error;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ::http::header::RETRY_AFTER;
use ::http::{HeaderMap, Request, StatusCode, Uri};
use domain::AllowedDomains;
use domain::location::PlainHttp;
use reqwest::Client;
use reqwest::redirect::Policy;
use zeroize::Zeroizing;

use crate::error::{ErrorKind, ProviderError};

/// The longest answer taken. Lists of keys and pages of objects are far shorter.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;
const CONNECT_SECONDS_MAX: u64 = 10;
const WHOLE_SECONDS_MAX: u64 = 30;
/// A provider that asks for a longer wait is asked again after this one.
const RETRY_AFTER_SECONDS_MAX: u64 = 300;
/// The code of an error for an answer longer than what is taken.
pub const TOO_LONG: &str = "answer_too_long";
const NOT_ALLOWED: &str = "domain_not_allowed";
const USER_AGENT: &str = concat!("Turnstone/", env!("CARGO_PKG_VERSION"));

/// Sends requests. Cheap to clone; connections are shared.
#[derive(Clone)]
pub struct Http {
    allowed: Arc<AllowedDomains>,
    body_bytes_max: usize,
    /// Goes through the system's proxy, where one is set.
    beyond: Client,
    /// To this machine: never through a proxy.
    here: Client,
}

/// What came back, whatever its status. The body is wiped with it: some hold a new key.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Zeroizing<Vec<u8>>,
}

#[derive(Clone, Copy)]
struct Waits {
    connect: Duration,
    whole: Duration,
}

const WAITS: Waits = Waits {
    connect: Duration::from_secs(CONNECT_SECONDS_MAX),
    whole: Duration::from_secs(WHOLE_SECONDS_MAX),
};

impl Http {
    /// Certificates are checked by the system's own means, or against `SSL_CERT_FILE` on Linux.
    pub fn new() -> Result<Http, ProviderError> {
        Http::waiting(WAITS)
    }

    fn waiting(waits: Waits) -> Result<Http, ProviderError> {
        // reqwest asks rustls for the process's default, which may have been chosen already: that choice stands.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let build = |builder: reqwest::ClientBuilder| {
            builder
                .user_agent(USER_AGENT)
                .redirect(Policy::none())
                .referer(false)
                .connect_timeout(waits.connect)
                .timeout(waits.whole)
                .build()
                .map_err(|error| failed(ErrorKind::Unreachable, &error.without_url()))
        };
        Ok(Http {
            allowed: Arc::new(AllowedDomains::Unrestricted),
            body_bytes_max: BODY_BYTES_MAX,
            beyond: build(Client::builder())?,
            here: build(Client::builder().no_proxy())?,
        })
    }

    /// The same way out for a secret's requests alone: to none but its allowed domains (OUT-02), also where an answer names
    /// the host to go on with.
    pub fn only(&self, allowed: &AllowedDomains) -> Http {
        Http {
            allowed: Arc::new(allowed.clone()),
            ..self.clone()
        }
    }

    /// The same way out for answers of another length at most than [`BODY_BYTES_MAX`].
    pub fn taking(&self, body_bytes_max: usize) -> Http {
        Http {
            body_bytes_max,
            ..self.clone()
        }
    }

    /// Over HTTPS; over plain HTTP to this machine only.
    pub async fn send(&self, request: Request<Vec<u8>>) -> Result<Answer, ProviderError> {
        self.send_to_location(request, PlainHttp::Refused).await
    }

    /// As [`Http::send`]; over plain HTTP also where a person allowed it for a location (LOC-02).
    pub async fn send_to_location(
        &self,
        request: Request<Vec<u8>>,
        plain_http: PlainHttp,
    ) -> Result<Answer, ProviderError> {
        let client = self.client_for(request.uri(), plain_http)?;
        let request = request
            .try_into()
            .map_err(|error: reqwest::Error| failed(ErrorKind::Rejected, &error.without_url()))?;
        let mut response = client.execute(request).await.map_err(not_answered)?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let body = read_body(response, self.body_bytes_max).await?;
        Ok(Answer {
            status,
            headers,
            body,
        })
    }

    fn client_for(&self, uri: &Uri, plain_http: PlainHttp) -> Result<&Client, ProviderError> {
        let host = uri.host().unwrap_or_default();
        if !self
            .allowed
            .matches(host.trim_start_matches('[').trim_end_matches(']'))
        {
            let message = format!(
                "This secret may not be sent to {host}: it is none of its allowed domains."
            );
            return Err(ProviderError::new(ErrorKind::Rejected, &message).with_code(NOT_ALLOWED));
        }
        let here = is_loopback(host);
        let encrypted = uri.scheme_str() == Some("https");
        if !encrypted && !here && plain_http == PlainHttp::Refused {
            return Err(ProviderError::new(
                ErrorKind::Rejected,
                "Requests to http:// can be read and changed on their way, so none was sent. Use https://.",
            )
            .with_code("plain_http"));
        }
        Ok(if here { &self.here } else { &self.beyond })
    }
}

impl Answer {
    pub fn is_success(&self) -> bool {
        self.status.is_success()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// How long the provider asks to wait; its other form, a date, is not used by any of them.
    pub fn retry_after(&self) -> Option<Duration> {
        let seconds: u64 = self.header(RETRY_AFTER.as_str())?.trim().parse().ok()?;
        Some(Duration::from_secs(seconds.min(RETRY_AFTER_SECONDS_MAX)))
    }
}

/// The host in an address.
pub(crate) fn host_of(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    uri.host().map(str::to_owned)
}

/// Whether a host, as an URI writes it, is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

async fn read_body(
    mut response: reqwest::Response,
    bytes_max: usize,
) -> Result<Zeroizing<Vec<u8>>, ProviderError> {
    let told = response.content_length().unwrap_or_default();
    let told = usize::try_from(told).unwrap_or(usize::MAX);
    let mut body = Zeroizing::new(Vec::with_capacity(told.min(bytes_max)));
    while let Some(chunk) = response.chunk().await.map_err(not_answered)? {
        if body.len() + chunk.len() > bytes_max {
            let message = format!("The answer is longer than {bytes_max} bytes.");
            return Err(ProviderError::new(ErrorKind::Nonsense, &message).with_code(TOO_LONG));
        }
        if body.capacity() - body.len() < chunk.len() {
            // A vector that grows by itself leaves what it held behind; this one is wiped.
            let room = (body.len() + chunk.len()).max(body.capacity() * 2);
            let mut larger = Zeroizing::new(Vec::with_capacity(room.min(bytes_max)));
            larger.extend_from_slice(&body);
            body = larger;
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The URL stays out of the message: it can hold a signature.
fn not_answered(error: reqwest::Error) -> ProviderError {
    let kind = if error.is_connect() || error.is_builder() {
        ErrorKind::Unreachable
    } else {
        ErrorKind::NoAnswer
    };
    failed(kind, &error.without_url())
}

/// The last cause says most: `connection refused`, `invalid peer certificate: Expired`.
fn failed(kind: ErrorKind, error: &reqwest::Error) -> ProviderError {
    let what = match kind {
        ErrorKind::Unreachable => "No connection",
        _ if error.is_timeout() => "No answer in time",
        _ => "No whole answer",
    };
    let mut cause: &dyn Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    ProviderError::new(kind, &format!("{what}: {cause}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::SocketAddr;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    const SHORT: Waits = Waits {
        connect: Duration::from_millis(500),
        whole: Duration::from_millis(500),
    };

    /// Answers every connection with the same bytes and then holds it open; counts them.
    async fn answering(bytes: Vec<u8>) -> (SocketAddr, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let bytes = bytes.clone();
                tokio::spawn(async move {
                    let mut asked = [0; 4096];
                    let _ = stream.read(&mut asked).await;
                    let _ = stream.write_all(&bytes).await;
                    let _ = stream.read(&mut asked).await;
                });
            }
        });
        (address, count)
    }

    fn get(url: &str) -> Request<Vec<u8>> {
        Request::get(url).body(Vec::new()).expect("a request")
    }

    async fn failure(http: &Http, url: &str) -> ProviderError {
        match http.send(get(url)).await {
            Ok(answer) => panic!("answered {}", answer.status),
            Err(error) => error,
        }
    }

    #[tokio::test]
    async fn a_redirect_is_answered_and_not_followed() {
        let (target, followed) =
            answering(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".into()).await;
        let moved = format!(
            "HTTP/1.1 302 Found\r\nlocation: http://{target}/\r\ncontent-length: 0\r\n\r\n"
        );
        let (first, _) = answering(moved.into_bytes()).await;
        let http = Http::new().expect("a client");
        let answer = http
            .send(get(&format!("http://{first}/")))
            .await
            .expect("an answer");
        assert_eq!(answer.status, StatusCode::FOUND);
        assert_eq!(followed.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn an_answer_longer_than_the_limit_is_not_taken() {
        for (length, taken) in [(BODY_BYTES_MAX, true), (BODY_BYTES_MAX + 1, false)] {
            let mut bytes = b"HTTP/1.1 200 OK\r\nconnection: close\r\n".to_vec();
            bytes.extend(format!("content-length: {length}\r\n\r\n").into_bytes());
            bytes.extend(vec![b'x'; length]);
            let (address, _) = answering(bytes).await;
            let http = Http::new().expect("a client");
            let answer = http.send(get(&format!("http://{address}/"))).await;
            assert_eq!(answer.is_ok(), taken, "{length}");
            if let Err(error) = answer {
                assert_eq!(error.kind, ErrorKind::Nonsense);
            }
        }
    }

    #[tokio::test]
    async fn a_request_without_an_answer_may_have_been_done() {
        let (address, _) = answering(Vec::new()).await;
        let http = Http::waiting(SHORT).expect("a client");
        let error = failure(&http, &format!("http://{address}/?sig=SECRET")).await;
        assert_eq!(error.kind, ErrorKind::NoAnswer);
        assert!(!error.message.contains("SECRET"), "{}", error.message);
    }

    #[tokio::test]
    async fn a_cut_answer_may_have_been_done() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut asked = [0; 4096];
            let _ = stream.read(&mut asked).await;
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf")
                .await;
        });
        let http = Http::new().expect("a client");
        let error = failure(&http, &format!("http://{address}/")).await;
        assert_eq!(error.kind, ErrorKind::NoAnswer);
    }

    #[tokio::test]
    async fn without_a_connection_nothing_was_done() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        drop(listener);
        let http = Http::new().expect("a client");
        let error = failure(&http, &format!("http://{address}/?sig=SECRET")).await;
        assert_eq!(error.kind, ErrorKind::Unreachable);
        assert!(!error.message.contains("SECRET"), "{}", error.message);
    }

    #[tokio::test]
    async fn plain_http_beyond_this_machine_is_not_sent_without_consent() {
        let http = Http::waiting(SHORT).expect("a client");
        // 192.0.2.0/24 is for documentation (RFC 5737): nothing answers there.
        let error = failure(&http, "http://192.0.2.1/").await;
        assert_eq!(error.code.as_deref(), Some("plain_http"));
        let allowed = http
            .send_to_location(get("http://192.0.2.1/"), PlainHttp::Allowed)
            .await;
        assert!(allowed.is_err_and(|error| error.code.is_none()));
    }

    #[tokio::test]
    async fn a_secrets_requests_go_to_its_allowed_domains_only() {
        let (address, asked) =
            answering(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".into()).await;
        let http = Http::new().expect("a client");
        let url = format!("http://{address}/");
        let only = |domain: &str| match AllowedDomains::parse(&[domain]) {
            Ok((allowed, _)) => http.only(&allowed),
            Err(faults) => panic!("{faults:?}"),
        };
        let error = failure(&only("s3.us-east-1.amazonaws.com"), &url).await;
        assert_eq!(error.code.as_deref(), Some(NOT_ALLOWED));
        assert!(!error.may_have_been_done());
        assert_eq!(asked.load(Ordering::SeqCst), 0);
        assert!(only("127.0.0.1").send(get(&url)).await.is_ok());
    }

    #[test]
    fn this_machine_has_these_names_only() {
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.8.0.1", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "localhost.example.com",
            "127.0.0.1.nip.io",
            "10.0.0.1",
            "0.0.0.0",
            "",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
