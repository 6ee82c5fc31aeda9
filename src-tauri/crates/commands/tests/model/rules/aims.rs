//! Aimed asks, written out for the records that there are.

mod records;

use super::fitting::{mappings, values};
use super::{Holding, Model, Secret};
use crate::asks::{Aim, Ask, Connection, Expected, Kind, Said};
use records::{pick, said};

impl Model {
    /// `None` where there is nothing to aim at.
    pub(super) fn aimed(&self, aim: Aim, [first, second]: [usize; 2]) -> Option<Ask> {
        let live = |wanted: &dyn Fn(&Secret) -> bool| self.live_secret(first, wanted);
        let another = |than: usize| {
            let all = 0..self.secrets.len();
            let others = all.filter(|place| *place != than && self.is_live(*place));
            pick(others.collect(), second)
        };
        Some(match aim {
            Aim::Create => self.new_generic(self.fresh_name(), Some(self.fresh_key()), second),
            Aim::CreateUnderTakenKey => {
                let holder = live(&|secret| secret.env_key.is_some())?;
                let key = self.secrets[holder].env_key.clone();
                self.new_generic(self.fresh_name(), key, second)
            }
            Aim::CreateTaken(Kind::Secret) => {
                self.new_generic(self.name_of_secret(live(&|_| true)?), None, second)
            }
            Aim::CreateTaken(_) => {
                let holder = self.any_connection(first)?;
                self.new_connection(self.connection_name(holder), second)
            }
            Aim::CreateConnection => {
                let name = self.fresh_connection_name();
                self.new_connection(name, second)
            }
            Aim::CreateTakenReferringToNothing(Kind::Secret) => {
                self.new_external(self.name_of_secret(live(&|_| true)?))
            }
            Aim::CreateTakenReferringToNothing(_) => self.new_location(self.any_location(first)?),
            Aim::TakeNameAtOldRevision(Kind::Secret) => {
                let place = live(&|_| true)?;
                let mut ask = self.update_of(place);
                ask.name = Some(said(self.name_of_secret(another(place)?)));
                ask.expected = Expected::over(second);
                Ask::UpdateSecret(Box::new(ask))
            }
            Aim::TakeKeyAtOldRevision => {
                let keyed = |secret: &Secret| secret.env_key.is_some();
                let holder = live(&keyed)?;
                let generic = |place: &usize| {
                    *place != holder
                        && self.is_live(*place)
                        && self.secrets[*place].method == "opaque_value"
                };
                let place = pick((0..self.secrets.len()).filter(generic).collect(), second)?;
                let key = self.secrets[holder].env_key.clone()?;
                let mut ask = self.update_of(place);
                ask.env_key = Some(Said::right(key.clone(), key));
                ask.expected = Expected::over(second);
                Ask::UpdateSecret(Box::new(ask))
            }
            Aim::TakeNameAtOldRevision(Kind::Location) => self.rename_location(first, second)?,
            Aim::TakeNameAtOldRevision(Kind::Connection) => {
                let place = self.any_connection(first)?;
                let name = self.connection_name(self.connection_beside(place, second)?);
                let mut ask = self.connection_update(place);
                ask.name = Some(said(name));
                ask.expected = Expected::over(second);
                Ask::UpdateConnection(Box::new(ask))
            }
            Aim::Describe(Kind::Connection) => {
                let mut ask = self.connection_update(self.any_connection(first)?);
                ask.description = Some(Said::right("where it leads", "where it leads".to_owned()));
                Ask::UpdateConnection(Box::new(ask))
            }
            Aim::Clear(Kind::Connection) => {
                let mut ask = self.connection_update(self.any_connection(first)?);
                ask.description = Some(Said::null());
                Ask::UpdateConnection(Box::new(ask))
            }
            Aim::Describe(_) => {
                let mut ask = self.update_of(live(&|_| true)?);
                ask.description = Some(Said::right("what it is for", "what it is for".to_owned()));
                ask.notes = Some(Said::right("by whom", "by whom".to_owned()));
                ask.tags = Some(Said::right(vec!["a"], ["a".to_owned()].into()));
                Ask::UpdateSecret(Box::new(ask))
            }
            Aim::Clear(_) => {
                let mut ask = self.update_of(live(&|_| true)?);
                (ask.description, ask.notes) = (Some(Said::null()), Some(Said::null()));
                (ask.tags, ask.domains) = (Some(Said::null()), Some(Said::null()));
                ask.env_key = Some(Said::null());
                Ask::UpdateSecret(Box::new(ask))
            }
            Aim::BothWays => {
                let place = live(&|_| true)?;
                let method = self.secrets[place].method;
                let mut ask = self.update_of(place);
                ask.way.credentials = Some(values(method, [first, second]));
                ask.way.mappings = Some(mappings(method, "onepassword", [first, second]));
                Ask::UpdateSecret(Box::new(ask))
            }
            Aim::SameConnection => {
                let external = |secret: &Secret| secret.versions().is_empty();
                let place = live(&external)?;
                let Holding::External { connection, .. } = self.secrets[place].holding else {
                    return None;
                };
                let mut ask = self.update_of(place);
                ask.way.connection = Some(Connection::Of(self.which_connection(connection)));
                Ask::UpdateSecret(Box::new(ask))
            }
            Aim::UndeleteFree => Ask::UndeleteSecret(self.which_trashed_and_free(first)?),
            Aim::TokenBesideFixed => self.token_beside_fixed(first, second)?,
        })
    }
}
