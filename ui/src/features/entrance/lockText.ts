import type { LockReason } from "../../ipc";

/** Why the vault is locked, in one sentence; null where the person knows it. */
export function lockText(reason: LockReason, idleMinutes: number): string | null {
  switch (reason) {
    case "idle":
      return `Locked after ${idleMinutes} min without input.`;
    case "sleep":
      return "Locked because the computer went to sleep.";
    case "changed":
      return "Locked because the vault was changed from elsewhere.";
    case "keys_changed":
      return "The vault has new keys. Unlock it again.";
    case "removed":
      return "You are no longer a member of this vault.";
    case "asked":
    case "quit":
      return null;
  }
}
