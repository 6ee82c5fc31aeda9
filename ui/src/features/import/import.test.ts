import { screen, waitFor, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "../../testing/axe";
import { NEEDS_PASSWORD } from "../../testing/mock-import";
import type { WorldOptions } from "../../testing/mock-world";
import { renderApp } from "../../testing/render-app";
import type { ImportBecomes, ImportItem, ImportReport } from "../../ipc";
import { canTake, happens, notesOf, placeText } from "./preview-words";

async function openImport(options: WorldOptions = {}) {
  const app = await renderApp({ unlocked: true, ...options });
  await app.user.click(await screen.findByRole("button", { name: "Import…" }));
  return app;
}

async function openPreview() {
  const app = await openImport();
  await app.user.click(screen.getByRole("button", { name: "Choose a file…" }));
  await screen.findByRole("checkbox", { name: "Import AWS deploy" });
  return app;
}

type App = Awaited<ReturnType<typeof openImport>>;

const called = (app: App, name: string) => app.backend.calls.filter((call) => call.name === name);

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
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Import");
    expect(screen.queryByRole("alert")).toBeNull();
  });

  test("a Viewer is not offered it", async () => {
    await renderApp({ unlocked: true, role: "viewer" });
    await screen.findByRole("button", { name: "Settings" });
    expect(screen.queryByRole("button", { name: "Import…" })).toBeNull();
  });

  test("a dropped file is read by its id", async () => {
    const app = await openImport();
    app.backend.emit({ kind: "file_dropped", file_id: "file_7", file_name: "rclone.conf" });
    expect(await screen.findByRole("heading", { name: "rclone.conf" })).toBeVisible();
    expect(called(app, "import_preview")[0]?.request).toEqual({ file_id: "file_7" });
  });

  test("a file dropped on another screen is read as well, but not over a question or for a Viewer", async () => {
    const app = await renderApp({ unlocked: true });
    const drop = () => app.backend.emit({ kind: "file_dropped", file_id: "file_7", file_name: "rclone.conf" });
    await app.user.click(await screen.findByRole("button", { name: "Rotation" }));
    await app.user.click(await screen.findByRole("button", { name: "Find a value…" }));
    drop();
    await tick();
    expect(called(app, "import_preview")).toEqual([]);
    await app.user.click(screen.getByRole("button", { name: "Close" }));
    drop();
    expect(await screen.findByRole("heading", { name: "rclone.conf" })).toBeVisible();
    app.unmount();
    const viewer = await renderApp({ unlocked: true, role: "viewer" });
    await screen.findByRole("button", { name: "Settings" });
    viewer.backend.emit({ kind: "file_dropped", file_id: "file_7", file_name: "rclone.conf" });
    await tick();
    expect(called(viewer, "import_preview")).toEqual([]);
  });

  test("pasted text is read, and does not stay in the page", async () => {
    const app = await openImport();
    await app.user.click(screen.getByRole("button", { name: "Paste text" }));
    await app.user.type(screen.getByLabelText("Text of a file"), "API_TOKEN=plover");
    await expectAccessible();
    await app.user.click(screen.getByRole("button", { name: "Read it" }));
    expect(await screen.findByRole("heading", { name: "Pasted text" })).toBeVisible();
    expect(called(app, "import_paste")[0]?.request).toEqual({ text: "API_TOKEN=plover" });
    expect(document.body.innerHTML).not.toContain("plover");
  });

  test("a protected file asks for its password, and for it again where it was wrong", async () => {
    const app = await openImport();
    app.backend.answer("import_preview", ({ password }) => ({ ...NEEDS_PASSWORD, again: password !== undefined }));
    await app.user.click(screen.getByRole("button", { name: "Choose a file…" }));
    await app.user.type(await screen.findByLabelText("Password of the file"), "plover");
    await expectAccessible();
    await app.user.click(screen.getByRole("button", { name: "Read the file" }));
    await waitFor(() => expect(called(app, "import_preview").at(-1)?.request).toMatchObject({ password: "plover" }));
    expect(await screen.findByLabelText("Password of the file")).toHaveValue("");
  });

  test("a table asks what its columns hold", async () => {
    const app = await openImport();
    const columns = [
      { name: "account", use: "title" },
      { name: "token", use: "field" },
    ];
    app.backend.answer("import_preview", () => ({
      ...NEEDS_PASSWORD,
      needs: "columns",
      columns,
      uses: ["title", "password", "field", "left_out"],
      message: "Say what the table’s columns hold.",
    }));
    await app.user.click(screen.getByRole("button", { name: "Choose a file…" }));
    await app.user.selectOptions(await screen.findByLabelText("token"), "password");
    await expectAccessible();
    await app.user.click(screen.getByRole("button", { name: "Read the file" }));
    await waitFor(() =>
      expect(called(app, "import_preview").at(-1)?.request).toMatchObject({ columns: ["title", "password"] }),
    );
  });
});

