export interface MenuItem {
  label: string;
  run: () => void;
  danger?: boolean;
  disabled?: boolean;
  /** The key that does the same, such as `E`. */
  keys?: string;
  /** Draws a tick before the label and reads it out; for choices. */
  checked?: boolean;
  /** A line above this item. */
  separated?: boolean;
}

const GAP_PX = 4;
const EDGE_PX = 8;

/** Puts a menu under its button, or above it where the window ends. */
export function place(menu: HTMLElement, button: HTMLElement, align: "start" | "end"): void {
  const at = button.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const below = at.bottom + GAP_PX;
  const fits = below + size.height <= window.innerHeight - EDGE_PX;
  const left = align === "start" ? at.left : at.right - size.width;
  menu.style.top = `${fits ? below : Math.max(EDGE_PX, at.top - GAP_PX - size.height)}px`;
  menu.style.left = `${Math.max(EDGE_PX, Math.min(left, window.innerWidth - size.width - EDGE_PX))}px`;
}

/** Where a key leads in a menu with these names, by the ARIA menu pattern; null if it leads nowhere. */
export function nextIndex(key: string, index: number, names: string[]): number | null {
  const count = names.length;
  if (count === 0) return null;
  if (key === "ArrowDown") return (index + 1) % count;
  if (key === "ArrowUp") return (index - 1 + count) % count;
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  if (key.length !== 1 || key === " ") return null;
  const wanted = key.toLowerCase();
  for (let step = 1; step <= count; step += 1) {
    const candidate = (index + step) % count;
    if (names[candidate]?.toLowerCase().startsWith(wanted)) return candidate;
  }
  return null;
}
