//! Values that others have replaced: versions of their secret, or a secret of their own where it has none of their form.

use std::collections::BTreeMap;

use domain::catalogue::AuthMethod;

use super::draft::Draft;
use super::{Work, generic};
use crate::material::{EarlierText, FieldName, Part, day, field_line};
use crate::parsed::{EarlierValue, Fate, Home, ValueKind};

impl Work<'_> {
    /// Earlier values come oldest first; the newest of those without a secret becomes one.
    pub(super) fn give_earlier(&mut self) {
        let material = self.material;
        let mut owners = self.owners();
        for earlier in material.earlier.iter().rev() {
            let name = earlier_name(earlier);
            let field = FieldName {
                section: "",
                label: &name,
                path: &earlier.of,
            };
            let (credentials, hints) = match generic(&earlier.text) {
                Ok(taken) => taken,
                Err(reason) => {
                    self.leave_out(field, reason);
                    let reason = reason.to_owned();
                    self.more_fields
                        .push(field_line(field, Fate::LeftOut { reason }));
                    continue;
                }
            };
            let secret = match owners.get(&earlier.of).copied() {
                Some(secret) => {
                    if let Some(draft) = self.drafts.get_mut(secret) {
                        draft.earlier.push(EarlierValue {
                            credentials,
                            at: earlier.at,
                        });
                    }
                    secret
                }
                None => {
                    let path = format!("{}.earlier", earlier.of);
                    let label = format!("earlier {}", label_of(&earlier.of));
                    let part = Part::secret(&label, &path, "").of(ValueKind::Password);
                    let mut draft = Draft::new(&part, credentials, hints);
                    draft.paths = vec![earlier.of.clone()];
                    self.drafts.push(draft);
                    self.remarks.push(
                        "Earlier values whose present one is not of the same form are kept as a secret of their own."
                            .to_owned(),
                    );
                    let secret = self.drafts.len() - 1;
                    owners.insert(earlier.of.clone(), secret);
                    secret
                }
            };
            let at = Home::Earlier { secret };
            self.more_fields.push(field_line(field, Fate::Kept { at }));
        }
        for draft in &mut self.drafts {
            draft.earlier.reverse();
        }
    }

    /// For each path, the first secret that has earlier values of it.
    fn owners(&self) -> BTreeMap<String, usize> {
        let mut owners = BTreeMap::new();
        let drafts = self.drafts.iter().enumerate();
        for (secret, draft) in
            drafts.filter(|(_, draft)| draft.credentials.method() == AuthMethod::OpaqueValue)
        {
            for path in &draft.paths {
                owners.entry(path.clone()).or_insert(secret);
            }
        }
        owners
    }
}

fn earlier_name(earlier: &EarlierText) -> String {
    let label = label_of(&earlier.of);
    match earlier.at {
        Some(at) => format!("earlier {label} ({})", day(at)),
        None => format!("earlier {label}"),
    }
}

/// The last word of a path: `details.password` is a password.
fn label_of(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
