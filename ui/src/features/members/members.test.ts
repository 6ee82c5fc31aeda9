import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "../../testing/axe";
import { MOCK_PASSWORD, MOCK_RECOVERY_CODE } from "../../testing/mock-app";
import { MOCK_INVITATION_CODE } from "../../testing/mock-members";
import type { WorldOptions } from "../../testing/mock-world";
import { renderApp } from "../../testing/render-app";

async function openMembers(options: WorldOptions = {}) {
  const app = await renderApp({ unlocked: true, secrets: 8, ...options });
  await app.user.click(await screen.findByRole("button", { name: /^Members/ }));
  await screen.findByRole("table");
  return app;
}

type App = Awaited<ReturnType<typeof openMembers>>;

async function choose({ user }: App, name: string, act: string) {
  await user.click(screen.getByRole("button", { name: `What can be done with ${name}` }));
  await user.click(screen.getByRole("menuitem", { name: act }));
  return screen.findByRole("dialog");
}

const confirm = async ({ user }: App, dialog: HTMLElement, verb: string, label = "Your master password") => {
  await user.type(within(dialog).getByLabelText(label), MOCK_PASSWORD);
  await user.click(within(dialog).getByRole("button", { name: verb }));
};

const sent = ({ backend }: App, command: string) => backend.calls.find(({ name }) => name === command)?.request;

describe("the members", () => {
  test("are listed with role, state and since when, and what each role can do", async () => {
    await openMembers();
    const row = screen.getByRole("row", { name: /Ben Wouters/ });
    expect(row).toHaveTextContent(/Operator.*Invited; the code ends in \d+ days/);
    expect(screen.getByRole("row", { name: /Mara Lindqvist you Owner Active/ })).toBeVisible();
    expect(screen.getByText("5 members, 1 of them invited")).toBeVisible();
    expect(screen.getByText(/Cannot open a value/)).toBeVisible();
    await expectAccessible();
  });

  test("can be changed by an Owner only; the others may renew their own access", async () => {
    await openMembers({ role: "viewer" });
    expect(screen.queryByRole("button", { name: "Invite…" })).toBeNull();
    expect(screen.getAllByRole("button", { name: /^What can be done with/ })).toHaveLength(1);
  });

  test("say why they cannot be read", async () => {
    const app = await renderApp({ unlocked: true }, (prepared) => prepared.fail("member_list"));
    await app.user.click(await screen.findByRole("button", { name: "Members" }));
    expect(await screen.findByText("The members can’t be read.")).toBeVisible();
  });
});

describe("an invitation", () => {
  test("is made with the password typed again, shows its code once, and leaves nothing of it", async () => {
    const app = await openMembers();
    await app.user.click(screen.getByRole("button", { name: "Invite…" }));
    const dialog = await screen.findByRole("dialog");
    await app.user.type(within(dialog).getByLabelText("Name"), "Ada");
    await app.user.click(within(dialog).getByRole("radio", { name: "Viewer" }));
    await confirm(app, dialog, "Invite");
    expect((await screen.findByTestId("invitation-code")).textContent).toBe(MOCK_INVITATION_CODE);
    expect(sent(app, "member_invite")).toEqual({ name: "Ada", role: "viewer", password: MOCK_PASSWORD });
    expect(document.body.innerHTML).not.toContain(MOCK_PASSWORD);
    await expectAccessible();
    const on = screen.getByRole("button", { name: "Go on" });
    expect(on).toBeDisabled();
    await app.user.click(screen.getByRole("checkbox", { name: /I have passed the code on/ }));
    await app.user.click(on);
    expect(await screen.findByRole("row", { name: /Ada Viewer Invited/ })).toBeVisible();
    expect(document.body.innerHTML).not.toContain(MOCK_INVITATION_CODE);
    expect(sent(app, "invitation_confirm")).toEqual({});
  });

  test("says all that is missing at once and sends nothing", async () => {
    const app = await openMembers();
    await app.user.click(screen.getByRole("button", { name: "Invite…" }));
    const dialog = within(await screen.findByRole("dialog"));
    await app.user.click(dialog.getByRole("button", { name: "Invite" }));
    expect(dialog.getByText("Say who it is; the history shows it.")).toBeVisible();
    expect(dialog.getByText("Type your master password.")).toBeVisible();
    expect(sent(app, "member_invite")).toBeUndefined();
  });

  test("shows what Rust refuses beside its field", async () => {
    const app = await openMembers();
    await app.user.click(screen.getByRole("button", { name: "Invite…" }));
    const dialog = await screen.findByRole("dialog");
    await app.user.type(within(dialog).getByLabelText("Name"), "Jun Okafor");
    await confirm(app, dialog, "Invite");
    await waitFor(() => expect(within(dialog).getByLabelText("Name")).toHaveFocus());
    expect(within(dialog).getByLabelText("Name")).toHaveAccessibleDescription(/There is a member with this name\./);
    await expectAccessible(dialog);
  });

  test("that is shown goes with a lock", async () => {
    const app = await openMembers();
    await app.session.invite({ name: "Ada", role: "viewer", password: MOCK_PASSWORD });
    await screen.findByTestId("invitation-code");
    app.backend.world.unlocked = false;
    app.backend.emit({ kind: "locked", reason: "idle" });
    await waitFor(() => expect(screen.queryByTestId("invitation-code")).toBeNull());
    expect(document.body.innerHTML).not.toContain(MOCK_INVITATION_CODE);
  });
});

