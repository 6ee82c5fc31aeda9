//! A run as one text: FORMAT.md, "Rotations".

use domain::catalogue::AuthMethod;
use domain::ids::{DeviceId, LocationId, MemberId, SecretId, WorkerId};
use domain::rotation::{
    Direction, KeyId, KeyName, LastUse, Lease, Naming, NoteOf, OldKeyUse, Question, Retire,
    RunParts, Stage, Standing, StepNote, StepPhase, Style, TestResult, Then, Told, Way,
};
use domain::text::Reason;
use domain::time::Timestamp;
use domain::version::VersionNumber;
use serde::{Deserialize, Serialize};

use super::RotationRow;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredRun {
    method: String,
    way: String,
    management_secret: Option<String>,
    style: String,
    naming: String,
    can_disable: bool,
    direction: String,
    standing: String,
    question_keys: Vec<String>,
    ended_from: Option<String>,
    lease: Option<StoredLease>,
    started_by: String,
    reason: Option<String>,
    old_version: u32,
    old_key: Option<String>,
    keys_before: Vec<String>,
    create_intended_at: Option<String>,
    unclear_create: bool,
    find_after: Option<String>,
    orphan: Option<String>,
    old_stopped: bool,
    new_key: Option<String>,
    new_version: Option<u32>,
    tests: Vec<StoredTest>,
    promoted_at: Option<String>,
    grace_hours: u16,
    then: String,
    grace_until: Option<String>,
    old_use: Option<StoredUse>,
    error: Option<StoredError>,
    notes: Vec<StoredNote>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredLease {
    device: String,
    worker: String,
    member: String,
    until: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredTest {
    location: String,
    passed: bool,
    code: Option<String>,
    at: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredUse {
    told: String,
    time: Option<String>,
    service: Option<String>,
    region: Option<String>,
    seen_at: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredError {
    code: Option<String>,
    message: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredNote {
    of: String,
    phase: String,
    at: String,
    code: Option<String>,
    by: Option<String>,
}

const OWN_KEY: &str = "own_key";
const MANAGEMENT: &str = "management";
const GOING: &str = "going";
const FAILED: &str = "failed";
const WHOSE_KEY: &str = "whose_key";
const OLD_KEY_IN_USE: &str = "old_key_in_use";
const TESTS_FAILED: &str = "tests_failed";
const NOT_TOLD: &str = "not_told";
const NEVER: &str = "never";
const AT: &str = "at";

pub(super) fn write(parts: &RunParts) -> String {
    serde_json::to_string(&StoredRun::of(parts)).expect("texts and numbers always serialise")
}

/// The parts of a run, or the one that cannot be read.
pub(super) fn read(row: &RotationRow) -> Result<RunParts, &'static str> {
    let stored: StoredRun = serde_json::from_str(&row.record).map_err(|_| "record")?;
    let id = row.id();
    Ok(RunParts {
        id,
        secret: SecretId::from_bytes(row.secret_id),
        method: AuthMethod::parse(&stored.method).ok_or("method")?,
        way: way(&stored)?,
        style: Style::parse(&stored.style).ok_or("style")?,
        naming: Naming::parse(&stored.naming).ok_or("naming")?,
        can_disable: stored.can_disable,
        stage: Stage::parse(&row.stage).ok_or("stage")?,
        direction: Direction::parse(&stored.direction).ok_or("direction")?,
        standing: standing(&stored)?,
        ended_from: match &stored.ended_from {
            None => None,
            Some(stage) => Some(Stage::parse(stage).ok_or("ended_from")?),
        },
        lease: stored.lease.map(lease).transpose()?,
        revision: u64::try_from(row.revision).map_err(|_| "revision")?,
        started_at: Timestamp::from_millis(row.started_at),
        started_by: MemberId::parse(&stored.started_by).map_err(|_| "started_by")?,
        updated_at: Timestamp::from_millis(row.updated_at),
        reason: match stored.reason {
            None => None,
            Some(text) => Some(Reason::parse(&text).map_err(|_| "reason")?),
        },
        old_version: VersionNumber::new(stored.old_version).ok_or("old_version")?,
        old_key: key(stored.old_key)?,
        keys_before: keys(&stored.keys_before)?,
        key_name: KeyName::of(id),
        create_intended_at: time(stored.create_intended_at)?,
        unclear_create: stored.unclear_create,
        find_after: time(stored.find_after)?,
        orphan: key(stored.orphan)?,
        old_stopped: stored.old_stopped,
        new_key: key(stored.new_key)?,
        new_version: match stored.new_version {
            None => None,
            Some(number) => Some(VersionNumber::new(number).ok_or("new_version")?),
        },
        tests: stored
            .tests
            .into_iter()
            .map(test)
            .collect::<Result<_, _>>()?,
        promoted_at: time(stored.promoted_at)?,
        retire: Retire {
            grace_hours: stored.grace_hours,
            then: Then::parse(&stored.then).ok_or("then")?,
        },
        grace_until: time(stored.grace_until)?,
        old_use: stored.old_use.map(old_use).transpose()?,
        last_error: stored.error.map(|told| Told {
            code: told.code,
            message: told.message,
        }),
        notes: stored
            .notes
            .into_iter()
            .map(note)
            .collect::<Result<_, _>>()?,
    })
}

impl StoredRun {
    fn of(parts: &RunParts) -> StoredRun {
        let (way, management) = match parts.way {
            Way::OwnKey => (OWN_KEY, None),
            Way::Management(secret) => (MANAGEMENT, secret),
        };
        let (standing, question_keys) = match &parts.standing {
            Standing::Going => (GOING, Vec::new()),
            Standing::Failed => (FAILED, Vec::new()),
            Standing::Asking(Question::WhoseKey(keys)) => (WHOSE_KEY, texts(keys)),
            Standing::Asking(Question::OldKeyInUse) => (OLD_KEY_IN_USE, Vec::new()),
            Standing::Asking(Question::TestsFailed) => (TESTS_FAILED, Vec::new()),
        };
        StoredRun {
            method: parts.method.as_str().to_owned(),
            way: way.to_owned(),
            management_secret: management.map(|secret| secret.to_string()),
            style: parts.style.as_str().to_owned(),
            naming: parts.naming.as_str().to_owned(),
            can_disable: parts.can_disable,
            direction: parts.direction.as_str().to_owned(),
            standing: standing.to_owned(),
            question_keys,
            ended_from: parts.ended_from.map(|stage| stage.as_str().to_owned()),
            lease: parts.lease.map(|lease| StoredLease {
                device: lease.device.to_string(),
                worker: lease.worker.to_string(),
                member: lease.member.to_string(),
                until: lease.until.to_string(),
            }),
            started_by: parts.started_by.to_string(),
            reason: parts
                .reason
                .as_ref()
                .map(|reason| reason.as_str().to_owned()),
            old_version: parts.old_version.get(),
            old_key: parts.old_key.as_ref().map(key_text),
            keys_before: texts(&parts.keys_before),
            create_intended_at: parts.create_intended_at.map(time_text),
            unclear_create: parts.unclear_create,
            find_after: parts.find_after.map(time_text),
            orphan: parts.orphan.as_ref().map(key_text),
            old_stopped: parts.old_stopped,
            new_key: parts.new_key.as_ref().map(key_text),
            new_version: parts.new_version.map(VersionNumber::get),
            tests: parts.tests.iter().map(StoredTest::of).collect(),
            promoted_at: parts.promoted_at.map(time_text),
            grace_hours: parts.retire.grace_hours,
            then: parts.retire.then.as_str().to_owned(),
            grace_until: parts.grace_until.map(time_text),
            old_use: parts.old_use.as_ref().map(StoredUse::of),
            error: parts.last_error.as_ref().map(|told| StoredError {
                code: told.code.clone(),
                message: told.message.clone(),
            }),
            notes: parts.notes.iter().map(StoredNote::of).collect(),
        }
    }
}

impl StoredTest {
    fn of(test: &TestResult) -> StoredTest {
        StoredTest {
            location: test.location.to_string(),
            passed: test.passed,
            code: test.code.clone(),
            at: time_text(test.at),
        }
    }
}

impl StoredUse {
    fn of(seen: &OldKeyUse) -> StoredUse {
        let (told, time, service, region) = match &seen.last {
            LastUse::NotTold => (NOT_TOLD, None, None, None),
            LastUse::Never => (NEVER, None, None, None),
            LastUse::At {
                time,
                service,
                region,
            } => (AT, Some(time_text(*time)), service.clone(), region.clone()),
        };
        StoredUse {
            told: told.to_owned(),
            time,
            service,
            region,
            seen_at: time_text(seen.seen_at),
        }
    }
}

impl StoredNote {
    fn of(note: &StepNote) -> StoredNote {
        StoredNote {
            of: note.told.as_str().to_owned(),
            phase: note.phase.as_str().to_owned(),
            at: time_text(note.at),
            code: note.code.clone(),
            by: note.by.map(|member| member.to_string()),
        }
    }
}

fn way(stored: &StoredRun) -> Result<Way, &'static str> {
    match (stored.way.as_str(), &stored.management_secret) {
        (OWN_KEY, None) => Ok(Way::OwnKey),
        (MANAGEMENT, None) => Ok(Way::Management(None)),
        (MANAGEMENT, Some(id)) => {
            let id = SecretId::parse(id).map_err(|_| "management_secret")?;
            Ok(Way::Management(Some(id)))
        }
        _ => Err("way"),
    }
}

fn standing(stored: &StoredRun) -> Result<Standing, &'static str> {
    match (stored.standing.as_str(), stored.question_keys.as_slice()) {
        (GOING, []) => Ok(Standing::Going),
        (FAILED, []) => Ok(Standing::Failed),
        (OLD_KEY_IN_USE, []) => Ok(Standing::Asking(Question::OldKeyInUse)),
        (TESTS_FAILED, []) => Ok(Standing::Asking(Question::TestsFailed)),
        (WHOSE_KEY, ids) => Ok(Standing::Asking(Question::WhoseKey(keys(ids)?))),
        _ => Err("standing"),
    }
}

fn lease(stored: StoredLease) -> Result<Lease, &'static str> {
    Ok(Lease {
        device: DeviceId::parse(&stored.device).map_err(|_| "lease")?,
        worker: WorkerId::parse(&stored.worker).map_err(|_| "lease")?,
        member: MemberId::parse(&stored.member).map_err(|_| "lease")?,
        until: Timestamp::parse(&stored.until).map_err(|_| "lease")?,
    })
}

fn test(stored: StoredTest) -> Result<TestResult, &'static str> {
    Ok(TestResult {
        location: LocationId::parse(&stored.location).map_err(|_| "tests")?,
        passed: stored.passed,
        code: stored.code,
        at: Timestamp::parse(&stored.at).map_err(|_| "tests")?,
    })
}

