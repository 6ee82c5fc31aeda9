//! A partial update of a location, relinking included.

use super::create::{consent, endpoint_missing, parse_secret};
use super::{
    Endpoint, EndpointNeed, Location, LocationFacts, LocationParts, LocationPlan, PlainHttp,
    Prefix, ProbeWrites, Region, offered_endpoint,
};
use crate::audit::{Action, AuditDraft};
use crate::catalogue::SecretType;
use crate::fault::{Fault, Hint};
use crate::findings::Findings;
use crate::ids::SecretId;
use crate::plan::{Context, Decision, Done, Outcome};
use crate::record_plan::{RecordChange, RecordPlan, RecordPlanParts, require_revision};
use crate::reject::Rejection;
use crate::request::Patch;
use crate::role::{Permission, require};
use crate::text::{BucketName, LocationName, Reason};

/// The members of a request to update, unchecked.
#[derive(Debug, Clone, Default)]
pub struct LocationUpdateInput {
    pub name: Patch<String>,
    /// Immutable: refused wherever it is sent.
    pub location_type: Patch<String>,
    /// `null` unlinks the location.
    pub secret_id: Patch<String>,
    pub bucket_name: Patch<String>,
    pub region: Patch<String>,
    pub endpoint_url: Patch<String>,
    pub http_allowed: Patch<bool>,
    pub prefix: Patch<String>,
    pub probe_writes: Patch<bool>,
    pub expected_revision: Patch<i64>,
    pub reason: Patch<String>,
}

/// A request whose every member is right by itself, laid over the location as it is. Look up
/// [`LocationUpdateDraft::name`] among other locations, in the writing transaction.
#[derive(Debug)]
pub struct LocationUpdateDraft<'a> {
    current: &'a Location,
    after: LocationParts,
    names_missing_secret: bool,
    changed: Vec<&'static str>,
    expected_revision: Option<i64>,
    reason: Option<Reason>,
    hints: Vec<Hint>,
}

impl LocationUpdateInput {
    /// The secret to look up before [`LocationUpdateInput::parse`], if the request names one.
    pub fn secret_id(&self) -> Option<SecretId> {
        match &self.secret_id {
            Patch::Set(text) => SecretId::parse(text).ok(),
            Patch::Absent | Patch::Clear => None,
        }
    }

    /// `linked` is the type of the live secret that the request names, where this vault has it.
    pub fn parse<'a>(
        self,
        current: &'a Location,
        context: &Context,
        linked: Option<SecretType>,
    ) -> Result<LocationUpdateDraft<'a>, Rejection> {
        require(&context.actor, Permission::ManageLocations)?;
        if !self.location_type.is_absent() {
            return Err(Rejection::invalid_request(
                "The type of a location cannot be changed. Make a new location instead.",
                &["location_type"],
            ));
        }
        let mut findings = Findings::default();
        let mut draft = self.examine(current, linked, &mut findings);
        draft.hints = findings.into_hints()?;
        Ok(draft)
    }

    /// The draft is worth something only if the findings hold no fault.
    fn examine<'a>(
        self,
        current: &'a Location,
        linked: Option<SecretType>,
        findings: &mut Findings,
    ) -> LocationUpdateDraft<'a> {
        self.find_wrong_nulls(findings);
        let before = current.parts();
        let mut after = before.clone();
        if let Some(name) = parsed(&self.name, "name", LocationName::parse, findings) {
            after.name = name;
        }
        if let Some(bucket) = parsed(
            &self.bucket_name,
            "bucket_name",
            BucketName::parse,
            findings,
        ) {
            after.bucket_name = bucket;
        }
        match &self.secret_id {
            Patch::Absent => {}
            Patch::Clear => after.secret = None,
            Patch::Set(text) => {
                let location_type = Some(before.location_type);
                after.secret = parse_secret(text, location_type, linked, findings);
            }
        }
        match self.probe_writes {
            Patch::Absent => {}
            Patch::Clear => after.probe_writes = ProbeWrites::Off,
            Patch::Set(given) => after.probe_writes = ProbeWrites::of(Some(given)),
        }
        match &self.region {
            Patch::Absent => {}
            Patch::Set(text) if !text.is_empty() => {
                after.region = findings.take("region", Region::parse(text));
            }
            Patch::Clear | Patch::Set(_) => after.region = None,
        }
        match &self.prefix {
            Patch::Absent => {}
            Patch::Clear => after.prefix = None,
            Patch::Set(text) => {
                after.prefix = findings.take("prefix", Prefix::parse(text)).flatten();
            }
        }
        self.lay_over_endpoint(&mut after, findings);
        find_endpoint_of_other_region(before, &after, findings);
        let reason = parsed(&self.reason, "reason", Reason::parse, findings);
        LocationUpdateDraft {
            names_missing_secret: self.secret_id.is_set() && linked.is_none(),
            changed: changed_fields(before, &after),
            current,
            after,
            expected_revision: match self.expected_revision {
                Patch::Set(revision) => Some(revision),
                Patch::Absent | Patch::Clear => None,
            },
            reason,
            hints: Vec::new(),
        }
    }

    /// Members that are `null` and cannot be empty (UPDATE-01).
    fn find_wrong_nulls(&self, findings: &mut Findings) {
        let nulls = [
            ("name", matches!(self.name, Patch::Clear)),
            ("bucket_name", matches!(self.bucket_name, Patch::Clear)),
            (
                "expected_revision",
                matches!(self.expected_revision, Patch::Clear),
            ),
            ("reason", matches!(self.reason, Patch::Clear)),
        ];
        for (member, _) in nulls.into_iter().filter(|(_, is_null)| *is_null) {
            findings.wrong_null(member);
        }
    }

    /// Consent holds for the endpoint for which it was given: another one asks for it again.
    fn lay_over_endpoint(&self, after: &mut LocationParts, findings: &mut Findings) {
        let text = match &self.endpoint_url {
            Patch::Set(text) if !text.is_empty() => text.as_str(),
            Patch::Clear | Patch::Set(_) => {
                if after.location_type.endpoint_need() == EndpointNeed::Required {
                    findings.fault("endpoint_url", endpoint_missing(after.location_type));
                }
                after.endpoint = None;
                return;
            }
            Patch::Absent => match (&after.endpoint, &self.http_allowed) {
                (Some(endpoint), Patch::Set(_) | Patch::Clear) => &endpoint.as_str().to_owned(),
                _ => return,
            },
        };
        let consent = match self.http_allowed {
            Patch::Set(allowed) => consent(Some(allowed)),
            Patch::Clear => PlainHttp::Refused,
            Patch::Absent => kept_consent(after.endpoint.as_ref(), text),
        };
        after.endpoint = findings.take("endpoint_url", Endpoint::parse(text, consent));
    }
}

