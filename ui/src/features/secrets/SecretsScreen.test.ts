import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "../../testing/axe";
import { refusal } from "../../testing/mock-world";
import { renderApp } from "../../testing/render-app";

const VALUE = "canary-value-that-is-typed";

async function openScreen(options: Parameters<typeof renderApp>[0] = {}, prepare?: Parameters<typeof renderApp>[1]) {
  const app = await renderApp({ secrets: 12, unlocked: true, ...options }, prepare);
  return app;
}

async function openFirst(options: Parameters<typeof renderApp>[0] = {}) {
  const app = await openScreen(options);
  const row = (await screen.findAllByRole("option"))[0]!;
  await app.user.click(row);
  const title = await screen.findByRole("heading", { level: 1 });
  await screen.findByText("Rotation history");
  return { ...app, name: title.textContent ?? "" };
}

/** The form for a pasted value, past the plan of what the provider would do. */
async function rotateByHand({ user }: Awaited<ReturnType<typeof openFirst>>) {
  await user.keyboard("r");
  await user.click(await screen.findByRole("button", { name: "By hand…" }));
  await screen.findByText("The value it has now");
  return screen.getByRole<HTMLDialogElement>("dialog", { name: /^Rotate/ });
}

function sent(app: Awaited<ReturnType<typeof renderApp>>, name: string) {
  return app.backend.calls.filter((one) => one.name === name);
}

