//! What kinds of secrets there are.

use domain::catalogue;
use domain::presets::presets;

use crate::api::{Catalogue, CatalogueField, CatalogueMethod, CatalogueType, Empty, PresetView};
use crate::app::App;
use crate::refusal::Answer;
use crate::view::kind_name;

pub fn get(_app: &App, _request: Empty) -> Answer<Catalogue> {
    let types = catalogue::catalogue()
        .into_iter()
        .map(|kind| CatalogueType {
            secret_type: kind.secret_type.as_str().to_owned(),
            label: kind.label.to_owned(),
            mark: kind.mark.to_owned(),
            help: kind.help.to_owned(),
            methods: kind
                .methods
                .into_iter()
                .map(|method| CatalogueMethod {
                    method: method.method.as_str().to_owned(),
                    label: method.label.to_owned(),
                    fields: method.fields.iter().map(field).collect(),
                })
                .collect(),
        });
    let presets = presets().iter().map(|preset| PresetView {
        id: preset.id.to_owned(),
        label: preset.label.to_owned(),
        env_key: some(preset.env_key),
        allowed_domains: preset
            .allowed_domains
            .iter()
            .map(|&domain| domain.to_owned())
            .collect(),
        help: preset.help.to_owned(),
        value_prefix: some(preset.value_prefix),
    });
    Ok(Catalogue {
        types: types.collect(),
        presets: presets.collect(),
    })
}

fn field(field: &catalogue::FieldSpec) -> CatalogueField {
    CatalogueField {
        name: field.name.to_owned(),
        label: field.label.to_owned(),
        help: field.help.to_owned(),
        kind: kind_name(field.kind).to_owned(),
        env_name: field.env_name.map(ToOwned::to_owned),
        lasting: field.lasting,
        chars_max: u64::try_from(field.chars_max).expect("usize fits in u64"),
        example: field.example.to_owned(),
    }
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
