import type { HintView, Rejection } from "./bindings";

/** What a failed `call` rejects with, whatever went wrong below it. */
export class CommandError extends Error {
  readonly envelope: Rejection;

  constructor(envelope: Rejection) {
    super(envelope.message);
    this.name = "CommandError";
    this.envelope = envelope;
  }

  /** Anything thrown on the way becomes a CommandError; what is no envelope is an internal error. */
  static from(thrown: unknown): CommandError {
    if (thrown instanceof CommandError) return thrown;
    if (isEnvelope(thrown)) return new CommandError(thrown);
    const said = typeof thrown === "string" ? thrown : thrown instanceof Error ? thrown.message : "";
    return new CommandError({
      status: 500,
      type: "internal_error",
      message: said === "" ? "Something went wrong inside Turnstone. Nothing was changed." : said,
      details: [],
    });
  }

  get type(): string {
    return this.envelope.type;
  }

  get details(): HintView[] {
    return this.envelope.details;
  }

  /** The message and what the details add to it: for places that have no field to show a detail beside. */
  get whole(): string {
    return [...new Set([this.message, ...this.details.map(({ message }) => message)])].join(" ");
  }

  get retryAfterMs(): number {
    return this.envelope.retry_after_ms ?? 0;
  }

  /** Whether any detail has this stable type, such as `rollback` or `trailing_newline`. */
  has(detailType: string): boolean {
    return this.details.some((detail) => detail.type === detailType);
  }
}

function isEnvelope(value: unknown): value is Rejection {
  if (typeof value !== "object" || value === null) return false;
  const candidate = value as Partial<Rejection>;
  return (
    typeof candidate.type === "string" && typeof candidate.message === "string" && Array.isArray(candidate.details)
  );
}
