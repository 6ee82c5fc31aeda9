// A desktop of its own for one run: display, window manager, message bus and home folders, all gone afterwards.

import { spawn, execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Session, until } from "./webdriver.js";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const BUS_CONFIG = join(ROOT, "tests/rigs/dbus-bare.conf");
const BUS_NAME = "app.turnstone.desktop.SingleInstance";
const CHOOSER_SETTLES_MS = 400;
const SCREEN = "1440x1000x24";
/** The window is larger than half of the screen, wherever it opens. */
const MIDDLE = ["720", "500"];
/** The system's own, which has GTK's bindings from its packages; the first of the path may be another. */
const PYTHON = "/usr/bin/python3";
const DRAG_SOURCE = fileURLToPath(new URL("drag_source.py", import.meta.url));
/** Of the other program's window, which stands in the corner. */
const DRAG_FROM = ["30", "30"];
const DRAG_STEPS = 12;
const DRAG_STEP_MS = 40;

export class Desktop {
  #children = [];

  /** `home`: folders that the new home begins as a copy of. `programs`: a folder whose programs are found before the machine's. */
  static async start({ home, programs } = {}) {
    const desktop = new Desktop();
    desktop.path = [programs, process.env.PATH].filter(Boolean).join(":");
    desktop.home = await mkdtemp(join(tmpdir(), "turnstone-e2e-"));
    try {
      if (home) {
        await cp(home, desktop.home, { recursive: true });
        // It names the vaults by where they were copied from; those in the data folder are found without it.
        await rm(join(desktop.home, "state/turnstone/vaults.json"), { force: true });
      }
      await desktop.#startDisplay();
      await desktop.#startBus();
      desktop.#spawn("openbox", []);
    } catch (error) {
      await desktop.stop();
      throw error;
    }
    return desktop;
  }

  /** What the app keeps is below `home`; nothing of the person who runs the tests is read or written. */
  get environment() {
    return {
      PATH: this.path,
      HOME: this.home,
      XDG_DATA_HOME: join(this.home, "data"),
      XDG_CONFIG_HOME: join(this.home, "config"),
      XDG_STATE_HOME: join(this.home, "state"),
      XDG_CACHE_HOME: join(this.home, "cache"),
      XDG_RUNTIME_DIR: join(this.home, "run"),
      DISPLAY: this.display,
      DBUS_SESSION_BUS_ADDRESS: this.bus,
      LANG: "C.UTF-8",
      TZ: "UTC",
      GDK_BACKEND: "x11",
      NO_AT_BRIDGE: "1",
      LIBGL_ALWAYS_SOFTWARE: "1",
      TAURI_WEBVIEW_AUTOMATION: "true",
    };
  }

