import { describe, expect, test } from "vitest";
import { Conflict, type Property } from "./conflict.svelte";

interface Draft {
  name: string;
  tags: string[];
  note: string;
}

const PROPERTIES: Property<Draft>[] = [
  { key: "name", label: "Name", text: (draft) => draft.name },
  { key: "tags", label: "Tags", text: (draft) => draft.tags.join(", ") },
  { key: "note", label: "Note", text: (draft) => draft.note },
];
const BASE: Draft = { name: "Was", tags: ["a"], note: "" };

function conflict(mine: Partial<Draft>, theirs: Partial<Draft>): Conflict<Draft> {
  return new Conflict(PROPERTIES, BASE, { ...BASE, ...mine }, { ...BASE, ...theirs });
}

describe("two changes of one record", () => {
  test("leave what both changed to the person", () => {
    const both = conflict({ name: "Mine" }, { name: "Theirs" });
    expect(both.differences).toEqual([
      { key: "name", label: "Name", before: "Was", mine: "Mine", theirs: "Theirs", by: "both" },
    ]);
    expect(both.undecided).toBe(1);
    both.choose("name", "theirs");
    expect(both.undecided).toBe(0);
    expect(both.merged().name).toBe("Theirs");
    both.choose("name", "mine");
    expect(both.merged().name).toBe("Mine");
  });

  test("of different things can both stand, and each can be given up", () => {
    const apart = conflict({ tags: ["a", "b"] }, { note: "theirs" });
    expect(apart.differences.map(({ key, by }) => [key, by])).toEqual([
      ["tags", "mine"],
      ["note", "theirs"],
    ]);
    expect(apart.undecided).toBe(0);
    expect(apart.merged()).toEqual({ name: "Was", tags: ["a", "b"], note: "theirs" });
    apart.choose("note", "mine");
    expect(apart.merged()).toEqual({ name: "Was", tags: ["a", "b"], note: "" });
  });

  test("that come to the same are none", () => {
    expect(conflict({ name: "Same" }, { name: "Same" }).differences).toEqual([]);
  });

  test("can be decided at once for one side", () => {
    const many = conflict({ name: "Mine", note: "mine" }, { name: "Theirs", tags: [] });
    many.chooseAll("theirs");
    expect(many.merged()).toEqual({ name: "Theirs", tags: [], note: "" });
    many.chooseAll("mine");
    expect(many.merged()).toEqual({ name: "Mine", tags: ["a"], note: "mine" });
  });
});
