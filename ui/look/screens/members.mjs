import { menu, pause, pick, place, press, steps, type } from "../acts.mjs";
import { PASSWORD } from "./around.mjs";

const members = place(/^Members/);
const act = (name, item) => menu(`What can be done with ${name}`, item);
const again = (label = "Your master password") => type(label, PASSWORD);
const slowly = (page) => page.evaluate(() => window.mockBackend.answer("member_remove", () => new Promise(() => {})));
const halfway = (page) =>
  page.evaluate(() =>
    window.mockBackend.emit({ kind: "progress", job: "rekey", stage: "copy", done: 210, total: 384 }),
  );

/** Who has a key to the vault, and what follows from a change of that. */
export const MEMBERS = [
  { name: "join", everySize: true, steps: steps(press("Use an invitation"), press("Join the vault"), pause(200)) },
  { name: "join-long", address: "?long", steps: steps(press("Use an invitation"), pause(200)) },
  {
    name: "join-wrong",
    steps: steps(
      press("Use an invitation"),
      type("Invitation code", "J4XW-80MT"),
      type("Master password", "violet kettle orbit sandstone"),
      type("Master password again", "violet kettle orbit sandstone"),
      press("Join the vault"),
      pause(300),
    ),
  },
  { name: "members", address: "?unlocked", everySize: true, steps: steps(members, pause(200)) },
  { name: "members-long", address: "?unlocked&long", everySize: true, steps: steps(members, pause(200)) },
  { name: "members-viewer", address: "?unlocked&role=viewer", steps: steps(members, pause(200)) },
  { name: "members-unreadable", address: "?unlocked&fail=member_list", steps: steps(members, pause(200)) },
  {
    name: "members-invite",
    address: "?unlocked",
    everySize: true,
    steps: steps(members, press("Invite…"), press("Invite"), pause(200)),
  },
  {
    name: "invitation",
    address: "?unlocked",
    everySize: true,
    steps: steps(members, press("Invite…"), type("Name", "Ada Brandt"), again(), press("Invite"), pause(300)),
  },
  {
    name: "members-role",
    address: "?unlocked",
    steps: steps(members, act("Jun Okafor", "Change role…"), pick("Viewer"), pause(200)),
  },
  {
    name: "members-removing",
    address: "?unlocked",
    steps: steps(members, act("Jun Okafor", "Remove…"), again(), slowly, press("Remove"), halfway, pause(200)),
  },
  {
    name: "members-removed",
    address: "?unlocked",
    everySize: true,
    steps: steps(members, act("Jun Okafor", "Remove…"), again(), press("Remove"), pause(1500)),
  },
  {
    name: "members-elsewhere",
    address: "?unlocked&secrets=12",
    steps: steps(
      members,
      act("Jun Okafor", "Remove…"),
      again(),
      press("Remove"),
      pause(1500),
      (page) =>
        page.evaluate(() => {
          const { world } = window.mockBackend;
          world.secrets.splice(2, 1);
          for (const one of [...world.secrets, ...world.connections]) one.rotated_at = "2199-01-01T00:00:00.000Z";
          window.mockBackend.emit({ kind: "changed", what: ["secrets"] });
        }),
      pause(300),
    ),
  },
  {
    name: "members-renew",
    address: "?unlocked",
    steps: steps(members, act("Mara Lindqvist", "Someone may know my password…"), pause(200)),
  },
  { name: "members-rekey", address: "?unlocked", steps: steps(members, press("New keys…"), pause(200)) },
  {
    name: "members-refused",
    address: "?unlocked&fail=member_remove",
    steps: steps(members, act("Jun Okafor", "Remove…"), again(), press("Remove"), pause(300)),
  },
  {
    name: "members-wanted",
    address: "?unlocked",
    steps: steps(
      (page) => page.evaluate(() => (window.mockBackend.world.members[1].rekey_wanted = true)),
      members,
      pause(200),
    ),
  },
];