describe("an act on a member", () => {
  test("is not sent without the password, nor carried out with a wrong one", async () => {
    const app = await openMembers();
    const dialog = await choose(app, "Jun Okafor", "Remove…");
    await app.user.click(within(dialog).getByRole("button", { name: "Remove" }));
    expect(await within(dialog).findByText("Type your master password.")).toBeVisible();
    expect(sent(app, "member_remove")).toBeUndefined();
    await app.user.type(within(dialog).getByLabelText("Your master password"), "nope{Enter}");
    expect(await within(dialog).findByText("The password is wrong.")).toBeVisible();
    expect(screen.getByRole("row", { name: /Jun Okafor/ })).toBeVisible();
  });

  test("that removes tells how far the new keys are, and offers afterwards what to rotate", async () => {
    const app = await openMembers();
    await confirm(app, await choose(app, "Jun Okafor", "Remove…"), "Remove");
    expect(await screen.findByRole("progressbar", { name: "Making new keys for the vault" })).toBeInTheDocument();
    expect(await screen.findByRole("heading", { name: "Rotate what Jun Okafor could read" })).toBeVisible();
    expect(await leftText()).toMatch(
      /^Jun Okafor lost access just now\. 10 secrets and tokens are as they were then; Jun Okafor used 2\. /,
    );
    expect(screen.getAllByText("was copied or handed to a program")).toHaveLength(2);
    await expectAccessible();
    await waitFor(() => expect(screen.queryByRole("row", { name: /Jun Okafor/ })).toBeNull());
  });

  test("that is an invitation taken back removes nobody who has joined meanwhile", async () => {
    const app = await openMembers();
    const dialog = await choose(app, "Ben Wouters", "Withdraw invitation…");
    const ben = app.backend.world.members.find(({ name }) => name === "Ben Wouters")!;
    Object.assign(ben, { status: "active", joined_at: new Date().toISOString() });
    app.backend.emit({ kind: "changed", what: ["members"] });
    await screen.findByText("5 members");
    expect(dialog).toHaveAccessibleName("Withdraw the invitation of “Ben Wouters”?");
    await confirm(app, dialog, "Withdraw");
    expect(await within(dialog).findByRole("alert")).toHaveTextContent("Ben Wouters has joined meanwhile.");
    expect(app.backend.world.members).toContain(ben);
  });

  test("leaves the focus on the screen when the row is gone that it began at", async () => {
    const app = await openMembers();
    await confirm(app, await choose(app, "Jun Okafor", "Remove…"), "Remove");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(screen.queryByRole("row", { name: /Jun Okafor/ })).toBeNull();
    expect(screen.getByRole("heading", { level: 1, name: "Members" })).toHaveFocus();
  });

  test("keeps the focus in the password while it runs, and says once what it does", async () => {
    const app = await openMembers();
    app.backend.answer("member_remove", () => new Promise(() => {}));
    const dialog = await choose(app, "Jun Okafor", "Remove…");
    await app.user.type(within(dialog).getByLabelText("Your master password"), `${MOCK_PASSWORD}{Enter}`);
    app.backend.emit({ kind: "progress", job: "rekey", stage: "copy", done: 3, total: 24 });
    const field = within(dialog).getByLabelText("Your master password");
    await waitFor(() => expect(field).toHaveAttribute("readonly"));
    expect(field).toHaveFocus();
    const said = within(dialog).getAllByText("Making new keys for the vault");
    expect(said.filter((one) => one.getAttribute("role") === "status")).toHaveLength(1);
    expect(within(dialog).getByText("3 of 24").closest("[aria-live], [role='status']")).toBeNull();
  });

  test("can be stopped before the switch, and says that nothing was changed", async () => {
    const app = await openMembers();
    let stop = () => {};
    app.backend.answer("member_remove", () => new Promise((resolve) => (stop = () => resolve({ cancelled: true }))));
    const dialog = await choose(app, "Jun Okafor", "Remove…");
    await confirm(app, dialog, "Remove");
    app.backend.emit({ kind: "progress", job: "rekey", stage: "copy", done: 3, total: 24 });
    await app.user.click(await within(dialog).findByRole("button", { name: "Stop" }));
    expect(sent(app, "job_cancel")).toEqual({ job: "rekey" });
    stop();
    expect(await within(dialog).findByText(/Nothing was changed/)).toBeVisible();
  });

  test("cannot be stopped in the switch", async () => {
    const app = await openMembers();
    app.backend.answer("member_remove", () => new Promise(() => {}));
    const dialog = await choose(app, "Jun Okafor", "Remove…");
    await confirm(app, dialog, "Remove");
    app.backend.emit({ kind: "progress", job: "rekey", stage: "switch", done: 24, total: 24 });
    expect(await within(dialog).findByRole("button", { name: "Stop" })).toBeDisabled();
  });

  test("is not offered on oneself, so that an Owner always stays", async () => {
    const app = await openMembers();
    await app.user.click(screen.getByRole("button", { name: "What can be done with Mara Lindqvist" }));
    const offered = screen.getAllByRole("menuitem").map((item) => item.textContent.trim());
    expect(offered).toEqual(["Someone may know my password…"]);
    expect(screen.getByText(/Nobody changes their own role/)).toBeVisible();
  });

  test("shows what Rust refuses", async () => {
    const app = await openMembers();
    app.backend.fail("member_remove", "conflict", "Somebody else changed the members meanwhile. Look again.");
    const dialog = await choose(app, "Jun Okafor", "Remove…");
    await confirm(app, dialog, "Remove");
    expect(await within(dialog).findByRole("alert")).toHaveTextContent("Somebody else changed the members meanwhile.");
  });

  test("that changes a role says beforehand what follows", async () => {
    const app = await openMembers();
    const dialog = await choose(app, "Jun Okafor", "Change role…");
    expect(within(dialog).getByRole("button", { name: "Change role" })).toBeDisabled();
    for (const [role, follows] of [
      ["Owner", /where they have the vault open, it locks at once/],
      ["Operator", /Where they have the vault open, it locks/],
    ] as const) {
      await app.user.click(within(dialog).getByRole("radio", { name: role }));
      expect(within(dialog).getByText(follows)).toBeVisible();
    }
    await app.user.click(within(dialog).getByRole("radio", { name: "Viewer" }));
    expect(within(dialog).getByText(/Jun Okafor can open no value any more/)).toBeVisible();
    await confirm(app, dialog, "Change role");
    expect(await screen.findByText("Jun Okafor is a Viewer now. The vault has new keys.")).toBeVisible();
  });
});

