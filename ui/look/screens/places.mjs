import { choose, key, menu, pause, pick, place, press, pressLike, row, search, steps, type } from "../acts.mjs";

const locations = place(/^Locations/);
const connections = place(/^Connections/);
const newLocation = steps(locations, press("New location"), choose("Storage", "Backblaze B2"));
const editedType = steps(
  search("aws billing exports 2"),
  row(0),
  press("Edit"),
  press("Change type"),
  press("Wasabi"),
  press("Save changes"),
);

const looseRow = (page) =>
  page
    .getByRole("option", { name: /no secret/ })
    .first()
    .click();
const focusList = (id) => (page) => page.locator(`#${id}`).focus();
/** The one who types changes name and prefix, somebody else the name and the region. */
const bothChange = steps(
  type("Name", "exports-eu"),
  type("Prefix", "weekly/"),
  (page) =>
    page.evaluate(() => {
      for (const one of window.mockBackend.world.locations) {
        Object.assign(one, { name: `${one.name} (theirs)`, region: "eu-west-1", revision: one.revision + 1 });
      }
    }),
  press("Save changes"),
);

/** The places where secrets are used, and the vaults where they can be. */
export const PLACES = [
  { name: "locations", address: "?unlocked", everySize: true, steps: steps(locations, row(2)) },
  { name: "locations-http", address: "?unlocked", steps: steps(locations, search("internal"), row(0)) },
  {
    name: "location-failed",
    address: "?unlocked",
    everySize: true,
    steps: steps(locations, search("dumps"), row(0), press("Verify"), pause(300)),
  },
  {
    name: "location-never",
    address: "?unlocked",
    steps: steps(
      locations,
      (page) => page.evaluate(() => window.mockBackend.world.locations.forEach((one) => (one.verification = null))),
      row(2),
    ),
  },
  {
    name: "location-old",
    address: "?unlocked",
    steps: steps(
      locations,
      (page) =>
        page.evaluate(() =>
          window.mockBackend.world.locations.forEach(
            (one) => one.verification && (one.verification.status = "unverified"),
          ),
        ),
      search("aws"),
      row(0),
    ),
  },
  {
    name: "location-unreached",
    address: "?unlocked&fail=location_verify",
    steps: steps(locations, row(2), press("Verify"), pause(200)),
  },
  {
    name: "locations-verifying",
    address: "?unlocked",
    everySize: true,
    steps: steps(locations, row(2), press("Verify all"), pause(700)),
  },
  {
    name: "locations-verified",
    address: "?unlocked",
    everySize: true,
    steps: steps(locations, row(2), press("Verify all"), (page) => page.getByText("did not open").waitFor()),
  },
  {
    name: "secret-verified",
    address: "?unlocked",
    steps: steps(search("aws billing exports 2"), row(0), press("Verify all"), (page) =>
      page.getByText("All 2 open").waitFor(),
    ),
  },
  { name: "locations-no-secret", address: "?unlocked", steps: steps(locations, looseRow) },
  {
    name: "locations-many",
    address: "?unlocked&locations=10000",
    steps: steps(locations, row(0), focusList("location-rows"), key("End"), pause(600)),
  },
  { name: "locations-viewer", address: "?unlocked&role=viewer", steps: steps(locations, row(0)) },
  {
    name: "locations-long",
    address: "?unlocked&long",
    everySize: true,
    steps: steps(locations, search("platform"), row(0)),
  },
  { name: "locations-none", address: "?unlocked&locations=0", steps: locations },
  { name: "locations-nothing-found", address: "?unlocked", steps: steps(locations, search("zzz")) },
  { name: "locations-unreadable", address: "?unlocked&fail=location_list", steps: locations },
  {
    name: "location-new",
    address: "?unlocked",
    everySize: true,
    steps: steps(newLocation, type("Region", "us-west-002"), pause(400)),
  },
  {
    name: "location-secret",
    address: "?unlocked",
    steps: steps(newLocation, (page) => page.getByRole("combobox", { name: "Secret" }).fill("b2"), pause(200)),
  },
  {
    name: "location-refused",
    address: "?unlocked",
    steps: steps(newLocation, type("Endpoint", "http://10.0.0.4:9000"), press("Save location")),
  },
  { name: "location-conflict", address: "?unlocked", steps: steps(locations, row(0), press("Edit"), bothChange) },
  { name: "location-unlink", address: "?unlocked", steps: steps(locations, row(0), menu("More", /^Unlink/)) },
  { name: "location-delete", address: "?unlocked", steps: steps(locations, row(0), menu("More", "Delete…")) },
  { name: "location-relink", address: "?unlocked", steps: steps(locations, row(0), menu("More", /^Use another/)) },
  { name: "connections", address: "?unlocked", everySize: true, steps: steps(connections, row(0)) },
  { name: "connections-long", address: "?unlocked&long", everySize: true, steps: steps(connections, row(0)) },
  { name: "connections-none", address: "?unlocked&noconnections", steps: connections },
  { name: "connections-unreadable", address: "?unlocked&fail=connection_list", steps: connections },
  { name: "connection-new", address: "?unlocked", steps: steps(connections, press("New connection")) },
  {
    name: "connection-infisical",
    address: "?unlocked",
    everySize: true,
    steps: steps(connections, press("New connection"), pick("Infisical"), press("Save connection")),
  },
  {
    name: "connection-rotate",
    address: "?unlocked",
    steps: steps(connections, row(0), press("Rotate token…"), press("Rotate token")),
  },
  {
    name: "connection-in-use",
    address: "?unlocked",
    steps: steps(connections, row(0), menu("More", "Delete…"), press("Delete")),
  },
  { name: "secret-used", address: "?unlocked", everySize: true, steps: row(1) },
  { name: "secret-used-long", address: "?unlocked&long", steps: row(0) },
  { name: "secret-external", address: "?unlocked", steps: steps(search("cloudflare"), row(0)) },
  {
    name: "secret-elsewhere",
    address: "?unlocked",
    everySize: true,
    steps: steps(
      press("New secret"),
      press("Backblaze B2"),
      pick("In another vault"),
      choose("Connection", "1Password: storage team"),
      type("Name", "B2 shared"),
      press("Save secret"),
    ),
  },
  { name: "secret-blocked", address: "?unlocked", everySize: true, steps: editedType },
  {
    name: "secret-copy",
    address: "?unlocked",
    steps: steps(editedType, pressLike(/^Make a copy/)),
  },
  {
    name: "secret-delete-in-use",
    address: "?unlocked",
    steps: steps(search("aws billing exports 2"), row(0), menu("More", /^Move to trash/), press("Move to trash")),
  },
  {
    name: "secret-conflict",
    address: "?unlocked",
    everySize: true,
    steps: steps(
      row(1),
      press("Edit"),
      type("Name", "AWS production backups (eu)"),
      type("Notes", "Moves to the new account in May."),
      (page) =>
        page.evaluate(() => {
          const { world } = window.mockBackend;
          const secret = world.secrets.find(
            ({ name }) => name === "AWS billing exports 10" || name === "AWS billing exports",
          );
          for (const one of world.secrets) {
            if (one.id !== secret.id && !one.name.startsWith("AWS")) continue;
            one.revision += 1;
            one.name += " (theirs)";
            one.description = "Changed by Jun while you typed.";
          }
        }),
      press("Save changes"),
    ),
  },
];
