//! A Connect server's API, version 1. Source: 1Password/connect, `docs/openapi/spec.yaml`. It has no pages: a list comes whole.

use std::time::Duration;

use domain::SecretText;
use domain::catalogue::VALUE_BYTES_MAX;
use http::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use http::{Request, Uri};
use providers::{Answer, ErrorKind, Http, ProviderError, TOO_LONG, reading};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::fetch::Content;
use super::{OpId, token_of};
use crate::error::{ConnectionError, ErrorCode};
use crate::limits::{ANSWER_BYTES_MAX, LIST_BYTES_MAX};

const FAILED: &str = "The Connect server failed at it. Try again, or look at its own log.";
/// People paste the address with it.
const VERSION_PATH: &str = "/v1";
const HEALTH_BYTES_MAX: usize = 64 * 1024;
const HEALTH_WAIT: Duration = Duration::from_secs(2);
const VERSION_CHARS_MAX: usize = 40;

/// A Connect server and the token for it: no `Debug`, `Clone` or `Serialize`.
pub struct ConnectServer {
    http: Http,
    /// Without a `/` at its end, and without `/v1`.
    base: String,
    token: SecretText,
}

impl ConnectServer {
    pub(super) fn new(
        http: &Http,
        base_url: &str,
        token: &SecretText,
    ) -> Result<ConnectServer, ConnectionError> {
        let base = base_url.trim().trim_end_matches('/');
        let base = base.strip_suffix(VERSION_PATH).unwrap_or(base);
        let base = base.trim_end_matches('/').to_owned();
        if !is_address(&base) {
            let message = "This is no address of a Connect server: it begins with https:// and names a host, with nothing behind a ? or #.";
            return Err(ConnectionError::new(ErrorCode::Refused, message));
        }
        Ok(ConnectServer {
            http: http.clone(),
            base,
            token: token_of(token)?,
        })
    }

    /// Of no weight: a proxy may keep it from being seen.
    pub(super) async fn version(&self) -> Option<String> {
        #[derive(Deserialize)]
        struct Health {
            version: String,
        }
        let request = Request::get(format!("{}/health", self.base));
        let http = self.http.taking(HEALTH_BYTES_MAX);
        // Without the token: it is asked of nobody.
        let asked = http.send(request.body(Vec::new()).ok()?);
        let answer = tokio::time::timeout(HEALTH_WAIT, asked).await.ok()?.ok()?;
        let health: Health = serde_json::from_slice(&answer.body).ok()?;
        let version: String = health.version.chars().take(VERSION_CHARS_MAX).collect();
        Some(domain::mask::display_text(&version))
    }

    pub(super) async fn vaults(&self) -> Result<Zeroizing<Vec<u8>>, ConnectionError> {
        Ok(self.get("/v1/vaults", LIST_BYTES_MAX).await?)
    }

    pub(super) async fn items(&self, vault: &OpId) -> Result<Zeroizing<Vec<u8>>, ConnectionError> {
        let path = format!("/v1/vaults/{}/items", vault.as_str());
        Ok(self.get(&path, LIST_BYTES_MAX).await?)
    }

    pub(super) async fn item(
        &self,
        vault: &OpId,
        item: &OpId,
    ) -> Result<Zeroizing<Vec<u8>>, ConnectionError> {
        let path = format!("/v1/vaults/{}/items/{}", vault.as_str(), item.as_str());
        Ok(self.get(&path, ANSWER_BYTES_MAX).await?)
    }

    pub(super) async fn file(
        &self,
        vault: &OpId,
        item: &OpId,
        file: &OpId,
    ) -> Result<Content, ConnectionError> {
        let [vault, item, file] = [vault, item, file].map(OpId::as_str);
        let path = format!("/v1/vaults/{vault}/items/{item}/files/{file}/content");
        match self.get(&path, VALUE_BYTES_MAX).await {
            Ok(bytes) => Ok(Content::Bytes(bytes)),
            Err(Failure::TooLong) => Ok(Content::TooLarge),
            Err(Failure::Other(error)) => Err(error),
        }
    }