describe("a table's preview", () => {
  async function openTable(app: App) {
    const previewed = app.backend.handler("import_preview");
    const columns = [
      { name: "account", use: "title" },
      { name: "token", use: "field" },
    ];
    app.backend.answer("import_preview", (request) => ({
      ...previewed(request),
      format: "csv",
      columns,
      first_row: "names" as const,
    }));
    await app.user.click(screen.getByRole("button", { name: "Choose a file…" }));
    await screen.findByRole("checkbox", { name: "Import AWS deploy" });
    await app.user.click(screen.getByRole("button", { name: "All that are shown" }));
    await app.user.click(await screen.findByRole("menuitem", { name: "Say what the columns hold…" }));
  }

  test("lets columns be named anew that were guessed", async () => {
    const app = await openImport();
    await openTable(app);
    expect(await screen.findByLabelText("account")).toHaveValue("title");
    await app.user.selectOptions(screen.getByLabelText("token"), "password");
    await expectAccessible();
    await app.user.click(screen.getByRole("button", { name: "Read the file" }));
    await screen.findByRole("checkbox", { name: "Import AWS deploy" });
    expect(called(app, "import_preview").at(-1)?.request).toEqual({
      file_id: "fil_01",
      format: "csv",
      columns: ["title", "password"],
      first_row: "names",
    });
  });

  test("has a first row that is an entry where that is said, and then its columns have no names", async () => {
    const app = await openImport();
    await openTable(app);
    await app.user.selectOptions(await screen.findByLabelText("First row"), "An entry like the others");
    expect(screen.queryByLabelText("token")).toBeNull();
    await app.user.selectOptions(screen.getByLabelText("Column 2"), "password");
    await expectAccessible();
    await app.user.click(screen.getByRole("button", { name: "Read the file" }));
    await screen.findByRole("checkbox", { name: "Import AWS deploy" });
    expect(called(app, "import_preview").at(-1)?.request).toMatchObject({
      columns: ["title", "password"],
      first_row: "data",
    });
  });

  test("is still there where they stay as they are", async () => {
    const app = await openImport();
    await openTable(app);
    const asked = called(app, "import_preview").length;
    await app.user.click(await screen.findByRole("button", { name: "Cancel" }));
    expect(await screen.findByRole("checkbox", { name: "Import AWS deploy" })).toBeChecked();
    expect(called(app, "import_preview")).toHaveLength(asked);
    expect(called(app, "import_discard")).toHaveLength(0);
  });
});

