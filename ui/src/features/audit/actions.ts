import type { AuditAction } from "../../ipc";

/** What can be asked for, roughly by how often a person would. */
export const ACTIONS: AuditAction[] = [
  "secret_created",
  "secret_updated",
  "secret_rotated",
  "secret_restored",
  "domains_widened",
  "version_destroyed",
  "secret_trashed",
  "secret_undeleted",
  "secret_destroyed",
  "value_copied",
  "value_injected",
  "import_applied",
  "access_refused",
  "vault_unlocked",
  "vault_locked",
  "unlock_failures",
  "password_changed",
  "recovery_renewed",
  "backup_created",
  "backup_restored",
  "head_accepted",
  "vault_created",
];
