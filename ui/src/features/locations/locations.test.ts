import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "../../testing/axe";
import type { WorldOptions } from "../../testing/mock-world";
import { refusal } from "../../testing/mock-world";
import { renderApp } from "../../testing/render-app";

type App = Awaited<ReturnType<typeof renderApp>>;

async function openLocations(options: WorldOptions = {}, prepare?: Parameters<typeof renderApp>[1]): Promise<App> {
  const app = await renderApp({ unlocked: true, secrets: 24, locations: 20, ...options }, prepare);
  await app.user.click(await screen.findByRole("button", { name: /^Locations/ }));
  return app;
}

/** Opens the first one that is linked, and answers it. */
async function openFirst(options: WorldOptions = {}) {
  const app = await openLocations(options);
  const location = [...app.backend.world.locations].sort((a, b) => a.name.localeCompare(b.name))[0]!;
  await app.user.click((await screen.findAllByRole("option", { name: new RegExp(location.name) }))[0]!);
  await screen.findByRole("heading", { level: 1, name: location.name });
  return { ...app, location };
}

const sent = ({ backend }: App, name: string) =>
  backend.calls.filter((one) => one.name === name).map(({ request }) => request);

async function chooseInMenu({ user }: App, item: RegExp) {
  await user.click(screen.getByRole("button", { name: "More" }));
  await user.click(await screen.findByRole("menuitem", { name: item }));
}

describe("the list of locations", () => {
  test("is walked and read with the keyboard alone", async () => {
    const { user } = await openLocations();
    const list = await screen.findByRole("listbox", { name: "Locations" });
    list.focus();
    await user.keyboard("{ArrowDown}{ArrowDown}");
    expect(list).toHaveAttribute("aria-activedescendant", "location-1");
    await user.keyboard("{Enter}");
    await waitFor(() => expect(screen.getByRole("heading", { level: 1 })).toHaveFocus());
    await user.keyboard("{Escape}");
    expect(list).toHaveFocus();
    await expectAccessible();
  });

  test("tells the place of each among 10,000, and reads no more than is looked at", async () => {
    const app = await openLocations({ locations: 10_000 });
    const list = within(await screen.findByRole("listbox", { name: "Locations" }));
    const row = list.getAllByRole("option")[1]!;
    expect(row).toHaveAttribute("aria-setsize", "10000");
    expect(row).toHaveAttribute("aria-posinset", "2");
    expect(sent(app, "location_list").at(-1)).toEqual({ limit: 200 });
    expect(list.getAllByRole("option").length).toBeLessThan(100);
  });

  test("shows what is not encrypted and what has no secret", async () => {
    const { backend } = await openLocations({}, ({ world }) => {
      Object.assign(world.locations[0]!, { name: "aa-plain", endpoint_url: "http://10.0.0.4", http_allowed: true });
      Object.assign(world.locations[1]!, { name: "ab-loose", secret_id: null });
    });
    expect(backend.world.locations).toHaveLength(20);
    expect(await screen.findByRole("option", { name: /aa-plain.*http\b/ })).toBeInTheDocument();
    expect(screen.getByRole("option", { name: /ab-loose.*no secret.*No secret$/ })).toBeInTheDocument();
  });

  test("offers a beginning where there is none", async () => {
    await openLocations({ locations: 0 });
    expect(await screen.findByText("No locations yet")).toBeVisible();
    expect(screen.getByRole("button", { name: "New location" })).toBeVisible();
  });

  test("says why it can't be read, and reads it again", async () => {
    const { user, backend } = await openLocations({}, (one) => one.fail("location_list"));
    expect(await screen.findByText("The list can’t be read.")).toBeVisible();
    backend.succeed("location_list");
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect((await screen.findAllByRole("option")).length).toBeGreaterThan(0);
  });

  test("lets a viewer look and change nothing", async () => {
    await openFirst({ role: "viewer" });
    expect(screen.queryByRole("button", { name: "Edit" })).toBeNull();
    expect(screen.queryByRole("button", { name: "New location" })).toBeNull();
    expect(screen.getByText("Where it is")).toBeVisible();
  });
});