describe("the preview", () => {
  test("is not given up for a dropped file before that is said, once something was decided", async () => {
    const app = await openPreview();
    await app.user.click(screen.getByRole("checkbox", { name: "Import AWS deploy" }));
    await screen.findByText("Left out");
    app.backend.emit({ kind: "file_dropped", file_id: "file_7", file_name: "rclone.conf" });
    const dialog = await screen.findByRole("alertdialog");
    expect(dialog).toHaveTextContent("rclone.conf");
    await expectAccessible(dialog);
    await app.user.click(within(dialog).getByRole("button", { name: "Stay here" }));
    await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
    expect(screen.getByRole("checkbox", { name: "Import AWS deploy" })).not.toBeChecked();
    app.backend.emit({ kind: "file_dropped", file_id: "file_7", file_name: "rclone.conf" });
    await app.user.click(await screen.findByRole("button", { name: "Read the file" }));
    expect(await screen.findByRole("heading", { name: "rclone.conf" })).toBeVisible();
    expect(called(app, "import_preview").at(-1)?.request).toEqual({ file_id: "file_7" });
  });

  test("says of each item what it becomes, or why it is skipped", async () => {
    await openPreview();
    const table = screen.getByRole("table");
    expect(within(table).getByText(/and 1 more/)).toBeInTheDocument();
    expect(within(table).getByText(/A credit card holds no credential/)).toBeInTheDocument();
    expect(screen.getByRole("checkbox", { name: "Import AWS deploy" })).toBeChecked();
    expect(screen.queryByRole("checkbox", { name: "Import Company credit card" })).toBeNull();
    await expectAccessible();
  });

  test("opens to all that is said of an item, and takes an answer to its question", async () => {
    const app = await openPreview();
    await app.user.click(screen.getByRole("button", { name: "AWS deploy" }));
    const dialog = await screen.findByRole("dialog", { name: "AWS deploy" });
    expect(within(dialog).getByText("Location acme-media in eu-central-1")).toBeVisible();
    await expectAccessible(dialog);
    await app.user.selectOptions(within(dialog).getByLabelText("Which service is this key of?"), "keep");
    await waitFor(() =>
      expect(called(app, "import_choose").at(-1)?.request).toMatchObject({
        items: ["itm_1"],
        question: "q1",
        choice: "keep",
      }),
    );
  });

  test("keeps what is taken and skipped in Rust, one item or all that are shown", async () => {
    const app = await openPreview();
    await app.user.click(screen.getByRole("checkbox", { name: "Import AWS deploy" }));
    expect(await screen.findByText("Left out")).toBeInTheDocument();
    expect(called(app, "import_choose").at(-1)?.request).toMatchObject({ items: ["itm_1"], take: false });
    await app.user.click(screen.getByRole("button", { name: "All that are shown" }));
    await app.user.click(screen.getByRole("menuitem", { name: "Skip all that are shown" }));
    expect(await screen.findByRole("button", { name: "Nothing selected" })).toBeDisabled();
    expect(called(app, "import_choose").at(-1)?.request).toMatchObject({ show: "all", query: "", take: false });
  });

  test("shows the part that is asked for", async () => {
    const app = await openPreview();
    await app.user.selectOptions(screen.getByLabelText("Show"), "trashed");
    await waitFor(() => expect(screen.queryByRole("checkbox", { name: "Import AWS deploy" })).toBeNull());
    expect(screen.getByRole("checkbox", { name: "Import Thrown away" })).not.toBeChecked();
    await app.user.type(screen.getByRole("searchbox"), "nothing such");
    expect(await screen.findByText("No item matches")).toBeVisible();
    await expectAccessible();
  });

  test("stays with its selection when the import fails, and says that nothing was imported", async () => {
    const app = await openPreview();
    app.backend.fail("import_apply", "limit_reached", "This vault holds at most 100 secrets.");
    await app.user.click(screen.getByRole("button", { name: /^Import \d+ items$/ }));
    expect(await screen.findByRole("alert")).toHaveTextContent("Nothing was imported.");
  });

  for (const [what, command, act] of [
    [
      "the import",
      "import_apply",
      (app: App) => app.user.click(screen.getByRole("button", { name: /^Import \d+ items$/ })),
    ],
    [
      "a choice",
      "import_choose",
      (app: App) => app.user.click(screen.getByRole("checkbox", { name: "Import AWS deploy" })),
    ],
    ["a filter", "import_preview", (app: App) => app.user.selectOptions(screen.getByLabelText("Show"), "trashed")],
  ] as const) {
    test(`begins again with the reason where the file is not held any more when ${what} is asked for`, async () => {
      const app = await openPreview();
      app.backend.fail(command, "not_found", "This file is not held any more. Choose it again.");
      await act(app);
      expect(await screen.findByRole("alert")).toHaveTextContent("This file is not held any more.");
      expect(screen.getByRole("button", { name: "Choose a file…" })).toBeEnabled();
      expect(screen.queryByRole("checkbox", { name: "Import AWS deploy" })).toBeNull();
    });
  }

  test("comes back where the import was cancelled", async () => {
    const app = await openPreview();
    app.backend.answer("import_apply", () => ({ cancelled: true }));
    await app.user.click(screen.getByRole("button", { name: /^Import \d+ items$/ }));
    expect(await screen.findByRole("checkbox", { name: "Import AWS deploy" })).toBeChecked();
  });

  test("does not begin what the vault has no room for", async () => {
    const app = await openImport();
    app.backend.answer("import_preview", () => ({
      format: "1pux",
      format_label: "1Password export (1PUX)",
      other_formats: [],
      columns: [],
      first_row: null,
      items: [ITEM],
      offset: 0,
      matching: 1,
      counts: { ...NO_COUNTS, found: 2, create: 2, items: 1, taken: 1, room: 1 },
    }));
    await app.user.click(screen.getByRole("button", { name: "Choose a file…" }));
    expect(await screen.findByText("The vault has no room for all of it.")).toBeVisible();
    expect(screen.getByRole("button", { name: "Import 1 item" })).toBeDisabled();
  });
});

