use super::support::*;
use domain::delete::{DeleteInput, empty_from_trash, sweep_from_trash, undelete};
use domain::facts::NameFacts;
use domain::history::{DestroyInput, RestoreInput, sweep};
use domain::role::require;
use domain::update::UpdateInput;
use domain::*;

const LOWER: [Role; 2] = [Role::Viewer, Role::Operator];

fn allowed(role: Role, permission: Permission) -> bool {
    require(&context(START, role).actor, permission).is_ok()
}

#[test]
fn role_01_each_role_can_do_all_that_lower_ones_can() {
    assert!(
        Role::Owner > Role::Admin && Role::Admin > Role::Operator && Role::Operator > Role::Viewer
    );
    for permission in Permission::ALL {
        let granted: Vec<bool> = Role::ALL
            .into_iter()
            .map(|role| allowed(role, permission))
            .collect();
        assert!(granted.is_sorted(), "{permission:?}");
    }
}

#[test]
fn role_01_no_role_can_do_what_only_higher_ones_can() {
    for permission in Permission::ALL {
        for role in Role::ALL
            .into_iter()
            .filter(|role| *role < permission.least_role())
        {
            refused(
                require(&context(START, role).actor, permission),
                ErrorType::AccessForbidden,
            );
        }
    }
}

#[test]
fn role_02_an_admin_creates_updates_and_deletes() {
    let context = context(START, Role::Admin);
    let draft = s3()
        .parse(&context, None, &mut counting)
        .and_then(|draft| draft.decide(&free(), &context));
    parts(draft);
    let mut stored = Stored::new(generic("value-1"));
    stored.role = Role::Admin;
    assert_eq!(stored.rotate("value-2").done, Done::Updated);
    changed(DeleteInput::default().decide(&stored.secret, &[], &context));
}

#[test]
fn role_02_operators_and_viewers_get_no_decision_at_all() {
    let mut stored = Stored::new(generic("value-1"));
    stored.rotate("value-2");
    for role in LOWER {
        stored.role = role;
        let context = stored.context();
        let forbidden = ErrorType::AccessForbidden;
        refused(s3().parse(&context, None, &mut counting), forbidden);
        refused(s3().review(&context, None, &mut counting), forbidden);
        refused(
            draft(s3()).and_then(|draft| draft.decide(&free(), &context)),
            forbidden,
        );
        refused(stored.decide(UpdateInput::default()), forbidden);
        refused(
            RestoreInput {
                version: Some(1),
                reason: None,
            }
            .parse(&stored.secret, &context),
            forbidden,
        );
        refused(
            DestroyInput {
                version: Some(1),
                ..DestroyInput::default()
            }
            .decide(&stored.secret, &context),
            forbidden,
        );
        refused(sweep(&stored.secret, context.now, &context), forbidden);
        refused(
            DeleteInput::default().decide(&stored.secret, &[], &context),
            forbidden,
        );
        refused(
            undelete(
                &stored.secret,
                &NameFacts::default(),
                &room(),
                None,
                &context,
            ),
            forbidden,
        );
        refused(empty_from_trash(&stored.secret, &context), forbidden);
        refused(
            sweep_from_trash(&stored.secret, context.now, &context),
            forbidden,
        );
    }
}

#[test]
fn role_03_an_operator_uses_values_and_verifies() {
    assert!(allowed(Role::Operator, Permission::UseValues));
    assert!(allowed(Role::Operator, Permission::Verify));
    assert_eq!(Action::ValueCopied.permission(), Permission::UseValues);
}

#[test]
fn role_03_a_viewer_uses_no_value_and_verifies_nothing() {
    assert!(!allowed(Role::Viewer, Permission::UseValues));
    assert!(!allowed(Role::Viewer, Permission::Verify));
}

#[test]
fn role_04_a_viewer_reads_and_changes_their_own_password() {
    assert!(allowed(Role::Viewer, Permission::ReadMetadata));
    assert!(allowed(Role::Viewer, Permission::ChangeOwnAccess));
}

#[test]
fn role_04_a_viewer_can_do_nothing_else() {
    let granted = Permission::ALL
        .into_iter()
        .filter(|permission| allowed(Role::Viewer, *permission))
        .count();
    assert_eq!(granted, 2);
}

