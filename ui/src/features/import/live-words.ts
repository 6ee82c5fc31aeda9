import type { CommandError, ConnectionView, ImportLiveItem } from "../../ipc";
import { countText } from "../../shared/numbers";

const KINDS: Record<string, string> = {
  api_credential: "API credential",
  ssh_key: "SSH key",
  bank_account: "bank account",
  storage: "storage credential",
};

/** What failed, and what a person can do, by the detail's type. */
const FAILURES: Record<string, { title: string; help: string }> = {
  auth: {
    title: "1Password did not let us in.",
    help: "Unlock its app and allow the request, or give the connection a new token.",
  },
  not_installed: {
    title: "1Password’s program op was not found.",
    help: "Install “1Password CLI” from 1password.com/downloads/command-line, then try again. A Connect server needs no program.",
  },
  forbidden: {
    title: "There is no right to read this.",
    help: "Give the service account or the Connect token access to the vault, on 1password.com under Developer.",
  },
  not_found: {
    title: "It is not there any more.",
    help: "Look at the vaults again.",
  },
  throttled: {
    title: "1Password asks us to wait.",
    help: "It takes a number of requests an hour from each token. Try again later, or choose fewer items.",
  },
  timed_out: {
    title: "1Password did not answer in time.",
    help: "Its app may be waiting for your word. Look at it, then try again.",
  },
  unreachable: {
    title: "The server can’t be reached.",
    help: "Look whether it runs, and at the connection’s address.",
  },
  unreadable: {
    title: "The answer was not understood.",
    help: "This version of op or of the Connect server may be too old or too new.",
  },
};

export function failureText(failure: CommandError): { title: string; help: string } {
  const known = failure.details.map(({ type }) => FAILURES[type]).find((words) => words !== undefined);
  return known ?? { title: "This can’t be read.", help: "" };
}

/** What a program said may lack the full stop that words after it need. */
export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

export function methodText({ method, description }: ConnectionView): string {
  const way = method === "onepassword_connect" ? "Connect server" : "Service account";
  return [way, description].filter((part) => part !== "").join(" · ");
}

export function itemText({ kind, state, tags }: ImportLiveItem): string {
  const place = { active: "", archived: "archived", trashed: "in the trash" }[state];
  return [KINDS[kind] ?? kind.replaceAll("_", " "), place, tags.join(", ")].filter((part) => part !== "").join(" · ");
}

export function chosenText(vaults: number, items: number | null): string {
  if (vaults === 0) return "Nothing is chosen yet.";
  const of = countText(vaults, "vault");
  return items === null ? `Items of ${of} are chosen.` : `${countText(items, "item")} of ${of} chosen.`;
}
