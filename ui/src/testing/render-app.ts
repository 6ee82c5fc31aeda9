import { render } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import App from "../App.svelte";
import { LateScreens } from "../state/lateScreens.svelte";
import { startEvents } from "../ipc";
import { Announcer } from "../state/announcer.svelte";
import { Clipboard } from "../state/clipboard.svelte";
import { LocationQuestion } from "../state/locationQuestion.svelte";
import { Navigation } from "../state/navigation.svelte";
import { Rotating } from "../state/rotating.svelte";
import { Session } from "../state/session.svelte";
import { Settings } from "../state/settings.svelte";
import { Verifying } from "../state/verifying.svelte";
import { MockBackend } from "./mock-backend";
import type { WorldOptions } from "./mock-world";

/** The whole page over a stand-in for Rust. `prepare` runs before the first command. */
export async function renderApp(options: WorldOptions = {}, prepare: (backend: MockBackend) => void = () => {}) {
  const backend = new MockBackend(options).install();
  prepare(backend);
  await startEvents();
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
  await state.late.load(() => import("../OpenVault.svelte"));
  const view = render(App, state);
  return { backend, user: userEvent.setup(), ...state, ...view };
}
