import { call, CommandError, type Answer, type Request } from "../../../ipc";

type Step = string | number;
type HintsAnswer = Answer<"secret_hints">;
type Told = HintsAnswer["details"][number];

const REST_MS = 250;

/** What Rust would say to the form as it stands, asked when the typing rests. Untouched fields are not blamed. */
export class HintsWhileTyping {
  #answer = $state.raw<HintsAnswer | null>(null);
  #touched = $state.raw<string[]>([]);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #round = 0;

  ask(request: Request<"secret_hints">, path: Step[]): void {
    const key = keyOf(path);
    if (path.length > 0 && !this.#touched.includes(key)) this.#touched = [...this.#touched, key];
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#fetch(request), REST_MS);
  }

  errorAt(path: Step[]): string | null {
    const told = this.detailsAt(path);
    return told.length === 0 ? null : told.map((detail) => detail.message).join(" ");
  }

  detailsAt(path: Step[]): Told[] {
    if (!this.#touched.includes(keyOf(path))) return [];
    return (this.#answer?.details ?? []).filter((detail) => begins(detail.loc, path));
  }

  hintsAt(path: Step[]): string[] {
    return (this.#answer?.hints ?? []).filter((hint) => begins(hint.loc, path)).map((hint) => hint.message);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#round += 1;
    this.#answer = null;
    this.#touched = [];
  }

  async #fetch(request: Request<"secret_hints">): Promise<void> {
    const round = ++this.#round;
    try {
      const answer = await call("secret_hints", request);
      if (round === this.#round) this.#answer = answer;
    } catch (thrown) {
      // Saving asks again and shows what is wrong; a lock ends the form by its own event.
      if (round === this.#round && CommandError.from(thrown).type !== "vault_locked") this.#answer = null;
    }
  }
}

function keyOf(path: Step[]): string {
  return path.join("/");
}

function begins(loc: Step[], path: Step[]): boolean {
  return path.every((step, at) => loc[at] === step);
}
