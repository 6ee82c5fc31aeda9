//! What a person can decide about a run, and what each choice means.

use domain::Timestamp;
use domain::mask::display_text;
use domain::rotation::{
    Decision, Direction, KeyId, LastUse, Next, Question, Run, RunParts, Stage, Standing, Style,
};

use crate::api::{RotationChoice, RotationQuestion};

/// What a person can decide now: where the run asks, and beside that where it waits or has failed at the old or new key.
pub fn question(run: &Run, now: Timestamp) -> Option<RotationQuestion> {
    let parts = run.parts();
    let is_over = run.stage().is_final();
    match (&parts.standing, run.next(now)) {
        _ if is_over => None,
        (Standing::Asking(asked), _) => Some(asked_for(parts, asked)),
        (Standing::Failed, _) => ways_out(parts),
        (Standing::Going, Next::Wait { until }) if parts.stage == Stage::Grace => {
            Some(RotationQuestion {
                message: format!("The old key stays as it is until {until}."),
                choices: vec![stop_old("The grace ends now."), keep_old()],
            })
        }
        (Standing::Going, _) => None,
    }
}

fn asked_for(parts: &RunParts, asked: &Question) -> RotationQuestion {
    match asked {
        Question::WhoseKey(keys) if parts.style == Style::CutOver => whose_in_force(keys),
        Question::WhoseKey(keys) => whose_key(keys, parts.direction),
        Question::OldKeyInUse => old_key_in_use(parts),
        Question::TestsFailed => {
            let failed = parts.tests.iter().filter(|test| !test.passed).count();
            RotationQuestion {
                message: format!(
                    "The provider takes the new key, but {failed} of {} locations did not pass with it.",
                    parts.tests.len()
                ),
                choices: vec![
                    choice(
                        &Decision::TestAgain,
                        "Try again",
                        "As after a grant was put right at the provider.",
                        Danger::None,
                    ),
                    choice(
                        &Decision::PromoteAnyway,
                        "Use the new key anyway",
                        "Where these locations did not work with the old key either.",
                        Danger::Some,
                    ),
                ],
            }
        }
    }
}

/// By what the provider says of its last use, or because others in the vault have it.
fn old_key_in_use(parts: &RunParts) -> RotationQuestion {
    let last = parts.old_use.as_ref().map(|seen| &seen.last);
    let message = match (&parts.last_error, last) {
        (Some(held), _) => held.message.clone(),
        (None, Some(LastUse::At { time, .. })) => format!(
            "The old key was used at {time}, after the new one was put in use. Something still has it."
        ),
        (None, _) => {
            "The old key was used after the new one was put in use. Something still has it."
                .to_owned()
        }
    };
    let mut choices = vec![stop_old("What still uses it stops working."), keep_old()];
    if parts.stage == Stage::Grace {
        let wait = choice(
            &Decision::Wait,
            "Ask again tomorrow",
            "The old key goes on working until then.",
            Danger::None,
        );
        choices.insert(0, wait);
    }
    RotationQuestion { message, choices }
}

fn whose_key(keys: &[KeyId], direction: Direction) -> RotationQuestion {
    let mut choices: Vec<RotationChoice> = keys
        .iter()
        .map(|key| {
            choice(
                &Decision::Delete(key.clone()),
                &format!("Delete {}", display_text(key.as_str())),
                "If it is this rotation's: its secret was lost on the way, and nobody has it. If it is somebody else's, what uses it stops.",
                Danger::Some,
            )
        })
        .collect();
    choices.push(choice(
        &Decision::Leave,
        "Leave what is there",
        match direction {
            Direction::Forward => "If somebody else made it. A new key is asked for again.",
            Direction::Back => "If somebody else made it. The rotation is over, and it stays.",
        },
        Danger::None,
    ));
    RotationQuestion {
        message: "The provider's answer to the request for a new key was lost, and there is a key that was not there before. Whose is it?".to_owned(),
        choices,
    }
}

/// Where a new key ends the old one: nothing is deleted, and to ask for another ends what there is.
fn whose_in_force(keys: &[KeyId]) -> RotationQuestion {
    let mut choices: Vec<RotationChoice> = keys
        .iter()
        .map(|key| {
            choice(
                &Decision::Delete(key.clone()),
                &format!("Replace {}", display_text(key.as_str())),
                "If it is this rotation's: its secret was lost on the way, and nobody has it. It ends when another key is made, now; if it is somebody else's, what uses it stops.",
                Danger::Some,
            )
        })
        .collect();
    choices.push(choice(
        &Decision::Leave,
        "Leave what is there",
        "If somebody else made it. The rotation is over, and nothing more is made. The key in this vault no longer works: get the new one from whoever made it, and enter it here.",
        Danger::None,
    ));
    RotationQuestion {
        message: "The provider's answer to the request for a new key was lost. There is a key now that was not there before, and with it the old one ended. Whose is it?".to_owned(),
        choices,
    }
}

fn ways_out(parts: &RunParts) -> Option<RotationQuestion> {
    let choice = match parts.stage {
        _ if parts.lost_its_cut_over() => choice(
            &Decision::LeaveNew,
            "End the rotation",
            "The key in this vault no longer works. Make one in the provider's console, and enter it here.",
            Danger::Some,
        ),
        Stage::Promoted if parts.direction == Direction::Forward => keep_old(),
        Stage::DeletingOld => end_in_doubt(),
        Stage::Grace | Stage::Disabling | Stage::OldDisabled => keep_old(),
        Stage::RemovingNew | Stage::Creating if parts.direction == Direction::Back => choice(
            &Decision::LeaveNew,
            "Leave the new key there",
            "The rotation is over, and the new key stays at the provider.",
            Danger::Some,
        ),
        Stage::EnablingOld | Stage::OldEnabled if parts.direction == Direction::Back => choice(
            &Decision::KeepNew,
            "Stay with the new key",
            "The rotation is over. The new key stays in use, and what is left of the old one stays as it is.",
            Danger::None,
        ),
        // The old one stopped when the new one was made: there is nothing to go back to.
        Stage::Testing if parts.promoted_at.is_some() => choice(
            &Decision::PromoteAnyway,
            "Finish with the new key",
            "The rotation is over, and the new key stays in use although its test failed.",
            Danger::Some,
        ),
        _ => return None,
    };
    let told = parts.last_error.as_ref();
    Some(RotationQuestion {
        message: told.map_or_else(String::new, |told| told.message.clone()),
        choices: vec![choice],
    })
}

enum Danger {
    None,
    Some,
}

fn stop_old(help: &str) -> RotationChoice {
    choice(&Decision::GoOn, "Stop the old key now", help, Danger::Some)
}

fn keep_old() -> RotationChoice {
    choice(
        &Decision::KeepOld,
        "Keep the old key",
        "The rotation is over, and the old key stays at the provider as it is. Undo leads back to it while its value is in the history.",
        Danger::None,
    )
}

fn end_in_doubt() -> RotationChoice {
    choice(
        &Decision::KeepOld,
        "Leave it at that",
        "The rotation is over. Whether the old key is deleted is not known, so there is no way back to it.",
        Danger::None,
    )
}

fn choice(decision: &Decision, label: &str, help: &str, danger: Danger) -> RotationChoice {
    RotationChoice {
        decision: decision.to_text(),
        label: label.to_owned(),
        help: help.to_owned(),
        danger: matches!(danger, Danger::Some),
    }
}
