//! A secret changed, rotation by hand included (UPDATE-01 to -18).

use std::collections::{BTreeMap, BTreeSet};

use super::super::values::{self, Ways, method_of};
use super::super::{Done, Faults, Model, Refusal, meant, refused};
use super::{Holding, Secret, Value, Version, keep_newest, new_values, reason_of};
use crate::asks::{Credentials, Mappings, Means, Member, UpdateSecret, fields_of};

impl Model {
    pub(in crate::rules) fn update_secret(
        &mut self,
        ask: &UpdateSecret,
    ) -> Result<Done, Box<Refusal>> {
        let place = self.named_secret(ask.which)?;
        let place = place.filter(|place| !self.secrets[*place].trashed);
        let place = place.ok_or_else(|| refused("not_found"))?;
        let before = self.secrets[place].clone();
        let ways = Ways::of(&ask.way);
        let is_external = matches!(before.holding, Holding::External { .. });
        let has_ways_at_odds = (ways.credentials.is_some() && ways.generate.is_some())
            || (ways.brings_values() && ways.mappings.is_some())
            || (ways.brings_values() && is_external)
            || (ways.mappings.is_some() && !is_external);
        if ask.way.connection.is_some() || has_ways_at_odds {
            return Err(Refusal {
                members: ways_told(ask, &ways),
                ..*refused("invalid_request")
            }
            .into());
        }
        let mut after = before.clone();
        let mut faults = Faults::default();
        let new_values = lay_over(&before, &mut after, ask, &ways, &mut faults, |place| {
            self.provider_at(place)
        });
        faults.refuse()?;
        self.require_revision(ask.expected, before.revision)?;
        let env_key = after
            .env_key
            .as_deref()
            .filter(|_| after.env_key != before.env_key);
        let folded = if after.name == before.name {
            ""
        } else {
            after.folded
        };
        self.require_free(folded, env_key, Some(place))?;
        if after.kind() != before.kind() {
            self.require_unlinked(place)?;
        }
        let mut hints = BTreeSet::new();
        let brings_same = ways.credentials.is_some() && new_values.is_none();
        if brings_same {
            hints.insert("value_unchanged");
        }
        let is_widened = widens(&before.domains, &after.domains);
        if is_widened {
            hints.insert("domains_widened");
        }
        let changed = changed_fields(&before, &after, new_values.is_some());
        if changed.is_empty() {
            return Ok(Done {
                hints,
                record: Some(place),
                ..Done::default()
            });
        }
        let action = match (is_widened, new_values.is_some()) {
            (true, _) => "domains_widened",
            (false, true) => "secret_rotated",
            (false, false) => "secret_updated",
        };
        if let Some((values, how)) = new_values {
            let version = Version {
                state: "current",
                method: after.method,
                values: Some(values),
                how,
                origin: None,
                reason: reason_of(&ask.reason),
                created_by: self.by.member,
                forgotten: false,
            };
            after.put_in_use(version, meant(&ask.previous) == Some("destroy"));
        } else if after.policy != before.policy
            && let Holding::Direct(versions) = &mut after.holding
            && let Some((_current, old)) = versions.split_last_mut()
        {
            keep_newest(old, after.policy.keep);
        }
        after.revision += 1;
        self.secrets[place] = after;
        Ok(Done {
            what: Some("updated"),
            changed,
            hints,
            actions: vec![action],
            record: Some(place),
            ..Done::default()
        })
    }
}

/// UPDATE-11 and UPDATE-12 are about members that are sent, whatever the secret is, so they are told as such.
fn ways_told(ask: &UpdateSecret, ways: &Ways<'_>) -> BTreeSet<String> {
    let told: &[&str] = if ask.way.connection.is_some() {
        &["vault_connection_id"]
    } else if ways.mappings.is_none() {
        &[]
    } else if ways.credentials.is_some() {
        &["credentials", "field_mappings"]
    } else if ways.generate.is_some() {
        &["generate", "field_mappings"]
    } else {
        &[]
    };
    told.iter().map(|&member| member.to_owned()).collect()
}

