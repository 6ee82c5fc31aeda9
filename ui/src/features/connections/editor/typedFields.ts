import type { FieldSpec } from "../types";

/** As a request takes them: all fields, but those left empty that have a value of their own. */
export function given(fields: FieldSpec[], values: Record<string, string>): Record<string, string> {
  const sent = fields.filter(({ name, default: fallback }) => (values[name] ?? "") !== "" || fallback === null);
  return Object.fromEntries(sent.map(({ name }) => [name, values[name] ?? ""]));
}

export function anyTyped(values: Record<string, string>): boolean {
  return Object.values(values).some((value) => value !== "");
}
