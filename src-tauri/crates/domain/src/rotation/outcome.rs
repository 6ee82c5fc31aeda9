//! How a step ended.

use super::{KeyId, LastUse, SeenKey, Told};
use crate::credentials::Credentials;
use crate::ids::LocationId;
use crate::time::Timestamp;

/// It may hold a new key's values, so it has no `Debug`, `Clone` or `Serialize`:
/// ```compile_fail
/// fn log<T: std::fmt::Debug>() {}
/// log::<domain::rotation::StepOutcome>();
/// ```
/// ```compile_fail
/// fn copy<T: Clone>() {}
/// copy::<domain::rotation::StepOutcome>();
/// ```
/// ```
/// fn hold<T: Send>() {}
/// hold::<domain::rotation::StepOutcome>();
/// ```
pub enum StepOutcome {
    /// Of `Create`.
    Created(NewKey),
    /// Of `FindCreated` where the provider tells a key's secret again: one that was not there before. Somebody else may have made it.
    ToldAgain(NewKey),
    /// Of `FindCreated`: all keys that there are.
    Listed(Vec<SeenKey>),
    /// Of `Test`, where the key itself is taken: what its locations said.
    Tested(Vec<TestResult>),
    /// Of `LookAtOld`.
    Seen(LastUse),
    /// Of `Promote` and `RestoreOld`: the values that are to be in use, as the vault has them.
    Opened(Credentials),
    /// Of the rest. What was so before counts as done.
    Done,
    /// Of any.
    Failed(Failure),
}

/// A key that a provider has made, with what it says of its times. No more printable than [`StepOutcome`]:
/// ```compile_fail
/// fn log<T: std::fmt::Debug>() {}
/// log::<domain::rotation::NewKey>();
/// ```
/// ```compile_fail
/// fn copy<T: Clone>() {}
/// copy::<domain::rotation::NewKey>();
/// ```
pub struct NewKey {
    pub key: KeyId,
    pub credentials: Credentials,
    pub made_at: Option<Timestamp>,
    /// `None` also where it never ends.
    pub expires_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub told: Told,
    pub sure: Sure,
}

/// Why the old key is left alone for now, though its turn has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeldBack {
    /// The key in use was not taken: the old one may be all that still works.
    NotTaken(Told),
    /// Others in the vault have the old key too; a person is told who.
    HeldElsewhere(Told),
}

/// Whether the provider may have done what it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sure {
    NotDone,
    MayBeDone,
}

/// What trying the new key somewhere came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResult {
    pub location: LocationId,
    pub passed: bool,
    pub code: Option<String>,
    pub at: Timestamp,
}