const REPORT: ImportReport = {
  found: 9,
  imported: 5,
  updated: 1,
  unchanged: 1,
  skipped: 2,
  groups: [
    {
      account: "Acme",
      vault: "Shared",
      folder: "",
      kind: "login",
      found: 9,
      imported: 5,
      updated: 1,
      unchanged: 1,
      skipped: 2,
    },
  ],
  fields: { found: 23, kept: 20, changed: 1, left_out: 2 },
  earlier: 3,
  locations: 0,
  left_out: [{ title: "Company credit card", field: null, reason: "It was not chosen." }],
  left_out_total: 2,
  can_destroy: true,
};

describe("the report", () => {
  async function openReport(report: ImportReport) {
    const app = await openPreview();
    app.backend.answer("import_apply", () => report);
    await app.user.click(screen.getByRole("button", { name: /^Import \d+ items$/ }));
    await screen.findByRole("heading", { name: "Import finished" });
    return app;
  }

  test("accounts for every secret and field that was found", async () => {
    const app = await openReport(REPORT);
    expect(screen.getByText("Every secret and every field is accounted for.")).toBeVisible();
    expect(screen.getByText(/Of 23 fields 20 are kept as they were, 1 in another form, and 2 left out/)).toBeVisible();
    expect(screen.getByRole("cell", { name: "It was not chosen." })).toBeVisible();
    await expectAccessible();
    await app.user.click(screen.getByRole("button", { name: "Show the secrets" }));
    expect(app.navigation.place).toBe("secrets");
  });

  test("says so when the numbers do not add up", async () => {
    await openReport({ ...REPORT, skipped: 0 });
    expect(screen.getByRole("alert")).toHaveTextContent("9 secrets were found, 7 are accounted for");
  });

  test("says so when fields are missing from the report", async () => {
    await openReport({ ...REPORT, fields: { ...REPORT.fields, found: 24 } });
    expect(screen.getByRole("alert")).toHaveTextContent("24 fields were found, 23 are accounted for");
  });

  test("is saved where the person says", async () => {
    const app = await openReport(REPORT);
    await app.user.click(screen.getByRole("button", { name: "Save as JSON…" }));
    expect(await screen.findByText("Saved as import-report.json.")).toBeVisible();
    expect(called(app, "import_report_save")[0]?.request).toMatchObject({ format: "json" });
  });

  test("destroys the file after it was asked, saying what goes with it", async () => {
    const app = await openReport(REPORT);
    await app.user.click(screen.getByRole("button", { name: "Destroy the file…" }));
    const dialog = await screen.findByRole("alertdialog");
    expect(dialog).toHaveTextContent("2 secrets and fields of it are not in the vault");
    await expectAccessible(dialog);
    await app.user.click(within(dialog).getByRole("button", { name: "Destroy it with what was left out" }));
    expect(await screen.findByText(/Its content may still be in copies/)).toBeVisible();
    expect(called(app, "import_file_destroy")[0]?.request).toMatchObject({ accept_left_out: true });
    expect(screen.queryByRole("button", { name: "Destroy the file…" })).toBeNull();
  });

  test("offers no destroying of what was pasted", async () => {
    await openReport({ ...REPORT, can_destroy: false });
    expect(screen.queryByRole("button", { name: "Destroy the file…" })).toBeNull();
  });
});

