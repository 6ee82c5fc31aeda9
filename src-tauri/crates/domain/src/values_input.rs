//! New values of a request, pasted or to be generated, as complete credentials.

use crate::catalogue::{AuthMethod, SecretType};
use crate::credentials::Credentials;
use crate::fault::{Fault, Hint};
use crate::findings::{Findings, wrong_null};
use crate::generate::GenerateSpec;
use crate::method_choice::MethodChoice;
use crate::request::{FieldsInput, GenerateInput};
use crate::version::How;

/// Where new values come from.
pub(crate) enum ValuesInput {
    Pasted(FieldsInput),
    Generate(GenerateInput),
}

/// Checked values to be sealed, and what is odd about them.
pub(crate) struct NewValues {
    pub credentials: Credentials,
    pub hints: Vec<Hint>,
    pub how: How,
}

/// What `null` means for one field of `credentials`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldNull {
    AsAbsent,
    Refused,
}

/// Where the request may mean several methods, or none: what would be wrong with these values under each of them.
pub(crate) fn judge_loosely(input: ValuesInput, choice: &MethodChoice, findings: &mut Findings) {
    if choice.candidates.is_empty() {
        return;
    }
    match input {
        ValuesInput::Pasted(fields) => {
            let (given, _) = fields.split_nulls();
            for detail in Credentials::unknown_to_all(&choice.candidates, given) {
                findings.detail(detail);
            }
        }
        ValuesInput::Generate(_) if choice.excludes_generic() => {
            findings.fault("generate", generated_not_generic());
        }
        ValuesInput::Generate(_) => {}
    }
}

pub(crate) fn pasted(
    input: FieldsInput,
    method: AuthMethod,
    lasting_from: Option<&Credentials>,
    null: FieldNull,
    how: How,
    findings: &mut Findings,
) -> Option<NewValues> {
    let (given, nulls) = input.split_nulls();
    let refused = if null == FieldNull::Refused {
        nulls
    } else {
        Vec::new()
    };
    let parsed = Credentials::parse(method, given, lasting_from).map_err(|mut details| {
        // A field given as null is not missing as well.
        details.retain(|detail| {
            !refused
                .iter()
                .any(|name| detail.loc.last() == Some(&name.clone().into()))
        });
        details
    });
    for name in refused {
        findings.detail(wrong_null().at(vec!["credentials".into(), name.into()]));
    }
    let (credentials, hints) = findings.take_listed(parsed)?;
    Some(NewValues {
        credentials,
        hints,
        how,
    })
}

pub(crate) fn generated(
    input: &GenerateInput,
    method: AuthMethod,
    random: &mut dyn FnMut(&mut [u8]),
    findings: &mut Findings,
) -> Option<NewValues> {
    if method.secret_type() != SecretType::Generic {
        findings.fault("generate", generated_not_generic());
        return None;
    }
    // A length that does not fit is out of the range that the parser allows, as 0 is.
    let length = input
        .length
        .map(|length| u32::try_from(length).unwrap_or(0));
    let spec = findings.take_listed(GenerateSpec::parse(length, input.alphabet.as_deref()))?;
    let given = vec![(
        method.fields().first()?.name.to_owned(),
        spec.generate(random),
    )];
    let (credentials, hints) = findings.take_listed(Credentials::parse(method, given, None))?;
    Some(NewValues {
        credentials,
        hints,
        how: How::Generated,
    })
}

fn generated_not_generic() -> Fault {
    let message = "Only the value of a generic secret can be generated here; other keys are made by their provider.";
    Fault::new("not_generic", message)
}
