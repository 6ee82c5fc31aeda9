export type Act = "search" | "new" | "edit" | "rotate" | "copy" | "delete";

const ACTS: Record<string, Act> = { "/": "search", n: "new", e: "edit", r: "rotate", c: "copy", Delete: "delete" };

/** What a key pressed anywhere on the screen means; nothing while somebody types, chooses or answers. */
export function shortcut(event: KeyboardEvent): Act | null {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return null;
  if (event.target instanceof Element && event.target.closest("input, textarea, select, [role='menu'], dialog"))
    return null;
  if (document.querySelector("dialog[open]") !== null) return null;
  return ACTS[event.key] ?? null;
}
