//! Which auth method a request means by its `secret_type` and `auth_method` (CREATE-04, CREATE-05, UPDATE-06).

use crate::catalogue::{AuthMethod, SecretType};
use crate::fault::Fault;
use crate::findings::Findings;

/// `None` where it stays unknown; why is among the findings then.
pub(crate) fn for_new_secret(
    secret_type: Option<&str>,
    auth_method: Option<&str>,
    findings: &mut Findings,
) -> Option<AuthMethod> {
    let auth_method = auth_method.map(|text| known_method(text, findings));
    let Some(text) = secret_type else {
        findings.fault(
            "secret_type",
            Fault::new("missing", "Choose a type for this secret."),
        );
        return None;
    };
    let secret_type = known_type(text, findings)?;
    match auth_method {
        Some(method) => of_type(method?, secret_type, findings),
        None => only_method(secret_type, findings),
    }
}

/// A new type without a method selects its only one; a method alone must be of the type there is.
pub(crate) fn for_update(
    secret_type: Option<&str>,
    auth_method: Option<&str>,
    current: AuthMethod,
    findings: &mut Findings,
) -> Option<AuthMethod> {
    let auth_method = auth_method.map(|text| known_method(text, findings));
    let secret_type = match secret_type {
        Some(text) => known_type(text, findings)?,
        None => current.secret_type(),
    };
    match auth_method {
        Some(method) => of_type(method?, secret_type, findings),
        None if secret_type == current.secret_type() => Some(current),
        None => only_method(secret_type, findings),
    }
}

fn known_type(text: &str, findings: &mut Findings) -> Option<SecretType> {
    let names = || {
        SecretType::ALL
            .iter()
            .map(|known| known.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let known = SecretType::parse(text).ok_or_else(|| {
        Fault::new(
            "unknown_value",
            format!("This type is not known. The types are {}.", names()),
        )
    });
    findings.take("secret_type", known)
}

fn known_method(text: &str, findings: &mut Findings) -> Option<AuthMethod> {
    let known = AuthMethod::parse(text)
        .ok_or_else(|| Fault::new("unknown_value", "This auth method is not known."));
    findings.take("auth_method", known)
}

fn of_type(
    method: AuthMethod,
    secret_type: SecretType,
    findings: &mut Findings,
) -> Option<AuthMethod> {
    if method.secret_type() == secret_type {
        return Some(method);
    }
    let message = format!(
        "{} takes {}.",
        secret_type.label(),
        method_names(secret_type)
    );
    findings.fault("auth_method", Fault::new("method_of_other_type", message));
    None
}

fn only_method(secret_type: SecretType, findings: &mut Findings) -> Option<AuthMethod> {
    if let [only] = secret_type.methods() {
        return Some(*only);
    }
    let message = format!(
        "{} has several auth methods; choose {}.",
        secret_type.label(),
        method_names(secret_type)
    );
    findings.fault("auth_method", Fault::new("missing", message));
    None
}

fn method_names(secret_type: SecretType) -> String {
    let names: Vec<&str> = secret_type
        .methods()
        .iter()
        .map(|method| method.as_str())
        .collect();
    names.join(" or ")
}
