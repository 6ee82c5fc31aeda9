import type { Answer, CatalogueConnectionField, CatalogueConnectionType } from "../../ipc";

export type Connection = Answer<"connection_get">["connection"];
export type ConnectionType = CatalogueConnectionType;
export type FieldSpec = CatalogueConnectionField;
export type Outcome = Answer<"connection_update">;
