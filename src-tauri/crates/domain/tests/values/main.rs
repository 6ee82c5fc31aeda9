//! What may be stored, what is refused and what a person sees of it, through the crate's public types.

mod allowed_domains;
mod catalogue;
mod catalogue_document;
mod credentials;
mod env_keys;
mod generated;
mod health;
mod hints;
mod identities;
mod masks;
mod read_back;
mod record_catalogues;
mod shapes;
mod texts;
mod usual_shapes;

use domain::catalogue::AuthMethod;
use domain::credentials::Credentials;
use domain::fault::Hint;
use domain::reject::Detail;
use domain::secret_text::SecretText;

/// A request's `credentials` member.
fn given(fields: &[(&str, &str)]) -> Vec<(String, SecretText)> {
    fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), SecretText::new((*value).to_owned())))
        .collect()
}

fn parse(
    method: AuthMethod,
    fields: &[(&str, &str)],
) -> Result<(Credentials, Vec<Hint>), Vec<Detail>> {
    Credentials::parse(method, given(fields), None)
}

#[track_caller]
fn accepted(method: AuthMethod, fields: &[(&str, &str)]) -> (Credentials, Vec<Hint>) {
    match parse(method, fields) {
        Ok(accepted) => accepted,
        Err(faults) => panic!("refused: {faults:?}"),
    }
}

/// Field and type of every fault, in the order found.
#[track_caller]
fn faults(method: AuthMethod, fields: &[(&str, &str)]) -> Vec<(String, &'static str)> {
    match parse(method, fields) {
        Ok(_) => panic!("accepted"),
        Err(faults) => faults
            .iter()
            .map(|fault| (last_step(&fault.loc), fault.kind))
            .collect(),
    }
}

/// The types of the hints, in order.
#[track_caller]
fn hints(method: AuthMethod, fields: &[(&str, &str)]) -> Vec<&'static str> {
    accepted(method, fields)
        .1
        .iter()
        .map(|hint| hint.kind)
        .collect()
}

fn last_step(loc: &[domain::reject::LocStep]) -> String {
    use domain::reject::LocStep;
    match loc.last() {
        Some(LocStep::Name(name)) => name.clone().into_owned(),
        Some(LocStep::Index(index)) => index.to_string(),
        None => String::new(),
    }
}
