//! Kinds of JSON, told apart by their members. The text may break off, so it is not parsed.

use crate::format::Format;

pub(super) fn candidates(text: &str) -> Vec<Format> {
    let has = |name: &str| text.contains(&format!("\"{name}\""));
    let mut formats = Vec::new();
    let is_sealed = has("encrypted") && (has("data") || has("encKeyValidation_DO_NOT_EDIT"));
    // Exports of some years ago do not say that they are not encrypted.
    let is_plain = has("items") && (has("encrypted") || has("folders") || has("collections"));
    if is_sealed || is_plain {
        formats.push(Format::Bitwarden);
    }
    let has_key = ["accessKey", "accessKeyId", "access-key-id", "AccessKeyID"]
        .iter()
        .any(|name| has(name));
    if has_key && (has("aliases") || has("hosts") || has("Hosts")) {
        formats.push(Format::MinioClient);
    }
    if has("private_key") && has("client_email") {
        formats.push(Format::GcpKey);
    }
    if formats.is_empty() && has("client_id") && (has("type") || has("client_secret")) {
        formats.push(Format::GcpKey);
    }
    formats
}
