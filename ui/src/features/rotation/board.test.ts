import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "../../testing/axe";
import type { MockBackend } from "../../testing/mock-backend";
import type { WorldOptions } from "../../testing/mock-world";
import { renderApp } from "../../testing/render-app";
import { days, months } from "./board/calendar";
import { bars, barText, total } from "./board/histogram";

async function openBoard(options: WorldOptions = {}, prepare: (backend: MockBackend) => void = () => {}) {
  const app = await renderApp({ unlocked: true, secrets: 36, ...options }, prepare);
  await app.user.click(await screen.findByRole("button", { name: /^Rotation/ }));
  await screen.findByRole("heading", { level: 1, name: "Rotation" });
  return app;
}

const card = (name: string) => screen.getByText(name, { selector: "dt" }).closest("div")!;

describe("the rotation board", () => {
  test("counts what is due, shows ages and the calendar, and has nothing that axe objects to", async () => {
    const { backend } = await openBoard();
    const overdue = backend.world.secrets.filter(({ made_at: at }) => Date.now() - Date.parse(at) > 90 * 86_400_000);
    await waitFor(() => expect(card("overdue")).toHaveTextContent(String(overdue.length)));
    expect(screen.getByText(/^36 secrets · policy: every 90 days, told 7 days before$/)).toBeVisible();
    expect(screen.getByRole("figure", { name: /^Age of current values, in weeks/ })).toBeVisible();
    const calendar = screen.getByRole("figure", { name: /^Due in the next 13 weeks/ });
    expect(within(calendar).getAllByRole("row").length).toBeGreaterThan(1);
    await expectAccessible();
  });

  test("lists the runs, and opens one", async () => {
    const { backend, user } = await openBoard({}, ({ world }) => (world.holdAt = "testing"));
    const { world } = backend;
    const secret = world.secrets.find((one) => one.secret_type === "s3")!;
    const old_key = { grace_hours: 24, then: "delete" as const };
    void backend.handler("rotation_start")({ secret_id: secret.id, expected_revision: secret.revision, old_key });
    const row = await screen.findByRole("row", { name: new RegExp(`^${secret.name} Trying the new key`) });
    await user.click(within(row).getByRole("button", { name: `Open the rotation of ${secret.name}` }));
    expect(await screen.findByRole("dialog", { name: `Rotate ${secret.name}` })).toBeVisible();
  });

  test("names values that are used more than once, except to a Viewer", async () => {
    const reuse = ({ world }: MockBackend) => (world.reused = [world.secrets.slice(0, 2).map(({ id }) => id)]);
    const { unmount } = await openBoard({}, reuse);
    expect(await screen.findByText("2 places hold the same value")).toBeVisible();
    unmount();
    const { backend } = await openBoard({ role: "viewer" }, reuse);
    await screen.findByText("overdue");
    expect(screen.queryByText("2 places hold the same value")).toBeNull();
    expect(backend.calls.some(({ name }) => name === "reuse_list")).toBe(false);
    expect(screen.queryByRole("button", { name: "Find a value…" })).toBeNull();
    expect(screen.queryByRole("checkbox")).toBeNull();
  });

  test("says what it is for in an empty vault, and why it can't be read", async () => {
    const { unmount } = await openBoard({ secrets: 0 });
    expect(await screen.findByText("Nothing to rotate yet")).toBeVisible();
    unmount();
    const { backend, user } = await openBoard({}, (one) => one.fail("rotation_board"));
    expect(await screen.findByText("The board can’t be read.")).toBeVisible();
    backend.succeed("rotation_board");
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("overdue")).toBeVisible();
  });

  test("of a vault without a policy says that nothing falls due, and leads to one", async () => {
    const { user } = await openBoard({}, ({ world }) => world.policies.clear());
    expect(await screen.findByText(/The vault has no policy yet/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Policy…" }));
    expect(await screen.findByRole("dialog", { name: "Rotation policy of the vault" })).toBeVisible();
  });
});

describe("rotating several", () => {
  async function choose(prepare: (backend: MockBackend) => void = () => {}) {
    const app = await openBoard({}, prepare);
    await app.user.click(await screen.findByRole("checkbox", { name: "Choose all that are due" }));
    await app.user.click(screen.getByRole("button", { name: /^Rotate \d+…$/ }));
    return { ...app, dialog: await screen.findByRole("dialog", { name: /^Rotate \d+ secrets$/ }) };
  }

  test("shows a plan first: which providers are asked, and what is left to the person", async () => {
    const { backend, user, dialog } = await choose();
    expect(await within(dialog).findByRole("region", { name: "At the provider" })).toBeVisible();
    expect(within(dialog).getByRole("region", { name: "Left to you, by hand" })).toBeVisible();
    expect(backend.calls.some(({ name }) => name === "rotation_bulk_start")).toBe(false);
    await expectAccessible(dialog);
    await user.selectOptions(within(dialog).getByLabelText("The old key"), "Leave it to me");
    backend.world.stepMs = 1;
    await user.click(within(dialog).getByRole("button", { name: /^Rotate \d+$/ }));
    expect(await within(dialog).findByText(/^\d+ rotations? begun\.$/)).toBeVisible();
    const started = backend.calls.find(({ name }) => name === "rotation_bulk_start")!.request as { old_key: object };
    expect(started.old_key).toEqual({ grace_hours: 0, then: "keep" });
    await user.click(within(dialog).getAllByRole("button", { name: /^Show the rotation of/ })[0]!);
    expect(await screen.findByRole("dialog", { name: /^Rotate / })).toBeVisible();
  });

  test("leaves out what its provider would refuse, and says why", async () => {
    const { user, backend, dialog } = await choose((one) => {
      const usual = one.handler("rotation_bulk_plan");
      one.answer("rotation_bulk_plan", async (request) => {
        const { plans } = await usual(request);
        const blocks = [{ code: "keys_max", message: "There are two keys already.", key_id: null }];
        return { plans: plans.map((plan, at) => ({ ...plan, managed: true, blocks: at === 0 ? blocks : [] })) };
      });
    });
    const out = within(await within(dialog).findByRole("region", { name: "Left out: something stands in the way" }));
    expect(out.getByText("There are two keys already.")).toBeVisible();
    await user.click(within(dialog).getByRole("button", { name: /^Rotate \d+$/ }));
    const asked = backend.calls.find(({ name }) => name === "rotation_bulk_plan")!.request as { secret_ids: string[] };
    expect(asked.secret_ids.length).toBeLessThanOrEqual(50);
    await waitFor(() => expect(backend.calls.some(({ name }) => name === "rotation_bulk_start")).toBe(true));
    const begun = backend.calls.find(({ name }) => name === "rotation_bulk_start")!.request as { secret_ids: string[] };
    expect(begun.secret_ids).toEqual(asked.secret_ids.slice(1));
  });

  test("says of each what became of it, those first that need somebody", async () => {
    const { user, backend, dialog } = await choose((one) => {
      one.answer("rotation_bulk_start", ({ secret_ids: [first, second] }) => ({
        cancelled: false,
        refused: [],
        started: [
          { rotation_id: "rot_1", secret_id: first!, secret_name: "First", state: "waiting", message: null },
          { rotation_id: "rot_2", secret_id: second!, secret_name: "Second", state: "stopped", message: "Too many." },
        ],
      }));
    });
    await user.click(await within(dialog).findByRole("button", { name: /^Rotate \d+$/ }));
    expect(await within(dialog).findByText(/1 switched over, 1 stopped/)).toBeVisible();
    const begun = within(within(dialog).getByRole("list", { name: "Begun" })).getAllByRole("listitem");
    expect(begun.map(({ textContent }) => textContent)).toEqual([
      expect.stringContaining("Too many."),
      expect.stringContaining("The old one has its grace."),
    ]);
    const managed = backend.calls.find(({ name }) => name === "rotation_bulk_start")!.request as {
      secret_ids: string[];
    };
    const rest = within(dialog).queryByRole("list", { name: "Not reached before it was stopped" });
    expect(rest === null ? 0 : within(rest).getAllByRole("listitem").length).toBe(managed.secret_ids.length - 2);
    await expectAccessible(dialog);
  });

  test("keeps the old key of those whose provider can't do what is chosen, and says so before", async () => {
    const { user, dialog } = await choose((one) => {
      const usual = one.handler("rotation_bulk_plan");
      one.answer("rotation_bulk_plan", async (request) => {
        const { plans } = await usual(request);
        return {
          plans: plans.map((plan) => ({ ...plan, managed: true, blocks: [], style: "overlap", disables: false })),
        };
      });
    });
    const rows = within(await within(dialog).findByRole("region", { name: "At the provider" }));
    expect(rows.queryByText(/the old key is kept/)).toBeNull();
    await user.selectOptions(within(dialog).getByLabelText("The old key"), "Disable it");
    expect(rows.getAllByText(/the old key is kept: it can’t be disabled/).length).toBeGreaterThan(0);
    expect(within(dialog).getByText(/keeps? (its|their) old keys?: the provider can’t disable/)).toBeVisible();
  });

  test("stops between two steps, and says how far it came", async () => {
    const { backend, user, dialog } = await choose();
    backend.world.stepMs = 60;
    await user.click(await within(dialog).findByRole("button", { name: /^Rotate \d+$/ }));
    await user.click(await within(dialog).findByRole("button", { name: "Stop" }));
    expect(await within(dialog).findByText(/\d+ not reached/)).toBeVisible();
    expect(within(dialog).getByRole("list", { name: "Not reached before it was stopped" })).toBeVisible();
    expect(backend.calls.find(({ name }) => name === "job_cancel")?.request).toEqual({ job: "rotation_bulk" });
  });
});

describe("finding a value", () => {
  const field = () => screen.getByLabelText("Value");

  async function open() {
    const app = await openBoard();
    await app.user.click(screen.getByRole("button", { name: "Find a value…" }));
    await screen.findByRole("dialog", { name: "Find a value" });
    return app;
  }

  test("names every secret and version that held it, keeps nothing of it, and offers one plan", async () => {
    const { user } = await open();
    await user.type(field(), "leaked-canary-value");
    await user.click(screen.getByRole("button", { name: "Find" }));
    expect(await screen.findByText("1 secret holds it now.")).toBeVisible();
    const list = within(screen.getByRole("list", { name: "Where it is or was" }));
    expect(list.getByText(/Secret access key now, version \d+ since/)).toBeVisible();
    expect(list.getByText(/in version 1 from .* until .*, destroyed/)).toBeVisible();
    expect(field()).toHaveValue("");
    expect(document.body.innerHTML).not.toContain("leaked-canary-value");
    await expectAccessible(screen.getByRole("dialog"));
    await user.click(screen.getByRole("button", { name: "Rotate it…" }));
    // Somebody knows the value: its own plan, and the old key stopped at once.
    const plan = await screen.findByRole("dialog", { name: /^Rotate / });
    expect(await within(plan).findByLabelText("When")).toHaveDisplayValue("at once");
  });

  test("tells of a key that a rotation has not ended, and leads to that rotation", async () => {
    const { user, backend } = await open();
    const { world } = backend;
    const [secret] = world.secrets.filter(({ secret_type: type }) => type === "s3");
    const old_key = { grace_hours: 24, then: "delete" as const };
    const begun = { secret_id: secret!.id, expected_revision: secret!.revision, old_key };
    const { rotation } = await backend.handler("rotation_start")(begun);
    const usual = backend.handler("value_find");
    backend.answer("value_find", async (request) => {
      const answer = await usual(request);
      const alive = { rotation_id: rotation.id, key: "old" as const };
      const holders = answer.holders.filter(({ state }) => state !== "current");
      return { ...answer, holders: holders.map((one) => ({ ...one, alive })) };
    });
    await user.type(field(), "leaked-canary-value");
    await user.click(screen.getByRole("button", { name: "Find" }));
    expect(await screen.findByText("No secret holds it, but its key may still work.")).toBeVisible();
    expect(screen.queryByText(/Only in the past/)).toBeNull();
    const name = `Show the rotation of ${secret!.name}`;
    await user.click(screen.getByRole("button", { name }));
    expect(await screen.findByRole("dialog", { name: `Rotate ${secret!.name}` })).toBeVisible();
  });

  test("is never shown, not even to who typed it", async () => {
    await open();
    expect(screen.queryByRole("button", { name: "Show value" })).toBeNull();
  });

  test("held by what is in the trash alone says so, and that it is restored first", async () => {
    const { user, backend } = await open();
    const usual = backend.handler("value_find");
    backend.answer("value_find", async (request) => {
      const told = await usual(request);
      return { ...told, holders: told.holders.map((holder) => ({ ...holder, in_trash: true })) };
    });
    await user.type(field(), "leaked-canary-value");
    await user.click(screen.getByRole("button", { name: "Find" }));
    expect(await screen.findByText("1 secret in the trash holds it.")).toBeVisible();
    expect(screen.getByText(/Restore it to rotate it/)).toBeVisible();
    expect(within(screen.getByRole("dialog")).queryByRole("button", { name: /^Rotate/ })).toBeNull();
  });

  test("that is nowhere says so, and what could not be found", async () => {
    const { user } = await open();
    await user.type(field(), "something else");
    await user.click(screen.getByRole("button", { name: "Find" }));
    expect(await screen.findByText("Nowhere.")).toBeVisible();
  });

  test("is masked while it is typed, and gone with the dialog", async () => {
    const { user, backend } = await open();
    await user.type(field(), "leaked-canary-value");
    expect(field()).toHaveClass("hidden");
    backend.emit({ kind: "locked", reason: "idle" });
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect([...document.querySelectorAll("textarea")].map(({ value }) => value).join("")).toBe("");
  });

  test("that is refused says so beside the field and keeps what was typed", async () => {
    const { user, backend } = await open();
    backend.answer("value_find", () => {
      throw {
        status: 422,
        type: "validation_error",
        message: "Some fields need your attention.",
        details: [{ loc: ["value"], message: "Give the whole value.", type: "empty" }],
      };
    });
    await user.type(field(), "x");
    await user.click(screen.getByRole("button", { name: "Find" }));
    await waitFor(() => expect(field()).toHaveAccessibleDescription(expect.stringContaining("Give the whole value.")));
    expect(field()).toHaveValue("x");
  });
});

describe("the bars of ages", () => {
  const age = (weeks: number, count: number, due_soon = 0, overdue = 0) => ({ weeks, count, due_soon, overdue });

  test("go from this week to the oldest without gaps, and at least as far as the policy", () => {
    expect(bars([age(0, 2), age(15, 1)], null)).toHaveLength(16);
    // Young ones alone are no wall from end to end.
    expect(bars([age(0, 2), age(3, 1)], null)).toHaveLength(13);
    expect(bars([age(0, 2)], 90)).toHaveLength(14);
    expect(bars([], null)).toHaveLength(13);
  });

  test("lose no secret, however old", () => {
    const ages = [age(0, 5, 1, 0), age(40, 7, 0, 7), age(900, 3, 0, 3)];
    const drawn = bars(ages, 90);
    expect(drawn.reduce((sum, bar) => sum + total(bar), 0)).toBe(15);
    expect(drawn.length).toBeLessThanOrEqual(30);
    expect(barText(drawn.at(-1)!)).toMatch(/weeks and more$/);
    expect(drawn[0]).toMatchObject({ fine: 4, soon: 1, overdue: 0 });
  });
});

describe("the calendar of what falls due", () => {
  const NOW = Date.parse("2026-11-21T12:00:00Z");

  test("begins on this week's Monday in UTC, and marks what is fullest", () => {
    const all = days(
      [
        { date: "2026-11-24", count: 9 },
        { date: "2026-12-01", count: 1 },
      ],
      NOW,
    );
    expect(all).toHaveLength(91);
    expect(all[0]).toMatchObject({ date: "2026-11-16", weekday: 0, isPast: true });
    expect(all.find(({ date }) => date === "2026-11-24")).toMatchObject({ level: 3, week: 1, weekday: 1 });
    expect(all.find(({ date }) => date === "2026-12-01")).toMatchObject({ level: 1 });
  });

  test("names each month where it begins", () => {
    const all = days([], NOW);
    expect(months(all).map(({ name }) => name)).toEqual(["Nov", "Dec", "Jan", "Feb"]);
  });
});
