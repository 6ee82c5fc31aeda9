import type {
  Answer,
  AppStatus,
  AuditLine,
  CommandName,
  ConnectionView,
  Event as AppEvent,
  LocationView,
  Member,
  MemberView,
  Request,
  SecretView,
  Settings,
  VaultListed,
  VaultSettings,
  VersionView,
} from "../ipc";
import { makeEntry } from "./mock-audit";
import { makeConnections } from "./mock-connections";
import { makeLocations } from "./mock-locations";
import { madeMembers } from "./mock-members";
import { makeSecret, makeVersions, numbers } from "./mock-secrets";
import type { KeyView, PolicySet, RotationView, RotationStage } from "../ipc";

export type Handlers = {
  [N in CommandName]: (request: Request<N>) => Answer<N> | Promise<Answer<N>>;
};

export interface WorldOptions {
  secrets?: number;
  vaults?: number;
  unlocked?: boolean;
  readOnly?: boolean;
  long?: boolean;
  theme?: Settings["theme"];
  role?: MemberView["role"];
  tier?: VaultSettings["tier"];
  /** Entries of the audit log. */
  entries?: number;
  /** How many locations there are; one or two for each storage secret when absent. */
  locations?: number;
  /** Whether there are connections; true when absent. */
  connections?: boolean;
}

const LONG =
  "Platform engineering, storage and archive credentials of the northern region, including everything taken over from the 2019 migration";

/** What the stand-in remembers between calls. */
export class MockWorld {
  readonly random = numbers(7);
  readonly emit: (event: AppEvent) => void;
  readonly secrets: SecretView[];
  readonly versions = new Map<string, VersionView[]>();
  readonly vaults: VaultListed[];
  readonly members: Member[];
  /** Who lost the use of values, newest first, and the ids of what they could read. */
  readonly losses: { member: Member; endedAt: string; items: { id: string; name: string; copied: boolean }[] }[] = [];
  readonly entries: AuditLine[];
  readonly connections: ConnectionView[];
  readonly locations: LocationView[];
  settings: Settings;
  tier: VaultSettings["tier"];
  unlocked: boolean;
  vault: { vault_id: string; name: string };
  member: MemberView;
  readOnly: string | null;
  recoveryUnconfirmed = false;
  wrongPasswords = 0;
  clipboard: { label: string; endsAt: number } | null = null;
  /** Of the vault under "", of secrets under their ids. */
  readonly policies = new Map<string, PolicySet & { revision: number }>([
    ["", { every_days: 90, lead_days: 7, revision: 1 }],
  ]);
  /** Ids of secrets with the same value. */
  reused: string[][] = [];
  readonly rotations: RotationView[] = [];
  /** How long a step of a rotation takes, and the stage at which one stays or fails, for looking at it. */
  stepMs = 20;
  holdAt: RotationStage | null = null;
  failAt: RotationStage | null = null;
  /** Beside the current one, in every plan. */
  spareKeys: KeyView[] = [];
  /** The long job that was last asked to end. */
  cancelledJob = "";
  files = new Map<string, string>();

  constructor(options: WorldOptions, emit: (event: AppEvent) => void) {
    this.emit = emit;
    this.secrets = Array.from({ length: options.secrets ?? 12 }, (_, index) => makeSecret(index, this.random));
    if (options.long) this.#lengthen();
    this.vaults = madeVaults(options.vaults ?? 3, options.long ?? false);
    this.vault = { vault_id: this.vaults[0]?.vault_id ?? "vlt_01", name: this.vaults[0]?.name ?? "Acme storage" };
    this.member = { id: "mem_01", name: "Mara Lindqvist", role: options.role ?? "owner" };
    this.members = madeMembers(this.member, options.long ? LONG : null);
    const entries = options.entries ?? 60;
    this.entries = Array.from({ length: entries }, (_, at) =>
      makeEntry(this, entries - at, entries, options.long ?? false),
    );
    this.tier = options.tier ?? "unlimited";
    this.settings = {
      theme: options.theme ?? "system",
      clipboard_seconds: 30,
      idle_lock_minutes: 5,
      due_notices: "count",
    };
    this.unlocked = options.unlocked ?? false;
    this.readOnly = options.readOnly ? "its folder or files cannot be written" : null;
    this.connections = options.connections === false ? [] : makeConnections(this);
    this.locations = makeLocations(this, options.locations ?? 90);
    if (options.long) lengthenPlaces(this.locations, this.connections);
  }

