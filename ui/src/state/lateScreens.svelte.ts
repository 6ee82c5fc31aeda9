import type { Component } from "svelte";

type Screens = Component<{ onlock: () => void; onbackup: (purpose: "check" | "restore") => void }>;

/** The screens of an open vault: most of the page, and none of it is needed to unlock. They are read once the entrance stands. */
export class LateScreens {
  #screens = $state.raw<Screens | null>(null);
  #failed = $state(false);

  get screens(): Screens | null {
    return this.#screens;
  }

  get failed(): boolean {
    return this.#failed;
  }

  async load(read: () => Promise<{ default: Screens }>): Promise<void> {
    try {
      this.#screens = (await read()).default;
    } catch {
      this.#failed = true;
    }
  }
}
