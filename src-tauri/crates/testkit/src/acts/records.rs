//! What tests do to locations, connections and the vault's settings.

use domain::connection::{
    self, ConnectionDeleteInput, ConnectionInput, ConnectionUpdateInput, RotateTokenInput,
};
use domain::delete::DeleteInput;
use domain::location::{self, LocationDeleteInput, LocationInput, LocationUpdateInput};
use domain::plan::Decision;
use domain::vault_settings::TierInput;
use domain::verification::{Found, Verdict, verified};
use domain::{ConnectionId, LocationId, Rejection, SecretId, Timestamp, VerificationId, Version};
use vault::{OpenValueError, UnlockedVault, Writer};

use super::{ActError, carry_out, context, fields, found};

/// A request for a location of a secret of the type s3.
pub fn location(name: &str, secret: SecretId) -> LocationInput {
    LocationInput {
        name: Some(name.to_owned()),
        location_type: Some("s3".to_owned()),
        secret_id: Some(secret.to_string()),
        bucket_name: Some(format!("{name}-bucket")),
        region: Some("eu-central-1".to_owned()),
        endpoint_url: Some("https://s3.example.com".to_owned()),
        prefix: Some("backups/".to_owned()),
        ..LocationInput::default()
    }
}

/// A request for a connection to Doppler.
pub fn doppler(name: &str, token: &str) -> ConnectionInput {
    ConnectionInput {
        name: Some(name.to_owned()),
        description: Some("What the servers read.".to_owned()),
        connection_type: Some("doppler".to_owned()),
        credentials: Some(fields(&[
            ("project", "backend"),
            ("config", "prd"),
            ("service_token", token),
        ])),
        ..ConnectionInput::default()
    }
}

pub fn create_location(
    vault: &UnlockedVault,
    now: Timestamp,
    input: LocationInput,
) -> Result<LocationId, ActError> {
    vault.write(now, |writer| {
        let context = context(vault.actor(), now);
        let linked = linked_type(writer, input.secret_id())?;
        let draft = input.parse(&context, linked)?;
        let facts = writer.location_facts(draft.name(), None)?;
        let id = LocationId::from_bytes(context.new_secret_id.to_bytes());
        let plan = draft.decide(&facts, id, &context)?;
        Ok(writer.apply_location(plan)?.id())
    })
}

pub fn update_location(
    vault: &UnlockedVault,
    now: Timestamp,
    id: LocationId,
    input: LocationUpdateInput,
) -> Result<(), ActError> {
    vault.write(now, |writer| {
        let context = context(vault.actor(), now);
        let current = location::existing(writer.location(id)?)?;
        let linked = linked_type(writer, input.secret_id())?;
        let draft = input.parse(&current, &context, linked)?;
        let facts = writer.location_facts(draft.name(), Some(id))?;
        if let Decision::Change(plan) = draft.decide(&facts, &context)? {
            writer.apply_location(*plan)?;
        }
        Ok(())
    })
}

pub fn delete_location(
    vault: &UnlockedVault,
    now: Timestamp,
    id: LocationId,
) -> Result<(), ActError> {
    vault.write(now, |writer| {
        let current = location::existing(writer.location(id)?)?;
        let input = LocationDeleteInput::default();
        writer.apply_location(input.decide(&current, &context(vault.actor(), now))?)?;
        Ok(())
    })
}

/// Notes what trying the values in use on a location came to.
pub fn verify_location(
    vault: &UnlockedVault,
    now: Timestamp,
    id: LocationId,
    found: Found,
) -> Result<(), ActError> {
    vault.write(now, |writer| {
        let context = context(vault.actor(), now);
        let location = location::existing(writer.location(id)?)?;
        let secret = location.secret().ok_or(Rejection::not_found("secret"))?;
        let secret = super::found(writer, secret)?;
        let version = secret.current().map(Version::id);
        let before = writer.verification_of(id, version)?;
        let new = VerificationId::from_bytes(context.new_secret_id.to_bytes());
        let plan = verified(&location, version, found, before.as_ref(), new, &context)?;
        writer.apply_verification(plan)?;
        Ok(())
    })
}

/// What a verification finds of a bucket that can be listed and read.
pub fn readable() -> Found {
    Found {
        verdict: Verdict::Verified,
        bucket_exists: Some(true),
        can_list: Some(true),
        can_read: Some(true),
        region: Some("eu-central-1".to_owned()),
        ..Found::default()
    }
}

