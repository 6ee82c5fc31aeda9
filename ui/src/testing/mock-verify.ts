import type { LocationView, VerificationView, VerifyProblem } from "../ipc";
import type { Handlers, MockWorld } from "./mock-world";

const HOUR_MS = 3_600_000;
const TICK_MS = 20;

const TRIED = { vault_type: null, vault_field_name: null, vault_reference: null, by: "Mara Lindqvist" };

/** What was said before: mostly that it works, sometimes that it does not, sometimes of another key, or nothing. */
export function madeVerification(index: number, region: string | null): VerificationView | null {
  if (index % 7 === 4) return null;
  const at = new Date(Date.now() - (2 + (index % 5) * 9) * HOUR_MS).toISOString();
  if (index % 9 === 7) return refused(at);
  if (index % 13 === 9) return unanswered(at);
  const works = opened(at, region, index % 3 === 1);
  return index % 11 === 6 ? { ...works, status: "unverified" } : works;
}

function opened(at: string, region: string | null, probed: boolean): VerificationView {
  return {
    ...TRIED,
    status: "verified",
    at,
    version: 2,
    bucket_exists: true,
    can_list: true,
    can_read: true,
    can_write: probed ? true : null,
    can_delete: probed ? false : null,
    region,
    error_code: null,
    error_message: null,
  };
}

function refused(at: string): VerificationView {
  return {
    ...TRIED,
    status: "failed",
    at,
    version: 2,
    bucket_exists: true,
    can_list: false,
    can_read: null,
    can_write: null,
    can_delete: null,
    region: null,
    error_code: "AccessDenied",
    error_message: "The provider knows the key and does not let it list this bucket.",
  };
}

function unanswered(at: string): VerificationView {
  const said = { ...refused(at), bucket_exists: null, can_list: null, error_code: null };
  return { ...said, status: "unreachable", error_message: "The provider could not be reached." };
}

export function verifyCommands(world: MockWorld): Pick<Handlers, "location_verify" | "locations_verify"> {
  return {
    location_verify: ({ location_id }) => {
      const location = world.location(location_id);
      attempt(world, location);
      world.emit({ kind: "changed", what: ["locations", "secrets"] });
      return { location };
    },
    locations_verify: async ({ location_ids, secret_id }) => {
      const asked = world.locations.filter(
        ({ id, secret_id: used }) => (!location_ids || location_ids.includes(id)) && (!secret_id || used === secret_id),
      );
      const skipped = asked.filter(({ secret_id: used }) => used === null).length;
      const tried: LocationView[] = [];
      world.cancelledJob = "";
      for (const location of asked.filter(({ secret_id: used }) => used !== null)) {
        if (world.cancelledJob === "locations_verify") break;
        world.emit({
          kind: "progress",
          job: "locations_verify",
          stage: "verify",
          done: tried.length,
          total: asked.length,
        });
        await new Promise((resolve) => setTimeout(resolve, TICK_MS));
        attempt(world, location);
        tried.push(location);
      }
      world.emit({ kind: "changed", what: ["locations", "secrets"] });
      const problems = tried.flatMap(problemOf);
      return {
        cancelled: tried.length < asked.length - skipped,
        asked: asked.length,
        verified: tried.length - problems.length,
        failed: problems.length,
        skipped,
        problems,
      };
    },
  };
}

/** Buckets whose names say so do not open. */
function attempt(world: MockWorld, location: LocationView): void {
  const at = new Date().toISOString();
  const fails = /dumps|offsite/.test(location.bucket_name);
  const said = fails ? refused(at) : opened(at, location.region, location.probe_writes);
  const { version } = world.secrets.find(({ id }) => id === location.secret_id) ?? { version: 1 };
  location.verification = { ...said, version: version ?? 1, by: world.member.name };
}

function problemOf({ id, name, verification }: LocationView): VerifyProblem[] {
  if (verification?.status !== "failed") return [];
  return [
    {
      location_id: id,
      location_name: name,
      error_code: verification.error_code,
      error_message: verification.error_message,
    },
  ];
}
