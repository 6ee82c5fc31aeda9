export type * from "./bindings";
export { call, isCancelled, type Answer, type CommandName, type Request } from "./call";
export { CommandError } from "./error";
export { onChanged, onEvent, startEvents, type EventKind, type EventOf } from "./events";
