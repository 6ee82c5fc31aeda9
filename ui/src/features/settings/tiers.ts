import type { TierRoom, VaultSettings } from "../../ipc";
import { countText } from "../../shared/numbers";
import type { Tier } from "./vaultSettings.svelte";

export const TIER_NAMES: Record<Tier, string> = { free: "Free", pro: "Pro", unlimited: "Unlimited" };

/** "5 secrets and 1 connection", "as many as you like". */
export function roomText({ secrets_max: secrets, connections_max: connections }: TierRoom): string {
  if (secrets === null && connections === null) return "as many secrets and connections as you like";
  return `${limitText(secrets, "secret")} and ${limitText(connections, "connection")}`;
}

/** What the vault holds beyond a tier: "3 secrets and 1 connection"; null where all of it fits. */
export function excessText(settings: VaultSettings, room: TierRoom): string | null {
  const parts = [
    excess(settings.secrets.count, room.secrets_max, "secret"),
    excess(settings.connections.count, room.connections_max, "connection"),
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(" and ");
}

function limitText(limit: number | null, one: string): string {
  return limit === null ? `any number of ${one}s` : countText(limit, one);
}

function excess(count: number, limit: number | null, one: string): string | null {
  return limit === null || count <= limit ? null : countText(count - limit, one);
}