fn old_use(stored: StoredUse) -> Result<OldKeyUse, &'static str> {
    let time = time(stored.time)?;
    let last = match (stored.told.as_str(), time) {
        (NOT_TOLD, None) => LastUse::NotTold,
        (NEVER, None) => LastUse::Never,
        (AT, Some(time)) => LastUse::At {
            time,
            service: stored.service,
            region: stored.region,
        },
        _ => return Err("old_use"),
    };
    Ok(OldKeyUse {
        last,
        seen_at: Timestamp::parse(&stored.seen_at).map_err(|_| "old_use")?,
    })
}

fn note(stored: StoredNote) -> Result<StepNote, &'static str> {
    Ok(StepNote {
        told: NoteOf::parse(&stored.of).ok_or("notes")?,
        phase: StepPhase::parse(&stored.phase).ok_or("notes")?,
        at: Timestamp::parse(&stored.at).map_err(|_| "notes")?,
        code: stored.code,
        by: match stored.by {
            None => None,
            Some(member) => Some(MemberId::parse(&member).map_err(|_| "notes")?),
        },
    })
}

fn key(stored: Option<String>) -> Result<Option<KeyId>, &'static str> {
    stored
        .map(|text| KeyId::parse(&text).map_err(|_| "keys"))
        .transpose()
}

