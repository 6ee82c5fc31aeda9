import "@testing-library/jest-dom/vitest";
import { configure } from "@testing-library/svelte";

// Finding by role takes a while where several builds share the machine; what never comes fails all the same.
configure({ asyncUtilTimeout: 5_000 });

// What jsdom does not have and the page uses.
Element.prototype.scrollIntoView ??= () => {};

globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
  this.setAttribute("open", "");
  this.querySelector<HTMLElement>("[autofocus], input, select, textarea, button")?.focus();
};

HTMLDialogElement.prototype.close ??= function close(this: HTMLDialogElement) {
  this.removeAttribute("open");
};

HTMLElement.prototype.showPopover ??= function showPopover(this: HTMLElement) {
  this.style.display = "block";
  this.dispatchEvent(Object.assign(new Event("toggle"), { newState: "open" }));
};

HTMLElement.prototype.hidePopover ??= function hidePopover(this: HTMLElement) {
  this.style.display = "";
  this.dispatchEvent(Object.assign(new Event("toggle"), { newState: "closed" }));
};