impl LocationUpdateDraft<'_> {
    /// The name afterwards.
    pub fn name(&self) -> &LocationName {
        &self.after.name
    }

    pub fn changed(&self) -> &[&'static str] {
        &self.changed
    }

    pub fn decide(
        self,
        facts: &LocationFacts,
        context: &Context,
    ) -> Result<Decision<LocationPlan>, Rejection> {
        require(&context.actor, Permission::ManageLocations)?;
        if self.names_missing_secret {
            return Err(Rejection::not_found("secret"));
        }
        let before = self.current;
        require_revision("location", self.expected_revision, before.revision())?;
        if self.changed.contains(&"name") {
            facts.require_free(&self.after.name)?;
        }
        if self.changed.is_empty() {
            return Ok(Decision::Unchanged(self.answer(Done::Unchanged)));
        }
        let answer = self.answer(Done::Updated);
        let mut after = self.after;
        after.revision += 1;
        after.updated_at = context.now.max(before.updated_at());
        Ok(Decision::Change(Box::new(RecordPlan::decided(
            RecordPlanParts {
                record: Location::from_stored(after),
                change: RecordChange::Update,
                based_on: Some(before.revision()),
                audit: AuditDraft {
                    action: Action::LocationUpdated,
                    changed: self.changed,
                    reason: self.reason,
                },
                answer,
            },
        ))))
    }

    fn answer(&self, done: Done) -> Outcome {
        Outcome {
            name: self.after.name.as_str().to_owned(),
            done,
            changed: self.changed.clone(),
            hints: self.hints.clone(),
        }
    }
}

/// Compares normalised values; in the order of the request's documentation (UPDATE-03).
fn changed_fields(before: &LocationParts, after: &LocationParts) -> Vec<&'static str> {
    let url = |parts: &LocationParts| parts.endpoint.as_ref().map(|it| it.as_str().to_owned());
    let consent = |parts: &LocationParts| parts.endpoint.as_ref().map(Endpoint::plain_http);
    let allowed = |parts: &LocationParts| consent(parts) == Some(PlainHttp::Allowed);
    [
        ("name", before.name != after.name),
        ("secret_id", before.secret != after.secret),
        ("bucket_name", before.bucket_name != after.bucket_name),
        ("region", before.region != after.region),
        ("endpoint_url", url(before) != url(after)),
        ("http_allowed", allowed(before) != allowed(after)),
        ("prefix", before.prefix != after.prefix),
        ("probe_writes", before.probe_writes != after.probe_writes),
    ]
    .into_iter()
    .filter(|(_, differs)| *differs)
    .map(|(field, _)| field)
    .collect()
}

/// The consent given for the same endpoint before.
fn kept_consent(endpoint: Option<&Endpoint>, text: &str) -> PlainHttp {
    let same = endpoint.filter(|endpoint| {
        Endpoint::parse(text, PlainHttp::Allowed)
            .is_ok_and(|parsed| parsed.as_str() == endpoint.as_str())
    });
    same.map(Endpoint::plain_http).unwrap_or_default()
}

/// An endpoint that followed from the region before is left behind by a change of the region alone.
fn find_endpoint_of_other_region(
    before: &LocationParts,
    after: &LocationParts,
    findings: &mut Findings,
) {
    let offer =
        |parts: &LocationParts| offered_endpoint(parts.location_type, parts.region.as_ref(), None);
    let (then, now) = (offer(before), offer(after));
    let kept = after.endpoint.as_ref().map(Endpoint::as_str);
    if then.is_some() && then != now && kept == then.as_deref() {
        let message = "The endpoint is still that of the region before. Change it too.";
        findings.hint(Hint::new(
            vec!["endpoint_url".into()],
            "endpoint_of_other_region",
            message,
        ));
    }
}

fn parsed<T>(
    patch: &Patch<String>,
    member: &'static str,
    parse: impl Fn(&str) -> Result<T, Fault>,
    findings: &mut Findings,
) -> Option<T> {
    match patch {
        Patch::Set(text) => findings.take(member, parse(text)),
        Patch::Absent | Patch::Clear => None,
    }
}
