//! 1Password's own program, `op` 2. Source: developer.1password.com/docs/cli.

mod allowance;
mod environment;
mod program;
mod run;
mod said;

use domain::SecretText;
use domain::catalogue::VALUE_BYTES_MAX;
use domain::external::op_reference_part;
use domain::mask::display_text;
use zeroize::Zeroizing;

pub use program::{Asker, OpProgram};
pub use run::end_programs;

use super::fetch::Content;
use super::{OpId, token_of};
use crate::error::{ConnectionError, ErrorCode};
use crate::limits::{ANSWER_BYTES_MAX, LIST_BYTES_MAX, OP_PERSON_WAIT, OP_WAIT};
use allowance::{Allowance, allowance};
use environment::Environment;
use run::{Failure, Run, run};

const VERSION_BYTES_MAX: usize = 1024;
const ACCOUNT_CHARS_MAX: usize = 255;
/// The first version that knows service accounts.
const SERVICE_ACCOUNT_VERSION: (u32, u32) = (2, 18);
/// The first version whose answers are read here.
const VERSION_MIN: (u32, u32) = (2, 0);
const JSON: [&str; 2] = ["--format", "json"];

/// `op` and who asks by it. It may hold a token: no `Debug`, `Clone` or `Serialize`.
pub struct OpCli {
    program: OpProgram,
    who: Who,
}

/// By whose right `op` reads.
pub(in crate::one_password) enum Who {
    ServiceAccount(SecretText),
    /// 1Password's app asks the person; `None` is the account it takes by itself.
    Person {
        account: Option<String>,
    },
}

impl OpCli {
    pub(super) fn service_account(
        program: OpProgram,
        token: &SecretText,
    ) -> Result<OpCli, ConnectionError> {
        let who = Who::ServiceAccount(token_of(token)?);
        Ok(OpCli { program, who })
    }

    pub(super) fn desktop_app(
        program: OpProgram,
        account: Option<&str>,
    ) -> Result<OpCli, ConnectionError> {
        let account = account.map(str::trim).filter(|account| !account.is_empty());
        let is_account = |text: &&str| {
            text.chars().count() <= ACCOUNT_CHARS_MAX && !text.contains(char::is_control)
        };
        if account.is_some_and(|account| !is_account(&account)) {
            let message = "This is no account of 1Password: give its address, email or id.";
            return Err(ConnectionError::new(ErrorCode::Refused, message));
        }
        let account = account.map(str::to_owned);
        let who = Who::Person { account };
        Ok(OpCli { program, who })
    }

    /// Each call may ask somebody at the screen.
    pub(super) fn asks_a_person(&self) -> bool {
        matches!(self.who, Who::Person { .. })
    }

    pub(super) async fn version(&self) -> Result<Option<String>, ConnectionError> {
        let answer = self.ask(&["--version"], VERSION_BYTES_MAX).await?;
        let text = String::from_utf8_lossy(&answer);
        let version = text.trim();
        let mut numbers = version
            .split('.')
            .map_while(|part| part.parse::<u32>().ok());
        let (Some(major), Some(minor)) = (numbers.next(), numbers.next()) else {
            let message = "The program named is not 1Password's op: it does not say its version.";
            return Err(ConnectionError::new(ErrorCode::NotInstalled, message));
        };
        let (needed, with) = match self.who {
            Who::ServiceAccount(_) => SERVICE_ACCOUNT_VERSION,
            Who::Person { .. } => VERSION_MIN,
        };
        if (major, minor) < (needed, with) {
            let message = format!(
                "This op is version {major}.{minor}. Version {needed}.{with} is the first that can do this; install a newer one."
            );
            return Err(ConnectionError::new(ErrorCode::NotInstalled, message));
        }
        Ok(Some(display_text(version)))
    }

    pub(super) async fn vaults(&self) -> Result<Zeroizing<Vec<u8>>, ConnectionError> {
        let [format, json] = JSON;
        let args = ["vault", "list", format, json];
        Ok(self.ask(&args, LIST_BYTES_MAX).await?)
    }

    pub(super) async fn items(&self, vault: &OpId) -> Result<Zeroizing<Vec<u8>>, ConnectionError> {
        let [format, json] = JSON;
        let args = [
            "item",
            "list",
            "--vault",
            vault.as_str(),
            "--include-archive",
            format,
            json,
        ];
        Ok(self.ask(&args, LIST_BYTES_MAX).await?)
    }

    pub(super) async fn item(
        &self,
        vault: &OpId,
        item: &OpId,
    ) -> Result<Zeroizing<Vec<u8>>, ConnectionError> {
        let [format, json] = JSON;
        let args = [
            "item",
            "get",
            item.as_str(),
            "--vault",
            vault.as_str(),
            "--include-archive",
            format,
            json,
        ];
        Ok(self.ask(&args, ANSWER_BYTES_MAX).await?)
    }

    pub(super) async fn file(
        &self,
        vault: &OpId,
        item: &OpId,
        section: Option<&str>,
        file: &OpId,
    ) -> Result<Content, ConnectionError> {
        let [vault, item, file] = [vault, item, file].map(OpId::as_str);
        let section = match section.map(|id| op_reference_part(None, id)) {
            None => String::new(),
            Some(Some(section)) => format!("{section}/"),
            Some(None) => {
                let message = "The attached file stands in a section that op can't be asked for.";
                return Err(ConnectionError::new(ErrorCode::Refused, message));
            }
        };
        let reference = format!("op://{vault}/{item}/{section}{file}");
        let args = ["read", "--no-newline", &reference];
        match self.ask(&args, VALUE_BYTES_MAX).await {
            Ok(bytes) => Ok(Content::Bytes(bytes)),
            Err(Failure::TooLong) => Ok(Content::TooLarge),
            Err(Failure::Other(error)) => Err(error),
        }
    }

    /// How much of its limit a service account has left, where op says so.
    pub(super) async fn allowance(&self) -> Option<Allowance> {
        if self.asks_a_person() {
            return None;
        }
        let [format, json] = JSON;
        let args = ["service-account", "ratelimit", format, json];
        allowance(&self.ask(&args, ANSWER_BYTES_MAX).await.ok()?)
    }

    async fn ask(&self, args: &[&str], bytes_max: usize) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let patience = match self.who {
            Who::ServiceAccount(_) => OP_WAIT,
            Who::Person { .. } => OP_PERSON_WAIT,
        };
        let asked = Run {
            program: self.program.path(),
            args,
            environment: Environment::of(&self.who),
            bytes_max,
            patience,
        };
        let ended = run(asked).await?;
        if ended.is_success {
            return Ok(ended.answer);
        }
        let token = match &self.who {
            Who::ServiceAccount(token) => Some(token),
            Who::Person { .. } => None,
        };
        let mut error = said::refusal(&ended.complaint, token);
        let may_be_shut_out = matches!(error.code, ErrorCode::Auth | ErrorCode::Refused);
        if may_be_shut_out && token.is_none() && self.program.lacks_group() {
            error.message = "1Password's app does not answer this op. Install op from 1Password's package: it must belong to the group onepassword-cli and run with its rights (setgid).".to_owned();
        }
        Err(Failure::Other(error))
    }
}
