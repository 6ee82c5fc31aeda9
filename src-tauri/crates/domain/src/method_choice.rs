//! Which auth method a request means by its `secret_type` and `auth_method` (CREATE-04, CREATE-05, UPDATE-06).

use crate::catalogue::{AuthMethod, SecretType};
use crate::fault::Fault;
use crate::findings::Findings;

/// What a request means, as far as it can be told.
pub(crate) struct MethodChoice {
    /// `None` where it stays unknown; why is among the findings then.
    pub method: Option<AuthMethod>,
    /// By which methods the rest of the request can be judged although none is chosen: those that it may mean. Empty where
    /// what it says contradicts itself.
    pub candidates: Vec<AuthMethod>,
}

impl MethodChoice {
    fn new(
        secret_type: Option<SecretType>,
        given: Option<Option<AuthMethod>>,
        method: Option<AuthMethod>,
    ) -> MethodChoice {
        let candidates = match (method, secret_type, given) {
            (Some(method), _, _) | (None, None, Some(Some(method))) => vec![method],
            (None, Some(known), None | Some(None)) => known.methods().to_vec(),
            (None, Some(_), Some(Some(_))) | (None, None, None | Some(None)) => Vec::new(),
        };
        MethodChoice { method, candidates }
    }

    /// The one method by which the rest of the request can be judged whole.
    pub(crate) fn judged_by(&self) -> Option<AuthMethod> {
        match self.candidates.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// Whether it cannot mean a generic secret.
    pub(crate) fn excludes_generic(&self) -> bool {
        !self.candidates.is_empty()
            && self
                .candidates
                .iter()
                .all(|method| method.secret_type() != SecretType::Generic)
    }
}

pub(crate) fn for_new_secret(
    secret_type: Option<&str>,
    auth_method: Option<&str>,
    findings: &mut Findings,
) -> MethodChoice {
    let given = auth_method.map(|text| known_method(text, findings));
    let secret_type = match secret_type {
        Some(text) => known_type(text, findings),
        None => {
            findings.fault(
                "secret_type",
                Fault::new("missing", "Choose a type for this secret."),
            );
            None
        }
    };
    let method = secret_type.and_then(|secret_type| match given {
        Some(method) => of_type(method?, secret_type, findings),
        None => only_method(secret_type, findings),
    });
    MethodChoice::new(secret_type, given, method)
}

/// A new type without a method selects its only one; a method alone must be of the type there is.
pub(crate) fn for_update(
    secret_type: Option<&str>,
    auth_method: Option<&str>,
    current: AuthMethod,
    findings: &mut Findings,
) -> MethodChoice {
    let given = auth_method.map(|text| known_method(text, findings));
    let secret_type = match secret_type {
        Some(text) => known_type(text, findings),
        None => Some(current.secret_type()),
    };
    let method = secret_type.and_then(|secret_type| match given {
        Some(method) => of_type(method?, secret_type, findings),
        None if secret_type == current.secret_type() => Some(current),
        None => only_method(secret_type, findings),
    });
    MethodChoice::new(secret_type, given, method)
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
