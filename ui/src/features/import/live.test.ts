import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "../../testing/axe";
import { refusedLive } from "../../testing/mock-import-live";
import { renderApp } from "../../testing/render-app";
import { refusal, type WorldOptions } from "../../testing/mock-world";
import { chosenText } from "./live-words";

type App = Awaited<ReturnType<typeof renderApp>>;

async function openSources(options: WorldOptions = {}, prepare: (app: App) => void = () => {}) {
  const app = await renderApp({ unlocked: true, ...options });
  prepare(app);
  await app.user.click(await screen.findByRole("button", { name: "Import…" }));
  await app.user.click(screen.getByRole("button", { name: "From 1Password…" }));
  return app;
}

const showVaults = () => screen.findByRole("button", { name: /^Show its vaults: 1Password/ });

async function openVaults(app: App) {
  await app.user.click(await showVaults());
  await screen.findByRole("checkbox", { name: "All of Infrastructure" });
}

async function openVault(app: App, name: string) {
  await app.user.click(within(screen.getByRole("list", { name: "Vaults" })).getByRole("button", { name }));
}

const called = (app: App, name: string) => app.backend.calls.filter((call) => call.name === name);

describe("by what 1Password is asked", () => {
  test("connections to it are offered, and those of other products are not", async () => {
    await openSources();
    expect(await showVaults()).toBeEnabled();
    expect(screen.queryByRole("button", { name: /Doppler/ })).toBeNull();
    await expectAccessible();
  });

  test("where there is none, the way to make one is shown", async () => {
    const app = await openSources({}, ({ backend }) => {
      backend.answer("connection_list", () => ({ connections: [], next_cursor: null, total: 0 }));
    });
    await app.user.click(await screen.findByRole("button", { name: "Make a connection…" }));
    expect(app.navigation.place).toBe("connections");
  });

  test("a failure says what to do, and the choice stays", async () => {
    const app = await openSources();
    app.backend.answer("import_live_vaults", () => {
      throw refusedLive("not_installed", "The program op was not found.");
    });
    await app.user.click(await showVaults());
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("op was not found");
    expect(alert).toHaveTextContent("Install “1Password CLI”");
    expect(await showVaults()).toBeEnabled();
    await expectAccessible();
  });

  test("its app is asked with the account that is given, and brings copies only", async () => {
    const app = await openSources();
    await app.user.type(screen.getByLabelText(/^Account/), "team.1password.com");
    await app.user.click(screen.getByRole("button", { name: "Ask the app" }));
    await screen.findByRole("checkbox", { name: "All of Infrastructure" });
    expect(called(app, "import_live_vaults")[0]?.request).toEqual({
      from: "desktop_app",
      account: "team.1password.com",
    });
    expect(screen.queryByRole("radio", { name: "As references" })).toBeNull();
    expect(screen.getByText(/References need a connection/)).toBeVisible();
  });
});

