//! What a provider's error answer says: its code and message, out of XML, JSON or headers.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::error::{ErrorKind, ProviderError};
use crate::http::Answer;

/// The error in an answer of S3, IAM, STS or their relatives.
pub(crate) fn of_amazon(answer: &Answer) -> ProviderError {
    let code = xml_text(&answer.body, "Code");
    let kind = code
        .as_deref()
        .and_then(amazon_kind)
        .unwrap_or_else(|| ErrorKind::of_status(answer.status));
    told(answer, kind, code, xml_text(&answer.body, "Message"))
}

pub(crate) fn told(
    answer: &Answer,
    kind: ErrorKind,
    code: Option<String>,
    message: Option<String>,
) -> ProviderError {
    // Answers to HEAD have no body, and proxies answer with pages of their own: then the status is all there is.
    let status = answer.status;
    let message = message.filter(|text| !text.trim().is_empty());
    let message =
        message.unwrap_or_else(|| format!("The answer was {status} without an explanation."));
    let code = code.unwrap_or_else(|| status.as_u16().to_string());
    ProviderError::new(kind, &message)
        .with_code(&code)
        .with_retry_after(answer.retry_after())
}

/// By the codes of AWS (Common Errors, S3 and IAM error lists) and those that its relatives use in their place.
fn amazon_kind(code: &str) -> Option<ErrorKind> {
    Some(match code {
        "InvalidClientTokenId"
        | "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "ExpiredToken"
        | "ExpiredTokenException"
        | "InvalidToken"
        | "UnrecognizedClientException"
        | "AuthFailure"
        | "MissingAuthenticationToken"
        | "InvalidSecurity"
        | "NotSignedUp"
        | "Unauthorized" => ErrorKind::Refused,
        "AccessDenied"
        | "AccessDeniedException"
        | "UnauthorizedOperation"
        | "UnauthorizedAccess"
        | "AllAccessDisabled"
        | "AccountProblem" => ErrorKind::Forbidden,
        "NoSuchEntity" | "NoSuchBucket" | "NoSuchKey" => ErrorKind::NotFound,
        "LimitExceeded" | "LimitExceededException" => ErrorKind::Limit,
        "Throttling"
        | "ThrottlingException"
        | "RequestLimitExceeded"
        | "SlowDown"
        | "TooManyRequestsException" => ErrorKind::Throttled,
        "ServiceFailure" | "InternalFailure" | "InternalError" | "ServiceUnavailable" => {
            ErrorKind::Unavailable
        }
        "RequestTimeTooSkewed"
        | "AuthorizationHeaderMalformed"
        | "PermanentRedirect"
        | "InvalidInput"
        | "ValidationError"
        | "InvalidAction" => ErrorKind::Rejected,
        _ => return None,
    })
}

/// The text of the first element of that name, wherever it is; bodies that are no XML have none.
pub(crate) fn xml_text(body: &[u8], name: &str) -> Option<String> {
    let mut reader = Reader::from_reader(body);
    let mut inside = false;
    let mut found = String::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => inside = start.local_name().as_ref() == name.as_bytes(),
            Event::Text(text) if inside => found.push_str(&text.decode().ok()?),
            Event::CData(text) if inside => found.push_str(&text.decode().ok()?),
            Event::GeneralRef(entity) if inside => found.push_str(character(&entity)?),
            Event::End(end) if inside && end.local_name().as_ref() == name.as_bytes() => {
                return Some(found);
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// The five entities that XML has by itself; no other is taken from a foreign answer.
fn character(entity: &[u8]) -> Option<&'static str> {
    Some(match entity {
        b"amp" => "&",
        b"lt" => "<",
        b"gt" => ">",
        b"quot" => "\"",
        b"apos" => "'",
        _ => "·",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::http::{HeaderMap, StatusCode};
    use zeroize::Zeroizing;

    fn answer(status: u16, body: &str) -> Answer {
        Answer {
            status: StatusCode::from_u16(status).expect("a status"),
            headers: HeaderMap::new(),
            body: Zeroizing::new(body.as_bytes().to_vec()),
        }
    }

    #[track_caller]
    fn check(status: u16, body: &str, kind: ErrorKind, code: &str, message: &str) {
        let error = of_amazon(&answer(status, body));
        assert_eq!(error.kind, kind);
        assert_eq!(error.code.as_deref(), Some(code));
        assert_eq!(error.message, message);
    }

    #[test]
    fn errors_of_s3_iam_and_sts_are_read() {
        check(
            403,
            r#"<?xml version="1.0"?><Error><Code>InvalidAccessKeyId</Code><Message>The key &quot;x&quot; is not in our records.</Message><AWSAccessKeyId>AKIA</AWSAccessKeyId></Error>"#,
            ErrorKind::Refused,
            "InvalidAccessKeyId",
            "The key \"x\" is not in our records.",
        );
        check(
            409,
            "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>LimitExceeded</Code><Message>Cannot exceed quota</Message></Error></ErrorResponse>",
            ErrorKind::Limit,
            "LimitExceeded",
            "Cannot exceed quota",
        );
    }

    #[test]
    fn a_body_that_explains_nothing_leaves_the_status() {
        for body in [
            "",
            "<html><h1>Bad gateway</h1>",
            "{\"a\":1}",
            "<Error><Code>",
            "\u{0}<a",
        ] {
            let error = of_amazon(&answer(502, body));
            assert_eq!(error.kind, ErrorKind::Unavailable, "{body}");
            assert_eq!(error.code.as_deref(), Some("502"), "{body}");
        }
    }
}
