import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import type { AuditLine } from "../../ipc";
import { expectAccessible } from "../../testing/axe";
import { MockBackend } from "../../testing/mock-backend";
import type { WorldOptions } from "../../testing/mock-world";
import { renderApp } from "../../testing/render-app";
import { AuditLog } from "./auditLog.svelte";
import { actionLabel, sentenceText, tone } from "./sentences";

async function openAudit(options: WorldOptions = {}) {
  const app = await renderApp({ unlocked: true, secrets: 6, entries: 30, ...options });
  await app.user.click(await screen.findByRole("button", { name: "Audit" }));
  return app;
}

const asked = (backend: MockBackend) =>
  backend.calls.filter(({ name }) => name === "audit_list").map(({ request }) => request);

const BAD = { position: 7, time: "2026-11-14T09:12:44.000Z", actor: "Jun Okafor", action: "secret_rotated" };

describe("the audit log", () => {
  test("shows its entries as sentences, newest first, and their number", async () => {
    await openAudit();
    expect(await screen.findByText("30 entries")).toBeVisible();
    const list = await screen.findByRole("listbox", { name: "Entries of the audit log" });
    const first = within(list).getAllByRole("option")[0];
    expect(first).toHaveAttribute("aria-setsize", "30");
    expect(first).toHaveTextContent("Mara Lindqvist rotated “AWS production backups” · quarterly");
    await expectAccessible();
  });

  test("is walked and read with the keyboard alone", async () => {
    const { user } = await openAudit();
    const list = await screen.findByRole("listbox", { name: "Entries of the audit log" });
    list.focus();
    await user.keyboard("{ArrowDown}{ArrowDown}{Enter}");
    expect(list).toHaveAttribute("aria-activedescendant", "audit-row-1");
    const pane = await screen.findByRole("region", { name: "Entry" });
    await waitFor(() => expect(within(pane).getByRole("heading", { level: 2 })).toHaveFocus());
    await user.click(within(pane).getByRole("button", { name: "Close the entry" }));
    expect(list).toHaveFocus();
  });

  test("asks Rust for what the filters say, and for all again", async () => {
    const { user, backend } = await openAudit();
    await user.selectOptions(await screen.findByLabelText("What"), "vault_created");
    await user.selectOptions(screen.getByLabelText("Who"), "mem_02");
    expect(asked(backend).at(-1)).toEqual({ action: "vault_created", actor: "mem_02", offset: 0, limit: 50 });
    expect(await screen.findByText("Nothing matches these filters")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Show all entries" }));
    expect(await screen.findByText("30 entries")).toBeVisible();
  });

  test("can be asked for somebody who is no member any more", async () => {
    const { user, backend } = await openAudit();
    await screen.findByRole("option", { name: "Tomas Rehn" });
    await user.selectOptions(screen.getByLabelText("Who"), "Tomas Rehn");
    expect(asked(backend).at(-1)).toEqual({ actor: "mem_00", offset: 0, limit: 50 });
  });

  test("shows only what agrees with an entry that is open", async () => {
    const { user, backend } = await openAudit();
    const list = await screen.findByRole("listbox", { name: "Entries of the audit log" });
    list.focus();
    await user.keyboard("{Home}{Enter}");
    const entry = backend.world.entries[0]!;
    await user.click(await screen.findByRole("button", { name: "Only by this person" }));
    expect(asked(backend).at(-1)).toEqual({ actor: entry.actor_id, offset: 0, limit: 50 });
  });

  test("keeps the entry that is being read, and its row, when others come meanwhile", async () => {
    const { user, backend } = await openAudit();
    const list = await screen.findByRole("listbox", { name: "Entries of the audit log" });
    await user.click(within(list).getAllByRole("option")[0]!);
    const title = await screen.findByRole("heading", { level: 2 });
    const said = title.textContent;
    const { entries } = backend.world;
    entries.unshift({ ...entries[0]!, position: 31, sequence: 16, action: "member_removed" });
    backend.emit({ kind: "changed", what: ["audit"] });
    await screen.findByText("31 entries");
    expect(screen.getByRole("heading", { level: 2 })).toHaveTextContent(said);
    expect(list).toHaveAttribute("aria-activedescendant", "audit-row-1");
    expect(within(list).getByRole("option", { selected: true })).toHaveAttribute("aria-posinset", "2");
  });

  test("can be asked for every act and every kind of record that Rust knows", async () => {
    await openAudit();
    const labels = async (name: string) =>
      within(await screen.findByLabelText(name))
        .getAllByRole("option")
        .map((option) => option.textContent.trim());
    const acts = await labels("What");
    for (const act of [
      "Removed",
      "Changed the role",
      "Made new keys for the vault",
      "Deleted the location",
      "Exported the audit log",
    ]) {
      expect(acts).toContain(act);
    }
    expect(new Set(acts).size).toBe(acts.length);
    expect(await labels("Of what")).toContain("Members");
  });

  test("says why it cannot be read, and is read again", async () => {
    const app = await renderApp({ unlocked: true }, (prepared) => prepared.fail("audit_list"));
    await app.user.click(await screen.findByRole("button", { name: "Audit" }));
    expect(await screen.findByText("The log can’t be read")).toBeVisible();
    app.backend.succeed("audit_list");
    await app.user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("60 entries")).toBeVisible();
  });
});