    /// Tried again where a failure passes with time: it only reads.
    async fn get(&self, path: &str, bytes_max: usize) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let http = self.http.taking(bytes_max);
        let answer = reading(async || {
            let answer = http.send(self.request(path)?).await?;
            match answer.is_success() {
                true => Ok(answer),
                false => Err(refusal(&answer)),
            }
        })
        .await;
        match answer {
            Ok(answer) => Ok(answer.body),
            Err(error) if error.code.as_deref() == Some(TOO_LONG) => Err(Failure::TooLong),
            Err(error) => Err(Failure::Other(self.explained(error))),
        }
    }

    fn request(&self, path: &str) -> Result<Request<Vec<u8>>, ProviderError> {
        let wrong =
            |_| ProviderError::new(ErrorKind::Rejected, "The server's address can't be asked.");
        let bearer = Zeroizing::new(format!("Bearer {}", self.token.expose_text()));
        let mut bearer = HeaderValue::from_str(&bearer)
            .map_err(|_| ProviderError::new(ErrorKind::Refused, "The token can't be sent."))?;
        bearer.set_sensitive(true);
        Request::get(format!("{}{path}", self.base))
            .header(AUTHORIZATION, bearer)
            .header(ACCEPT, "*/*")
            .body(Vec::new())
            .map_err(wrong)
    }

    /// A server's refusal in our words beside its own; what the way out says stands as it is.
    fn explained(&self, error: ProviderError) -> ConnectionError {
        let is_status = |code: &str| code.parse::<u16>().is_ok();
        let is_its_own = error.code.as_deref().is_some_and(is_status);
        let said = is_its_own.then(|| error.message.clone());
        let failed = error.kind == ErrorKind::Unavailable;
        let mut explained = ConnectionError::from(error);
        if failed && said.is_some() {
            // It answered: another item may still be had.
            explained.code = ErrorCode::Refused;
            FAILED.clone_into(&mut explained.message);
            return explained.said(&said.unwrap_or_default(), Some(&self.token));
        }
        let (Some(said), Some(ours)) = (said, words(explained.code)) else {
            return explained;
        };
        ours.clone_into(&mut explained.message);
        explained.said(&said, Some(&self.token))
    }
}

/// What our paths can be put behind.
fn is_address(base: &str) -> bool {
    let Ok(uri) = base.parse::<Uri>() else {
        return false;
    };
    let is_host = uri
        .authority()
        .is_some_and(|at| !at.host().is_empty() && !at.as_str().contains('@'));
    let is_scheme = matches!(uri.scheme_str(), Some("https" | "http"));
    is_host && is_scheme && uri.query().is_none() && !base.contains('#')
}

/// Why a request has no answer to read.
enum Failure {
    TooLong,
    Other(ConnectionError),
}

impl From<Failure> for ConnectionError {
    fn from(failure: Failure) -> ConnectionError {
        match failure {
            Failure::TooLong => ConnectionError::new(
                ErrorCode::Unreadable,
                "The Connect server's answer is longer than any that is read.",
            ),
            Failure::Other(error) => error,
        }
    }
}

/// `{"status":403,"message":"vault … is not in scope"}`, whose message is no code to go by.
fn refusal(answer: &Answer) -> ProviderError {
    #[derive(Deserialize)]
    struct Fault {
        message: String,
    }
    let fault: Option<Fault> = serde_json::from_slice(&answer.body).ok();
    let said = fault.map_or_else(String::new, |fault| fault.message);
    ProviderError::new(ErrorKind::of_status(answer.status), &said)
        .with_code(answer.status.as_str())
        .with_retry_after(answer.retry_after())
}

/// What a refusal means here.
fn words(code: ErrorCode) -> Option<&'static str> {
    Some(match code {
        ErrorCode::Auth => {
            "The Connect server does not accept the token. Make a new one for it in 1Password."
        }
        ErrorCode::Forbidden => {
            "The Connect server's token may not see this vault. Give it access in 1Password."
        }
        ErrorCode::NotFound => {
            "The Connect server has no such vault or item, or the address leads elsewhere."
        }
        ErrorCode::Throttled => "The Connect server is asked too often. Try again later.",
        ErrorCode::Refused => "The Connect server refuses the request.",
        ErrorCode::Unreadable => "Something else than a Connect server answers at this address.",
        ErrorCode::NotInstalled | ErrorCode::TimedOut | ErrorCode::Unreachable => return None,
    })
}
