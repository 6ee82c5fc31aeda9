//! Where a value is or was, and which secrets share one.

mod pasted;

use std::collections::HashSet;

use domain::audit::Action;
use domain::catalogue::VALUE_BYTES_MAX;
use domain::secret::existing;
use domain::{Detail, SecretId, SecretText, SecretWithVersions, VersionNumber, VersionState};
use vault::{Held, Reader, RotationQuery, SameValue, UnlockedVault};

use crate::api::{
    AliveKey, Changed, Empty, Required, ReuseGroup, ReuseList, SharedValue, ValueFind, ValueFound,
    ValueHolder,
};
use crate::app::App;
use crate::network::Providers;
use crate::opened::{Opened, required};
use crate::refusal::{Answer, Refusal, internal};
use crate::rotation;

const HOLDERS_SHOWN_MAX: usize = 500;
/// A version is turned over by one run, and few are begun again and again.
const RUNS_LOOKED_AT_MAX: u32 = 20;
const GROUPS_SHOWN_MAX: usize = 200;
const SHARED_SHOWN_MAX: usize = 50;

/// Logged before anything is answered, as every use of values is; the entry has nothing of the value.
pub fn find(app: &App, opened: &mut Opened, request: ValueFind) -> Answer<ValueFound> {
    let texts = texts(request.value)?;
    let providers = app.network.providers()?;
    let found = opened
        .vault
        .write(app.clock.now(), |writer| -> Answer<ValueFound> {
            writer.record_act(Action::ValueSought, &[], None)?;
            let held = holders(writer, &texts)?;
            let more = held.len() > HOLDERS_SHOWN_MAX;
            let shown = held.into_iter().take(HOLDERS_SHOWN_MAX);
            let holders = shown.map(|held| holder(&*providers, writer, &held));
            Ok(ValueFound {
                holders: holders.collect::<Answer<_>>()?,
                more,
                parts: u32::try_from(texts.len()).unwrap_or(u32::MAX),
            })
        })?;
    app.changed(&[Changed::Audit]);
    Ok(found)
}

pub fn list(_app: &App, vault: &UnlockedVault, _request: Empty) -> Answer<ReuseList> {
    vault.read(|reader| {
        let groups = reader.same_value_groups(SHARED_SHOWN_MAX)?;
        let total = u64::try_from(groups.len()).unwrap_or(u64::MAX);
        let shown = groups.iter().take(GROUPS_SHOWN_MAX);
        Ok(ReuseList {
            groups: shown
                .map(|group| group_of(reader, group))
                .collect::<Answer<_>>()?,
            total,
        })
    })
}

/// The other secrets that have one of this one's values now; of none for a Viewer.
pub fn shared_with(reader: &Reader<'_>, id: SecretId) -> Answer<Vec<SharedValue>> {
    let held = reader.shares_value_with(id, SHARED_SHOWN_MAX)?;
    held.iter().map(|held| shared(reader, held)).collect()
}

/// What is looked for: the text, and each part of it that may be a value.
fn texts(given: Required<SecretText>) -> Answer<Vec<SecretText>> {
    let given = required("value", given)?;
    let text = given.expose_text();
    if text.is_empty() {
        let message = "Give the value that is looked for.";
        return Err(Detail::at("value", "empty", message).into());
    }
    if text.len() > VALUE_BYTES_MAX {
        let message = format!("No value is longer than {VALUE_BYTES_MAX} bytes.");
        return Err(Detail::at("value", "too_long", message).into());
    }
    Ok(pasted::parts(given))
}

/// Each field once, those first that have it now, then in the order of the secrets and the newest version first.
fn holders(reader: &Reader<'_>, texts: &[SecretText]) -> Answer<Vec<Held>> {
    const LIMIT: usize = HOLDERS_SHOWN_MAX + 1;
    let mut known = HashSet::new();
    let mut each_once = |found: Vec<Held>| {
        let mut new: Vec<Held> = found
            .into_iter()
            .filter(|held| known.insert((held.secret, held.version, held.field.clone())))
            .collect();
        new.sort_by_key(|held| (held.secret, std::cmp::Reverse(held.version)));
        new
    };
    let (mut now, mut all) = (Vec::new(), Vec::new());
    for text in texts {
        now.extend(reader.present_holders_of(text, LIMIT)?);
        all.extend(reader.holders_of(text, LIMIT)?);
    }
    let mut found = each_once(now);
    found.extend(each_once(all));
    Ok(found)
}

