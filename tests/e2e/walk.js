// `cargo xtask run` without a display: the main job in the real window, with a picture of each step.

import { genericSecret, PASSWORD, Turnstone } from "./lib/turnstone.js";

const demoHome = process.env.TURNSTONE_DEMO_HOME;
const turnstone = await Turnstone.start({ home: demoHome });
const { page } = turnstone;
let step = 0;

async function seen(what) {
  step += 1;
  console.log(`${step}. ${what}`);
  await page.save(`walk-${String(step).padStart(2, "0")}-${what.toLowerCase().replace(/[^a-z]+/g, "-")}`);
}

try {
  if (demoHome) await walkDemo();
  else await walkFromNothing();
} finally {
  await turnstone.stop();
}

async function walkFromNothing() {
  await page.get("heading", "A vault for your team’s keys");
  await seen("The first start");
  await turnstone.createVault();
  await page.get("heading", "No secrets yet");
  await seen("A new vault");
  await turnstone.lock();
  await seen("Locked");
  await turnstone.batch([genericSecret("Mailgun sending key", "key-0123456789abcdef0123456789abcdef", { tags: ["mail"] })]);
  await turnstone.unlock();
  await page.button(/^New secret/);
  await page.press("button", /API key or token$/);
  await page.choose("A common key?", "OpenAI");
  await page.fill("Name", "OpenAI production");
  await page.fill("Value", "sk-proj-0123456789abcdefghijklmnopqrstuv");
  await seen("A new secret");
  await page.button("Save secret");
  await page.get("heading", "OpenAI production");
  await seen("Saved and masked");
  await rotate();
}

async function walkDemo() {
  await turnstone.unlock(PASSWORD);
  await page.get("option");
  await seen("The list");
  await page.fill("Search secrets", "backup");
  await seen("Search");
  await page.fill("Search secrets", "");
  await page.press("option", /API key or token|any host/);
  await seen("A secret");
  await rotate();
}

async function rotate() {
  await page.button("Rotate…");
  await page.press("radio", "Generate it here");
  await page.fill("Why", "quarterly");
  await seen("Rotate");
  await page.button("Rotate");
  await page.see("“quarterly”");
  await seen("The rotation history");
  await turnstone.lock();
  await seen("Locked again");
}
