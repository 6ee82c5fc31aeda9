import { MOCK_PASSWORD } from "./mock-app";
import { refusal, type Handlers, type MockWorld } from "./mock-world";

const TICK_MS = 15;

export function rekeyCommands(world: MockWorld): Pick<Handlers, "vault_rekey"> {
  return {
    vault_rekey: async ({ password }) => {
      refuseWrong(password, "password");
      await rekey(world);
      for (const member of world.members) member.rekey_wanted = false;
      world.emit({ kind: "changed", what: ["members", "audit"] });
      return {
        member_name: world.member.name,
        changed: [],
        member: null,
        rekeyed: true,
        unopened: 0,
        exposed: [],
        exposed_total: 0,
      };
    },
  };
}

/** Tells how far the new keys are, as Rust does. */
export async function rekey(world: MockWorld): Promise<void> {
  const total = world.secrets.length * 3;
  for (let done = 0; done <= total; done += Math.max(1, Math.floor(total / 12))) {
    world.emit({ kind: "progress", job: "rekey", stage: "copy", done, total });
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
}

export function refuseWrong(password: string, member: string): void {
  if (password === MOCK_PASSWORD) return;
  throw refusal(401, "authentication_failed", "The password is wrong.", [
    { loc: [member], message: "The password is wrong.", type: "wrong_password" },
  ]);
}
