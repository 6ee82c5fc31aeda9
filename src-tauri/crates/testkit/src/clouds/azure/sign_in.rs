//! `POST /{tenant}/oauth2/v2.0/token` with an application's client secret, and the codes of Entra's refusals.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::json;

use super::{CLIENT_ID, CLIENT_SECRET, State, TENANT, random};
use crate::clouds::server::{Asked, Reply};

const FORM: &str = "application/x-www-form-urlencoded";

pub(super) fn answer(state: &mut State, tenant: &str, asked: &Asked) -> Reply {
    if tenant != TENANT {
        let message = format!("AADSTS90002: Tenant '{tenant}' not found.");
        return refused(400, "invalid_request", &message);
    }
    let is_form = asked
        .header("content-type")
        .is_some_and(|kind| kind.starts_with(FORM));
    if asked.method != "POST" || !is_form {
        let message =
            "AADSTS900144: The request body must contain the following parameter: 'grant_type'.";
        return refused(400, "invalid_request", message);
    }
    let form = String::from_utf8_lossy(&asked.body).into_owned();
    let field = |name: &str| field(&form, name);
    if field("grant_type").as_deref() != Some("client_credentials") {
        let message = "AADSTS70003: The app requested an unsupported grant type.";
        return refused(400, "unsupported_grant_type", message);
    }
    if field("client_id").as_deref() != Some(CLIENT_ID) {
        let message = "AADSTS700016: Application was not found in the directory.\r\nTrace ID: 0";
        return refused(400, "unauthorized_client", message);
    }
    if field("client_secret").as_deref() != Some(CLIENT_SECRET) {
        let message = "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.\r\nTrace ID: 0";
        return refused(401, "invalid_client", message);
    }
    if field("scope") != Some(format!("{}/.default", state.resource)) {
        let message = "AADSTS70011: The provided request must include a 'scope' input parameter.";
        return refused(400, "invalid_scope", message);
    }
    let token = BASE64_URL_SAFE_NO_PAD.encode(random::<48>());
    state.tokens.insert(token.clone());
    Reply::json(
        200,
        &json!({ "token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": token }),
    )
}

fn refused(status: u16, error: &str, description: &str) -> Reply {
    let body = json!({ "error": error, "error_description": description, "error_codes": [] });
    Reply::json(status, &body)
}

fn field(form: &str, name: &str) -> Option<String> {
    let mut pairs = form.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(known, _)| *known == name)?;
    decoded(value)
}

/// `%41` is `A`.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let value = digit(rest.next()?)? * 16 + digit(rest.next()?)?;
                u8::try_from(value).ok()?
            }
            b'+' => b' ',
            plain => plain,
        });
    }
    String::from_utf8(bytes).ok()
}
