//! Asks that say "what fits" filled in by what there is, so that long sequences get somewhere.

use super::values::{method_of, type_of};
use super::{Faults, Holding, Model};
use crate::asks::{
    ActOnMember, Ask, CONNECTIONS, Code, Confirm, Connection, CreateSecret, Credentials, Field,
    Invite, Link, Mapping, Mappings, OwnPassword, REFERENCES, Said, UpdateSecret, Way, fields_of,
    texts_of, values_of,
};

/// What comes of an ask for which there is nothing.
const NOTHING: Ask = Ask::TurnClock(0);

impl Model {
    /// The ask as it is sent by this member.
    pub fn fill_in(&self, by: usize, ask: &Ask) -> Ask {
        let mut ask = ask.clone();
        match &mut ask {
            Ask::Aimed(aim, picks) => return self.aimed(*aim, *picks).unwrap_or(NOTHING),
            Ask::Invite(Invite { confirm, .. })
            | Ask::ChangeRole(ActOnMember { confirm, .. }, _)
            | Ask::RemoveMember(ActOnMember { confirm, .. })
            | Ask::Rekey(confirm)
            | Ask::ChangePassword(OwnPassword {
                current: confirm, ..
            })
            | Ask::RenewIdentity(OwnPassword {
                current: confirm, ..
            }) if *confirm == Confirm::Wrong && !self.may_miss(by) => {
                *confirm = Confirm::Right;
            }
            Ask::Join(_) if self.nobody_is_invited() => return NOTHING,
            Ask::Join(ask) => {
                let may_miss = self.used_code().is_some() && self.may_miss(self.joining(ask));
                if ask.code == Code::Wrong && !may_miss {
                    ask.code = Code::Right;
                }
            }
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
                    ask.credentials = Credentials::Fields(texts(token, pick));
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

pub(super) fn pick_from<T: Copy>(choices: &[T], pick: usize) -> T {
    choices[pick % choices.len()]
}

/// Right texts of these fields of a connection.
pub(super) fn texts(names: &[&'static str], pick: usize) -> Vec<Field> {
    let field = |&name: &&'static str| {
        let (sent, held) = pick_from(texts_of(name), pick);
        Field {
            name,
            said: Said::right(sent, held),
        }
    };
    names.iter().map(field).collect()
}

pub(super) fn values(method: &str, picks: [usize; 2]) -> Credentials {
    let fields = fields_of(method).iter().zip(picks).map(|(&name, pick)| {
        let value = pick_from(&values_of(name), pick);
        Field {
            name,
            said: Said::right(value, value),
        }
    });
    Credentials::Fields(fields.collect())
}

pub(super) fn mappings(method: &str, provider: &str, picks: [usize; 2]) -> Mappings {
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
