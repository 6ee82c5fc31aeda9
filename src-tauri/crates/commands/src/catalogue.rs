//! What kinds of secrets there are.

use domain::catalogue::{self, AuthMethod};
use domain::connection::{
    ConnectionFieldKind, ConnectionFieldView, ConnectionTypeView, connection_types,
};
use domain::guide::guide;
use domain::location::{EndpointNeed, LocationTypeView, location_types};
use domain::policy::{ParameterSpec, parameters};
use domain::presets::presets;
use providers::{Capabilities, Way};

use crate::api::{
    Catalogue, CatalogueConnectionField, CatalogueConnectionMethod, CatalogueConnectionType,
    CatalogueField, CatalogueLocationType, CatalogueMethod, CatalogueOfferAsks, CatalogueParameter,
    CatalogueReference, CatalogueRotation, CatalogueType, Empty, PresetView,
};
use crate::app::App;
use crate::refusal::Answer;
use crate::view::kind_name;

pub fn get(app: &App, _request: Empty) -> Answer<Catalogue> {
    let providers = app.network.providers()?;
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
                    rotation: rotation(method.method, providers.capabilities(method.method)),
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
        location_types: location_types().into_iter().map(location_type).collect(),
        connection_types: connection_types()
            .into_iter()
            .map(connection_type)
            .collect(),
        presets: presets.collect(),
    })
}

fn rotation(method: AuthMethod, can: Option<Capabilities>) -> CatalogueRotation {
    let guide = guide(method);
    let way = can.map(|can| match can.way {
        Way::OwnKey => "own_key",
        Way::Management => "management",
        Way::Either => "either",
    });
    let parameter = |spec: &ParameterSpec| CatalogueParameter {
        name: spec.name.to_owned(),
        label: spec.label.to_owned(),
        help: spec.help.to_owned(),
        example: spec.example.to_owned(),
        required: spec.required,
    };
    CatalogueRotation {
        managed: can.is_some(),
        way: way.map(ToOwned::to_owned),
        style: can.map(|can| can.style.as_str().to_owned()),
        console_url: guide.console_url.map(ToOwned::to_owned),
        guide: guide.steps.iter().map(|&text| text.to_owned()).collect(),
        management_help: guide.management_help.map(ToOwned::to_owned),
        management_types: guide
            .management_types
            .iter()
            .map(|kind| kind.as_str().to_owned())
            .collect(),
        parameters: parameters(method).iter().map(parameter).collect(),
    }
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

fn location_type(kind: LocationTypeView) -> CatalogueLocationType {
    let endpoint = match kind.endpoint {
        EndpointNeed::Required => "required",
        EndpointNeed::Offered => "offered",
        EndpointNeed::Optional => "optional",
    };
    CatalogueLocationType {
        location_type: kind.location_type.as_str().to_owned(),
        label: kind.label.to_owned(),
        mark: kind.mark.to_owned(),
        bucket_label: kind.bucket_label.to_owned(),
        endpoint: endpoint.to_owned(),
        offer_asks: CatalogueOfferAsks {
            region: kind.offer_asks.region,
            account: kind.offer_asks.account.map(ToOwned::to_owned),
        },
        regions: kind.regions.iter().map(|&name| name.to_owned()).collect(),
    }
}

fn connection_type(kind: ConnectionTypeView) -> CatalogueConnectionType {
    let reference = kind.reference;
    let methods = kind
        .methods
        .into_iter()
        .map(|method| CatalogueConnectionMethod {
            method: method.method.as_str().to_owned(),
            label: method.label.to_owned(),
            fields: method.fields.iter().map(connection_field).collect(),
        });
    CatalogueConnectionType {
        connection_type: kind.connection_type.as_str().to_owned(),
        label: kind.label.to_owned(),
        mark: kind.mark.to_owned(),
        help: kind.help.to_owned(),
        reference: CatalogueReference {
            label: reference.label.to_owned(),
            help: reference.help.to_owned(),
            example: reference.example.to_owned(),
        },
        methods: methods.collect(),
    }
}

fn connection_field(view: &ConnectionFieldView) -> CatalogueConnectionField {
    let field = view.spec;
    let kind = match field.kind {
        ConnectionFieldKind::Text => "text",
        ConnectionFieldKind::Path => "path",
        ConnectionFieldKind::Url => "url",
        ConnectionFieldKind::Identifier => "identifier",
        ConnectionFieldKind::Secret => "secret",
    };
    CatalogueConnectionField {
        name: field.name.to_owned(),
        label: field.label.to_owned(),
        help: field.help.to_owned(),
        kind: kind.to_owned(),
        default: field.default.map(ToOwned::to_owned),
        example: field.example.to_owned(),
        comes_with_token: view.comes_with_token,
    }
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
