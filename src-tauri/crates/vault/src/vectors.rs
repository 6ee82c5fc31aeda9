//! The frozen vectors of FORMAT.md §17. They never change: a vault written today opens for good.

mod fingerprints;
mod records;

use domain::catalogue::AuthMethod;
use domain::credentials::Credentials;
use domain::ids::{MemberId, SecretId, SlotId, VaultId, VersionId};
use domain::role::Role;
use domain::time::Timestamp;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable, OpModeR};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::aead;
use crate::genesis::Genesis;
use crate::grant::{Grant, Grantee};
use crate::identity::{Identity, MacPurpose};
use crate::invitation_code::InvitationCode;
use crate::kdf::{self, KdfParams};
use crate::keys_file::KeysFile;
use crate::memory::Key;
use crate::password::Password;
use crate::recovery_code::RecoveryCode;
use crate::seal::{SealContext, SealedValues, VersionKey};
use crate::signature::SigningPurpose;
use crate::slot::{Slot, SlotOwner};
use crate::suite::{Recipient, RecipientKey};
use crate::unlock_keys::{UnlockWith, unlock_keys};
use crate::wrapped_key::{ValueKey, WrappedVersionKey};

const CONSTRUCTIONS: &str = include_str!("../tests/vectors/constructions.json");
const X_WING: &str = include_str!("../tests/vectors/x-wing.json");
const HPKE: &str = include_str!("../tests/vectors/hpke.json");
const KEYS: &str = include_str!("../tests/vectors/keys-1.json");
const KEYS_OPENED: &str = include_str!("../tests/vectors/keys-1.opened.json");

fn construction(name: &str) -> Value {
    let all: Value = serde_json::from_str(CONSTRUCTIONS).expect("JSON");
    all[name].clone()
}

fn text<'a>(vector: &'a Value, member: &str) -> &'a str {
    vector[member].as_str().expect("a text")
}

fn bytes(vector: &Value, member: &str) -> Vec<u8> {
    hex::decode(text(vector, member)).expect("hexadecimal")
}

fn array<const N: usize>(vector: &Value, member: &str) -> [u8; N] {
    bytes(vector, member)
        .try_into()
        .expect("the right number of bytes")
}

fn number(vector: &Value, member: &str) -> u32 {
    u32::try_from(vector[member].as_u64().expect("a number")).expect("a small one")
}

fn identity() -> Identity {
    Identity::dangerous_from_bytes(&array(&construction("identity"), "identity"))
}

fn recipient_sha256(recipient: &Recipient) -> String {
    hex::encode(Sha256::digest(recipient.as_bytes()))
}

#[test]
fn x_wing_meets_the_vectors_of_its_draft() {
    let published: Value = serde_json::from_str(X_WING).expect("JSON");
    for vector in published["vectors"].as_array().expect("a list") {
        let key = RecipientKey::build_with(|seed| *seed = array(vector, "sk"));
        assert_eq!(key.recipient().as_bytes().as_slice(), bytes(vector, "pk"));

        let private_key =
            <XWing as hpke::Kem>::PrivateKey::from_bytes(&bytes(vector, "sk")).expect("a seed");
        let encapsulated = <XWing as hpke::Kem>::EncappedKey::from_bytes(&bytes(vector, "ct"))
            .expect("1120 bytes");
        let Ok(shared) = <XWing as hpke::Kem>::decap(&private_key, None, &encapsulated) else {
            panic!("X-Wing never fails to decapsulate");
        };
        assert_eq!(shared.0.as_slice(), bytes(vector, "ss"));

        let sealed =
            key.recipient()
                .seal_with_ephemeral(Zeroizing::new(array(vector, "eseed")), b"", b"");
        assert_eq!(sealed[..1120], bytes(vector, "ct"));
    }
}

#[test]
fn suite_2_meets_a_published_vector() {
    let published: Value = serde_json::from_str(HPKE).expect("JSON");
    let (vector, message) = (&published["vector"], &published["vector"]["encryptions"][0]);
    let opened = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeR::Base,
        &Deserializable::from_bytes(&bytes(vector, "skRm")).expect("a seed"),
        &Deserializable::from_bytes(&bytes(vector, "enc")).expect("1120 bytes"),
        &bytes(vector, "info"),
        &bytes(message, "ct"),
        &bytes(message, "aad"),
    );
    assert_eq!(opened.expect("opens"), bytes(message, "pt"));

    let recipient = Recipient::from_bytes(&bytes(vector, "pkRm")).expect("a recipient");
    let sealed = recipient.seal_with_ephemeral(
        Zeroizing::new(array(vector, "ikmE")),
        &bytes(vector, "info"),
        &bytes(message, "pt"),
    );
    assert_eq!(sealed[..1120], bytes(vector, "enc"));
    let (body, _tag) = sealed[1120..].split_at(sealed.len() - 1120 - 16);
    assert!(
        bytes(message, "ct").starts_with(body),
        "associated data changes the tag alone"
    );
}

