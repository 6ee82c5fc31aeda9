import type { Commands } from "./bindings";
import { CommandError } from "./error";
import { currentTransport } from "./transport";

export type CommandName = keyof Commands;
export type Request<N extends CommandName> = Commands[N]["request"];
export type Answer<N extends CommandName> = Commands[N]["answer"];

/** Runs one command. Fails with a `CommandError` and nothing else. */
export async function call<N extends CommandName>(name: N, request: Request<N>): Promise<Answer<N>> {
  try {
    return (await currentTransport().invoke(name, request)) as Answer<N>;
  } catch (thrown) {
    throw CommandError.from(thrown);
  }
}

/** Tells an answer from a chooser that the person closed. */
export function isCancelled<A extends object>(answer: A | { cancelled: boolean }): answer is { cancelled: boolean } {
  return "cancelled" in answer && answer.cancelled === true;
}
