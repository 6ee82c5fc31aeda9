import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "../../testing/axe";
import type { MockBackend } from "../../testing/mock-backend";
import { refusal, type WorldOptions } from "../../testing/mock-world";
import { renderApp } from "../../testing/render-app";
import type { Location } from "./types";

type Said = NonNullable<Location["verification"]>;

/** The first location of the list, dressed as the test wants it, open in the pane. */
async function openDressed(dress: (location: Location) => void, options: WorldOptions = {}) {
  const app = await renderApp({ unlocked: true, secrets: 24, locations: 6, ...options }, ({ world }) => {
    const location = world.locations[0]!;
    Object.assign(location, { name: "aa-first", verification: null, probe_writes: false });
    dress(location);
  });
  await app.user.click(await screen.findByRole("button", { name: /^Locations/ }));
  await app.user.click(await screen.findByRole("option", { name: /aa-first/ }));
  await screen.findByRole("heading", { level: 1, name: "aa-first" });
  return app;
}

function said(change: Partial<Said> = {}): Said {
  return {
    status: "verified",
    at: new Date(Date.now() - 2 * 3_600_000).toISOString(),
    by: "Jun Okafor",
    version: 3,
    bucket_exists: true,
    can_list: true,
    can_read: true,
    can_write: null,
    can_delete: null,
    region: "eu-central-1",
    error_code: null,
    error_message: null,
    vault_type: null,
    vault_field_name: null,
    vault_reference: null,
    ...change,
  };
}

const region = () => screen.getByRole("region", { name: "What the key can do here" });
const part = () => within(region());
const cell = (name: string) => part().getByText(name).closest("div")!;
const called = (backend: MockBackend, name: string) => backend.calls.filter((one) => one.name === name);

