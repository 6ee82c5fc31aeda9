import type { ConnectionView, ExposedSecret, Exposure, Member, MemberView, SecretView } from "../ipc";
import { MOCK_RECOVERY_CODE } from "./mock-app";
import { refuseWrong, rekey } from "./mock-rekey";
import { refusal, type Handlers, type MockWorld } from "./mock-world";

export const MOCK_INVITATION_CODE = "J4XW-80MT-RE5P-KC2N-VQ7H-9DZA-3BYF";

const DAY_MS = 86_400_000;

type MemberCommand =
  | "member_list"
  | "member_exposed"
  | "member_invite"
  | "member_update"
  | "member_remove"
  | "invitation_sheet_save"
  | "invitation_sheet_print"
  | "invitation_confirm"
  | "identity_renew"
  | "vault_join";

export function madeMembers(self: MemberView, long: string | null): Member[] {
  const name = (short: string) => (long === null ? short : `${short} ${long}`);
  const active = { status: "active", you: false, invited_until: null, rekey_wanted: false } as const;
  return [
    { ...self, ...active, you: true, joined_at: at(-400) },
    { ...active, id: "mem_02", name: name("Jun Okafor"), role: "admin", joined_at: at(-210) },
    { ...active, id: "mem_03", name: name("Build host"), role: "operator", joined_at: at(-35) },
    { ...active, id: "mem_04", name: name("Ada Brandt"), role: "viewer", joined_at: at(-12) },
    {
      ...active,
      id: "mem_05",
      name: name("Ben Wouters"),
      role: "operator",
      status: "invited",
      invited_until: at(12),
      joined_at: null,
    },
  ];
}

export function memberCommands(world: MockWorld): Pick<Handlers, MemberCommand> {
  return {
    member_list: () => ({ members: world.members, former: [{ id: "mem_00", name: "Tomas Rehn" }] }),
    member_exposed: ({ limit }) => ({
      exposures: world.losses
        .map((loss) => exposure(world, loss, limit ?? 100))
        .filter(({ left, elsewhere }) => left + elsewhere > 0),
    }),
    member_invite: ({ name, role, password }) => {
      refuseWrong(password, "password");
      if (world.members.some((member) => member.name === name)) {
        throw refusal(409, "already_exists", "There is a member with this name.", [
          { loc: ["name"], message: "There is a member with this name.", type: "taken" },
        ]);
      }
      const member: Member = {
        id: `mem_1${world.members.length}`,
        name,
        role,
        status: "invited",
        you: false,
        invited_until: at(14),
        joined_at: null,
        rekey_wanted: false,
      };
      world.members.push(member);
      world.emit({ kind: "changed", what: ["members"] });
      return { member, invitation_code: MOCK_INVITATION_CODE };
    },
    member_update: async ({ id, role, password }) => {
      refuseWrong(password, "password");
      const member = found(world, id);
      const rekeyed = role === "viewer" && member.role !== "viewer";
      if (rekeyed) {
        await rekey(world);
        lose(world, member);
      }
      member.role = role;
      world.emit({ kind: "changed", what: ["members"] });
      return {
        member_name: member.name,
        changed: ["role"],
        member,
        rekeyed,
        unopened: 0,
        ...exposed(rekeyed ? world.secrets : []),
      };
    },
    member_remove: async ({ id, password, expected_status }) => {
      refuseWrong(password, "password");
      const member = found(world, id);
      if (expected_status && expected_status !== member.status) {
        throw refusal(
          409,
          "conflict",
          `${member.name} has joined meanwhile. Nothing was changed; look again, then decide.`,
        );
      }
      const joined = member.status === "active";
      if (joined) {
        await rekey(world);
        if (member.role !== "viewer") lose(world, member);
      }
      world.members.splice(world.members.indexOf(member), 1);
      world.emit({ kind: "changed", what: ["members"] });
      const secrets = joined ? world.secrets : [];
      return {
        member_name: member.name,
        changed: [],
        member: null,
        rekeyed: joined,
        unopened: 0,
        ...exposed(secrets, joined ? world.connections : []),
      };
    },
    invitation_sheet_save: () => ({ saved_as: "acme-storage-invitation.txt" }),
    invitation_sheet_print: () => ({}),
    invitation_confirm: () => ({}),
    identity_renew: async ({ current_password }) => {
      refuseWrong(current_password, "current_password");
      const rekeyed = world.member.role === "owner";
      if (rekeyed) await rekey(world);
      world.recoveryUnconfirmed = true;
      return { recovery_code: MOCK_RECOVERY_CODE, rekeyed, unopened: 0 };
    },
    vault_join: ({ vault_id, invitation_code }) => {
      if (invitation_code !== MOCK_INVITATION_CODE) {
        throw refusal(401, "authentication_failed", "This code opens no invitation of this vault.");
      }
      const entry = world.vaults.find((vault) => vault.vault_id === vault_id);
      world.vault = { vault_id, name: entry?.name ?? world.vault.name };
      world.member = { id: "mem_05", name: "Ben Wouters", role: "operator" };
      world.unlocked = true;
      world.recoveryUnconfirmed = true;
      return { vault: world.vault, recovery_code: MOCK_RECOVERY_CODE };
    },
  };
}

/** Of a vault with more than a thousand, Rust names a thousand. */
function exposed(secrets: SecretView[], connections: ConnectionView[] = []) {
  const values = secrets.map(({ id, name, mode }, index) => {
    const kind = mode === "external" ? ("external" as const) : ("secret" as const);
    return { kind, id, name, copied: index % 5 === 2 };
  });
  const tokens = connections.map(({ id, name }) => ({ kind: "connection" as const, id, name, copied: false }));
  const all = [...values, ...tokens].toSorted((one, other) => Number(other.copied) - Number(one.copied));
  return { exposed: all.slice(0, 1000), exposed_total: all.length };
}

function lose(world: MockWorld, member: Member): void {
  const { exposed: items } = exposed(world.secrets, world.connections);
  world.losses.unshift({ member, endedAt: new Date().toISOString(), items });
}

/** What of it is as it was. */
function exposure(world: MockWorld, { member, endedAt, items }: MockWorld["losses"][number], limit: number): Exposure {
  const kindOf = (id: string): ExposedSecret["kind"] | "replaced" => {
    const secret = world.secrets.find((one) => one.id === id);
    const record = secret ?? world.connections.find((one) => one.id === id);
    if (record === undefined) return "gone";
    if (secret?.mode === "external") return "external";
    if (record.rotated_at > endedAt) return "replaced";
    if (secret === undefined) return "connection";
    return secret.trashed_at === null ? "secret" : "trashed";
  };
  const secrets = items.flatMap((item) => {
    const kind = kindOf(item.id);
    return kind === "replaced" ? [] : [{ ...item, kind }];
  });
  const elsewhere = secrets.filter(({ kind }) => kind === "external" || kind === "gone").length;
  return {
    member_id: member.id,
    member_name: member.name,
    ended_at: endedAt,
    left: secrets.length - elsewhere,
    elsewhere,
    secrets: secrets.slice(0, limit),
  };
}

function found(world: MockWorld, id: string): Member {
  const member = world.members.find((one) => one.id === id);
  if (member === undefined) throw refusal(404, "not_found", "There is no such member in this vault.");
  return member;
}

function at(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString();
}