#[test]
fn role_05_an_owner_manages_the_vault() {
    assert!(allowed(Role::Owner, Permission::ManageVault));
    assert_eq!(Action::BackupCreated.permission(), Permission::ManageVault);
}

#[test]
fn role_05_an_admin_does_not_manage_the_vault() {
    assert!(!allowed(Role::Admin, Permission::ManageVault));
}

#[test]
fn audit_01_every_action_has_a_word_of_its_own_and_reads_back() {
    for action in Action::ALL {
        assert_eq!(Action::parse(action.as_str()), Some(action));
    }
}

#[test]
fn audit_01_an_unknown_word_is_no_action() {
    for word in ["", "secret_read", "SecretCreated", "secret_created "] {
        assert_eq!(Action::parse(word), None);
    }
}

#[test]
fn audit_02_an_entry_vouches_for_the_kind_of_record_it_changes() {
    for kind in RecordKind::ALL {
        assert_eq!(RecordKind::parse(kind.as_str()), Some(kind));
        assert!(
            Action::ALL
                .iter()
                .any(|action| action.record() == Some(kind))
        );
    }
    for action in Action::ALL {
        let Some(kind) = action.record() else {
            continue;
        };
        let word = match kind {
            RecordKind::Secret => ["secret_", "version_", "domains_"].as_slice(),
            RecordKind::Location => &["location_"],
            RecordKind::Connection => &["connection_"],
            RecordKind::Vault => &["tier_"],
            RecordKind::Member => &["member_", "identity_"],
            RecordKind::Verification => &["location_verified", "verification_"],
            RecordKind::Rotation => &["rotation_"],
            RecordKind::Policy => &["policy_"],
        };
        assert!(
            word.iter().any(|word| action.as_str().starts_with(word)),
            "{action:?} vouches for a {kind:?}"
        );
        // What a verification found is all that an Operator's entry vouches for.
        if action == Action::LocationVerified {
            continue;
        }
        let reads_only = [
            Permission::ReadMetadata,
            Permission::UseValues,
            Permission::Verify,
        ];
        assert!(!reads_only.contains(&action.permission()), "{action:?}");
    }
}

#[test]
fn audit_02_an_act_that_changes_no_record_vouches_for_none() {
    let vouches_for_none: Vec<&str> = Action::ALL
        .into_iter()
        .filter(|action| action.record().is_none())
        .map(Action::as_str)
        .collect();
    assert_eq!(
        vouches_for_none,
        [
            "value_copied",
            "value_injected",
            "import_applied",
            "vault_created",
            "vault_unlocked",
            "vault_locked",
            "unlock_failures",
            "password_changed",
            "recovery_renewed",
            "backup_created",
            "backup_restored",
            "head_accepted",
            "access_refused",
            "vault_rekeyed",
            "vault_deleted",
            "audit_exported",
            "value_sent",
            "key_disable_asked",
            "key_delete_asked",
            "value_sought",
        ]
    );
    for word in ["", "Secret", "settings", "version"] {
        assert_eq!(RecordKind::parse(word), None);
    }
}

#[test]
fn every_act_of_the_log_asks_for_its_role() {
    let least = |role: Role| -> Vec<&str> {
        Action::ALL
            .into_iter()
            .filter(|action| action.permission().least_role() == role)
            .map(Action::as_str)
            .collect()
    };
    assert_eq!(
        least(Role::Viewer),
        [
            "vault_unlocked",
            "vault_locked",
            "unlock_failures",
            "password_changed",
            "recovery_renewed",
            "head_accepted",
            "access_refused",
            "member_joined",
            "identity_renewed",
            "audit_exported",
        ]
    );
    assert_eq!(
        least(Role::Operator),
        [
            "value_copied",
            "value_injected",
            "location_verified",
            "value_sent",
            "value_sought"
        ]
    );
    assert_eq!(
        least(Role::Owner),
        [
            "vault_created",
            "backup_created",
            "backup_restored",
            "tier_changed",
            "member_founded",
            "member_invited",
            "member_role_changed",
            "member_removed",
            "vault_rekeyed",
            "vault_deleted",
            "policy_default_changed",
        ]
    );
    assert_eq!(least(Role::Admin).len(), Action::ALL.len() - 26);
}
