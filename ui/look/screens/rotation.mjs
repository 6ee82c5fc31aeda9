import { key, pause, pick, place, press, pressLike, row, search, steps } from "../acts.mjs";

const world = (act) => (page) => page.evaluate(`((world) => { ${act} })(window.mockBackend.world)`);
const plan = (name) => steps(search(name), row(0), press("Rotate…"), pause(200));
const start = (name, options, ...then) => ({
  address: "?unlocked",
  steps: steps(world(options), plan(name), press("Rotate"), pause(600), ...then),
});
const planned = (change) => (page) =>
  page.evaluate(`(() => {
    const { world } = window.mockBackend;
    const usual = window.mockBackend.handler("rotation_plan");
    window.mockBackend.answer("rotation_plan", (request) => {
      const { plan } = usual(request);
      const DAY = 86400000;
      ${change}
      return { plan };
    });
  })()`);

const TWO_KEYS = `
  plan.keys.push({ ...plan.keys[0], id: "AKIA2OLDERKEY7QXM4P2", name: "from 2023", is_current: false, may_go: true, created_at: new Date(Date.now() - 900 * DAY).toISOString(), last_used: { kind: "at", time: new Date(Date.now() - 214 * DAY).toISOString(), service: "s3", region: "us-east-1" } });
  plan.blocks.push({ code: "keys_max", key_id: "AKIA2OLDERKEY7QXM4P2", message: "This user has two keys already, as many as AWS allows. The other one, AKIA2OLDERKEY7QXM4P2, was last used 214 days ago: delete it first, if nothing needs it." });
  plan.blocks.push({ code: "privilege", key_id: null, message: "iam:DeleteAccessKey is missing: the old key could not be deleted at the end." });`;

const board = place(/^Rotation/);
/** The first secret of the list has its value together with two others. */
const sharedFirst = world(
  `world.reused = [[...world.secrets].sort((one, other) => one.name.localeCompare(other.name)).slice(0, 3).map(({ id }) => id)]`,
);
const reused = world(
  `world.reused = [world.secrets.slice(0, 3).map(({ id }) => id), world.secrets.slice(4, 6).map(({ id }) => id)]`,
);
const runs = steps(
  world(`world.stepMs = 5`),
  plan("aws billing exports 2"),
  press("Rotate"),
  pause(400),
  key("Escape"),
  world(`world.failAt = "creating"`),
  plan("tigris thumbnails 2"),
  press("Rotate"),
  pause(300),
  key("Escape"),
  world(`world.failAt = null; world.holdAt = "testing"`),
  plan("b2 cold archive 2"),
  press("Rotate"),
  pause(300),
  key("Escape"),
);

