//! A new location.

use super::{
    Endpoint, EndpointNeed, Location, LocationFacts, LocationParts, LocationPlan, LocationType,
    PlainHttp, Prefix, ProbeWrites, Region, offered_endpoint, require_type,
};
use crate::audit::{Action, AuditDraft};
use crate::catalogue::SecretType;
use crate::fault::{Fault, Hint};
use crate::findings::Findings;
use crate::ids::{LocationId, SecretId};
use crate::plan::{Context, Done, Outcome};
use crate::record_plan::{RecordChange, RecordPlan, RecordPlanParts};
use crate::reject::Rejection;
use crate::role::{Permission, require};
use crate::text::{BucketName, LocationName, Reason};

/// The members of a request to create, unchecked. `null` is as good as absent.
#[derive(Debug, Clone, Default)]
pub struct LocationInput {
    pub name: Option<String>,
    pub location_type: Option<String>,
    pub secret_id: Option<String>,
    pub bucket_name: Option<String>,
    pub region: Option<String>,
    pub endpoint_url: Option<String>,
    /// Consent to an endpoint that is neither HTTPS nor this machine.
    pub http_allowed: Option<bool>,
    pub prefix: Option<String>,
    /// Consent to one object being written and deleted when the location is verified.
    pub probe_writes: Option<bool>,
    pub reason: Option<String>,
}

/// A request whose every member is right by itself. Look up [`LocationDraft::name`] in the writing transaction.
#[derive(Debug)]
pub struct LocationDraft {
    name: LocationName,
    location_type: LocationType,
    secret: SecretId,
    is_linkable: bool,
    bucket_name: BucketName,
    region: Option<Region>,
    endpoint: Option<Endpoint>,
    prefix: Option<Prefix>,
    probe_writes: ProbeWrites,
    reason: Option<Reason>,
    hints: Vec<Hint>,
}

impl LocationInput {
    /// The secret to look up before [`LocationInput::parse`], if the request names one.
    pub fn secret_id(&self) -> Option<SecretId> {
        self.secret_id
            .as_deref()
            .and_then(|text| SecretId::parse(text).ok())
    }

    /// `linked` is the type of the live secret that the request names, where this vault has it.
    pub fn parse(
        self,
        context: &Context,
        linked: Option<SecretType>,
    ) -> Result<LocationDraft, Rejection> {
        require(&context.actor, Permission::ManageLocations)?;
        let mut findings = Findings::default();
        let draft = self.examine(linked, &mut findings);
        let hints = findings.into_hints()?;
        let mut draft = draft.expect("a draft is missing only where a fault was found");
        draft.hints = hints;
        Ok(draft)
    }

    fn examine(self, linked: Option<SecretType>, findings: &mut Findings) -> Option<LocationDraft> {
        let name = required(self.name.as_deref(), "name", findings)
            .and_then(|text| findings.take("name", LocationName::parse(text)));
        let location_type = parse_type(self.location_type.as_deref(), findings);
        let secret = required(self.secret_id.as_deref(), "secret_id", findings)
            .and_then(|text| parse_secret(text, location_type, linked, findings));
        let bucket_name = required(self.bucket_name.as_deref(), "bucket_name", findings)
            .and_then(|text| findings.take("bucket_name", BucketName::parse(text)));
        let region = match self.region.as_deref().filter(|text| !text.is_empty()) {
            Some(text) => findings.take("region", Region::parse(text)).map(Some),
            None => Some(None),
        };
        let endpoint = self.parse_endpoint(location_type, region.as_ref(), findings);
        let prefix = match self.prefix.as_deref() {
            Some(text) => findings.take("prefix", Prefix::parse(text)),
            None => Some(None),
        };
        let reason = match self.reason.as_deref() {
            Some(text) => findings.take("reason", Reason::parse(text)).map(Some),
            None => Some(None),
        };
        Some(LocationDraft {
            name: name?,
            location_type: location_type?,
            secret: secret?,
            is_linkable: linked.is_some(),
            bucket_name: bucket_name?,
            region: region?,
            endpoint: endpoint?,
            prefix: prefix?,
            probe_writes: ProbeWrites::of(self.probe_writes),
            reason: reason?,
            hints: Vec::new(),
        })
    }

