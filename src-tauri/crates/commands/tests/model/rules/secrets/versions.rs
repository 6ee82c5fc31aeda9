//! Old versions restored and destroyed (HIST-03, HIST-04).

use super::super::{Done, Faults, Model, Refusal, refused};
use super::{Holding, Secret, Version, any_number, destroy, reason_of};
use crate::asks::{OfVersion, Version as AskedVersion, Which, fields_of};

impl Model {
    pub(in crate::rules) fn restore(&mut self, ask: &OfVersion) -> Result<Done, Box<Refusal>> {
        let place = self.secret_and_version(ask)?;
        let place = place.filter(|place| !self.secrets[*place].trashed);
        let place = place.ok_or_else(|| refused("not_found"))?;
        let index = version_index(&self.secrets[place], ask.version)?;
        let secret = &self.secrets[place];
        let origin = &secret.versions()[index];
        let Some(values) = origin.values.clone() else {
            return Err(refused("invalid_request"));
        };
        if fields_of(origin.method) != fields_of(secret.method) {
            return Err(refused("invalid_request"));
        }
        let mut faults = Faults::default();
        faults.of_create("reason", &ask.reason);
        faults.refuse()?;
        if secret.in_use().and_then(|version| version.values.as_ref()) == Some(&values) {
            return Ok(Done {
                hints: ["value_unchanged"].into(),
                record: Some(place),
                ..Done::default()
            });
        }
        let version = Version {
            state: "current",
            method: secret.method,
            values: Some(values),
            how: "restored",
            origin: Some(index + 1),
            reason: reason_of(&ask.reason),
            created_by: self.by.member,
            forgotten: false,
        };
        let secret = &mut self.secrets[place];
        secret.put_in_use(version, false);
        secret.revision += 1;
        Ok(Done {
            what: Some("updated"),
            changed: vec!["credentials"],
            actions: vec!["secret_restored"],
            record: Some(place),
            ..Done::default()
        })
    }

    pub(in crate::rules) fn destroy_version(
        &mut self,
        ask: &OfVersion,
        forget: Option<bool>,
    ) -> Result<Done, Box<Refusal>> {
        let place = self.secret_and_version(ask)?;
        let place = place.ok_or_else(|| refused("not_found"))?;
        let index = version_index(&self.secrets[place], ask.version)?;
        let secret = &mut self.secrets[place];
        let Holding::Direct(versions) = &mut secret.holding else {
            return Err(refused("not_found"));
        };
        let version = &mut versions[index];
        if version.state == "current" {
            return Err(refused("invalid_request"));
        }
        let mut faults = Faults::default();
        faults.of_create("reason", &ask.reason);
        faults.refuse()?;
        let forgets = forget == Some(true) && !version.forgotten;
        if version.values.is_none() && !forgets {
            return Ok(Done {
                record: Some(place),
                ..Done::default()
            });
        }
        destroy(version);
        version.forgotten |= forgets;
        secret.revision += 1;
        Ok(Done {
            what: Some("updated"),
            changed: vec!["versions"],
            actions: vec!["version_destroyed"],
            record: Some(place),
            ..Done::default()
        })
    }

    /// As [`Self::named_secret`]; beside a faulty id, a version that no secret can have is told too.
    fn secret_and_version(&self, ask: &OfVersion) -> Result<Option<usize>, Box<Refusal>> {
        if !matches!(ask.which, Which::OtherKind) {
            return Ok(self.secret_at(ask.which));
        }
        let mut faults = Faults::default();
        faults.at("id");
        if matches!(
            ask.version,
            AskedVersion::Absent | AskedVersion::Number(..=0)
        ) {
            faults.at("version");
        }
        faults.refuse()?;
        Ok(None)
    }
}

fn version_index(secret: &Secret, version: AskedVersion) -> Result<usize, Box<Refusal>> {
    let versions = secret.versions().len();
    let number = match version {
        AskedVersion::Absent => {
            let mut faults = Faults::default();
            faults.at("version");
            faults.refuse()?;
            return Err(refused("validation_error"));
        }
        AskedVersion::Number(number) => usize::try_from(number).ok(),
        AskedVersion::Any(any) => Some(any_number(versions, any)),
    };
    number
        .filter(|number| (1..=versions).contains(number))
        .map(|number| number - 1)
        .ok_or_else(|| refused("not_found"))
}