/// The rotation by which a version that is not in use may still open something at its provider.
fn alive_by(
    reader: &Reader<'_>,
    secret: SecretId,
    version: VersionNumber,
) -> Answer<Option<AliveKey>> {
    let runs = reader.rotations(&RotationQuery {
        secret: Some(secret),
        limit: RUNS_LOOKED_AT_MAX,
        ..RotationQuery::default()
    })?;
    let alive = runs.rotations.iter().find_map(|run| {
        Some(AliveKey {
            rotation_id: run.id().to_string(),
            key: run.key_left_of(version)?.as_str().to_owned(),
        })
    });
    Ok(alive)
}

fn holder(providers: &dyn Providers, reader: &Reader<'_>, held: &Held) -> Answer<ValueHolder> {
    let current = existing(reader.secret(held.secret)?)?;
    let secret = current.secret();
    let versions = current.versions();
    let place = versions
        .iter()
        .position(|version| version.number() == held.version);
    let version = place.and_then(|place| versions.get(place));
    let version = version.ok_or_else(|| lost(&current))?;
    // What was pending and never came into use has replaced nothing.
    let next = place.and_then(|place| {
        let mut later = versions.iter().skip(place + 1);
        later.find(|next| next.state() != VersionState::Pending)
    });
    let replaced = next.filter(|_| version.state() != VersionState::Current);
    let policy = reader.policy(Some(held.secret))?;
    let why_not = rotation::why_not_yet(providers, reader, &current, policy.as_ref())?;
    let (field_name, field_label) = field(&held.field, version.method());
    Ok(ValueHolder {
        secret_id: held.secret.to_string(),
        secret_name: secret.name().as_str().to_owned(),
        mark: secret.secret_type().mark().to_owned(),
        type_label: secret.secret_type().label().to_owned(),
        in_trash: secret.is_trashed(),
        version: held.version.get(),
        state: version.state().as_str().to_owned(),
        field_name,
        field_label,
        created_at: version.created_at().to_string(),
        replaced_at: replaced.map(|next| next.created_at().to_string()),
        alive: match version.state() {
            VersionState::Current => None,
            _ => alive_by(reader, held.secret, held.version)?,
        },
        managed: why_not.is_none(),
        why_not_managed: why_not,
    })
}

fn group_of(reader: &Reader<'_>, group: &SameValue) -> Answer<ReuseGroup> {
    let secrets = group.fields.iter().map(|held| shared(reader, held));
    Ok(ReuseGroup {
        secrets: secrets.collect::<Answer<_>>()?,
        total: group.total,
    })
}

fn shared(reader: &Reader<'_>, held: &Held) -> Answer<SharedValue> {
    let current = existing(reader.secret(held.secret)?)?;
    let secret = current.secret();
    let (field_name, field_label) = field(&held.field, secret.method());
    Ok(SharedValue {
        id: held.secret.to_string(),
        name: secret.name().as_str().to_owned(),
        mark: secret.secret_type().mark().to_owned(),
        type_label: secret.secret_type().label().to_owned(),
        field_name,
        field_label,
    })
}

/// A field's name and label, both the catalogue's: what the database calls it may be anybody's.
fn field(name: &str, method: domain::AuthMethod) -> (String, String) {
    match method.field(name) {
        Some(field) => (field.name.to_owned(), field.label.to_owned()),
        None => (String::new(), "A field of old".to_owned()),
    }
}

fn lost(current: &SecretWithVersions) -> Refusal {
    let name = current.secret().name().as_str();
    Refusal(internal(&format!(
        "\"{name}\" has no such version. Run the vault's check."
    )))
}
