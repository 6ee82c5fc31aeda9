// `cargo xtask bench`: what only the real window can tell. A line for each measurement, its columns parted by tabs:
// what, number of secrets, milliseconds.

import { Turnstone } from "./lib/turnstone.js";

const STARTS = 9;
const SECRETS = Number(process.env.TURNSTONE_BENCH_SECRETS);
const ARROWS = 60;
// Words of the made-up names. A letter after which the same rows stand on top changes nothing and counts for nothing.
const SEARCHES = ["mob", "pay", "sear", "grow", "supp", "bill", "plat", "dat", "arch", "webh", "sync", "stag", "exp", "dep"];
const SEEN_MIN = 10;

const FIRST_PAINT = `
  const [usable, done] = arguments;
  const look = () => {
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    if (paint && document.querySelector(usable)) done(performance.timeOrigin + paint.startTime);
    else requestAnimationFrame(look);
  };
  look();`;

// The list is at rest once nothing in it has changed for a while. The work ends with the layout after the last change,
// the painting with the frame after that.
const WATCH_LIST = `
  const rows = document.getElementById("secret-rows");
  const watch = { pressed: null, worked: null, painted: null };
  const observer = new MutationObserver(() => {
    if (watch.pressed === null) return;
    rows.getBoundingClientRect();
    watch.worked = performance.now();
    watch.painted = null;
    const changed = watch.worked;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => { if (watch.worked === changed) watch.painted = performance.now(); };
      channel.port2.postMessage(null);
    });
  });
  observer.observe(rows, { subtree: true, childList: true, attributes: true, characterData: true });
  addEventListener("keydown", (event) => { watch.pressed = event.timeStamp; }, { capture: true, once: true });
  window.watchedList = { watch, observer };`;

const WATCHED = `
  const done = arguments[0];
  const { watch, observer } = window.watchedList;
  const [REST_MS, WAIT_MS] = [250, 3000];
  const begun = performance.now();
  const look = () => {
    const rested = watch.painted !== null && performance.now() - watch.worked > REST_MS;
    if (!rested && performance.now() - begun < WAIT_MS) return setTimeout(look, 20);
    observer.disconnect();
    done(watch.painted === null ? null : { worked: watch.worked - watch.pressed, painted: watch.painted - watch.pressed });
  };
  setTimeout(look, 20);`;

const turnstone = await Turnstone.start({ home: process.env.TURNSTONE_BENCH_HOME });
try {
  await turnstone.close();
  await measureStarts();
  await turnstone.open();
  await turnstone.unlock();
  await turnstone.page.get("option");
  await measureArrows();
  await measureSearch();
} finally {
  await turnstone.stop();
}

/** In turns, so that both meet the same machine. */
async function measureStarts() {
  const [app, empty] = [[], []];
  for (let start = 0; start < STARTS; start += 1) {
    empty.push(await measureStart(process.env.TURNSTONE_EMPTY_WINDOW, "p"));
    app.push(await measureStart(process.env.TURNSTONE_APP, "input[type=password]:focus"));
  }
  print("start, empty window", [median(empty), quantile(empty, 1)]);
  print("start, unlock screen", [median(app), quantile(app, 1)]);
}

/** From asking the driver for the program to the first frame with text on it; before the unlock screen there is none. */
async function measureStart(application, usable) {
  const { session } = await turnstone.desktop.open(application);
  const paintedAt = await session.runAsync(FIRST_PAINT, usable);
  await session.end();
  await turnstone.desktop.quit();
  return paintedAt - session.begunAt;
}

async function measureArrows() {
  const { session } = turnstone;
  await session.run(`document.getElementById("secret-rows").focus()`);
  const took = [];
  for (let press = 0; press < ARROWS; press += 1) took.push(await measureKey("down"));
  printKeys("key press, arrow", took);
}

async function measureSearch() {
  const { page } = turnstone;
  const took = [];
  for (const search of SEARCHES) {
    await page.fill("Search secrets", "");
    const field = await page.get("textbox", "Search secrets");
    await field.click();
    for (const letter of search) took.push(await measureKey(letter));
  }
  printKeys("key press, search", took);
}

async function measureKey(key) {
  const { session } = turnstone;
  await session.run(WATCH_LIST);
  await session.chord(key);
  return session.runAsync(WATCHED);
}

function printKeys(what, took) {
  const seen = took.filter((one) => one !== null);
  if (seen.length < SEEN_MIN) throw new Error(`${what}: the list changed after ${seen.length} of ${took.length} keys only`);
  const column = (name) => seen.map((one) => one[name]);
  const [worked, painted] = [column("worked"), column("painted")];
  print(what, [median(worked), quantile(worked, 0.99), median(painted), quantile(painted, 0.99)]);
}

function print(what, milliseconds) {
  console.log([what, SECRETS, ...milliseconds.map((one) => one.toFixed(1))].join("\t"));
}

function median(numbers) {
  return quantile(numbers, 0.5);
}

function quantile(numbers, part) {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}
