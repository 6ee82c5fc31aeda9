import axe from "axe-core";
import { expect } from "vitest";

// jsdom lays nothing out, so colours, sizes and what scrolls are looked at in a real browser.
const NEEDS_LAYOUT = ["color-contrast", "target-size", "scrollable-region-focusable"];

/** Fails with the rule and the element where something is wrong for a screen reader or the keyboard. */
export async function expectAccessible(root: Element = document.body): Promise<void> {
  const found = await axe.run(root, {
    rules: Object.fromEntries(NEEDS_LAYOUT.map((rule) => [rule, { enabled: false }])),
  });
  const lines = found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html}`));
  expect(lines).toEqual([]);
}
