use domain::ids::{MemberId, VaultId};
use domain::role::Role;

use super::EXAMPLE;
use crate::grant::{Grant, GrantedKeys, Grantee};
use crate::identity::{Identity, NewIdentity};
use crate::page_key::PageKey;
use crate::suite::Recipient;
use crate::wrapped_key::ValueKey;

/// A member that the example's Owner takes in.
struct Colleague {
    identity: Identity,
    recipient: Recipient,
}

impl Colleague {
    fn new() -> Self {
        let identity = NewIdentity::generate().expect("entropy");
        let recipient = identity.recipient();
        let member = MemberId::from_bytes([0x77; 16]);
        let identity = identity.bind(EXAMPLE.file.vault_id(), member, EXAMPLE.file.genesis_hash());
        Self {
            identity,
            recipient,
        }
    }

    fn grantee(&self) -> Grantee<'_> {
        Grantee {
            vault: self.identity.vault_id(),
            epoch: 1,
            member: self.identity.member_id(),
            verifying_key: self.identity.verifying_key(),
            recipient: &self.recipient,
        }
    }

    fn grant(&self, role: Role, value_key: Option<[u8; 32]>) -> Grant {
        let keys = GrantedKeys {
            role,
            page_key: PageKey::copy_from(&EXAMPLE.page_key),
            value_key: value_key.as_ref().map(ValueKey::copy_from),
        };
        Grant::seal(&EXAMPLE.identity(), &self.grantee(), &keys).expect("entropy")
    }
}

fn opens(grant: &Grant, identity: &Identity, grantee: &Grantee<'_>) -> bool {
    grant
        .verify(EXAMPLE.identity().verifying_key(), grantee)
        .is_ok()
        && grant.open(identity, grantee).is_ok()
}

#[test]
fn a_grant_gives_a_member_the_keys_of_the_role() {
    let colleague = Colleague::new();
    for (role, value_key) in [
        (Role::Viewer, None),
        (Role::Operator, Some(EXAMPLE.value_key)),
        (Role::Admin, Some(EXAMPLE.value_key)),
        (Role::Owner, Some(EXAMPLE.value_key)),
    ] {
        let grant = colleague.grant(role, value_key);
        assert!(opens(&grant, &colleague.identity, &colleague.grantee()));
        let Ok(opened) = grant.open(&colleague.identity, &colleague.grantee()) else {
            panic!("the grant of {role} does not open");
        };
        assert_eq!(opened.role, role);
        assert_eq!(opened.page_key.expose_bytes(), &EXAMPLE.page_key);
        assert_eq!(opened.value_key.map(|key| *key.expose_bytes()), value_key);
    }
}

#[test]
fn a_viewers_grant_with_a_value_key_is_refused() {
    let colleague = Colleague::new();
    let grant = colleague.grant(Role::Viewer, Some(EXAMPLE.value_key));
    assert!(!opens(&grant, &colleague.identity, &colleague.grantee()));
}

#[test]
fn an_operators_grant_without_a_value_key_is_refused() {
    let colleague = Colleague::new();
    let grant = colleague.grant(Role::Operator, None);
    assert!(!opens(&grant, &colleague.identity, &colleague.grantee()));
}

#[test]
fn a_grant_of_an_unknown_role_or_another_length_is_refused() {
    let colleague = Colleague::new();
    let keys = |role: u8| [&[role][..], &EXAMPLE.page_key, &EXAMPLE.value_key].concat();
    let opens = |plaintext: &[u8]| {
        let grantee = colleague.grantee();
        let sealed = colleague
            .recipient
            .seal(&grantee.info(), plaintext)
            .expect("entropy");
        let grant: Grant = serde_json::from_value(serde_json::json!({
            "signer": EXAMPLE.identity().member_id(),
            "sealed": crate::canonical::encode_bytes(&sealed),
            "signature": crate::canonical::encode_bytes(&[0; 64]),
        }))
        .expect("a grant");
        grant.open(&colleague.identity, &grantee).is_ok()
    };
    assert!(opens(&keys(4)));
    for role in [0, 5, 255] {
        assert!(!opens(&keys(role)), "role {role}");
    }
    assert!(!opens(&keys(4)[..64]));
    assert!(!opens(&[&keys(4)[..], &[0]].concat()));
    assert!(!opens(&[]));
}

#[test]
fn a_grant_with_any_bound_field_swapped_is_refused() {
    let colleague = Colleague::new();
    let grant = colleague.grant(Role::Operator, Some(EXAMPLE.value_key));
    let another = Colleague::new();
    for grantee in [
        Grantee {
            vault: VaultId::from_bytes([9; 16]),
            ..colleague.grantee()
        },
        Grantee {
            epoch: 2,
            ..colleague.grantee()
        },
        Grantee {
            member: MemberId::from_bytes([9; 16]),
            ..colleague.grantee()
        },
        Grantee {
            verifying_key: another.identity.verifying_key(),
            ..colleague.grantee()
        },
        Grantee {
            recipient: &another.recipient,
            ..colleague.grantee()
        },
    ] {
        assert!(
            grant
                .verify(EXAMPLE.identity().verifying_key(), &grantee)
                .is_err()
        );
    }
    // What the signature says is sealed into the ciphertext too.
    for grantee in [
        Grantee {
            vault: VaultId::from_bytes([9; 16]),
            ..colleague.grantee()
        },
        Grantee {
            epoch: 2,
            ..colleague.grantee()
        },
        Grantee {
            member: MemberId::from_bytes([9; 16]),
            ..colleague.grantee()
        },
    ] {
        assert!(grant.open(&colleague.identity, &grantee).is_err());
    }
}

#[test]
fn a_grant_for_another_identity_does_not_open() {
    let colleague = Colleague::new();
    let grant = colleague.grant(Role::Operator, Some(EXAMPLE.value_key));
    assert!(
        grant
            .open(&Colleague::new().identity, &colleague.grantee())
            .is_err()
    );
}

#[test]
fn a_grant_signed_by_someone_else_in_the_owners_name_is_refused() {
    let colleague = Colleague::new();
    let keys = GrantedKeys {
        role: Role::Owner,
        page_key: PageKey::copy_from(&EXAMPLE.page_key),
        value_key: Some(ValueKey::copy_from(&EXAMPLE.value_key)),
    };
    let mut grant = Grant::seal(&colleague.identity, &colleague.grantee(), &keys).expect("entropy");
    grant.signer = EXAMPLE.identity().member_id();
    assert!(!opens(&grant, &colleague.identity, &colleague.grantee()));
}

#[test]
fn a_grant_with_another_signers_name_is_refused() {
    let colleague = Colleague::new();
    let mut grant = colleague.grant(Role::Operator, Some(EXAMPLE.value_key));
    grant.signer = colleague.identity.member_id();
    assert!(!opens(&grant, &colleague.identity, &colleague.grantee()));
}
