import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "../../testing/axe";
import { refusal, type WorldOptions } from "../../testing/mock-world";
import { renderApp } from "../../testing/render-app";

const TOKEN = "canary-token-that-is-typed";

type App = Awaited<ReturnType<typeof renderApp>>;

async function openConnections(options: WorldOptions = {}): Promise<App> {
  const app = await renderApp({ unlocked: true, secrets: 24, ...options });
  await app.user.click(await screen.findByRole("button", { name: /^Connections/ }));
  return app;
}

/** The first of them is behind 1Password and used, the second behind Doppler, the third behind Infisical and not used. */
async function openAt(index: number, options: WorldOptions = {}, prepare: (app: App) => void = () => {}) {
  const app = await openConnections(options);
  prepare(app);
  const connection = app.backend.world.connections[index]!;
  await app.user.click(await screen.findByRole("option", { name: new RegExp(connection.name) }));
  await screen.findByRole("heading", { level: 1, name: connection.name });
  return { ...app, connection };
}

const sent = ({ backend }: App, name: string) =>
  backend.calls.filter((one) => one.name === name).map(({ request }) => request);

async function begin(type: RegExp) {
  const app = await openConnections();
  await app.user.click(await screen.findByRole("button", { name: "New connection" }));
  await app.user.click(await screen.findByRole("radio", { name: type }));
  return app;
}

async function askToDelete({ user }: App) {
  await user.click(screen.getByRole("button", { name: "More" }));
  await user.click(await screen.findByRole("menuitem", { name: /^Delete/ }));
  await user.click(await screen.findByRole("button", { name: "Delete" }));
}

