//! Asks that say "what fits" filled in by what there is, so that long sequences get somewhere.

use super::values::{method_of, type_of};
use super::{Faults, Holding, Model};
use crate::asks::{
    Ask, CONNECTIONS, Connection, CreateSecret, Credentials, Field, Link, Mapping, Mappings,
    REFERENCES, Said, UpdateSecret, Way, fields_of, texts_of, values_of,
};

impl Model {
    /// The ask as it is sent.
    pub fn fill_in(&self, ask: &Ask) -> Ask {
        let mut ask = ask.clone();
        match &mut ask {
            Ask::CreateSecret(ask) => self.fill_in_create(ask),
            Ask::UpdateSecret(ask) => self.fill_in_update(ask),
            Ask::CreateLocation(ask) if ask.fits => {
                let Link::To(which) = ask.secret else {
                    return Ask::CreateLocation(ask.clone());
                };
                if let Some(place) = self.secret_at(which) {
                    let kind = self.secrets[place].kind();
                    ask.location_type = Some(match kind {
                        "generic" => Said::wrong(kind),
                        kind => Said::right(kind, kind),
                    });
                }
            }
            Ask::RotateToken(ask) => {
                let method = self
                    .connection_at(ask.which)
                    .map(|place| self.connections[place].method);
                if let (Some(pick), Some(method)) = (ask.fitting, method) {
                    let (_, _, _, token) = CONNECTIONS.iter().find(|row| row.1 == method).unwrap();
                    let fields = token.iter().map(|&name| {
                        let (sent, held) = pick_from(texts_of(name), pick);
                        Field {
                            name,
                            said: Said::right(sent, held),
                        }
                    });
                    ask.credentials = Credentials::Fields(fields.collect());
                }
            }
            _ => {}
        }
        ask
    }

    fn fill_in_create(&self, ask: &mut CreateSecret) {
        let Some(picks) = ask.way.fitting else { return };
        let kind = ask.secret_type.as_ref().and_then(Said::meant);
        let method = method_of(kind, &ask.auth_method, None, &mut Faults::default()).unwrap();
        let connection = ask.way.connection.and_then(|connection| match connection {
            Connection::Of(which) => self.connection_at(which),
            Connection::Null => None,
        });
        match connection {
            Some(place) => {
                ask.way.mappings = Some(mappings(method, self.provider_at(place), picks))
            }
            None => {
                // Now and then right credentials beside a second way.
                ask.way.connection.take_if(|_| picks[0] % 4 > 0);
                ask.way.credentials = Some(values(method, picks));
            }
        }
    }

    fn fill_in_update(&self, ask: &mut UpdateSecret) {
        let (Some(picks), Some(place)) = (ask.way.fitting, self.secret_at(ask.which)) else {
            return;
        };
        let secret = &self.secrets[place];
        let kind = ask
            .secret_type
            .as_ref()
            .and_then(Said::meant)
            .unwrap_or(type_of(secret.method));
        let current = Some(secret.method);
        let Some(method) = method_of(
            Some(kind),
            &ask.auth_method,
            current,
            &mut Faults::default(),
        ) else {
            return;
        };
        ask.way = match &secret.holding {
            Holding::Direct(_) => Way {
                credentials: Some(values(method, picks)),
                ..Way::default()
            },
            Holding::External { connection, .. } => Way {
                mappings: Some(mappings(method, self.provider_at(*connection), picks)),
                ..Way::default()
            },
        };
    }
}

fn pick_from<T: Copy>(choices: &[T], pick: usize) -> T {
    choices[pick % choices.len()]
}

fn values(method: &str, picks: [usize; 2]) -> Credentials {
    let fields = fields_of(method).iter().zip(picks).map(|(&name, pick)| {
        let value = pick_from(&values_of(name), pick);
        Field {
            name,
            said: Said::right(value, value),
        }
    });
    Credentials::Fields(fields.collect())
}

fn mappings(method: &str, provider: &str, picks: [usize; 2]) -> Mappings {
    let right = if provider == "onepassword" {
        &REFERENCES[..2]
    } else {
        &REFERENCES[2..4]
    };
    let all = fields_of(method)
        .iter()
        .zip(picks)
        .map(|(&field, pick)| Mapping {
            field,
            reference: pick_from(right, pick),
        });
    Mappings::Of(all.collect())
}
