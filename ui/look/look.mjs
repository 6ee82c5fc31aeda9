// Draws every screen in Chromium over the stand-in for Rust, light and dark, and holds axe to it.
//   npm run look [-- NAME…]      pictures go to node_modules/.cache/look; exit 1 if axe finds anything
// CHROMIUM names the browser; /usr/bin/chromium (Debian's package) if it is not set.
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { createServer } from "vite";
import { SCREENS } from "./screens.mjs";

const OUT = new URL("../node_modules/.cache/look/", import.meta.url).pathname;
const SIZES = [
  [900, 600],
  [1280, 800],
  [1920, 1200],
];
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const wanted = process.argv.slice(2);
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const server = await createServer({ server: { port: 0, strictPort: false }, logLevel: "error" });
await server.listen();
const address = server.resolvedUrls?.local[0] ?? "";
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
await mkdir(OUT, { recursive: true });

let faults = 0;
for (const screen of SCREENS.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)))) {
  for (const colorScheme of ["light", "dark"]) {
    for (const [width, height] of screen.everySize ? SIZES : [SIZES[1]]) {
      faults += await look(screen, colorScheme, width, height);
    }
  }
}
await browser.close();
await server.close();
console.log(faults === 0 ? `All screens are clean; pictures in ${OUT}` : `${faults} faults; pictures in ${OUT}`);
process.exit(faults === 0 ? 0 : 1);

async function look(screen, colorScheme, width, height) {
  const name = `${screen.name}-${colorScheme}-${width}`;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const found = [];
  page.on("pageerror", (error) => found.push(`error on the page: ${error.message}`));
  await page.goto(`${address}${screen.address ?? ""}`, { timeout: 60_000 });
  try {
    await page.locator("h1, h2, input").first().waitFor({ timeout: 60_000 });
    await screen.steps?.(page);
  } catch (error) {
    found.push(`a step failed: ${error.message.split("\n")[0]}`);
  }
  // Fonts and the last answer.
  await page.waitForTimeout(250);
  await page.screenshot({ path: `${OUT}${name}.png` });
  await page.evaluate(axe);
  const { violations } = await page.evaluate((values) => window.axe.run(document, { runOnly: values }), RULES);
  for (const { id, nodes } of violations) found.push(`${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
  await context.close();
  for (const line of found) console.log(`${name}  ${line}`);
  return found.length;
}
