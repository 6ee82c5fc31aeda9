//! The form of a request (ERR-03, 400). Neither serde's message nor the offending text is passed on: both may hold a value (ERR-05).

use domain::reject::{Detail, ErrorType, LocStep, Rejection};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use crate::api::Object;

pub fn of_value<T: DeserializeOwned>(value: Value) -> Result<T, Rejection> {
    let Object(request) =
        serde_path_to_error::deserialize(value).map_err(|error| wrong_form(error.path()))?;
    Ok(request)
}

pub fn of_text<T: DeserializeOwned>(text: &str) -> Result<T, Rejection> {
    let mut json = serde_json::Deserializer::from_str(text);
    let Object(request) = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let inner = error.inner();
        if inner.is_data() {
            wrong_form(error.path())
        } else {
            not_json(inner)
        }
    })?;
    json.end().map_err(|error| not_json(&error))?;
    Ok(request)
}

fn wrong_form(path: &Path) -> Rejection {
    let loc: Vec<LocStep> = path.iter().filter_map(step).collect();
    let message = match loc.last() {
        None => "The request has to be a JSON object with the members of this command.".to_owned(),
        Some(LocStep::Index(index)) => {
            format!("The item {index} has another JSON type than the command asks for.")
        }
        Some(LocStep::Name(name)) => {
            let name: String = domain::mask::display_text(name).chars().take(64).collect();
            format!(
                "The member {name} is unknown to this command, comes twice, or has another JSON type than it asks for."
            )
        }
    };
    let details = vec![Detail::new(loc, "wrong_form", message.clone())];
    Rejection::new(ErrorType::InvalidRequest, message).with_details(details)
}

fn step(segment: &Segment) -> Option<LocStep> {
    match segment {
        Segment::Seq { index } => Some(LocStep::from(*index)),
        Segment::Map { key } => Some(LocStep::from(key.clone())),
        Segment::Enum { variant } => Some(LocStep::from(variant.clone())),
        Segment::Unknown => None,
    }
}

fn not_json(error: &serde_json::Error) -> Rejection {
    Rejection::new(
        ErrorType::InvalidRequest,
        format!(
            "The request is not JSON: look at line {}, column {}.",
            error.line(),
            error.column()
        ),
    )
}
