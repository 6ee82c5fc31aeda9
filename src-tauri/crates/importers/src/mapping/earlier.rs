//! Values that others have replaced: versions of their secret, or a secret of their own where it has none of their form.

use domain::catalogue::AuthMethod;

use super::draft::Draft;
use super::{Work, generic};
use crate::material::{EarlierText, FieldName, Part, day, field_line};
use crate::parsed::{EarlierValue, Fate, Home, ValueKind};

/// Where the earlier values of a path go.
enum Owner {
    Secret(usize),
    /// None has such values yet.
    Nobody,
}

impl Work<'_> {
    /// Earlier values come oldest first; the newest of those without a secret becomes one.
    pub(super) fn give_earlier(&mut self) {
        let material = self.material;
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
            let secret = match self.owner(&earlier.of) {
                Owner::Secret(secret) => {
                    if let Some(draft) = self.drafts.get_mut(secret) {
                        draft.earlier.push(EarlierValue {
                            credentials,
                            at: earlier.at,
                        });
                    }
                    secret
                }
                Owner::Nobody => {
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
                    self.drafts.len() - 1
                }
            };
            let at = Home::Earlier { secret };
            self.more_fields.push(field_line(field, Fate::Kept { at }));
        }
        for draft in &mut self.drafts {
            draft.earlier.reverse();
        }
    }

    fn owner(&self, path: &str) -> Owner {
        self.drafts
            .iter()
            .position(|draft| {
                draft.credentials.method() == AuthMethod::OpaqueValue
                    && draft.paths.iter().any(|known| known == path)
            })
            .map_or(Owner::Nobody, Owner::Secret)
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
