import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "../../testing/axe";
import { MOCK_RECOVERY_CODE } from "../../testing/mock-app";
import { MOCK_INVITATION_CODE } from "../../testing/mock-members";
import type { WorldOptions } from "../../testing/mock-world";
import { renderApp } from "../../testing/render-app";

const OWN = "violet kettle orbit sandstone";

async function openForm(options: WorldOptions = {}) {
  const app = await renderApp(options);
  await app.user.click(await screen.findByRole("button", { name: "Use an invitation" }));
  await screen.findByRole("heading", { name: "Join “Acme storage”" });
  return app;
}

type App = Awaited<ReturnType<typeof openForm>>;

async function fill({ user }: App, code: string) {
  await user.type(screen.getByLabelText("Invitation code"), code);
  await user.type(screen.getByLabelText("Master password"), OWN);
  await user.type(screen.getByLabelText("Master password again"), OWN);
  await user.click(screen.getByRole("button", { name: "Join the vault" }));
}

const sent = ({ backend }: App) => backend.calls.filter(({ name }) => name === "vault_join");

describe("joining a vault", () => {
  test("takes the code and a password of one's own, and shows the person's own emergency sheet", async () => {
    const app = await openForm();
    await expectAccessible();
    await fill(app, MOCK_INVITATION_CODE);
    expect((await screen.findByTestId("recovery-code")).textContent).toBe(MOCK_RECOVERY_CODE);
    const { vault_id, folder } = app.backend.world.vaults[0]!;
    expect(sent(app)[0]?.request).toEqual({
      vault_id,
      folder,
      invitation_code: MOCK_INVITATION_CODE,
      member_password: OWN,
    });
    expect(document.body.innerHTML).not.toContain(OWN);
    await app.user.click(screen.getByRole("checkbox", { name: /I have the code on paper/ }));
    await app.user.click(screen.getByRole("button", { name: "Go on" }));
    expect(await screen.findByText("Unlocked · Operator")).toBeVisible();
  });

  test("sends nothing before code and passwords are there", async () => {
    const app = await openForm();
    await app.user.click(screen.getByRole("button", { name: "Join the vault" }));
    await waitFor(() => expect(screen.getByLabelText("Invitation code")).toHaveFocus());
    expect(screen.getByLabelText("Invitation code")).toHaveAccessibleDescription(/Type the code that you were given\./);
    expect(sent(app)).toEqual([]);
    await expectAccessible();
  });

  test("says beside the code that it opens nothing, and keeps what was typed", async () => {
    const app = await openForm();
    await fill(app, "AAAA-BBBB");
    await waitFor(() =>
      expect(screen.getByLabelText("Invitation code")).toHaveAccessibleDescription(/opens no invitation/),
    );
    expect(screen.getByLabelText("Invitation code")).toHaveFocus();
    expect(screen.getByLabelText("Master password")).toHaveValue(OWN);
  });

  test("waits after too many wrong codes", async () => {
    const app = await openForm();
    app.backend.answer("vault_join", () => {
      throw {
        status: 429,
        type: "rate_limited",
        message: "Too many wrong attempts. Try again in 8 s.",
        details: [],
        retry_after_ms: 8000,
      };
    });
    await fill(app, "AAAA-BBBB");
    expect(await screen.findByText("Too many wrong attempts.")).toBeVisible();
    expect(screen.getByRole("button", { name: "Join the vault" })).toBeDisabled();
  });

  test("that is given up leaves nothing of what was typed", async () => {
    const app = await openForm();
    await app.user.type(screen.getByLabelText("Invitation code"), "AAAA-BBBB");
    await app.user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(await screen.findByLabelText("Master password")).toHaveValue("");
    expect(document.body.innerHTML).not.toContain("AAAA-BBBB");
  });

  test("begins with the vault's folder on a computer that knows no vault", async () => {
    const { user, backend } = await renderApp({ vaults: 0 }, (prepared) =>
      prepared.answer("vault_add", () => {
        const vault = { vault_id: "vlt_07", name: "Acme storage" };
        prepared.world.vaults.push({ ...vault, folder: "/media/acme", state: "ok", message: "", last_opened_at: null });
        return { vault, folder: "/media/acme" };
      }),
    );
    await user.click(await screen.findByRole("button", { name: "Join…" }));
    expect(await screen.findByRole("heading", { name: "Join “Acme storage”" })).toBeVisible();
    expect(backend.calls.some(({ name }) => name === "vault_add")).toBe(true);
  });

  test("chooses the folder that was just chosen, also where the list has the same vault in another", async () => {
    const { user } = await renderApp({ vaults: 1 }, (prepared) =>
      prepared.answer("vault_add", () => {
        const [known] = prepared.world.vaults;
        const copy = { ...known!, folder: "/media/usb/acme", last_opened_at: null };
        prepared.world.vaults.push(copy);
        return { vault: { vault_id: copy.vault_id, name: copy.name }, folder: copy.folder };
      }),
    );
    await user.click(await screen.findByRole("button", { name: "Open a folder…" }));
    await waitFor(() => {
      const chosen = screen.getAllByRole("button").find((button) => button.getAttribute("aria-current") === "true");
      expect(chosen).toHaveAttribute("data-vault", "/media/usb/acme");
    });
  });
});
