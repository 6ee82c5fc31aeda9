import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "../../testing/axe";
import { MOCK_PASSWORD } from "../../testing/mock-app";
import type { WorldOptions } from "../../testing/mock-world";
import { renderApp } from "../../testing/render-app";

async function openDialog(options: WorldOptions = {}) {
  const app = await renderApp({ unlocked: true, secrets: 8, ...options });
  await app.user.click(await screen.findByRole("button", { name: "Settings" }));
  await app.user.click(await screen.findByRole("button", { name: "Make new keys…" }));
  return { ...app, dialog: within(await screen.findByRole("dialog", { name: "Make new keys for this vault" })) };
}

type App = Awaited<ReturnType<typeof openDialog>>;

async function confirm({ user, dialog }: App, password = MOCK_PASSWORD) {
  await user.type(dialog.getByLabelText("Your master password"), password);
  await user.click(dialog.getByRole("button", { name: "Make new keys" }));
}

const sent = ({ backend }: App, command: string) => backend.calls.find(({ name }) => name === command)?.request;

describe("new keys for the vault", () => {
  test("are made with the password typed again, tell how far they are, and leave nothing of it", async () => {
    const app = await openDialog();
    await expectAccessible();
    await confirm(app);
    expect(await screen.findByRole("progressbar", { name: "Making new keys for the vault" })).toBeInTheDocument();
    expect(await screen.findByText("The vault has new keys.")).toBeVisible();
    expect(sent(app, "vault_rekey")).toEqual({ password: MOCK_PASSWORD });
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(document.body.innerHTML).not.toContain(MOCK_PASSWORD);
  });

  test("tell of values that did not open before", async () => {
    const app = await openDialog();
    const done = {
      member_name: "Mara",
      changed: [],
      member: null,
      rekeyed: true,
      unopened: 2,
      exposed: [],
      exposed_total: 0,
    };
    app.backend.answer("vault_rekey", () => done);
    await confirm(app);
    expect(await screen.findByText(/2 values that did not open before do not open now either/)).toBeVisible();
  });

  test("are not asked for without the password, nor made with a wrong one", async () => {
    const app = await openDialog();
    await app.user.click(app.dialog.getByRole("button", { name: "Make new keys" }));
    expect(app.dialog.getByText("Type your master password.")).toBeVisible();
    expect(sent(app, "vault_rekey")).toBeUndefined();
    await confirm(app, "nope");
    expect(await app.dialog.findByText("The password is wrong.")).toBeVisible();
  });

  test("can be given up before the switch, which changes nothing", async () => {
    const app = await openDialog();
    let stop = () => {};
    app.backend.answer("vault_rekey", () => new Promise((resolve) => (stop = () => resolve({ cancelled: true }))));
    await confirm(app);
    app.backend.emit({ kind: "progress", job: "rekey", stage: "copy", done: 3, total: 24 });
    await app.user.click(await app.dialog.findByRole("button", { name: "Stop" }));
    expect(sent(app, "job_cancel")).toEqual({ job: "rekey" });
    stop();
    expect(await app.dialog.findByText(/Nothing was changed; the vault keeps its keys\./)).toBeVisible();
  });

  test("cannot be given up in the switch", async () => {
    const app = await openDialog();
    app.backend.answer("vault_rekey", () => new Promise(() => {}));
    await confirm(app);
    app.backend.emit({ kind: "progress", job: "rekey", stage: "switch", done: 24, total: 24 });
    expect(await app.dialog.findByRole("button", { name: "Stop" })).toBeDisabled();
  });

  test("that a lock interrupts leave no dialog and no password", async () => {
    const app = await openDialog();
    await app.user.type(app.dialog.getByLabelText("Your master password"), MOCK_PASSWORD);
    app.backend.world.unlocked = false;
    app.backend.emit({ kind: "locked", reason: "idle" });
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect([...document.querySelectorAll("input")].map((input) => input.value).join("")).toBe("");
  });

  test("are an Owner's affair", async () => {
    const { user } = await renderApp({ unlocked: true, role: "admin" });
    await user.click(await screen.findByRole("button", { name: "Settings" }));
    await screen.findByText(/Only an Owner can change it\./);
    expect(screen.queryByRole("button", { name: "Make new keys…" })).toBeNull();
  });
});
