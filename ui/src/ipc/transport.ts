import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Event as AppEvent } from "./bindings";

/** The way to the other side. The page of a test or of the development server puts its own in place. */
export interface Transport {
  invoke(command: string, request: unknown): Promise<unknown>;
  listen(handler: (event: AppEvent) => void): Promise<() => void>;
}

const EVENT_NAME = "turnstone";

const windowTransport: Transport = {
  invoke: (command, request) => invoke(command, { request }),
  listen: (handler) => listen<AppEvent>(EVENT_NAME, (event) => handler(event.payload)),
};

let transport = windowTransport;

export function currentTransport(): Transport {
  return transport;
}

export function useTransport(other: Transport): void {
  transport = other;
}
