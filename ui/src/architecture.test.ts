import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";

const SOURCE = join(process.cwd(), "src");

interface Import {
  file: string;
  from: string;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|svelte)$/.test(entry.name))
    .map((entry) => relative(SOURCE, join(entry.parentPath, entry.name)));
}

/** Every import in `src`, with paths inside it resolved from `src`. */
function imports(): Import[] {
  return sources(SOURCE).flatMap((file) => {
    const text = readFileSync(join(SOURCE, file), "utf8");
    const found = text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g);
    return [...found].map(([, from = ""]) => ({
      file,
      from: from.startsWith(".") ? relative(SOURCE, join(SOURCE, file, "..", from)) : from,
    }));
  });
}

const ALL = imports();
const isTest = (file: string) => file.endsWith(".test.ts") || file.startsWith("testing/");
const feature = (path: string) => /^features\/([^/]+)/.exec(path)?.[1];

describe("the page's layers", () => {
  test("only ipc knows Tauri", () => {
    const strangers = ALL.filter(({ from }) => from.startsWith("@tauri-apps/")).map(({ file }) => file);
    expect(strangers.length).toBeGreaterThan(0);
    expect(strangers.filter((file) => !file.startsWith("ipc/"))).toEqual([]);
  });

  test("features don't import each other", () => {
    const crossing = ALL.filter(({ file, from }) => {
      const [own, other] = [feature(file), feature(from)];
      return own !== undefined && other !== undefined && own !== other;
    });
    expect(crossing).toEqual([]);
  });

  test("shared parts, state and ipc know no feature", () => {
    const upward = ALL.filter(({ file, from }) => feature(from) !== undefined && /^(shared|state|ipc)\//.test(file));
    expect(upward.filter(({ file }) => !isTest(file))).toEqual([]);
  });

  test("ipc knows nothing above it", () => {
    const upward = ALL.filter(({ file, from }) => file.startsWith("ipc/") && /^(shared|state|testing)\//.test(from));
    expect(upward.filter(({ file }) => !isTest(file))).toEqual([]);
  });

  test("the stand-in for Rust is reached from main.ts alone, and only on the development server", () => {
    const users = ALL.filter(({ file, from }) => from.startsWith("testing/") && !isTest(file)).map(({ file }) => file);
    expect(users).toEqual(["main.ts"]);
    const main = readFileSync(join(SOURCE, "main.ts"), "utf8");
    expect(main).toMatch(/if \(import\.meta\.env\.DEV[^{]*\{\s*const \{ installFromLocation \} = await import\(/);
  });

  test("no markup is built from strings", () => {
    const raw = sources(SOURCE)
      .filter((file) => !isTest(file))
      .filter((file) => /\{@html|innerHTML|insertAdjacentHTML/.test(readFileSync(join(SOURCE, file), "utf8")));
    expect(raw).toEqual([]);
  });

  test("nothing is kept in the browser's own storage", () => {
    const kept = sources(SOURCE)
      .filter((file) => !isTest(file))
      .filter((file) => /localStorage|sessionStorage|indexedDB/.test(readFileSync(join(SOURCE, file), "utf8")));
    expect(kept).toEqual([]);
  });
});
