//! A vault of one secret in memory: applies plans as a real one does, so that decisions can follow
//! each other.

use std::collections::BTreeMap;

use domain::create::{CreateDraft, CreateInput};
use domain::facts::{CreateFacts, NameFacts, RoomFacts, UpdateFacts};
use domain::plan::{Change, PlanParts, ToldOfVersion};
use domain::secret::SecretWithVersions;
use domain::text::MemberName;
use domain::update::{UpdateInput, UpdateMeans};
use domain::version::{Version, VersionParts};
use domain::*;

pub const KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
pub const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
pub const SAS_URL: &str = "https://acme.blob.core.windows.net/media?sv=2022-11-02&se=2031-01-01&sr=c&sp=rl&sig=c2lnbmF0dXJl";
/// 2026-04-25T11:45:19Z
pub const START: i64 = 1_777_117_519_000;
pub const DAY: i64 = 86_400_000;

/// Another secret's id.
pub fn other() -> SecretId {
    SecretId::from_bytes([9; 16])
}

/// One secret, the values of its versions, and the clock.
pub struct Stored {
    pub secret: SecretWithVersions,
    pub values: BTreeMap<VersionNumber, Credentials>,
    pub now: i64,
    pub role: Role,
}

pub fn context(now: i64, role: Role) -> Context {
    let time = Timestamp::from_millis(now);
    Context {
        now: time,
        actor: Actor {
            member: MemberId::from_bytes([1; 16]),
            name: MemberName::parse("Ada").expect("a name"),
            role,
        },
        new_secret_id: SecretId::from_parts(time, [2; 10]),
        new_version_id: VersionId::from_parts(time, [3; 10]),
    }
}

pub fn owner() -> Context {
    context(START, Role::Owner)
}

pub fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

pub fn fields(given: &[(&str, &str)]) -> FieldsInput {
    let secret = |value: &str| SecretText::new(value.to_owned());
    FieldsInput::new(
        given
            .iter()
            .map(|(name, value)| ((*name).to_owned(), secret(value)))
            .collect(),
    )
}

pub fn access_key() -> FieldsInput {
    fields(&[("access_key_id", KEY_ID), ("secret_access_key", SECRET_KEY)])
}

pub fn s3() -> CreateInput {
    CreateInput {
        name: text("AWS Production Access"),
        secret_type: text("s3"),
        credentials: Some(access_key()),
        ..CreateInput::default()
    }
}

pub fn sas() -> CreateInput {
    let url = "https://acmemedia.blob.core.windows.net/up?sv=2022-11-02&sr=c&sp=rl&se=2026-01-01&sig=bm90aGluZw%3D%3D";
    CreateInput {
        name: text("Upload SAS"),
        secret_type: text("azure_blob"),
        auth_method: text("azure_sas_url"),
        credentials: Some(fields(&[("sas_url", url)])),
        ..CreateInput::default()
    }
}

pub fn generic(value: &str) -> CreateInput {
    CreateInput {
        name: text("Deploy token"),
        secret_type: text("generic"),
        credentials: Some(fields(&[("value", value)])),
        ..CreateInput::default()
    }
}

pub fn room() -> RoomFacts {
    RoomFacts {
        tier: Tier::Unlimited,
        live_secrets: 0,
    }
}

pub fn free() -> CreateFacts {
    CreateFacts {
        names: NameFacts::default(),
        room: room(),
    }
}

/// Counts up, which is random enough to be told from zeroes.
pub fn counting(buffer: &mut [u8]) {
    for (byte, count) in buffer.iter_mut().zip(0..=u8::MAX) {
        *byte = count.wrapping_mul(37);
    }
}

pub fn draft(input: CreateInput) -> Result<CreateDraft, Rejection> {
    input.parse(&owner(), None, &mut counting)
}

pub fn create(input: CreateInput) -> Result<Plan, Rejection> {
    draft(input)?.decide(&free(), &owner())
}

/// The parts of what must have been decided.
pub fn parts(plan: Result<Plan, Rejection>) -> PlanParts {
    plan.map(Plan::into_parts).expect("the rules allow this")
}

pub fn changed(decision: Result<Decision, Rejection>) -> PlanParts {
    match decision.expect("the rules allow this") {
        Decision::Change(plan) => plan.into_parts(),
        Decision::Unchanged(_) => panic!("this should have changed something"),
    }
}

pub fn unchanged(decision: Result<Decision, Rejection>) -> Outcome {
    match decision.expect("the rules allow this") {
        Decision::Unchanged(outcome) => outcome,
        Decision::Change(_) => panic!("this should have changed nothing"),
    }
}

#[track_caller]
pub fn refused<T>(result: Result<T, Rejection>, kind: ErrorType) -> Rejection {
    match result {
        Ok(_) => panic!("this should have been refused"),
        Err(rejection) => {
            assert_eq!(rejection.error_type(), kind, "{}", rejection.message());
            rejection
        }
    }
}

/// The ways of all details, as `member.0.member`, sorted.
pub fn ways(rejection: &Rejection) -> Vec<String> {
    let mut ways: Vec<String> = rejection
        .details()
        .iter()
        .map(|detail| way(&detail.loc))
        .collect();
    ways.sort();
    ways
}