  get status(): AppStatus {
    const remaining = this.clipboard === null ? 0 : this.clipboard.endsAt - Date.now();
    return {
      state: this.unlocked ? "unlocked" : "locked",
      vault: this.unlocked ? this.vault : null,
      member: this.unlocked ? this.member : null,
      read_only: this.unlocked ? this.readOnly : null,
      recovery_unconfirmed: this.unlocked && this.recoveryUnconfirmed,
      settings: this.settings,
      clipboard: remaining > 0 ? { label: this.clipboard?.label ?? "", remaining_ms: remaining } : null,
      idle_lock_at: null,
      version: "0.1.0",
    };
  }

  secret(id: string): SecretView {
    const found = this.secrets.find((secret) => secret.id === id);
    if (found === undefined) throw refusal(404, "not_found", "There is no such secret in this vault.");
    return found;
  }

  location(id: string): LocationView {
    const found = this.locations.find((location) => location.id === id);
    if (found === undefined) throw refusal(404, "not_found", "There is no such location in this vault.");
    return found;
  }

  connection(id: string): ConnectionView {
    const found = this.connections.find((connection) => connection.id === id);
    if (found === undefined) throw refusal(404, "not_found", "There is no such connection in this vault.");
    return found;
  }

  versionsOf(id: string): VersionView[] {
    const kept = this.versions.get(id) ?? makeVersions(this.secret(id), this.random);
    this.versions.set(id, kept);
    return kept;
  }

  #lengthen(): void {
    for (const secret of this.secrets.slice(0, 6)) {
      secret.name = `${secret.name} ${LONG}`;
      secret.description = `${LONG}. `.repeat(6);
      secret.tags = Array.from({ length: 24 }, (_, index) => `tag-with-a-rather-long-name-${index}`);
      secret.env_key = secret.secret_type === "generic" ? `A_VERY_LONG_NAME_${"OF_A_VARIABLE_".repeat(8)}` : null;
    }
  }
}

function lengthenPlaces(locations: LocationView[], connections: ConnectionView[]): void {
  for (const location of locations.slice(0, 6)) {
    location.name = `${location.name} ${LONG}`;
    location.bucket_name = "a-bucket-whose-name-has-no-space-to-break-at-".repeat(4);
    location.prefix = "year/month/day/host/service/instance/".repeat(4);
    location.endpoint_url = `https://${"a-very-long-label.".repeat(6)}storage.example.com`;
  }
  for (const connection of connections.slice(0, 2)) {
    connection.name = `${connection.name} ${LONG}`;
    connection.description = `${LONG}. `.repeat(6);
    for (const field of connection.fields) if (field.text) field.text = `${field.text}-`.repeat(12);
  }
}

export function refusal(
  status: number,
  type: string,
  message: string,
  details: { loc: (string | number)[]; message: string; type: string }[] = [],
  extra: object = {},
) {
  return { status, type, message, details, ...extra };
}

function madeVaults(count: number, long: boolean): VaultListed[] {
  const names = ["Acme storage", "Homelab", "Client: Nordwind", "Old archive"];
  const states: VaultListed["state"][] = ["ok", "ok", "newer_format", "damaged", "missing"];
  const messages = {
    ok: "",
    newer_format: "This vault was written by a newer Turnstone. Update to open it.",
    damaged: "keys.json is damaged and its copy cannot be used. Restore a backup.",
    missing: "The folder is not there. Connect the disk, or open the vault from where it is now.",
  };
  return Array.from({ length: count }, (_, index) => {
    const state = states[index] ?? "ok";
    const name = long ? `${LONG} ${index + 1}` : (names[index] ?? `Vault ${index + 1}`);
    return {
      vault_id: `vlt_0${index + 1}`,
      name,
      folder: `/home/mara/.local/share/turnstone/${name.toLowerCase().replaceAll(" ", "-")}`,
      state,
      message: messages[state],
      last_opened_at: state === "ok" ? new Date(Date.now() - index * 86_400_000 * 3 - 7_200_000).toISOString() : null,
    };
  });
}