describe("a connection", () => {
  test("shows where it leads, its token as a mask, and which secrets have their values behind it", async () => {
    const { backend, connection, user } = await openAt(0);
    expect(screen.getByText("ops_eyJ••••9fQ")).toBeVisible();
    const users = backend.world.secrets.filter((one) => one.vault_connection_id === connection.id);
    const list = await screen.findByRole("list", { name: "Secrets that use it" });
    expect(within(list).getAllByRole("listitem")).toHaveLength(users.length);
    await expectAccessible();
    await user.click(within(list).getByRole("button", { name: users[0]!.name }));
    expect(await screen.findByRole("heading", { level: 1, name: users[0]!.name })).toBeVisible();
  });

  test("that is new sends the fields of the method that was chosen, and what was typed is gone", async () => {
    const app = await begin(/^1Password/);
    await app.user.click(screen.getByRole("radio", { name: "Connect server" }));
    await app.user.type(screen.getByLabelText("Name"), "Connect at home");
    await app.user.type(screen.getByRole("textbox", { name: "Connect server" }), "https://connect.example.com");
    await app.user.type(screen.getByLabelText("Connect token"), TOKEN);
    await expectAccessible(screen.getByRole("dialog"));
    await app.user.click(screen.getByRole("button", { name: "Save connection" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Connect at home" })).toBeVisible();
    expect(sent(app, "connection_create")).toEqual([
      {
        name: "Connect at home",
        description: "",
        connection_type: "onepassword",
        method: "onepassword_connect",
        credentials: { connect_url: "https://connect.example.com", connect_token: TOKEN },
      },
    ]);
    expect(document.body.innerHTML).not.toContain(TOKEN);
  });

  test("is chosen by arrow keys, past a type that is not meant", async () => {
    const app = await begin(/^1Password/);
    const choices = () => screen.getAllByRole<HTMLInputElement>("radio", { name: /^(1Password|Doppler|Infisical)/ });
    expect(choices()[0]).toHaveFocus();
    await app.user.type(screen.getByLabelText("Name"), "x");
    choices()[0]!.focus();
    await app.user.keyboard("{ArrowDown}{ArrowDown}");
    expect(choices()[2]).toHaveFocus();
    expect(choices()[2]).toBeChecked();
    expect(screen.getByLabelText("Name")).toHaveValue("x");
  });

  test("that is new can be made once the types are read, which failed at first", async () => {
    const app = await renderApp({ unlocked: true, secrets: 24 }, (prepared) => prepared.fail("catalogue_get"));
    await app.user.click(await screen.findByRole("button", { name: /^Connections/ }));
    await app.user.click(await screen.findByRole("button", { name: "New connection" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(await dialog.findByText("The types can’t be read.")).toBeVisible();
    app.backend.succeed("catalogue_get");
    await app.user.click(dialog.getByRole("button", { name: "Try again" }));
    expect(await dialog.findByRole("radio", { name: /^Doppler/ })).toBeVisible();
    expect(dialog.queryByRole("alert")).toBeNull();
  });

  test("leaves a field out that has a value of its own", async () => {
    const app = await begin(/^Infisical/);
    for (const label of ["Name", "Project ID", "Environment", "Client ID", "Client secret"]) {
      await app.user.type(screen.getByLabelText(label), "x");
    }
    await app.user.click(screen.getByRole("button", { name: "Save connection" }));
    await screen.findByRole("heading", { level: 1, name: "x" });
    expect(sent(app, "connection_create")[0]).toMatchObject({
      credentials: { project_id: "x", environment: "x", client_id: "x", client_secret: "x" },
    });
  });

  test("names the field of a remark that does not name it itself", async () => {
    const app = await begin(/^Doppler/);
    app.backend.answer("connection_create", () => ({
      connection_name: "x",
      created: true,
      updated: null,
      deleted: null,
      changed: [],
      hints: [
        { loc: ["credentials", "config"], message: "This is usually in lower case.", type: "unusual_shape" },
        { loc: ["credentials", "service_token"], message: "Service token usually begins with dp.st.", type: "prefix" },
      ],
      connection: app.backend.world.connections[1]!,
    }));
    await app.user.click(screen.getByRole("button", { name: "Save connection" }));
    expect(await screen.findByText("Config: This is usually in lower case.")).toBeVisible();
    expect(screen.getByText("Service token usually begins with dp.st.")).toBeVisible();
    await app.user.click(screen.getByRole("button", { name: "Close" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  test("says how many of its secrets are in the trash", async () => {
    await openAt(0, {}, (app) => {
      const id = app.backend.world.connections[0]!.id;
      const users = app.backend.world.secrets.filter((one) => one.vault_connection_id === id);
      users[0]!.trashed_at = new Date().toISOString();
    });
    expect(await screen.findByText(/1 secret in the trash\.$/)).toBeVisible();
  });

  test("forgets the token when another way of signing in is chosen, and asks before it is given up", async () => {
    const { user } = await begin(/^1Password/);
    await user.type(screen.getByLabelText("Service account token"), TOKEN);
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(await screen.findByText(/Closing forgets what you typed/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Keep editing" }));
    await user.click(screen.getByRole("radio", { name: "Connect server" }));
    await user.click(screen.getByRole("radio", { name: "Service account" }));
    expect(screen.getByLabelText("Service account token")).toHaveValue("");
  });

  test("shows every refused field beside it, and at the top what belongs to none", async () => {
    const app = await begin(/^Doppler/);
    app.backend.answer("connection_create", () => {
      throw refusal(422, "validation_error", "Some fields need your attention.", [
        { loc: ["name"], message: "Give it a name.", type: "missing" },
        { loc: ["credentials", "project"], message: "Project is missing.", type: "missing" },
        { loc: ["credentials", "service_token"], message: "The token ends in a newline.", type: "trailing_newline" },
        { loc: ["description"], message: "The description is too long.", type: "too_long" },
        { loc: ["credentials", "host"], message: "There is no such field.", type: "unknown_field" },
        { loc: ["method"], message: "This way is not known.", type: "unknown_value" },
      ]);
    });
    await app.user.click(screen.getByRole("button", { name: "Save connection" }));
    const beside: [string, string][] = [
      ["Name", "Give it a name."],
      ["Project", "Project is missing."],
      ["Service token", "The token ends in a newline."],
      ["Description optional", "The description is too long."],
    ];
    for (const [label, message] of beside) {
      expect(await screen.findByLabelText(label)).toHaveAccessibleDescription(expect.stringContaining(message));
    }
    expect(screen.getByText("There is no such field.")).toBeVisible();
    expect(screen.getByText("This way is not known.")).toBeVisible();
    expect(screen.getByLabelText("Name")).toHaveFocus();
  });

  test("refused for the tier says how many there may be", async () => {
    const app = await begin(/^Doppler/);
    app.backend.answer("connection_create", () => {
      throw refusal(403, "limit_reached", "This vault's tier has room for 1 connection.", [], { limit: 1, current: 1 });
    });
    await app.user.click(screen.getByRole("button", { name: "Save connection" }));
    expect(await screen.findByText("This vault's tier has room for 1 connection.")).toBeVisible();
  });
});

describe("an edited connection", () => {
  test("that is as it was is not changed, and the person is told", async () => {
    const app = await openAt(2);
    await app.user.keyboard("e");
    await app.user.click(await screen.findByRole("button", { name: "Save changes" }));
    expect(await screen.findByText("Nothing to save.")).toBeVisible();
    expect(sent(app, "connection_update")).toEqual([{ id: app.connection.id, expected_revision: 1 }]);
  });

  test("shows both sides when it moved on, and saves on top of the newer one", async () => {
    const app = await openAt(2);
    const live = app.backend.world.connection(app.connection.id);
    await app.user.keyboard("e");
    await app.user.type(await screen.findByLabelText("Name"), " (mine)");
    Object.assign(live, { description: "theirs", revision: 5 });
    await app.user.click(screen.getByRole("button", { name: "Save changes" }));
    expect(await screen.findByText("Which shall stand?")).toBeVisible();
    await app.user.click(screen.getByRole("button", { name: "Save as chosen" }));
    await waitFor(() => expect(live).toMatchObject({ name: "Infisical: edge (mine)", description: "theirs" }));
    expect(sent(app, "connection_update").at(-1)).toEqual({
      id: live.id,
      expected_revision: 5,
      name: "Infisical: edge (mine)",
    });
  });
});

describe("the token of a connection", () => {
  test("is rotated with the fields that come with it, where what names it is filled in", async () => {
    const app = await openAt(2);
    await app.user.keyboard("r");
    expect(await screen.findByLabelText("Client ID")).not.toHaveValue("");
    expect(screen.queryByLabelText("Project ID")).toBeNull();
    await app.user.type(screen.getByLabelText("Client secret"), TOKEN);
    await app.user.click(screen.getByRole("button", { name: "Rotate token" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(sent(app, "connection_rotate_token")).toEqual([
      {
        id: app.connection.id,
        credentials: {
          client_id: app.connection.fields.find((one) => one.name === "client_id")!.text,
          client_secret: TOKEN,
        },
        expected_revision: 1,
        reason: null,
      },
    ]);
    expect(await screen.findByText("ops_eyJ••••w3k")).toBeVisible();
    expect(document.body.innerHTML).not.toContain(TOKEN);
  });

  test("that is the one stored is said to be, and cleared", async () => {
    const app = await openAt(0);
    app.backend.answer("connection_rotate_token", () => ({
      connection_name: app.connection.name,
      created: null,
      updated: null,
      deleted: null,
      changed: [],
      hints: [],
      connection: app.connection,
    }));
    await app.user.keyboard("r");
    await app.user.type(await screen.findByLabelText("Service account token"), TOKEN);
    await app.user.click(screen.getByRole("button", { name: "Rotate token" }));
    expect(await screen.findByText("Already this token.")).toBeVisible();
    expect(screen.getByLabelText("Service account token")).toHaveValue("");
  });

  test("is not put over one that somebody else set meanwhile, before the person knows", async () => {
    const app = await openAt(0);
    await app.user.keyboard("r");
    await app.user.type(await screen.findByLabelText("Service account token"), TOKEN);
    app.backend.world.connection(app.connection.id).revision = 3;
    await app.user.click(screen.getByRole("button", { name: "Rotate token" }));
    expect(await screen.findByText("It changed meanwhile.")).toBeVisible();
    expect(screen.getByLabelText("Service account token")).toHaveValue(TOKEN);
    await app.user.click(screen.getByRole("button", { name: "Rotate token" }));
    await waitFor(() => expect(sent(app, "connection_rotate_token")).toHaveLength(2));
    expect(sent(app, "connection_rotate_token")[1]).toMatchObject({ expected_revision: 3 });
  });

  test("is gone from the page when the vault is locked", async () => {
    const app = await openAt(0);
    await app.user.keyboard("r");
    await app.user.type(await screen.findByLabelText("Service account token"), TOKEN);
    app.backend.world.unlocked = false;
    app.backend.emit({ kind: "locked", reason: "idle" });
    expect(await screen.findByLabelText("Master password")).toBeVisible();
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(document.body.innerHTML).not.toContain(TOKEN);
  });
});

describe("a connection that is to be deleted", () => {
  test("and is used stays, and its secrets are named; one in the trash leads there", async () => {
    const app = await openAt(0);
    const users = app.backend.world.secrets.filter((one) => one.vault_connection_id === app.connection.id);
    users[0]!.trashed_at = new Date().toISOString();
    await askToDelete(app);
    const list = await screen.findByRole("alertdialog", { name: /is in use/ });
    expect(within(list).getAllByRole("listitem")).toHaveLength(users.length);
    await expectAccessible(list);
    await app.user.click(within(list).getByRole("button", { name: users[0]!.name }));
    await waitFor(() => expect(app.navigation.place).toBe("trash"));
  });

  test("and is used by none goes, and the focus is in the list", async () => {
    const app = await openAt(2);
    await askToDelete(app);
    await waitFor(() => expect(app.backend.world.connections).toHaveLength(2));
    expect(await screen.findByText("Choose a connection from the list.")).toBeVisible();
    expect(screen.getByRole("listbox", { name: "Connections" })).toHaveFocus();
  });

  test("but changed meanwhile is asked about again", async () => {
    const app = await openAt(2);
    const live = app.backend.world.connection(app.connection.id);
    Object.assign(live, { name: "Renamed", revision: 2 });
    await askToDelete(app);
    expect(await screen.findByRole("alertdialog", { name: "Delete “Renamed”?" })).toBeVisible();
    expect(app.backend.world.connections).toHaveLength(3);
    await app.user.click(screen.getByRole("button", { name: "Delete" }));
    await waitFor(() => expect(app.backend.world.connections).toHaveLength(2));
  });
});
