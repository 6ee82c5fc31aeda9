//! What holds for the vault as a whole: its tier (RULES.md, Tiers), set by an Owner; and its end (DELETE-03).

use crate::audit::{Action, AuditDraft};
use crate::fault::Fault;
use crate::findings::Findings;
use crate::ids::MemberId;
use crate::plan::{Context, Decision, Done, Outcome};
use crate::record_plan::{RecordChange, RecordPlan, RecordPlanParts, require_revision};
use crate::reject::Rejection;
use crate::role::{Permission, require};
use crate::text::{Reason, VaultName};
use crate::tier::Tier;
use crate::time::Timestamp;

pub type VaultSettingsPlan = RecordPlan<VaultSettings>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VaultSettings {
    pub tier: Tier,
    pub revision: u64,
    pub updated_at: Timestamp,
    pub updated_by: MemberId,
}

/// A request for another tier, unchecked.
#[derive(Debug, Clone, Default)]
pub struct TierInput {
    pub tier: Option<String>,
    pub expected_revision: Option<i64>,
    pub reason: Option<String>,
}

/// A request whose every member is right by itself.
#[derive(Debug)]
pub struct TierDraft {
    tier: Tier,
    expected_revision: Option<i64>,
    reason: Option<Reason>,
}

/// A request to delete the vault, unchecked.
#[derive(Debug, Clone, Default)]
pub struct VaultDeleteInput {
    /// The vault's name as the person typed it.
    pub name: Option<String>,
}

/// Says that an Owner typed the vault's name. Only [`VaultDeleteInput::decide`] makes one.
#[derive(Debug)]
pub struct VaultDeletion {
    audit: AuditDraft,
}

impl VaultSettings {
    /// Those of a new vault.
    pub fn founding(context: &Context) -> Self {
        Self {
            tier: Tier::Unlimited,
            revision: 1,
            updated_at: context.now,
            updated_by: context.actor.member,
        }
    }
}

impl TierInput {
    pub fn parse(self, context: &Context) -> Result<TierDraft, Rejection> {
        require(&context.actor, Permission::ManageVault)?;
        let mut findings = Findings::default();
        let tier = match self.tier.as_deref() {
            None => {
                findings.fault("tier", Fault::new("missing", "Choose a tier."));
                None
            }
            Some(text) => {
                let known = Tier::parse(text).ok_or_else(|| {
                    let message = "This tier is not known. The tiers are free, pro and unlimited.";
                    Fault::new("unknown_value", message)
                });
                findings.take("tier", known)
            }
        };
        let reason = self
            .reason
            .as_deref()
            .and_then(|text| findings.take("reason", Reason::parse(text)));
        findings.into_hints()?;
        Ok(TierDraft {
            tier: tier.expect("a tier is missing only where a fault was found"),
            expected_revision: self.expected_revision,
            reason,
        })
    }
}

impl TierDraft {
    /// A smaller tier takes nothing away; only creating is refused while the vault is over it (TIER-03).
    pub fn decide(
        self,
        current: &VaultSettings,
        vault: &VaultName,
        context: &Context,
    ) -> Result<Decision<VaultSettingsPlan>, Rejection> {
        require(&context.actor, Permission::ManageVault)?;
        require_revision("vault", self.expected_revision, current.revision)?;
        let answer = |done, changed| Outcome {
            name: vault.as_str().to_owned(),
            done,
            changed,
            hints: Vec::new(),
        };
        if self.tier == current.tier {
            return Ok(Decision::Unchanged(answer(Done::Unchanged, Vec::new())));
        }
        let changed = vec!["tier"];
        let record = VaultSettings {
            tier: self.tier,
            revision: current.revision + 1,
            updated_at: context.now.max(current.updated_at),
            updated_by: context.actor.member,
        };
        Ok(Decision::Change(Box::new(RecordPlan::decided(
            RecordPlanParts {
                record,
                change: RecordChange::Update,
                based_on: Some(current.revision),
                audit: AuditDraft {
                    action: Action::TierChanged,
                    changed: changed.clone(),
                    reason: self.reason,
                },
                answer: answer(Done::Updated, changed),
            },
        ))))
    }
}

impl VaultDeleteInput {
    /// The name is compared as names are held (NFC, trimmed), and letter by letter: typing it is the point.
    pub fn decide(self, vault: &VaultName, context: &Context) -> Result<VaultDeletion, Rejection> {
        require(&context.actor, Permission::ManageVault)?;
        let mut findings = Findings::default();
        match self.name.as_deref().map(VaultName::parse) {
            Some(Ok(typed)) if typed == *vault => {}
            Some(Ok(_) | Err(_)) => findings.fault(
                "name",
                Fault::new(
                    "name_mismatch",
                    "This is not the vault's name. Type it exactly.",
                ),
            ),
            None => findings.fault(
                "name",
                Fault::new("missing", "Type the vault's name to delete it."),
            ),
        }
        findings.into_hints()?;
        Ok(VaultDeletion {
            audit: AuditDraft {
                action: Action::VaultDeleted,
                changed: Vec::new(),
                reason: None,
            },
        })
    }
}

impl VaultDeletion {
    pub fn audit(&self) -> &AuditDraft {
        &self.audit
    }
}