describe("a new location", () => {
  async function begin(options: WorldOptions = {}) {
    const app = await openLocations(options);
    await app.user.click(await screen.findByRole("button", { name: "New location" }));
    await screen.findByRole("dialog", { name: "New location" });
    await app.user.selectOptions(await screen.findByLabelText("Storage"), "Backblaze B2");
    return app;
  }

  async function chooseSecret({ user }: App, typed: string) {
    await user.type(screen.getByRole("combobox", { name: "Secret" }), typed);
    const found = within(screen.getByRole("listbox", { name: "Secrets" }));
    await user.click((await found.findAllByRole("option"))[0]!);
  }

  test("takes its secret from those of the type, and its endpoint from the region", async () => {
    const app = await begin();
    await chooseSecret(app, "b2");
    await app.user.type(screen.getByLabelText("Name"), "exports-eu");
    await app.user.type(screen.getByLabelText("Bucket"), "acme-exports");
    await app.user.type(screen.getByLabelText("Region"), "us-west-002");
    await waitFor(() =>
      expect(screen.getByLabelText("Endpoint")).toHaveValue("https://s3.us-west-002.backblazeb2.com"),
    );
    await expectAccessible(screen.getByRole("dialog"));
    await app.user.click(screen.getByRole("button", { name: "Save location" }));
    await screen.findByRole("heading", { level: 1, name: "exports-eu" });
    expect(sent(app, "location_create")).toEqual([
      {
        name: "exports-eu",
        location_type: "b2",
        secret_id: expect.stringMatching(/^sec_/),
        bucket_name: "acme-exports",
        region: "us-west-002",
        endpoint_url: "https://s3.us-west-002.backblazeb2.com",
        http_allowed: false,
        prefix: null,
        probe_writes: false,
      },
    ]);
    expect(sent(app, "secret_list").at(-1)).toMatchObject({ query: "b2", types: ["b2"] });
  });

  test("leaves an endpoint alone that the person wrote, and offers the provider's beside it", async () => {
    const app = await begin();
    await app.user.type(screen.getByLabelText("Endpoint"), "https://b2.proxy.example.com");
    await app.user.type(screen.getByLabelText("Region"), "us-west-002");
    await app.user.click(await screen.findByRole("button", { name: "Use https://s3.us-west-002.backblazeb2.com" }));
    expect(screen.getByLabelText("Endpoint")).toHaveValue("https://s3.us-west-002.backblazeb2.com");
  });

  test("is not thrown away by Cancel once something is typed, and is before", async () => {
    const app = await begin();
    await app.user.type(screen.getByLabelText("Name"), "x");
    await app.user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(await screen.findByText(/Closing forgets what you typed/)).toBeVisible();
    await app.user.click(screen.getByRole("button", { name: "Discard" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  test("shows every refused field beside it, and at the top what belongs to none", async () => {
    const app = await begin();
    app.backend.answer("location_create", () => {
      throw refusal(422, "validation_error", "Some fields need your attention.", [
        { loc: ["name"], message: "The name is too long.", type: "too_long" },
        { loc: ["secret_id"], message: "This id must begin with sec_.", type: "id" },
        { loc: ["bucket_name"], message: "The bucket is empty.", type: "empty" },
        { loc: ["region"], message: "No such region.", type: "unknown" },
        { loc: ["endpoint_url"], message: "This is no address.", type: "url" },
        { loc: ["prefix"], message: "The prefix begins with a slash.", type: "prefix" },
        { loc: ["location_type"], message: "This type is not known.", type: "unknown_value" },
        { loc: ["http_allowed"], message: "Consent is for http only.", type: "consent" },
        { loc: ["reason"], message: "The reason is too long.", type: "too_long" },
        { loc: [], message: "The whole is too large.", type: "too_long" },
      ]);
    });
    await app.user.click(screen.getByRole("button", { name: "Save location" }));
    const beside: [string, string][] = [
      ["Name", "The name is too long."],
      ["Secret", "Choose a secret from the list."],
      ["Bucket", "The bucket is empty."],
      ["Region", "No such region."],
      ["Endpoint", "This is no address."],
      ["Prefix", "The prefix begins with a slash."],
      ["Storage", "This type is not known."],
    ];
    for (const [label, message] of beside) {
      const field = await screen.findByLabelText(new RegExp(`^${label}( optional)?$`));
      expect(field).toHaveAttribute("aria-invalid", "true");
      expect(field).toHaveAccessibleDescription(expect.stringContaining(message));
    }
    const consent = screen.getByRole("checkbox", { name: "Send requests without encryption" });
    expect(consent).toHaveAttribute("aria-invalid", "true");
    expect(screen.getByText("Consent is for http only.")).toBeVisible();
    const top = screen.getByText("The whole is too large.").closest("[role='alert']");
    expect(top).toHaveTextContent("The reason is too long.");
    expect(screen.getByLabelText("Storage")).toHaveFocus();
  });

  test("asks for consent to http, for each endpoint anew", async () => {
    const app = await begin();
    await chooseSecret(app, "b2");
    await app.user.type(screen.getByLabelText("Name"), "minio");
    await app.user.type(screen.getByLabelText("Bucket"), "acme");
    const endpoint = screen.getByLabelText("Endpoint");
    await app.user.type(endpoint, "http://10.0.0.4:9000");
    const consent = screen.getByRole("checkbox", { name: "Send requests without encryption" });
    await app.user.click(consent);
    await app.user.type(endpoint, "1");
    expect(consent).not.toBeChecked();
    await app.user.click(consent);
    await app.user.click(screen.getByRole("button", { name: "Save location" }));
    await screen.findByText("Not encrypted.");
    expect(sent(app, "location_create")[0]).toMatchObject({
      endpoint_url: "http://10.0.0.4:90001",
      http_allowed: true,
    });
  });
});

describe("an edited location", () => {
  async function edit(options: WorldOptions = {}) {
    const app = await openFirst(options);
    await app.user.keyboard("e");
    await screen.findByRole("dialog", { name: `Edit ${app.location.name}` });
    return app;
  }

  test("that is as it was is not changed, and the person is told", async () => {
    const app = await edit();
    await app.user.click(screen.getByRole("button", { name: "Save changes" }));
    expect(await screen.findByText("Nothing to save.")).toBeVisible();
    expect(sent(app, "location_update")).toEqual([{ id: app.location.id, expected_revision: 1 }]);
  });

  test("that has no endpoint is given none unasked, but is offered the one of its region", async () => {
    const app = await openLocations({}, ({ world }) => {
      const b2 = world.locations.find((one) => one.location_type === "b2")!;
      Object.assign(b2, { name: "aa-first", region: "us-west-002", endpoint_url: null, http_allowed: false });
    });
    await app.user.click(await screen.findByRole("option", { name: /aa-first/ }));
    await app.user.click(await screen.findByRole("button", { name: "Edit" }));
    const offer = await screen.findByRole("button", { name: "Use https://s3.us-west-002.backblazeb2.com" });
    expect(screen.getByLabelText(/^Endpoint/)).toHaveValue("");
    await app.user.click(screen.getByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(offer).not.toBeInTheDocument());
  });

  test("shows both sides when it moved on, and saves on top of the newer one", async () => {
    const app = await edit();
    const live = app.backend.world.location(app.location.id);
    Object.assign(live, { name: "theirs", region: "eu-west-1", revision: 4 });
    await app.user.clear(screen.getByLabelText("Name"));
    await app.user.type(screen.getByLabelText("Name"), "mine");
    await app.user.type(screen.getByLabelText(/^Prefix/), "weekly/");
    await app.user.click(screen.getByRole("button", { name: "Save changes" }));
    expect(await screen.findByText("Which shall stand?")).toBeVisible();
    expect(screen.getByRole("button", { name: "Save as chosen" })).toBeDisabled();
    const name = within(screen.getByRole("group", { name: /^Name/ }));
    await app.user.click(name.getByRole("radio", { name: /^Theirs.*theirs/ }));
    await expectAccessible(screen.getByRole("dialog"));
    await app.user.click(screen.getByRole("button", { name: "Save as chosen" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(sent(app, "location_update").at(-1)).toEqual({
      id: live.id,
      expected_revision: 4,
      prefix: "weekly/",
    });
    expect(live).toMatchObject({ name: "theirs", region: "eu-west-1", prefix: "weekly/" });
  });
});

describe("the secret of a location", () => {
  test("is not exchanged for itself", async () => {
    const app = await openFirst();
    await chooseInMenu(app, /^Use another secret/);
    await app.user.click(await screen.findByRole("button", { name: "Link" }));
    expect(await screen.findByText("Already this secret.")).toBeVisible();
  });

  test("is exchanged only after a look at what somebody else chose meanwhile", async () => {
    const app = await openFirst();
    const live = app.backend.world.location(app.location.id);
    const others = app.backend.world.secrets.filter(
      ({ id, secret_type: type }) => type === live.location_type && id !== live.secret_id,
    );
    await chooseInMenu(app, /^Use another secret/);
    await app.user.type(await screen.findByRole("combobox", { name: "Secret" }), others[0]!.name);
    await app.user.keyboard("{Enter}");
    Object.assign(live, { secret_id: others[1]!.id, revision: 2 });
    await app.user.click(screen.getByRole("button", { name: "Link" }));
    expect(await screen.findByText("It changed meanwhile.")).toBeVisible();
    expect(screen.getByText(`${live.name} is opened by ${others[1]!.name} now.`)).toBeVisible();
    await app.user.click(screen.getByRole("button", { name: "Link" }));
    await waitFor(() => expect(live.secret_id).toBe(others[0]!.id));
  });

  test("is taken off only as the person saw it", async () => {
    const app = await openFirst();
    const live = app.backend.world.location(app.location.id);
    const other = app.backend.world.secrets.find(
      ({ id, secret_type: type }) => type === live.location_type && id !== live.secret_id,
    )!;
    await chooseInMenu(app, /^Unlink/);
    Object.assign(live, { secret_id: other.id, revision: 2 });
    await app.user.click(await screen.findByRole("button", { name: "Unlink" }));
    expect(await screen.findByText(/was changed meanwhile/)).toBeVisible();
    expect(live.secret_id).toBe(other.id);
    const question = screen.getByRole("alertdialog");
    expect(question).toHaveAccessibleDescription(expect.stringContaining(`${other.name} opens it now.`));
    await app.user.click(screen.getByRole("button", { name: "Unlink" }));
    await waitFor(() => expect(live.secret_id).toBeNull());
    expect(await screen.findByText("No secret.")).toBeVisible();
  });
});

describe("a deleted location", () => {
  test("leaves the pane empty and the focus in the list", async () => {
    const app = await openFirst();
    await chooseInMenu(app, /^Delete/);
    await app.user.click(await screen.findByRole("button", { name: "Delete" }));
    expect(await screen.findByText("Choose a location from the list.")).toBeVisible();
    expect(screen.queryByText("This location can’t be shown")).toBeNull();
    expect(screen.getByRole("listbox", { name: "Locations" })).toHaveFocus();
  });

  test("by somebody else is said in the pane", async () => {
    const { backend, location } = await openFirst();
    const { locations } = backend.world;
    locations.splice(locations.indexOf(backend.world.location(location.id)), 1);
    backend.emit({ kind: "changed", what: ["locations"] });
    expect(await screen.findByText("This location can’t be shown")).toBeVisible();
  });
});