#[test]
fn a_password_becomes_its_frozen_key() {
    let password = Password::parse(text(&construction("password"), "typed")).expect("a password");
    assert_eq!(
        password.expose_bytes(),
        bytes(&construction("password"), "bytes")
    );
    let kek = construction("kek");
    let params = KdfParams::parse(
        number(&kek, "memory_kib"),
        number(&kek, "passes"),
        number(&kek, "lanes"),
    );
    let derived = kdf::derive_kek(
        password.expose_bytes(),
        &array(&kek, "salt"),
        params.expect("within bounds"),
    );
    assert_eq!(
        derived.expect("derived").expose_bytes(),
        &array(&kek, "kek")
    );
}

#[test]
fn a_recovery_code_becomes_its_frozen_recipient() {
    let vector = construction("recovery_code");
    let code = RecoveryCode::parse(text(&vector, "text")).expect("a code");
    assert_eq!(*code.expose_text(), text(&vector, "text"));
    assert_eq!(
        code.derive_recipient_key().expose_seed(),
        &array(&vector, "seed")
    );
    assert_eq!(
        recipient_sha256(&code.derive_recipient_key().recipient()),
        text(&vector, "recipient_sha256")
    );
}

#[test]
fn an_invitation_code_becomes_its_frozen_recipient() {
    let vector = construction("invitation_code");
    let code = InvitationCode::parse(text(&vector, "text")).expect("a code");
    assert_eq!(*code.expose_text(), text(&vector, "text"));
    let key = code.derive_recipient_key();
    assert_eq!(key.expose_seed(), &array(&vector, "seed"));
    assert_eq!(
        recipient_sha256(&key.recipient()),
        text(&vector, "recipient_sha256")
    );
}

#[test]
fn an_identity_has_its_frozen_parts() {
    let (vector, identity) = (construction("identity"), identity());
    assert_eq!(identity.vault_id().to_string(), text(&vector, "vault_id"));
    assert_eq!(identity.member_id().to_string(), text(&vector, "member_id"));
    assert_eq!(identity.genesis_hash(), array(&vector, "genesis_hash"));
    assert_eq!(
        identity.verifying_key().to_bytes(),
        array(&vector, "verifying_key")
    );
    assert_eq!(
        recipient_sha256(&identity.recipient()),
        text(&vector, "recipient_sha256")
    );
    assert_eq!(
        *identity.dangerous_expose_bytes(),
        array(&vector, "identity")
    );
}

#[test]
fn a_genesis_has_its_frozen_hash() {
    let (vector, identity) = (construction("genesis"), identity());
    let created_at = Timestamp::from_millis(vector["created_at"].as_i64().expect("a number"));
    let owner = MemberId::parse(text(&vector, "owner")).expect("an id");
    let genesis = Genesis::new(
        created_at,
        owner,
        identity.verifying_key(),
        &identity.recipient(),
    );
    assert_eq!(genesis.recipient_hash, array(&vector, "recipient_hash"));
    let vault = VaultId::parse(text(&vector, "vault_id")).expect("an id");
    assert_eq!(genesis.hash(vault), array(&vector, "genesis_hash"));
}

#[test]
fn signatures_and_macs_are_the_frozen_ones() {
    let purposes = [
        ("keys-file", SigningPurpose::KeysFile),
        ("membership", SigningPurpose::Membership),
        ("grant", SigningPurpose::Grant),
        ("recovery-recipient", SigningPurpose::RecoveryRecipient),
        ("audit-entry", SigningPurpose::AuditEntry),
        ("device-head", SigningPurpose::DeviceHead),
    ];
    let vectors = construction("signatures");
    let vectors = vectors.as_array().expect("a list");
    assert_eq!(vectors.len(), purposes.len());
    for (vector, (name, purpose)) in vectors.iter().zip(purposes) {
        assert_eq!(text(vector, "purpose"), name);
        let signature = identity().sign(purpose, &bytes(vector, "message"));
        assert_eq!(signature.to_bytes(), array(vector, "signature"));
    }
    let vector = construction("mac");
    assert_eq!(
        identity().mac(MacPurpose::DeviceLog, &bytes(&vector, "message")),
        array(&vector, "mac")
    );
}

