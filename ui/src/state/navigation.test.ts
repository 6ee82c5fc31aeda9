import { describe, expect, test } from "vitest";
import { Navigation } from "./navigation.svelte";

describe("leaving a screen", () => {
  test("happens at once when nothing holds it", () => {
    const navigation = new Navigation();
    navigation.go("settings");
    expect(navigation.place).toBe("settings");
  });

  test("waits for the person while a form holds it", () => {
    const navigation = new Navigation();
    let leave = () => {};
    navigation.guard((agreed) => {
      leave = agreed;
      return false;
    });
    navigation.go("settings");
    expect(navigation.place).toBe("secrets");
    leave();
    expect(navigation.place).toBe("settings");
    navigation.go("trash");
    expect(navigation.place).toBe("trash");
  });

  test("hands the next screen what was dropped, once, and nothing where the person stays", () => {
    const navigation = new Navigation();
    const file = { id: "file_1", name: "team.1pux" };
    let leave = () => {};
    const release = navigation.guard((agreed) => {
      leave = agreed;
      return false;
    });
    navigation.go("import", file);
    expect(navigation.takeDropped()).toBeNull();
    leave();
    release();
    expect(navigation.takeDropped()).toEqual(file);
    expect(navigation.takeDropped()).toBeNull();
  });

  test("is free again once the form lets go", () => {
    const navigation = new Navigation();
    const release = navigation.guard(() => false);
    release();
    navigation.go("import");
    expect(navigation.place).toBe("import");
  });

  test("is never held back by a lock", () => {
    const navigation = new Navigation();
    navigation.go("trash");
    navigation.guard(() => false);
    navigation.reset();
    expect(navigation.place).toBe("secrets");
    expect(navigation.secretId).toBeNull();
  });
});
