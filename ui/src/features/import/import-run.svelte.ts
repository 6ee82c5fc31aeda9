import {
  call,
  CommandError,
  isCancelled,
  onEvent,
  type ImportCounts,
  type ImportItem,
  type ImportNeeds,
  type ImportPreview,
  type ImportReport,
  type Request,
} from "../../ipc";
import { RowPages } from "../../shared/list/rowPages.svelte";
import { LongJob } from "../../shared/longJob.svelte";
import { LiveChoice } from "./live-choice.svelte";
import { COLUMN_USES, type Shown } from "./preview-words";

type Stage = "choose" | "live" | "reading" | "needs" | "preview" | "applying" | "report";
type Reading = Omit<Request<"import_preview">, "file_id" | "show" | "query" | "offset" | "limit">;
type Choice = Omit<Request<"import_choose">, "file_id">;

/** What is said of the whole file; its items are in `rows`. */
export type FileSummary = Omit<ImportPreview, "items" | "offset" | "matching" | "counts">;

/** One import, from the file to the report. Rust holds what was read; the page sees a part of it at a time. */
export class ImportRun {
  readonly rows = new RowPages<ImportItem>();
  readonly job = new LongJob("import");
  #live = $state.raw<LiveChoice | null>(null);
  #stage = $state<Stage>("choose");
  #file = $state<{ id: string; name: string } | null>(null);
  #needs = $state.raw<ImportNeeds | null>(null);
  #summary = $state.raw<FileSummary | null>(null);
  #counts = $state.raw<ImportCounts | null>(null);
  #report = $state.raw<ImportReport | null>(null);
  #failure = $state<CommandError | null>(null);
  #show = $state<Shown>("all");
  #query = $state("");
  #round = $state(0);
  #hasDecided = false;
  #dropped = $state.raw<{ id: string; name: string } | null>(null);
  #isClosed = false;
  #stop: () => void;

  constructor() {
    this.#stop = onEvent("file_dropped", ({ file_id, file_name }) => {
      if (this.#stage === "applying" || this.#stage === "reading") return;
      if (this.#hasChosen) this.#dropped = { id: file_id, name: file_name };
      else void this.begin(file_id, file_name);
    });
  }

