import { SvelteMap, SvelteSet } from "svelte/reactivity";
import { call, CommandError, type LocationsVerified, type Request } from "../ipc";
import { LongJob } from "../shared/longJob.svelte";

/** Which places are tried together: all of the vault, or those of one secret. */
export type VerifyScope = "all" | { secretId: string };

/** Trying keys where they are used: one place, or many with progress. It goes on while other screens are shown. */
export class Verifying {
  readonly job = new LongJob("locations_verify");
  #trying = new SvelteSet<string>();
  #failures = new SvelteMap<string, CommandError>();
  #scope = $state.raw<VerifyScope | null>(null);
  #report = $state.raw<LocationsVerified | null>(null);
  #failure = $state.raw<CommandError | null>(null);

  isTrying(locationId: string): boolean {
    return this.#trying.has(locationId);
  }

  /** Why this place could not even be tried. */
  failureOf(locationId: string): CommandError | null {
    return this.#failures.get(locationId) ?? null;
  }

  /** Whether what runs or was last said of many is about this. */
  isAbout(scope: VerifyScope): boolean {
    return JSON.stringify(this.#scope) === JSON.stringify(scope);
  }

  /** What came of the last many; null before, and while they are tried. */
  get report(): LocationsVerified | null {
    return this.#report;
  }

  get failure(): CommandError | null {
    return this.#failure;
  }

  /** What it said stands on the location afterwards. */
  async one(locationId: string): Promise<void> {
    if (this.#trying.has(locationId)) return;
    this.#trying.add(locationId);
    this.#failures.delete(locationId);
    try {
      await call("location_verify", { location_id: locationId });
    } catch (thrown) {
      this.#failures.set(locationId, CommandError.from(thrown));
    } finally {
      this.#trying.delete(locationId);
    }
  }

  async many(scope: VerifyScope): Promise<void> {
    if (this.job.isRunning) return;
    this.putAway();
    this.#scope = scope;
    const request: Request<"locations_verify"> = scope === "all" ? {} : { secret_id: scope.secretId };
    try {
      this.#report = await this.job.run(() => call("locations_verify", request));
    } catch (thrown) {
      this.#failure = CommandError.from(thrown);
    }
  }

  /** Forgets what was said. */
  putAway(): void {
    this.#report = null;
    this.#failure = null;
    if (!this.job.isRunning) this.#scope = null;
  }

  clear(): void {
    this.putAway();
    this.#failures.clear();
  }
}