fn keys(stored: &[String]) -> Result<Vec<KeyId>, &'static str> {
    let parsed = stored.iter().map(|text| KeyId::parse(text));
    parsed.collect::<Result<_, _>>().map_err(|_| "keys")
}

fn time(stored: Option<String>) -> Result<Option<Timestamp>, &'static str> {
    stored
        .map(|text| Timestamp::parse(&text).map_err(|_| "times"))
        .transpose()
}

fn key_text(key: &KeyId) -> String {
    key.as_str().to_owned()
}

fn texts(keys: &[KeyId]) -> Vec<String> {
    keys.iter().map(key_text).collect()
}

fn time_text(time: Timestamp) -> String {
    time.to_string()
}

#[cfg(test)]
mod tests {
    use domain::rotation::{
        KeyId, LastUse, NoteOf, OldKeyUse, Question, RunParts, Stage, Standing, StepNote,
        StepPhase, Told, Way,
    };
    use domain::{MemberId, RotationId, SecretId, Timestamp};

    use super::super::RotationRow;

    const PLANNED: &str = r#"{"method":"s3_access_key","way":"own_key","management_secret":null,"style":"overlap","naming":"named","can_disable":true,"direction":"forward","standing":"going","question_keys":[],"ended_from":null,"lease":null,"started_by":"mem_1044H269154RKJGA9A5CP2TBHF","reason":null,"old_version":1,"old_key":null,"keys_before":[],"create_intended_at":null,"unclear_create":false,"find_after":null,"orphan":null,"old_stopped":false,"new_key":null,"new_version":null,"tests":[],"promoted_at":null,"grace_hours":0,"then":"keep","grace_until":null,"old_use":null,"error":null,"notes":[]}"#;

