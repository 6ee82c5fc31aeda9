import type { Member } from "../../ipc";
import { countText } from "../../shared/numbers";
import { ROLE_NAMES, ROLES, type Role } from "../../shared/roles";
import { dateText, relativeText } from "../../shared/time";

/** "4 members, 1 of them invited". */
export function membersText(members: Member[]): string {
  const invited = members.filter(({ status }) => status === "invited").length;
  const all = countText(members.length, "member");
  return invited === 0 ? all : `${all}, ${invited === members.length ? "all" : invited} of them invited`;
}

export interface Standing {
  tone: "ok" | "info" | "warn";
  text: string;
}

/** What an act that gave the vault new keys adds to its own words. */
export function newKeysText({ rekeyed, unopened }: { rekeyed: boolean; unopened: number }): string {
  if (!rekeyed) return "";
  if (unopened === 0) return " The vault has new keys.";
  const values =
    unopened === 1 ? "One value that did not open before does" : `${unopened} values that did not open before do`;
  return ` The vault has new keys. ${values} not open now either; the vault’s check says which.`;
}

/** What a member's state means for whoever looks at the list. */
export function standing(member: Member, nowMs: number): Standing {
  if (member.status === "invited") {
    const until = member.invited_until;
    if (until === null) return { tone: "info", text: "Invited" };
    if (Date.parse(until) <= nowMs) return { tone: "warn", text: "Invitation has ended" };
    return { tone: "info", text: `Invited; the code ends ${relativeText(until, nowMs)}` };
  }
  if (member.rekey_wanted) return { tone: "warn", text: "Someone may know the password" };
  return { tone: "ok", text: "Active" };
}

export function sinceText(member: Member): string {
  return member.joined_at === null ? "–" : dateText(member.joined_at);
}

/** What follows when a member gets another role. Rust decides it; this only says it beforehand. */
export function roleChangeText(name: string, from: Role, to: Role): string {
  if (from === to) return `${name} is ${withArticle(from)} already.`;
  if (ROLES.indexOf(to) < ROLES.indexOf(from))
    return `${name} gets the new rights with the next unlock: where they have the vault open, it locks at once.`;
  if (to !== "viewer")
    return (
      `${name} loses at once what only ${withArticle(from)} may do, and can still use values. ` +
      "Where they have the vault open, it locks."
    );
  return (
    `${name} can open no value any more. The vault gets new keys, which takes a moment and locks it wherever else it is open. ` +
    "New keys protect what is written from now on; afterwards you see which secrets to rotate."
  );
}

/** "an Owner", "a Viewer". */
export function withArticle(role: Role): string {
  return `${/^[ao]/.test(role) ? "an" : "a"} ${ROLE_NAMES[role]}`;
}