  /** What was read is forgotten in Rust too, and what is being read of 1Password is not wanted any more. */
  close(): void {
    this.#stop();
    this.#isClosed = true;
    if (this.#stage === "reading" && this.#live !== null) void this.job.cancel();
    if (this.#stage !== "applying") this.#discard();
  }

  /** The name of a file that was dropped where something is chosen or decided already. */
  get dropped(): string | null {
    return this.#dropped?.name ?? null;
  }

  async takeDropped(): Promise<void> {
    const dropped = this.#dropped;
    if (dropped !== null) await this.begin(dropped.id, dropped.name);
  }

  leaveDropped(): void {
    this.#dropped = null;
  }

  get stage(): Stage {
    return this.#stage;
  }

  /** What is chosen of 1Password, from the first look until it is read and shown. */
  get live(): LiveChoice | null {
    return this.#live;
  }

  get fileName(): string {
    return this.#file?.name ?? "";
  }

  get fileId(): string {
    return this.#file?.id ?? "";
  }

  get needs(): ImportNeeds | null {
    return this.#needs;
  }

  get summary(): FileSummary | null {
    return this.#summary;
  }

  get counts(): ImportCounts | null {
    return this.#counts;
  }

  get report(): ImportReport | null {
    return this.#report;
  }

  get failure(): CommandError | null {
    return this.#failure;
  }

  get show(): Shown {
    return this.#show;
  }

  get query(): string {
    return this.#query;
  }

  /** Grows with each new filter, which begins at the top. */
  get round(): number {
    return this.#round;
  }

  async choose(): Promise<void> {
    this.#failure = null;
    try {
      const answer = await call("file_open", { purpose: "import" });
      if (!isCancelled(answer)) await this.begin(answer.file_id, answer.file_name);
    } catch (thrown) {
      this.#failure = CommandError.from(thrown);
    }
  }

  async paste(text: string): Promise<void> {
    this.#failure = null;
    try {
      const { file_id } = await call("import_paste", { text });
      await this.begin(file_id, "Pasted text");
    } catch (thrown) {
      this.#failure = CommandError.from(thrown);
    }
  }

  chooseLive(): void {
    this.startOver();
    this.#live = new LiveChoice();
    this.#stage = "live";
  }

  /** Reads what is chosen of 1Password. Where that fails or is cancelled, the choice stays. */
  async readLive(): Promise<void> {
    const live = this.#live;
    if (live === null || live.access === null || live.source === null) return;
    const asked = { ...live.access, chosen: live.chosen, as: live.heldAs };
    this.#failure = null;
    this.#file = { id: "", name: live.source.name };
    this.#stage = "reading";
    try {
      const answer = await this.job.run(() => call("import_live_open", asked));
      if (this.#isClosed) {
        if (!isCancelled(answer)) call("import_discard", { file_id: answer.file_id }).catch(() => {});
        return;
      }
      if (isCancelled(answer)) {
        this.#stage = "live";
        return;
      }
      this.#file = { id: answer.file_id, name: answer.name };
      await this.read({});
    } catch (thrown) {
      this.#failure = CommandError.from(thrown);
      live.forgetMissing(asked.chosen, this.#failure);
      this.#stage = "live";
    }
  }

  /** Columns that were guessed can be named anew; what was read of the file stays until then. */
  askColumns(): void {
    const summary = this.#summary;
    if (summary === null) return;
    const { format, format_label, columns, first_row } = summary;
    const message = "Say what the table’s columns hold.";
    const uses = COLUMN_USES;
    this.#needs = { needs: "columns", format, format_label, message, again: false, columns, first_row, uses };
    this.#stage = "needs";
  }

  /** From what was asked back to what was read, or to the beginning where nothing was. */
  back(): void {
    if (this.#summary === null) return this.startOver();
    this.#failure = null;
    this.#needs = null;
    this.#stage = "preview";
  }

  /** Reads the file in another way: with its password, as another format, with other columns. */
  async read(reading: Reading): Promise<void> {
    if (this.#file === null) return;
    const before = this.#stage;
    this.#failure = null;
    this.#stage = "reading";
    try {
      const answer = await call("import_preview", { file_id: this.#file.id, ...reading });
      if ("needs" in answer) {
        this.#needs = answer;
        this.#stage = "needs";
      } else {
        await this.#take(answer);
      }
    } catch (thrown) {
      const first = this.#live === null ? "choose" : "live";
      this.#fail(thrown, before === "needs" || this.#summary !== null ? before : first);
    }
  }

  async filter(show: Shown, query: string): Promise<void> {
    this.#show = show;
    this.#query = query;
    try {
      await this.#load(0, 1);
      this.#round += 1;
    } catch (thrown) {
      this.#fail(thrown, this.#stage);
    }
  }

  /** Decides about the items named, or about all that the filter shows. */
  async decide(choice: Choice, view: { first: number; end: number }): Promise<void> {
    if (this.#file === null) return;
    this.#hasDecided = true;
    const shown = choice.items === undefined ? { show: this.#show, query: this.#query } : {};
    try {
      const answer = await call("import_choose", { file_id: this.#file.id, ...shown, ...choice });
      this.#counts = answer.counts;
      await this.#load(view.first, view.end);
    } catch (thrown) {
      this.#fail(thrown, this.#stage);
    }
  }

  async apply(): Promise<void> {
    const file = this.#file;
    if (file === null) return;
    this.#stage = "applying";
    this.#failure = null;
    try {
      const answer = await this.job.run(() => call("import_apply", { file_id: file.id }));
      if (isCancelled(answer)) {
        this.#stage = "preview";
        return;
      }
      this.#report = answer;
      this.#stage = "report";
    } catch (thrown) {
      this.#fail(thrown, "preview");
    }
  }

  /** The file is gone from the disk. */
  destroyed(): void {
    if (this.#report !== null) this.#report = { ...this.#report, can_destroy: false };
  }

  startOver(): void {
    this.#discard();
    this.#stage = "choose";
    this.#live = null;
    this.#file = null;
    this.#needs = null;
    this.#summary = null;
    this.#counts = null;
    this.#report = null;
    this.#failure = null;
    this.#show = "all";
    this.#query = "";
    this.#hasDecided = false;
    this.#dropped = null;
    this.rows.clear();
  }

  /** Whether reading another file would lose what a person did. */
  get #hasChosen(): boolean {
    if (this.#stage === "live") return (this.#live?.chosen.length ?? 0) > 0;
    return this.#hasDecided && (this.#stage === "preview" || this.#stage === "needs");
  }

  /** Reads another file from its beginning. */
  async begin(id: string, name: string): Promise<void> {
    this.startOver();
    this.#file = { id, name };
    await this.read({});
  }

  async #take(preview: ImportPreview): Promise<void> {
    const { items, offset, matching, counts, ...summary } = preview;
    this.#summary = summary;
    this.#counts = counts;
    this.#needs = null;
    this.#show = "all";
    this.#query = "";
    let first: { rows: ImportItem[]; total: number } | null = offset === 0 ? { rows: items, total: matching } : null;
    await this.rows.load(
      async (from, limit) => {
        const here = from === 0 ? first : null;
        first = null;
        return here ?? this.#page(from, limit);
      },
      0,
      1,
    );
    this.#stage = "preview";
  }

  /** Where Rust holds the file no more, what was decided is gone with it: the import begins again, and says why. */
  #fail(thrown: unknown, stage: Stage): void {
    const failure = CommandError.from(thrown);
    if (failure.type === "not_found") this.startOver();
    else this.#stage = stage;
    this.#failure = failure;
  }

  #load(first: number, end: number): Promise<boolean> {
    return this.rows.load((from, limit) => this.#page(from, limit), first, end);
  }

  async #page(offset: number, limit: number): Promise<{ rows: ImportItem[]; total: number }> {
    const asked = { file_id: this.fileId, show: this.#show, query: this.#query, offset, limit };
    const answer = await call("import_preview", asked).catch((thrown: unknown) => {
      // Rows that are scrolled to are fetched by nobody who would tell of it.
      if (CommandError.from(thrown).type === "not_found") this.#fail(thrown, this.#stage);
      throw thrown;
    });
    if ("needs" in answer) return { rows: [], total: 0 };
    this.#counts = answer.counts;
    return { rows: answer.items, total: answer.matching };
  }

  #discard(): void {
    // What is not there any more needs no forgetting.
    if (this.#file !== null && this.#file.id !== "") call("import_discard", { file_id: this.#file.id }).catch(() => {});
  }
}
