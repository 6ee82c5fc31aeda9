//! What was read as the page sees it: masks and words, a page of items at a time.

use domain::mask::display_text;
use importers::{Columns, Format, ParsedItem, ParsedSecret, Question};
use vault::UnlockedVault;

use super::both_sides;
use super::choices::{Action, Page, action_of, counted};
use super::held::Looked;
use super::held_as::HeldAs;
use super::judging::{Becomes, ItemVerdict, SecretVerdict};
use crate::api::{
    ImportBecomes, ImportColumn, ImportCounts, ImportFormat, ImportItem, ImportLocation,
    ImportNeeds, ImportPreview, ImportQuestion, ImportQuestionChoice, ImportSame, MaskedField,
};
use crate::refusal::Answer;
use crate::view::hint;

pub const IN_TRASH: &str = "It is in the trash where it comes from.";
pub const NOT_CHOSEN: &str = "It was not chosen.";

/// The preview's counts, with how many secrets still fit the tier.
pub fn counts(vault: &UnlockedVault, looked: &Looked) -> Answer<ImportCounts> {
    let room = vault.read(|reader| reader.room())?;
    let mut counts = looked.counts();
    counts.room = room
        .tier
        .secrets_max()
        .map(|most| most.saturating_sub(room.live_secrets));
    Ok(counts)
}

pub fn preview(vault: &UnlockedVault, looked: &Looked, page: &Page) -> Answer<ImportPreview> {
    let matching = page.filter.matching(looked);
    let items = matching.iter().skip(page.offset).take(page.limit);
    let import = &looked.import;
    Ok(ImportPreview {
        format: import.format.as_str().to_owned(),
        format_label: import.format.label().to_owned(),
        other_formats: import.other_formats.iter().copied().map(format).collect(),
        columns: import.columns.as_ref().map(columns).unwrap_or_default(),
        first_row: import.columns.as_ref().map(first_row),
        items: items.filter_map(|&at| item(looked, at)).collect(),
        offset: counted(page.offset),
        matching: counted(matching.len()),
        counts: counts(vault, looked)?,
    })
}

pub fn needs_password(format: Format, again: bool) -> ImportNeeds {
    let message = match again {
        false => "The file is protected with a password. Enter it to read the file.",
        true => "The password, or the key file, is not the one the file was protected with.",
    };
    ImportNeeds {
        needs: "password".to_owned(),
        format: format.as_str().to_owned(),
        format_label: format.label().to_owned(),
        message: message.to_owned(),
        again,
        columns: Vec::new(),
        first_row: None,
        uses: Vec::new(),
    }
}

pub fn needs_columns(guess: &Columns) -> ImportNeeds {
    let uses = importers::ColumnUse::ALL.iter();
    ImportNeeds {
        needs: "columns".to_owned(),
        format: Format::Csv.as_str().to_owned(),
        format_label: Format::Csv.label().to_owned(),
        message: "Say what the table's columns hold.".to_owned(),
        again: false,
        columns: columns(guess),
        first_row: Some(first_row(guess)),
        uses: uses.map(|column| column.as_str().to_owned()).collect(),
    }
}

fn format(format: Format) -> ImportFormat {
    ImportFormat {
        format: format.as_str().to_owned(),
        label: format.label().to_owned(),
    }
}

fn first_row(columns: &Columns) -> String {
    columns.first_row().as_str().to_owned()
}

fn columns(columns: &Columns) -> Vec<ImportColumn> {
    let each = columns.header.iter().zip(&columns.uses);
    each.map(|(name, column)| ImportColumn {
        name: display_text(name),
        used_as: column.as_str().to_owned(),
    })
    .collect()
}

fn item(looked: &Looked, at: usize) -> Option<ImportItem> {
    let item = looked.import.items.get(at)?;
    let verdict = looked.verdicts.items.get(at)?;
    let place = &item.place;
    let secrets = item.secrets.iter().zip(&verdict.secrets);
    Some(ImportItem {
        item_id: item.item_id.clone(),
        title: item.title.clone(),
        account: place.account.clone(),
        vault: place.vault.clone(),
        folder: place.folder.clone(),
        kind: item.kind.as_str().to_owned(),
        state: item.state.as_str().to_owned(),
        becomes: secrets
            .map(|(parsed, judged)| becomes(looked, parsed, judged))
            .collect(),
        taken: verdict.taken && !item.secrets.is_empty(),
        with_locations: verdict.with_locations,
        action: action_of(item, verdict).as_str().to_owned(),
        reason: reason(item, verdict),
        questions: both_sides::questions(item, verdict)
            .iter()
            .map(question)
            .collect(),
        notes: notes(item, verdict),
    })
}

