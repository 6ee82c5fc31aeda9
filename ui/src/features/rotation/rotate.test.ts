import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import type { RotationPlan } from "../../ipc";
import { expectAccessible } from "../../testing/axe";
import type { MockBackend } from "../../testing/mock-backend";
import { refusal, type WorldOptions } from "../../testing/mock-world";
import { renderApp } from "../../testing/render-app";

const DAY_MS = 86_400_000;

type App = Awaited<ReturnType<typeof renderApp>>;

/** Opens the pane of the first secret of a type and presses Rotate there. */
async function askToRotate(
  type: string,
  prepare: (backend: MockBackend) => void = () => {},
  options: WorldOptions = {},
) {
  const app = await renderApp({ unlocked: true, secrets: 24, locations: 30, ...options }, prepare);
  const secret = structuredClone(
    app.backend.world.secrets.find((one) => one.secret_type === type && one.mode === "direct")!,
  );
  await screen.findByText("Unlocked · Owner");
  app.navigation.openSecret(secret.id);
  await screen.findByRole("heading", { level: 1, name: secret.name });
  await app.user.click(screen.getByRole("button", { name: "Rotate…" }));
  return { ...app, secret };
}

/** As `askToRotate`, with a plan that differs from the usual one. */
function planned(change: (plan: RotationPlan) => void) {
  return (backend: MockBackend) => {
    const usual = backend.handler("rotation_plan");
    backend.answer("rotation_plan", async (request) => {
      const answer = await usual(request);
      change(answer.plan);
      return answer;
    });
  };
}

const dialog = () => screen.getByRole("dialog");
const step = (name: string) => within(dialog()).getByText(name, { selector: "b" }).closest("li")!;
const sent = ({ backend }: App, name: string) =>
  backend.calls.filter((one) => one.name === name).map(({ request }) => request);

