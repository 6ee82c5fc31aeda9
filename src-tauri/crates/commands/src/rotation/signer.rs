//! Whose key signs the requests of a run. What goes out is in the log before (OUT-02).

use domain::audit::Action;
use domain::reject::ErrorType;
use domain::rotation::Run;
use domain::secret::existing_live;
use domain::{
    AuthMethod, Credentials, Rejection, Secret, SecretId, SecretWithVersions, VersionNumber,
};
use providers::{KeyService, ManagementCredentials, NotManaged, Parameters, ServiceRequest};
use vault::{UnlockedVault, Writer};

use crate::api::Changed;
use crate::app::App;
use crate::copy::secret_field;
use crate::refusal::Answer;
use crate::secret;
use crate::verify::require_allowed;

/// What a service is made from, opened and logged. It holds plaintext, so it has no `Debug`, `Clone` or `Serialize`.
pub struct Signing {
    method: AuthMethod,
    number: VersionNumber,
    current: Credentials,
    /// Whose it is, beside it.
    management: Option<(Secret, Credentials)>,
    parameters: Parameters,
    secret: Secret,
}

/// For a run: the version in use signs, or the management credential of the policy.
pub fn of_run(app: &App, vault: &UnlockedVault, run: &Run) -> Answer<Box<dyn KeyService>> {
    signing_for(app, vault, run.secret())?.service(app)
}

pub fn signing_for(app: &App, vault: &UnlockedVault, secret: SecretId) -> Answer<Signing> {
    let signing = vault.write(app.clock.now(), |writer| log_signing(writer, secret))?;
    app.changed(&[Changed::Audit]);
    Ok(signing)
}

/// As [`signing_for`], in a transaction that writes more.
pub fn log_signing(writer: &mut Writer<'_>, secret: SecretId) -> Answer<Signing> {
    let current = existing_live(writer.secret(secret)?)?;
    Signing::logged(writer, &current)
}

impl Signing {
    fn logged(writer: &mut Writer<'_>, secret: &SecretWithVersions) -> Answer<Self> {
        let id = secret.secret().id();
        let policy = writer.checked_policy(Some(id))?;
        let managed = policy
            .as_ref()
            .and_then(|policy| policy.parts().managed.as_ref());
        let current = logged(writer, secret)?;
        let number = secret.secret().current_version();
        let management = match managed.and_then(|managed| managed.management) {
            None => None,
            Some(id) => {
                let other = existing_live(writer.secret(id)?).map_err(|_gone| manager_gone())?;
                let values = logged(writer, &other)?;
                Some((other.secret().clone(), values))
            }
        };
        Ok(Self {
            method: secret.secret().method(),
            number: number.expect("its values were opened"),
            current,
            management,
            parameters: managed
                .map(|managed| managed.parameters.iter().collect())
                .unwrap_or_default(),
            secret: secret.secret().clone(),
        })
    }

    pub fn service(&self, app: &App) -> Answer<Box<dyn KeyService>> {
        Ok(self.service_or_why(app)?.map_err(not_managed)?)
    }

    /// Why there is none is a part of a plan.
    pub fn service_or_why(&self, app: &App) -> Answer<Result<Box<dyn KeyService>, NotManaged>> {
        let management = self.management.as_ref();
        let request = ServiceRequest {
            method: self.method,
            current: &self.current,
            management: management.map(|(manager, values)| {
                ManagementCredentials::new(values).bound_to(manager.allowed_domains())
            }),
            parameters: &self.parameters,
        };
        let providers = app.network.providers()?;
        let service = providers.key_service(request, self.secret.allowed_domains());
        if let Ok(service) = &service {
            let hosts = service.hosts();
            require_allowed(&self.secret, &hosts.own)?;
            if let Some((manager, _)) = management {
                require_allowed(manager, &hosts.management)?;
            }
        }
        Ok(service)
    }

    /// Which version is in use.
    pub fn number(&self) -> VersionNumber {
        self.number
    }

    /// The values in use.
    pub fn current(&self) -> &Credentials {
        &self.current
    }

    pub fn into_current(self) -> Credentials {
        self.current
    }

    pub fn management(&self) -> Option<SecretId> {
        self.management.as_ref().map(|(manager, _)| manager.id())
    }
}

fn logged(writer: &mut Writer<'_>, secret: &SecretWithVersions) -> Answer<Credentials> {
    let values = secret::values_in_use(writer, secret)?;
    let field = secret_field(values.method());
    writer.record_use(secret.secret().id(), field, Action::ValueSent)?;
    Ok(values)
}

/// It went by force, or before the policy could hold it back.
fn manager_gone() -> Rejection {
    let message = "The secret that makes and ends the keys of this one is deleted. Choose another one in the rotation policy, or take it out of the trash.";
    Rejection::new(ErrorType::Conflict, message)
}

pub fn not_managed(why: NotManaged) -> Rejection {
    Rejection::invalid_request(why.to_string(), &["secret_id"])
}

pub fn values_of(
    vault: &UnlockedVault,
    secret: SecretId,
    number: VersionNumber,
) -> Answer<Credentials> {
    vault.read(|reader| Ok(reader.open_values(secret, number)?))
}

pub fn values_in_use(vault: &UnlockedVault, id: SecretId) -> Answer<Credentials> {
    vault.read(|reader| {
        let current = existing_live(reader.secret(id)?)?;
        Ok(secret::values_in_use(reader, &current)?)
    })
}

/// Values that are about to go to the provider.
pub fn logged_values(
    app: &App,
    vault: &UnlockedVault,
    secret: SecretId,
    number: VersionNumber,
) -> Answer<Credentials> {
    let values = vault.write(app.clock.now(), |writer| log_values(writer, secret, number))?;
    app.changed(&[Changed::Audit]);
    Ok(values)
}

/// As [`logged_values`], in a transaction that writes more.
pub fn log_values(
    writer: &mut Writer<'_>,
    secret: SecretId,
    number: VersionNumber,
) -> Answer<Credentials> {
    let values = writer.open_values(secret, number)?;
    writer.record_use(secret, secret_field(values.method()), Action::ValueSent)?;
    Ok(values)
}

/// As [`logged_values`], of the version that the secret says is in use.
pub fn logged_values_in_use(app: &App, vault: &UnlockedVault, id: SecretId) -> Answer<Credentials> {
    let values = vault.write(app.clock.now(), |writer| log_values_in_use(writer, id))?;
    app.changed(&[Changed::Audit]);
    Ok(values)
}

/// As [`logged_values_in_use`], in a transaction that writes more.
pub fn log_values_in_use(writer: &mut Writer<'_>, id: SecretId) -> Answer<Credentials> {
    let current = existing_live(writer.secret(id)?)?;
    logged(writer, &current)
}
