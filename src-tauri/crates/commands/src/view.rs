//! What is shown of secrets and versions: metadata and masks.

mod records;
mod rotation;
mod verification;

use std::collections::BTreeMap;

use domain::external::FieldMapping;
use domain::health::{Health, health_message};
use domain::policy::Policy;
use domain::{
    ConnectionId, Done, Hint, Holding, Masks, MemberId, Outcome, Secret, SecretWithVersions,
    Timestamp, Version,
};
use vault::{Listed, Reader};

use crate::api::{
    FieldMappingView, HintView, HistoryView, Mutation, SecretField, SecretView, VersionView,
};
use crate::refusal::Answer;

use crate::policy::due_state;
use rotation::identity;

pub use records::{connection_mutation, location_mutation};

/// Names by the bytes of an id.
type Names<T> = BTreeMap<[u8; 16], T>;

/// Makes views, asking for each name once.
pub struct Viewer<'a> {
    reader: &'a Reader<'a>,
    now: Timestamp,
    names: Names<String>,
    connections: Names<Option<String>>,
    secrets: Names<Option<String>>,
    /// Asked for once.
    vault_policy: Option<Option<Policy>>,
}

impl<'a> Viewer<'a> {
    pub fn new(reader: &'a Reader<'a>, now: Timestamp) -> Self {
        Self {
            reader,
            now,
            names: Names::new(),
            connections: Names::new(),
            secrets: Names::new(),
            vault_policy: None,
        }
    }

    pub fn listed(&mut self, listed: &Listed) -> Answer<SecretView> {
        self.secret(&listed.secret, listed.masks.as_ref())
    }

    pub fn with_versions(&mut self, found: &SecretWithVersions) -> Answer<SecretView> {
        self.secret(found.secret(), found.current().and_then(Version::masks))
    }

    fn secret(&mut self, secret: &Secret, masks: Option<&Masks>) -> Answer<SecretView> {
        let (made_at, expires_at, hints) =
            (secret.made_at(), secret.expires_at(), secret.hint_count());
        let locations = self.reader.location_count_of(secret.id())?;
        let due = self.due_of(secret)?;
        Ok(SecretView {
            id: secret.id().to_string(),
            name: secret.name().as_str().to_owned(),
            description: secret.description().as_str().to_owned(),
            notes: secret.notes().as_str().to_owned(),
            tags: secret.tags().iter().map(ToOwned::to_owned).collect(),
            secret_type: secret.secret_type().as_str().to_owned(),
            type_label: secret.secret_type().label().to_owned(),
            mark: secret.secret_type().mark().to_owned(),
            auth_method: secret.method().as_str().to_owned(),
            mode: if secret.is_external() {
                "external"
            } else {
                "direct"
            }
            .to_owned(),
            fields: fields(secret, masks),
            vault_connection_id: connection_id(secret).map(|id| id.to_string()),
            vault_connection_name: match connection_id(secret) {
                Some(id) => self.connection_name(id)?,
                None => None,
            },
            field_mappings: mappings(secret),
            locations,
            env_key: secret.env_key().map(|key| key.as_str().to_owned()),
            allowed_domains: secret
                .allowed_domains()
                .patterns()
                .into_iter()
                .map(ToOwned::to_owned)
                .collect(),
            history: HistoryView {
                keep: u32::from(secret.history().keep()),
                grace_days: secret.history().grace_days().map(u32::from),
            },
            revision: secret.revision(),
            version: secret.current_version().map(|number| number.get()),
            created_at: secret.created_at().to_string(),
            created_by: self.member_name(secret.created_by())?,
            updated_at: secret.updated_at().to_string(),
            rotated_at: secret.rotated_at().to_string(),
            made_at: made_at.to_string(),
            expires_at: expires_at.map(|at| at.to_string()),
            health: Health::of(made_at, expires_at, hints, self.now)
                .as_str()
                .to_owned(),
            health_message: health_message(made_at, expires_at, hints, self.now),
            trashed_at: secret.trashed_at().map(|at| at.to_string()),
            verified: self.verified_of(secret.id(), locations)?,
            due_at: due.map(|due| due.at.to_string()),
            due_state: due.map(|due| due_state(due.state(self.now)).to_owned()),
            rotation: self.open_rotation(secret.id())?,
            identity: identity(secret),
        })
    }

