import type { Answer, CatalogueLocationType, Request } from "../../ipc";

export type Location = Answer<"location_get">["location"];
export type LocationType = CatalogueLocationType;
export type LinkableSecret = Answer<"secret_list">["secrets"][number];
export type CreateRequest = Request<"location_create">;
export type UpdateRequest = Request<"location_update">;
