//! One text that is a whole credential.

use domain::catalogue::AuthMethod;
use domain::secret_text::SecretText;

use super::Search;
use crate::azure::{ACCOUNT_KEY, ACCOUNT_NAME, BLOB_ENDPOINT, ConnectionString, SIGNATURE};
use crate::secret_like::is_signed_url;

/// The fields of a credential that one text holds.
struct Whole {
    method: AuthMethod,
    fields: Vec<(String, SecretText)>,
    /// What of the text is not in the fields.
    changed: Option<&'static str>,
}

impl Search<'_> {
    pub(super) fn whole(&mut self, index: usize) {
        let Some(part) = self.part(index).filter(|_| self.is_free(index)) else {
            return;
        };
        if let Some(whole) = read_whole(&part.text) {
            let is_taken = self.take_fields(whole.method, whole.fields, &[index], None);
            if let Some(taken) = self.matches.last_mut().filter(|_| is_taken) {
                taken.changed = whole.changed.map(str::to_owned);
            }
        }
    }
}

fn read_whole(text: &str) -> Option<Whole> {
    let one = |method: AuthMethod| {
        let field = method.fields().first()?;
        Some(Whole {
            method,
            fields: vec![(field.name.to_owned(), SecretText::new(text.to_owned()))],
            changed: None,
        })
    };
    if text.trim_start().starts_with('{') && text.contains("service_account") {
        return one(AuthMethod::GcsServiceAccount);
    }
    if is_signed_url(text) {
        return one(AuthMethod::AzureSasUrl);
    }
    of_connection_string(text)
}

/// The account and key of an Azure connection string, else its signature behind its endpoint. One that says more stays as it is:
/// another cloud, an endpoint of its own or a signature beside the key would be lost.
fn of_connection_string(text: &str) -> Option<Whole> {
    let found = ConnectionString::parse(text).filter(|found| !found.is_emulator())?;
    if let Some((account, key)) = found.account() {
        if found.says_more_than(&[ACCOUNT_NAME, ACCOUNT_KEY]) {
            return None;
        }
        let names = AuthMethod::AzureAccountKey.fields().iter();
        let fields = names.map(|field| field.name.to_owned());
        let values = [account, key].map(|text| SecretText::new(text.to_owned()));
        return Some(Whole {
            method: AuthMethod::AzureAccountKey,
            fields: fields.zip(values).collect(),
            changed: Some("only the account and its key are kept"),
        });
    }
    let place = [BLOB_ENDPOINT, ACCOUNT_NAME]
        .into_iter()
        .find(|name| found.get(name).is_some())?;
    if found.says_more_than(&[place, SIGNATURE]) {
        return None;
    }
    let url = found.sas_url()?;
    let field = AuthMethod::AzureSasUrl.fields().first()?;
    Some(Whole {
        method: AuthMethod::AzureSasUrl,
        fields: vec![(field.name.to_owned(), SecretText::new(url.to_string()))],
        changed: Some("the signature is kept behind the endpoint it is for"),
    })
}
