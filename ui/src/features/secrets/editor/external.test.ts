import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "../../../testing/axe";
import { refusal } from "../../../testing/mock-world";
import { renderApp } from "../../../testing/render-app";

type App = Awaited<ReturnType<typeof renderApp>>;

const sent = ({ backend }: App, name: string) =>
  backend.calls.filter((one) => one.name === name).map(({ request }) => request);

async function openSecret<S extends { name: string }>(pick: (app: App) => S) {
  const app = await renderApp({ unlocked: true, secrets: 24, locations: 20 });
  await screen.findByRole("listbox", { name: "Secrets" });
  const secret = pick(app);
  await app.user.type(screen.getByRole("searchbox"), secret.name);
  await waitFor(() => expect(screen.getAllByRole("option")[0]).toHaveTextContent(secret.name));
  await app.user.click(screen.getAllByRole("option")[0]!);
  await screen.findByRole("heading", { level: 1, name: secret.name });
  return { ...app, secret };
}

describe("a new secret whose values are in another vault", () => {
  async function begin() {
    const app = await renderApp({ unlocked: true, secrets: 24, locations: 20 });
    await app.user.click(await screen.findByRole("button", { name: "New secret" }));
    await app.user.click(await screen.findByRole("button", { name: /Backblaze B2$/ }));
    await app.user.type(screen.getByLabelText("Key id"), "0045-typed-before");
    await app.user.click(screen.getByRole("radio", { name: "In another vault" }));
    await app.user.selectOptions(await screen.findByLabelText("Connection"), "1Password: storage team");
    return app;
  }

  test("asks for a reference to each field, and forgets what was typed for this vault", async () => {
    const app = await begin();
    await app.user.type(screen.getByLabelText("Name"), "Shared B2");
    await app.user.type(screen.getByLabelText("Key id"), "op://Storage/B2/id");
    await app.user.type(screen.getByLabelText("Application key"), "op://Storage/B2/key");
    await expectAccessible(screen.getByRole("form"));
    await app.user.click(screen.getByRole("button", { name: "Save secret" }));
    await screen.findByRole("heading", { level: 1, name: "Shared B2" });
    const [request] = sent(app, "secret_create");
    expect(request).toMatchObject({
      vault_connection_id: app.backend.world.connections[0]!.id,
      field_mappings: [
        { field_name: "application_key_id", reference: "op://Storage/B2/id" },
        { field_name: "application_key", reference: "op://Storage/B2/key" },
      ],
    });
    expect(request).not.toHaveProperty("credentials");
    expect(JSON.stringify(request)).not.toContain("typed-before");
    expect(screen.getByText("op://Storage/B2/key")).toBeVisible();
    expect(screen.queryByRole("button", { name: /^Copy/ })).toBeNull();
    expect(screen.queryByRole("button", { name: "Rotate…" })).toBeNull();
  });

  test("shows what is wrong with a mapping beside its field, by its place among those sent", async () => {
    const app = await begin();
    app.backend.answer("secret_create", () => {
      throw refusal(422, "validation_error", "Some fields need your attention.", [
        { loc: ["field_mappings", 1, "reference"], message: "It begins with op://.", type: "reference" },
        { loc: ["field_mappings", 0, "field_name"], message: "This field is mapped twice.", type: "duplicate" },
        { loc: ["field_mappings"], message: "The field “host” has no reference.", type: "missing" },
        { loc: ["vault_connection_id"], message: "This is no id of a connection.", type: "id" },
      ]);
    });
    await app.user.click(screen.getByRole("button", { name: "Save secret" }));
    await screen.findByText("It begins with op://.");
    expect(screen.getByLabelText("Application key")).toHaveAccessibleDescription(/It begins with op:\/\/\./);
    expect(screen.getByLabelText("Key id")).toHaveAccessibleDescription(/mapped twice/);
    expect(screen.getByLabelText("Connection")).toHaveAccessibleDescription(/no id of a connection/);
    expect(screen.getByText("The field “host” has no reference.").closest("[role='alert']")).toBeVisible();
    expect(screen.getByLabelText("Connection")).toHaveFocus();
  });

  test("says how to go on where there is no connection", async () => {
    const app = await renderApp({ unlocked: true, secrets: 3, connections: false });
    await app.user.click(await screen.findByRole("button", { name: "New secret" }));
    await app.user.click(await screen.findByRole("button", { name: /Backblaze B2$/ }));
    await app.user.click(screen.getByRole("radio", { name: "In another vault" }));
    expect(await screen.findByText("There is no connection yet.")).toBeVisible();
  });
});

