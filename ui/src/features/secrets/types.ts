import type { Answer, Request } from "../../ipc";

export type Secret = Answer<"secret_get">["secret"];
/** Another secret that has one of its values now. */
export type SharedValue = Answer<"secret_get">["shares_value_with"][number];
export type SecretField = Secret["fields"][number];
export type Version = Answer<"secret_history">["versions"][number];
export type Catalogue = Answer<"catalogue_get">;
export type CatalogueType = Catalogue["types"][number];
export type CatalogueMethod = CatalogueType["methods"][number];
export type CatalogueField = CatalogueMethod["fields"][number];
export type Preset = Catalogue["presets"][number];
export type Counts = Answer<"tag_list">;
export type Location = Answer<"location_get">["location"];
export type Connection = Answer<"connection_get">["connection"];
export type Health = Secret["health"];
export type ListRequest = Request<"secret_list">;
export type CreateRequest = Request<"secret_create">;
export type UpdateRequest = Request<"secret_update">;
export type Outcome = Answer<"secret_update">;
