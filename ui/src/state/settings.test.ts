import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Settings as SettingsValues } from "../ipc";
import { Settings } from "./settings.svelte";

const AT_LOAD = readFileSync(join(process.cwd(), "public/theme.js"), "utf8");
const shown = () => document.documentElement.getAttribute("data-theme");

function choose(theme: SettingsValues["theme"]): void {
  new Settings().take({ theme, clipboard_seconds: 30, idle_lock_minutes: 5, due_notices: "count" });
}

/** What the page does first when it is loaded at the address where it is. */
function load(): void {
  document.documentElement.removeAttribute("data-theme");
  new Function(AT_LOAD)();
}

describe("the theme", () => {
  afterEach(() => choose("system"));

  test.each(["light", "dark"] as const)("%s is there before Rust is asked when the page is loaded anew", (theme) => {
    choose(theme);
    load();
    expect(shown()).toBe(theme);
  });

  test("of the system needs nothing", () => {
    choose("dark");
    choose("system");
    load();
    expect(shown()).toBeNull();
    expect(location.search).toBe("");
  });

  test("is taken from the address only where it is one", () => {
    history.replaceState(null, "", "?theme=x%22onload");
    load();
    expect(shown()).toBeNull();
  });
});
