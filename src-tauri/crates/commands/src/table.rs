//! The one table of commands. It names types but imports none, so that a build script can include this file alone.

/// Calls `$callback!` with the table: three groups (`both`, `window`, `cli`), each with rows
/// `name => module::function(Request) -> Answer, session: none|asked|held|lent, permission: none|read_metadata|…, holds: nothing|credentials;`.
/// All but `none` need an unlocked vault. `held` functions are handed the session, `lent` ones the vault alone, so that what takes long blocks no
/// other command; `asked` ones take it when they need it, after a chooser was closed, where the role is asked again. A command whose two surfaces take different requests (a path, or a chosen file's id) has a row in `window` and one in `cli`.
#[macro_export]
macro_rules! with_commands {
    ($callback:ident) => {
        $callback! {
            both {
                vault_list => vaults::list(Empty) -> VaultList, session: none, permission: none, holds: nothing;
                vault_check => check::vault(Empty) -> VaultCheck, session: lent, permission: read_metadata, holds: nothing;
                password_change => session::change_password(PasswordChange) -> Empty, session: lent, permission: change_own_access, holds: credentials;
                catalogue_get => catalogue::get(Empty) -> Catalogue, session: none, permission: none, holds: nothing;
                secret_create => secret::create(SecretCreate) -> Mutation, session: held, permission: manage_secrets, holds: credentials;
                secret_update => secret::update(SecretUpdate) -> Mutation, session: held, permission: manage_secrets, holds: credentials;
                secret_get => secret::get(SecretRef) -> SecretAnswer, session: held, permission: read_metadata, holds: nothing;
                secret_list => listing::list(SecretList) -> SecretPage, session: held, permission: read_metadata, holds: nothing;
                secret_copy => copy::copy(SecretCopy) -> SecretCopied, session: held, permission: use_values, holds: nothing;
                value_find => reuse::find(ValueFind) -> ValueFound, session: held, permission: use_values, holds: credentials;
                reuse_list => reuse::list(Empty) -> ReuseList, session: lent, permission: use_values, holds: nothing;
                tag_list => listing::tags(Empty) -> TagList, session: held, permission: read_metadata, holds: nothing;
                secret_history => history::list(SecretRef) -> SecretHistory, session: held, permission: read_metadata, holds: nothing;
                secret_restore => history::restore(SecretRestore) -> Mutation, session: held, permission: manage_secrets, holds: nothing;
                version_destroy => history::destroy_version(VersionDestroy) -> Mutation, session: held, permission: manage_secrets, holds: nothing;
                secret_delete => trash::delete(SecretDelete) -> Mutation, session: held, permission: manage_secrets, holds: nothing;
                secret_undelete => trash::undelete(SecretRef) -> Mutation, session: held, permission: manage_secrets, holds: nothing;
                trash_list => trash::list(TrashList) -> SecretPage, session: held, permission: read_metadata, holds: nothing;
                trash_empty => trash::empty(Empty) -> TrashEmptied, session: held, permission: manage_secrets, holds: nothing;
                location_create => location::create(LocationCreate) -> LocationMutation, session: held, permission: manage_locations, holds: nothing;
                location_update => location::update(LocationUpdate) -> LocationMutation, session: held, permission: manage_locations, holds: nothing;
                location_get => location::get(LocationRef) -> LocationAnswer, session: held, permission: read_metadata, holds: nothing;
                location_list => location::list(LocationList) -> LocationPage, session: held, permission: read_metadata, holds: nothing;
                location_delete => location::delete(LocationDelete) -> LocationMutation, session: held, permission: manage_locations, holds: nothing;
                location_verify => verify::one(LocationVerify) -> LocationAnswer, session: lent, permission: verify, holds: nothing;
                locations_verify => verify::many(LocationsVerify) -> LocationsVerified, session: lent, permission: verify, holds: nothing;
                endpoint_offer => location::offer_endpoint(EndpointOffer) -> EndpointOffered, session: held, permission: read_metadata, holds: nothing;
                connection_create => connection::create(ConnectionCreate) -> ConnectionMutation, session: held, permission: manage_connections, holds: credentials;
                connection_update => connection::update(ConnectionUpdate) -> ConnectionMutation, session: held, permission: manage_connections, holds: credentials;
                connection_get => connection::get(ConnectionRef) -> ConnectionAnswer, session: held, permission: read_metadata, holds: nothing;
                connection_list => connection::list(ConnectionList) -> ConnectionPage, session: held, permission: read_metadata, holds: nothing;
                connection_delete => connection::delete(ConnectionDelete) -> ConnectionMutation, session: held, permission: manage_connections, holds: nothing;
                connection_rotate_token => connection::rotate_token(ConnectionRotateToken) -> ConnectionMutation, session: held, permission: manage_connections, holds: credentials;
                import_live_vaults => import::live_vaults(ImportLiveVaults) -> ImportLiveSource, session: lent, permission: manage_secrets, holds: nothing;
                import_live_items => import::live_items(ImportLiveItems) -> ImportLivePage, session: lent, permission: manage_secrets, holds: nothing;
                rotation_plan => rotation::plan(RotationPlanAsk) -> RotationPlanned, session: lent, permission: manage_secrets, holds: nothing;
                rotation_start => rotation::start(RotationStart) -> RotationAnswer, session: lent, permission: manage_secrets, holds: nothing;
                rotation_resume => rotation::resume(RotationRef) -> RotationAnswer, session: lent, permission: manage_secrets, holds: nothing;
                rotation_undo => rotation::undo(RotationRef) -> RotationAnswer, session: lent, permission: manage_secrets, holds: nothing;
                rotation_decide => rotation::decide(RotationDecide) -> RotationAnswer, session: lent, permission: manage_secrets, holds: nothing;
                rotation_key_delete => rotation::delete_key(RotationKeyDelete) -> RotationKeyDeleted, session: lent, permission: manage_secrets, holds: nothing;
                rotation_get => rotation::get(RotationRef) -> RotationAnswer, session: held, permission: read_metadata, holds: nothing;
                rotation_look => rotation::look(RotationRef) -> RotationLooked, session: lent, permission: manage_secrets, holds: nothing;
                rotation_list => rotation::list(RotationList) -> RotationPage, session: held, permission: read_metadata, holds: nothing;
                rotation_board => board::get(Empty) -> RotationBoard, session: held, permission: read_metadata, holds: nothing;
                rotation_bulk_plan => bulk::plan(RotationBulkAsk) -> RotationBulkPlan, session: lent, permission: manage_secrets, holds: nothing;
                rotation_bulk_start => bulk::start(RotationBulkStart) -> RotationBulkStarted, session: lent, permission: manage_secrets, holds: nothing;
                policy_get => policy::get(PolicyGet) -> PolicyAnswer, session: held, permission: read_metadata, holds: nothing;
                policy_set => policy::set(PolicySet) -> PolicyAnswer, session: held, permission: manage_secrets, holds: nothing;
                vault_settings_get => vault_settings::get(Empty) -> VaultSettings, session: held, permission: read_metadata, holds: nothing;
                tier_set => vault_settings::set_tier(TierSet) -> VaultSettings, session: held, permission: manage_vault, holds: nothing;
                member_list => members::list(Empty) -> MemberList, session: held, permission: read_metadata, holds: nothing;
                member_exposed => exposed::list(MemberExposed) -> MemberExposures, session: lent, permission: manage_secrets, holds: nothing;
                member_update => members::update(MemberUpdate) -> MemberChanged, session: lent, permission: manage_members, holds: credentials;
                member_remove => members::remove(MemberRemove) -> MemberChanged, session: lent, permission: manage_members, holds: credentials;
                vault_rekey => rekey::rekey(VaultRekey) -> MemberChanged, session: lent, permission: manage_members, holds: credentials;
                audit_list => audit::list(AuditList) -> AuditPage, session: held, permission: read_metadata, holds: nothing;
                audit_verify => audit::verify(Empty) -> AuditVerified, session: lent, permission: read_metadata, holds: nothing;
                job_cancel => jobs::cancel(JobCancel) -> Empty, session: asked, permission: read_metadata, holds: nothing;
            }
            window {
                app_status => session::status(Empty) -> AppStatus, session: none, permission: none, holds: nothing;
                activity => session::activity(Empty) -> Empty, session: none, permission: none, holds: nothing;
                vault_create => vaults::create(VaultCreate) -> VaultCreated, session: none, permission: none, holds: credentials;
                vault_join => joining::join(VaultJoin) -> VaultCreated, session: none, permission: none, holds: credentials;
                vault_add => vaults::add(Empty) -> VaultAdded, session: none, permission: none, holds: nothing;
                vault_unlock => session::unlock(VaultUnlock) -> AppStatus, session: none, permission: none, holds: credentials;
                vault_lock => session::lock(Empty) -> Empty, session: asked, permission: read_metadata, holds: nothing;
                password_strength => session::password_strength(PasswordStrengthAsk) -> PasswordStrength, session: none, permission: none, holds: credentials;
                recovery_sheet_save => sheets::save_recovery(Empty) -> SheetSaved, session: asked, permission: change_own_access, holds: nothing;
                recovery_sheet_print => sheets::print_recovery(Empty) -> Empty, session: asked, permission: change_own_access, holds: nothing;
                recovery_confirm => sheets::confirm_recovery(Empty) -> Empty, session: held, permission: change_own_access, holds: nothing;
                invitation_sheet_save => sheets::save_invitation(Empty) -> SheetSaved, session: asked, permission: manage_members, holds: nothing;
                invitation_sheet_print => sheets::print_invitation(Empty) -> Empty, session: asked, permission: manage_members, holds: nothing;
                invitation_confirm => sheets::confirm_invitation(Empty) -> Empty, session: held, permission: manage_members, holds: nothing;
                member_invite => members::invite(MemberInvite) -> MemberInvited, session: lent, permission: manage_members, holds: credentials;
                identity_renew => identity::renew(IdentityRenew) -> IdentityRenewed, session: lent, permission: change_own_access, holds: credentials;
                recovery_renew => session::renew_recovery(RecoveryRenew) -> RecoveryRenewed, session: lent, permission: change_own_access, holds: credentials;
                settings_get => settings::get(Empty) -> Settings, session: none, permission: none, holds: nothing;
                settings_update => settings::update(SettingsUpdate) -> Settings, session: none, permission: none, holds: nothing;
                secret_hints => secret::hints(SecretHints) -> SecretHintsAnswer, session: held, permission: read_metadata, holds: credentials;
                console_open => console::open(ConsoleOpen) -> Empty, session: held, permission: read_metadata, holds: nothing;
                clipboard_clear => copy::clear(Empty) -> Empty, session: none, permission: none, holds: nothing;
                file_open => import::open_file(FileOpen) -> FileOpened, session: none, permission: none, holds: nothing;
                import_paste => import::paste(ImportPaste) -> ImportPasted, session: held, permission: manage_secrets, holds: credentials;
                import_live_open => import::live_open(ImportLiveOpen) -> ImportLiveOpened, session: lent, permission: manage_secrets, holds: nothing;
                import_preview => import::preview_file(ImportFile) -> ImportRead, session: lent, permission: manage_secrets, holds: credentials;
                import_choose => import::choose(ImportChoose) -> ImportChosen, session: lent, permission: manage_secrets, holds: nothing;
                import_discard => import::discard(ImportRef) -> Empty, session: held, permission: manage_secrets, holds: nothing;
                import_apply => import::apply_file(ImportRef) -> ImportApplied, session: lent, permission: manage_secrets, holds: nothing;
                import_report_save => import::save_report(ImportReportSave) -> ImportReportSaved, session: asked, permission: manage_secrets, holds: nothing;
                import_file_destroy => import::destroy_file(ImportFileDestroy) -> ImportFileDestroyed, session: lent, permission: manage_secrets, holds: nothing;
                audit_export => audit::export_chosen(AuditExport) -> AuditExported, session: asked, permission: read_metadata, holds: nothing;
                backup_create => backup::create_chosen(Empty) -> BackupCreated, session: asked, permission: manage_vault, holds: nothing;
                backup_check => backup::check_file(BackupFile) -> BackupCheck, session: none, permission: none, holds: credentials;
                backup_restore => backup::restore_file(BackupFile) -> BackupRestored, session: none, permission: none, holds: credentials;
            }
            cli {
                import_preview => import::preview_path(ImportPath) -> ImportRead, session: lent, permission: manage_secrets, holds: nothing;
                import_apply => import::apply_path(ImportPath) -> ImportApplied, session: lent, permission: manage_secrets, holds: nothing;
                audit_export => audit::export_to(AuditExportTo) -> AuditExported, session: lent, permission: read_metadata, holds: nothing;
                backup_create => backup::create_at(BackupTo) -> BackupCreated, session: lent, permission: manage_vault, holds: nothing;
                backup_check => backup::check_path(BackupPath) -> BackupCheck, session: none, permission: none, holds: nothing;
                backup_restore => backup::restore_path(BackupRestorePath) -> BackupRestored, session: none, permission: none, holds: nothing;
            }
        }
    };
}
