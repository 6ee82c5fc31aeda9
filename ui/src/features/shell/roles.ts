import type { MemberView } from "../../ipc";

export const ROLE_NAMES: Record<MemberView["role"], string> = {
  owner: "Owner",
  admin: "Admin",
  operator: "Operator",
  viewer: "Viewer",
};