describe("one location", () => {
  test("that was never tried says so, and says what works once it was", async () => {
    const { user, backend } = await openDressed(() => {});
    expect(part().getByText(/Never verified\. Verify asks the provider for real/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Verify" }));
    expect(await part().findByText("Find it")).toBeVisible();
    expect(cell("List")).toHaveTextContent("works");
    expect(cell("Write")).toHaveTextContent("not tried");
    expect(region()).toHaveTextContent(/Tried just now by Mara Lindqvist with version/);
    expect(called(backend, "location_verify")[0]?.request).toEqual({ location_id: backend.world.locations[0]!.id });
    expect(screen.getByRole("option", { name: /aa-first.*just now Verified$/ })).toBeInTheDocument();
    await expectAccessible();
  });

  test("is tried by the keyboard as well", async () => {
    const { user, backend } = await openDressed(() => {});
    await user.keyboard("v");
    await waitFor(() => expect(called(backend, "location_verify")).toHaveLength(1));
  });

  test("shows the least privilege as what works and what is refused, without calling the refusal a fault", async () => {
    await openDressed((location) => {
      location.probe_writes = true;
      location.verification = said({ can_read: null, can_write: true, can_delete: false });
    });
    expect(cell("Find it")).toHaveTextContent("found");
    expect(cell("Read")).toHaveTextContent("nothing to read");
    expect(cell("Write")).toHaveTextContent("works");
    expect(cell("Delete")).toHaveTextContent("refused");
    expect(screen.queryByRole("alert")).toBeNull();
    expect(part().getByText(/one small object of Turnstone’s own/)).toBeVisible();
  });

  test("that does not open says why, with the provider's code", async () => {
    await openDressed((location) => {
      location.verification = said({
        status: "failed",
        can_list: false,
        can_read: null,
        error_code: "AccessDenied",
        error_message: "The key is known, and may not list this bucket.",
      });
    });
    const alert = part().getByRole("alert");
    expect(alert).toHaveTextContent("It does not open. The key is known, and may not list this bucket.");
    expect(alert).toHaveTextContent("AccessDenied");
    expect(cell("Read")).toHaveTextContent("not tried");
    expect(screen.getByRole("option", { name: /aa-first.*failed Verification failed$/ })).toBeInTheDocument();
    await expectAccessible();
  });

  test("whose provider gave no answer says nothing of the key", async () => {
    await openDressed((location) => {
      location.verification = said({
        status: "unreachable",
        bucket_exists: null,
        can_list: null,
        can_read: null,
        can_write: null,
        can_delete: null,
        error_message: "No connection: Connection refused.",
      });
    });
    expect(region()).toHaveTextContent("No answer. No connection: Connection refused. That says nothing of the key.");
    expect(region()).not.toHaveTextContent("It does not open.");
    expect(screen.getByRole("option", { name: /aa-first.*no answer No answer$/ })).toBeInTheDocument();
    await expectAccessible();
  });

  test("shows what was said of the former key as old", async () => {
    await openDressed((location) => (location.verification = said({ status: "unverified" })));
    expect(region()).toHaveTextContent(/The key or the location changed since\. With version 3 it was, 2 h ago/);
    expect(screen.getByRole("option", { name: /aa-first.*Not verified$/ })).toBeInTheDocument();
  });

  test("that could not even be tried says why beside it, and keeps what was known", async () => {
    const { user, backend } = await openDressed((location) => (location.verification = said()));
    backend.fail("location_verify", "bad_gateway", "s3.amazonaws.com could not be reached. Is there a network?");
    await user.click(screen.getByRole("button", { name: "Verify" }));
    expect(await part().findByRole("alert")).toHaveTextContent("Not verified. s3.amazonaws.com could not be reached.");
    expect(cell("List")).toHaveTextContent("works");
  });

  test("without a secret has nothing to verify", async () => {
    await openDressed((location) => (location.secret_id = null));
    expect(screen.queryByRole("button", { name: "Verify" })).toBeNull();
    expect(screen.queryByRole("region", { name: "What the key can do here" })).toBeNull();
  });

  test("is verified by an Operator, and by a Viewer not", async () => {
    const { unmount } = await openDressed(() => {}, { role: "operator" });
    expect(screen.getByRole("button", { name: "Verify" })).toBeVisible();
    expect(screen.queryByRole("button", { name: "Edit" })).toBeNull();
    unmount();
    await openDressed(() => {}, { role: "viewer" });
    expect(screen.queryByRole("button", { name: "Verify" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Verify all" })).toBeNull();
    expect(part().getByText(/An Operator can verify/)).toBeVisible();
  });

  test("is written to only where somebody allowed it", async () => {
    const { user, backend } = await openDressed(() => {});
    await user.click(screen.getByRole("button", { name: "Edit" }));
    const consent = await screen.findByRole("checkbox", { name: "Try writing and deleting when it is verified" });
    expect(consent).not.toBeChecked();
    await user.click(consent);
    await user.click(screen.getByRole("button", { name: "Save changes" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(called(backend, "location_update")[0]?.request).toMatchObject({ probe_writes: true });
    expect(backend.world.locations[0]!.probe_writes).toBe(true);
  });
});

describe("all locations", () => {
  async function openAll(options: WorldOptions = {}, prepare: (backend: MockBackend) => void = () => {}) {
    const app = await renderApp({ unlocked: true, secrets: 24, locations: 20, ...options }, prepare);
    await app.user.click(await screen.findByRole("button", { name: /^Locations/ }));
    await screen.findByRole("button", { name: "Verify all" });
    return app;
  }

  test("are tried with progress, and those that do not open are named and lead to themselves", async () => {
    const { user } = await openAll();
    await user.click(screen.getByRole("button", { name: "Verify all" }));
    expect(await screen.findByRole("progressbar", { name: "Trying each key where it is used" })).toBeInTheDocument();
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent(/^\d+ of \d+ did not open\. \d+ locations? without a secret left out\./);
    await expectAccessible();
    const named = within(screen.getByRole("list", { name: "Those that did not open" }));
    await user.click(named.getAllByRole("button")[0]!);
    expect(await screen.findByText("It does not open.")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Put away" }));
    expect(screen.queryByText(/did not open\./)).toBeNull();
  });

  test("that all open are one sentence", async () => {
    const { user, backend } = await openAll();
    for (const location of backend.world.locations) location.bucket_name = "plain";
    await user.click(screen.getByRole("button", { name: "Verify all" }));
    expect(await screen.findByText(/^All \d+ open\.$/)).toBeVisible();
  });

  test("can be stopped, and what was tried stays", async () => {
    const { user, backend } = await openAll({ locations: 60 });
    await user.click(screen.getByRole("button", { name: "Verify all" }));
    await user.click(await screen.findByRole("button", { name: "Stop" }));
    expect(await screen.findByText(/of 60 locations tried before it was stopped/)).toBeVisible();
    expect(called(backend, "job_cancel")[0]?.request).toEqual({ job: "locations_verify" });
  });

  test("go on while another screen is shown", async () => {
    const { user } = await openAll({ locations: 60 });
    await user.click(screen.getByRole("button", { name: "Verify all" }));
    await user.click(screen.getByRole("button", { name: /^Members/ }));
    await screen.findByRole("heading", { level: 1, name: "Members" });
    await user.click(screen.getByRole("button", { name: /^Locations/ }));
    expect(await screen.findByText(/\d+ of \d+ did not open\./)).toBeVisible();
  });

  test("that could not be tried at all say why, and are tried again", async () => {
    const { user, backend } = await openAll({}, (one) => one.fail("locations_verify"));
    await user.click(screen.getByRole("button", { name: "Verify all" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("Not verified.");
    backend.succeed("locations_verify");
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText(/did not open\./)).toBeVisible();
  });

  test("leave nothing on the page that the vault locks over", async () => {
    const { user, backend, verifying } = await openAll();
    backend.answer("location_verify", () => {
      throw refusal(502, "bad_gateway", "Not reached.");
    });
    await user.click(screen.getByRole("button", { name: "Verify all" }));
    await screen.findByText(/did not open\./);
    backend.emit({ kind: "locked", reason: "asked" });
    await waitFor(() => expect(verifying.report).toBeNull());
  });
});

describe("the locations of a secret", () => {
  test("are tried from its pane, and the list of secrets tells when", async () => {
    const { user, backend } = await renderApp({ unlocked: true, secrets: 24, locations: 20 }, ({ world }) => {
      for (const one of world.locations) Object.assign(one, { verification: null, bucket_name: "plain" });
    });
    const { secret_id: id } = backend.world.locations[0]!;
    const { name } = backend.world.secret(id!);
    const row = await screen.findByRole("option", { name: new RegExp(`${name} Not verified · 2 locations`) });
    await user.click(row);
    const used = within(await screen.findByRole("region", { name: "Used by 2 locations" }));
    await user.click(await used.findByRole("button", { name: "Verify all" }));
    expect(await used.findByText("All 2 open.")).toBeVisible();
    expect(called(backend, "locations_verify")[0]?.request).toEqual({ secret_id: id });
    expect(used.getAllByText(/list, read/).length).toBe(2);
    expect(
      await screen.findByRole("option", { name: new RegExp(`${name} Verified just now · 2 locations`) }),
    ).toBeVisible();
    await expectAccessible();
  });
});
