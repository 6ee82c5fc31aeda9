import type { TierRoom, VaultSettings } from "../ipc";
import type { Handlers, MockWorld } from "./mock-world";

const TIERS: TierRoom[] = [
  { tier: "free", secrets_max: 5, connections_max: 1 },
  { tier: "pro", secrets_max: 100, connections_max: 10 },
  { tier: "unlimited", secrets_max: null, connections_max: null },
];

export function vaultSettingsCommands(world: MockWorld): Pick<Handlers, "vault_settings_get" | "tier_set"> {
  return {
    vault_settings_get: () => shown(world),
    tier_set: ({ tier }) => {
      world.tier = tier;
      world.emit({ kind: "changed", what: ["vault_settings", "audit"] });
      return shown(world);
    },
  };
}

function shown(world: MockWorld): VaultSettings {
  const room = TIERS.find(({ tier }) => tier === world.tier);
  return {
    vault: world.vault,
    tier: world.tier,
    secrets: { count: world.secrets.length, max: room?.secrets_max ?? null },
    connections: { count: world.connections.length, max: room?.connections_max ?? null },
    tiers: TIERS,
  };
}
