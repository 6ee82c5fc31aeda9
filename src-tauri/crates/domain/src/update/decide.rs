//! What an update comes to, given the rest of the vault.

use super::UpdateDraft;
use crate::audit::{Action, AuditDraft};
use crate::facts::UpdateFacts;
use crate::fault::Hint;
use crate::history::{self, Aftermath, next_number, turn_over};
use crate::identity::Identity;
use crate::plan::{
    Change, Context, Decision, Done, NewVersion, Outcome, Plan, PlanParts, ToldOfVersion,
};
use crate::record_plan::require_revision;
use crate::reject::{Dependant, Offer, Rejection};
use crate::role::{Permission, require};
use crate::rotation::{at_work, rotations};
use crate::secret::{Holding, Secret};
use crate::time::Timestamp;
use crate::told::end_is_lost;
use crate::values_input::NewValues;
use crate::version::{Version, VersionNumber, VersionParts, VersionState};

impl UpdateDraft<'_> {
    pub fn decide(self, facts: &UpdateFacts, context: &Context) -> Result<Decision, Rejection> {
        require(&context.actor, Permission::ManageSecrets)?;
        let current_revision = self.current.secret().revision();
        require_revision("secret", self.expected_revision, current_revision)?;
        self.require_free_names(facts)?;
        self.require_no_typed_links(facts)?;
        self.require_no_rotation(facts)?;
        if self.changed.is_empty() {
            return Ok(Decision::Unchanged(self.answer(Done::Unchanged)));
        }
        Ok(Decision::Change(Box::new(self.into_plan(context))))
    }

    fn require_free_names(&self, facts: &UpdateFacts) -> Result<(), Rejection> {
        let name = self.changed.contains(&"name").then_some(&self.after.name);
        let env_key = self
            .after
            .env_key
            .as_ref()
            .filter(|_| self.changed.contains(&"env_key"));
        facts.names.require_free(name, env_key)
    }

    /// A linked location has the secret's type and keeps it for good, so any link blocks (UPDATE-05).
    fn require_no_typed_links(&self, facts: &UpdateFacts) -> Result<(), Rejection> {
        if !self.changed.contains(&"secret_type") {
            return Ok(());
        }
        let locations: Vec<Dependant> = facts
            .dependants
            .iter()
            .filter(|dependant| matches!(dependant, Dependant::Location { .. }))
            .cloned()
            .collect();
        if locations.is_empty() {
            return Ok(());
        }
        let message = "Locations of the present type use this secret. Unlink them, or make a new secret of the other type.";
        Err(Rejection::in_use(message, locations)
            .with_offers(&[Offer::UnlinkLocations, Offer::CopyWithNewType]))
    }

    /// A run is at work on the values in use, and knows them by their method.
    fn require_no_rotation(&self, facts: &UpdateFacts) -> Result<(), Rejection> {
        let of_values = ["secret_type", "auth_method", "credentials"];
        let touches_values = of_values.iter().any(|field| self.changed.contains(field));
        if touches_values && self.current.held().is_some() {
            return Err(at_work(rotations(&facts.dependants)));
        }
        Ok(())
    }

    fn answer(&self, done: Done) -> Outcome {
        Outcome {
            name: self.after.name.as_str().to_owned(),
            done,
            changed: self.changed.clone(),
            hints: self.hints.clone(),
        }
    }

    fn into_plan(mut self, context: &Context) -> Plan {
        let before = self.current.secret();
        let at = context.now.max(before.updated_at());
        let action = self.action();
        let aftermath = self.aftermath(at);
        // The same values under another method are somebody else's, or say nothing.
        if self.changed.contains(&"auth_method") || self.changed.contains(&"secret_type") {
            self.after.identity = None;
        }
        let new_version = self
            .new_values
            .take()
            .map(|new| self.put_in_use(new, at, context));
        if self.changed.contains(&"field_mappings") {
            self.after.rotated_at = at;
            self.after.made_at = at;
        }
        self.after.revision += 1;
        self.after.updated_at = at;
        let told = self.note_end();
        let answer = self.answer(Done::Updated);
        let audit = AuditDraft {
            action,
            changed: self.changed.clone(),
            reason: self.reason.clone(),
        };
        Plan::decided(PlanParts {
            secret: Secret::from_stored(self.after),
            change: Change::Update,
            based_on: Some(before.revision()),
            new_version,
            earlier: Vec::new(),
            states: aftermath.states,
            told,
            destroy: aftermath.destroy,
            forget: Vec::new(),
            unlink: Vec::new(),
            audit,
            answer,
        })
    }

    /// Answers what the version in use gets where no other follows it.
    fn note_end(&mut self) -> Option<ToldOfVersion> {
        let before = self.current.secret().expires_at();
        let after = self.after.expires_at;
        if before == after {
            return None;
        }
        if let Some(ended) = before.filter(|_| end_is_lost(before, after)) {
            self.changed.push("expires_at");
            let message = format!(
                "The value before was known to end on {ended}. Whether this one ends is not known."
            );
            let loc = vec!["credentials".into()];
            self.hints.push(Hint::new(loc, "end_unknown", message));
        }
        let same_version = self.current.secret().current_version() == self.after.holding.current();
        let number = self.after.holding.current().filter(|_| same_version)?;
        Some(ToldOfVersion {
            number,
            made_at: self.after.made_at,
            expires_at: after,
        })
    }

    /// One entry for one update: it is named for the gravest thing in it, and lists the rest.
    fn action(&self) -> Action {
        if !self.widened.is_empty() {
            Action::DomainsWidened
        } else if self.new_values.is_some() {
            Action::SecretRotated
        } else {
            Action::SecretUpdated
        }
    }

    fn aftermath(&self, at: Timestamp) -> Aftermath {
        if self.new_values.is_some() {
            return turn_over(self.current, self.after.history, self.previous, at);
        }
        if self.changed.contains(&"history") {
            let destroy = history::values_past_number(self.current, self.after.history);
            return Aftermath {
                states: Vec::new(),
                destroy,
            };
        }
        Aftermath::default()
    }

    fn put_in_use(&mut self, new: NewValues, at: Timestamp, context: &Context) -> NewVersion {
        let number: VersionNumber = next_number(self.current.versions());
        self.after.holding = Holding::Direct { current: number };
        self.after.rotated_at = at;
        self.after.made_at = at;
        self.after.expires_at = new.credentials.expires_at().or(self.expires_at);
        self.after.identity = Identity::of(&new.credentials);
        self.after.hint_count = u32::try_from(new.hints.len()).unwrap_or(u32::MAX);
        let version = Version::from_stored(VersionParts {
            id: context.new_version_id,
            secret: self.after.id,
            number,
            method: self.after.method,
            state: VersionState::Current,
            created_at: at,
            created_by: context.actor.member,
            how: new.how,
            reason: self.reason.clone(),
            origin: None,
            masks: Some(new.credentials.masks()),
            made_at: at,
            expires_at: self.after.expires_at,
        });
        NewVersion {
            version,
            credentials: new.credentials,
        }
    }
}
