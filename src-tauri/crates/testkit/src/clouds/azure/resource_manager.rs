//! `listKeys`, `regenerateKey` and the caller's permissions, refused as Azure does: token, version, subscription, group, account,
//! right, lock, and only then what is asked for.

use serde_json::{Value, json};

use super::{ACCOUNT, RESOURCE_GROUP, SUBSCRIPTION, State};
use crate::clouds::server::{Asked, Reply};

const STORAGE_VERSIONS: [&str; 4] = ["2022-09-01", "2023-01-01", "2023-05-01", "2024-01-01"];
const AUTHORIZATION_VERSION: &str = "2022-04-01";

pub(super) fn answer(state: &mut State, asked: &Asked) -> Reply {
    if let Some(refusal) = without_token(state, asked) {
        return refusal;
    }
    let way: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
    let [
        "subscriptions",
        subscription,
        group_word,
        group,
        "providers",
        "Microsoft.Storage",
        "storageAccounts",
        account,
        rest @ ..,
    ] = way.as_slice()
    else {
        return refused(
            404,
            "InvalidResourceType",
            "The resource type could not be found.",
        );
    };
    if let Some(refusal) = version(asked, rest) {
        return refusal;
    }
    // Their names know no case.
    if !group_word.eq_ignore_ascii_case("resourceGroups") || *subscription != SUBSCRIPTION {
        let message = format!("The subscription '{subscription}' could not be found.");
        return refused(404, "SubscriptionNotFound", &message);
    }
    if !group.eq_ignore_ascii_case(RESOURCE_GROUP) {
        let message = format!("Resource group '{group}' could not be found.");
        return refused(404, "ResourceGroupNotFound", &message);
    }
    if *account != ACCOUNT {
        let message = format!(
            "The Resource 'Microsoft.Storage/storageAccounts/{account}' under resource group '{group}' was not found."
        );
        return refused(404, "ResourceNotFound", &message);
    }
    match (asked.method.as_str(), rest) {
        ("POST", ["listKeys"]) => allowed(state, "listkeys").unwrap_or_else(|| keys(state)),
        ("POST", ["regenerateKey"]) => {
            allowed(state, "regeneratekey").unwrap_or_else(|| regenerate(state, asked))
        }
        ("GET", ["providers", "Microsoft.Authorization", "permissions"]) => permissions(state),
        _ => refused(405, "HttpMethodNotAllowed", "The method is not allowed."),
    }
}

fn without_token(state: &State, asked: &Asked) -> Option<Reply> {
    let Some(token) = asked.bearer() else {
        let message = "Authentication failed. The 'Authorization' header is missing.";
        return Some(refused(401, "AuthenticationFailed", message));
    };
    (!state.tokens.contains(token)).then(|| {
        let message = "The access token is invalid.";
        refused(401, "InvalidAuthenticationToken", message)
    })
}

fn version(asked: &Asked, rest: &[&str]) -> Option<Reply> {
    let Some(version) = asked.parameter("api-version") else {
        let message =
            "The api-version query parameter (?api-version=) is required for all requests.";
        return Some(refused(400, "MissingApiVersionParameter", message));
    };
    let known = match rest {
        ["providers", ..] => version == AUTHORIZATION_VERSION,
        _ => STORAGE_VERSIONS.contains(&version),
    };
    (!known).then(|| {
        let message = format!("The api-version '{version}' is invalid.");
        refused(400, "InvalidApiVersionParameter", &message)
    })
}

/// `None` where the application may, and no lock is in the way.
fn allowed(state: &State, act: &str) -> Option<Reply> {
    let action = format!("Microsoft.Storage/storageAccounts/{act}/action");
    let may = |held: &String| held == "*" || held.eq_ignore_ascii_case(&action);
    if !state.actions.iter().any(may) {
        let message = format!(
            "The client does not have authorization to perform action '{action}' over scope '/subscriptions/{SUBSCRIPTION}' or the scope is invalid."
        );
        return Some(refused(403, "AuthorizationFailed", &message));
    }
    state.locked.then(|| {
        let message =
            "The scope cannot perform write operation because following scope(s) are locked.";
        refused(409, "ScopeLocked", message)
    })
}

fn keys(state: &State) -> Reply {
    let keys: Vec<Value> = state
        .keys
        .iter()
        .map(|key| {
            json!({
                "creationTime": key.made_at.to_string(),
                "keyName": key.name,
                "value": key.value,
                "permissions": "FULL",
            })
        })
        .collect();
    Reply::json(200, &json!({ "keys": keys }))
}

fn regenerate(state: &mut State, asked: &Asked) -> Reply {
    let Some(body) = asked.json() else {
        let message = "The request content was invalid and could not be deserialized.";
        return refused(400, "InvalidRequestContent", message);
    };
    let name = body["keyName"].as_str().unwrap_or_default().to_owned();
    if !state.regenerate(&name) {
        let message = format!("The value '{name}' is invalid for the parameter keyName.");
        return refused(400, "InvalidRequestPropertyValue", &message);
    }
    keys(state)
}

/// Only who may read Microsoft.Authorization is told.
fn permissions(state: &State) -> Reply {
    let may = |held: &String| held == "*" || held.starts_with("Microsoft.Authorization/");
    if !state.actions.iter().any(may) {
        let message = "The client does not have authorization to perform action 'Microsoft.Authorization/permissions/read'.";
        return refused(403, "AuthorizationFailed", message);
    }
    let set = json!({ "actions": state.actions, "notActions": [] });
    Reply::json(200, &json!({ "value": [set] }))
}

fn refused(status: u16, code: &str, message: &str) -> Reply {
    let error = json!({ "error": { "code": code, "message": message } });
    Reply::json(status, &error)
}
