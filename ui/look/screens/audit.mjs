import { pause, place, press, steps } from "../acts.mjs";

const entry = (index) => (page) => page.locator(`#audit-row-${index}`).click();

const endless = (page) => page.evaluate(() => window.mockBackend.answer("audit_verify", () => new Promise(() => {})));
const halfThrough = (page) =>
  page.evaluate(() =>
    window.mockBackend.emit({ kind: "progress", job: "audit_verify", stage: "read", done: 48_000, total: 100_000 }),
  );
const badLog = (page) =>
  page.evaluate(() =>
    window.mockBackend.answer("audit_verify", () => ({
      ok: false,
      checked: 41,
      first_bad: {
        position: 41,
        time: "2026-11-14T09:12:44.000Z",
        actor: "Jun Okafor",
        action: "secret_rotated",
        why: "Its content does not match its hash.",
      },
      problems: [{ kind: "record", message: "The secret “B2 cold archive” is not as its newest entry says." }],
    })),
  );

export const AUDIT = [
  { name: "audit", address: "?unlocked", everySize: true, steps: steps(place(/^Audit/), pause(200)) },
  { name: "audit-entry", address: "?unlocked", everySize: true, steps: steps(place(/^Audit/), entry(2), pause(200)) },
  {
    name: "audit-long",
    address: "?unlocked&long&entries=100000",
    everySize: true,
    steps: steps(place(/^Audit/), entry(1), pause(300)),
  },
  { name: "audit-none", address: "?unlocked&entries=0", steps: steps(place(/^Audit/), pause(200)) },
  { name: "audit-unreadable", address: "?unlocked&fail=audit_list", steps: steps(place(/^Audit/), pause(200)) },
  {
    name: "audit-verifying",
    address: "?unlocked&entries=100000",
    steps: steps(place(/^Audit/), endless, press("Verify"), halfThrough, pause(100)),
  },
  { name: "audit-whole", address: "?unlocked", steps: steps(place(/^Audit/), press("Verify"), pause(900)) },
  {
    name: "audit-bad",
    address: "?unlocked",
    everySize: true,
    steps: steps(place(/^Audit/), badLog, press("Verify"), pause(200), press("Show the entry"), pause(200)),
  },
  {
    name: "audit-export",
    address: "?unlocked",
    steps: steps(place(/^Audit/), press("Export…"), press("Save as…"), pause(900)),
  },
];