#[test]
fn the_frozen_slots_open() {
    let owner = SlotOwner {
        vault: identity().vault_id(),
        member: identity().member_id(),
    };
    let encode = crate::canonical::encode_bytes;
    let (kek, password_slot) = (construction("kek"), construction("password_slot"));
    let password_slot = json!({
        "kind": "password",
        "slot_id": password_slot["slot_id"],
        "kdf": { "algorithm": "argon2id", "memory_kib": kek["memory_kib"], "passes": kek["passes"], "lanes": kek["lanes"] },
        "salt": encode(&bytes(&kek, "salt")),
        "sealed": encode(&bytes(&password_slot, "sealed")),
        "checksum": "",
    });
    let password = Password::parse(text(&construction("password"), "typed")).expect("a password");
    let opened = slot(password_slot, owner).open_by_password(owner, &password);
    assert_is_the_identity(opened);

    let vector = construction("recovery_slot");
    let code = RecoveryCode::parse(text(&construction("recovery_code"), "text")).expect("a code");
    let recovery_slot = slot(
        json!({
            "kind": "recovery",
            "slot_id": vector["slot_id"],
            "recipient": encode(code.derive_recipient_key().recipient().as_bytes()),
            "statement": encode(&bytes(&vector, "statement")),
            "sealed": encode(&bytes(&vector, "sealed")),
            "checksum": "",
        }),
        owner,
    );
    assert_is_the_identity(recovery_slot.open_by_recovery_code(owner, &code));
    let Slot::Recovery(recovery_slot) = recovery_slot else {
        panic!("a recovery slot")
    };
    assert!(
        recovery_slot
            .verify_statement(owner, identity().verifying_key())
            .is_ok()
    );
    assert!(SlotId::parse(text(&vector, "slot_id")).is_ok());
}

#[test]
fn the_frozen_invitation_opens() {
    let owner = SlotOwner {
        vault: identity().vault_id(),
        member: identity().member_id(),
    };
    let encode = crate::canonical::encode_bytes;
    let vector = construction("invitation_slot");
    let code = InvitationCode::parse(text(&construction("invitation_code"), "text"));
    let code = code.expect("a code");
    let invitation_slot = slot(
        json!({
            "kind": "invitation",
            "slot_id": vector["slot_id"],
            "recipient": encode(code.derive_recipient_key().recipient().as_bytes()),
            "sealed": encode(&bytes(&vector, "sealed")),
            "checksum": "",
        }),
        owner,
    );
    assert_is_the_identity(invitation_slot.open_by_invitation_code(owner, &code));
}

fn slot(json: Value, owner: SlotOwner) -> Slot {
    serde_json::from_value::<Slot>(json)
        .expect("a slot")
        .with_checksum(owner)
}

fn assert_is_the_identity(opened: Option<Result<Identity, crate::slot::OpenSlotError>>) {
    let Some(Ok(opened)) = opened else {
        panic!("the slot does not open")
    };
    assert_eq!(
        *opened.dangerous_expose_bytes(),
        *identity().dangerous_expose_bytes()
    );
}

#[test]
fn the_frozen_grants_open() {
    let (identity, recipient) = (identity(), identity().recipient());
    let roles = [Role::Viewer, Role::Operator, Role::Admin, Role::Owner];
    for (vector, role) in construction("grants")
        .as_array()
        .expect("a list")
        .iter()
        .zip(roles)
    {
        let grantee = Grantee {
            vault: identity.vault_id(),
            epoch: number(vector, "epoch"),
            member: identity.member_id(),
            verifying_key: identity.verifying_key(),
            recipient: &recipient,
        };
        let encode = crate::canonical::encode_bytes;
        let grant: Grant = serde_json::from_value(json!({
            "signer": vector["signer"],
            "sealed": encode(&bytes(vector, "sealed")),
            "signature": encode(&bytes(vector, "signature")),
        }))
        .expect("a grant");
        assert!(grant.verify(identity.verifying_key(), &grantee).is_ok());
        let Ok(keys) = grant.open(&identity, &grantee) else {
            panic!("the grant does not open")
        };
        assert_eq!(keys.role, role);
        assert_eq!(keys.page_key.expose_bytes(), &array(vector, "page_key"));
        let value_key = keys.value_key.map(|key| hex::encode(key.expose_bytes()));
        assert_eq!(value_key.as_deref(), vector["value_key"].as_str());
    }
}

