import { pause, press, pressLike, row, steps } from "../acts.mjs";

/** The secret that is open, taken to the trash by somebody else. */
const trashedElsewhere = (page) =>
  page.evaluate(() => {
    const { world } = window.mockBackend;
    const name = document.querySelector(".pane h1").textContent;
    world.secrets.find((secret) => secret.name === name).trashed_at = new Date(Date.now() - 259_200_000).toISOString();
    window.mockBackend.emit({ kind: "changed", what: ["secrets", "trash"] });
  });

/** The list of secrets and what opens from it. */
export const SECRETS = [
  { name: "secret-rotate", address: "?unlocked", steps: steps(row(1), press("Rotate…")) },
  {
    name: "secret-trashed",
    address: "?unlocked",
    everySize: true,
    steps: steps(row(1), pause(300), trashedElsewhere, pause(300)),
  },
  { name: "secrets", address: "?unlocked", everySize: true },
  {
    name: "secrets-filter",
    address: "?unlocked",
    everySize: true,
    steps: steps(pressLike(/^Filter/), pause(200)),
  },
  {
    name: "secrets-filter-end",
    address: "?unlocked&long",
    everySize: true,
    steps: steps(
      pressLike(/^Filter/),
      pause(200),
      (page) => page.locator(".panel .line").last().scrollIntoViewIfNeeded(),
      pause(100),
    ),
  },
  {
    name: "secrets-filter-nothing",
    address: "?unlocked",
    steps: steps(
      pressLike(/^Filter/),
      (page) => page.getByLabel("Rotation", { exact: true }).selectOption({ label: "Waits for a person" }),
      (page) => page.getByLabel("Locations", { exact: true }).selectOption({ label: "One did not answer" }),
      (page) => page.getByLabel("Values", { exact: true }).selectOption({ label: "In another vault" }),
      (page) => page.getByText("Nothing matches these filters").waitFor(),
    ),
  },
  { name: "secrets-none", address: "?unlocked&secrets=0" },
  { name: "secrets-many", address: "?unlocked&secrets=100000" },
  { name: "secrets-unreadable", address: "?unlocked&fail=secret_list" },
  { name: "secrets-read-only-long", address: "?unlocked&readonly&long", everySize: true },
  { name: "trash-empty", address: "?unlocked", steps: pressLike(/^Trash/) },
];