  async #startDisplay() {
    for (const folder of ["data", "config", "state", "cache", "files"]) await mkdir(join(this.home, folder), { recursive: true });
    await mkdir(join(this.home, "run"), { mode: 0o700 });
    const server = this.#spawn("Xvfb", ["-displayfd", "3", "-screen", "0", SCREEN, "-nolisten", "tcp"], 3);
    this.display = `:${(await firstLine(server, 3)).trim()}`;
  }

  /** A bus that starts no services: a bare window would wake a keyring and portals that outlive it. */
  async #startBus() {
    const bus = this.#spawn("dbus-daemon", [`--config-file=${BUS_CONFIG}`, "--nofork", "--print-address=3"], 3);
    this.bus = (await firstLine(bus, 3)).trim();
  }

  #spawn(command, args, pipe) {
    const shown = process.env.TURNSTONE_E2E_LOG ? "inherit" : "ignore";
    const stdio = ["ignore", shown, shown];
    if (pipe !== undefined) stdio[pipe] = "pipe";
    // The print dialogue puts its file into the working folder.
    const child = spawn(command, args, { cwd: join(this.home, "files"), env: this.environment, stdio });
    child.on("error", () => {});
    this.#children.push(child);
    return child;
  }

  /** Starts the app under a driver of its own. Ending the session ends the app. */
  async open(application = applicationPath()) {
    const port = await freePort();
    const driver = this.#spawn("WebKitWebDriver", [`--port=${port}`]);
    await until("the driver", async () => (await fetch(`http://127.0.0.1:${port}/status`)).ok);
    const session = await Session.start(port, application);
    return { session, driver };
  }

  /** Until the app has let go of its place as the only one; a start before that would only raise it. */
  async quit() {
    const ask = ["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner", `string:${BUS_NAME}`];
    await until("the app to be gone", async () => (await run("dbus-send", ask, { env: this.environment })).stdout.includes("false"));
  }

  /** The process of the app, which the driver started. */
  async pid() {
    const ask = ["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.GetConnectionUnixProcessID", `string:${BUS_NAME}`];
    const { stdout } = await run("dbus-send", ask, { env: this.environment });
    return Number(/uint32 (\d+)/.exec(stdout)[1]);
  }

  async xdotool(...args) {
    const { stdout } = await run("xdotool", args, { env: this.environment, timeout: 5_000 });
    return stdout.trim();
  }

  /** Answers the native file chooser; `null` cancels it. WebDriver can't reach it. */
  async choose(path) {
    const dialog = await until("the file chooser", async () => {
      const active = await this.xdotool("getactivewindow");
      const name = await this.xdotool("getwindowname", active);
      return name !== "Turnstone" && active;
    });
    await sleep(CHOOSER_SETTLES_MS);
    if (path === null) {
      await this.xdotool("key", "Escape");
    } else {
      // The slash opens the place where a path is typed, which takes a moment.
      await this.xdotool("key", "slash");
      await sleep(CHOOSER_SETTLES_MS);
      await this.xdotool("key", "ctrl+a");
      await this.xdotool("type", "--delay", "5", path);
      await sleep(CHOOSER_SETTLES_MS);
      await this.xdotool("key", "Return");
    }
    await until("the file chooser to close", async () => (await this.xdotool("getactivewindow")) !== dialog);
  }

  /** Drags a file from another program's window and lets go of it over this one. WebDriver can't: it goes through the display. */
  async drop(path) {
    const source = this.#spawn(PYTHON, [DRAG_SOURCE, path], 1);
    await firstLine(source, 1);
    await this.xdotool("mousemove", "--sync", ...DRAG_FROM);
    await this.xdotool("mousedown", "1");
    for (let step = 1; step <= DRAG_STEPS; step += 1) {
      const on = MIDDLE.map((to, axis) => Math.round(Number(DRAG_FROM[axis]) + ((Number(to) - Number(DRAG_FROM[axis])) * step) / DRAG_STEPS));
      await this.xdotool("mousemove", ...on.map(String));
      await sleep(DRAG_STEP_MS);
    }
    await this.xdotool("mouseup", "1");
    if (source.exitCode === null) await once(source, "exit");
  }

  /** Answers the print dialogue with its one printer, a file. What came out, as text, page by page. */
  async print() {
    const dialog = await until("the print dialogue", async () => {
      const active = await this.xdotool("getactivewindow");
      return (await this.xdotool("getwindowname", active)) === "Print" && active;
    });
    await sleep(CHOOSER_SETTLES_MS);
    await this.xdotool("key", "Down");
    await sleep(CHOOSER_SETTLES_MS);
    await this.xdotool("key", "Return");
    await until("the print dialogue to close", async () => (await this.xdotool("getactivewindow")) !== dialog);
    const paper = join(this.home, "files/output.pdf");
    const pages = await until("the printed file", async () => {
      const { stdout } = await run("pdftotext", ["-layout", paper, "-"]);
      return stdout.includes("\f") && stdout.split("\f").slice(0, -1);
    });
    await rm(paper);
    return pages;
  }

  /** What another program would get on paste; "" when there is nothing. */
  async clipboard() {
    try {
      const { stdout } = await run("xclip", ["-selection", "clipboard", "-o"], { env: this.environment, timeout: 2_000 });
      return stdout;
    } catch {
      return "";
    }
  }

  /** Puts a text on the clipboard, as another program does. */
  async setClipboard(text) {
    const xclip = this.#spawn("xclip", ["-selection", "clipboard"], 0);
    xclip.stdin.end(text);
    // It serves the text from the background once it has read all of it.
    await once(xclip, "exit");
  }

  /** From now on a daemon of the desktop shows notifications. What it showed so far is what the answer answers. */
  async showNotifications() {
    const daemon = this.#spawn("dunst", ["-print"], 1);
    const shown = [];
    const lines = createInterface(daemon.stdout);
    lines.on("line", (line) => {
      const [, name, text] = /^\s*(appname|summary|body): '(.*)'$/.exec(line) ?? [];
      if (name === "appname") shown.push({});
      if (name) shown.at(-1)[name] = text;
    });
    const ask = ["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.Notifications"];
    await until("the daemon", async () => (await run("dbus-send", ask, { env: this.environment })).stdout.includes("true"));
    return () => shown;
  }

  async stop() {
    for (const child of this.#children.toReversed()) {
      if (child.exitCode !== null || child.pid === undefined) continue;
      child.kill("SIGTERM");
      await Promise.race([once(child, "exit"), new Promise((done) => setTimeout(done, 2_000))]);
      if (child.exitCode === null) child.kill("SIGKILL");
    }
    await rm(this.home, { recursive: true, force: true });
  }
}

export function applicationPath() {
  const path = process.env.TURNSTONE_APP;
  if (!path) throw new Error("TURNSTONE_APP names the app to drive; `cargo xtask test` sets it");
  return path;
}

async function firstLine(child, pipe) {
  let text = "";
  for await (const chunk of child.stdio[pipe]) {
    text += chunk;
    if (text.includes("\n")) return text;
  }
  throw new Error(`${child.spawnfile} ended before it was ready; is it installed?`);
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}
