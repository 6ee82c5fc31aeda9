// Providers' servers on this machine, other people's implementations. `cargo xtask test` installs them and says where.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "./webdriver.js";

const SCRIPTS = fileURLToPath(new URL("../../rigs", import.meta.url));

/** A running server; `stop` ends it and takes away what it kept. */
class Rig {
  constructor(child, port, folder) {
    this.child = child;
    this.port = port;
    this.folder = folder;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill("SIGKILL");
      await once(this.child, "exit");
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** S3 with one key; each folder of `rig.folder` is a bucket. */
export async function s3s({ access_key_id: id, secret_access_key: secret }, buckets) {
  const folder = await mkdtemp(join(tmpdir(), "turnstone-s3s-"));
  for (const bucket of buckets) await mkdir(join(folder, bucket));
  const port = await freePort();
  const args = ["--host", "127.0.0.1", "--port", `${port}`, "--access-key", id, "--secret-key", secret, folder];
  return started(installed("s3s-fs/bin/s3s-fs"), args, port, folder);
}

/** AWS IAM, STS and S3 by moto, with its gaps closed. A new key is refused for so many seconds. */
export async function moto(keyDelaySeconds = 0) {
  const folder = await mkdtemp(join(tmpdir(), "turnstone-moto-"));
  const port = await freePort();
  const args = [join(SCRIPTS, "moto_strict.py"), `${port}`];
  return started(installed("moto/bin/python"), args, port, folder, { MOTO_KEY_DELAY: `${keyDelaySeconds}` });
}

function installed(program) {
  const folder = process.env.TURNSTONE_RIGS;
  if (!folder) throw new Error("TURNSTONE_RIGS names the folder of the servers; `cargo xtask test` sets it");
  return join(folder, program);
}

async function started(program, args, port, folder, more = {}) {
  const shown = process.env.TURNSTONE_E2E_LOG ? "inherit" : "ignore";
  const child = spawn(program, args, { stdio: ["ignore", shown, shown], env: { ...process.env, ...more } });
  child.on("error", () => {});
  const rig = new Rig(child, port, folder);
  await until(`${program} to listen`, () => answers(port));
  return rig;
}

function answers(port) {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    const end = (isThere) => {
      socket.destroy();
      done(isThere);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}
