/** The table of docs/any-size.md says of each entry whether it can be read. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readAnySize } from "../../../checker/any-size/reading/index.ts";
import { entrySubject } from "../../../cli/arguments/subject.ts";
import { LONG } from "../crosscheck/peers.ts";

const page = readFileSync(new URL("../../../docs/any-size.md", import.meta.url), "utf8");
const rows = [...page.matchAll(/^\| `([\w-]+)` \| ([^|]+) \| ([^|]+) \|$/gm)].map(([, id, read, verdict]) => ({
  id: id!,
  isRead: read!.trim() !== "refused",
  verdict: verdict!,
}));

test("the table has the entries that were tried", () => {
  expect(rows.map(({ id }) => id)).toEqual([
    "x86-two-step",
    "x86-same-vector",
    "msi-masked",
    "msix-masked",
    "x86-remapped",
    "x86-ipi-async",
    "imsic-merged",
  ]);
});

// The others take up to twenty seconds each.
const quick = rows.filter(({ id }) => LONG || id === "imsic-merged");

/** The properties that are not read, or why nothing is. */
function readingOf(family: Parameters<typeof readAnySize>[0]): string {
  try {
    const system = readAnySize(family, { moves: "unbounded", raises: "unbounded" }, ["cpus", "vectors", "devices"]);
    return system.unread.map(({ id }) => id).join(", ");
  } catch (error) {
    return String(error);
  }
}

test.each(quick)("$id is read, or refused, as the table says", { timeout: 120_000 }, async ({ id, isRead }) => {
  const { family } = await entrySubject(id);
  const refusal = /cannot be read for any size: it changes a variable or an object of its own/;
  expect(readingOf(family)).toMatch(isRead ? /^no-leak$/ : refusal);
});
