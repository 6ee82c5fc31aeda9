import "@fontsource-variable/inter";
import "@fontsource-variable/jetbrains-mono";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/print.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { LateScreens } from "./state/lateScreens.svelte";
import { startEvents } from "./ipc";
import { Announcer } from "./state/announcer.svelte";
import { Clipboard } from "./state/clipboard.svelte";
import { LocationQuestion } from "./state/locationQuestion.svelte";
import { Navigation } from "./state/navigation.svelte";
import { Rotating } from "./state/rotating.svelte";
import { Session } from "./state/session.svelte";
import { Settings } from "./state/settings.svelte";
import { Verifying } from "./state/verifying.svelte";

async function start(): Promise<void> {
  if (import.meta.env.DEV && !("__TAURI_INTERNALS__" in window)) {
    const { installFromLocation } = await import("./testing/mock-backend");
    installFromLocation();
  }
  const target = document.getElementById("app");
  if (target === null) return;
  const state = {
    session: new Session(),
    settings: new Settings(),
    navigation: new Navigation(),
    locationQuestion: new LocationQuestion(),
    announcer: new Announcer(),
    clipboard: new Clipboard(),
    verifying: new Verifying(),
    rotating: new Rotating(),
    late: new LateScreens(),
  };
  await startEvents();
  mount(App, { target, props: state });
  // Behind the frame that shows the entrance.
  requestAnimationFrame(() => {
    setTimeout(() => void state.late.load(() => import("./OpenVault.svelte")));
  });
}

void start();