/// Into the trash, whatever is linked to it.
pub fn trash_with_force(
    vault: &UnlockedVault,
    now: Timestamp,
    id: SecretId,
) -> Result<(), ActError> {
    vault.write(now, |writer| {
        let input = DeleteInput {
            force: Some(true),
            ..DeleteInput::default()
        };
        let dependants = writer.dependants_of_deletion(id)?;
        let context = context(vault.actor(), now);
        let decision = input.decide(&found(writer, id)?, &dependants, &context)?;
        carry_out(writer, decision)
    })
}

pub fn create_connection(
    vault: &UnlockedVault,
    now: Timestamp,
    input: ConnectionInput,
) -> Result<ConnectionId, ActError> {
    vault.write(now, |writer| {
        let context = context(vault.actor(), now);
        let draft = input.parse(&context)?;
        let facts = writer.connection_facts(draft.name(), None)?;
        let id = ConnectionId::from_bytes(context.new_secret_id.to_bytes());
        let plan = draft.decide(&facts, id, &context)?;
        Ok(writer.apply_connection(plan)?.id())
    })
}

pub fn update_connection(
    vault: &UnlockedVault,
    now: Timestamp,
    id: ConnectionId,
    input: ConnectionUpdateInput,
) -> Result<(), ActError> {
    vault.write(now, |writer| {
        let context = context(vault.actor(), now);
        let current = connection::existing(writer.connection(id)?)?;
        let draft = input.parse(&current, &context)?;
        let facts = writer.connection_facts(draft.name(), Some(id))?;
        if let Decision::Change(plan) = draft.decide(&facts, &context)? {
            writer.apply_connection(*plan)?;
        }
        Ok(())
    })
}

/// A new token for a connection to Doppler.
pub fn rotate_token(
    vault: &UnlockedVault,
    now: Timestamp,
    id: ConnectionId,
    token: &str,
) -> Result<(), ActError> {
    vault.write(now, |writer| {
        let context = context(vault.actor(), now);
        let current = connection::existing(writer.connection(id)?)?;
        let input = RotateTokenInput {
            credentials: Some(fields(&[("service_token", token)])),
            ..RotateTokenInput::default()
        };
        let draft = input.parse(&current, &context)?;
        let in_use = writer.open_token(id).map_err(ActError::Value)?;
        if let Decision::Change(plan) = draft.decide(&in_use, &context)? {
            writer.apply_connection(*plan)?;
        }
        Ok(())
    })
}

pub fn delete_connection(
    vault: &UnlockedVault,
    now: Timestamp,
    id: ConnectionId,
) -> Result<(), ActError> {
    vault.write(now, |writer| {
        let current = connection::existing(writer.connection(id)?)?;
        let used_by = writer.connection_used_by(id)?;
        let input = ConnectionDeleteInput::default();
        let context = context(vault.actor(), now);
        writer.apply_connection(input.decide(&current, &used_by, &context)?)?;
        Ok(())
    })
}

pub fn set_tier(vault: &UnlockedVault, now: Timestamp, tier: &str) -> Result<(), ActError> {
    vault.write(now, |writer| {
        let input = TierInput {
            tier: Some(tier.to_owned()),
            ..TierInput::default()
        };
        let context = context(vault.actor(), now);
        let draft = input.parse(&context)?;
        let current = writer.checked_settings()?;
        if let Decision::Change(plan) = draft.decide(&current, vault.name(), &context)? {
            writer.apply_settings(*plan)?;
        }
        Ok(())
    })
}

/// The token of a connection to Doppler, for comparing.
pub fn token(vault: &UnlockedVault, id: ConnectionId) -> Result<String, OpenValueError> {
    vault.read(|reader| {
        let opened = reader.open_token(id)?;
        let token = opened.field("service_token").expect("a Doppler connection");
        Ok(token.expose_text().to_owned())
    })
}

fn linked_type(
    writer: &Writer<'_>,
    secret: Option<SecretId>,
) -> Result<Option<domain::SecretType>, ActError> {
    let Some(id) = secret else {
        return Ok(None);
    };
    let secret = writer.secret(id)?;
    Ok(secret.map(|secret| secret.secret().secret_type()))
}