describe("verification", () => {
  test("tells how far it is and that the log is whole", async () => {
    const { user, backend } = await openAudit();
    let end = () => {};
    const whole = { ok: true, checked: 30, first_bad: null, problems: [] };
    backend.answer("audit_verify", () => new Promise((resolve) => (end = () => resolve(whole))));
    await user.click(screen.getByRole("button", { name: "Verify" }));
    backend.emit({ kind: "progress", job: "audit_verify", stage: "read", done: 12, total: 30 });
    expect(await screen.findByText("12 of 30")).toBeVisible();
    end();
    expect(await screen.findByText("The log is whole.")).toBeVisible();
  });

  test("names the first bad entry and shows it", async () => {
    const { user, backend } = await openAudit();
    backend.answer("audit_verify", () => ({
      ok: false,
      checked: 7,
      first_bad: { ...BAD, why: "Its signature is wrong." },
      problems: [{ kind: "record", message: "The secret “B2” is not as its newest entry says." }],
    }));
    await user.click(screen.getByRole("button", { name: "Verify" }));
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("Entry 7 cannot be trusted. Its signature is wrong.");
    expect(alert).toHaveTextContent("The secret “B2” is not as its newest entry says.");
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Show the entry" }));
    expect(await screen.findByText(/^7 in the log/)).toBeVisible();
  });

  test("says why the entry that it names could not be shown", async () => {
    const app = await openAudit();
    app.backend.answer("audit_verify", () => ({
      ok: false,
      checked: 7,
      first_bad: { ...BAD, why: "Its signature is wrong." },
      problems: [],
    }));
    await app.user.click(screen.getByRole("button", { name: "Verify" }));
    const show = await screen.findByRole("button", { name: "Show the entry" });
    app.backend.fail("audit_list");
    await app.user.click(show);
    await waitFor(() => expect(app.announcer.last?.text).toMatch(/^Entry 7 could not be read\. The vault file/));
  });

  test("can be stopped, and says that it came to no verdict", async () => {
    const { user, backend } = await openAudit();
    let stop = () => {};
    backend.answer("audit_verify", () => new Promise((resolve) => (stop = () => resolve({ cancelled: true }))));
    await user.click(screen.getByRole("button", { name: "Verify" }));
    await user.click(await screen.findByRole("button", { name: "Stop" }));
    expect(backend.calls.at(-1)).toEqual({ name: "job_cancel", request: { job: "audit_verify" } });
    stop();
    expect(await screen.findByText("The log was not verified to its end.")).toBeVisible();
    expect(screen.queryByText("The log is whole.")).toBeNull();
  });
});

