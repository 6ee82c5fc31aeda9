import { createContext } from "svelte";
import type { Announcer } from "./announcer.svelte";
import type { Clipboard } from "./clipboard.svelte";
import type { LocationQuestion } from "./locationQuestion.svelte";
import type { Navigation } from "./navigation.svelte";
import type { Rotating } from "./rotating.svelte";
import type { Session } from "./session.svelte";
import type { Settings } from "./settings.svelte";
import type { Verifying } from "./verifying.svelte";

export const [getSession, setSession] = createContext<Session>();
export const [getSettings, setSettings] = createContext<Settings>();
export const [getNavigation, setNavigation] = createContext<Navigation>();
export const [getAnnouncer, setAnnouncer] = createContext<Announcer>();
export const [getClipboard, setClipboard] = createContext<Clipboard>();
export const [getLocationQuestion, setLocationQuestion] = createContext<LocationQuestion>();
export const [getVerifying, setVerifying] = createContext<Verifying>();
export const [getRotating, setRotating] = createContext<Rotating>();
