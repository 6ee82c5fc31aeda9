//! Attached files as values: text as it is, anything else in Base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::catalogue::VALUE_BYTES_MAX;
use zeroize::Zeroizing;

use crate::material::{FieldName, Material, Part};
use crate::names::clean_file_name;
use crate::parsed::ValueKind;

pub(crate) const TOO_LARGE: &str =
    "The attached file is larger than 64 KiB, the most a secret can hold.";
const TOO_LARGE_BINARY: &str =
    "The attached file is not text and larger than 48 KiB, the most a secret can hold in Base64.";
const EMPTY: &str = "The attached file is empty.";
const AS_BASE64: &str = "the file is not text, so it is kept in Base64";

pub(crate) struct AttachedFile<'a> {
    pub name: FieldName<'a>,
    pub group: usize,
    /// As the file has it; only its last part is kept.
    pub file_name: &'a str,
    /// How much of what was entered it is: its content, and its name where that is told apart.
    pub entered: usize,
    pub bytes: &'a [u8],
}

/// By 1Password's own id of the file, which an export and the item itself both tell; where it stands, they tell differently.
pub(crate) fn file_path(id: &str) -> String {
    format!("files.{id}")
}

pub(crate) fn add_attachment(material: &mut Material, file: &AttachedFile<'_>) {
    let name = file.name;
    let refused = |material: &mut Material, reason: &str| {
        let name = FieldName {
            label: file.file_name,
            ..name
        };
        material.leave_out(name, reason);
        material.speaks_for(file.entered);
    };
    if file.bytes.is_empty() {
        return refused(material, EMPTY);
    }
    if file.bytes.len() > VALUE_BYTES_MAX {
        return refused(material, TOO_LARGE);
    }
    let text = std::str::from_utf8(file.bytes)
        .ok()
        .filter(|text| !text.contains('\0'));
    let mut part = match text {
        Some(text) => Part::secret(name.label, name.path, text),
        None => {
            let encoded = Zeroizing::new(STANDARD.encode(file.bytes));
            if encoded.len() > VALUE_BYTES_MAX {
                return refused(material, TOO_LARGE_BINARY);
            }
            Part::secret(name.label, name.path, &encoded).changed(AS_BASE64)
        }
    };
    part = part
        .of(ValueKind::Attachment)
        .speaking_for(file.entered)
        .in_section(file.group, name.section);
    match clean_file_name(file.file_name) {
        Some(file_name) => {
            if file_name != file.file_name {
                material.remark(format!(
                    "The attached file is called “{file_name}” here, without what leads to it or can't be shown."
                ));
            }
            part = part.named_file(file_name);
        }
        None => material.remark("The attached file's name can't be shown, and is left out."),
    }
    material.add(part);
}