async function leftText() {
  const title = await screen.findByRole("heading", { name: /^(Rotate what|What) Jun Okafor could read$/ });
  return title.parentElement!.textContent.slice(title.textContent.length).replace(/\s+/g, " ").trim();
}

describe("what a former member could read", () => {
  async function remove() {
    const app = await openMembers();
    await confirm(app, await choose(app, "Jun Okafor", "Remove…"), "Remove");
    await screen.findByRole("heading", { name: "Rotate what Jun Okafor could read" });
    return app;
  }

  test("is told after the next unlock, too", async () => {
    const app = await remove();
    app.backend.world.unlocked = false;
    app.backend.emit({ kind: "locked", reason: "idle" });
    await app.user.type(await screen.findByLabelText("Master password"), `${MOCK_PASSWORD}{Enter}`);
    await app.user.click(await screen.findByRole("button", { name: /^Members/ }));
    expect(await screen.findByRole("heading", { name: "Rotate what Jun Okafor could read" })).toBeVisible();
  });

  test("is no longer named once it is rotated, and leads to what is left", async () => {
    const app = await remove();
    const [first, second] = app.backend.world.secrets;
    first!.rotated_at = new Date(Date.now() + 60_000).toISOString();
    app.backend.emit({ kind: "changed", what: ["secrets"] });
    await screen.findByText(/9 secrets and tokens are as they were then/);
    expect(screen.queryByRole("button", { name: `Open ${first!.name}` })).toBeNull();
    await app.user.click(screen.getByRole("button", { name: `Open ${second!.name}` }));
    expect(await screen.findByRole("heading", { level: 1 })).toHaveTextContent(second!.name);
  });

  test("names the tokens of connections too, and leads to them", async () => {
    const app = await remove();
    await app.user.click(await screen.findByRole("button", { name: "Show 11" }));
    const connection = app.backend.world.connections[0]!;
    expect(screen.getAllByText("token")).toHaveLength(3);
    await app.user.click(screen.getByRole("button", { name: `Open ${connection.name}` }));
    expect(await screen.findByRole("heading", { name: connection.name })).toBeVisible();
  });

  test("is never called rotated where this vault cannot know it: in another vault, or destroyed here", async () => {
    const app = await remove();
    const { secrets, connections } = app.backend.world;
    const gone = secrets.splice(2, 1)[0]!;
    for (const record of [...secrets, ...connections]) record.rotated_at = new Date(Date.now() + 60_000).toISOString();
    app.backend.emit({ kind: "changed", what: ["secrets", "connections"] });
    expect(await screen.findByRole("heading", { name: "What Jun Okafor could read" })).toBeVisible();
    expect(await leftText()).toMatch(/^2 values are kept in another vault, or went from here unchanged/);
    expect(screen.getByText(/destroyed here$/)).toBeVisible();
    expect(screen.getByText(/value in another vault$/)).toBeVisible();
    expect(screen.queryByRole("button", { name: `Open ${gone.name}` })).toBeNull();
    await app.user.click(screen.getByRole("button", { name: "Hide" }));
    expect(screen.queryByText(/destroyed here$/)).toBeNull();
    await expectAccessible();
  });

  test("is asked for by nobody who could not rotate it", async () => {
    const app = await openMembers({ role: "operator" });
    expect(sent(app, "member_exposed")).toBeUndefined();
  });

  test("that cannot be told is said, and asked for again", async () => {
    const app = await renderApp({ unlocked: true }, (prepared) => prepared.fail("member_exposed"));
    await app.user.click(await screen.findByRole("button", { name: "Members" }));
    expect(await screen.findByText("What former members could read can’t be told.")).toBeVisible();
    app.backend.succeed("member_exposed");
    await app.user.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
  });
});

