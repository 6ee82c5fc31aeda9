//! Every member of an update checked, and laid over the secret as it is.

use std::borrow::Cow;

use super::values::{remap, replaced, require_same_fields};
use super::{UpdateDraft, UpdateInput, UpdateMeans, ValuesChange};
use crate::allowed_domains::AllowedDomains;
use crate::create::{env_key_not_generic, parse_env_key};
use crate::fault::{Fault, Hint};
use crate::findings::Findings;
use crate::history::{self, Previous};
use crate::method_choice::{self, MethodChoice};
use crate::plan::Context;
use crate::reject::Rejection;
use crate::request::{Patch, TextList};
use crate::secret::{SecretParts, SecretWithVersions};
use crate::tags::Tags;
use crate::text::{Description, Notes, Reason, SecretName};
use crate::values_input;

impl UpdateInput {
    /// The draft is worth something only if the findings hold no fault.
    pub(super) fn examine<'a>(
        mut self,
        current: &'a SecretWithVersions,
        context: &Context,
        mut means: UpdateMeans<'_>,
        findings: &mut Findings,
    ) -> Result<UpdateDraft<'a>, Rejection> {
        let nulls = self.wrong_nulls();
        let values_change = self.take_values_change(current)?;
        for member in nulls {
            findings.wrong_null(member);
        }
        let before = current.secret().to_parts();
        let mut after = before.clone();
        self.lay_over_texts(&mut after, findings);
        let choice = method_choice::for_update(
            set(&self.secret_type),
            set(&self.auth_method),
            before.method,
            findings,
        );
        let brings_values = matches!(values_change, ValuesChange::Replace(_));
        let mut new_values = None;
        let method = choice.judged_by();
        if let Some(method) = method {
            after.method = method;
        }
        match (values_change, method) {
            (ValuesChange::Stay, Some(method)) => require_same_fields(&before, method, findings),
            (ValuesChange::Replace(input), Some(method)) => {
                new_values = replaced(input, method, self.origin, context, &mut means, findings)?;
            }
            (ValuesChange::Remap(mappings), Some(_)) => {
                remap(&mut after, &mappings, means.provider, findings);
            }
            (ValuesChange::Replace(input), None) => {
                values_input::judge_loosely(input, &choice, findings);
            }
            (ValuesChange::Stay | ValuesChange::Remap(_), None) => {}
        }
        self.lay_over_use(&mut after, &choice, findings);
        let expires_at = self.origin.expires_at();
        after.expires_at = expires_at.or(after.expires_at);
        let previous = self.parse_previous(brings_values, findings);
        let reason =
            set(&self.reason).and_then(|text| findings.take("reason", Reason::parse(text)));
        let widened = AllowedDomains::widened(&before.allowed_domains, &after.allowed_domains);
        if !widened.is_empty() {
            findings.hint(widened_hint(&widened));
        }
        Ok(UpdateDraft {
            changed: changed_fields(&before, &after, new_values.is_some()),
            current,
            after,
            new_values,
            expires_at,
            previous,
            expected_revision: match self.expected_revision {
                Patch::Set(revision) => Some(revision),
                Patch::Absent | Patch::Clear => None,
            },
            reason,
            widened,
            hints: Vec::new(),
        })
    }

    /// Members that are `null` and cannot be empty (UPDATE-01).
    fn wrong_nulls(&self) -> Vec<&'static str> {
        [
            ("name", is_null(&self.name)),
            ("secret_type", is_null(&self.secret_type)),
            ("auth_method", is_null(&self.auth_method)),
            ("credentials", is_null(&self.credentials)),
            ("generate", is_null(&self.generate)),
            ("previous", is_null(&self.previous)),
            ("field_mappings", is_null(&self.field_mappings)),
            ("history", is_null(&self.history)),
            ("expected_revision", is_null(&self.expected_revision)),
            ("reason", is_null(&self.reason)),
        ]
        .into_iter()
        .filter(|(_, is_null)| *is_null)
        .map(|(member, _)| member)
        .collect()
    }

    fn lay_over_texts(&self, after: &mut SecretParts, findings: &mut Findings) {
        if let Some(text) = set(&self.name) {
            lay(
                &mut after.name,
                findings.take("name", SecretName::parse(text)),
            );
        }
        if let Some(text) = set_or_cleared(&self.description, "") {
            lay(
                &mut after.description,
                findings.take("description", Description::parse(text)),
            );
        }
        if let Some(text) = set_or_cleared(&self.notes, "") {
            lay(&mut after.notes, findings.take("notes", Notes::parse(text)));
        }
        if let Some(tags) = list_or_cleared(&self.tags) {
            lay(
                &mut after.tags,
                findings.take_listed(Tags::parse_items(tags.iter())),
            );
        }
    }

    /// Where the value may go, under which name, and how long old ones stay.
    fn lay_over_use(
        &self,
        after: &mut SecretParts,
        choice: &MethodChoice,
        findings: &mut Findings,
    ) {
        match &self.env_key {
            Patch::Set(text) => after.env_key = parse_env_key(text, choice, findings),
            Patch::Clear => after.env_key = None,
            Patch::Absent => {
                if after.env_key.is_some() && choice.excludes_generic() {
                    findings.fault("env_key", env_key_not_generic());
                }
            }
        }
        if let Some(patterns) = list_or_cleared(&self.allowed_domains) {
            lay(&mut after.allowed_domains, findings.take_domains(&patterns));
        }
        if let Patch::Set(input) = &self.history {
            lay(&mut after.history, history::parse_policy(input, findings));
        }
    }

    fn parse_previous(&self, brings_values: bool, findings: &mut Findings) -> Previous {
        let Some(text) = set(&self.previous) else {
            return Previous::Keep;
        };
        let parsed = Previous::parse(text)
            .ok_or_else(|| Fault::new("unknown_value", "Say \"keep\" or \"destroy\"."));
        let previous = findings.take("previous", parsed).unwrap_or_default();
        if previous == Previous::Destroy && !brings_values {
            let message =
                "There is a previous value to destroy only where a new one comes with it.";
            findings.fault("previous", Fault::new("needs_credentials", message));
        }
        previous
    }
}