fn seal_context(vector: &Value) -> SealContext {
    SealContext {
        vault: VaultId::parse(text(vector, "vault_id")).expect("an id"),
        secret: SecretId::parse(text(vector, "secret_id")).expect("an id"),
        version: VersionId::parse(text(vector, "version_id")).expect("an id"),
        epoch: number(vector, "epoch"),
    }
}

#[test]
fn the_frozen_wrapped_key_opens() {
    let vector = construction("wrapped_version_key");
    let value_key = ValueKey::copy_from(&array(&vector, "value_key"));
    let wrapped = WrappedVersionKey::from_bytes(array(&vector, "wrapped"));
    let opened = value_key
        .unwrap(&wrapped, &seal_context(&vector))
        .expect("opens");
    assert_eq!(opened.expose_bytes(), &array(&vector, "version_key"));

    let wrapping_key = Key::copy_from(&array(&vector, "wrapping_key"));
    let (nonce, context) = (array(&vector, "nonce"), bytes(&vector, "context"));
    let sealed = aead::seal_with_nonce(
        &wrapping_key,
        nonce,
        &context,
        &bytes(&vector, "version_key"),
    );
    assert_eq!(sealed, bytes(&vector, "wrapped"));
}

#[test]
fn the_frozen_values_open() {
    let vector = construction("values");
    let method = AuthMethod::parse(text(&vector, "auth_method")).expect("a method");
    let fields: Vec<&str> = method.fields().iter().map(|field| field.name).collect();
    let opened = SealedValues::from_bytes(bytes(&vector, "sealed"))
        .open(
            &VersionKey::copy_from(&array(&vector, "version_key")),
            &seal_context(&vector),
            &fields,
        )
        .expect("opens");
    assert_eq!(opened.as_slice(), bytes(&vector, "plaintext"));

    let Ok(credentials) = Credentials::from_sealed_bytes(method, &opened) else {
        panic!("no fields")
    };
    for field in fields {
        let value = credentials
            .field(field)
            .expect("a field of the method")
            .expose_text();
        assert_eq!(value, text(&vector["fields"], field));
    }
}

#[test]
fn the_frozen_keys_file_opens_in_every_way() {
    let expected: Value = serde_json::from_str(KEYS_OPENED).expect("JSON");
    let file = KeysFile::parse(KEYS.as_bytes()).expect("version 1 is read for good");
    assert_eq!(hex::encode(file.hash()), text(&expected, "hash"));
    assert_eq!(file.name().as_str(), text(&expected, "name"));
    assert_eq!(
        file.generation(),
        u64::from(number(&expected, "generation"))
    );

    for member in expected["members"].as_array().expect("a list") {
        let identity = Identity::dangerous_from_bytes(&array(member, "identity"));
        assert_opens(&file, UnlockWith::Identity(identity), &expected, member);
        if member["invitation_code"].is_string() {
            let code = InvitationCode::parse(text(member, "invitation_code")).expect("a code");
            assert_opens(&file, UnlockWith::Invitation(&code), &expected, member);
        } else {
            let password = Password::parse(text(member, "password")).expect("a password");
            assert_opens(&file, UnlockWith::Password(&password), &expected, member);
            let code = RecoveryCode::parse(text(member, "recovery_code")).expect("a code");
            assert_opens(&file, UnlockWith::Recovery(&code), &expected, member);
        }
    }
}

fn assert_opens(file: &KeysFile, with: UnlockWith<'_>, expected: &Value, member: &Value) {
    let Ok(unlocked) = unlock_keys(file, with) else {
        panic!("it does not open")
    };
    assert_eq!(
        *unlocked.identity.dangerous_expose_bytes(),
        array(member, "identity")
    );
    assert_eq!(unlocked.role.as_str(), text(member, "role"));
    assert_eq!(
        unlocked.page_key.expose_bytes(),
        &array(expected, "page_key")
    );
    let value_key = unlocked.value_key.map(|key| *key.expose_bytes());
    let reaches = unlocked.role >= Role::Operator;
    assert_eq!(value_key, reaches.then(|| array(expected, "value_key")));
}
