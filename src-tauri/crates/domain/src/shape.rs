//! What a value should look like (CREATE-08): hard errors block, hints never do.

use crate::catalogue::FieldSpec;
use crate::credentials::Credentials;
use crate::fault::{Fault, Hint};
use crate::reject::Detail;
use crate::secret_text::SecretText;
use crate::time::Timestamp;

pub(crate) fn field_faults(_field: &FieldSpec, _text: &str) -> Vec<Fault> {
    Vec::new()
}
pub(crate) fn equal_fields(_fields: &[FieldSpec], _values: &[SecretText]) -> Vec<Detail> {
    Vec::new()
}
pub(crate) fn hints(_credentials: &Credentials) -> Vec<Hint> {
    Vec::new()
}
pub(crate) fn sas_expiry(_text: &str) -> Option<Timestamp> {
    None
}