/// Compares normalised values; in the order of the request's documentation (UPDATE-03).
fn changed_fields(
    before: &SecretParts,
    after: &SecretParts,
    has_new_values: bool,
) -> Vec<&'static str> {
    [
        ("name", before.name != after.name),
        ("description", before.description != after.description),
        ("notes", before.notes != after.notes),
        ("tags", before.tags != after.tags),
        (
            "secret_type",
            before.method.secret_type() != after.method.secret_type(),
        ),
        ("auth_method", before.method != after.method),
        ("credentials", has_new_values),
        ("field_mappings", before.holding != after.holding),
        ("env_key", before.env_key != after.env_key),
        (
            "allowed_domains",
            before.allowed_domains != after.allowed_domains,
        ),
        ("history", before.history != after.history),
        ("expires_at", before.expires_at != after.expires_at),
    ]
    .into_iter()
    .filter(|(_, differs)| *differs)
    .map(|(field, _)| field)
    .collect()
}

fn widened_hint(hosts: &[String]) -> Hint {
    let message = format!(
        "Requests may now carry this value to more hosts: {}.",
        hosts.join(", ")
    );
    Hint::new(vec!["allowed_domains".into()], "domains_widened", message)
}

fn lay<T>(place: &mut T, parsed: Option<T>) {
    if let Some(value) = parsed {
        *place = value;
    }
}

fn is_null<T>(patch: &Patch<T>) -> bool {
    matches!(patch, Patch::Clear)
}

fn set(patch: &Patch<String>) -> Option<&str> {
    match patch {
        Patch::Set(text) => Some(text),
        Patch::Absent | Patch::Clear => None,
    }
}

/// What is given, or `empty` where `null` clears it.
fn set_or_cleared<'a, T, B: ?Sized>(patch: &'a Patch<T>, empty: &'a B) -> Option<&'a B>
where
    T: std::ops::Deref<Target = B>,
{
    match patch {
        Patch::Absent => None,
        Patch::Clear => Some(empty),
        Patch::Set(value) => Some(value),
    }
}

fn list_or_cleared(patch: &Patch<TextList>) -> Option<Cow<'_, TextList>> {
    match patch {
        Patch::Absent => None,
        Patch::Clear => Some(Cow::Owned(TextList::default())),
        Patch::Set(list) => Some(Cow::Borrowed(list)),
    }
}
