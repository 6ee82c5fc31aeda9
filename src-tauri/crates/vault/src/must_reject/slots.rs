use std::sync::LazyLock;

use domain::ids::{MemberId, SlotId, VaultId};
use serde_json::{Value, json};

use super::{EXAMPLE, PASSWORD};
use crate::identity::Identity;
use crate::invitation_code::InvitationCode;
use crate::password::Password;
use crate::recovery_code::RecoveryCode;
use crate::slot::{InvitationSlot, OpenSlotError, Slot, SlotOwner};

fn owner() -> SlotOwner {
    let identity = EXAMPLE.identity();
    SlotOwner {
        vault: identity.vault_id(),
        member: identity.member_id(),
    }
}

fn password_slot() -> Slot {
    slot_of_kind("password")
}

fn recovery_slot() -> Slot {
    slot_of_kind("recovery")
}

static CODE: LazyLock<InvitationCode> =
    LazyLock::new(|| InvitationCode::generate().expect("entropy"));

/// Of the same identity, as if its member had been invited.
fn invitation_slot() -> Slot {
    InvitationSlot::seal(&EXAMPLE.identity(), &CODE).expect("entropy")
}

fn slot_of_kind(kind: &str) -> Slot {
    let member = &EXAMPLE.file.content().members[0];
    let slots = member.slots.iter();
    slots
        .clone()
        .find(|slot| to_json(slot)["kind"] == kind)
        .expect("each member has both")
        .clone()
}

fn to_json(slot: &Slot) -> Value {
    serde_json::to_value(slot).expect("JSON")
}

/// The slot as someone would leave it who can edit the file and knows the public checksum.
fn edited(slot: &Slot, edit: impl FnOnce(&mut Value)) -> Slot {
    let mut json = to_json(slot);
    edit(&mut json);
    serde_json::from_value::<Slot>(json)
        .expect("still a slot")
        .with_checksum(owner())
}

fn open(slot: &Slot, owner: SlotOwner) -> Result<Identity, OpenSlotError> {
    slot.open_by_password(owner, &EXAMPLE.password())
        .or_else(|| slot.open_by_recovery_code(owner, &EXAMPLE.recovery_code()))
        .or_else(|| slot.open_by_invitation_code(owner, &CODE))
        .expect("a slot is of one kind or another")
}

fn opens(slot: &Slot, owner: SlotOwner) -> bool {
    open(slot, owner).is_ok()
}

#[test]
fn lock_02_the_right_password_and_code_open_their_slots() {
    for slot in [password_slot(), recovery_slot(), invitation_slot()] {
        let Ok(identity) = open(&slot, owner()) else {
            panic!("the slot does not open")
        };
        assert_eq!(*identity.dangerous_expose_bytes(), EXAMPLE.identity);
    }
}

#[test]
fn lock_02_a_wrong_password_or_code_is_no_damage() {
    let wrong = Password::parse("plover dunlin sanderling knob").expect("a password");
    assert!(matches!(
        password_slot().open_by_password(owner(), &wrong),
        Some(Err(OpenSlotError::WrongSecret))
    ));
    let wrong = RecoveryCode::generate().expect("entropy");
    assert!(matches!(
        recovery_slot().open_by_recovery_code(owner(), &wrong),
        Some(Err(OpenSlotError::WrongSecret))
    ));
    let wrong = InvitationCode::generate().expect("entropy");
    assert!(matches!(
        invitation_slot().open_by_invitation_code(owner(), &wrong),
        Some(Err(OpenSlotError::WrongSecret))
    ));
}

#[test]
fn an_invitation_is_neither_a_password_nor_a_recovery_code() {
    let slot = invitation_slot();
    assert!(
        slot.open_by_password(owner(), &EXAMPLE.password())
            .is_none()
    );
    assert!(
        slot.open_by_recovery_code(owner(), &EXAMPLE.recovery_code())
            .is_none()
    );
    for slot in [password_slot(), recovery_slot()] {
        assert!(slot.open_by_invitation_code(owner(), &CODE).is_none());
    }
    // The bytes that a recovery slot seals for the very same key.
    let recipient = CODE.derive_recipient_key().recipient();
    let json = to_json(&slot);
    let slot_id = SlotId::parse(json["slot_id"].as_str().expect("text")).expect("an id");
    let sealed_as = |label: &[u8]| {
        let info = [
            label,
            &owner().vault.to_bytes(),
            &owner().member.to_bytes(),
            &slot_id.to_bytes(),
            &[crate::suite::SUITE],
        ]
        .concat();
        let sealed = recipient.seal(&info, &EXAMPLE.identity).expect("entropy");
        edited(&slot, |slot| {
            slot["sealed"] = json!(crate::canonical::encode_bytes(&sealed));
        })
    };
    assert!(opens(&sealed_as(crate::labels::INVITATION_SLOT), owner()));
    assert!(!opens(&sealed_as(crate::labels::RECOVERY_SLOT), owner()));
}