describe("the list", () => {
  test("keeps the panel and the focus where nothing matches", async () => {
    const { user } = await openScreen();
    await user.click(await screen.findByRole("button", { name: /^Filter/ }));
    const due = screen.getByRole("combobox", { name: "Rotation" });
    await user.selectOptions(due, "Waits for a person");
    expect(await screen.findByText("Nothing matches these filters")).toBeVisible();
    expect(due).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Show all" }));
    await screen.findAllByRole("option", { name: /./ });
    const search = screen.getByRole("searchbox", { name: "Search secrets" });
    await user.type(search, "plover that is nowhere");
    expect(await screen.findByText("Nothing matches “plover that is nowhere”")).toBeVisible();
    expect(search).toHaveFocus();
  });

  test("is walked and read with the keyboard alone", async () => {
    const { user } = await openScreen();
    await screen.findAllByRole("option");
    const list = screen.getByRole("listbox", { name: "Secrets" });
    list.focus();
    await user.keyboard("{ArrowDown}{ArrowDown}");
    expect(list).toHaveAttribute("aria-activedescendant", "secret-1");
    expect(screen.getAllByRole("option")[1]).toHaveAttribute("aria-selected", "true");
    await user.keyboard("{Home}");
    expect(list).toHaveAttribute("aria-activedescendant", "secret-0");
    await user.keyboard("{Enter}");
    await waitFor(() => expect(screen.getByRole("heading", { level: 1 })).toHaveFocus());
    await user.keyboard("{Escape}");
    expect(list).toHaveFocus();
  });

  test("tells each row's place among all of them", async () => {
    await openScreen({ secrets: 300 });
    const row = (await screen.findAllByRole("option"))[2]!;
    expect(row).toHaveAttribute("aria-setsize", "300");
    expect(row).toHaveAttribute("aria-posinset", "3");
  });

  test("searches as one types, from the slash on", async () => {
    const { user } = await openScreen({ secrets: 60 });
    await screen.findAllByRole("option");
    await user.keyboard("/");
    const search = screen.getByRole("searchbox", { name: "Search secrets" });
    expect(search).toHaveFocus();
    await user.keyboard("aws");
    await waitFor(() => expect(screen.getByText(/^\d+ of 60$/)).toBeInTheDocument());
    await user.keyboard("zzz");
    expect(await screen.findByText("Nothing matches “awszzz”")).toBeInTheDocument();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.getAllByRole("option").length).toBeGreaterThan(0));
    expect(search).toHaveValue("");
  });

  test("offers a beginning where the vault is empty", async () => {
    await openScreen({ secrets: 0 });
    expect(await screen.findByText("No secrets yet")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "New secret" })).toBeInTheDocument();
    expect(
      within(screen.getByLabelText("List of secrets")).getByRole("button", { name: "Import…" }),
    ).toBeInTheDocument();
    await expectAccessible();
  });

  test("says why it can't be read, and tries again", async () => {
    const { backend, user } = await openScreen({}, (one) => one.fail("secret_list"));
    expect(await screen.findByText("The list can’t be read")).toBeInTheDocument();
    backend.succeed("secret_list");
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect((await screen.findAllByRole("option")).length).toBeGreaterThan(0);
  });

  test("filters by health with one press and shows all with another", async () => {
    const { user } = await openScreen({ secrets: 60 }, ({ world }) => world.policies.clear());
    await screen.findAllByRole("option");
    await user.click(await screen.findByRole("button", { name: /^Old/ }));
    const all = screen.getByRole("button", { name: "All" });
    await waitFor(() => expect(all).toHaveAttribute("aria-pressed", "false"));
    for (const row of screen.getAllByRole("option")) expect(row).toHaveAccessibleName(/Older than 90 days$/);
    await user.click(all);
    await waitFor(() => expect(all).toHaveAttribute("aria-pressed", "true"));
  });

  test("filters by what falls due, how locations stand and shared values, and each can be taken away", async () => {
    const { backend, user } = await openScreen({ secrets: 60 });
    await screen.findAllByRole("option");
    const asked = () => backend.calls.filter(({ name }) => name === "secret_list").at(-1)?.request;
    await user.click(await screen.findByRole("button", { name: /^Overdue/ }));
    await waitFor(() => expect(asked()).toMatchObject({ due: "overdue" }));
    for (const row of screen.getAllByRole("option")) expect(row).toHaveAccessibleName(/Overdue by/);
    await user.click(screen.getByRole("button", { name: /^Filter/ }));
    const panel = within(screen.getByRole("dialog", { name: "Filter" }));
    expect(panel.getByRole("combobox", { name: "Due" })).toHaveValue("overdue");
    await user.selectOptions(panel.getByRole("combobox", { name: "Due" }), "Any");
    await user.selectOptions(panel.getByRole("combobox", { name: "Locations" }), "One did not answer");
    await user.click(panel.getByRole("checkbox", { name: "Same value as another secret" }));
    await waitFor(() => expect(asked()).toMatchObject({ verification: "unreachable", values: "shared" }));
    expect(asked()).not.toHaveProperty("due");
    await user.click(screen.getByRole("button", { name: /^No answer/ }));
    await user.click(screen.getByRole("button", { name: /^Same value/ }));
    await waitFor(() => expect(asked()).toEqual({ sort: "name", offset: 0, limit: 50 }));
  });

  test("offers nobody without values to filter by them", async () => {
    const { user } = await openScreen({ role: "viewer" });
    await screen.findAllByRole("option");
    await user.click(screen.getByRole("button", { name: /^Filter/ }));
    await screen.findByRole("combobox", { name: "Due" });
    expect(screen.queryByRole("checkbox", { name: "Same value as another secret" })).toBeNull();
  });

  test("tells a location that refuses from one that did not answer", async () => {
    await openScreen({ secrets: 8 }, ({ world }) => {
      const [first, second] = world.secrets.filter(({ secret_type }) => secret_type !== "generic");
      const [place] = world.locations;
      const of = (secret_id: string, status: "failed" | "unreachable") => ({
        ...place!,
        id: `loc_${status}`,
        secret_id,
        verification: { ...place!.verification!, status },
      });
      world.rotations.length = 0;
      world.policies.clear();
      world.locations.splice(0, world.locations.length, of(first!.id, "failed"), of(second!.id, "unreachable"));
    });
    expect(await screen.findByRole("option", { name: /Does not open · 1 location/ })).toBeVisible();
    expect(screen.getByRole("option", { name: /Did not answer · 1 location/ })).toBeVisible();
  });
});

