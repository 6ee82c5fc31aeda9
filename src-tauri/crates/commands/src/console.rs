//! Opening a provider's own pages in the person's browser. The page names an auth method; the address is the catalogue's.

use domain::guide::guide;
use domain::{AuthMethod, Detail, Rejection};

use crate::api::{ConsoleOpen, Empty};
use crate::app::App;
use crate::opened::{Opened, required};
use crate::refusal::{Answer, Refusal, internal};

pub fn open(app: &App, _opened: &mut Opened, request: ConsoleOpen) -> Answer<Empty> {
    let named = required("auth_method", request.auth_method)?;
    let method = AuthMethod::parse(&named).ok_or_else(|| {
        let message = "There is no such auth method.";
        Detail::at("auth_method", "unknown_value", message)
    })?;
    let address = guide(method).console_url;
    let address = address.ok_or_else(|| Rejection::not_found("page of this provider"))?;
    if app.host.open_page(address) {
        Ok(Empty {})
    } else {
        let message = "No browser could be opened. Copy the address instead.";
        Err(Refusal(internal(message)))
    }
}
