/** Tells the newest of several requests for the same thing: an answer that a newer request has overtaken is dropped. */
export class Latest {
  #newest = 0;

  /** Begins a request. What it answers says whether it still is the newest. */
  begin(): () => boolean {
    this.#newest += 1;
    const mine = this.#newest;
    return () => mine === this.#newest;
  }

  /** Drops the answer that is still to come, if one is. */
  drop(): void {
    this.#newest += 1;
  }
}
