// The page as a person meets it: by roles and names, waiting for what is about to come.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { until as waitFor } from "./webdriver.js";
import { FIND, TEXT } from "./in-page.js";

const AXE = fileURLToPath(new URL("../../../ui/node_modules/axe-core/axe.min.js", import.meta.url));
const FINDING_CHARS_MAX = 400;
const THEMES = ["light", "dark"];

export class Page {
  /** What axe found on the screens so far; see `audit`. */
  findings = [];

  constructor(session) {
    this.session = session;
  }

  /** What has this role and accessible name; a name may be a pattern. Only what a person could use now: visible, and in the open dialog. */
  all(role, name) {
    const pattern = name instanceof RegExp ? name.source : null;
    return this.session.run(FIND, role, pattern === null ? (name ?? null) : null, pattern);
  }

  get(role, name) {
    return this.#until(`${role} ${name ?? ""}`, async () => (await this.all(role, name))[0]);
  }

  async gone(role, name) {
    await this.#until(`${role} ${name ?? ""} to go`, async () => (await this.all(role, name)).length === 0);
  }

  /** A click that waits for its target to be in the clear. */
  async press(role, name) {
    await this.#until(`${role} ${name} to be pressed`, async () => {
      const [target] = await this.all(role, name);
      if (!target || (await target.property("disabled"))) return false;
      await target.click();
      return true;
    });
  }

  button(name) {
    return this.press("button", name);
  }

  /** Types as a person does; what keys can't type or would submit goes in as pasted. */
  async fill(label, text) {
    const field = await this.get("textbox", label);
    await field.click();
    await this.session.chord("control", "a");
    if (text === "") await this.session.chord("backspace");
    else if (/^[\x20-\x7e]+$/.test(text)) await field.keys(text);
    else await field.fill(text);
    await this.#until(`${label} to hold what was typed`, async () => (await field.property("value")) === text);
  }

  async choose(label, option) {
    // What can be chosen may still be on its way from Rust.
    await this.#until(`${option} under ${label}`, async () => this.session.run(CHOOSE, await this.get("combobox", label), option));
  }

  /** Leaves whatever dialog a failed test left open, so that the next one is judged by itself. */
  async leaveDialogs() {
    for (const name of ["Cancel", "Back", "Close", "Discard", "Cancel", "Discard"]) {
      if ((await this.all("dialog")).length === 0) return;
      const [button] = await this.all("button", name);
      await button?.click();
    }
  }

  /** Waits until this text stands on the page. */
  see(text) {
    return this.#until(`“${text}” on the page`, async () => matches(await this.text(), text));
  }

  async notSee(text) {
    await this.#until(`“${text}” to leave the page`, async () => !matches(await this.text(), text));
  }

  text() {
    return this.session.run(TEXT);
  }

  /** Whether a field says what is wrong with it. */
  async faultOf(label) {
    const field = await this.#until(`a fault at ${label}`, async () => {
      const [found] = await this.all("textbox", label);
      return found && (await found.attribute("aria-invalid")) === "true" && found;
    });
    return this.session.run(
      `return (arguments[0].getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id.endsWith("-error")).map((id) => document.getElementById(id)?.textContent ?? "").join(" ")`,
      field,
    );
  }

  key(...names) {
    return this.session.chord(...names);
  }

  /** A wait in vain leaves a picture of what was there instead. */
  async #until(what, ask) {
    try {
      return await waitFor(what, ask);
    } catch (error) {
      await this.save(`failed-${Date.now()}`).catch(() => {});
      error.message += `; the page said: ${await this.text().catch(() => "nothing")}`;
      throw error;
    }
  }

  /** Of what is on the page now, not of the frame before. */
  async picture() {
    await this.session.runAsync(SETTLED);
    return this.session.screenshot();
  }

  async save(name) {
    const folder = process.env.TURNSTONE_SCREENSHOTS;
    if (!folder) return;
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${name}.png`), await this.picture());
  }

  /** Keeps a picture of the screen in both themes and notes what axe finds serious; a test at the end wants nothing noted. */
  async audit(name) {
    const before = await this.session.run(`return document.documentElement.getAttribute("data-theme")`);
    await this.session.run(await axeSource());
    for (const theme of THEMES) {
      await this.session.run(`document.documentElement.setAttribute("data-theme", arguments[0])`, theme);
      await this.save(`${name}-${theme}`);
      const violations = await this.session.runAsync(RUN_AXE);
      this.findings.push(...violations.map((violation) => `${name}, ${theme}: ${violation.slice(0, FINDING_CHARS_MAX)}`));
    }
    const restore = `const [root, theme] = [document.documentElement, arguments[0]]; if (theme) root.setAttribute("data-theme", theme); else root.removeAttribute("data-theme")`;
    await this.session.run(restore, before);
  }
}

function matches(text, wanted) {
  return wanted instanceof RegExp ? wanted.test(text) : text.includes(wanted);
}

let axe;
function axeSource() {
  axe ??= readFile(AXE, "utf8");
  return axe;
}

const CHOOSE = `
  const [field, label] = arguments;
  const option = [...field.options].find((one) => one.text.trim() === label);
  if (!option) return false;
  field.focus();
  field.value = option.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
  return true;`;

// Two frames, and no transition under way.
const SETTLED = `
  const done = arguments[0];
  requestAnimationFrame(() => requestAnimationFrame(() =>
    Promise.allSettled(document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity).map((one) => one.finished)).then(() => done())));`;

const RUN_AXE = `
  const done = arguments[0];
  axe.run(document, { resultTypes: ["violations"] }).then(
    (results) => done(results.violations
      .filter((one) => one.impact === "serious" || one.impact === "critical")
      .map((one) => one.id + ": " + one.nodes.map((node) => node.target.join(" ") + " (" + (node.any[0]?.message ?? node.all[0]?.message ?? node.none[0]?.message ?? "") + ")").join("; "))),
    (error) => done(["axe failed: " + error]));`;
