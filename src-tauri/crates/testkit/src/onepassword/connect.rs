//! A Connect server, as its OpenAPI description has it. It only gives out: nothing here writes by it.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::account::{Account, LiveItem, LiveVault, Spelling};
use crate::clouds::server::{Asked, Reply, Server, Spoil, locked};

pub struct FakeConnect {
    server: Server,
    state: Arc<Mutex<State>>,
}

struct State {
    account: Account,
    token: String,
    /// Vaults that the token does not reach.
    out_of_scope: Vec<String>,
}

impl FakeConnect {
    pub fn start(account: Account, token: &str) -> FakeConnect {
        let state = Arc::new(Mutex::new(State {
            account,
            token: token.to_owned(),
            out_of_scope: Vec::new(),
        }));
        let answering = Arc::clone(&state);
        let server = Server::start(move |asked| locked(&answering).answer(asked));
        FakeConnect { server, state }
    }

    /// `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The token opens nothing any more.
    pub fn revoke(&self) {
        locked(&self.state).token.clear();
    }

    /// The token no longer reaches the vault.
    pub fn hide(&self, vault: &str) {
        locked(&self.state).out_of_scope.push(vault.to_owned());
    }

    /// Somebody else deletes an item.
    pub fn delete(&self, item: &str) {
        for vault in &mut locked(&self.state).account.vaults {
            vault.items.retain(|known| known.id != item);
        }
    }

    /// Spoils the next requests that have `matching` in their line.
    pub fn spoil(&self, count: u32, matching: &str, how: Spoil) {
        self.server.spoil(count, matching, how);
    }

    /// `METHOD path?query` of every request so far.
    pub fn asked(&self) -> Vec<String> {
        self.server.asked()
    }
}

impl State {
    fn answer(&self, asked: &Asked) -> Reply {
        let path: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
        match path.as_slice() {
            ["heartbeat"] => return text("."),
            ["health"] => {
                let dependencies = json!([
                    { "service": "sync", "status": "ACTIVE", "message": "" },
                    { "service": "sqlite", "status": "ACTIVE", "message": "Connected to ./1password.sqlite" }
                ]);
                return Reply::json(
                    200,
                    &json!({ "name": "1Password Connect API", "version": "1.8.1", "dependencies": dependencies }),
                );
            }
            _ => {}
        }
        match asked.bearer() {
            None => return fault(401, "Authentication: No token provided"),
            Some(token) if self.token.is_empty() || token != self.token => {
                return fault(401, "Invalid token signature");
            }
            Some(_) => {}
        }
        if asked.method != "GET" {
            return fault(405, "Method not allowed");
        }
        match path.as_slice() {
            ["v1", "vaults"] => self.vaults(asked),
            ["v1", "vaults", vault, rest @ ..] => self.vault(asked, vault, rest),
            _ => fault(404, "Not found"),
        }
    }

    fn vaults(&self, asked: &Asked) -> Reply {
        let named = filtered(asked, "name");
        let vaults = self.account.vaults.iter().filter(|vault| {
            !self.out_of_scope.contains(&vault.id)
                && named.as_ref().is_none_or(|name| *name == vault.name)
        });
        Reply::json(200, &vaults.map(vault_json).collect())
    }

    fn vault(&self, asked: &Asked, id: &str, rest: &[&str]) -> Reply {
        if self.out_of_scope.iter().any(|hidden| hidden == id) {
            return fault(403, &format!("vault {id} is not in scope"));
        }
        let Some(vault) = self.account.find(id) else {
            return fault(404, &format!("vault {id} not found"));
        };
        match rest {
            [] => Reply::json(200, &vault_json(vault)),
            ["items"] => {
                let titled = filtered(asked, "title");
                let items = vault
                    .items
                    .iter()
                    .filter(|item| titled.as_ref().is_none_or(|title| *title == item.title));
                let items = items.map(|item| item.summary(vault, Spelling::Camel));
                Reply::json(200, &items.collect())
            }
            ["items", item, rest @ ..] => match vault.find(item) {
                Some(item) => of_item(vault, item, rest),
                None => fault(404, &format!("item {item} not found")),
            },
            _ => fault(404, "Not found"),
        }
    }
}

fn of_item(vault: &LiveVault, item: &LiveItem, rest: &[&str]) -> Reply {
    let found = |id: &str| item.files.iter().find(|file| file.id == id);
    match rest {
        [] => Reply::json(200, &item.whole(vault, Spelling::Camel)),
        ["files"] => {
            let files = item.files.iter().map(|file| item.file_json(vault, file));
            Reply::json(200, &files.collect())
        }
        ["files", id] => match found(id) {
            Some(file) => Reply::json(200, &item.file_json(vault, file)),
            None => fault(404, &format!("file {id} not found")),
        },
        ["files", id, "content"] => match found(id) {
            Some(file) => Reply {
                status: 200,
                headers: vec![
                    ("content-type", "application/octet-stream".to_owned()),
                    (
                        "content-disposition",
                        format!("attachment; filename={:?}", file.name),
                    ),
                ],
                body: file.content.clone(),
            },
            None => fault(404, &format!("file {id} not found")),
        },
        _ => fault(404, "Not found"),
    }
}

fn vault_json(vault: &LiveVault) -> Value {
    json!({
        "id": vault.id, "name": vault.name, "description": "", "attributeVersion": 1, "contentVersion": 7,
        "items": vault.items.len(), "type": "USER_CREATED",
        "createdAt": "2024-04-28T10:09:16Z", "updatedAt": "2024-12-28T00:52:25Z"
    })
}

/// The text of `filter=name eq "text"`, percent-encoded or with `+` for a space.
fn filtered(asked: &Asked, member: &str) -> Option<String> {
    let filter = asked.parameter("filter")?;
    let filter = filter
        .replace(['+'], " ")
        .replace("%20", " ")
        .replace("%22", "\"");
    let text = filter.strip_prefix(&format!("{member} eq \""))?;
    text.strip_suffix('"').map(str::to_owned)
}

fn text(text: &str) -> Reply {
    Reply {
        status: 200,
        headers: vec![("content-type", "text/plain".to_owned())],
        body: text.as_bytes().to_owned(),
    }
}

fn fault(status: u16, message: &str) -> Reply {
    Reply::json(status, &json!({ "status": status, "message": message }))
}
