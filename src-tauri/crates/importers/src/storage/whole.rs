//! One text that is a whole credential.

use domain::catalogue::AuthMethod;
use domain::secret_text::SecretText;

use super::Search;
use crate::azure::ConnectionString;
use crate::secret_like::is_signed_url;

/// The fields of a credential that one text holds.
struct Whole {
    method: AuthMethod,
    fields: Vec<(String, SecretText)>,
}

impl Search<'_> {
    pub(super) fn whole(&mut self, index: usize) {
        let Some(part) = self.part(index).filter(|_| self.is_free(index)) else {
            return;
        };
        if let Some(whole) = read_whole(&part.text) {
            self.take_fields(whole.method, whole.fields, &[index], None);
        }
    }
}

fn read_whole(text: &str) -> Option<Whole> {
    let one = |method: AuthMethod| {
        let field = method.fields().first()?;
        Some(Whole {
            method,
            fields: vec![(field.name.to_owned(), SecretText::new(text.to_owned()))],
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

/// The account and key of an Azure connection string, else its signature behind its endpoint.
fn of_connection_string(text: &str) -> Option<Whole> {
    let found = ConnectionString::parse(text).filter(|found| !found.is_emulator())?;
    if let Some((account, key)) = found.account() {
        let names = AuthMethod::AzureAccountKey.fields().iter();
        let fields = names.map(|field| field.name.to_owned());
        let values = [account, key].map(|text| SecretText::new(text.to_owned()));
        return Some(Whole {
            method: AuthMethod::AzureAccountKey,
            fields: fields.zip(values).collect(),
        });
    }
    let url = found.sas_url()?;
    let field = AuthMethod::AzureSasUrl.fields().first()?;
    Some(Whole {
        method: AuthMethod::AzureSasUrl,
        fields: vec![(field.name.to_owned(), SecretText::new(url.to_string()))],
    })
}
