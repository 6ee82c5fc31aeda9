//! What tests start from.

use domain::{AuthMethod, Credentials, SecretText};
use providers::{
    CreatedKey, Http, KeyName, KeyService, ManagementCredentials, NotManaged, Parameters,
    ProviderError, ServiceRequest, key_service,
};

pub const NAME: &str = "turnstone-0123456789abcdef";

pub fn name() -> KeyName {
    KeyName::new(NAME).expect("a name")
}

pub fn credentials(method: AuthMethod, fields: &[(&str, &str)]) -> Credentials {
    let fields = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), SecretText::new((*value).to_owned())))
        .collect();
    match Credentials::parse(method, fields, None) {
        Ok((credentials, _)) => credentials,
        Err(faults) => panic!("no credentials: {faults:?}"),
    }
}

pub fn access_key(method: AuthMethod, id: &str, secret: &str) -> Credentials {
    credentials(
        method,
        &[("access_key_id", id), ("secret_access_key", secret)],
    )
}

pub fn made(method: AuthMethod, created: CreatedKey) -> Credentials {
    match Credentials::parse(method, created.fields, None) {
        Ok((credentials, _)) => credentials,
        Err(faults) => panic!("no credentials: {faults:?}"),
    }
}

pub fn try_service(
    current: &Credentials,
    management: Option<&str>,
    parameters: &[(&str, &str)],
) -> Result<Box<dyn KeyService>, NotManaged> {
    let management =
        management.map(|text| credentials(AuthMethod::OpaqueValue, &[("value", text)]));
    let parameters: Parameters = parameters.iter().copied().collect();
    let request = ServiceRequest {
        method: current.method(),
        current,
        management: management.as_ref().map(ManagementCredentials::new),
        parameters: &parameters,
    };
    key_service(&Http::new().expect("a client"), request)
}

pub fn service(
    current: &Credentials,
    management: &str,
    parameters: &[(&str, &str)],
) -> Box<dyn KeyService> {
    try_service(current, Some(management), parameters).unwrap_or_else(|why| panic!("{why}"))
}

pub fn refusal(
    current: &Credentials,
    management: Option<&str>,
    parameters: &[(&str, &str)],
) -> NotManaged {
    match try_service(current, management, parameters) {
        Ok(_) => panic!("there is a service"),
        Err(why) => why,
    }
}

pub async fn failed<T>(outcome: impl Future<Output = Result<T, ProviderError>>) -> ProviderError {
    match outcome.await {
        Ok(_) => panic!("it succeeded"),
        Err(error) => error,
    }
}
