import { call } from "../ipc";

const REPORT_EVERY_MS = 5_000;
const SIGNS = ["pointerdown", "pointermove", "wheel", "keydown"] as const;

/** Tells Rust, which times the idle lock, that a person is there. Nothing about what they do. */
export function reportActivity(isUnlocked: () => boolean): () => void {
  let lastReport = 0;
  const report = () => {
    const now = Date.now();
    if (!isUnlocked() || now - lastReport < REPORT_EVERY_MS) return;
    lastReport = now;
    // A report that fails is made up for by the next; it must not disturb the person.
    call("activity", {}).catch(() => {});
  };
  for (const sign of SIGNS) window.addEventListener(sign, report, { passive: true, capture: true });
  return () => {
    for (const sign of SIGNS) window.removeEventListener(sign, report, { capture: true });
  };
}