pub fn way(loc: &[LocStep]) -> String {
    let steps: Vec<String> = loc
        .iter()
        .map(|step| match step {
            LocStep::Name(name) => name.to_string(),
            LocStep::Index(index) => index.to_string(),
        })
        .collect();
    steps.join(".")
}

/// Refused as a `validation_error` at exactly these ways.
#[track_caller]
pub fn faulty<T>(result: Result<T, Rejection>, expected: &[&str]) {
    assert_eq!(ways(&refused(result, ErrorType::ValidationError)), expected);
}

impl Stored {
    pub fn new(input: CreateInput) -> Self {
        Self::from_plan(parts(create(input)))
    }

    pub fn external(provider: domain::external::Provider, input: CreateInput) -> Self {
        let draft = input.parse(&owner(), Some(provider), &mut counting);
        Self::from_plan(parts(
            draft.and_then(|draft| draft.decide(&free(), &owner())),
        ))
    }

    fn from_plan(plan: PlanParts) -> Self {
        let mut values = BTreeMap::new();
        let mut versions = Vec::new();
        if let Some(new) = plan.new_version {
            values.insert(new.version.number(), new.credentials);
            versions.push(new.version);
        }
        let secret =
            SecretWithVersions::new(plan.secret, versions).expect("a created secret is whole");
        Self {
            secret,
            values,
            now: START,
            role: Role::Owner,
        }
    }

    pub fn context(&self) -> Context {
        context(self.now, self.role)
    }

    pub fn in_use(&self) -> Credentials {
        self.opened(
            self.secret
                .secret()
                .current_version()
                .expect("a direct secret"),
        )
    }

    /// As from the seal.
    pub fn opened(&self, number: VersionNumber) -> Credentials {
        let sealed = self
            .values
            .get(&number)
            .expect("values that are kept")
            .to_sealed_bytes();
        let method = self.secret.version(number).expect("a version").method();
        Credentials::from_sealed_bytes(method, &sealed).expect("what was sealed opens")
    }

    pub fn decide(&self, input: UpdateInput) -> Result<Decision, Rejection> {
        self.decide_with(input, &UpdateFacts::default())
    }

    pub fn decide_with(
        &self,
        input: UpdateInput,
        facts: &UpdateFacts,
    ) -> Result<Decision, Rejection> {
        let context = self.context();
        let means = UpdateMeans {
            provider: Some(domain::external::Provider::OnePassword),
            random: &mut counting,
            values_in_use: &mut || Ok(self.in_use()),
        };
        input
            .parse(&self.secret, &context, means)?
            .decide(facts, &context)
    }

    /// Decides and applies.
    pub fn update(&mut self, input: UpdateInput) -> Outcome {
        match self.decide(input).expect("the rules allow this") {
            Decision::Unchanged(outcome) => outcome,
            Decision::Change(plan) => self.apply(plan.into_parts()),
        }
    }

    pub fn rotate(&mut self, value: &str) -> Outcome {
        self.update(UpdateInput {
            credentials: Patch::Set(fields(&[("value", value)])),
            ..UpdateInput::default()
        })
    }

    pub fn apply(&mut self, plan: PlanParts) -> Outcome {
        assert_eq!(plan.based_on, Some(self.secret.secret().revision()));
        assert_ne!(plan.change, Change::Create);
        let state_of = |version: &Version| {
            let number = version.number();
            let changed = plan.states.iter().find(|(changed, _)| *changed == number);
            if plan.destroy.contains(&number) {
                VersionState::Destroyed
            } else {
                changed.map_or(version.state(), |(_, state)| *state)
            }
        };
        let mut versions: Vec<Version> = self
            .secret
            .versions()
            .iter()
            .map(|version| {
                with_state(
                    version,
                    state_of(version),
                    plan.forget.contains(&version.number()),
                    plan.told.filter(|told| told.number == version.number()),
                )
            })
            .collect();
        self.values
            .retain(|number, _| !plan.destroy.contains(number));
        if let Some(new) = plan.new_version {
            self.values.insert(new.version.number(), new.credentials);
            versions.push(new.version);
        }
        self.secret =
            SecretWithVersions::new(plan.secret, versions).expect("a plan leaves a whole secret");
        plan.answer
    }

    pub fn states(&self) -> Vec<(u32, VersionState)> {
        let versions = self.secret.versions().iter();
        versions
            .map(|version| (version.number().get(), version.state()))
            .collect()
    }

    /// The numbers of the versions whose values are there.
    pub fn kept(&self) -> Vec<u32> {
        self.values.keys().map(|number| number.get()).collect()
    }
}

fn with_state(
    version: &Version,
    state: VersionState,
    forget: bool,
    told: Option<ToldOfVersion>,
) -> Version {
    Version::from_stored(VersionParts {
        id: version.id(),
        secret: version.secret(),
        number: version.number(),
        method: version.method(),
        state,
        created_at: version.created_at(),
        created_by: version.created_by(),
        how: version.how(),
        reason: version.reason().cloned(),
        origin: version.origin(),
        masks: version.masks().filter(|_| !forget).cloned(),
        made_at: told.map_or(version.made_at(), |told| told.made_at),
        expires_at: told.map_or(version.expires_at(), |told| told.expires_at),
    })
}
