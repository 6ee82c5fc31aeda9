import { describe, expect, test } from "vitest";
import { CommandError } from "../ipc";
import { focusFirstInvalid, FormErrors } from "./FormErrors.svelte";

const REJECTED = new CommandError({
  status: 422,
  type: "validation_error",
  message: "Two fields need your attention.",
  details: [
    { loc: ["name"], message: "The name is empty.", type: "empty" },
    { loc: ["credentials", "access_key_id"], message: "It is too long.", type: "too_long" },
    { loc: ["tags", 3], message: "A tag has at most 64 characters.", type: "too_long" },
  ],
});

describe("errors of a form", () => {
  test("stand at exactly the field they name", () => {
    const errors = new FormErrors();
    errors.take(REJECTED);
    expect(errors.at("name")).toBe("The name is empty.");
    expect(errors.at("credentials", "access_key_id")).toBe("It is too long.");
    expect(errors.at("credentials")).toBeNull();
    expect(errors.at("credentials", "secret_access_key")).toBeNull();
  });

  test("stand at a list when an entry of it is at fault", () => {
    const errors = new FormErrors();
    errors.take(REJECTED);
    expect(errors.under("tags")).toBe("A tag has at most 64 characters.");
    expect(errors.under("description")).toBeNull();
  });

  test("that belong to no field of the form are not lost", () => {
    const errors = new FormErrors();
    errors.take(REJECTED);
    expect(errors.elsewhere(["name"], ["credentials"])).toEqual(["A tag has at most 64 characters."]);
    expect(errors.elsewhere(["name"], ["credentials"], ["tags"])).toEqual([]);
  });

  test("without a field speak for the form as a whole", () => {
    const errors = new FormErrors();
    errors.take(new CommandError({ status: 500, type: "internal_error", message: "The disk is full.", details: [] }));
    expect(errors.isGeneral).toBe(true);
    errors.clear();
    expect(errors.isGeneral).toBe(false);
    expect(errors.error).toBeNull();
  });

  test("move the focus to the first field at fault", () => {
    document.body.innerHTML = `<form><input id="a"><input id="b" aria-invalid="true"><input aria-invalid="true"></form>`;
    focusFirstInvalid(document.querySelector("form"));
    expect(document.activeElement?.id).toBe("b");
  });
});
