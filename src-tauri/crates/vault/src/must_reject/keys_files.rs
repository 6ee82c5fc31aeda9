use domain::ids::{MemberId, VaultId};
use serde_json::{Value, json};

use super::{EXAMPLE, Example};
use crate::identity::Identity;
use crate::invitation_code::InvitationCode;
use crate::kdf::{COST_TOGETHER_MAX, KdfParams};
use crate::keys_file::{Content, KEYS_FILE_BYTES_MAX, KeysFile, ParseKeysError};
use crate::password::Password;
use crate::slot::InvitationSlot;
use crate::unlock_keys::{
    UnlockKeysError, UnlockWith, require_own_place, require_replayed, unlock_keys,
};

fn unlock(file: &KeysFile, with: UnlockWith<'_>) -> Result<(), UnlockKeysError> {
    let unlocked = unlock_keys(file, with)?;
    require_replayed(file, &EXAMPLE.members)?;
    require_own_place(&unlocked, &EXAMPLE.members)?;
    assert_eq!(
        *unlocked.identity.dangerous_expose_bytes(),
        EXAMPLE.identity
    );
    assert_eq!(unlocked.page_key.expose_bytes(), &EXAMPLE.page_key);
    assert_eq!(
        unlocked.value_key.map(|key| *key.expose_bytes()),
        Some(EXAMPLE.value_key)
    );
    Ok(())
}

fn unlock_by_identity(file: &KeysFile) -> Result<(), UnlockKeysError> {
    unlock(file, UnlockWith::Identity(EXAMPLE.identity()))
}

/// The file after `edit`, signed again by the Owner: what remains are the checks under the
/// signature of the whole.
fn resigned(edit: impl FnOnce(&mut Value)) -> Result<KeysFile, ParseKeysError> {
    resigned_by(&EXAMPLE.identity(), edit)
}

fn resigned_by(
    writer: &Identity,
    edit: impl FnOnce(&mut Value),
) -> Result<KeysFile, ParseKeysError> {
    let mut json: Value = serde_json::from_slice(&EXAMPLE.file.to_bytes()).expect("JSON");
    edit(&mut json);
    let content: Content = serde_json::from_value(json).map_err(ParseKeysError::Malformed)?;
    KeysFile::parse(&content.sign(writer).to_bytes())
}

#[test]
fn lock_02_every_way_in_opens_the_file_as_it_was_written() {
    let file = KeysFile::parse(&EXAMPLE.file.to_bytes()).expect("our own encoding");
    assert!(unlock_by_identity(&file).is_ok());
    assert!(unlock(&file, UnlockWith::Password(&EXAMPLE.password())).is_ok());
    assert!(unlock(&file, UnlockWith::Recovery(&EXAMPLE.recovery_code())).is_ok());
}

#[test]
fn lock_02_a_wrong_password_and_a_damaged_slot_are_told_apart() {
    let wrong = Password::parse("wrong").expect("a password");
    let answer = unlock(&EXAMPLE.file, UnlockWith::Password(&wrong));
    assert!(matches!(answer, Err(UnlockKeysError::WrongPassword)));

    let damaged = edit_slot("password", |slot| slot["salt"] = json!("A".repeat(43)));
    for password in [&wrong, &EXAMPLE.password()] {
        let answer = unlock(&damaged, UnlockWith::Password(password));
        assert!(matches!(answer, Err(UnlockKeysError::SlotDamaged)));
    }
    let answer = unlock(&damaged, UnlockWith::Recovery(&EXAMPLE.recovery_code()));
    assert!(
        answer.is_ok(),
        "the owner signed the damaged slot here, and the other is whole"
    );
}

fn edit_slot(kind: &str, edit: impl FnOnce(&mut Value)) -> KeysFile {
    let edited = resigned(|json| {
        let slots = json["members"][0]["slots"].as_array_mut().expect("a list");
        edit(
            slots
                .iter_mut()
                .find(|slot| slot["kind"] == kind)
                .expect("each member has both"),
        );
    });
    edited.expect("the form is right")
}

/// The heart of the format's promise: no byte of `keys.json` can change unnoticed.
#[test]
fn every_flipped_bit_of_the_file_is_refused() {
    let bytes = EXAMPLE.file.to_bytes();
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1 << (place % 8);
        if let Ok(file) = KeysFile::parse(&changed) {
            assert!(
                unlock_by_identity(&file).is_err(),
                "bit {} of byte {place}",
                place % 8
            );
        }
    }
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let bytes = EXAMPLE.file.to_bytes();
    for length in 0..bytes.len() {
        assert!(KeysFile::parse(&bytes[..length]).is_err(), "{length} bytes");
    }
}

