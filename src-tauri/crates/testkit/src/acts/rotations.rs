//! What tests do to rotations and policies.

use domain::plan::Decision;
use domain::policy::{PolicyInput, PolicyPlan};
use domain::rotation::{
    self, KeyId, LastUse, Naming, NewKey, OldKeyInput, ProviderFacts, RotationInput, RotationPlan,
    Run, RunContext, SeenKey, Step, StepOutcome, Style, Way,
};
use domain::secret::SecretWithVersions;
use domain::{
    AuthMethod, Credentials, PolicyId, Rejection, RotationId, SecretId, SecretText, Timestamp,
    VersionNumber,
};
use vault::{UnlockedVault, Writer};

use super::{ActError, context, found};

pub const OLD_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
pub const NEW_KEY: &str = "AKIAI44QH8DHBEXAMPLE";

/// What an S3-like provider says before a rotation.
pub fn provider_facts() -> ProviderFacts {
    let old = KeyId::parse(OLD_KEY).expect("a key's id");
    ProviderFacts {
        way: Way::OwnKey,
        style: Style::Overlap,
        naming: Naming::Unnamed,
        can_disable: true,
        old_key: Some(old.clone()),
        keys_before: vec![old],
    }
}

/// The key that the provider makes.
pub fn new_key() -> StepOutcome {
    let secret = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY01";
    let given = [("access_key_id", NEW_KEY), ("secret_access_key", secret)];
    let given = given.map(|(name, value)| (name.to_owned(), SecretText::new(value.to_owned())));
    match Credentials::parse(AuthMethod::S3AccessKey, given.into(), None) {
        Ok((credentials, _)) => StepOutcome::Created(NewKey {
            key: KeyId::parse(NEW_KEY).expect("a key's id"),
            credentials,
            made_at: None,
            expires_at: None,
        }),
        Err(_) => panic!("a whole key"),
    }
}

pub fn start_rotation(
    vault: &UnlockedVault,
    now: Timestamp,
    secret: SecretId,
    then: &str,
) -> Result<RotationId, ActError> {
    vault.write(now, |writer| {
        let context = context(vault.actor(), now);
        let ctx = RunContext {
            context: &context,
            here: vault.here(None),
        };
        let current = found(writer, secret)?;
        let open = writer.open_rotation_of(secret)?;
        let input = RotationInput {
            old_key: OldKeyInput {
                grace_hours: Some(24),
                then: Some(then.to_owned()),
            },
            ..RotationInput::default()
        };
        let id = RotationId::from_bytes(context.new_secret_id.to_bytes());
        let draft = input.parse(&current, &ctx)?;
        let plan = draft.decide(provider_facts(), open.as_ref(), id, &ctx)?;
        Ok(writer.apply_rotation(plan)?.id())
    })
}

/// One commit of a run.
pub fn advance(
    vault: &UnlockedVault,
    now: Timestamp,
    id: RotationId,
    act: impl FnOnce(&Run, &SecretWithVersions, &RunContext<'_>) -> Result<RotationPlan, Rejection>,
) -> Result<Run, ActError> {
    vault.write(now, |writer: &mut Writer<'_>| {
        let context = context(vault.actor(), now);
        let run = rotation::existing(writer.checked_rotation(id)?)?;
        let ctx = RunContext {
            context: &context,
            here: vault.here(Some(&run)),
        };
        let secret = found(writer, run.secret())?;
        Ok(writer.apply_rotation(act(&run, &secret, &ctx)?)?)
    })
}

/// Intends a step and tells that it went well.
pub fn rotation_step(
    vault: &UnlockedVault,
    now: Timestamp,
    id: RotationId,
    step: Step,
) -> Result<Run, ActError> {
    let run = advance(vault, now, id, |run, _, ctx| run.intend(step, ctx))?;
    let opened = |number: Option<VersionNumber>| -> Result<StepOutcome, ActError> {
        let number = number.expect("a version");
        let values = vault.read(|reader| reader.open_values(run.secret(), number));
        Ok(StepOutcome::Opened(values.map_err(ActError::Value)?))
    };
    let outcome = match step {
        Step::Create => new_key(),
        Step::FindCreated => StepOutcome::Listed(vec![SeenKey {
            id: KeyId::parse(OLD_KEY).expect("a key's id"),
            name: None,
            created_at: None,
        }]),
        Step::Test => StepOutcome::Tested(Vec::new()),
        Step::LookAtOld => StepOutcome::Seen(LastUse::Never),
        Step::Promote => opened(run.parts().new_version)?,
        Step::RestoreOld => opened(Some(run.parts().old_version))?,
        Step::DeleteOrphan
        | Step::Confirm
        | Step::DisableOld
        | Step::DeleteOld
        | Step::EnableOld
        | Step::RemoveNew => StepOutcome::Done,
    };
    advance(vault, now, id, |run, secret, ctx| {
        run.record(secret, step, outcome, ctx)
    })
}

/// Sets a secret's policy, or the vault's own.
pub fn set_policy(
    vault: &UnlockedVault,
    now: Timestamp,
    secret: Option<SecretId>,
    input: PolicyInput,
) -> Result<(), ActError> {
    vault.write(now, |writer| {
        let context = context(vault.actor(), now);
        let whose = secret.map(|id| found(writer, id)).transpose()?;
        let whose = whose.as_ref().map(SecretWithVersions::secret);
        let before = writer.policy(secret)?;
        let draft = input.parse(whose, before.as_ref(), &context)?;
        let management = draft.management().map(|id| found(writer, id)).transpose()?;
        let management = management.as_ref().map(SecretWithVersions::secret);
        let id = secret.map_or_else(|| PolicyId::of_vault(vault.vault_id()), PolicyId::of_secret);
        let decision: Decision<PolicyPlan> = draft.decide(management, id, &context)?;
        if let Decision::Change(plan) = decision {
            writer.apply_policy(*plan)?;
        }
        Ok(())
    })
}
