//! Asks that run into one rule, which random ones seldom meet; each is written for what there is when its turn comes.

use proptest::prelude::*;
use proptest::sample::select;

use super::{Ask, Expected, Said};

#[derive(Debug, Clone, Copy)]
pub enum Aim {
    /// A new record that stands in no other's way.
    Create,
    CreateConnection,
    /// A new secret under the env key of another (CREATE-11).
    CreateUnderTakenKey,
    /// A taken name or env key where the revision that was expected is over (ERR-06).
    TakeNameAtOldRevision(Kind),
    TakeKeyAtOldRevision,
    /// A new record under a taken name that refers to a record which was never made (ERR-06).
    CreateTakenReferringToNothing(Kind),
    /// A new record under a taken name, where the tier may be full (ERR-06).
    CreateTaken(Kind),
    /// `null` for all that it clears (UPDATE-01), of a record that has such.
    Describe(Kind),
    Clear(Kind),
    /// Credentials and references in one update (UPDATE-11).
    BothWays,
    /// The connection that an external secret has already (UPDATE-12).
    SameConnection,
    /// From the trash, under a name and an env key that are free (TIER-02).
    UndeleteFree,
    /// A right new token, and beside it what was set for good (CONN-02).
    TokenBesideFixed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Secret,
    Location,
    Connection,
}

/// Asks that follow each other, so that the last ones find what they are aimed at.
pub fn aimed() -> impl Strategy<Value = Vec<Ask>> {
    let picks = any::<[usize; 2]>();
    (select(series()), picks).prop_map(|(series, picks)| {
        let asks = series.into_iter();
        asks.map(|step| step.ask(picks)).collect()
    })
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Aim(Aim),
    Tier(&'static str),
    Trash,
}

impl Step {
    fn ask(self, picks: [usize; 2]) -> Ask {
        match self {
            Self::Aim(aim) => Ask::Aimed(aim, picks),
            Self::Tier(tier) => Ask::SetTier(Some(Said::right(tier, tier))),
            Self::Trash => Ask::DeleteSecret(super::DeleteSecret {
                which: super::Which::There(picks[1]),
                destroy: None,
                force: Some(true),
                reason: None,
            }),
        }
    }
}

fn series() -> Vec<Vec<Step>> {
    use Aim::*;
    use Kind::*;
    let aims = |aims: &[Aim]| aims.iter().copied().map(Step::Aim).collect::<Vec<_>>();
    let full = [
        vec![Step::Tier("unlimited")],
        aims(&[Create; 6]),
        vec![Step::Trash, Step::Tier("free")],
        aims(&[UndeleteFree, CreateTaken(Secret), CreateTaken(Connection)]),
        vec![Step::Tier("unlimited")],
        aims(&[UndeleteFree]),
    ];
    let kinds = [Secret, Location, Connection];
    let mut series = vec![
        aims(&[Create, CreateUnderTakenKey]),
        aims(&[Create, Create, TakeKeyAtOldRevision]),
        aims(&[Create, CreateTakenReferringToNothing(Secret)]),
        aims(&[CreateTakenReferringToNothing(Location)]),
        aims(&[BothWays]),
        aims(&[SameConnection]),
        aims(&[TokenBesideFixed]),
        full.concat(),
    ];
    series.extend(kinds.map(|kind| match kind {
        Secret => aims(&[Create, Create, TakeNameAtOldRevision(kind)]),
        Location => aims(&[TakeNameAtOldRevision(kind)]),
        Connection => aims(&[
            CreateConnection,
            CreateConnection,
            TakeNameAtOldRevision(kind),
        ]),
    }));
    series.extend([Secret, Connection].map(|kind| aims(&[Describe(kind), Clear(kind)])));
    series
}

impl Expected {
    /// Never the record's revision.
    pub fn over(pick: usize) -> Self {
        [Self::Older, Self::Newer, Self::Negative][pick % 3]
    }
}