    fn parse_endpoint(
        &self,
        location_type: Option<LocationType>,
        region: Option<&Option<Region>>,
        findings: &mut Findings,
    ) -> Option<Option<Endpoint>> {
        let given = self.endpoint_url.as_deref().filter(|text| !text.is_empty());
        if let Some(text) = given {
            let consent = consent(self.http_allowed);
            return findings
                .take("endpoint_url", Endpoint::parse(text, consent))
                .map(Some);
        }
        let location_type = location_type?;
        match location_type.endpoint_need() {
            EndpointNeed::Required => {
                findings.fault("endpoint_url", endpoint_missing(location_type));
                None
            }
            EndpointNeed::Optional => Some(None),
            EndpointNeed::Offered => {
                let region = region?.as_ref();
                let offer = offered_endpoint(location_type, region, None);
                findings.hint(offer_hint(location_type, offer.as_deref()));
                Some(offer.map(|url| Endpoint::from_stored(url, PlainHttp::Refused)))
            }
        }
    }
}

impl LocationDraft {
    pub fn name(&self) -> &LocationName {
        &self.name
    }

    pub fn hints(&self) -> &[Hint] {
        &self.hints
    }

    pub fn decide(
        self,
        facts: &LocationFacts,
        id: LocationId,
        context: &Context,
    ) -> Result<LocationPlan, Rejection> {
        require(&context.actor, Permission::ManageLocations)?;
        if !self.is_linkable {
            return Err(Rejection::not_found("secret"));
        }
        facts.require_free(&self.name)?;
        let answer = Outcome {
            name: self.name.as_str().to_owned(),
            done: Done::Created,
            changed: Vec::new(),
            hints: self.hints,
        };
        let record = Location::from_stored(LocationParts {
            id,
            name: self.name,
            location_type: self.location_type,
            secret: Some(self.secret),
            bucket_name: self.bucket_name,
            region: self.region,
            endpoint: self.endpoint,
            prefix: self.prefix,
            probe_writes: self.probe_writes,
            revision: 1,
            created_at: context.now,
            created_by: context.actor.member,
            updated_at: context.now,
        });
        Ok(RecordPlan::decided(RecordPlanParts {
            record,
            change: RecordChange::Create,
            based_on: None,
            audit: AuditDraft {
                action: Action::LocationCreated,
                changed: Vec::new(),
                reason: self.reason,
            },
            answer,
        }))
    }
}

pub(super) fn parse_type(text: Option<&str>, findings: &mut Findings) -> Option<LocationType> {
    let text = required(text, "location_type", findings)?;
    let known = LocationType::parse(text).ok_or_else(|| {
        let names: Vec<&str> = LocationType::all().map(LocationType::as_str).collect();
        Fault::new(
            "unknown_value",
            format!(
                "This is no type of storage. The types are {}.",
                names.join(", ")
            ),
        )
    });
    findings.take("location_type", known)
}

/// The secret's type is compared where both are known; a secret that is not there is refused later.
pub(super) fn parse_secret(
    text: &str,
    location_type: Option<LocationType>,
    linked: Option<SecretType>,
    findings: &mut Findings,
) -> Option<SecretId> {
    let id = SecretId::parse(text).map_err(|error| Fault::new(error.kind(), error.to_string()));
    let id = findings.take("secret_id", id)?;
    if let (Some(location_type), Some(secret_type)) = (location_type, linked) {
        findings.take("secret_id", require_type(location_type, secret_type))?;
    }
    Some(id)
}

pub(super) fn consent(http_allowed: Option<bool>) -> PlainHttp {
    if http_allowed == Some(true) {
        PlainHttp::Allowed
    } else {
        PlainHttp::Refused
    }
}

pub(super) fn endpoint_missing(location_type: LocationType) -> Fault {
    Fault::new(
        "missing",
        format!("{} needs an endpoint.", location_type.label()),
    )
}

fn offer_hint(location_type: LocationType, offer: Option<&str>) -> Hint {
    let (kind, message) = match offer {
        Some(url) => (
            "endpoint_offered",
            format!("The endpoint is {url}, as {} gives it.", location_type.label()),
        ),
        None => (
            "endpoint_unknown",
            "Without an endpoint this location cannot be verified. Give one, or what it follows from."
                .to_owned(),
        ),
    };
    Hint::new(vec!["endpoint_url".into()], kind, message)
}

fn required<'a>(
    text: Option<&'a str>,
    member: &'static str,
    findings: &mut Findings,
) -> Option<&'a str> {
    if text.is_none() {
        findings.fault(
            member,
            Fault::new("missing", "This is missing. Fill it in."),
        );
    }
    text
}