describe("an edited secret whose values are in another vault", () => {
  const openExternal = () => openSecret(({ backend }) => backend.world.secrets.find((one) => one.mode === "external")!);

  test("sends the references together, and only when one of them is another", async () => {
    const app = await openExternal();
    const { id } = app.backend.world.secrets.find((one) => one.mode === "external")!;
    const before = structuredClone(app.backend.world.secret(id).field_mappings);
    await app.user.keyboard("e");
    await app.user.type(await screen.findByLabelText("Description optional"), "x");
    await app.user.click(screen.getByRole("button", { name: "Save changes" }));
    await waitFor(() => expect(sent(app, "secret_update")).toHaveLength(1));
    expect(sent(app, "secret_update")[0]).not.toHaveProperty("field_mappings");
    await app.user.keyboard("e");
    const first = (await screen.findByText(/for each field$/)).closest<HTMLElement>("[role=group]")!;
    const field = within(first).getAllByRole("textbox")[0]!;
    await app.user.type(field, "-2");
    await app.user.click(screen.getByRole("button", { name: "Save changes" }));
    await waitFor(() => expect(sent(app, "secret_update")).toHaveLength(2));
    expect(sent(app, "secret_update")[1]).toMatchObject({
      field_mappings: [{ ...before[0]!, reference: `${before[0]!.reference}-2` }, ...before.slice(1)],
    });
  });

  test("keeps its connection, and shows both sides of its references on a conflict", async () => {
    const app = await openExternal();
    const live = app.backend.world.secrets.find((one) => one.mode === "external")!;
    await app.user.keyboard("e");
    expect(await screen.findByText(/That stays as it is/)).toBeVisible();
    expect(screen.queryByLabelText("Connection")).toBeNull();
    const part = (await screen.findByText(/for each field$/)).closest<HTMLElement>("[role=group]")!;
    await app.user.type(within(part).getAllByRole("textbox")[0]!, "-mine");
    live.field_mappings = live.field_mappings.map((one) => ({ ...one, reference: `${one.reference}-theirs` }));
    live.revision += 1;
    await app.user.click(screen.getByRole("button", { name: "Save changes" }));
    const references = within(await screen.findByRole("group", { name: /^References/ }));
    await app.user.click(references.getByRole("radio", { name: /^Theirs/ }));
    await app.user.click(screen.getByRole("button", { name: "Save as chosen" }));
    await waitFor(() => expect(sent(app, "secret_update")).toHaveLength(2));
    expect(sent(app, "secret_update")[1]).toEqual({ id: live.id, expected_revision: live.revision });
  });
});

