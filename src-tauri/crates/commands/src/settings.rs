//! Settings that hold before a vault is open.

use domain::reject::Detail;

use crate::api::{Changed, Empty, Settings, SettingsUpdate, Whole};
use crate::app::App;
use crate::refusal::{Answer, Refusal, internal};
use crate::settings_file::{CLIPBOARD_SECONDS, DUE_NOTICES, IDLE_LOCK_MINUTES, THEMES};

pub fn get(app: &App, _request: Empty) -> Answer<Settings> {
    Ok(app.settings.get())
}

pub fn update(app: &App, request: SettingsUpdate) -> Answer<Settings> {
    let mut settings = app.settings.get();
    let mut faults = Vec::new();
    if let Some(theme) = request.theme {
        if !THEMES.contains(&theme.as_str()) {
            faults.push(Detail::at(
                "theme",
                "unknown_value",
                "The theme is system, light or dark.",
            ));
        }
        settings.theme = theme;
    }
    if let Some(wanted) = request.due_notices {
        if !DUE_NOTICES.contains(&wanted.as_str()) {
            let message = "It is told by off, count or names.";
            faults.push(Detail::at("due_notices", "unknown_value", message));
        }
        settings.due_notices = wanted;
    }
    let mut number = |given: Option<Whole>,
                      member,
                      range: std::ops::RangeInclusive<u32>,
                      current: u32| match given {
        None => current,
        Some(given) => match u32::try_from(given.or_out_of_range())
            .ok()
            .filter(|number| range.contains(number))
        {
            Some(number) => number,
            None => {
                let message = format!(
                    "Choose a whole number from {} to {}.",
                    range.start(),
                    range.end()
                );
                faults.push(Detail::at(member, "out_of_range", message));
                current
            }
        },
    };
    settings.clipboard_seconds = number(
        request.clipboard_seconds,
        "clipboard_seconds",
        CLIPBOARD_SECONDS,
        settings.clipboard_seconds,
    );
    settings.idle_lock_minutes = number(
        request.idle_lock_minutes,
        "idle_lock_minutes",
        IDLE_LOCK_MINUTES,
        settings.idle_lock_minutes,
    );
    if !faults.is_empty() {
        return Err(faults.into());
    }
    app.settings.set(settings.clone()).map_err(|error| {
        Refusal(internal(&format!(
            "The settings could not be written ({}).",
            error.kind()
        )))
    })?;
    app.changed(&[Changed::Settings]);
    Ok(settings)
}