describe("what is chosen", () => {
  test("whole vaults and single items are read as references", async () => {
    const app = await openSources();
    await openVaults(app);
    await expectAccessible();
    await app.user.click(screen.getByRole("checkbox", { name: "All of Shared" }));
    await openVault(app, "Infrastructure 48 items");
    await app.user.click(await screen.findByRole("checkbox", { name: "Take AWS deploy" }));
    await app.user.click(screen.getByRole("checkbox", { name: "Take Stripe live key" }));
    await app.user.click(screen.getByRole("radio", { name: "As references" }));
    expect(screen.getByText("1,206 items of 2 vaults chosen.")).toBeVisible();
    await expectAccessible();
    await app.user.click(screen.getByRole("button", { name: "Read 1,206 items" }));
    expect(await screen.findByRole("checkbox", { name: "Import AWS deploy" }, { timeout: 4000 })).toBeVisible();
    const asked = called(app, "import_live_open")[0]?.request;
    expect(asked).toMatchObject({
      as: "references",
      chosen: [{ vault_id: "b".repeat(26) }, { vault_id: "a".repeat(26) }],
    });
    expect(called(app, "import_preview")[0]?.request).toEqual({ file_id: "file_live" });
  });

  test("one item is left out of a whole vault", async () => {
    const app = await openSources();
    await openVaults(app);
    await app.user.click(screen.getByRole("checkbox", { name: "All of Infrastructure" }));
    await openVault(app, "Infrastructure 48 items");
    await app.user.click(await screen.findByRole("checkbox", { name: "Take AWS deploy" }));
    expect(await screen.findByText("47 items of 1 vault chosen.")).toBeVisible();
    expect(screen.getByRole("checkbox", { name: "All of Infrastructure" })).toBePartiallyChecked();
  });

  test("two items are left out of a whole vault, however quickly one after the other", async () => {
    const app = await openSources();
    await openVaults(app);
    await app.user.click(screen.getByRole("checkbox", { name: "All of Infrastructure" }));
    await openVault(app, "Infrastructure 48 items");
    const names = ["Take AWS deploy", "Take Stripe live key"];
    await screen.findByRole("checkbox", { name: names[0]! });
    app.backend.answer("import_live_items", () => new Promise(() => {}));
    for (const name of names) await app.user.click(screen.getByRole("checkbox", { name }));
    for (const name of names) expect(screen.getByRole("checkbox", { name })).not.toBeChecked();
    await app.user.click(screen.getByRole("button", { name: "Read 46 items" }));
    await waitFor(() => expect(called(app, "import_live_open")).toHaveLength(1));
    const [{ except }] = (called(app, "import_live_open")[0]!.request as { chosen: [{ except: string[] }] }).chosen;
    expect(except).toHaveLength(2);
  });

  test("all that a search shows is taken, and no more", async () => {
    const app = await openSources();
    await openVaults(app);
    await openVault(app, "Infrastructure 48 items");
    await app.user.type(await screen.findByLabelText("Search in Infrastructure"), "grafana");
    await waitFor(() => expect(screen.queryByRole("checkbox", { name: "Take AWS deploy" })).toBeNull());
    await app.user.click(screen.getByRole("button", { name: "Take all shown" }));
    await waitFor(() => expect(screen.getByRole("button", { name: /^Read \d+ items/ })).toBeEnabled());
    await app.user.click(screen.getByRole("button", { name: /^Read \d+ items/ }));
    await waitFor(() => expect(called(app, "import_live_open")).toHaveLength(1));
    const [{ items }] = (called(app, "import_live_open")[0]!.request as { chosen: [{ items: string[] }] }).chosen;
    expect(items.length).toBeGreaterThan(1);
    expect(items.length).toBeLessThan(48);
  });

  test("an empty vault and one that can’t be listed say so", async () => {
    const app = await openSources();
    await openVaults(app);
    await openVault(app, "Nothing in it 0 items");
    expect(await screen.findByText("This vault is empty")).toBeVisible();
    app.backend.answer("import_live_items", () => {
      throw refusedLive("forbidden", "The token may not read this vault.");
    });
    await openVault(app, "Shared 1,204 items");
    expect(await screen.findByRole("alert")).toHaveTextContent("There is no right to read this.");
    expect(screen.getByText("Its items could not be listed.")).toBeVisible();
    await expectAccessible();
  });

  test("reading is cancelled, and what was chosen is still chosen", async () => {
    const app = await openSources();
    await openVaults(app);
    await app.user.click(screen.getByRole("checkbox", { name: "All of Infrastructure" }));
    let stop = () => {};
    app.backend.answer("import_live_open", () => new Promise((resolve) => (stop = () => resolve({ cancelled: true }))));
    app.backend.answer("job_cancel", () => {
      stop();
      return {};
    });
    await app.user.click(screen.getByRole("button", { name: "Read 48 items" }));
    expect(await screen.findByRole("heading", { name: "Reading from 1Password" })).toBeVisible();
    await expectAccessible();
    await app.user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(await screen.findByText("48 items of 1 vault chosen.")).toBeVisible();
    expect(called(app, "job_cancel")[0]?.request).toEqual({ job: "import" });
  });

  test("a failure of the reading loses nothing", async () => {
    const app = await openSources();
    await openVaults(app);
    await app.user.click(screen.getByRole("checkbox", { name: "All of Infrastructure" }));
    app.backend.answer("import_live_open", () => {
      throw refusedLive("throttled", "Too many requests.");
    });
    await app.user.click(screen.getByRole("button", { name: "Read 48 items" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("1Password asks us to wait.");
    expect(screen.getByText("48 items of 1 vault chosen.")).toBeVisible();
    await app.user.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(called(app, "import_live_open")).toHaveLength(2));
    expect(await screen.findByText("48 items of 1 vault chosen.")).toBeVisible();
    expect(called(app, "import_live_vaults")).toHaveLength(1);
  });

  test("looking again keeps what is chosen of vaults that are still there", async () => {
    const app = await openSources();
    await openVaults(app);
    await app.user.click(screen.getByRole("checkbox", { name: "All of Shared" }));
    const items = app.backend.handler("import_live_items");
    app.backend.answer("import_live_items", () => {
      throw refusedLive("unreachable", "No answer came");
    });
    await openVault(app, "Infrastructure 48 items");
    expect(await screen.findByRole("alert")).toHaveTextContent("No answer came. Look whether it runs");
    app.backend.answer("import_live_items", items);
    await app.user.click(screen.getByRole("button", { name: "Look again" }));
    await app.user.click(await screen.findByRole("checkbox", { name: "Take AWS deploy" }));
    expect(screen.getByText("1,205 items of 2 vaults chosen.")).toBeVisible();
  });

  test("an item that is gone from 1Password is not chosen any more", async () => {
    const app = await openSources();
    await openVaults(app);
    await openVault(app, "Infrastructure 48 items");
    for (const name of ["Take AWS deploy", "Take Stripe live key"])
      await app.user.click(await screen.findByRole("checkbox", { name }));
    app.backend.answer("import_live_open", () => {
      const gone = { loc: ["chosen", 0, "items", 1], message: "The vault has no such item.", type: "unknown_value" };
      throw refusal(422, "validation_error", "Look at what is marked.", [gone]);
    });
    await app.user.click(screen.getByRole("button", { name: "Read 2 items" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("The vault has no such item.");
    expect(screen.getByRole("button", { name: "Read 1 item" })).toBeEnabled();
  });

  for (const [answers, what] of [
    [{ cancelled: true }, "is cancelled"],
    [{ file_id: "file_late", name: "1Password" }, "is forgotten where it comes all the same"],
  ] as const) {
    test(`what is still being read when the page is left ${what}`, async () => {
      const app = await openSources();
      await openVaults(app);
      await app.user.click(screen.getByRole("checkbox", { name: "All of Infrastructure" }));
      let end = () => {};
      app.backend.answer("import_live_open", () => new Promise((resolve) => (end = () => resolve(answers))));
      app.backend.answer("job_cancel", () => ({}));
      await app.user.click(screen.getByRole("button", { name: "Read 48 items" }));
      await screen.findByRole("heading", { name: "Reading from 1Password" });
      app.navigation.go("secrets");
      await waitFor(() => expect(called(app, "job_cancel")).toHaveLength(1));
      end();
      const late = "file_id" in answers ? [{ file_id: "file_late" }] : [];
      await waitFor(() => expect(called(app, "import_discard").map(({ request }) => request)).toEqual(late));
      expect(called(app, "import_preview")).toHaveLength(0);
    });
  }
});

test("what is chosen is counted, as far as 1Password says", () => {
  expect(chosenText(0, 0)).toBe("Nothing is chosen yet.");
  expect(chosenText(2, null)).toBe("Items of 2 vaults are chosen.");
  expect(chosenText(1, 1)).toBe("1 item of 1 vault chosen.");
});
