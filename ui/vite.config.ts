import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  clearScreen: false,
  server: { port: 1420, strictPort: true },
  build: {
    // Below Safari 17.5 light-dark() is rewritten into toggles that a theme set by attribute cannot move.
    target: "safari17.5",
    cssTarget: "safari17.5",
    // The content security policy has no data: for fonts and scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  test: {
    environment: "jsdom",
    setupFiles: ["src/testing/setup.ts"],
    include: ["src/**/*.test.ts"],
    restoreMocks: true,
    // A screen with axe takes seconds where several builds share the machine.
    testTimeout: 20_000,
  },
});
