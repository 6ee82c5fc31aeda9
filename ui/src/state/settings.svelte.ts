import { call, onChanged, type Settings as SettingsValues } from "../ipc";

const FIRST_VALUES: SettingsValues = {
  theme: "system",
  clipboard_seconds: 30,
  idle_lock_minutes: 5,
  due_notices: "count",
};

/** What the person set for this machine. Rust keeps it; a change shows here once Rust has it. */
export class Settings {
  #values = $state<SettingsValues>(FIRST_VALUES);

  constructor() {
    onChanged(["settings"], () => void this.refresh());
  }

  get theme() {
    return this.#values.theme;
  }

  get clipboardSeconds() {
    return this.#values.clipboard_seconds;
  }

  get idleLockMinutes() {
    return this.#values.idle_lock_minutes;
  }

  get dueNotices() {
    return this.#values.due_notices;
  }

  take(values: SettingsValues): void {
    this.#values = values;
    showTheme(values.theme);
  }

  async refresh(): Promise<void> {
    this.take(await call("settings_get", {}));
  }

  async update(change: Partial<SettingsValues>): Promise<void> {
    this.take(await call("settings_update", change));
  }
}

/** Also in the address, where `public/theme.js` finds it when the page is loaded anew. */
function showTheme(theme: SettingsValues["theme"]): void {
  const root = document.documentElement;
  const address = new URL(location.href);
  if (theme === "system") {
    root.removeAttribute("data-theme");
    address.searchParams.delete("theme");
  } else {
    root.setAttribute("data-theme", theme);
    address.searchParams.set("theme", theme);
  }
  history.replaceState(history.state, "", address);
}
