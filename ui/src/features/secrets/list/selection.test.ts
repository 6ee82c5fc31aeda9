import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "../../../testing/axe";
import { refusal, type WorldOptions } from "../../../testing/mock-world";
import { renderApp } from "../../../testing/render-app";

async function openList(options: WorldOptions = {}) {
  const app = await renderApp({ unlocked: true, secrets: 12, ...options });
  await screen.findAllByRole("option");
  const list = screen.getByRole("listbox", { name: "Secrets" });
  list.focus();
  return { ...app, list };
}

const bar = () => screen.queryByRole("group", { name: "Chosen secrets" });
const chosen = () => screen.getAllByRole("option", { selected: true });

describe("choosing several", () => {
  test("goes by the keyboard, and ends by Esc", async () => {
    const { user } = await openList();
    await user.keyboard("{ArrowDown} {ArrowDown}{ArrowDown} ");
    expect(bar()).toHaveTextContent("2 secrets chosen");
    expect(chosen()).toHaveLength(2);
    await expectAccessible();
    await user.keyboard(" ");
    expect(bar()).toHaveTextContent("1 secret chosen");
    await user.keyboard("{Escape}");
    expect(bar()).toBeNull();
  });

  test("goes by the pointer: a tile, with Ctrl, and a range with Shift", async () => {
    const { user } = await openList();
    const rows = screen.getAllByRole("option");
    await user.click(within(rows[1]!).getByTitle(/^Choose it/));
    expect(screen.queryByText("Rotation history")).toBeNull();
    await user.keyboard("{Shift>}");
    await user.click(rows[4]!);
    await user.keyboard("{/Shift}{Control>}");
    await user.click(rows[7]!);
    await user.keyboard("{/Control}");
    expect(bar()).toHaveTextContent("5 secrets chosen");
  });

  test("is kept while something else is searched for, and leads to one plan", async () => {
    const { user, backend } = await openList();
    await user.keyboard("{ArrowDown} ");
    await user.type(screen.getByRole("searchbox", { name: "Search secrets" }), "aws");
    await waitFor(() =>
      expect(backend.calls.some(({ name, request }) => name === "secret_list" && "query" in (request as object))).toBe(
        true,
      ),
    );
    expect(bar()).toHaveTextContent("1 secret chosen");
    await user.click(within(bar()!).getByRole("button", { name: "Rotate…" }));
    expect(await screen.findByRole("dialog", { name: "Rotate 1 secret" })).toBeVisible();
  });

  test("is not for who may not write", async () => {
    const { user, list } = await openList({ role: "operator" });
    await user.keyboard("{ArrowDown} ");
    expect(bar()).toBeNull();
    expect(list).not.toHaveAttribute("aria-multiselectable");
  });
});

describe("a tag for several", () => {
  async function tagTwo() {
    const app = await openList();
    await app.user.keyboard("{ArrowDown} {ArrowDown} ");
    await app.user.click(within(bar()!).getByRole("button", { name: "Tag…" }));
    await screen.findByRole("dialog", { name: "Tag 2 secrets" });
    return app;
  }
  const tagged = ({ backend }: Awaited<ReturnType<typeof openList>>, tag: string) =>
    backend.world.secrets.filter(({ tags }) => tags.includes(tag)).length;

  test("is put on each, and taken off again", async () => {
    const app = await tagTwo();
    await expectAccessible(screen.getByRole("dialog"));
    await app.user.type(screen.getByLabelText("Tag"), "audited");
    await app.user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(tagged(app, "audited")).toBe(2);
    await app.user.click(within(bar()!).getByRole("button", { name: "Tag…" }));
    await app.user.click(await screen.findByRole("radio", { name: "Take a tag off" }));
    await app.user.type(screen.getByLabelText("Tag"), "audited");
    await app.user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(tagged(app, "audited")).toBe(0));
  });

  test("that one of them could not get is told of that one", async () => {
    const app = await tagTwo();
    let calls = 0;
    const usual = app.backend.handler("secret_update");
    app.backend.answer("secret_update", (request) => {
      calls += 1;
      if (calls > 1) return usual(request);
      throw refusal(409, "conflict", "This secret was changed meanwhile.", [], {});
    });
    await app.user.type(screen.getByLabelText("Tag"), "audited");
    await app.user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("1 secret stayed as it was.")).toBeVisible();
    expect(tagged(app, "audited")).toBe(1);
  });

  test("that is none is refused beside the field", async () => {
    const app = await tagTwo();
    app.backend.answer("secret_update", () => {
      throw refusal(422, "validation_error", "Some fields need your attention.", [
        { loc: ["tags", 0], message: "A tag has at most 50 characters.", type: "too_long" },
      ]);
    });
    await app.user.type(screen.getByLabelText("Tag"), "x");
    await app.user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(screen.getByLabelText("Tag")).toHaveAccessibleDescription(/at most 50/));
    expect(app.backend.calls.filter(({ name }) => name === "secret_update")).toHaveLength(1);
  });
});
