// What the tests do again and again: the app opened on a desktop of its own, a vault made, secrets put in.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Desktop } from "./desktop.js";
import { Page } from "./page.js";
import { until } from "./webdriver.js";

export const PASSWORD = "quarry lantern mosaic thirteen";

export class Turnstone {
  /** A desktop with the window open, on vaults of its own or on a copy of those below `home`. */
  static async start(given) {
    const turnstone = new Turnstone();
    turnstone.desktop = await Desktop.start(given);
    try {
      await turnstone.open();
    } catch (error) {
      await turnstone.desktop.stop();
      throw error;
    }
    return turnstone;
  }

  async open() {
    const { session } = await this.desktop.open();
    this.session = session;
    const findings = this.page?.findings ?? [];
    this.page = new Page(session);
    this.page.findings = findings;
  }

  /** Ends the app as quitting does, and waits until it is gone. */
  async close() {
    await this.session.end();
    await this.desktop.quit();
  }

  /** Ends the app in the middle of whatever it does, as a crash or a power cut would. */
  async kill() {
    process.kill(await this.desktop.pid(), "SIGKILL");
    await this.desktop.quit();
  }

  async stop() {
    await this.session?.end().catch(() => {});
    await this.desktop.stop();
  }

  file(name) {
    return join(this.desktop.home, "files", name);
  }

  /** Makes a vault through the window and goes past its emergency sheet. Returns the recovery code. */
  async createVault(name = "Acme storage", password = PASSWORD) {
    const { page } = this;
    await page.button("New vault");
    await page.fill("Name of the vault", name);
    await page.fill("Your name", "mara@acme");
    await page.fill("Master password", password);
    await page.fill("Master password again", password);
    await page.button("Create vault");
    const code = await this.recoveryCode();
    await page.press("checkbox", "I have the code on paper or in a file");
    await page.button("Go on");
    await page.get("button", /^Secrets/);
    return code;
  }

  async recoveryCode() {
    await this.page.get("heading", "Save your emergency sheet");
    const text = await this.session.run(`return document.querySelector("[data-testid=recovery-code]").textContent`);
    return text.replace(/\s/g, "");
  }

  async unlock(password = PASSWORD) {
    await this.page.fill("Master password", password);
    await this.page.button("Unlock");
    await this.page.get("button", /^Secrets/);
  }

  async lock() {
    await this.page.button(/^Lock/);
    await this.page.get("button", "Unlock");
  }

  /** Opens a secret by its row. */
  async openSecret(name) {
    const row = await until(`the row of ${name}`, () =>
      this.session.run(`return [...document.querySelectorAll("#secret-rows [role=option]")].find((row) => row.querySelector(".name")?.textContent === arguments[0])`, name),
    );
    await row.click();
    await this.page.get("heading", name);
  }

  /** The folder of the one vault there is. */
  async vaultFolder() {
    const vaults = join(this.desktop.environment.XDG_DATA_HOME, "turnstone");
    return until("the vault's folder", async () => {
      for (const entry of await readdir(vaults, { withFileTypes: true, recursive: true })) {
        if (entry.name === "keys.json") return entry.parentPath ?? entry.path;
      }
      return false;
    });
  }

  /** The same commands without a window, as another process on the same vault. Many at once with one unlock. */
  async batch(commands, password = PASSWORD) {
    const passwordFile = this.file("password");
    await writeFile(passwordFile, password, { mode: 0o600 });
    const child = spawn(cliPath(), ["--vault", await this.vaultFolder(), "--password-file", passwordFile, "batch", "-"], {
      env: this.desktop.environment,
      stdio: ["pipe", "pipe", "inherit"],
    });
    // A command line that ended early is told below, by its missing answers.
    child.stdin.on("error", () => {});
    child.stdin.end(commands.map(([command, request]) => JSON.stringify({ command, request }) + "\n").join(""));
    let output = "";
    for await (const chunk of child.stdout) output += chunk;
    if (child.exitCode === null) await once(child, "exit");
    const answers = output.split("\n").filter(Boolean).map((line) => JSON.parse(line));
    const failed = answers.find((answer) => !answer.ok);
    if (failed || answers.length !== commands.length) throw new Error(`the batch failed: ${JSON.stringify(failed ?? answers.length)}`);
    return answers.map(({ answer }) => answer);
  }
}

export function cliPath() {
  const path = process.env.TURNSTONE_CLI;
  if (!path) throw new Error("TURNSTONE_CLI names the command line; `cargo xtask test` sets it");
  return path;
}

export function genericSecret(name, value, more = {}) {
  return ["secret_create", { name, secret_type: "generic", credentials: { value }, ...more }];
}

export function output(command, args, options) {
  return new Promise((done, failed) =>
    execFile(command, args, options, (error, stdout) => (error ? failed(error) : done(stdout))),
  );
}
