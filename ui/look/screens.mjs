import { AROUND } from "./screens/around.mjs";
import { AUDIT } from "./screens/audit.mjs";
import { MEMBERS } from "./screens/members.mjs";
import { PLACES } from "./screens/places.mjs";
import { ROTATION } from "./screens/rotation.mjs";
import { SECRETS } from "./screens/secrets.mjs";

/** Each with a name, the stand-in's query as `address`, and `steps` that lead to it; `everySize` where width matters. */
export const SCREENS = [...AROUND, ...SECRETS, ...AUDIT, ...PLACES, ...MEMBERS, ...ROTATION];
