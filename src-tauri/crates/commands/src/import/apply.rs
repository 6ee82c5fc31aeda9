use std::collections::BTreeSet;

use domain::audit::Action;
use domain::create::CreateInput;
use domain::facts::{CreateFacts, RoomFacts, UpdateFacts};
use domain::import::update_from;
use domain::reject::{ErrorType, Rejection};
use domain::update::UpdateMeans;
use domain::{Context, Decision, FieldsInput, SecretWithVersions};
use importers::{ParsedImport, ParsedItem, ParsedSecret};
use vault::Writer;

use super::matching::{Choice, imported_before};
use super::preview::free;
use crate::api::{Changed, Event, ImportReport, ImportSkipped};
use crate::app::App;
use crate::opened::{Opened, random};
use crate::refusal::{Answer, Refusal};
use crate::secret::values_in_use;

/// How many secrets lie between two tellings of the progress.
const TOLD_EVERY: u64 = 100;

/// Takes what is chosen, all in one transaction: a fault of the vault undoes everything, a fault of an item is a line of the report.
pub fn apply(
    app: &App,
    opened: &Opened,
    import: ParsedImport,
    items: Option<domain::TextList>,
) -> Answer<ImportReport> {
    let choice = Choice::parse(items, &import)?;
    let found = u64::try_from(import.found()).expect("usize fits in u64");
    let context = opened.context(app);
    let report = opened.vault.write(context.now, |writer| {
        let room = writer.room()?;
        let mut run = Run {
            app,
            opened,
            writer,
            room,
            done: 0,
            report: no_report(found),
        };
        run.require_room(&import, &choice)?;
        for item in import.items {
            run.item(item, &choice)?;
        }
        let report = run.report;
        writer.record_act(Action::ImportApplied, &[], None)?;
        Answer::Ok(report)
    })?;
    app.changed(&[Changed::Secrets, Changed::Audit]);
    Ok(report)
}

struct Run<'a, 'w> {
    app: &'a App,
    opened: &'a Opened,
    writer: &'a mut Writer<'w>,
    /// As it is after what was taken so far.
    room: RoomFacts,
    done: u64,
    report: ImportReport,
}

enum Taken {
    Imported,
    Updated,
    Unchanged,
}

impl Run<'_, '_> {
    /// An import that would pass the tier's limit is refused whole.
    fn require_room(&self, import: &ParsedImport, choice: &Choice) -> Answer<()> {
        let mut new = 0;
        for item in import
            .items
            .iter()
            .filter(|item| choice.skips(item).is_none())
        {
            for parsed in &item.secrets {
                new += u64::from(imported_before(self.writer, parsed)?.is_none());
            }
        }
        let RoomFacts { tier, live_secrets } = self.room;
        Ok(tier.require_room_for_secrets(live_secrets, new)?)
    }

    fn item(&mut self, item: ParsedItem, choice: &Choice) -> Answer<()> {
        let skipped = choice.skips(&item);
        for parsed in item.secrets {
            let title = parsed.name.as_str().to_owned();
            match skipped {
                Some(reason) => self.skip(title, reason.to_owned()),
                None => self.secret(parsed, title)?,
            }
            self.tell();
        }
        for line in item.left_out {
            self.skip(line.title, line.reason);
            self.tell();
        }
        Ok(())
    }

    fn secret(&mut self, parsed: ParsedSecret, title: String) -> Answer<()> {
        let context = self.opened.context(self.app);
        let taken = match imported_before(self.writer, &parsed)? {
            Some(before) => update(self.writer, parsed, &before, &context),
            None => create(self.writer, self.room, parsed, &context),
        };
        match taken {
            Ok(Taken::Imported) => {
                self.report.imported += 1;
                self.room.live_secrets += 1;
            }
            Ok(Taken::Updated) => self.report.updated += 1,
            Ok(Taken::Unchanged) => self.report.unchanged += 1,
            Err(Refusal(rejection)) if is_of_the_item(&rejection) => {
                self.skip(title, reason(&rejection))
            }
            Err(refusal) => return Err(refusal),
        }
        Ok(())
    }

    fn skip(&mut self, title: String, reason: String) {
        self.report.skipped.push(ImportSkipped {
            title: domain::mask::display_text(&title),
            reason,
        });
    }

    fn tell(&mut self) {
        self.done += 1;
        if self.done.is_multiple_of(TOLD_EVERY) || self.done == self.report.found {
            self.app.host.emit(&Event::Progress {
                job: "import".to_owned(),
                stage: "apply".to_owned(),
                done: self.done,
                total: self.report.found,
            });
        }
    }
}

fn create(
    writer: &mut Writer<'_>,
    room: RoomFacts,
    parsed: ParsedSecret,
    context: &Context,
) -> Answer<Taken> {
    let mut input = input(parsed);
    let draft = {
        let wanted = input.name.take().unwrap_or_default();
        let name =
            domain::text::SecretName::parse(&wanted).map_err(|fault| fault.at_member("name"))?;
        input.name = Some(free(writer, &name, &BTreeSet::new())?.as_str().to_owned());
        input.parse(context, None, &mut random)?
    };
    let facts = CreateFacts {
        names: writer.name_facts(Some(draft.name()), draft.env_key(), None)?,
        room,
    };
    writer.apply(draft.decide(&facts, context)?)?;
    Ok(Taken::Imported)
}

fn update(
    writer: &mut Writer<'_>,
    parsed: ParsedSecret,
    before: &SecretWithVersions,
    context: &Context,
) -> Answer<Taken> {
    let decision = {
        let mut values = || values_in_use(writer, before);
        let means = UpdateMeans {
            provider: None,
            random: &mut random,
            values_in_use: &mut values,
        };
        let draft = update_from(input(parsed)).parse(before, context, means)?;
        let facts = UpdateFacts {
            dependants: writer.dependants_of(before.secret().id())?,
            ..UpdateFacts::default()
        };
        draft.decide(&facts, context)?
    };
    match decision {
        Decision::Unchanged(_) => Ok(Taken::Unchanged),
        Decision::Change(plan) => {
            writer.apply(*plan)?;
            Ok(Taken::Updated)
        }
    }
}

fn input(parsed: ParsedSecret) -> CreateInput {
    let method = parsed.method();
    CreateInput {
        name: Some(parsed.name.as_str().to_owned()),
        notes: Some(parsed.notes),
        tags: Some(parsed.tags.into()),
        secret_type: Some(method.secret_type().as_str().to_owned()),
        auth_method: Some(method.as_str().to_owned()),
        credentials: Some(FieldsInput::new(parsed.credentials.into_fields())),
        import_source: Some(parsed.source),
        ..CreateInput::default()
    }
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

fn reason(rejection: &Rejection) -> String {
    match rejection.details() {
        [] => rejection.message().to_owned(),
        details => details
            .iter()
            .map(|detail| detail.message.as_str())
            .collect::<Vec<_>>()
            .join(" "),
    }
}

fn no_report(found: u64) -> ImportReport {
    ImportReport {
        found,
        imported: 0,
        updated: 0,
        unchanged: 0,
        skipped: Vec::new(),
    }
}
