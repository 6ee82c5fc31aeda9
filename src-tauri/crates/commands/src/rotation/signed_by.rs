//! What ends with an account's key though nobody rotates it: every SAS that the key has signed.

use domain::catalogue::SecretType;
use domain::{AuthMethod, Secret, SecretId};
use vault::{Direction, Filter, ListQuery, Reader, Sort, SortKey, Start};

use super::held;
use crate::refusal::Answer;

/// Read at one time.
const PAGE: u32 = 200;

/// Names the SAS of the same account that the vault has. Which of the account's two keys signed one is not known here.
pub fn warning(reader: &Reader<'_>, id: SecretId) -> Answer<Option<String>> {
    let Some(current) = reader.secret(id)? else {
        return Ok(None);
    };
    let current = current.secret();
    let account = current.identity().map(|identity| identity.text());
    let (AuthMethod::AzureAccountKey, Some(account)) = (current.method(), account) else {
        return Ok(None);
    };
    let names = all_of(reader, account)?;
    Ok(held::listed(names).map(|names| format!(
        "A SAS stops working when the account key that signed it is made anew. This vault has these of the account {account}: {names}."
    )))
}

fn all_of(reader: &Reader<'_>, account: &str) -> Answer<Vec<String>> {
    let is_of_account = |secret: &Secret| {
        let identity = secret.identity();
        secret.method() == AuthMethod::AzureSasUrl
            && identity.is_some_and(|identity| identity.text() == account)
    };
    let mut names = Vec::new();
    let mut start = Start::First;
    loop {
        let page = reader.list(&ListQuery {
            filter: Filter {
                types: vec![SecretType::AzureBlob],
                ..Filter::default()
            },
            sort: Sort {
                by: SortKey::Name,
                direction: Direction::Ascending,
            },
            start,
            limit: PAGE,
            now: domain::Timestamp::from_millis(0),
        })?;
        let found = page.secrets.iter().map(|listed| &listed.secret);
        let found = found.filter(|secret| is_of_account(secret));
        names.extend(found.map(|secret| format!("\"{}\"", secret.name().as_str())));
        match page.next {
            Some(next) => start = Start::After(next),
            None => return Ok(names),
        }
    }
}
