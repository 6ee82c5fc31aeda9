import { expect, test } from "vitest";
import { OpenRecord } from "./list/openRecord.svelte";

interface Row {
  id: string;
  revision: number;
}

test("an answer that a newer request has overtaken is dropped, be it an error", async () => {
  const waiting: { resolve: (row: Row) => void; reject: (error: Error) => void }[] = [];
  const opened = new OpenRecord<Row>(() => new Promise((resolve, reject) => void waiting.push({ resolve, reject })));
  const reads = [opened.open("a"), opened.read(), opened.read()];
  waiting[2]!.resolve({ id: "a", revision: 3 });
  await reads[2];
  waiting[0]!.resolve({ id: "a", revision: 1 });
  waiting[1]!.reject(new Error("late"));
  await Promise.all(reads);
  expect(opened.record?.revision).toBe(3);
  expect(opened.failure).toBeNull();
});
