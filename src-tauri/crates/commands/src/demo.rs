//! Made-up secrets of a made-up team, with their history and the places that use them, to look at and to try things on: `turnstone-cli demo`.

mod places;
mod team;

use domain::create::CreateInput;
use domain::facts::{CreateFacts, UpdateFacts};
use domain::generate::GenerateSpec;
use domain::role::Permission;
use domain::secret::existing_live;
use domain::update::{UpdateInput, UpdateMeans};
use domain::{Context, Decision, FieldsInput, Patch, Rejection, SecretText, Timestamp};
use vault::Writer;

use crate::api::Changed;
use crate::app::{App, Asks};
use crate::opened::{Opened, random};
use crate::refusal::Answer;
use crate::secret::values_in_use;
use team::{
    CONNECTIONS, EXTERNAL, Field, LOCATIONS, Made, MadeConnection, MadeExternal, MadeLocation, team,
};

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

impl App {
    /// Adds what the open vault does not have of the demo by name. Answers how many secrets it made.
    pub fn fill_with_demo(&self) -> Result<usize, Rejection> {
        let asks = Asks {
            permission: Permission::ManageSecrets,
            command: "demo",
        };
        let made = self.with_opened(Some(asks), |opened| fill(self, opened));
        self.changed(&Changed::OF_THE_VAULT);
        made.map_err(|refusal| refusal.0)
    }
}