describe("the export", () => {
  test("takes what the filters show, in the format that was chosen", async () => {
    const { user, backend } = await openAudit();
    await user.selectOptions(await screen.findByLabelText("What"), "secret_rotated");
    await screen.findByText(/entries match/);
    await user.click(screen.getByRole("button", { name: "Export…" }));
    await user.click(screen.getByRole("radio", { name: "JSON Lines" }));
    await user.click(screen.getByRole("button", { name: "Save as…" }));
    expect(await screen.findByText(/entries in acme-storage-audit.jsonl/)).toBeVisible();
    expect(backend.calls.find(({ name }) => name === "audit_export")?.request).toEqual({
      format: "json_lines",
      filters: { action: "secret_rotated" },
    });
  });

  test("takes everything where the person says so", async () => {
    const { user, backend } = await openAudit();
    await user.selectOptions(await screen.findByLabelText("What"), "secret_rotated");
    await screen.findByText(/entries match/);
    await user.click(screen.getByRole("button", { name: "Export…" }));
    await user.click(screen.getByRole("checkbox", { name: "Only what the filters show" }));
    await user.click(screen.getByRole("button", { name: "Save as…" }));
    await screen.findByText(/acme-storage-audit.csv/);
    expect(backend.calls.find(({ name }) => name === "audit_export")?.request).toEqual({ format: "csv" });
  });
});

describe("an export that ends early", () => {
  async function begin() {
    const app = await openAudit();
    let end = () => {};
    app.backend.answer("audit_export", () => new Promise((resolve) => (end = () => resolve({ cancelled: true }))));
    await app.user.click(screen.getByRole("button", { name: "Export…" }));
    await app.user.click(screen.getByRole("button", { name: "Save as…" }));
    return { ...app, end: () => end() };
  }

  test("says so where it was stopped while it wrote", async () => {
    const { backend, user, end } = await begin();
    backend.emit({ kind: "progress", job: "audit_export", stage: "write", done: 12, total: 30 });
    await user.click(await screen.findByRole("button", { name: "Stop" }));
    end();
    expect(await screen.findByText("Nothing was exported.")).toBeVisible();
  });

  test("says nothing where the person closed the chooser themselves", async () => {
    const { end } = await begin();
    end();
    await screen.findByRole("button", { name: "Cancel" });
    expect(screen.queryByText("Nothing was exported.")).toBeNull();
  });
});

describe("the log of 100,000 entries", () => {
  test("is fetched where it is looked at", async () => {
    const backend = new MockBackend({ unlocked: true, entries: 100_000 }).install();
    const log = new AuditLog();
    await log.refresh();
    expect(log.rows.total).toBe(100_000);
    log.view(60_000, 60_020);
    await waitFor(() => expect(log.rows.row(60_010)?.position).toBe(40_000 - 10));
    expect(asked(backend)).toEqual([
      { offset: 0, limit: 50 },
      { offset: 60_000, limit: 50 },
    ]);
  });
});

describe("an entry's sentence", () => {
  const ENTRY: AuditLine = {
    position: 1,
    sequence: 1,
    device: "dev_1",
    time: "2026-11-14T09:12:44.000Z",
    actor: "Ada",
    actor_id: "mem_1",
    action: "secret_rotated",
    resource_type: "secret",
    resource_id: "sec_1",
    resource_name: "Billing backups",
    changed: [],
    reason: null,
    result: "done",
    fault: null,
  };

  test.each([
    [{}, "Ada rotated “Billing backups”"],
    [{ action: "secret_trashed" }, "Ada moved “Billing backups” to the trash"],
    [{ action: "vault_unlocked", resource_name: null }, "Ada unlocked the vault"],
    [{ action: "access_refused", changed: ["secret_update"] }, "Ada was refused: secret update"],
    [{ action: "of_a_later_version" }, "Ada of a later version"],
    [{ action: "value_sent" }, "Ada tried “Billing backups” at its provider"],
    [{ action: "value_sent", resource_type: "connection" }, "Ada asked 1Password with the token of “Billing backups”"],
    [{ actor: "" }, "Someone unknown rotated “Billing backups”"],
  ])("reads as a person would say it: %o", (change, said) => {
    expect(sentenceText({ ...ENTRY, ...change })).toBe(said);
  });

  test("has a short name for the filter", () => {
    expect(actionLabel("secret_rotated")).toBe("Rotated");
    expect(actionLabel("value_copied")).toBe("Copied a value");
    expect(actionLabel("domains_widened")).toBe("Opened to more hosts");
  });

  test("that is faulty is marked so whatever its result says", () => {
    expect(tone({ ...ENTRY, fault: "Its hash is wrong." })).toBe("bad");
    expect(tone({ ...ENTRY, result: "refused" })).toBe("warn");
    expect(tone(ENTRY)).toBe("ok");
  });
});