describe("a secret that locations use", () => {
  const openUsed = () =>
    openSecret(({ backend }) => {
      const { locations, secrets } = backend.world;
      const users = (id: string) => locations.filter((one) => one.secret_id === id).length;
      return secrets.find(({ id, mode, secret_type: type }) => mode === "direct" && type === "s3" && users(id) === 2)!;
    });

  async function changeType({ user }: App) {
    await user.keyboard("e");
    await user.click(await screen.findByRole("button", { name: "Change type" }));
    await user.click(screen.getByRole("button", { name: /Rabata$/ }));
    await user.click(screen.getByRole("button", { name: "Save changes" }));
    await screen.findByText("Still in use.");
  }

  test("shows them in its pane, with what can be done about each", async () => {
    const app = await openUsed();
    expect(await screen.findByText("Used by 2 locations")).toBeVisible();
    const list = within(await screen.findByRole("list", { name: "Locations that use it" }));
    const name = list.getAllByRole("listitem")[0]!.querySelector("button")!.textContent!;
    await app.user.click(screen.getByRole("button", { name: `What to do with ${name}` }));
    await app.user.click(await screen.findByRole("menuitem", { name: "Unlink…" }));
    await app.user.click(await screen.findByRole("button", { name: "Unlink" }));
    expect(await screen.findByText("Used by 1 location")).toBeVisible();
  });

  test("keeps its type until they are unlinked, which the form offers", async () => {
    const app = await openUsed();
    await changeType(app);
    expect(screen.getByText("Used by 2 locations")).toBeVisible();
    await expectAccessible();
    await app.user.click(screen.getByRole("button", { name: "Unlink all 2 and save" }));
    await waitFor(() => expect(screen.queryByRole("form")).toBeNull());
    const unlinked = { id: expect.any(String), secret_id: null, expected_revision: 1 };
    expect(sent(app, "location_update")).toEqual([unlinked, unlinked]);
  });

  test("can be copied with the new type instead, and what is copied holds no value", async () => {
    const app = await openUsed();
    await changeType(app);
    await app.user.click(screen.getByRole("button", { name: "Make a copy as Rabata" }));
    expect(await screen.findByText("A copy.")).toBeVisible();
    expect(screen.getByLabelText("Access key id")).toHaveValue("");
    await app.user.type(screen.getByLabelText("Access key id"), "RABATAKEY");
    await app.user.type(screen.getByLabelText("Secret access key"), "typed");
    await app.user.click(screen.getByRole("button", { name: "Save secret" }));
    await waitFor(() => expect(sent(app, "secret_create")).toHaveLength(1));
    expect(sent(app, "secret_create")[0]).toMatchObject({
      secret_type: "rabata",
      name: expect.stringMatching(/\(Rabata\)$/),
    });
  });

  test("offers only the ways out that Rust names", async () => {
    const app = await openUsed();
    app.backend.answer("secret_update", () => {
      throw refusal(409, "in_use", "A rotation of it is running.", [], {
        dependants: [
          { kind: "rotation", started_at: "2026-11-14T09:12:44.000Z" },
          { kind: "location", id: app.backend.world.locations[0]!.id, name: "archive-eu" },
        ],
        offers: [],
      });
    });
    await changeType(app);
    expect(screen.queryByRole("button", { name: /(and save|^Make a copy)/ })).toBeNull();
    expect(screen.getByText(/rotation of this secret is running/)).toBeVisible();
  });

  test("goes to the trash only after a second yes, which names them", async () => {
    const app = await openUsed();
    await app.user.keyboard("{Delete}");
    await app.user.click(await screen.findByRole("button", { name: "Move to trash" }));
    const question = await screen.findByRole("alertdialog", { name: /is still in use/ });
    expect(within(question).getAllByRole("listitem")).toHaveLength(2);
    await expectAccessible(question);
    await app.user.click(screen.getByRole("button", { name: "Unlink all 2 and move to trash" }));
    await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
    expect(sent(app, "location_update")).toHaveLength(2);
    expect(sent(app, "secret_delete")).toEqual([{ id: app.secret.id }, { id: app.secret.id }]);
  });

  test("names the secrets whose keys it makes, and goes after a second yes only where Rust offers that", async () => {
    const app = await openUsed();
    const other = app.backend.world.secrets.find(({ id }) => id !== app.secret.id)!;
    let force = false;
    app.backend.answer("secret_delete", () => {
      throw refusal(409, "in_use", "With its value the keys of another are made.", [], {
        dependants: [{ kind: "managed", id: other.id, name: other.name, is_rotating: !force }],
        offers: force ? ["open_secrets", "force"] : ["open_secrets"],
      });
    });
    await app.user.keyboard("{Delete}");
    await app.user.click(await screen.findByRole("button", { name: "Move to trash" }));
    const question = within(await screen.findByRole("alertdialog", { name: /is still in use/ }));
    expect(question.getByText("With its value the keys of another are made.")).toBeVisible();
    expect(question.getByText("rotating")).toBeVisible();
    expect(question.queryByRole("button", { name: /^Move to trash/ })).toBeNull();
    await app.user.click(question.getByRole("button", { name: `Show ${other.name}` }));
    expect(await screen.findByRole("heading", { level: 1, name: other.name })).toBeVisible();
    force = true;
    await app.user.keyboard("{Delete}");
    await app.user.click(await screen.findByRole("button", { name: "Move to trash" }));
    await app.user.click(await screen.findByRole("button", { name: "Move to trash anyway" }));
    expect(sent(app, "secret_delete").at(-1)).toEqual({ id: other.id, force: true });
  });

  test("leaves one with another secret where it is, whatever the button counted", async () => {
    const app = await openUsed();
    const { locations, secrets } = app.backend.world;
    const moved = locations.filter((one) => one.secret_id === app.secret.id)[1]!;
    const other = secrets.find(({ id }) => id !== app.secret.id)!;
    await changeType(app);
    Object.assign(moved, { secret_id: other.id, revision: 2 });
    await app.user.click(screen.getByRole("button", { name: "Unlink all 2 and save" }));
    await waitFor(() => expect(screen.queryByRole("form")).toBeNull());
    expect(moved.secret_id).toBe(other.id);
    expect(app.secret.secret_type).toBe("rabata");
  });

  test("shows one that was linked meanwhile before it is unlinked, too", async () => {
    const app = await openUsed();
    const { locations } = app.backend.world;
    const late = locations.find((one) => one.secret_id !== app.secret.id && one.location_type === "s3")!;
    await app.user.keyboard("{Delete}");
    await app.user.click(await screen.findByRole("button", { name: "Move to trash" }));
    const all = await screen.findByRole("button", { name: "Unlink all 2 and move to trash" });
    Object.assign(late, { secret_id: app.secret.id, revision: 2 });
    await app.user.click(all);
    const last = await screen.findByRole("button", { name: "Unlink it and move to trash" });
    expect(late.secret_id).toBe(app.secret.id);
    expect(app.secret.trashed_at).toBeNull();
    await app.user.click(last);
    await waitFor(() => expect(app.secret.trashed_at).not.toBeNull());
  });

  test("keeps the focus in the question when one of them is unlinked from it", async () => {
    const app = await openUsed();
    const [first] = app.backend.world.locations.filter((one) => one.secret_id === app.secret.id);
    await app.user.keyboard("{Delete}");
    await app.user.click(await screen.findByRole("button", { name: "Move to trash" }));
    await app.user.click(await screen.findByRole("button", { name: `Unlink ${first!.name}` }));
    await app.user.click(await screen.findByRole("button", { name: "Unlink" }));
    await waitFor(() => expect(screen.getAllByRole("alertdialog")).toHaveLength(1));
    expect(screen.getByRole("alertdialog")).toContainElement(document.activeElement as HTMLElement);
  });

  test("no longer asks about one that uses it no more", async () => {
    const app = await openUsed();
    const moved = app.backend.world.locations.find((one) => one.secret_id === app.secret.id)!;
    await app.user.keyboard("{Delete}");
    await app.user.click(await screen.findByRole("button", { name: "Move to trash" }));
    const unlink = await screen.findByRole("button", { name: `Unlink ${moved.name}` });
    Object.assign(moved, { secret_id: null, revision: 2 });
    await app.user.click(unlink);
    await waitFor(() => expect(unlink).not.toBeInTheDocument());
    expect(screen.queryByRole("alertdialog", { name: /^Unlink/ })).toBeNull();
  });
});
