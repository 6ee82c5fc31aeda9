// `cargo xtask screenshot`: the picture of the README, from the real window with the demo vault.

import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Turnstone } from "./lib/turnstone.js";

const [, , path] = process.argv;
const turnstone = await Turnstone.start({ home: process.env.TURNSTONE_DEMO_HOME });
try {
  await turnstone.session.resize(1280, 800);
  await turnstone.unlock();
  await turnstone.openSecret(process.argv[3] ?? (await firstOfLongHistory()));
  await turnstone.page.see("Version 1");
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, await turnstone.page.picture());
  console.log(`written: ${path}`);
} finally {
  await turnstone.stop();
}

/** The secret with the most versions tells the most. */
async function firstOfLongHistory() {
  await turnstone.page.get("option");
  const names = await turnstone.session.runAsync(`
    const done = arguments[0];
    const ask = (command, request) => window.__TAURI_INTERNALS__.invoke(command, { request });
    ask("secret_list", { limit: 1000, sort: "name" }).then(({ secrets }) => done(secrets.slice(0, 9).toSorted((one, other) => other.version - one.version).map((secret) => secret.name)));`);
  return names[0];
}