/** Rotating at the provider: before, during, after. */
export const ROTATION = [
  { name: "rotate-plan", address: "?unlocked", everySize: true, steps: plan("aws billing exports 2") },
  {
    name: "rotate-plan-blocked",
    address: "?unlocked",
    everySize: true,
    steps: steps(planned(TWO_KEYS), plan("aws billing exports 2")),
  },
  {
    name: "rotate-plan-spare-key",
    address: "?unlocked",
    everySize: true,
    steps: steps(planned(TWO_KEYS), plan("aws billing exports 2"), press("Delete this key…"), pause(100)),
  },
  {
    name: "rotate-plan-asking",
    address: "?unlocked",
    steps: steps(
      (page) => page.evaluate(() => window.mockBackend.answer("rotation_plan", () => new Promise(() => {}))),
      plan("aws billing exports 2"),
    ),
  },
  { name: "rotate-plan-failed", address: "?unlocked&fail=rotation_plan", steps: plan("aws billing exports 2") },
  { name: "rotate-plan-set-up", address: "?unlocked", steps: plan("azure media account 2") },
  {
    name: "rotate-plan-long",
    address: "?unlocked&long",
    everySize: true,
    steps: steps(planned(TWO_KEYS), plan("aws production backups platform")),
  },
  { name: "rotate-by-hand", address: "?unlocked", everySize: true, steps: plan("hetzner") },
  {
    name: "rotate-testing",
    everySize: true,
    ...start(
      "aws billing exports 2",
      `world.holdAt = "testing"`,
      world(
        `Object.assign(world.rotations[0].tests[1], { state: "again", again_at: new Date(Date.now() + 5000).toISOString() }); Object.assign(world.rotations[0].tests[0], { state: "ok" }); window.mockBackend.emit({ kind: "rotation_changed", rotation_id: world.rotations[0].id, secret_id: world.rotations[0].secret_id })`,
      ),
      pause(200),
    ),
  },
  { name: "rotate-stopped", everySize: true, ...start("aws billing exports 2", `world.failAt = "creating"`) },
  { name: "rotate-grace", everySize: true, ...start("aws billing exports 2", ``) },
  { name: "rotate-undo", ...start("aws billing exports 2", ``, press("Undo…"), pause(100)) },
  { name: "rotate-undone", ...start("aws billing exports 2", ``, press("Undo…"), press("Undo"), pause(500)) },
  {
    name: "rotate-journal",
    ...start("aws billing exports 2", ``, (page) => page.getByText("The journal").click(), pause(100)),
  },
  {
    name: "rotate-asks",
    ...start(
      "aws billing exports 2",
      `world.holdAt = "creating"`,
      world(
        `Object.assign(world.rotations[0], { state: "asks", question: { message: "Two keys appeared at AWS since the create was sent, and neither says whose it is. Which one is this run’s?", choices: [{ decision: "delete", label: "Delete AKIA2NEWKEY", help: "It is the one that was made here; its secret was lost on the way.", danger: true }, { decision: "leave", label: "Leave both", help: "They are somebody’s. A new one is made.", danger: false }] } }); window.mockBackend.emit({ kind: "rotation_changed", rotation_id: world.rotations[0].id, secret_id: "x" })`,
      ),
      pause(200),
    ),
  },
  { name: "board", address: "?unlocked", everySize: true, steps: steps(reused, runs, board, pause(700)) },
  { name: "board-long", address: "?unlocked&long", everySize: true, steps: steps(reused, board, pause(300)) },
  { name: "board-none", address: "?unlocked&secrets=0", steps: board },
  { name: "board-unreadable", address: "?unlocked&fail=rotation_board", steps: board },
  { name: "board-viewer", address: "?unlocked&role=viewer", steps: board },
  { name: "board-many", address: "?unlocked&secrets=20000", steps: steps(board, pause(1500)) },
  {
    name: "bulk",
    address: "?unlocked",
    everySize: true,
    steps: steps(
      board,
      (page) => page.getByLabel("Choose all that are due").check(),
      pressLike(/^Rotate \d+…/),
      pause(200),
    ),
  },
  {
    name: "bulk-done",
    address: "?unlocked",
    steps: steps(
      board,
      (page) => page.getByLabel("Choose all that are due").check(),
      pressLike(/^Rotate \d+…/),
      pressLike(/^Rotate \d+$/),
      (page) => page.getByText("begun.").first().waitFor(),
    ),
  },
  {
    name: "bulk-running",
    address: "?unlocked",
    steps: steps(
      world(`world.stepMs = 300`),
      board,
      (page) => page.getByLabel("Choose all that are due").check(),
      pressLike(/^Rotate \d+…/),
      pressLike(/^Rotate \d+$/),
      pause(900),
    ),
  },
  {
    name: "find",
    address: "?unlocked",
    everySize: true,
    steps: steps(
      board,
      press("Find a value…"),
      (page) => page.getByLabel("Value", { exact: true }).fill("leaked"),
      press("Find"),
      pause(200),
    ),
  },
  {
    name: "find-nowhere",
    address: "?unlocked",
    steps: steps(
      board,
      press("Find a value…"),
      (page) => page.getByLabel("Value", { exact: true }).fill("nope"),
      press("Find"),
      pause(200),
    ),
  },
  {
    name: "chosen",
    address: "?unlocked",
    everySize: true,
    steps: steps(
      row(0),
      (page) => page.locator("#secret-rows").focus(),
      key("Space"),
      key("ArrowDown"),
      key("ArrowDown"),
      key("Space"),
      pause(300),
    ),
  },
  {
    name: "chosen-tag",
    address: "?unlocked",
    steps: steps(row(0), (page) => page.locator("#secret-rows").focus(), key("Space"), press("Tag…"), pause(300)),
  },
  {
    name: "shared-value",
    address: "?unlocked",
    everySize: true,
    steps: steps(sharedFirst, row(0), pause(400)),
  },
  { name: "policy-vault", address: "?unlocked", steps: steps(board, press("Policy…"), pause(200)) },
  {
    name: "policy-secret",
    address: "?unlocked",
    everySize: true,
    steps: steps(
      search("aws billing exports 2"),
      row(0),
      press("Change the rotation policy"),
      pause(200),
      pick("Another secret"),
      pause(100),
    ),
  },
  {
    name: "policy-unreadable",
    address: "?unlocked&fail=policy_get",
    steps: steps(board, press("Policy…"), pause(200)),
  },
  { name: "rotate-pane", everySize: true, ...start("aws billing exports 2", ``, key("Escape"), pause(200)) },
];