/// Every member laid over the secret; the new values, where there are any.
fn lay_over(
    before: &Secret,
    after: &mut Secret,
    ask: &UpdateSecret,
    ways: &Ways<'_>,
    faults: &mut Faults,
    provider_at: impl Fn(usize) -> &'static str,
) -> Option<(BTreeMap<&'static str, Value>, &'static str)> {
    faults.of_update("name", &ask.name);
    faults.of_create("description", &ask.description);
    faults.of_create("notes", &ask.notes);
    faults.of_create("tags", &ask.tags);
    faults.of_create("env_key", &ask.env_key);
    faults.of_create("allowed_domains", &ask.domains);
    faults.of_update("history", &ask.policy);
    faults.of_update("secret_type", &ask.secret_type);
    faults.of_update("previous", &ask.previous);
    faults.of_update("reason", &ask.reason);
    faults.of_update("generate", &ask.way.generate);
    if ask.auth_method.as_ref().is_some_and(|said| said.is_null()) {
        faults.at("auth_method");
    }
    if matches!(ask.way.credentials, Some(Credentials::Null)) {
        faults.at("credentials");
    }
    if matches!(ask.way.mappings, Some(Mappings::Null)) {
        faults.at("field_mappings");
    }
    faults.of_expected(ask.expected);
    if let Some(name) = meant(&ask.name) {
        (after.name, after.folded) = (name.held, name.folded);
    }
    cleared_or_set(&mut after.description, &ask.description);
    cleared_or_set(&mut after.notes, &ask.notes);
    cleared_or_set(&mut after.tags, &ask.tags);
    cleared_or_set(&mut after.domains, &ask.domains);
    if let Some(policy) = meant(&ask.policy) {
        after.policy = policy;
    }
    match ask.env_key.as_ref().map(|said| &said.means) {
        Some(Means::Right(key)) => after.env_key = Some(key.clone()),
        Some(Means::Null) => after.env_key = None,
        Some(Means::Wrong) | None => {}
    }
    if meant(&ask.previous) == Some("destroy") && !ways.brings_values() {
        faults.at("previous");
    }
    let has_type = ask.secret_type.as_ref().is_some_and(|said| !said.is_null());
    let wanted = if has_type {
        meant(&ask.secret_type)
    } else {
        Some(before.kind())
    };
    let Some(method) = method_of(wanted, &ask.auth_method, Some(before.method), faults) else {
        faults.leave_open(&["credentials", "generate", "field_mappings", "env_key"]);
        return None;
    };
    after.method = method;
    let gives_key = ask
        .env_key
        .as_ref()
        .map_or(after.env_key.is_some(), |said| !said.is_null());
    if gives_key && method != "opaque_value" {
        faults.at("env_key");
    }
    if let Some(given) = ways.mappings {
        if let Holding::External {
            connection,
            mappings,
        } = &mut after.holding
        {
            *mappings = values::mappings(given, method, Some(provider_at(*connection)), faults);
        }
        return None;
    }
    if !ways.brings_values() {
        if fields_of(method) != fields_of(before.method) {
            faults.at(match before.holding {
                Holding::Direct(_) => "credentials",
                Holding::External { .. } => "field_mappings",
            });
        }
        return None;
    }
    let in_use = before.in_use().and_then(|version| version.values.as_ref());
    let (new, how) = new_values(ways, method, in_use, faults)?;
    (Some(&new) != in_use).then_some((new, how))
}

fn cleared_or_set<T: Clone + Default>(place: &mut T, member: &Member<T>) {
    match member.as_ref().map(|said| &said.means) {
        Some(Means::Right(value)) => *place = value.clone(),
        Some(Means::Null) => *place = T::default(),
        Some(Means::Wrong) | None => {}
    }
}

/// In the order of the request's documentation (UPDATE-03, UPDATE-17).
fn changed_fields(before: &Secret, after: &Secret, has_new_values: bool) -> Vec<&'static str> {
    [
        ("name", before.name != after.name),
        ("description", before.description != after.description),
        ("notes", before.notes != after.notes),
        ("tags", before.tags != after.tags),
        ("secret_type", before.kind() != after.kind()),
        ("auth_method", before.method != after.method),
        ("credentials", has_new_values),
        ("field_mappings", before.holding != after.holding),
        ("env_key", before.env_key != after.env_key),
        ("allowed_domains", before.domains != after.domains),
        ("history", before.policy != after.policy),
    ]
    .into_iter()
    .filter(|(_, differs)| *differs)
    .map(|(field, _)| field)
    .collect()
}

/// Whether patterns that are there let requests reach all hosts of another one (CREATE-12).
fn covers(patterns: &BTreeSet<String>, wanted: &str) -> bool {
    let host = wanted.strip_prefix("*.").unwrap_or(wanted);
    patterns.is_empty()
        || patterns.contains(wanted)
        || patterns.iter().any(|pattern| {
            pattern.strip_prefix("*.").is_some_and(|suffix| {
                host.ends_with(&format!(".{suffix}"))
                    || (wanted.starts_with("*.") && host == suffix)
            })
        })
}

/// UPDATE-18.
fn widens(before: &BTreeSet<String>, after: &BTreeSet<String>) -> bool {
    !before.is_empty() && (after.is_empty() || after.iter().any(|wanted| !covers(before, wanted)))
}