describe("an open secret", () => {
  test("has nothing that axe objects to", async () => {
    await openFirst();
    await expectAccessible();
  });

  test("is copied in Rust by a press on C, and shows when it is cleared", async () => {
    const app = await openFirst();
    await app.user.keyboard("c");
    expect(await screen.findByText(/^Copied · clears in/)).toBeInTheDocument();
    expect(sent(app, "secret_copy")).toHaveLength(1);
    app.backend.emit({ kind: "clipboard", label: "", remaining_ms: 0 });
    await waitFor(() => expect(screen.queryByText(/^Copied · clears in/)).not.toBeInTheDocument());
  });

  test("is rotated with a reason, and the history shows it at once", async () => {
    const app = await openFirst();
    const dialog = await rotateByHand(app);
    for (const field of within(dialog).getAllByRole("textbox").slice(0, -1)) await app.user.type(field, VALUE);
    await app.user.type(within(dialog).getByRole("textbox", { name: /^Why/ }), "incident 212");
    await app.user.click(within(dialog).getByRole("radio", { name: /^Destroy it now/ }));
    await app.user.click(within(dialog).getByRole("button", { name: "Rotate" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    expect(await screen.findByText("incident 212")).toBeInTheDocument();
    expect(sent(app, "secret_update")[0]?.request).toMatchObject({ reason: "incident 212", previous: "destroy" });
    expect(document.body.innerHTML).not.toContain(VALUE);
  });

  test("keeps what was typed whatever Esc is pressed twice for", async () => {
    const app = await openFirst();
    const dialog = await rotateByHand(app);
    const why = within(dialog).getByRole("textbox", { name: /^Why/ });
    await app.user.type(why, "incident 212");
    const esc = () => fireEvent(dialog, new Event("cancel", { cancelable: true }));
    await esc();
    expect(within(dialog).getByText(/Closing forgets what you typed/)).toBeVisible();
    await esc();
    expect(within(dialog).queryByText(/Closing forgets what you typed/)).toBeNull();
    expect(why).toHaveValue("incident 212");
    // The browser closes it without asking the page.
    dialog.close();
    await fireEvent(dialog, new Event("close"));
    expect(within(dialog).getByText(/Closing forgets what you typed/)).toBeInTheDocument();
    await waitFor(() => expect(dialog.open).toBe(true));
  });

  test("asks before a new value that was typed is lost, by Cancel as by Esc", async () => {
    const app = await openFirst();
    const dialog = await rotateByHand(app);
    const [field] = within(dialog).getAllByRole("textbox");
    expect(field).toHaveFocus();
    await app.user.type(field!, VALUE);
    await app.user.click(within(dialog).getByRole("button", { name: "Cancel" }));
    expect(within(dialog).getByRole("button", { name: "Keep editing" })).toHaveFocus();
    await app.user.keyboard("{Enter}");
    expect(field).toHaveValue(VALUE);
    expect(field).toHaveFocus();
    await app.user.click(within(dialog).getByRole("button", { name: "Cancel" }));
    await app.user.click(within(dialog).getByRole("button", { name: "Discard" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  });

  test("leaves Esc to a question that is asked over it", async () => {
    const app = await openFirst();
    const [restore] = await screen.findAllByRole("button", { name: /^Restore version/ });
    await app.user.click(restore!);
    const dialog = await screen.findByRole("alertdialog");
    const esc = new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true });
    within(dialog).getByRole("button", { name: "Cancel" }).dispatchEvent(esc);
    // The browser closes the dialog unless the key was taken.
    expect(esc.defaultPrevented).toBe(false);
  });

  test("goes to the trash after a question", async () => {
    const app = await openFirst({ locations: 0, connections: false });
    await app.user.keyboard("{Delete}");
    await app.user.click(await screen.findByRole("button", { name: "Move to trash" }));
    await waitFor(() => expect(sent(app, "secret_delete")).toHaveLength(1));
    await waitFor(() => expect(screen.queryByRole("heading", { name: app.name })).not.toBeInTheDocument());
  });

  test("says in its pane why it was not copied", async () => {
    const app = await openFirst();
    app.backend.fail("secret_copy", "access_forbidden", "Copying asks for the role Operator.");
    await app.user.keyboard("c");
    expect(await screen.findByText("Not copied.")).toBeInTheDocument();
    await app.user.click(screen.getByRole("button", { name: "Dismiss" }));
    expect(screen.queryByText("Not copied.")).not.toBeInTheDocument();
  });

  test("gives a viewer nothing to press that would be refused", async () => {
    await openFirst({ role: "viewer" });
    for (const name of ["Edit", "Rotate…", "New secret", /^Copy/]) {
      expect(screen.queryByRole("button", { name })).not.toBeInTheDocument();
    }
  });
});

describe("a secret in the trash", () => {
  async function openTrashed() {
    const app = await openScreen({ locations: 40 });
    const secret = app.backend.world.secrets.find(
      ({ mode, id }) => mode === "direct" && app.backend.world.locations.some((one) => one.secret_id === id),
    )!;
    secret.trashed_at = new Date(Date.now() - 3 * 86_400_000).toISOString();
    app.navigation.openSecret(secret.id);
    await screen.findByRole("heading", { level: 1, name: secret.name });
    await screen.findByText("Rotation history");
    return { ...app, secret };
  }

  test("says so, and offers nothing that would be refused but the way to bring it back", async () => {
    const app = await openTrashed();
    expect(screen.getByText("In the trash.")).toBeVisible();
    expect(screen.getByText(/^Deleted 3 days ago\./)).toBeVisible();
    for (const name of [
      "Edit",
      "Rotate…",
      "More",
      /^Copy/,
      /^What to do with/,
      /^Add location/,
      /^Restore/,
      /^Destroy/,
    ]) {
      expect(screen.queryByRole("button", { name })).not.toBeInTheDocument();
    }
    await expectAccessible();
    await app.user.click(screen.getByRole("button", { name: "Show the trash" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Trash" })).toBeVisible();
  });

  test("is not reached by keys either", async () => {
    const app = await openTrashed();
    await app.user.keyboard("cer{Delete}");
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
    expect(screen.queryByRole("form")).not.toBeInTheDocument();
    expect(sent(app, "secret_copy")).toHaveLength(0);
  });
});

describe("a question about a secret that somebody else takes away meanwhile", () => {
  test("ends and says why, be it in the trash", async () => {
    const app = await openFirst();
    await rotateByHand(app);
    app.backend.world.secrets.find(({ name }) => name === app.name)!.trashed_at = new Date().toISOString();
    app.backend.emit({ kind: "changed", what: ["secrets", "trash"] });
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    expect(app.announcer.last?.text).toBe(`${app.name} was moved to the trash meanwhile. Nothing was done.`);
    expect(screen.getByText("In the trash.")).toBeVisible();
  });

  test("ends and says why, be it destroyed, and is not asked of the next secret that is opened", async () => {
    const app = await openFirst();
    await app.user.keyboard("{Delete}");
    await screen.findByRole("alertdialog");
    const { secrets } = app.backend.world;
    const next = secrets.find(({ name }) => name !== app.name)!;
    secrets.splice(
      secrets.findIndex(({ name }) => name === app.name),
      1,
    );
    app.backend.emit({ kind: "changed", what: ["secrets", "trash"] });
    await waitFor(() => expect(screen.queryByRole("alertdialog")).not.toBeInTheDocument());
    const said = `${app.name} was destroyed meanwhile. Nothing was done.`;
    await waitFor(() => expect(app.announcer.last?.text).toBe(said));
    app.navigation.openSecret(next.id);
    expect(await screen.findByRole("heading", { level: 1, name: next.name })).toBeVisible();
    expect(screen.queryByRole("alertdialog")).not.toBeInTheDocument();
  });

  test("says nothing of somebody else where the person did it here", async () => {
    const app = await openFirst({ locations: 0 });
    await app.user.keyboard("{Delete}");
    await app.user.click(await screen.findByRole("button", { name: "Move to trash" }));
    await waitFor(() => expect(screen.queryByRole("alertdialog")).not.toBeInTheDocument());
    expect(app.announcer.last?.text).toBe(`${app.name} is in the trash for 30 days.`);
  });
});

describe("the editor", () => {
  async function startNew() {
    const app = await openScreen();
    await screen.findAllByRole("option");
    await waitFor(() => expect(sent(app, "catalogue_get")).toHaveLength(1));
    await app.user.keyboard("n");
    await app.user.click(await screen.findByRole("button", { name: /API key or token/ }));
    await app.user.type(screen.getByRole("textbox", { name: "Value" }), VALUE);
    return app;
  }

  test("makes a secret, opens it, and keeps nothing of what was typed", async () => {
    const app = await startNew();
    await app.user.type(screen.getByRole("textbox", { name: "Name" }), "Deploy token");
    await expectAccessible();
    await app.user.keyboard("{Control>}s{/Control}");
    expect(await screen.findByRole("heading", { level: 1, name: "Deploy token" })).toBeInTheDocument();
    expect(sent(app, "secret_create")[0]?.request).toMatchObject({ credentials: { value: VALUE } });
    expect(document.body.innerHTML).not.toContain(VALUE);
  });

  test("puts the focus on the first field at fault", async () => {
    const app = await startNew();
    await app.user.click(screen.getByRole("button", { name: "Save secret" }));
    await waitFor(() => expect(screen.getByRole("textbox", { name: "Name" })).toHaveFocus());
    expect(screen.getByRole("textbox", { name: "Name" })).toHaveAccessibleDescription(/Give the secret a name/);
  });

  test("leads to the secret that has the name already", async () => {
    const app = await startNew();
    const other = app.backend.world.secrets[3]!;
    app.backend.answer("secret_create", () => {
      const message = "There is a secret with this name.";
      const details = [{ loc: ["name"], message, type: "already_exists" }];
      throw refusal(409, "already_exists", message, details, { existing_id: other.id });
    });
    await app.user.type(screen.getByRole("textbox", { name: "Name" }), other.name);
    await app.user.click(screen.getByRole("button", { name: "Save secret" }));
    await app.user.click(await screen.findByRole("button", { name: "Open that secret" }));
    await app.user.click(await screen.findByRole("button", { name: "Discard" }));
    expect(await screen.findByRole("heading", { level: 1, name: other.name })).toBeInTheDocument();
  });

  test("asks before what was typed is lost", async () => {
    const app = await startNew();
    await app.user.click(screen.getAllByRole("option")[0]!);
    expect(await screen.findByText("Discard what you typed?")).toBeInTheDocument();
    await app.user.click(screen.getByRole("button", { name: "Keep editing" }));
    expect(screen.getByRole("textbox", { name: "Value" })).toHaveValue(VALUE);
    await app.user.click(screen.getByRole("button", { name: "Cancel" }));
    await app.user.click(await screen.findByRole("button", { name: "Discard" }));
    await waitFor(() => expect(screen.queryByRole("textbox", { name: "Value" })).not.toBeInTheDocument());
  });

  test("cannot be left while it is being saved", async () => {
    const app = await startNew();
    app.backend.answer("secret_create", () => new Promise(() => {}));
    await app.user.type(screen.getByRole("textbox", { name: "Name" }), "Deploy token");
    await app.user.click(screen.getByRole("button", { name: "Save secret" }));
    await waitFor(() => expect(screen.getByRole("button", { name: "Cancel" })).toBeDisabled());
    await app.user.keyboard("{Escape}");
    expect(screen.queryByText("Discard what you typed?")).not.toBeInTheDocument();
  });

  test("asks before another screen takes its place", async () => {
    const app = await startNew();
    await app.user.click(within(screen.getByRole("navigation")).getByRole("button", { name: /^Settings/ }));
    await app.user.click(await screen.findByRole("button", { name: "Discard" }));
    await waitFor(() => expect(app.navigation.place).toBe("settings"));
  });

  test("is gone with everything typed when the vault locks", async () => {
    const app = await startNew();
    app.backend.emit({ kind: "locked", reason: "idle" });
    await waitFor(() => expect(screen.queryByRole("textbox", { name: "Value" })).not.toBeInTheDocument());
    expect(document.body.innerHTML).not.toContain(VALUE);
  });

  test("says in the form that there is nothing to save", async () => {
    const app = await openFirst();
    await app.user.keyboard("e");
    await app.user.click(await screen.findByRole("button", { name: "Save changes" }));
    expect(await screen.findByText("Nothing to save.")).toBeInTheDocument();
    expect(screen.getByRole("textbox", { name: "Name" })).toBeInTheDocument();
  });

  test("shows both sides of a conflict and saves nothing before each is decided", async () => {
    const app = await openFirst();
    await app.user.keyboard("e");
    const name = await screen.findByRole("textbox", { name: "Name" });
    await app.user.clear(name);
    await app.user.type(name, "Mine");
    const live = app.backend.world.secrets.find((one) => one.name === app.name)!;
    Object.assign(live, { name: "Theirs", revision: live.revision + 1 });
    await app.user.click(screen.getByRole("button", { name: "Save changes" }));
    const save = await screen.findByRole("button", { name: "Save as chosen" });
    expect(save).toBeDisabled();
    expect(screen.getByText("Choose a side for one more field.")).toBeInTheDocument();
    expect(screen.getByRole("heading", { name: "Which shall stand?" })).toHaveFocus();
    await app.user.keyboard("c");
    expect(sent(app, "secret_copy")).toHaveLength(0);
    await app.user.click(screen.getByRole("button", { name: "Back to the form" }));
    await waitFor(() => expect(screen.getByRole("form")).toContainElement(document.activeElement as HTMLElement));
    await app.user.click(screen.getByRole("button", { name: "Save changes" }));
    const again = await screen.findByRole("button", { name: "Save as chosen" });
    await expectAccessible();
    await app.user.click(screen.getByRole("radio", { name: /^Yours/ }));
    await app.user.click(again);
    expect(await screen.findByRole("heading", { level: 1, name: "Mine" })).toBeInTheDocument();
  });

  test("changes one thing and sends only that", async () => {
    const app = await openFirst();
    await app.user.keyboard("e");
    const name = await screen.findByRole("textbox", { name: "Name" });
    await app.user.clear(name);
    await app.user.type(name, "Renamed");
    await app.user.click(screen.getByRole("button", { name: "Save changes" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Renamed" })).toBeInTheDocument();
    expect(Object.keys(sent(app, "secret_update")[0]?.request as object).sort()).toEqual([
      "expected_revision",
      "id",
      "name",
    ]);
  });
});
