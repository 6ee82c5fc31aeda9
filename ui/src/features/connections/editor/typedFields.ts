import type { HintView } from "../../../ipc";
import type { FieldSpec } from "../types";

/** As a request takes them: all fields, but those left empty that have a value of their own. */
export function given(fields: FieldSpec[], values: Record<string, string>): Record<string, string> {
  const sent = fields.filter(({ name, default: fallback }) => (values[name] ?? "") !== "" || fallback === null);
  return Object.fromEntries(sent.map(({ name }) => [name, values[name] ?? ""]));
}

export function anyTyped(values: Record<string, string>): boolean {
  return Object.values(values).some((value) => value !== "");
}

/** A hint about one field, with the field's name where the sentence does not say it. */
export function remark(fields: FieldSpec[], { loc, message }: HintView): string {
  const field = fields.find(({ name }) => loc[0] === "credentials" && loc[1] === name);
  return field === undefined || message.includes(field.label) ? message : `${field.label}: ${message}`;
}