/// One thing that someone of the team did.
enum Act {
    Secret(&'static Made),
    Rotation(&'static Made, &'static str),
    Location(&'static MadeLocation),
    Connection(&'static MadeConnection),
    External(&'static MadeExternal),
}

/// Acts in the order of their days, so that the log reads like one that grew.
fn fill(app: &App, opened: &Opened) -> Answer<usize> {
    let now = app.clock.now();
    let mut created = 0;
    for (days, act) in acts() {
        let at = now.plus_millis(-i64::from(days) * DAY_MILLIS - hours(act.name()));
        let context = Context {
            now: at,
            ..opened.context(app)
        };
        opened.vault.write(at, |writer| -> Answer<()> {
            match act {
                Act::Secret(made) => created += usize::from(create(writer, made, &context)?),
                Act::Rotation(made, reason) => rotate(writer, made, reason, &context)?,
                Act::Location(made) => places::locate(writer, made, &context)?,
                Act::Connection(made) => places::connect(writer, made, &context)?,
                Act::External(made) => {
                    created += usize::from(places::refer(writer, made, &context)?);
                }
            }
            Ok(())
        })?;
    }
    opened.vault.tidy()?;
    Ok(created)
}

/// Each with how many days ago it was; the longest ago first.
fn acts() -> Vec<(u32, Act)> {
    let mut acts = Vec::new();
    for made in team() {
        acts.push((made.days_ago, Act::Secret(made)));
        for (days, reason) in made.rotated_days_ago {
            acts.push((*days, Act::Rotation(made, reason)));
        }
    }
    let locations = LOCATIONS.iter();
    acts.extend(locations.map(|made| (made.days_ago, Act::Location(made))));
    let connections = CONNECTIONS.iter();
    acts.extend(connections.map(|made| (made.days_ago, Act::Connection(made))));
    let external = EXTERNAL.iter();
    acts.extend(external.map(|made| (made.days_ago, Act::External(made))));
    acts.sort_by_key(|(days, _)| std::cmp::Reverse(*days));
    acts
}

impl Act {
    fn name(&self) -> &'static str {
        match self {
            Self::Secret(made) | Self::Rotation(made, _) => made.name,
            Self::Location(made) => made.name,
            Self::Connection(made) => made.name,
            Self::External(made) => made.name,
        }
    }
}

fn create(writer: &mut Writer<'_>, made: &Made, context: &Context) -> Answer<bool> {
    let input = CreateInput {
        name: Some(made.name.to_owned()),
        description: Some(made.description.to_owned()),
        tags: Some(made.tags.iter().map(|&tag| tag.to_owned()).collect()),
        secret_type: Some(made.secret_type.to_owned()),
        credentials: Some(values(made, context.now)),
        auth_method: made.auth_method.map(ToOwned::to_owned),
        env_key: made.env_key.map(ToOwned::to_owned),
        allowed_domains: Some(
            made.allowed_domains
                .iter()
                .map(|&domain| domain.to_owned())
                .collect(),
        ),
        ..CreateInput::default()
    };
    let draft = input.parse(context, None, &mut random)?;
    let names = writer.name_facts(Some(draft.name()), draft.env_key(), None)?;
    if names.same_name.is_some() || names.same_env_key.is_some() {
        return Ok(false);
    }
    writer.apply(draft.decide(
        &CreateFacts {
            names,
            room: writer.room()?,
        },
        context,
    )?)?;
    Ok(true)
}

fn rotate(writer: &mut Writer<'_>, made: &Made, reason: &str, context: &Context) -> Answer<()> {
    let name =
        domain::text::SecretName::parse(made.name).map_err(|fault| fault.at_member("name"))?;
    let Some(id) = writer.secret_by_name(&name)? else {
        return Ok(());
    };
    let current = existing_live(writer.secret(id)?)?;
    let input = UpdateInput {
        credentials: Patch::Set(values(made, context.now)),
        reason: Patch::Set(reason.to_owned()),
        ..UpdateInput::default()
    };
    let decision = {
        let mut in_use = || values_in_use(writer, &current);
        let means = UpdateMeans {
            provider: None,
            random: &mut random,
            values_in_use: &mut in_use,
        };
        input
            .parse(&current, context, means)?
            .decide(&UpdateFacts::default(), context)?
    };
    if let Decision::Change(plan) = decision {
        writer.apply(*plan)?;
    }
    Ok(())
}

fn values(made: &Made, now: Timestamp) -> FieldsInput {
    let field =
        |(name, field): &(&str, Field)| ((*name).to_owned(), SecretText::new(text(field, now)));
    FieldsInput::new(made.fields.iter().map(field).collect())
}

fn text(field: &Field, now: Timestamp) -> String {
    match field {
        Field::Fixed(text) => (*text).to_owned(),
        Field::Random {
            prefix,
            length,
            alphabet,
        } => format!("{prefix}{}", letters(*length, alphabet)),
        Field::Base64 { length } => format!("{}==", letters(*length, "alphanumeric")),
        Field::SasUrl {
            account,
            container,
            days,
        } => {
            let ends = now.plus_days(*days).to_string();
            let ends = ends.get(..19).unwrap_or_default().replace(':', "%3A");
            let signature = letters(43, "alphanumeric");
            format!(
                "https://{account}.blob.core.windows.net/{container}?sv=2024-11-04&sr=c&sp=rl&se={ends}Z&sig={signature}%3D"
            )
        }
        Field::ServiceAccount { project, account } => service_account(project, account),
    }
}

/// Shaped like Google's file; the key in it is random text and opens nothing.
fn service_account(project: &str, account: &str) -> String {
    let lines: Vec<String> = (0..26).map(|_| letters(64, "alphanumeric")).collect();
    let key = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        lines.join("\n")
    );
    serde_json::json!({
        "type": "service_account",
        "project_id": project,
        "private_key_id": letters(40, "hex"),
        "private_key": key,
        "client_email": format!("{account}@{project}.iam.gserviceaccount.com"),
        "client_id": letters(21, "digits"),
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": "https://oauth2.googleapis.com/token",
    })
    .to_string()
}

fn letters(length: u32, alphabet: &str) -> String {
    let spec = GenerateSpec::parse(Some(length), Some(alphabet))
        .expect("lengths and alphabets of the demo are allowed");
    spec.generate(random).expose_text().to_owned()
}

/// Acts of one day are some hours apart, as people's are.
fn hours(name: &str) -> i64 {
    let letters = i64::try_from(name.len()).unwrap_or(0);
    (letters * 37 % 480) * 60 * 1000
}