    /// The timeline, newest first.
    pub fn timeline(&mut self, found: &SecretWithVersions) -> Answer<Vec<VersionView>> {
        found
            .versions()
            .iter()
            .rev()
            .map(|version| self.version(found.secret(), version))
            .collect()
    }

    fn version(&mut self, secret: &Secret, version: &Version) -> Answer<VersionView> {
        let state = version.state();
        let is_old = matches!(
            state,
            domain::VersionState::Previous | domain::VersionState::Retired
        );
        let masks = |masks: &Masks| {
            masks
                .iter()
                .map(|(name, mask)| (name.to_owned(), mask.as_str().to_owned()))
                .collect()
        };
        Ok(VersionView {
            number: version.number().get(),
            state: state.as_str().to_owned(),
            created_at: version.created_at().to_string(),
            created_by: self.member_name(version.created_by())?,
            how: version.how().as_str().to_owned(),
            reason: version.reason().map(|reason| reason.as_str().to_owned()),
            masks: version.masks().map(masks),
            origin: version.origin().map(|number| number.get()),
            verification: self.verified_version(secret.id(), version)?,
            auth_method: version.method().as_str().to_owned(),
            made_at: version.made_at().to_string(),
            expires_at: version.expires_at().map(|at| at.to_string()),
            restorable: is_old
                && version.method().has_same_fields_as(secret.method())
                && !secret.is_trashed(),
        })
    }

    pub fn member_name(&mut self, member: MemberId) -> Answer<String> {
        if let Some(name) = self.names.get(&member.to_bytes()) {
            return Ok(name.clone());
        }
        let name = self
            .reader
            .member_name(member)?
            .unwrap_or_else(|| member.to_string());
        self.names.insert(member.to_bytes(), name.clone());
        Ok(name)
    }
}

fn connection_id(secret: &Secret) -> Option<ConnectionId> {
    match secret.holding() {
        Holding::Direct { .. } => None,
        Holding::External { connection, .. } => Some(*connection),
    }
}

fn mappings(secret: &Secret) -> Vec<FieldMappingView> {
    let Holding::External { mappings, .. } = secret.holding() else {
        return Vec::new();
    };
    let view = |mapping: &FieldMapping| FieldMappingView {
        field_name: mapping.field_name.to_owned(),
        reference: mapping.reference.as_str().to_owned(),
    };
    mappings.iter().map(view).collect()
}

fn fields(secret: &Secret, masks: Option<&Masks>) -> Vec<SecretField> {
    let mask = |name| {
        masks
            .and_then(|masks| masks.field(name))
            .map(|mask| mask.as_str().to_owned())
    };
    secret
        .method()
        .fields()
        .iter()
        .map(|field| SecretField {
            name: field.name.to_owned(),
            label: field.label.to_owned(),
            kind: kind_name(field.kind).to_owned(),
            mask: mask(field.name).unwrap_or_default(),
        })
        .collect()
}

pub fn kind_name(kind: domain::catalogue::FieldKind) -> &'static str {
    use domain::catalogue::FieldKind;
    match kind {
        FieldKind::Identifier => "identifier",
        FieldKind::Secret => "secret",
        FieldKind::Text => "text",
        FieldKind::ServiceAccountJson => "service_account_json",
        FieldKind::SasUrl => "sas_url",
    }
}

pub fn hint(hint: &Hint) -> HintView {
    HintView {
        loc: hint.loc.clone(),
        message: hint.message.clone(),
        kind: hint.kind.to_owned(),
    }
}

pub fn mutation(outcome: Outcome, secret: Option<SecretView>) -> Mutation {
    let is = |done| (outcome.done == done).then_some(true);
    Mutation {
        created: is(Done::Created),
        updated: is(Done::Updated),
        deleted: is(Done::Deleted),
        changed: outcome
            .changed
            .iter()
            .map(|&field| field.to_owned())
            .collect(),
        hints: outcome.hints.iter().map(hint).collect(),
        secret_name: outcome.name,
        secret,
    }
}
