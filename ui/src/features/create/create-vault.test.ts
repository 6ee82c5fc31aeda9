import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "../../testing/axe";
import { MOCK_RECOVERY_CODE } from "../../testing/mock-app";
import { renderApp } from "../../testing/render-app";

const GOOD = "violet kettle orbit sandstone";

type App = Awaited<ReturnType<typeof renderApp>>;

async function openForm(): Promise<App> {
  const app = await renderApp({ vaults: 0 });
  await app.user.click(await screen.findByRole("button", { name: "New vault" }));
  return app;
}

async function fill({ user }: App, password = GOOD, repeated = password): Promise<void> {
  await user.type(screen.getByLabelText("Name of the vault"), "Archive");
  await user.type(screen.getByLabelText("Your name"), "Mara");
  await user.type(screen.getByLabelText("Master password"), password);
  await user.type(screen.getByLabelText("Master password again"), repeated);
}

const submit = ({ user }: App) => user.click(screen.getByRole("button", { name: "Create vault" }));
const sent = ({ backend }: App) => backend.calls.filter((call) => call.name === "vault_create");

describe("a new vault", () => {
  test("is not made while something is left empty, and the first such field has the focus", async () => {
    const app = await openForm();
    await submit(app);
    expect(screen.getByText("Give the vault a name.")).toBeVisible();
    expect(screen.getByText("Choose a master password.")).toBeVisible();
    expect(screen.getByLabelText("Name of the vault")).toHaveFocus();
    expect(sent(app)).toEqual([]);
    await expectAccessible();
  });

  test("is not made under two passwords that differ", async () => {
    const app = await openForm();
    await fill(app, GOOD, `${GOOD} `);
    await submit(app);
    expect(screen.getByText("The two passwords differ.")).toBeVisible();
    expect(sent(app)).toEqual([]);
  });

  test("is not made under a password that is easy to guess, and the reason is said while typing", async () => {
    const app = await openForm();
    await fill(app, "archive");
    expect(await screen.findByText(/Too easy to guess/)).toBeVisible();
    await submit(app);
    expect(screen.getByText("This password is too easy to guess.")).toBeVisible();
    expect(sent(app)).toEqual([]);
  });

  test("judges the password against the names that were typed", async () => {
    const app = await openForm();
    await fill(app);
    await waitFor(() =>
      expect(app.backend.calls.filter((call) => call.name === "password_strength").at(-1)?.request).toEqual({
        password: GOOD,
        words: ["Archive", "Mara"],
      }),
    );
  });

  test("shows what Rust refuses beside its field", async () => {
    const app = await openForm();
    await fill(app);
    app.backend.answer("vault_create", () => {
      const details = [{ loc: ["name"], message: "A name has at most 255 characters.", type: "too_long" }];
      throw { status: 422, type: "validation_error", message: "One field needs your attention.", details };
    });
    await submit(app);
    const name = screen.getByLabelText("Name of the vault");
    await waitFor(() => expect(name).toHaveFocus());
    expect(name).toHaveAccessibleDescription(/A name has at most 255 characters\./);
    expect(screen.getByLabelText("Master password")).toHaveValue(GOOD);
  });

  test("shows its recovery code once, and goes on only after it is confirmed as saved", async () => {
    const app = await openForm();
    await fill(app);
    await submit(app);
    const code = await screen.findByTestId("recovery-code");
    expect(code.textContent).toBe(MOCK_RECOVERY_CODE);
    expect(document.body.innerHTML).not.toContain(GOOD);
    await expectAccessible();

    const on = screen.getByRole("button", { name: "Go on" });
    expect(on).toBeDisabled();
    await app.user.click(screen.getByRole("button", { name: "Save as a file…" }));
    expect(await screen.findByText("Saved as acme-storage-emergency-sheet.txt.")).toBeVisible();
    expect(on).toBeDisabled();

    await app.user.click(screen.getByRole("checkbox", { name: "I have the code on paper or in a file" }));
    await app.user.click(on);
    await waitFor(() => expect(app.session.sheet).toBeNull());
    expect(app.backend.calls.some((call) => call.name === "recovery_confirm")).toBe(true);
    expect(document.body.innerHTML).not.toContain(MOCK_RECOVERY_CODE.split("-")[1]);
  });

  test("prints its sheet through Rust", async () => {
    const app = await openForm();
    await fill(app);
    await submit(app);
    await app.user.click(await screen.findByRole("button", { name: "Print…" }));
    expect(app.backend.calls.some((call) => call.name === "recovery_sheet_print")).toBe(true);
  });

  test("keeps the sheet open when saving fails, and says why", async () => {
    const app = await openForm();
    await fill(app);
    await submit(app);
    app.backend.fail("recovery_sheet_save", "internal_error", "The file could not be written: the disk is full.");
    await app.user.click(await screen.findByRole("button", { name: "Save as a file…" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("the disk is full");
    expect(screen.getByTestId("recovery-code")).toBeVisible();
  });
});