describe("before the click", () => {
  test("a person sees each step, the keys that are there, and what will be tried", async () => {
    const { secret, ...app } = await askToRotate("s3");
    await within(dialog()).findByText("Amazon S3 makes a new key; both work until the old one is retired.");
    expect(step("Check the account")).toHaveTextContent("User backup-writer in account 029608264753.");
    const keys = within(screen.getByRole("table", { name: "1 of 2 keys at Amazon S3" }));
    expect(keys.getByRole("row", { name: /this secret’s \d+ d 2 h ago, s3 in eu-central-1 active/ })).toBeVisible();
    expect(step("Try it for real")).toHaveTextContent(
      "On aws-production-backups, aws-production-backups-nightly, aws-production-backups-2 and 1 more.",
    );
    expect(step("Switch over")).toHaveTextContent(`Version ${(secret.version ?? 0) + 1} becomes current`);
    expect(screen.getByLabelText("When")).toHaveValue("24");
    expect(sent(app, "rotation_start")).toEqual([]);
    await expectAccessible(dialog());
  });

  test("a full provider stands in the way, with the last use of the other key", async () => {
    const other = (plan: RotationPlan) => {
      const time = new Date(Date.now() - 214 * DAY_MS).toISOString();
      const last_used = { kind: "at" as const, time, service: "s3", region: null };
      plan.keys.push({ ...plan.keys[0]!, id: "AKIA2OLDER", is_current: false, last_used });
      const message = "This user has two keys already; the other was last used 214 days ago.";
      plan.blocks.push({ code: "keys_max", message, key_id: "AKIA2OLDER" });
    };
    await askToRotate("s3", planned(other));
    expect(await within(dialog()).findByRole("alert")).toHaveTextContent(
      /^One thing is in the way\. .*214 days ago\.$/,
    );
    expect(screen.getByRole("table", { name: "2 of 2 keys at Amazon S3" })).toBeVisible();
    expect(screen.getByRole("button", { name: "Rotate" })).toBeDisabled();
    await expectAccessible(dialog());
  });

  describe("a spare key in the way", () => {
    const SPARE = {
      id: "AKIA2OLDER",
      name: null,
      status: "active",
      created_at: new Date(Date.now() - 900 * DAY_MS).toISOString(),
      expires_at: null,
      last_used: {
        kind: "at",
        time: new Date(Date.now() - 30 * DAY_MS).toISOString(),
        service: "s3",
        region: "us-east-1",
      },
      is_current: false,
      held_by: null,
      may_go: true,
    } as const;
    const withSpare = (change: Partial<RotationPlan["keys"][number]> = {}) =>
      askToRotate("s3", ({ world }) => {
        world.spareKeys = [{ ...SPARE, ...change }];
      });

    test("is deleted by a person who sees its age and last use and says why", async () => {
      const { secret, ...app } = await withSpare();
      await app.user.click(await screen.findByRole("button", { name: "Delete this key…" }));
      const question = screen.getByRole("alertdialog", { name: "Delete this key?" });
      expect(question).toHaveAccessibleDescription("AKIA2OLDER: 900 d old; last used: 30 days ago, s3 in us-east-1.");
      await expectAccessible(question);
      await app.user.click(within(question).getByRole("button", { name: "Delete this key" }));
      expect(await within(question).findByRole("alert")).toHaveTextContent("Say why this key goes");
      await app.user.type(within(question).getByLabelText("Why"), "left behind");
      await app.user.click(within(question).getByRole("button", { name: "Delete this key" }));
      expect(await screen.findByRole("table", { name: "1 of 2 keys at Amazon S3" })).toBeVisible();
      expect(screen.queryByRole("alertdialog")).toBeNull();
      expect(screen.getByRole("button", { name: "Rotate" })).toBeEnabled();
      expect(sent(app, "rotation_key_delete").at(-1)).toEqual({
        secret_id: secret.id,
        key_id: "AKIA2OLDER",
        then: "delete",
        reason: "left behind",
      });
    });

    test("can be disabled only, and stays in the way", async () => {
      const app = await withSpare();
      await app.user.click(await screen.findByRole("button", { name: "Delete this key…" }));
      await app.user.click(screen.getByRole("radio", { name: "Disable only" }));
      const question = screen.getByRole("alertdialog", { name: "Disable this key?" });
      await app.user.type(within(question).getByLabelText("Why"), "looks unused");
      await app.user.click(within(question).getByRole("button", { name: "Disable this key" }));
      expect(await screen.findByRole("row", { name: /AKIA2OLDER .* disabled/ })).toBeVisible();
      expect(screen.getByRole("button", { name: "Rotate" })).toBeDisabled();
    });

    test("that another secret uses is not offered, and whose it is stands beside it", async () => {
      await withSpare({ may_go: false, held_by: "Ledger reader" });
      expect(await screen.findByRole("row", { name: /AKIA2OLDER in use by Ledger reader/ })).toBeVisible();
      expect(screen.queryByRole("button", { name: "Delete this key…" })).toBeNull();
    });
  });

  test("a provider that replaces the key at once says that its users break, and asks nothing of an old key", async () => {
    const cut = (plan: RotationPlan) => Object.assign(plan, { style: "cut_over" });
    await askToRotate("s3", planned(cut));
    expect(await within(dialog()).findByText("No overlap.")).toBeVisible();
    expect(step("Make the new key")).toHaveTextContent("stops working in that moment");
    expect(within(dialog()).queryByText("Retire the old key")).toBeNull();
    expect(screen.queryByLabelText("When")).toBeNull();
  });

  test("a key that nobody can end is kept, and nothing else is offered", async () => {
    const lasting = (plan: RotationPlan) => Object.assign(plan, { disables: false, deletes: false });
    const app = await askToRotate("s3", planned(lasting));
    expect(await within(dialog()).findByText(/works until it ends by itself/)).toBeVisible();
    const choices = within(screen.getByLabelText("The old key")).getAllByRole("option");
    expect(choices.map((choice) => choice.textContent)).toEqual(["Leave it to me"]);
    expect(screen.queryByLabelText("When")).toBeNull();
    await app.user.click(screen.getByRole("button", { name: "Rotate" }));
    await waitFor(() =>
      expect(sent(app, "rotation_start")).toMatchObject([{ old_key: { then: "keep", grace_hours: 0 } }]),
    );
  });

  test("a provider that does not tell of a last use is said to be so, where the key goes", async () => {
    const { user } = await askToRotate(
      "s3",
      planned((plan) => Object.assign(plan, { tells_last_use: false })),
    );
    expect(
      await within(dialog()).findByText(/Amazon S3 does not tell when a key was last used: nothing/),
    ).toBeVisible();
    await user.selectOptions(screen.getByLabelText("The old key"), "Leave it to me");
    expect(within(dialog()).queryByText(/does not tell when a key was last used: nothing/)).toBeNull();
    expect(within(dialog()).getByText(/while its value is in the history, undo leads back to it/)).toBeVisible();
  });

  test("a secret that keeps no old value has no undo after the end, and that is said", async () => {
    const { user } = await askToRotate("s3", ({ world }) => {
      for (const secret of world.secrets) secret.history.keep = 0;
    });
    expect(await within(dialog()).findByText(/is kept until the rotation is over/)).toBeVisible();
    await user.selectOptions(screen.getByLabelText("The old key"), "Leave it to me");
    expect(within(dialog()).getByText(/undo ends with the rotation/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Rotate" }));
    await waitFor(() => expect(step("Leave the old key")).toHaveTextContent("It works, and is left as it is"));
    expect(screen.queryByRole("button", { name: "Undo…" })).toBeNull();
  });

  test("no answer from the provider changes nothing, and it can be asked again or done by hand", async () => {
    const { backend, user } = await askToRotate("s3", (one) =>
      one.fail("rotation_plan", "gateway_timeout", "No answer."),
    );
    expect(await within(dialog()).findByRole("alert")).toHaveTextContent("There is no plan yet. No answer.");
    expect(screen.queryByRole("button", { name: "Rotate" })).toBeNull();
    backend.succeed("rotation_plan");
    await user.click(screen.getByRole("button", { name: "Ask again" }));
    expect(await within(dialog()).findByText("Check the account")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "By hand…" }));
    expect(await screen.findByLabelText("Secret access key")).toBeVisible();
  });

  test("what cannot be asked for by its own key leads to the policy that says who can", async () => {
    const { user } = await askToRotate("azure_blob");
    expect(await within(dialog()).findByText(/Say which secret of this vault may/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Set it up…" }));
    expect(await screen.findByLabelText("Management credential")).toBeVisible();
  });

  test("a provider without keys by program leads through its console, step by step", async () => {
    const app = await askToRotate("hetzner");
    const guide = within(
      await screen.findByRole("region", { name: "How to make a new key at Hetzner Object Storage" }),
    );
    expect(guide.getByText("https://console.hetzner.com")).toBeVisible();
    await app.user.click(guide.getByRole("button", { name: "Open it" }));
    expect(sent(app, "console_open")).toEqual([{ auth_method: "hetzner_access_key" }]);
    await app.user.click(guide.getAllByRole("checkbox")[0]!);
    expect(guide.getAllByRole("checkbox")[0]).toBeChecked();
    expect(screen.getByLabelText("Secret access key")).toBeVisible();
    expect(sent(app, "rotation_plan")).toEqual([]);
    await expectAccessible(dialog());
  });
});

describe("a run", () => {
  test("sends what was chosen, and shows each step until the old key has its grace", async () => {
    const { secret, ...app } = await askToRotate("s3");
    await app.user.selectOptions(await screen.findByLabelText("The old key"), "Disable it");
    await app.user.selectOptions(screen.getByLabelText("When"), "after 7 days");
    await app.user.type(screen.getByLabelText(/^Why/), "quarterly");
    await app.user.click(screen.getByRole("button", { name: "Rotate" }));
    expect(await within(dialog()).findByText("AKIAQW3ET7NEWKEY4FZM")).toBeVisible();
    await waitFor(() =>
      expect(step("Retire the old key")).toHaveTextContent(
        /Works until .*, then it is disabled, as Mara Lindqvist decided\. Last used 2 h ago, s3 in eu-central-1 \(asked .*\)\./,
      ),
    );
    expect(step("Try it for real")).toHaveTextContent("aws-production-backups list, read");
    expect(step("Switch over")).toHaveTextContent(`Version ${(secret.version ?? 0) + 1} current`);
    expect(sent(app, "rotation_start")).toEqual([
      {
        secret_id: secret.id,
        expected_revision: secret.revision,
        reason: "quarterly",
        old_key: { grace_hours: 168, then: "disable" },
      },
    ]);
    await expectAccessible(dialog());
  });

  test("can be closed and is shown in the pane and the list, from where it opens again", async () => {
    const { user, secret } = await askToRotate("s3", ({ world }) => (world.holdAt = "testing"));
    await user.click(await screen.findByRole("button", { name: "Rotate" }));
    await waitFor(() => expect(step("Try it for real")).toHaveAttribute("aria-current", "step"));
    expect(screen.getByText(/Safe to close/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Close" }));
    expect(await screen.findByText("Trying the new key.")).toBeVisible();
    expect(await screen.findByRole("option", { name: new RegExp(`${secret.name} Rotating`) })).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Rotate…" }));
    expect(await within(screen.getByRole("dialog")).findByText(/Safe to close/)).toBeVisible();
  });

  test("follows what happens elsewhere, and lets nobody act on what another works on", async () => {
    const { user, backend } = await askToRotate("s3", ({ world }) => (world.holdAt = "testing"));
    await user.click(await screen.findByRole("button", { name: "Rotate" }));
    await screen.findByText(/Safe to close/);
    const run = backend.world.rotations[0]!;
    const again_at = new Date(Date.now() + 4_000).toISOString();
    Object.assign(run.tests[1]!, { state: "again", again_at });
    run.worker = { name: "Jun’s laptop", here: false };
    run.again_at = new Date(Date.now() + 60_000).toISOString();
    backend.emit({ kind: "rotation_changed", rotation_id: run.id, secret_id: run.secret_id });
    expect(await screen.findByText(/trying again in \d s; a new key takes a moment/)).toBeVisible();
    expect(screen.getByText(/^Goes on by itself in \d+ s\.$/)).toBeVisible();
    expect(screen.getByText("Jun’s laptop works on it now.")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Undo…" })).toBeNull();
    expect(screen.getByText("Safe to close: it goes on.")).toBeVisible();
  });

  test("that stopped says where and why, and resumes from there", async () => {
    const app = await askToRotate("s3", ({ world }) => (world.failAt = "creating"));
    await app.user.click(await screen.findByRole("button", { name: "Rotate" }));
    const alert = await within(screen.getByRole("dialog")).findByRole("alert");
    expect(alert).toHaveTextContent(/^It stopped\. The provider did not answer in time\..*ServiceUnavailable/);
    expect(alert).toHaveTextContent("Resuming first asks the provider whether the key was made.");
    expect(step("Make the new key")).toHaveTextContent("stopped here");
    await expectAccessible(dialog());
    await app.user.click(screen.getByRole("button", { name: "Resume" }));
    expect(await screen.findByText(/It can be undone until the old key is gone/)).toBeVisible();
    expect(sent(app, "rotation_resume")).toHaveLength(1);
  });

  test("is undone after a question that says what becomes of the keys", async () => {
    const { secret, ...app } = await askToRotate("s3");
    await app.user.click(await screen.findByRole("button", { name: "Rotate" }));
    await screen.findByText(/It can be undone/);
    await app.user.click(screen.getByRole("button", { name: "Undo…" }));
    expect(screen.getByRole("alert")).toHaveTextContent(`The value of version ${secret.version} becomes current again`);
    expect(screen.getByRole("button", { name: "Keep it" })).toHaveFocus();
    await app.user.click(screen.getByRole("button", { name: "Undo" }));
    expect(await screen.findByText("Undone.")).toBeVisible();
    expect(screen.getByText(/is what counts\. The new key is deleted\./)).toBeVisible();
    expect(step("Go back to the old key")).toHaveTextContent("done");
    expect(step("Retire the old key")).toHaveTextContent("not done");
    expect(screen.queryByRole("button", { name: "Undo…" })).toBeNull();
  });

  test.each([
    ["Leave it to me", "keep", "Leave the old key", "It works, and is left as it is, as Mara Lindqvist decided."],
    ["Disable it", "disable", "Retire the old key", "Disabled"],
  ])("that is over with an old key that stays (%s) can be undone", async (choice, then, title, words) => {
    const { secret, ...app } = await askToRotate("s3");
    await app.user.selectOptions(await screen.findByLabelText("The old key"), choice);
    if (then === "disable") await app.user.selectOptions(screen.getByLabelText("When"), "at once");
    await app.user.click(screen.getByRole("button", { name: "Rotate" }));
    expect(await screen.findByText(/^Undo leads back to the old key/)).toBeVisible();
    await app.user.click(screen.getByRole("button", { name: "Undo…" }));
    if (then === "disable") expect(screen.getByRole("alert")).toHaveTextContent("The old key is enabled again.");
    expect(app.backend.world.rotations[0]?.state).toBe("done");
    expect(step(title)).toHaveTextContent(words);
    await app.user.click(screen.getByRole("button", { name: "Undo" }));
    expect(await screen.findByText("Undone.")).toBeVisible();
    expect(app.backend.world.secret(secret.id).version).toBe((secret.version ?? 0) + 2);
    expect(screen.queryByRole("button", { name: "Undo…" })).toBeNull();
  });

  test("whose old key a person keeps in its grace says that it works, and who decided", async () => {
    const { user, backend } = await askToRotate("s3");
    await user.click(await screen.findByRole("button", { name: "Rotate" }));
    await screen.findByText(/It can be undone until/);
    expect(sent({ backend } as App, "rotation_look")).toHaveLength(1);
    backend.world.member.name = "Jun Park";
    await user.click(screen.getByRole("button", { name: "Keep the old key" }));
    await waitFor(() =>
      expect(step("Leave the old key")).toHaveTextContent("It works, and is left as it is, as Jun Park decided."),
    );
    expect(dialog()).not.toHaveTextContent(/Works until|Worked until|then it is deleted/);
    expect(screen.getByText("Undo leads back to the old key, while its value is in the history.")).toBeVisible();
    await expectAccessible(dialog());
  });

  test("on its way back offers no undo, and says nothing of one", async () => {
    const { user } = await askToRotate("s3", ({ world }) => (world.holdAt = "removing_new"));
    await user.click(await screen.findByRole("button", { name: "Rotate" }));
    await user.click(await screen.findByRole("button", { name: "Undo…" }));
    await user.click(screen.getByRole("button", { name: "Undo" }));
    expect(await screen.findByText("Safe to close: it goes on.")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Undo…" })).toBeNull();
  });

  test("tells of a location that did not answer, and not that it refused", async () => {
    const { user, backend } = await askToRotate("s3", ({ world }) => (world.holdAt = "testing"));
    await user.click(await screen.findByRole("button", { name: "Rotate" }));
    await screen.findByText(/Safe to close/);
    const run = backend.world.rotations[0]!;
    Object.assign(run.tests[1]!, { state: "unreachable", error_message: "No answer in 20 s." });
    Object.assign(run.tests[2]!, { state: "failed", error_message: "Listing is not allowed." });
    backend.emit({ kind: "rotation_changed", rotation_id: run.id, secret_id: run.secret_id });
    expect(await screen.findByText("did not answer: No answer in 20 s.")).toBeVisible();
    expect(screen.getByText("Listing is not allowed.")).toBeVisible();
    expect(dialog()).not.toHaveTextContent("refused");
  });

  test("asks whose a key is beside its age and last use, and shows which answer was pressed", async () => {
    const app = await askToRotate("s3", ({ world }) => (world.holdAt = "creating"));
    await app.user.click(await screen.findByRole("button", { name: "Rotate" }));
    await waitFor(() => expect(step("Make the new key")).toHaveAttribute("aria-current", "step"));
    const run = app.backend.world.rotations[0]!;
    const choices = [
      {
        decision: "delete:AKIASTRANGER",
        label: "Delete AKIASTRANGER",
        help: "If it is this rotation’s.",
        danger: true,
      },
      { decision: "leave", label: "Leave what is there", help: "If somebody else made it.", danger: false },
    ];
    Object.assign(run, { state: "asks", worker: null, question: { message: "Whose is it?", choices } });
    app.backend.emit({ kind: "rotation_changed", rotation_id: run.id, secret_id: run.secret_id });
    expect(await screen.findByText(/^AKIASTRANGER: .* old; last used: never\.$/)).toBeVisible();
    app.backend.answer("rotation_decide", () => new Promise(() => {}));
    await app.user.click(screen.getByRole("button", { name: "Leave what is there" }));
    expect(screen.getByRole("button", { name: "Leave what is there" })).toHaveAttribute("aria-busy", "true");
    expect(screen.getByRole("button", { name: "Delete AKIASTRANGER" })).not.toHaveAttribute("aria-busy", "true");
    expect(screen.getByRole("button", { name: "Delete AKIASTRANGER" })).toBeDisabled();
  });

  test("with a dead key in the vault says that it must be replaced", async () => {
    const { user, backend } = await askToRotate("s3", ({ world }) => (world.holdAt = "creating"));
    await user.click(await screen.findByRole("button", { name: "Rotate" }));
    await screen.findByText(/Safe to close/);
    const run = backend.world.rotations[0]!;
    const ended = { new_key: "unknown", in_use: "stopped", left_others: true } as const;
    Object.assign(run, {
      stage: "abandoned",
      state: "abandoned",
      style: "cut_over",
      worker: null,
      may_undo: false,
      ended,
    });
    backend.emit({ kind: "rotation_changed", rotation_id: run.id, secret_id: run.secret_id });
    expect(await within(dialog()).findByRole("alert")).toHaveTextContent(
      /^The key in this vault does not work\. .* enter it here/,
    );
    expect(dialog()).not.toHaveTextContent(/no key was left behind|Undone\./);
    await expectAccessible(dialog());
  });

  test("asks what only a person can know, and sends the answer", async () => {
    const app = await askToRotate("s3", ({ world }) => (world.holdAt = "creating"));
    await app.user.click(await screen.findByRole("button", { name: "Rotate" }));
    await waitFor(() => expect(step("Make the new key")).toHaveAttribute("aria-current", "step"));
    const run = app.backend.world.rotations[0]!;
    app.backend.world.holdAt = null;
    Object.assign(run, {
      state: "asks",
      question: {
        message: "A key appeared that says not whose it is.",
        choices: [
          { decision: "delete", label: "Delete it", help: "It was made by this run.", danger: true },
          { decision: "leave", label: "Leave it", help: "It is somebody’s.", danger: false },
        ],
      },
    });
    app.backend.emit({ kind: "rotation_changed", rotation_id: run.id, secret_id: run.secret_id });
    const question = within(await screen.findByRole("group", { name: "A key appeared that says not whose it is." }));
    expect(step("Make the new key")).toHaveTextContent("waits for you");
    await expectAccessible(dialog());
    await app.user.click(question.getByRole("button", { name: "Leave it" }));
    await waitFor(() => expect(sent(app, "rotation_decide")).toEqual([{ rotation_id: run.id, decision: "leave" }]));
  });

  test("that was refused because the secret changed shows the new state before another try", async () => {
    const { backend, user, secret } = await askToRotate("s3");
    await screen.findByText("Check the account");
    backend.world.secret(secret.id).revision += 1;
    await user.click(screen.getByRole("button", { name: "Rotate" }));
    expect(await within(dialog()).findByRole("alert")).toHaveTextContent(
      /Not started\..*What you see below is the new state/,
    );
    await user.click(screen.getByRole("button", { name: "Rotate" }));
    expect(await screen.findByText(/It can be undone/)).toBeVisible();
  });

  test("is looked at by a Viewer, who can do nothing about it", async () => {
    const { backend, user, rotating } = await renderApp({ unlocked: true, secrets: 24, role: "viewer" });
    const { world } = backend;
    const secret = world.secrets.find((one) => one.secret_type === "s3")!;
    world.holdAt = "testing";
    const old_key = { grace_hours: 24, then: "delete" as const };
    void backend.handler("rotation_start")({ secret_id: secret.id, expected_revision: secret.revision, old_key });
    await waitFor(() => expect(world.rotations[0]?.stage).toBe("testing"));
    await screen.findByRole("option", { name: new RegExp(`${secret.name} Rotating`) });
    rotating.ask({ kind: "run", id: world.rotations[0]!.id });
    expect(await screen.findByText(/Safe to close/)).toBeVisible();
    expect(screen.queryByRole("button", { name: "Undo…" })).toBeNull();
    await user.click(screen.getByRole("button", { name: "Close" }));
  });

  test("that cannot be read says why, and is gone when the vault locks", async () => {
    const { backend, rotating } = await renderApp({ unlocked: true });
    await screen.findByText("Unlocked · Owner");
    rotating.ask({ kind: "run", id: "rot_gone" });
    expect(await screen.findByRole("alert")).toHaveTextContent("The run can’t be read. There is no such rotation");
    backend.emit({ kind: "locked", reason: "asked" });
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  test("refused by the command says so and stays as it was", async () => {
    const { backend, user } = await askToRotate("s3");
    await user.click(await screen.findByRole("button", { name: "Rotate" }));
    await screen.findByText(/It can be undone/);
    backend.answer("rotation_undo", () => {
      throw refusal(409, "conflict", "Jun’s laptop works on it.");
    });
    await user.click(screen.getByRole("button", { name: "Undo…" }));
    await user.click(screen.getByRole("button", { name: "Undo" }));
    expect(await within(dialog()).findByRole("alert")).toHaveTextContent("Not done. Jun’s laptop works on it.");
  });
});
