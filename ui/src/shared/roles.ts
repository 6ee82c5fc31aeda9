import type { MemberView } from "../ipc";

export type Role = MemberView["role"];

/** From the one that can do most to the one that can do least. */
export const ROLES: Role[] = ["owner", "admin", "operator", "viewer"];

export const ROLE_NAMES: Record<Role, string> = {
  owner: "Owner",
  admin: "Admin",
  operator: "Operator",
  viewer: "Viewer",
};

/** What a role adds to the ones below it. */
export const ROLE_ABILITIES: Record<Role, string> = {
  owner: "Invites, changes and removes members; sets the tier; makes backups.",
  admin: "Creates, changes, rotates and deletes secrets, locations and connections; imports.",
  operator: "Uses values: copies them, hands them to programs, verifies locations.",
  viewer: "Sees names, masks, ages, history and the audit log. Cannot open a value.",
};