    fn row(record: &str) -> RotationRow {
        RotationRow {
            id: RotationId::from_bytes([1; 16]).to_bytes(),
            secret_id: [2; 16],
            stage: "planned".to_owned(),
            is_open: true,
            is_stopped: false,
            revision: 1,
            started_at: 5,
            updated_at: 6,
            record: record.to_owned(),
        }
    }

    fn planned() -> RunParts {
        super::read(&row(PLANNED)).expect("a run")
    }

    fn key() -> KeyId {
        KeyId::parse("AKIAIOSFODNN7EXAMPLE").expect("a key's id")
    }

    #[test]
    fn every_kind_of_run_survives_its_text() {
        assert_eq!(super::write(&planned()), PLANNED);
        let time = Timestamp::from_millis(1_777_117_519_123);
        let last = [
            LastUse::NotTold,
            LastUse::Never,
            LastUse::At {
                time,
                service: Some("s3".to_owned()),
                region: None,
            },
        ];
        let used = last.map(|last| {
            let seen = OldKeyUse {
                last,
                seen_at: time,
            };
            RunParts {
                old_use: Some(seen),
                ..planned()
            }
        });
        let questions = [
            Question::WhoseKey(vec![key(), key()]),
            Question::OldKeyInUse,
            Question::TestsFailed,
        ];
        let asking = questions.map(|question| RunParts {
            standing: Standing::Asking(question),
            ..planned()
        });
        let ways = [
            Way::Management(None),
            Way::Management(Some(SecretId::from_bytes([9; 16]))),
        ];
        let managed = ways.map(|way| RunParts { way, ..planned() });
        let failed = RunParts {
            standing: Standing::Failed,
            last_error: Some(Told::new(None, "no answer")),
            orphan: Some(key()),
            unclear_create: true,
            old_stopped: true,
            find_after: Some(time),
            ..planned()
        };
        let by = MemberId::from_bytes([4; 16]);
        let decided = |by| StepNote {
            told: NoteOf::Decide,
            phase: StepPhase::Done,
            at: time,
            code: Some("keep_old".to_owned()),
            by,
        };
        let over = RunParts {
            ended_from: Some(Stage::Grace),
            notes: vec![decided(None), decided(Some(by))],
            ..planned()
        };
        let all = used
            .into_iter()
            .chain(asking)
            .chain(managed)
            .chain([failed, over]);
        for parts in all {
            let read = super::read(&row(&super::write(&parts)));
            assert_eq!(read.as_ref(), Ok(&parts));
        }
    }

    #[test]
    fn a_text_that_no_run_has_is_refused() {
        for (from, to) in [
            ("{\"method\"", "{\"more\":1,\"method\""),
            ("\"notes\":[]", "\"notes\":null"),
            ("s3_access_key", "another_key"),
            ("own_key", "someone"),
            (
                "\"management_secret\":null",
                "\"management_secret\":\"sec_01ARZ3NDEKTSV4RRFFQ69G5FAV\"",
            ),
            ("\"standing\":\"going\"", "\"standing\":\"gone\""),
            ("\"question_keys\":[]", "\"question_keys\":[\"AKIA\"]"),
            ("\"ended_from\":null", "\"ended_from\":\"here\""),
            (
                "\"notes\":[]",
                "\"notes\":[{\"of\":\"undo\",\"phase\":\"done\",\"at\":\"2026-11-22T06:00:00.000Z\",\"code\":null,\"by\":\"Jun\"}]",
            ),
            ("\"old_version\":1", "\"old_version\":0"),
            ("\"old_key\":null", "\"old_key\":\"a b\""),
            ("\"old_key\":null", "\"old_key\":\"\""),
            ("\"grace_hours\":0", "\"grace_hours\":-1"),
            ("\"then\":\"keep\"", "\"then\":\"burn\""),
            ("\"promoted_at\":null", "\"promoted_at\":\"now\""),
            ("mem_1044H269154RKJGA9A5CP2TBHF", "mem_1"),
        ] {
            let edited = PLANNED.replace(from, to);
            assert_ne!(edited, PLANNED, "{from}");
            assert!(super::read(&row(&edited)).is_err(), "{to}");
        }
    }
}
