import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "../../testing/axe";
import type { WorldOptions } from "../../testing/mock-world";
import { renderApp } from "../../testing/render-app";
import { matching, outcome, previewRows, rowNotes } from "./preview-rows";
import type { ImportItem } from "../../ipc";

async function openImport(options: WorldOptions = {}) {
  const app = await renderApp({ unlocked: true, ...options });
  await app.user.click(await screen.findByRole("button", { name: "Import…" }));
  return app;
}

async function openPreview() {
  const app = await openImport();
  await app.user.click(screen.getByRole("button", { name: "Choose a file…" }));
  await screen.findByRole("table");
  return app;
}

const applied = (app: Awaited<ReturnType<typeof openImport>>) =>
  app.backend.calls.find((call) => call.name === "import_apply")?.request as { file_id: string; items: string[] };

describe("before the import", () => {
  test("a file that cannot be read is an error, and another can be chosen", async () => {
    const app = await openImport();
    app.backend.fail("import_preview", "validation_error", "This file is no 1Password export: it is no zip.");
    await app.user.click(screen.getByRole("button", { name: "Choose a file…" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("it is no zip");
    expect(screen.getByRole("button", { name: "Choose a file…" })).toBeEnabled();
    await expectAccessible();
  });

  test("closing the chooser changes nothing", async () => {
    const app = await openImport();
    app.backend.answer("file_open", () => ({ cancelled: true }));
    await app.user.click(screen.getByRole("button", { name: "Choose a file…" }));
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Import from 1Password");
    expect(screen.queryByRole("alert")).toBeNull();
  });

  test("a Viewer is not offered it", async () => {
    await renderApp({ unlocked: true, role: "viewer" });
    await screen.findByRole("button", { name: "Settings" });
    expect(screen.queryByRole("button", { name: "Import…" })).toBeNull();
  });
});

describe("the preview", () => {
  test("says of each item what it becomes, or why it is skipped", async () => {
    await openPreview();
    const table = screen.getByRole("table");
    expect(within(table).getByText("Datadog · Keys · Application key")).toBeInTheDocument();
    expect(within(table).getByText(/A credit card holds no credential/)).toBeInTheDocument();
    expect(within(table).getByText("URL, user name go to the notes")).toBeInTheDocument();
    expect(screen.getByRole("checkbox", { name: "Import AWS deploy" })).toBeChecked();
    expect(screen.queryByRole("checkbox", { name: "Import Company credit card" })).toBeNull();
    await expectAccessible();
  });

  test("opens to all that is said of an item", async () => {
    const { user } = await openPreview();
    await user.click(screen.getByRole("button", { name: /^user name, expiry date go to the notes/ }));
    const dialog = await screen.findByRole("dialog", { name: "Old VPN" });
    expect(within(dialog).getAllByRole("listitem")).toHaveLength(2);
    await expectAccessible(dialog);
    await user.click(within(dialog).getByRole("button", { name: "Close" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  test("imports what is selected, and counts what is stored already", async () => {
    const app = await openPreview();
    await app.user.click(screen.getByRole("checkbox", { name: "Import AWS deploy" }));
    expect(screen.getByText("Left out")).toBeInTheDocument();
    await app.user.click(screen.getByRole("button", { name: /^Import \d+ items$/ }));
    const { file_id, items } = applied(app);
    expect(file_id).toBe("fil_01");
    expect(items).not.toContain("itm_1");
    expect(items).toContain("itm_2");
    expect(items).toContain("itm_4");
    expect(items).not.toContain("itm_5");
  });

  test("leaves out what is in the trash of its source, unless it is selected", async () => {
    const app = await openPreview();
    const trashed = screen.getByRole("checkbox", { name: "Import Thrown away" });
    expect(trashed).not.toBeChecked();
    await app.user.click(trashed);
    await app.user.click(screen.getByRole("button", { name: /^Import \d+ items$/ }));
    expect(applied(app).items).toContain("itm_7");
  });

  test("can be emptied at once, and then offers no import", async () => {
    const app = await openPreview();
    const all = screen.getByRole("checkbox", { name: "Select all that are shown" });
    await app.user.click(all);
    expect(screen.getByRole("checkbox", { name: "Import Thrown away" })).toBeChecked();
    await app.user.click(all);
    expect(screen.getByRole("button", { name: "Nothing selected" })).toBeDisabled();
  });

  test("stays with its selection when the import fails, and says that nothing was imported", async () => {
    const app = await openPreview();
    app.backend.fail("import_apply", "limit_reached", "This vault holds at most 100 secrets.");
    await app.user.click(screen.getByRole("checkbox", { name: "Import Datadog" }));
    await app.user.click(screen.getByRole("button", { name: /^Import \d+ items$/ }));
    expect(await screen.findByRole("alert")).toHaveTextContent("Nothing was imported.");
    expect(screen.getByRole("checkbox", { name: "Import Datadog" })).not.toBeChecked();
  });
});

describe("the report", () => {
  test("accounts for every secret that was found", async () => {
    const app = await openPreview();
    app.backend.answer("import_apply", () => ({
      found: 9,
      imported: 5,
      updated: 1,
      unchanged: 1,
      skipped: [
        { title: "Company credit card", reason: "It holds no credential." },
        { title: "AWS deploy", reason: "Not selected." },
      ],
    }));
    await app.user.click(screen.getByRole("button", { name: /^Import \d+ items$/ }));
    expect(await screen.findByText("Every secret is accounted for.")).toBeVisible();
    expect(screen.getByRole("cell", { name: "It holds no credential." })).toBeVisible();
    await expectAccessible();
    await app.user.click(screen.getByRole("button", { name: "Show the secrets" }));
    expect(app.navigation.place).toBe("secrets");
  });

  test("says so when the numbers do not add up", async () => {
    const app = await openPreview();
    app.backend.answer("import_apply", () => ({ found: 9, imported: 5, updated: 0, unchanged: 0, skipped: [] }));
    await app.user.click(screen.getByRole("button", { name: /^Import \d+ items$/ }));
    await waitFor(() => expect(screen.getByRole("alert")).toHaveTextContent("9 were found, 5 are accounted for"));
  });
});

describe("the rows of a preview", () => {
  const ITEM: ImportItem = {
    item_id: "itm_1",
    title: "Datadog",
    vault: "Shared",
    archived: false,
    becomes: [
      { name: "Datadog", secret_type: "generic", auth_method: "opaque_value", fields: [], hints: [] },
      { name: "Datadog · Key", secret_type: "generic", auth_method: "opaque_value", fields: [], hints: [] },
    ],
    action: "create",
    reason: null,
    notes: ["URL goes to the notes", "Left out – OTP: it changes."],
  };

  test("are one a secret, and one for an item that becomes none", () => {
    const skipped = { ...ITEM, item_id: "itm_2", becomes: [], action: "skip" as const, reason: "No credential." };
    const rows = previewRows([ITEM, skipped]);
    expect(rows.map((row) => [row.key, row.first])).toEqual([
      ["itm_1/0", true],
      ["itm_1/1", false],
      ["itm_2", true],
    ]);
  });

  test("say once what goes to the notes and what is left out", () => {
    expect(previewRows([ITEM]).map(rowNotes)).toEqual([["URL goes to the notes", "Left out – OTP: it changes."], []]);
  });

  test("say what happens as things are selected", () => {
    expect(outcome(ITEM, true).name).toBe("New");
    expect(outcome(ITEM, false).name).toBe("Left out");
    expect(outcome({ ...ITEM, action: "skip" }, true).name).toBe("Included");
    expect(outcome({ ...ITEM, action: "skip" }, false).name).toBe("Skipped");
    expect(outcome({ ...ITEM, action: "unchanged" }, false).name).toBe("Stored already");
  });

  test("are found by title and by the vault they came from", () => {
    expect(matching([ITEM], "all", "data")).toHaveLength(1);
    expect(matching([ITEM], "all", "SHARED")).toHaveLength(1);
    expect(matching([ITEM], "all", "stripe")).toHaveLength(0);
    expect(matching([ITEM], "skip", "")).toHaveLength(0);
  });
});
