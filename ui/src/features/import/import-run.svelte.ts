import { SvelteSet } from "svelte/reactivity";
import {
  call,
  CommandError,
  isCancelled,
  onEvent,
  type ImportItem,
  type ImportPreview,
  type ImportReport,
} from "../../ipc";

type Stage = "choose" | "reading" | "preview" | "applying" | "report";

interface Progress {
  done: number;
  total: number;
}

/** One import, from the file to the report. */
export class ImportRun {
  #stage = $state<Stage>("choose");
  #file = $state<{ id: string; name: string; bytes: number } | null>(null);
  #preview = $state.raw<ImportPreview | null>(null);
  #report = $state.raw<ImportReport | null>(null);
  #failure = $state<CommandError | null>(null);
  #progress = $state<Progress | null>(null);
  #picked = new SvelteSet<string>();
  #stop: () => void;

  constructor() {
    this.#stop = onEvent("progress", (event) => {
      if (event.job === "import") this.#progress = { done: event.done, total: event.total };
    });
  }

  close(): void {
    this.#stop();
  }

  get stage(): Stage {
    return this.#stage;
  }

  get fileName(): string {
    return this.#file?.name ?? "";
  }

  get preview(): ImportPreview | null {
    return this.#preview;
  }

  get report(): ImportReport | null {
    return this.#report;
  }

  get failure(): CommandError | null {
    return this.#failure;
  }

  get progress(): Progress | null {
    return this.#progress;
  }

  get pickedCount(): number {
    return this.#picked.size;
  }

  isPicked(item: ImportItem): boolean {
    return this.#picked.has(item.item_id);
  }

  pick(items: ImportItem[], picked: boolean): void {
    for (const item of items.filter(canPick)) {
      if (picked) this.#picked.add(item.item_id);
      else this.#picked.delete(item.item_id);
    }
  }

  async choose(): Promise<void> {
    const before = this.#stage;
    this.#failure = null;
    try {
      const answer = await call("file_open", { purpose: "import" });
      if (isCancelled(answer)) return;
      this.#file = { id: answer.file_id, name: answer.file_name, bytes: answer.bytes };
      this.#stage = "reading";
      this.#progress = null;
      this.#take(await call("import_preview", { file_id: answer.file_id }));
    } catch (thrown) {
      this.#failure = CommandError.from(thrown);
      this.#stage = before === "preview" && this.#preview !== null ? "preview" : "choose";
    }
  }

  async apply(): Promise<void> {
    if (this.#file === null || this.#preview === null) return;
    this.#stage = "applying";
    this.#progress = null;
    this.#failure = null;
    // What is stored already costs nothing and is counted in the report.
    const kept = this.#preview.items.filter((item) => item.action === "unchanged").map((item) => item.item_id);
    try {
      this.#report = await call("import_apply", { file_id: this.#file.id, items: [...this.#picked, ...kept] });
      this.#stage = "report";
    } catch (thrown) {
      this.#failure = CommandError.from(thrown);
      this.#stage = "preview";
    }
  }

  startOver(): void {
    this.#stage = "choose";
    this.#file = null;
    this.#preview = null;
    this.#report = null;
    this.#failure = null;
    this.#picked.clear();
  }

  #take(preview: ImportPreview): void {
    this.#preview = preview;
    this.#picked.clear();
    this.pick(
      preview.items.filter((item) => item.action !== "skip"),
      true,
    );
    this.#stage = "preview";
  }
}

/** Whether a person has a choice about this item. */
export function canPick(item: ImportItem): boolean {
  return item.action !== "unchanged" && item.becomes.length > 0;
}