/// Why nothing is taken of an item.
pub fn reason(item: &ParsedItem, verdict: &ItemVerdict) -> Option<String> {
    if item.secrets.is_empty() {
        let lines = item.left_out.iter().map(|line| line.reason.as_str());
        let mut reasons: Vec<&str> = lines.collect();
        reasons.dedup();
        return Some(reasons.join(" "));
    }
    if !verdict.taken {
        return Some(not_taken(item).to_owned());
    }
    let refused = |secret: &SecretVerdict| match secret.becomes {
        Becomes::Refused(reason) => Some(reason.to_owned()),
        _ => None,
    };
    let mut reasons = verdict.secrets.iter().map(refused);
    match reasons.len() {
        1 => reasons.next().flatten(),
        _ => None,
    }
}

pub fn not_taken(item: &ParsedItem) -> &'static str {
    match item.state {
        importers::ItemState::Trashed => IN_TRASH,
        _ => NOT_CHOSEN,
    }
}

fn notes(item: &ParsedItem, verdict: &ItemVerdict) -> Vec<String> {
    let mut notes = Vec::new();
    if !item.moved_to_notes.is_empty() {
        notes.push(format!("To the notes: {}", item.moved_to_notes.join(", ")));
    }
    notes.extend(item.remarks.iter().cloned());
    let pairs = item.secrets.iter().zip(&verdict.secrets);
    for (parsed, judged) in pairs {
        if let Some(key) = parsed.env_key.as_ref().filter(|_| judged.env_key_taken) {
            notes.push(format!(
                "The env key {key} belongs to another secret already, so this one gets none."
            ));
        }
        let of_which = match item.secrets.len() {
            1 => String::new(),
            _ => format!("{} – ", judged.name),
        };
        let remarks = judged.differences.remarks().into_iter();
        notes.extend(remarks.map(|remark| format!("{of_which}{remark}")));
    }
    if !item.secrets.is_empty() {
        let lines = item.left_out.iter();
        notes.extend(lines.map(|line| format!("Left out – {}: {}", line.title, line.reason)));
    }
    notes
}

fn becomes(looked: &Looked, parsed: &ParsedSecret, judged: &SecretVerdict) -> ImportBecomes {
    let masks = parsed.masks();
    let is_renamed = judged.becomes == Becomes::New && judged.name != parsed.name;
    ImportBecomes {
        name: judged.name.as_str().to_owned(),
        renamed_from: is_renamed.then(|| parsed.name.as_str().to_owned()),
        secret_type: parsed.method().secret_type().as_str().to_owned(),
        auth_method: parsed.method().as_str().to_owned(),
        kind: parsed.kind.as_str().to_owned(),
        file_name: parsed.file_name.clone(),
        env_key: parsed
            .env_key
            .as_ref()
            .filter(|_| !judged.env_key_taken)
            .map(|key| key.as_str().to_owned()),
        because: parsed.because.clone(),
        action: Action::of(&judged.becomes).as_str().to_owned(),
        fields: masks
            .iter()
            .map(|(name, mask)| MaskedField {
                name: name.to_owned(),
                mask: mask.as_str().to_owned(),
                reference: reference(looked.held_as, parsed, name),
            })
            .collect(),
        hints: parsed.hints.iter().map(hint).collect(),
        earlier: match looked.held_as {
            HeldAs::Copies => u32::try_from(parsed.earlier.len()).unwrap_or(u32::MAX),
            HeldAs::References(_) => 0,
        },
        expires_at: parsed.expires_at.map(|at| at.to_string()),
        locations: parsed.locations.iter().map(location).collect(),
        same_as: same(looked, judged),
    }
}

fn reference(held_as: HeldAs, parsed: &ParsedSecret, field: &str) -> Option<String> {
    if held_as == HeldAs::Copies {
        return None;
    }
    let mut references = parsed.references.iter();
    let found = references.find(|found| found.field_name == field)?;
    Some(display_text(&found.reference))
}

fn location(location: &importers::ParsedLocation) -> ImportLocation {
    ImportLocation {
        name: location.name.clone(),
        bucket_name: location.bucket_name.clone(),
        region: location.region.clone(),
        endpoint_url: location.endpoint_url.clone(),
        prefix: location.prefix.clone(),
    }
}

fn same(looked: &Looked, judged: &SecretVerdict) -> Vec<ImportSame> {
    let in_vault = judged.in_vault.iter().map(|same| ImportSame {
        name: display_text(&same.name),
        secret_id: Some(same.id.to_string()),
        is_past: same.is_past,
    });
    let titles = judged
        .in_file
        .iter()
        .filter_map(|&at| looked.import.items.get(at));
    let in_file = titles.map(|item| ImportSame {
        name: item.title.clone(),
        secret_id: None,
        is_past: false,
    });
    in_vault.chain(in_file).collect()
}

fn question(asked: &Question) -> ImportQuestion {
    let choices = asked.choices.iter().map(|choice| ImportQuestionChoice {
        id: choice.id.clone(),
        label: choice.label.clone(),
    });
    ImportQuestion {
        id: asked.id.clone(),
        text: asked.text.clone(),
        choices: choices.collect(),
        chosen: asked.chosen.clone(),
    }
}