#[test]
fn a_password_is_no_recovery_code() {
    assert!(
        password_slot()
            .open_by_recovery_code(owner(), &EXAMPLE.recovery_code())
            .is_none()
    );
    assert!(
        recovery_slot()
            .open_by_password(owner(), &EXAMPLE.password())
            .is_none()
    );
}

#[test]
fn lock_02_every_changed_character_of_a_slot_is_told_as_damage() {
    for slot in [password_slot(), recovery_slot(), invitation_slot()] {
        let text = serde_json::to_string(&slot).expect("JSON");
        for place in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[place] ^= 1;
            if let Ok(changed) = serde_json::from_slice::<Slot>(&bytes) {
                let opened = open(&changed, owner());
                assert!(
                    matches!(opened, Err(OpenSlotError::Damaged)),
                    "byte {place} of {text}"
                );
            }
        }
    }
}

#[test]
fn a_slot_moved_to_another_vault_or_member_is_refused() {
    for slot in [password_slot(), recovery_slot(), invitation_slot()] {
        for place in [
            SlotOwner {
                vault: VaultId::from_bytes([9; 16]),
                ..owner()
            },
            SlotOwner {
                member: MemberId::from_bytes([9; 16]),
                ..owner()
            },
        ] {
            assert!(!opens(&slot, place));
            assert!(
                !opens(&slot.clone().with_checksum(place), place),
                "with the checksum corrected"
            );
        }
    }
}

#[test]
fn a_slot_with_another_id_is_refused() {
    for slot in [password_slot(), recovery_slot(), invitation_slot()] {
        let slot = edited(&slot, |slot| {
            slot["slot_id"] = json!(SlotId::from_bytes([9; 16]).to_string());
        });
        assert!(!opens(&slot, owner()));
    }
}

#[test]
fn a_password_slot_with_other_parameters_or_salt_is_refused() {
    let salt = to_json(&password_slot())["salt"]
        .as_str()
        .expect("text")
        .replace(['A', 'b', '1'], "Z");
    for (member, value) in [
        ("memory_kib", json!(65537)),
        ("passes", json!(4)),
        ("lanes", json!(2)),
    ] {
        let slot = edited(&password_slot(), |slot| slot["kdf"][member] = value);
        assert!(
            matches!(open(&slot, owner()), Err(OpenSlotError::WrongSecret)),
            "{member}"
        );
    }
    for other in [
        format!("AAAA{}", &salt[4..]),
        salt[..22].to_owned(),
        String::new(),
    ] {
        let slot = edited(&password_slot(), |slot| slot["salt"] = json!(other));
        assert!(!opens(&slot, owner()), "{other}");
    }
}

/// Were any work done first, four terabytes of memory would be asked for.
#[test]
fn lock_01_a_slot_below_the_floor_or_above_the_ceiling_is_refused_before_any_work() {
    for (member, value) in [
        ("memory_kib", 65535),
        ("memory_kib", 1_048_577),
        ("memory_kib", u32::MAX),
        ("passes", 2),
        ("passes", 21),
        ("passes", u32::MAX),
        ("lanes", 0),
        ("lanes", 9),
    ] {
        let slot = edited(&password_slot(), |slot| slot["kdf"][member] = json!(value));
        assert!(
            matches!(open(&slot, owner()), Err(OpenSlotError::KdfOutOfBounds)),
            "{member} {value}"
        );
    }
}

#[test]
fn lock_01_another_derivation_than_argon2id_is_refused() {
    for algorithm in ["argon2i", "argon2d", "Argon2id", "pbkdf2", ""] {
        let slot = edited(&password_slot(), |slot| {
            slot["kdf"]["algorithm"] = json!(algorithm)
        });
        assert!(
            matches!(open(&slot, owner()), Err(OpenSlotError::KdfOutOfBounds)),
            "{algorithm}"
        );
    }
}