const BECOMES: ImportBecomes = {
  name: "Datadog",
  renamed_from: null,
  secret_type: "generic",
  auth_method: "opaque_value",
  kind: "password",
  file_name: null,
  env_key: null,
  because: null,
  action: "create",
  fields: [],
  hints: [],
  earlier: 0,
  expires_at: null,
  locations: [],
  same_as: [],
};

const ITEM: ImportItem = {
  item_id: "itm_1",
  title: "Datadog",
  account: "Acme",
  vault: "Shared",
  folder: "Ops",
  kind: "login",
  state: "archived",
  becomes: [BECOMES],
  taken: true,
  with_locations: true,
  action: "create",
  reason: null,
  questions: [],
  notes: ["To the notes: URL"],
};

const NO_COUNTS = {
  found: 0,
  create: 0,
  update: 0,
  unchanged: 0,
  skip: 0,
  items: 0,
  taken: 0,
  archived: 0,
  trashed: 0,
  duplicate: 0,
  renamed: 0,
  question: 0,
  location: 0,
  left_out: 0,
  room: null,
};

describe("the words of a preview", () => {
  test("say what happens as things are chosen", () => {
    expect(happens(ITEM).name).toBe("New");
    expect(happens({ ...ITEM, taken: false, action: "skip" }).name).toBe("Left out");
    expect(happens({ ...ITEM, becomes: [], taken: false, action: "skip" }).name).toBe("Skipped");
    expect(happens({ ...ITEM, becomes: [{ ...BECOMES, action: "unchanged" }], action: "unchanged" }).name).toBe(
      "Stored already",
    );
  });

  test("leave no choice where nothing would change", () => {
    expect(canTake(ITEM)).toBe(true);
    expect(canTake({ ...ITEM, becomes: [] })).toBe(false);
    expect(canTake({ ...ITEM, becomes: [{ ...BECOMES, action: "unchanged" }] })).toBe(false);
  });

  test("tell of the same value, another name, earlier values and the end", () => {
    const becomes = {
      ...BECOMES,
      name: "Datadog (2)",
      renamed_from: "Datadog",
      earlier: 2,
      expires_at: "2027-01-01T00:00:00.000Z",
      same_as: [
        { name: "Old Datadog", secret_id: "sec_1", is_past: true },
        { name: "Copy", secret_id: null, is_past: false },
      ],
    };
    expect(notesOf({ ...ITEM, becomes: [becomes] })).toEqual([
      "“Old Datadog” had the same value",
      "“Copy” in this file has the same value",
      "“Datadog” is taken, so it is named “Datadog (2)”",
      "2 earlier values kept as old versions",
      "Ends 2027-01-01",
      "To the notes: URL",
    ]);
  });

  test("say where an item lies and in what state", () => {
    expect(placeText(ITEM)).toBe("Shared / Ops · archived");
    expect(placeText({ ...ITEM, vault: "", folder: "", state: "trashed" })).toBe("in the trash");
  });
});
