//! JSON Web Tokens (RFC 7519): when one stops being valid. Its signature is not looked at.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::IgnoredAny;
use zeroize::Zeroizing;

use crate::time::Timestamp;

#[derive(Deserialize)]
struct Header {
    #[serde(rename = "alg")]
    _alg: IgnoredAny,
}

#[derive(Deserialize)]
struct Claims {
    exp: serde_json::Number,
}

/// The `exp` of what is a token beyond doubt: three parts, the first naming an algorithm.
pub(crate) fn jwt_expiry(text: &str) -> Option<Timestamp> {
    let parts: Vec<&str> = text.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else {
        return None;
    };
    if signature.is_empty() {
        return None;
    }
    serde_json::from_slice::<Header>(&decoded(header)?).ok()?;
    let claims: Claims = serde_json::from_slice(&decoded(claims)?).ok()?;
    // Seconds, which may have a fraction.
    let seconds = claims.exp.to_string();
    let whole = seconds.split('.').next()?.parse::<i64>().ok()?;
    let millis = whole.checked_mul(1000)?;
    let in_range =
        (Timestamp::EARLIEST.as_millis()..=Timestamp::LATEST.as_millis()).contains(&millis);
    in_range.then(|| Timestamp::from_millis(millis))
}

fn decoded(part: &str) -> Option<Zeroizing<Vec<u8>>> {
    URL_SAFE_NO_PAD.decode(part).ok().map(Zeroizing::new)
}
