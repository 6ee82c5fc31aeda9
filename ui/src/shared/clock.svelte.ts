import { createSubscriber } from "svelte/reactivity";

const TICK_MS = 500;

const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, TICK_MS);
  return () => clearInterval(timer);
});

/** The current time in milliseconds; what reads it is drawn anew twice a second, for as long as it is on screen. */
export function now(): number {
  subscribe();
  return Date.now();
}
