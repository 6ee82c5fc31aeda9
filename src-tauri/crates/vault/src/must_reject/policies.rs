//! A policy of the vault that is vouched for by the act of a secret's: an Admin's word where only an Owner's counts.

use domain::audit::Action;
use domain::ids::{PolicyId, SecretId, VersionId};
use domain::plan::{Context, Decision};
use domain::policy::{Policy, PolicyInput};
use domain::request::Patch;
use domain::text::{MemberName, VaultName};
use domain::time::Timestamp;

use super::PASSWORD;
use crate::audit_log::{ActResult, Draft, Resource};
use crate::device::Device;
use crate::folder::create_vault;
use crate::kdf::KdfParams;
use crate::password::NewPassword;
use crate::store::error::StoreError;
use crate::store::{policies, state_hash};
use crate::unlocked::UnlockedVault;

fn now() -> Timestamp {
    Timestamp::from_millis(1_777_117_519_000)
}

fn yearly(vault: &UnlockedVault) -> Policy {
    let context = Context {
        now: now(),
        actor: vault.actor().clone(),
        new_secret_id: SecretId::from_bytes([1; 16]),
        new_version_id: VersionId::from_bytes([2; 16]),
    };
    let input = PolicyInput {
        every_days: Patch::Set(365),
        ..PolicyInput::default()
    };
    let draft = input.parse(None, None, &context).expect("an owner may");
    match draft.decide(None, PolicyId::of_vault(vault.vault), &context) {
        Ok(Decision::Change(plan)) => plan.into_parts().record,
        _ => panic!("a new policy"),
    }
}

/// Whether the vault's own policy is believed, and whether the check finds fault with it.
fn judged(action: Action) -> (Result<Option<Policy>, StoreError>, bool) {
    let home = tempfile::tempdir().expect("a temporary folder");
    let (vault, _code) = create_vault(
        &home.path().join("vault"),
        &VaultName::parse("Acme").expect("a name"),
        &MemberName::parse("Ada").expect("a name"),
        &NewPassword::parse(PASSWORD, &[]).expect("strong"),
        KdfParams::FLOOR,
        &Device::open(&home.path().join("device"), now()).expect("a device"),
        now(),
    )
    .expect("a vault");
    let policy = yearly(&vault);
    let written = vault.write(now(), |writer| {
        policies::insert(writer.connection, vault.vault, &policy)?;
        let row = policies::by_id(writer.connection, policy.id())?.expect("just written");
        writer.record(&Draft {
            action,
            resource: Resource::Policy {
                id: policy.id(),
                name: "",
            },
            revision: Some(policy.revision()),
            changed: Vec::new(),
            reason: None,
            result: ActResult::Done,
            state_hash: Some(state_hash::of_policy(vault.vault, &row)),
        })
    });
    written.expect("written");
    let read = vault.read(|reader| reader.checked_policy(None));
    (read, !vault.check().expect("checked").is_ok())
}

#[test]
fn audit_02_the_vaults_policy_is_believed_by_an_owners_act_only() {
    let (read, found) = judged(Action::PolicyChanged);
    assert!(matches!(read, Err(StoreError::Integrity { .. })));
    assert!(found, "by the check too");
    let (read, found) = judged(Action::PolicyDefaultChanged);
    assert!(matches!(read, Ok(Some(_))));
    assert!(!found);
}
