import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "../../testing/axe";
import { refusedLive } from "../../testing/mock-import-live";
import { renderApp } from "../../testing/render-app";
import type { WorldOptions } from "../../testing/mock-world";
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
  });
});

test("what is chosen is counted, as far as 1Password says", () => {
  expect(chosenText(0, 0)).toBe("Nothing is chosen yet.");
  expect(chosenText(2, null)).toBe("Items of 2 vaults are chosen.");
  expect(chosenText(1, 1)).toBe("1 item of 1 vault chosen.");
});