describe("a password that someone may know", () => {
  test("is renewed with keys of one's own and a new recovery code, which is shown once", async () => {
    const app = await openMembers();
    const dialog = await choose(app, "Mara Lindqvist", "Someone may know my password…");
    await app.user.type(within(dialog).getByLabelText("New password"), "violet kettle orbit sandstone");
    await app.user.type(within(dialog).getByLabelText("New password again"), "violet kettle orbit sandstone");
    await confirm(app, dialog, "Renew", "Current password");
    expect((await screen.findByTestId("recovery-code")).textContent).toBe(MOCK_RECOVERY_CODE);
    await waitFor(() => expect(screen.getByRole("heading", { level: 1 })).toHaveFocus());
    expect(sent(app, "identity_renew")).toEqual({
      current_password: MOCK_PASSWORD,
      new_password: "violet kettle orbit sandstone",
    });
    expect(screen.queryByRole("dialog")).toBeNull();
    await app.user.click(screen.getByRole("checkbox", { name: /I have the code on paper/ }));
    await app.user.click(screen.getByRole("button", { name: "Go on" }));
    expect(await screen.findByText("Your keys are new. The vault has new keys.")).toBeVisible();
    expect(document.body.innerHTML).not.toContain(MOCK_RECOVERY_CODE);
  });

  test("that is stopped before the switch stays as it was, and shows no code", async () => {
    const app = await openMembers();
    app.backend.answer("identity_renew", () => ({ cancelled: true }));
    const dialog = await choose(app, "Mara Lindqvist", "Someone may know my password…");
    await app.user.type(within(dialog).getByLabelText("New password"), "violet kettle orbit sandstone");
    await app.user.type(within(dialog).getByLabelText("New password again"), "violet kettle orbit sandstone");
    await confirm(app, dialog, "Renew", "Current password");
    expect(await within(dialog).findByText(/Nothing was changed/)).toBeVisible();
    expect(app.session.sheet).toBeNull();
  });

  test("can be renewed from the settings too", async () => {
    const app = await openMembers({ role: "viewer" });
    await app.user.click(screen.getByRole("button", { name: "Settings" }));
    await app.user.click(screen.getByRole("button", { name: "Renew…" }));
    const dialog = await screen.findByRole("dialog", { name: "Someone may know your password" });
    expect(within(dialog).getByText(/An Owner is told to make new keys/)).toBeVisible();
    await expectAccessible(dialog);
  });

  test("of another member asks an Owner for new keys", async () => {
    const app = await openMembers();
    app.backend.world.members[1]!.rekey_wanted = true;
    app.backend.emit({ kind: "changed", what: ["members"] });
    await app.user.click(await screen.findByRole("button", { name: "Make new keys…" }));
    await confirm(app, await screen.findByRole("dialog"), "Make new keys");
    await waitFor(() => expect(screen.queryByText("New keys are wanted.")).toBeNull());
  });
});
