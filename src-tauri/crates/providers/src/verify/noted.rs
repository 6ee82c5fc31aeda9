//! `object_store`'s requests sent by our client, and the last answer kept for its code.

use std::sync::{Arc, Mutex};

use ::http::Request;
use async_trait::async_trait;
use domain::location::PlainHttp;
use http_body_util::BodyExt;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};

use crate::error::{ErrorKind, ProviderError};
use crate::http::{Answer, Http};

/// The way to one bucket. Clones note in the same place; one request is under way at a time.
#[derive(Clone)]
pub(super) struct Noted {
    http: Http,
    plain_http: PlainHttp,
    last: Arc<Mutex<Last>>,
}

#[derive(Default)]
enum Last {
    #[default]
    Nothing,
    Answered(Answer),
    Failed(ProviderError),
}

impl Noted {
    pub fn new(http: &Http, plain_http: PlainHttp) -> Noted {
        Noted {
            http: http.clone(),
            plain_http,
            last: Arc::default(),
        }
    }

    /// The outcome of one call of `object_store`, by what was answered: `read_error` reads an error answer. `None` where
    /// the provider did it and `object_store` could not use the answer, such as a list with keys that it has no form for.
    pub fn outcome<T>(
        &self,
        returned: object_store::Result<T>,
        read_error: fn(&Answer) -> ProviderError,
    ) -> Result<Option<T>, ProviderError> {
        let last = std::mem::take(&mut *self.last.lock().expect("no panic while noting"));
        match (returned, last) {
            (Ok(value), _) => Ok(Some(value)),
            (Err(_), Last::Answered(answer)) if answer.is_success() => Ok(None),
            (Err(_), Last::Answered(answer)) => Err(read_error(&answer)),
            (Err(_), Last::Failed(error)) => Err(error),
            // Its text has no secret: object_store leaves out addresses with signatures, and nothing was signed yet.
            (Err(error), Last::Nothing) => {
                Err(ProviderError::new(ErrorKind::Rejected, &error.to_string()))
            }
        }
    }

    fn note(&self, last: Last) {
        *self.last.lock().expect("no panic while noting") = last;
    }
}

impl std::fmt::Debug for Noted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Noted")
    }
}

impl HttpConnector for Noted {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait]
impl HttpService for Noted {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await?.to_bytes().to_vec();
        let request = Request::from_parts(parts, body);
        match self.http.send_to_location(request, self.plain_http).await {
            Ok(answer) => {
                let mut response = HttpResponse::new(answer.body.to_vec().into());
                *response.status_mut() = answer.status;
                *response.headers_mut() = answer.headers.clone();
                self.note(Last::Answered(answer));
                Ok(response)
            }
            Err(error) => {
                let kind = match error.kind {
                    ErrorKind::Unreachable => HttpErrorKind::Connect,
                    ErrorKind::NoAnswer => HttpErrorKind::Timeout,
                    _ => HttpErrorKind::Unknown,
                };
                self.note(Last::Failed(error.clone()));
                Err(HttpError::new(kind, error))
            }
        }
    }
}
