import { CommandError, type CommandName, type Event as AppEvent, type Rejection } from "../ipc";
import { useTransport } from "../ipc/transport";
import { appCommands } from "./mock-app";
import { auditCommands } from "./mock-audit";
import { connectionCommands } from "./mock-connections";
import { importCommands } from "./mock-import";
import { importLiveCommands } from "./mock-import-live";
import { locationCommands } from "./mock-locations";
import { rekeyCommands } from "./mock-rekey";
import { memberCommands } from "./mock-members";
import { secretCommands } from "./mock-secret-commands";
import { vaultSettingsCommands } from "./mock-vault-settings";
import { boardCommands } from "./mock-board";
import { policyCommands } from "./mock-policy";
import { reuseCommands } from "./mock-reuse";
import { rotationCommands } from "./mock-rotation";
import { verifyCommands } from "./mock-verify";
import { MockWorld, type Handlers, type WorldOptions } from "./mock-world";

/**
 * A stand-in for Rust in tests and on the development server: the commands with data in memory.
 * It keeps no rule of the product; where a screen needs a refusal it gives one of the right shape.
 */
export class MockBackend {
  readonly world: MockWorld;
  /** Every call, in order, for tests. */
  readonly calls: { name: string; request: unknown }[] = [];
  #handlers: Handlers;
  #listeners = new Set<(event: AppEvent) => void>();
  #failing = new Map<string, CommandError>();
  #delayMs: number;

  constructor(options: WorldOptions = {}, delayMs = 0) {
    this.#delayMs = delayMs;
    this.world = new MockWorld(options, (event) => this.emit(event));
    this.#handlers = {
      ...appCommands(this.world),
      ...secretCommands(this.world),
      ...locationCommands(this.world),
      ...connectionCommands(this.world),
      ...importCommands(this.world),
      ...importLiveCommands(this.world),
      ...memberCommands(this.world),
      ...auditCommands(this.world),
      ...vaultSettingsCommands(this.world),
      ...rekeyCommands(this.world),
      ...verifyCommands(this.world),
      ...rotationCommands(this.world),
      ...policyCommands(this.world),
      ...boardCommands(this.world),
      ...reuseCommands(this.world),
    };
  }

  /** Puts itself in the place of Rust for the whole page. */
  install(): this {
    useTransport({
      invoke: (name, request) => this.#answer(name, request),
      listen: async (handler) => {
        this.#listeners.add(handler);
        return () => this.#listeners.delete(handler);
      },
    });
    return this;
  }

  emit(event: AppEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** Makes a command fail until told otherwise. */
  fail(
    name: CommandName,
    type: Rejection["type"] = "internal_error",
    message = "The vault file could not be read. Run a vault check.",
  ): void {
    this.#failing.set(name, new CommandError({ status: 500, type, message, details: [] }));
  }

  succeed(name: CommandName): void {
    this.#failing.delete(name);
  }

  /** Puts one command's answer in place of the usual one. */
  answer<N extends CommandName>(name: N, handler: Handlers[N]): void {
    this.#handlers[name] = handler;
  }

  /** What answers a command now, for an answer that differs a little. */
  handler<N extends CommandName>(name: N): Handlers[N] {
    return this.#handlers[name];
  }

  async #answer(name: string, request: unknown): Promise<unknown> {
    this.calls.push({ name, request });
    if (this.#delayMs > 0 && name !== "activity") await new Promise((resolve) => setTimeout(resolve, this.#delayMs));
    const failure = this.#failing.get(name);
    if (failure !== undefined) throw failure.envelope;
    const handler = this.#handlers[name as CommandName] as ((request: unknown) => unknown) | undefined;
    if (handler === undefined) throw envelope(404, "not_found", `There is no command ${name}.`);
    return structuredClone(await handler(request));
  }
}

function envelope(status: number, type: string, message: string) {
  return { status, type, message, details: [] };
}

/**
 * Reads the address: `?unlocked`, `?secrets=100000`, `?vaults=0`, `?theme=dark`, `?fail=secret_list,trash_list`,
 * `?slow=800` (milliseconds a call), `?readonly`, `?role=viewer`, `?tier=pro`, `?long`, `?entries=100000`,
 * `?locations=10000`, `?noconnections`.
 */
export function installFromLocation(): MockBackend {
  const asked = new URLSearchParams(window.location.search);
  const backend = new MockBackend(
    {
      secrets: Number(asked.get("secrets") ?? "128"),
      vaults: Number(asked.get("vaults") ?? "3"),
      unlocked: asked.has("unlocked"),
      readOnly: asked.has("readonly"),
      long: asked.has("long"),
      connections: !asked.has("noconnections"),
      ...(asked.has("locations") ? { locations: Number(asked.get("locations")) } : {}),
      theme: (asked.get("theme") ?? "system") as "system",
      entries: Number(asked.get("entries") ?? "60"),
      tier: (asked.get("tier") ?? "unlimited") as "unlimited",
      role: (asked.get("role") ?? "owner") as "owner",
    },
    Number(asked.get("slow") ?? "0"),
  );
  for (const name of asked.get("fail")?.split(",") ?? []) backend.fail(name as CommandName);
  Object.assign(window, { mockBackend: backend });
  return backend.install();
}
