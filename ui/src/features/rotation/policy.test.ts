import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "../../testing/axe";
import type { MockBackend } from "../../testing/mock-backend";
import { renderApp } from "../../testing/render-app";

type App = Awaited<ReturnType<typeof renderApp>>;

const DAY_MS = 86_400_000;
const every = () => screen.getByLabelText(/^Rotate every so many days/);
const lead = () => screen.getByLabelText(/^Tell so many days before/);
const sent = ({ backend }: App) =>
  backend.calls.filter(({ name }) => name === "policy_set").map(({ request }) => request);

async function openSecret(type: string, prepare: (backend: MockBackend) => void = () => {}) {
  const app = await renderApp({ unlocked: true, secrets: 24 }, prepare);
  const secret = app.backend.world.secrets.find((one) => one.secret_type === type && one.mode === "direct")!;
  await screen.findByText("Unlocked · Owner");
  app.navigation.openSecret(secret.id);
  await screen.findByRole("heading", { level: 1, name: secret.name });
  const part = within(await screen.findByRole("region", { name: "Rotation" }));
  return { ...app, secret, part };
}

async function edit(type: string, prepare: (backend: MockBackend) => void = () => {}) {
  const app = await openSecret(type, prepare);
  await app.user.click(app.part.getByRole("button", { name: "Change the rotation policy" }));
  await screen.findByRole("dialog", { name: `Rotation policy of ${app.secret.name}` });
  await screen.findByLabelText(/^Rotate every so many days/);
  return app;
}

describe("a secret's pane", () => {
  test("says when it falls due and by whose word, how a new key is made, and whose key it is", async () => {
    const { part } = await openSecret("s3", ({ world }) => {
      const secret = world.secrets.find((one) => one.secret_type === "s3")!;
      secret.made_at = new Date(Date.now() - 100.5 * DAY_MS).toISOString();
      secret.identity = { label: "AWS account", text: "029608264753" };
    });
    expect(await part.findByText("10 days ago")).toBeVisible();
    expect(part.getByText("Every 90 days, by the vault’s policy")).toBeVisible();
    expect(part.getByText("Made at Amazon S3 by the key itself")).toBeVisible();
    expect(part.getByText("029608264753")).toBeVisible();
    expect(screen.getByRole("option", { name: /Overdue by 10 d/ })).toBeInTheDocument();
    await expectAccessible();
  });

  test("says that nothing asks for a rotation where no policy does, and what is not set up", async () => {
    const { part } = await openSecret("azure_blob", ({ world }) => world.policies.clear());
    expect(await part.findByText(/Never: no policy asks for it/)).toBeVisible();
    expect(part.getByText(/Not set up: Azure Blob Storage needs a management credential/)).toBeVisible();
  });

  test("says why the policy can't be read, and shows the rest", async () => {
    const { part } = await openSecret("s3", (backend) => backend.fail("policy_get"));
    expect(await part.findByText(/could not be read/)).toBeVisible();
    expect(part.getByText("Made at Amazon S3 by the key itself")).toBeVisible();
  });
});