#[test]
fn every_other_spelling_of_the_same_content_is_refused() {
    let text = EXAMPLE.text();
    let name = r#""name": "Acme""#;
    let spellings = [
        format!("\u{feff}{text}"),
        format!(" {text}"),
        format!("{text}\n"),
        format!("{text}{{}}"),
        text.trim_end().to_owned(),
        text.replace('\n', "\r\n"),
        text.replace("  ", "\t"),
        text.replace(": ", ":"),
        text.replace(name, r#""name": "\u0041cme""#),
        text.replace(name, r#""name": "Acme", "name": "Acme""#),
        text.replace(name, r#""name": "Acme", "note": """#),
        text.replace(name, r#""name": " Acme""#),
        text.replace("Acme", "Cafe\u{301}"),
        text.replace(r#""generation": 1"#, r#""generation": 1.0"#),
        text.replace(r#""generation": 1"#, r#""generation": 01"#),
        text.replace(r#""generation": 1"#, r#""generation": 1e0"#),
        text.replace(r#""generation": 1"#, r#""generation": "1""#),
        text.replace(r#""generation": 1"#, r#""generation": -1"#),
        text.replace(".000Z", "Z"),
        text.replace("vlt_", "vlt_0"),
        text.replace(
            r#""kind": "password","#,
            r#""kind": "password", "kind": "password","#,
        ),
        text.replace(
            r#""kind": "password","#,
            r#""kind": "password", "hint": "bird","#,
        ),
        text.replace(r#""kind": "password","#, r#""kind": "pin","#),
        text.replace(r#""kind": "password","#, r#""kind": "Password","#),
        text.replace(r#""passes": 3"#, r#""passes": 3, "secret": null"#),
        text.replace(r#""signer""#, r#""by""#),
    ];
    for spelling in spellings {
        assert_ne!(spelling, text, "the edit found its place");
        assert!(KeysFile::parse(spelling.as_bytes()).is_err(), "{spelling}");
    }
}

/// Copies of the Owner under other ids; `edit` has each one's password slot.
fn crowd(members: u8, edit: fn(&mut Value)) -> KeysFile {
    let file = resigned(|json| {
        let list = json["members"].as_array_mut().expect("a list");
        for slot in list[0]["slots"].as_array_mut().expect("a list") {
            if slot["kind"] == "password" {
                edit(slot);
            }
        }
        let owner = list[0].clone();
        for number in 1..members {
            let mut member = owner.clone();
            member["member_id"] = json!(MemberId::from_bytes([number; 16]).to_string());
            list.push(member);
        }
        list.sort_by_key(|member| member["member_id"].as_str().map(str::to_owned));
    });
    file.expect("the form is right")
}

#[test]
fn lock_01_slots_that_cost_too_much_together_are_refused_before_any_work() {
    let file = crowd(4, |slot| {
        slot["kdf"]["memory_kib"] = json!(1024 * 1024);
        slot["kdf"]["passes"] = json!(20);
    });
    assert!(matches!(
        unlock(&file, UnlockWith::Password(&EXAMPLE.password())),
        Err(UnlockKeysError::KdfOutOfBounds)
    ));
}

#[test]
fn lock_01_many_slots_at_the_floor_are_tried() {
    let file = crowd(255, |_unchanged| ());
    let refused = unlock(&file, UnlockWith::Password(&EXAMPLE.password())).err();
    assert!(
        matches!(refused, Some(UnlockKeysError::Tampered(_))),
        "the Owner's slot opened, and the others were found out: {refused:?}"
    );
}

#[test]
fn lock_01_a_new_password_leaves_room_for_everyone_who_may_come() {
    let wanted = KdfParams::parse(1024 * 1024, 20, 1).expect("within bounds");
    for members in [1_u8, 2, 100, 255] {
        let file = crowd(members, |_unchanged| ());
        let joining = MemberId::from_bytes([0xFE; 16]);
        let given = file.content().affordable(joining, wanted);
        let others = 255 * KdfParams::FLOOR.cost();
        assert!(given.cost() + others <= COST_TOGETHER_MAX, "{members}");
        assert!(given.cost() >= KdfParams::FLOOR.cost(), "{members}");
        let modest = file.content().affordable(joining, KdfParams::FLOOR);
        assert_eq!(modest, KdfParams::FLOOR, "{members}");
    }
    // Where others have taken all of it, the floor is what remains.
    let file = crowd(4, |slot| slot["kdf"]["memory_kib"] = json!(1024 * 1024));
    let given = file
        .content()
        .affordable(MemberId::from_bytes([0xFE; 16]), wanted);
    assert!(given.cost() < wanted.cost());
}

#[test]
fn members_with_other_slots_than_their_standing_asks_for_are_refused() {
    let refused = |edit: &dyn Fn(&mut Vec<Value>)| {
        resigned(|json| {
            let slots = json["members"][0]["slots"].as_array_mut().expect("a list");
            edit(slots);
            slots.sort_by_key(|slot| slot["slot_id"].as_str().map(str::to_owned));
        })
        .is_err()
    };
    let code = InvitationCode::generate().expect("entropy");
    let slot = InvitationSlot::seal(&EXAMPLE.identity(), &code).expect("entropy");
    let invitation = serde_json::to_value(slot).expect("JSON");
    assert!(!refused(&|_unchanged| ()));
    assert!(!refused(&|slots| *slots = vec![invitation.clone()]));
    assert!(
        refused(&|slots| slots.push(invitation.clone())),
        "all three"
    );
    assert!(refused(&|slots| slots[0] = invitation.clone()));
    assert!(refused(&|slots| slots[1] = invitation.clone()));
    assert!(refused(&|slots| slots.truncate(1)));
    assert!(refused(&|slots| *slots = vec![]));
    let another = InvitationSlot::seal(&EXAMPLE.identity(), &code).expect("entropy");
    let another = serde_json::to_value(another).expect("JSON");
    let two = vec![invitation.clone(), another];
    assert!(refused(&|slots| slots.clone_from(&two)), "two invitations");
}

#[test]
fn members_in_another_order_are_refused() {
    let mut lines: Vec<&str> = Vec::new();
    let text = EXAMPLE.text();
    lines.extend(text.lines());
    let generation = lines
        .iter()
        .position(|line| line.contains("generation"))
        .expect("a line");
    lines.swap(generation, generation + 1);
    assert!(KeysFile::parse(format!("{}\n", lines.join("\n")).as_bytes()).is_err());
}

#[test]
fn a_newer_format_is_called_newer_and_an_unknown_one_damaged() {
    let with_format = |format: &str| {
        KeysFile::parse(EXAMPLE.text().replace("turnstone/1", format).as_bytes()).err()
    };
    assert!(matches!(
        with_format("turnstone/2"),
        Some(ParseKeysError::Newer { version: 2 })
    ));
    for format in [
        "turnstone/0",
        "turnstone/01",
        "turnstone/+1",
        "turnstone/",
        "Turnstone/1",
        "other/1",
        "",
    ] {
        assert!(
            matches!(with_format(format), Some(ParseKeysError::Damaged(_))),
            "{format}"
        );
    }
    let newer_with_unknown_members = r#"{"format": "turnstone/3", "tents": []}"#;
    assert!(matches!(
        KeysFile::parse(newer_with_unknown_members.as_bytes()).err(),
        Some(ParseKeysError::Newer { version: 3 })
    ));
}

#[test]
fn what_is_no_keys_file_at_all_is_refused() {
    for text in [
        "",
        "{",
        "[]",
        "null",
        "0",
        "\"\"",
        "{}",
        "\0",
        "{\"format\":1}",
    ] {
        assert!(KeysFile::parse(text.as_bytes()).is_err(), "{text}");
    }
    assert!(KeysFile::parse(&[0xFF; 100]).is_err());
    assert!(
        KeysFile::parse("[".repeat(100_000).as_bytes()).is_err(),
        "a deep one"
    );
    let spaces = " ".repeat(KEYS_FILE_BYTES_MAX + 1);
    assert!(matches!(
        KeysFile::parse(spaces.as_bytes()),
        Err(ParseKeysError::TooLarge)
    ));
}

#[test]
fn values_out_of_range_are_refused_even_where_an_owner_signs_them() {
    let refused = |edit: fn(&mut Value)| resigned(edit).is_err();
    assert!(!refused(|_unchanged| ()));
    assert!(refused(|json| json["suite"] = json!(1)));
    assert!(refused(|json| json["suite"] = json!(3)));
    assert!(refused(|json| json["generation"] = json!(0)));
    assert!(refused(|json| json["generation"] = json!(1_u64 << 53)));
    assert!(refused(|json| json["epoch"] = json!(0)));
    assert!(refused(|json| json["epoch"] = json!(1_u64 << 32)));
    assert!(refused(|json| json["name"] = json!("")));
    assert!(refused(|json| json["name"] = json!("a\u{7}b")));
    assert!(refused(|json| json["name"] = json!("n".repeat(256))));
    assert!(refused(|json| json["database"] = json!("../vault.db")));
    assert!(refused(|json| json["members"] = json!([])));
    assert!(refused(|json| json["members"][0]["slots"] = json!([])));
    assert!(refused(|json| {
        let twice = json["members"][0].clone();
        json["members"].as_array_mut().expect("a list").push(twice);
    }));
    assert!(refused(|json| {
        let twice = json["members"][0]["slots"][0].clone();
        json["members"][0]["slots"]
            .as_array_mut()
            .expect("a list")
            .push(twice);
    }));
    assert!(refused(|json| json["members"][0]["slots"]
        .as_array_mut()
        .expect("a list")
        .reverse()));
    assert!(refused(|json| {
        json["members"][0]["recipient"] = json!(crate::canonical::encode_bytes(&[0xFF; 1216]));
    }));
}

#[test]
fn a_file_whose_writer_is_no_member_is_refused() {
    let text = EXAMPLE.text();
    let writer = format!(r#""writer": "{}""#, EXAMPLE.identity().member_id());
    let stranger = format!(r#""writer": "{}""#, MemberId::from_bytes([9; 16]));
    let edited = text.replace(&writer, &stranger);
    assert_ne!(edited, text);
    assert!(KeysFile::parse(edited.as_bytes()).is_err());
}

#[test]
fn keys_of_another_length_are_refused() {
    for (member, bytes) in [
        ("verifying_key", 31),
        ("verifying_key", 33),
        ("recipient", 1215),
        ("recipient", 1217),
    ] {
        let answer = resigned(|json| {
            json["members"][0][member] = json!(crate::canonical::encode_bytes(&vec![0; bytes]));
        });
        assert!(answer.is_err(), "{member} of {bytes} bytes");
    }
}

#[test]
fn a_file_that_says_another_vault_or_first_owner_is_refused() {
    let refused = |edit: fn(&mut Value)| match resigned(edit) {
        Ok(file) => unlock_by_identity(&file).is_err(),
        Err(_) => true,
    };
    assert!(!refused(|_unchanged| ()));
    assert!(refused(
        |json| json["vault_id"] = json!(VaultId::from_bytes([9; 16]).to_string())
    ));
    assert!(refused(
        |json| json["genesis"]["created_at"] = json!("2020-01-01T00:00:00.000Z")
    ));
    assert!(refused(
        |json| json["genesis"]["owner"] = json!(MemberId::from_bytes([9; 16]).to_string())
    ));
    assert!(refused(
        |json| json["genesis"]["verifying_key"] = json!("A".repeat(43))
    ));
    assert!(refused(
        |json| json["genesis"]["recipient_hash"] = json!("A".repeat(43))
    ));
    assert!(refused(|json| json["epoch"] = json!(2)));
    assert!(refused(
        |json| json["members"][0]["grant"]["sealed"] = json!("AAAA")
    ));
    assert!(refused(|json| {
        json["members"][0]["grant"]["signer"] = json!(MemberId::from_bytes([9; 16]).to_string());
    }));
}

#[test]
fn another_vaults_members_grants_and_files_are_refused() {
    let other = Example::create("Other");
    assert!(matches!(
        unlock_by_identity(&other.file),
        Err(UnlockKeysError::NotAMember)
    ));

    let theirs: Value = serde_json::from_slice(&other.file.to_bytes()).expect("JSON");
    let refused = |edit: &dyn Fn(&mut Value)| match resigned_by(&EXAMPLE.identity(), edit) {
        Ok(file) => unlock_by_identity(&file).is_err(),
        Err(_) => true,
    };
    for member in ["verifying_key", "recipient", "grant", "slots"] {
        assert!(
            refused(&|json| json["members"][0][member] = theirs["members"][0][member].clone()),
            "{member}"
        );
    }
    assert!(refused(&|json| json["genesis"] = theirs["genesis"].clone()));
    assert!(refused(&|json| json["members"] = theirs["members"].clone()));
}

#[test]
fn a_file_signed_by_a_stranger_is_refused() {
    let mut stranger = EXAMPLE.identity;
    stranger[0] ^= 1;
    let stranger = Identity::dangerous_from_bytes(&stranger);
    let file = resigned_by(&stranger, |_unchanged| ()).expect("the form is right");
    assert!(matches!(
        unlock_by_identity(&file),
        Err(UnlockKeysError::Tampered(_))
    ));
}

/// A whole new vault under the old ids: nothing in it leads back to the first Owner's key.
#[test]
fn a_vault_made_anew_around_a_members_slot_is_refused() {
    let mut usurper = EXAMPLE.identity;
    usurper[0] ^= 1;
    let usurper = Identity::dangerous_from_bytes(&usurper);
    let key = crate::canonical::encode_bytes(&usurper.verifying_key().to_bytes());
    let file = resigned_by(&usurper, |json| {
        json["genesis"]["verifying_key"] = json!(key);
        json["members"][0]["verifying_key"] = json!(key);
    });
    let file = file.expect("the form is right");
    for with in [
        UnlockWith::Identity(EXAMPLE.identity()),
        UnlockWith::Password(&EXAMPLE.password()),
        UnlockWith::Recovery(&EXAMPLE.recovery_code()),
    ] {
        assert!(matches!(
            unlock(&file, with),
            Err(UnlockKeysError::Tampered(_))
        ));
    }
}
