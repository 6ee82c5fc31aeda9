//! Oracle's request signatures, version 1: HTTP signatures of draft-cavage-http-signatures-08 with RSA and SHA-256
//! (Request Signatures). Of a body its hash is signed.

use ::http::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, DATE, HOST, HeaderName, HeaderValue,
};
use ::http::{Method, Request};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::SecretText;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;

use crate::error::{ErrorKind, ProviderError};
use crate::offer::{ManagementCredentials, NotManaged};
use crate::parameters::Parameters;

const NEEDS: &str =
    "The private half of an API signing key of the user (RSA in PEM, without a passphrase)";
const BODY_HASH: HeaderName = HeaderName::from_static("x-content-sha256");

/// No `Debug`: it holds the private key, wiped when dropped.
pub(super) struct Signer {
    private_key: SecretText,
    tenancy: String,
    user: String,
    fingerprint: String,
}

impl Signer {
    pub fn of(
        management: Option<ManagementCredentials<'_>>,
        parameters: &Parameters,
    ) -> Result<Signer, NotManaged> {
        let management = management.ok_or(NotManaged::ManagementMissing { needs: NEEDS })?;
        let unfit = NotManaged::ManagementUnfit { needs: NEEDS };
        let pem = management.value().ok_or(unfit.clone())?.expose_text();
        key_pair(pem).ok_or(unfit)?;
        let user = match parameters.get("signing_user_ocid") {
            Some(_) => parameters.word("signing_user_ocid")?,
            None => parameters.word("user_ocid")?,
        };
        Ok(Signer {
            private_key: SecretText::new(pem.to_owned()),
            tenancy: parameters.word("tenancy")?.to_owned(),
            user: user.to_owned(),
            fingerprint: parameters.word("fingerprint")?.to_owned(),
        })
    }

    pub fn is_of(&self, user: &str) -> bool {
        self.user == user
    }

    /// Adds the headers that are signed, and the signature.
    pub fn sign(&self, request: &mut Request<Vec<u8>>) -> Result<(), ProviderError> {
        let uri = request.uri().clone();
        let host = uri.authority().map(|authority| authority.as_str());
        let date = imf_fixdate();
        let hash = BASE64_STANDARD.encode(digest(&SHA256, request.body()).as_ref());
        let length = request.body().len().to_string();
        let mut signed = vec![(DATE, date), (HOST, host.unwrap_or_default().to_owned())];
        if [Method::POST, Method::PUT].contains(request.method()) {
            signed.extend([(CONTENT_LENGTH, length), (BODY_HASH, hash)]);
        }
        for (name, value) in signed {
            let value = HeaderValue::from_str(&value).map_err(|_| unsigned())?;
            request.headers_mut().insert(name, value);
        }
        let names = match request.headers().contains_key(BODY_HASH) {
            true => &[DATE, HOST, CONTENT_LENGTH, CONTENT_TYPE, BODY_HASH][..],
            false => &[DATE, HOST][..],
        };
        let authorization = self.authorization(request, names)?;
        request.headers_mut().insert(AUTHORIZATION, authorization);
        Ok(())
    }

    fn authorization(
        &self,
        request: &Request<Vec<u8>>,
        names: &[HeaderName],
    ) -> Result<HeaderValue, ProviderError> {
        let method = request.method().as_str().to_ascii_lowercase();
        let path = request
            .uri()
            .path_and_query()
            .map_or("/", |path| path.as_str());
        let mut lines = vec![format!("(request-target): {method} {path}")];
        let mut listed = vec!["(request-target)"];
        for name in names {
            let value = request
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok());
            lines.push(format!("{name}: {}", value.ok_or_else(unsigned)?));
            listed.push(name.as_str());
        }
        let signature = self.signature(lines.join("\n").as_bytes())?;
        let text = format!(
            "Signature version=\"1\",keyId=\"{}/{}/{}\",algorithm=\"rsa-sha256\",headers=\"{}\",signature=\"{signature}\"",
            self.tenancy,
            self.user,
            self.fingerprint,
            listed.join(" ")
        );
        let mut value = HeaderValue::from_str(&text).map_err(|_| unsigned())?;
        value.set_sensitive(true);
        Ok(value)
    }

    fn signature(&self, text: &[u8]) -> Result<String, ProviderError> {
        let pair = key_pair(self.private_key.expose_text()).ok_or_else(unsigned)?;
        let mut signature = vec![0; pair.public().modulus_len()];
        pair.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            text,
            &mut signature,
        )
        .map_err(|_| unsigned())?;
        Ok(BASE64_STANDARD.encode(signature))
    }
}

/// Oracle's console gives PKCS #8, its older tools PKCS #1.
fn key_pair(pem: &str) -> Option<RsaKeyPair> {
    match PrivateKeyDer::from_pem_slice(pem.as_bytes()).ok()? {
        PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).ok(),
        PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()).ok(),
        _ => None,
    }
}

/// The form of the `Date` header (RFC 9110): a clock that is off by five minutes is refused.
fn imf_fixdate() -> String {
    let now = jiff::Timestamp::now();
    let form = jiff::fmt::rfc2822::DateTimePrinter::new();
    form.timestamp_to_rfc9110_string(&now)
        .expect("a clock of this age has four digits of years")
}

fn unsigned() -> ProviderError {
    ProviderError::new(
        ErrorKind::Rejected,
        "The request can't be signed with this API signing key.",
    )
}
