//! S3 with keys of a provider: signatures (Signature Version 4) are verified, buckets are empty.

use ring::{digest, hmac};

use super::server::{Asked, Reply};

/// A key as S3 sees it.
pub struct S3Key {
    pub secret: String,
    /// A key for some buckets may not list all of them.
    pub lists_buckets: bool,
    pub buckets: Vec<String>,
}

/// Whether a request is one of S3's.
pub fn is_s3(asked: &Asked) -> bool {
    let authorization = asked.header("authorization").unwrap_or_default();
    authorization.starts_with("AWS4-HMAC-SHA256")
}

/// `find` knows the keys that are accepted now.
pub fn answer(asked: &Asked, find: impl FnOnce(&str) -> Option<S3Key>) -> Reply {
    let Some(signed) = Signed::read(asked) else {
        return refused(
            403,
            "AccessDenied",
            "The signature is missing or has no such form.",
        );
    };
    let Some(key) = find(signed.key_id) else {
        return refused(
            403,
            "InvalidAccessKeyId",
            "The key does not exist in our records.",
        );
    };
    if signed.signature_by(&key.secret, asked) != signed.signature {
        let message = "The signature we calculated does not match the one you provided.";
        return refused(403, "SignatureDoesNotMatch", message);
    }
    let bucket = asked.path.trim_matches('/');
    if bucket.is_empty() {
        return match key.lists_buckets {
            true => Reply::xml(200, "<ListAllMyBucketsResult/>".to_owned()),
            false => refused(403, "AccessDenied", "Access Denied"),
        };
    }
    if !key.buckets.iter().any(|known| known == bucket) {
        return refused(404, "NoSuchBucket", "The specified bucket does not exist");
    }
    let list = "<ListBucketResult><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>";
    Reply::xml(200, list.to_owned())
}

fn refused(status: u16, code: &str, message: &str) -> Reply {
    let body = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
    Reply::xml(status, body)
}

struct Signed<'a> {
    key_id: &'a str,
    /// Date, region, service and the word at their end.
    scope: &'a str,
    headers: &'a str,
    signature: &'a str,
}

impl<'a> Signed<'a> {
    fn read(asked: &'a Asked) -> Option<Signed<'a>> {
        let text = asked.header("authorization")?;
        let part = |name: &str| {
            let (_, rest) = text.split_once(name)?;
            rest.split(',').next().map(str::trim)
        };
        let (key_id, scope) = part("Credential=")?.split_once('/')?;
        Some(Signed {
            key_id,
            scope,
            headers: part("SignedHeaders=")?,
            signature: part("Signature=")?,
        })
    }

    fn signature_by(&self, secret: &str, asked: &Asked) -> String {
        let mut parameters: Vec<String> = asked
            .query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| match pair.contains('=') {
                true => pair.to_owned(),
                false => format!("{pair}="),
            })
            .collect();
        parameters.sort();
        let headers: String = self
            .headers
            .split(';')
            .map(|name| format!("{name}:{}\n", asked.header(name).unwrap_or_default()))
            .collect();
        let body = hex(digest::digest(&digest::SHA256, &asked.body).as_ref());
        // A body that is not the one signed for gets another hash here than the client's.
        let told = asked.header("x-amz-content-sha256").unwrap_or_default();
        let payload = match told.starts_with("UNSIGNED") {
            true => told.to_owned(),
            false => body,
        };
        let request = format!(
            "{}\n{}\n{}\n{headers}\n{}\n{payload}",
            asked.method,
            asked.path,
            parameters.join("&"),
            self.headers
        );
        let hashed = hex(digest::digest(&digest::SHA256, request.as_bytes()).as_ref());
        let date = asked.header("x-amz-date").unwrap_or_default();
        let text = format!("AWS4-HMAC-SHA256\n{date}\n{}\n{hashed}", self.scope);
        let first = format!("AWS4{secret}").into_bytes();
        let key = self
            .scope
            .split('/')
            .fold(first, |key, part| mac(&key, part.as_bytes()));
        hex(&mac(&key, text.as_bytes()))
    }
}

fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, text).as_ref().to_vec()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
