//! What trying a secret's values on a location came to (LOC-04): the newest result for each location and version.
//!
//! Whether a location counts as verified is not stored: it follows from the result, and from whether the location and
//! the values in use are still those that were tried (UPDATE-08).

use crate::audit::{Action, AuditDraft};
use crate::ids::{LocationId, MemberId, SecretId, VerificationId, VersionId};
use crate::location::Location;
use crate::mask::display_text;
use crate::plan::{Context, Done, Outcome};
use crate::record_plan::{RecordChange, RecordPlan, RecordPlanParts};
use crate::reject::Rejection;
use crate::role::{Permission, require};
use crate::rotation::Told;
use crate::time::Timestamp;

pub type VerificationPlan = RecordPlan<Verification>;

pub const REGION_CHARS_MAX: usize = 63;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    parts: VerificationParts,
}

/// All that a verification's record holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerificationParts {
    pub id: VerificationId,
    pub location: LocationId,
    /// The location's state that was tried.
    pub location_revision: u64,
    pub secret: SecretId,
    /// The version that was tried; an external secret has none.
    pub version: Option<VersionId>,
    pub findings: Found,
    pub revision: u64,
    pub at: Timestamp,
    pub by: MemberId,
}

/// What the requests came to; `None` where it was not tried, or there was nothing to try it on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    pub verdict: Verdict,
    pub bucket_exists: Option<bool>,
    pub can_list: Option<bool>,
    pub can_read: Option<bool>,
    pub can_write: Option<bool>,
    pub can_delete: Option<bool>,
    pub region: Option<String>,
    pub error: Option<Told>,
    pub mapping: Option<FailedMapping>,
}

/// The field of an external secret that could not be resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedMapping {
    pub vault_type: String,
    pub field_name: String,
    pub reference: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Verdict {
    Verified,
    #[default]
    Failed,
}

/// How a location stands with the values in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VerificationStatus {
    Verified,
    Failed,
    /// Nobody answered, which says nothing of the values.
    Unreachable,
    /// Never tried, or not as it is now, or not with the values in use.
    Unverified,
}

impl Verification {
    /// Rebuilds a verification from its stored record.
    pub fn from_stored(parts: VerificationParts) -> Self {
        Self { parts }
    }

    pub fn parts(&self) -> &VerificationParts {
        &self.parts
    }

    pub fn id(&self) -> VerificationId {
        self.parts.id
    }

    pub fn revision(&self) -> u64 {
        self.parts.revision
    }

    pub fn verdict(&self) -> Verdict {
        self.parts.findings.verdict
    }

    /// `in_use` is the current version of the location's secret; none for an external one.
    pub fn status(&self, location: &Location, in_use: Option<VersionId>) -> VerificationStatus {
        let parts = &self.parts;
        let same_place =
            parts.location == location.id() && parts.location_revision == location.revision();
        if !same_place || location.secret() != Some(parts.secret) || parts.version != in_use {
            return VerificationStatus::Unverified;
        }
        match self.verdict() {
            Verdict::Verified => VerificationStatus::Verified,
            Verdict::Failed if parts.findings.is_unanswered() => VerificationStatus::Unreachable,
            Verdict::Failed => VerificationStatus::Failed,
        }
    }

    /// The location or the secret is gone for good, and this with it.
    pub fn dropped(&self) -> VerificationPlan {
        let mut after = self.parts.clone();
        after.revision += 1;
        RecordPlan::decided(RecordPlanParts {
            record: Self::from_stored(after),
            change: RecordChange::Delete,
            based_on: Some(self.parts.revision),
            audit: AuditDraft {
                action: Action::VerificationDropped,
                changed: Vec::new(),
                reason: None,
            },
            answer: answer(self.parts.id.to_string(), Done::Deleted),
        })
    }
}

/// Notes what trying `version` on `location` came to. `before` is the record of the same two, where there is one. The
/// location must have a secret: what was tried is its values.
pub fn verified(
    location: &Location,
    version: Option<VersionId>,
    findings: Found,
    before: Option<&Verification>,
    id: VerificationId,
    context: &Context,
) -> Result<VerificationPlan, Rejection> {
    require(&context.actor, Permission::Verify)?;
    let Some(secret) = location.secret() else {
        return Err(Rejection::not_found("secret"));
    };
    let same = |known: &&Verification| {
        known.parts.location == location.id() && known.parts.version == version
    };
    let before = before.filter(same);
    let record = Verification::from_stored(VerificationParts {
        id: before.map_or(id, Verification::id),
        location: location.id(),
        location_revision: location.revision(),
        secret,
        version,
        findings: findings.fit_to_keep(),
        revision: before.map_or(1, |known| known.revision() + 1),
        at: context.now,
        by: context.actor.member,
    });
    Ok(RecordPlan::decided(RecordPlanParts {
        record,
        change: match before {
            Some(_) => RecordChange::Update,
            None => RecordChange::Create,
        },
        based_on: before.map(Verification::revision),
        audit: AuditDraft {
            action: Action::LocationVerified,
            changed: Vec::new(),
            reason: None,
        },
        answer: answer(location.name().as_str().to_owned(), Done::Updated),
    }))
}

impl Found {
    /// It failed, and nothing was heard of what was asked: no yes, no no, no code, and no mapping that could not be resolved.
    pub fn is_unanswered(&self) -> bool {
        let abilities = [
            self.bucket_exists,
            self.can_list,
            self.can_read,
            self.can_write,
            self.can_delete,
        ];
        let code = self.error.as_ref().and_then(|told| told.code.as_ref());
        self.verdict == Verdict::Failed
            && abilities.iter().all(Option::is_none)
            && code.is_none()
            && self.mapping.is_none()
    }

    /// Providers' words, shortened and fit to be shown.
    fn fit_to_keep(mut self) -> Self {
        let cut = |text: String| display_text(&text).chars().take(REGION_CHARS_MAX).collect();
        self.region = self.region.map(cut);
        self.error = self
            .error
            .map(|told| Told::new(told.code.as_deref(), &told.message));
        self
    }
}

fn answer(name: String, done: Done) -> Outcome {
    Outcome {
        name,
        done,
        changed: Vec::new(),
        hints: Vec::new(),
    }
}

impl Verdict {
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Verified, Self::Failed]
            .into_iter()
            .find(|verdict| verdict.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Failed => "failed",
        }
    }
}

impl VerificationStatus {
    pub const ALL: [Self; 4] = [
        Self::Verified,
        Self::Failed,
        Self::Unreachable,
        Self::Unverified,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Failed => "failed",
            Self::Unreachable => "unreachable",
            Self::Unverified => "unverified",
        }
    }
}
