//! Making it so: everything in one transaction, and a line of the report for all that was found.

mod make;
mod standing;

use std::collections::BTreeMap;

use domain::audit::Action;
use domain::connection::existing;
use domain::facts::RoomFacts;
use domain::reject::{ErrorType, Rejection};
use domain::text::Reason;
use importers::{Format, ParsedItem};
use vault::{UnlockedVault, Writer};

use super::choices::counted;
use super::held::Looked;
use super::held_as::HeldAs;
use super::item_facts;
use super::judging::{Becomes, ItemVerdict, imported_before};
use super::live::require_onepassword;
use super::report::{ItemLine, Outcome, Places, Report, SecretLine};
use super::shown::not_taken;
use crate::api::Changed;
use crate::app::App;
use crate::jobs::{Job, JobKind};
use crate::opened::context;
use crate::refusal::{Answer, Refusal};
use make::{Made, Wanted};

/// Takes what is chosen: a fault of the vault or a stop undoes everything, a fault of an item is a line of the report. `None` where it
/// was stopped.
pub fn apply(app: &App, vault: &UnlockedVault, looked: &Looked) -> Answer<Option<Report>> {
    let mut job = app.start_job(vault, JobKind::Import)?;
    let stop = job.stop();
    let found = looked.import.found();
    let now = app.clock.now();
    let applied = vault.write(now, |writer| {
        let room = writer.room()?;
        let reason = about(writer, looked)?;
        let mut run = Run {
            app,
            vault,
            writer,
            room,
            held_as: looked.held_as,
            job: &mut job,
            done: 0,
            found: counted(found),
            location_numbers: BTreeMap::new(),
        };
        run.require_room(looked)?;
        let items = looked.import.items.iter().zip(&looked.verdicts.items);
        let lines = items
            .map(|(item, verdict)| run.item(item, verdict))
            .collect::<Answer<Vec<_>>>()?;
        let report = Report::of(&looked.name, &looked.import, lines, now);
        writer.record_act(Action::ImportApplied, &[], reason.as_ref())?;
        Answer::Ok(report)
    });
    match applied {
        // Whatever else went wrong meanwhile: nothing was written, as was asked.
        Err(_) if stop.is_asked() => Ok(None),
        Err(refusal) => Err(refusal),
        Ok(report) => {
            app.changed(&[Changed::Secrets, Changed::Locations, Changed::Audit]);
            Ok(Some(report))
        }
    }
}

/// What the log says of an import beside its secrets: where what came from another vault came from. References are made only by a
/// connection that is as its newest entry left it.
fn about(writer: &Writer<'_>, looked: &Looked) -> Answer<Option<Reason>> {
    let how = match looked.held_as {
        HeldAs::Copies if looked.import.format != Format::OnePasswordLive => return Ok(None),
        HeldAs::Copies => "copies",
        HeldAs::References(id) => {
            require_onepassword(&existing(writer.checked_connection(id)?)?)?;
            "references"
        }
    };
    let text = format!("{}, as {how}", looked.name);
    Ok(Some(
        Reason::parse(&text).map_err(|fault| fault.at_member("reason"))?,
    ))
}

struct Run<'a, 'w, 'j> {
    app: &'a App,
    vault: &'a UnlockedVault,
    writer: &'a mut Writer<'w>,
    /// As it is after what was taken so far.
    room: RoomFacts,
    held_as: HeldAs,
    job: &'a mut Job<'j>,
    done: u64,
    found: u64,
    /// For each folded name of a location, the number to be tried next.
    location_numbers: BTreeMap<String, u64>,
}

impl Run<'_, '_, '_> {
    /// An import that would pass the tier's limit is refused whole.
    fn require_room(&self, looked: &Looked) -> Answer<()> {
        let mut new = 0;
        let taken = looked.verdicts.items.iter().filter(|item| item.taken);
        let secrets = taken.flat_map(|item| &item.secrets);
        for judged in secrets.filter(|judged| !matches!(judged.becomes, Becomes::Refused(_))) {
            new += u64::from(imported_before(self.writer, &judged.source)?.is_none());
        }
        let RoomFacts { tier, live_secrets } = self.room;
        Ok(tier.require_room_for_secrets(live_secrets, new)?)
    }

    fn item(&mut self, item: &ParsedItem, verdict: &ItemVerdict) -> Answer<ItemLine> {
        let mut secrets = Vec::with_capacity(item.found());
        for (number, parsed) in item.secrets.iter().enumerate() {
            let judged = verdict.secrets.get(number).filter(|_| verdict.taken);
            secrets.push(match judged {
                Some(judged) => self.secret(&Wanted {
                    parsed,
                    judged,
                    notes: item_facts::notes(item, number),
                    with_locations: verdict.with_locations,
                    held_as: self.held_as,
                    room: self.room,
                })?,
                None => skipped(parsed.name.as_str(), not_taken(item)),
            });
            self.tell()?;
        }
        for line in &item.left_out {
            secrets.push(skipped(&line.title, &line.reason));
            self.tell()?;
        }
        Ok(ItemLine::of(item, secrets))
    }

    fn secret(&mut self, wanted: &Wanted<'_>) -> Answer<(SecretLine, Places)> {
        let context = context(self.app, self.vault);
        let before = imported_before(self.writer, &wanted.judged.source)?;
        let made = match &before {
            Some(before) => standing::update(self.writer, wanted, before, &context),
            None => make::create(self.writer, wanted, &mut self.location_numbers, &context),
        };
        match made {
            Ok(made) => {
                self.room.live_secrets += u64::from(made.outcome == Outcome::Imported);
                Ok(made.into_line())
            }
            Err(Refusal(rejection)) if is_of_the_item(&rejection) => {
                Ok(skipped(wanted.parsed.name.as_str(), &reason(&rejection)))
            }
            Err(refusal) => Err(refusal),
        }
    }

    fn tell(&mut self) -> Answer<()> {
        self.done += 1;
        if self.job.step("apply", self.done, self.found).is_break() {
            let message = "The import was stopped. Nothing was imported.";
            return Err(Rejection::new(ErrorType::Conflict, message).into());
        }
        Ok(())
    }
}

impl Made {
    fn into_line(self) -> (SecretLine, Places) {
        let line = SecretLine {
            name: self.name,
            outcome: self.outcome,
            reason: None,
            earlier: self.earlier,
            locations: self.locations,
            remarks: self.remarks,
        };
        (line, self.places)
    }
}

fn skipped(name: &str, reason: &str) -> (SecretLine, Places) {
    let line = SecretLine {
        name: domain::mask::display_text(name),
        outcome: Outcome::Skipped,
        reason: Some(reason.to_owned()),
        earlier: 0,
        locations: Vec::new(),
        remarks: Vec::new(),
    };
    (line, Places::none(reason))
}

/// Whether a rejection is about one item, so that the others can still be taken.
fn is_of_the_item(rejection: &Rejection) -> bool {
    matches!(
        rejection.error_type(),
        ErrorType::ValidationError
            | ErrorType::InvalidRequest
            | ErrorType::AlreadyExists
            | ErrorType::InUse
    )
}

pub(super) fn reason(rejection: &Rejection) -> String {
    match rejection.details() {
        [] => rejection.message().to_owned(),
        details => details
            .iter()
            .map(|detail| detail.message.as_str())
            .collect::<Vec<_>>()
            .join(" "),
    }
}
