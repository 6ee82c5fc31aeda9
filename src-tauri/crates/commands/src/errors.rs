//! Which command can answer which error type: `docs/ERRORS.md` is written from this, and the tests hold every refusal against it.

use domain::reject::ErrorType;

use crate::dispatch::CommandInfo;

/// What this command can be refused with, in the order of the rule (ERR-02).
pub fn of_command(command: &CommandInfo) -> Vec<ErrorType> {
    let own = own(command.name);
    let can = |kind: &ErrorType| match kind {
        ErrorType::InvalidRequest | ErrorType::InternalError => true,
        // The keys or the state can be changed by another program at any moment.
        ErrorType::VaultLocked | ErrorType::Conflict if command.needs_unlocked => true,
        ErrorType::AccessForbidden if !matches!(command.permission, "none" | "read_metadata") => {
            true
        }
        _ => own.contains(kind),
    };
    ErrorType::ALL.into_iter().filter(can).collect()
}

/// What follows from what the command itself does.
fn own(name: &str) -> &'static [ErrorType] {
    use ErrorType::{
        AccessForbidden, AlreadyExists, AuthenticationFailed, BadGateway, Conflict, GatewayTimeout,
        InUse, LimitReached, NotFound, RateLimited, UpgradeRequired, ValidationError,
    };
    match name {
        "audit_list" | "connection_list" | "endpoint_offer" | "file_open" | "job_cancel"
        | "import_discard" | "import_paste" | "location_list" | "member_exposed"
        | "password_strength" | "settings_update" | "tier_set" | "trash_list" | "value_find" => {
            &[ValidationError]
        }
        // By shared values it is for those who have values.
        "secret_list" => &[AccessForbidden, ValidationError],
        "audit_export" | "backup_create" | "vault_create" => &[ValidationError, AlreadyExists],
        "backup_check" => &[
            ValidationError,
            NotFound,
            AuthenticationFailed,
            UpgradeRequired,
        ],
        "backup_restore" => &[
            ValidationError,
            NotFound,
            AlreadyExists,
            AuthenticationFailed,
            UpgradeRequired,
        ],
        "connection_create" => &[ValidationError, AlreadyExists, LimitReached],
        "connection_delete" => &[ValidationError, NotFound, InUse],
        "connection_get"
        | "console_open"
        | "connection_rotate_token"
        | "location_delete"
        | "location_get"
        | "policy_get"
        | "rotation_bulk_plan"
        | "rotation_bulk_start"
        | "rotation_get"
        | "rotation_list" => &[ValidationError, NotFound],
        "location_verify" => &[ValidationError, NotFound, BadGateway, GatewayTimeout],
        "locations_verify" => &[ValidationError, NotFound],
        "rotation_plan" => &[ValidationError, NotFound, BadGateway, GatewayTimeout],
        "rotation_decide"
        | "rotation_key_delete"
        | "rotation_look"
        | "rotation_resume"
        | "rotation_start"
        | "rotation_undo" => &[ValidationError, NotFound, InUse, BadGateway, GatewayTimeout],
        "connection_update" | "location_create" | "location_update" => {
            &[ValidationError, NotFound, AlreadyExists]
        }
        "import_live_vaults" | "import_live_items" | "import_live_open" => &[
            ValidationError,
            NotFound,
            RateLimited,
            BadGateway,
            GatewayTimeout,
        ],
        "import_apply" => &[
            ValidationError,
            NotFound,
            LimitReached,
            RateLimited,
            BadGateway,
            GatewayTimeout,
        ],
        "import_preview" => &[
            ValidationError,
            NotFound,
            RateLimited,
            BadGateway,
            GatewayTimeout,
        ],
        "import_choose" | "import_file_destroy" | "import_report_save" => {
            &[ValidationError, NotFound]
        }
        "identity_renew" | "password_change" | "recovery_renew" | "vault_rekey" => {
            &[ValidationError, AuthenticationFailed, RateLimited]
        }
        "member_invite" => &[
            ValidationError,
            AuthenticationFailed,
            RateLimited,
            AlreadyExists,
            LimitReached,
        ],
        "member_remove" | "member_update" => {
            &[ValidationError, AuthenticationFailed, RateLimited, NotFound]
        }
        "invitation_sheet_print"
        | "invitation_sheet_save"
        | "recovery_sheet_print"
        | "recovery_sheet_save" => &[NotFound],
        "secret_copy" | "secret_get" | "secret_hints" | "secret_history" | "secret_restore"
        | "version_destroy" => &[ValidationError, NotFound],
        "secret_create" | "secret_undelete" => {
            &[ValidationError, NotFound, AlreadyExists, LimitReached]
        }
        "policy_set" | "secret_delete" => &[ValidationError, NotFound, InUse],
        "secret_update" => &[ValidationError, NotFound, AlreadyExists, InUse],
        "vault_add" => &[NotFound, UpgradeRequired],
        "vault_join" | "vault_unlock" => &[
            ValidationError,
            NotFound,
            AuthenticationFailed,
            RateLimited,
            Conflict,
            UpgradeRequired,
        ],
        _ => &[],
    }
}
