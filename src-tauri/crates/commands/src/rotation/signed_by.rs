//! What ends with an account's key though nobody rotates it: every SAS that the key has signed.

use std::collections::HashMap;

use domain::catalogue::SecretType;
use domain::{AuthMethod, Secret, SecretId};
use vault::{Direction, Filter, ListQuery, Reader, Sort, SortKey, Start};

use super::held;
use crate::refusal::Answer;

/// Read at one time.
const PAGE: u32 = 200;

/// The SAS that the vault has, by their accounts: read when one is first asked for, and once for all that are asked about.
#[derive(Default)]
pub struct SignedBy(Option<HashMap<String, String>>);

impl SignedBy {
    /// Names the SAS of the same account that the vault has. Which of the account's two keys signed one is not known here.
    pub fn warning(&mut self, reader: &Reader<'_>, id: SecretId) -> Answer<Option<String>> {
        let Some(current) = reader.secret(id)? else {
            return Ok(None);
        };
        let current = current.secret();
        let (AuthMethod::AzureAccountKey, Some(account)) = (current.method(), current.identity())
        else {
            return Ok(None);
        };
        let account = account.text();
        let named = match self.0.take() {
            Some(named) => named,
            None => named_by_account(reader)?,
        };
        let names = self.0.insert(named).get(account);
        Ok(names.map(|names| format!(
            "A SAS stops working when the account key that signed it is made anew. This vault has these of the account {account}: {names}."
        )))
    }
}

fn named_by_account(reader: &Reader<'_>) -> Answer<HashMap<String, String>> {
    let mut names: HashMap<String, Vec<String>> = HashMap::new();
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
        for listed in &page.secrets {
            if let Some(account) = account_of_sas(&listed.secret) {
                let name = format!("\"{}\"", listed.secret.name().as_str());
                names.entry(account).or_default().push(name);
            }
        }
        match page.next {
            Some(next) => start = Start::After(next),
            None => break,
        }
    }
    let listed = names.into_iter();
    Ok(listed
        .filter_map(|(account, names)| Some((account, held::listed(names)?)))
        .collect())
}

fn account_of_sas(secret: &Secret) -> Option<String> {
    let identity = secret.identity()?;
    (secret.method() == AuthMethod::AzureSasUrl).then(|| identity.text().to_owned())
}