describe("the policy of a secret", () => {
  test("keeps who makes the keys while a rotation is not over, and takes the days", async () => {
    const app = await edit("s3", (backend) => {
      const usual = backend.handler("secret_get");
      const rotation = { id: "rot_01", stage: "grace", state: "waiting" } as const;
      backend.answer("secret_get", async (request) => {
        const answer = await usual(request);
        return { ...answer, secret: { ...answer.secret, rotation } };
      });
    });
    expect(screen.getByText(/^Where its keys are made can be changed once/)).toBeVisible();
    expect(screen.getByLabelText(/^IAM endpoint/)).toBeDisabled();
    await app.user.clear(every());
    await app.user.type(every(), "45");
    await app.user.click(screen.getByRole("button", { name: "Save policy" }));
    await waitFor(() => expect(sent(app)).toHaveLength(1));
    expect(sent(app)[0]).toMatchObject({ every_days: 45 });
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  test("is saved whole, and the pane shows the new date at once", async () => {
    const { secret, part, ...app } = await edit("s3");
    expect(every()).toHaveAttribute("placeholder", "90");
    await app.user.type(every(), "30");
    await app.user.type(lead(), "3");
    await app.user.click(screen.getByRole("button", { name: "Save policy" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(sent(app)).toEqual([
      { secret_id: secret.id, every_days: 30, lead_days: 3, managed: null, expected_revision: 0 },
    ]);
    expect(await part.findByText("Every 30 days, by its own policy")).toBeVisible();
  });

  test("names the secret that may make keys, and what the provider needs to know", async () => {
    const { secret, ...app } = await edit("azure_blob");
    await expectAccessible(screen.getByRole("dialog"));
    await app.user.type(screen.getByLabelText("Management credential"), "openai");
    const found = within(within(screen.getByRole("dialog")).getByRole("listbox", { name: "Secrets" }));
    await app.user.click((await found.findAllByRole("option"))[0]!);
    await app.user.type(screen.getByLabelText("Subscription"), "6f2b");
    await app.user.type(screen.getByLabelText("Resource group"), "storage");
    await app.user.click(screen.getByRole("button", { name: "Save policy" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    const management = app.backend.world.secrets.find(({ name }) => name.startsWith("OpenAI"))!;
    expect(sent(app)[0]).toMatchObject({
      secret_id: secret.id,
      every_days: null,
      managed: {
        management_secret_id: management.id,
        parameters: { subscription: "6f2b", resource_group: "storage" },
      },
    });
    const asked = app.backend.calls.filter(({ name }) => name === "secret_list").map(({ request }) => request);
    expect(asked).toContainEqual(expect.objectContaining({ query: "openai", types: ["generic"] }));
  });

  test("goes back to the key itself", async () => {
    const { secret, ...app } = await edit("s3", ({ world }) => {
      const secret = world.secrets.find((one) => one.secret_type === "s3")!;
      const other = world.secrets.find((one) => one.secret_type === "b2")!;
      const managed = { management_secret_id: other.id, parameters: {} };
      world.policies.set(secret.id, { secret_id: secret.id, managed, revision: 4 });
    });
    expect(screen.getByRole("radio", { name: "Another secret" })).toBeChecked();
    await app.user.click(screen.getByText("The key itself"));
    await app.user.click(screen.getByRole("button", { name: "Save policy" }));
    await waitFor(() =>
      expect(sent(app)[0]).toMatchObject({ secret_id: secret.id, managed: null, expected_revision: 4 }),
    );
  });

  test("shows what is refused beside its field", async () => {
    const { user } = await edit("s3");
    await user.type(every(), "-4");
    await user.click(screen.getByRole("button", { name: "Save policy" }));
    await waitFor(() => expect(every()).toHaveAttribute("aria-invalid", "true"));
    expect(every()).toHaveAccessibleDescription(expect.stringContaining("at least 1"));
    expect(every()).toHaveFocus();
    await user.clear(every());
    await user.type(every(), "soon");
    await user.click(screen.getByRole("button", { name: "Save policy" }));
    await waitFor(() => expect(every()).toHaveAccessibleDescription(expect.stringContaining("Give whole days")));
  });

  test("that somebody else changed meanwhile is shown before it is saved over", async () => {
    const { backend, user, secret } = await edit("s3");
    backend.world.policies.set(secret.id, { every_days: 45, revision: 1 });
    await user.type(every(), "30");
    await user.click(screen.getByRole("button", { name: "Save policy" }));
    expect(await screen.findByText("It changed meanwhile.")).toBeVisible();
    expect(every()).toHaveValue("45");
    await user.clear(every());
    await user.type(every(), "30");
    await user.click(screen.getByRole("button", { name: "Save policy" }));
    await waitFor(() => expect(backend.world.policies.get(secret.id)?.every_days).toBe(30));
  });

  test("is not thrown away by Cancel once something is typed", async () => {
    const { user } = await edit("s3");
    await user.type(every(), "30");
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(await screen.findByText(/Closing forgets what you typed/)).toBeVisible();
  });
});

describe("the policy of the vault", () => {
  async function openSettings(role: "owner" | "admin" = "owner") {
    const app = await renderApp({ unlocked: true, role });
    await app.user.click(await screen.findByRole("button", { name: /^Settings/ }));
    return app;
  }

  test("stands in the settings, and is changed from there", async () => {
    const app = await openSettings();
    expect(await screen.findByText("Every 90 days, told 7 days before")).toBeVisible();
    await app.user.click(screen.getByRole("button", { name: "Change the rotation policy of the vault" }));
    const field = await screen.findByLabelText(/^Rotate every so many days/);
    await app.user.clear(field);
    await app.user.type(field, "180");
    await app.user.click(screen.getByRole("button", { name: "Save policy" }));
    expect(await screen.findByText("Every 180 days, told 7 days before")).toBeVisible();
    expect(sent(app)).toEqual([
      { secret_id: null, every_days: 180, lead_days: 7, managed: null, expected_revision: 1 },
    ]);
  });

  test("is shown to an Admin, and changed by an Owner alone", async () => {
    await openSettings("admin");
    expect(await screen.findByText("Every 90 days, told 7 days before")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Change the rotation policy of the vault" })).toBeNull();
  });
});
