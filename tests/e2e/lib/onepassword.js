// 1Password made up: `testkit` has it, and `cargo xtask test` builds the program that shows it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

export class OnePassword {
  static async start() {
    const program = process.env.TURNSTONE_ONEPASSWORD;
    if (!program) throw new Error("TURNSTONE_ONEPASSWORD names the made-up 1Password; `cargo xtask test` sets it");
    const made = new OnePassword();
    made.child = spawn(program, [], { stdio: ["pipe", "pipe", "inherit"] });
    const [line] = await once(createInterface(made.child.stdout), "line");
    const told = JSON.parse(line);
    made.connectUrl = told.connect_url;
    made.connectToken = told.connect_token;
    made.serviceAccountToken = told.service_account_token;
    /** Where its program is. */
    made.folder = told.op_folder;
    return made;
  }

  /** Its app is there, and lets the program in. */
  unlockApp() {
    return this.#lay("unlocked", "acme.1password.com");
  }

  /** The service account's token opens nothing, until it is given back. */
  async revoke() {
    await this.#lay("token", "revoked");
    return () => this.#lay("token", this.serviceAccountToken);
  }

  /** The arguments of each call of its program so far. */
  async calls() {
    return (await readFile(join(this.folder, "calls"), "utf8")).split("\n").filter(Boolean);
  }

  async stop() {
    this.child.stdin.end();
    if (this.child.exitCode === null) await once(this.child, "exit");
  }

  #lay(name, text) {
    return writeFile(join(this.folder, name), text);
  }
}
