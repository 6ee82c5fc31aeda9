//! New values or references of an update, against those in use.

use super::{Origin, UpdateMeans};
use crate::catalogue::AuthMethod;
use crate::external::{FieldMappings, MappingInput, Provider};
use crate::fault::{Fault, Hint};
use crate::findings::Findings;
use crate::plan::Context;
use crate::reject::Rejection;
use crate::secret::{Holding, SecretParts};
use crate::values_input::{self, FieldNull, NewValues, ValuesInput};
use crate::version::How;

/// The new values, or `None` where they are wrong or the ones already stored.
pub(super) fn replaced(
    input: ValuesInput,
    method: AuthMethod,
    origin: Origin,
    context: &Context,
    means: &mut UpdateMeans<'_>,
    findings: &mut Findings,
) -> Result<Option<NewValues>, Rejection> {
    let fields = match input {
        ValuesInput::Generate(input) => {
            return Ok(values_input::generated(
                &input,
                method,
                means.random,
                findings,
            ));
        }
        ValuesInput::Pasted(fields) => fields,
    };
    let how = match origin {
        Origin::Person => How::Manual,
        Origin::Import { .. } => How::Imported,
    };
    let in_use = (means.values_in_use)()?;
    let new = values_input::pasted(
        fields,
        method,
        Some(&in_use),
        FieldNull::Refused,
        how,
        findings,
    );
    let Some(new) = new else { return Ok(None) };
    if new.credentials.ct_eq(&in_use) {
        let message = "This value is the one already stored, so nothing was rotated.";
        findings.hint(Hint::new(
            vec!["credentials".into()],
            "value_unchanged",
            message,
        ));
        return Ok(None);
    }
    findings.value_hints(&new, context.now);
    Ok(Some(new))
}

pub(super) fn remap(
    after: &mut SecretParts,
    given: &[MappingInput],
    provider: Option<Provider>,
    findings: &mut Findings,
) {
    let parsed = findings.take_listed(FieldMappings::parse(given, after.method, provider));
    if let (Holding::External { mappings, .. }, Some(parsed)) = (&mut after.holding, parsed) {
        *mappings = parsed;
    }
}

/// Values made for another set of fields cannot stay under the new method (UPDATE-08).
pub(super) fn require_same_fields(
    before: &SecretParts,
    method: AuthMethod,
    findings: &mut Findings,
) {
    if method.has_same_fields_as(before.method) {
        return;
    }
    let member = match before.holding {
        Holding::Direct { .. } => "credentials",
        Holding::External { .. } => "field_mappings",
    };
    let message = format!(
        "{} has other fields than before, so {member} must come with it.",
        method.label()
    );
    findings.fault(member, Fault::new("missing", message));
}