#[test]
fn sealed_bytes_that_are_cut_padded_or_no_base64_are_refused() {
    for slot in [password_slot(), recovery_slot(), invitation_slot()] {
        let sealed = to_json(&slot)["sealed"].as_str().expect("text").to_owned();
        for other in [
            String::new(),
            "AAAA".to_owned(),
            sealed[..sealed.len() - 4].to_owned(),
            format!("{sealed}AAAA"),
            format!("{sealed}="),
            format!(" {sealed}"),
            sealed.replacen(|_| true, "!", 1),
        ] {
            let slot = edited(&slot, |slot| slot["sealed"] = json!(other));
            assert!(!opens(&slot, owner()), "{other}");
        }
    }
}

/// Sealed as it should be, by someone who knows the public recipient.
#[test]
fn a_slot_that_holds_another_members_identity_is_refused() {
    let recipient = EXAMPLE.recovery_code().derive_recipient_key().recipient();
    let json = to_json(&recovery_slot());
    let slot_id = SlotId::parse(json["slot_id"].as_str().expect("text")).expect("an id");
    let info = [
        crate::labels::RECOVERY_SLOT,
        &owner().vault.to_bytes(),
        &owner().member.to_bytes(),
        &slot_id.to_bytes(),
        &[crate::suite::SUITE],
    ]
    .concat();
    let opens_with = |identity: &[u8]| {
        let sealed = recipient.seal(&info, identity).expect("entropy");
        let slot = edited(&recovery_slot(), |slot| {
            slot["sealed"] = json!(crate::canonical::encode_bytes(&sealed));
        });
        opens(&slot, owner())
    };
    assert!(opens_with(&EXAMPLE.identity));
    for place in [64, 80] {
        let mut another = EXAMPLE.identity;
        another[place] ^= 1;
        assert!(!opens_with(&another), "vault id, then member id");
    }
    assert!(!opens_with(&EXAMPLE.identity[..127]));
    assert!(!opens_with(&[&EXAMPLE.identity[..], &[0]].concat()));
}

#[test]
fn a_recovery_slot_with_another_recipient_is_refused() {
    let stranger = RecoveryCode::generate()
        .expect("entropy")
        .derive_recipient_key()
        .recipient();
    let slot = edited(&recovery_slot(), |slot| {
        slot["recipient"] = json!(crate::canonical::encode_bytes(stranger.as_bytes()));
    });
    assert!(!opens(&slot, owner()));
    let Slot::Recovery(slot) = &slot else {
        panic!("a recovery slot")
    };
    assert!(
        slot.verify_statement(owner(), EXAMPLE.identity().verifying_key())
            .is_err()
    );
}

#[test]
fn a_recovery_statement_for_another_vault_member_slot_or_key_is_refused() {
    let verifies = |slot: &Slot, owner| {
        let Slot::Recovery(slot) = slot else {
            panic!("a recovery slot")
        };
        slot.verify_statement(owner, EXAMPLE.identity().verifying_key())
            .is_ok()
    };
    let slot = recovery_slot();
    assert!(verifies(&slot, owner()));
    assert!(!verifies(
        &slot,
        SlotOwner {
            vault: VaultId::from_bytes([9; 16]),
            ..owner()
        }
    ));
    assert!(!verifies(
        &slot,
        SlotOwner {
            member: MemberId::from_bytes([9; 16]),
            ..owner()
        }
    ));
    let moved = edited(&slot, |slot| {
        slot["slot_id"] = json!(SlotId::from_bytes([9; 16]).to_string());
    });
    assert!(!verifies(&moved, owner()));
    let unsigned = edited(&slot, |slot| {
        slot["statement"] = json!(crate::canonical::encode_bytes(&[0; 64]));
    });
    assert!(!verifies(&unsigned, owner()));
}

#[test]
fn lock_01_a_decomposed_password_opens_the_slot_of_its_composed_form() {
    let identity = EXAMPLE.identity();
    let seal = |text: &str| {
        let password = Password::parse(text).expect("a password");
        crate::slot::PasswordSlot::seal(&identity, &password, crate::kdf::KdfParams::FLOOR)
    };
    let Ok(slot) = seal("Caf\u{e9}") else {
        panic!("no slot")
    };
    let open = |text: &str| {
        let password = Password::parse(text).expect("a password");
        slot.open_by_password(owner(), &password)
            .expect("a password slot")
            .is_ok()
    };
    assert!(open("Cafe\u{301}"));
    assert!(!open("Caf\u{e9} "), "never trimmed");
    assert!(!open(PASSWORD));
}
