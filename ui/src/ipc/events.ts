import type { Changed, Event as AppEvent } from "./bindings";
import { currentTransport } from "./transport";

export type EventKind = AppEvent["kind"];
export type EventOf<K extends EventKind> = Extract<AppEvent, { kind: K }>;

type Handler = (event: AppEvent) => void;

const handlers = new Map<EventKind, Set<Handler>>();

/** Begins to receive events; called once, before the first screen is drawn. */
export function startEvents(): Promise<() => void> {
  return currentTransport().listen((event) => {
    for (const handler of [...(handlers.get(event.kind) ?? [])]) handler(event);
  });
}

/** Calls `handler` for each event of this kind until the returned function is called. */
export function onEvent<K extends EventKind>(kind: K, handler: (event: EventOf<K>) => void): () => void {
  const own = handler as Handler;
  const set = handlers.get(kind) ?? new Set<Handler>();
  handlers.set(kind, set.add(own));
  return () => set.delete(own);
}

/** Calls `handler` when one of these parts of the vault changed, here or in another window or the CLI. */
export function onChanged(what: Changed[], handler: () => void): () => void {
  return onEvent("changed", (event) => {
    if (event.what.some((part) => what.includes(part))) handler();
  });
}
