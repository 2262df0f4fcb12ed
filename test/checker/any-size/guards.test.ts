/** Conditions that would make new elements without end are left out of guards; others stay. */
import { describe, expect, test } from "vitest";
import { isEndless, withoutEndless } from "../../../checker/any-size/encoding/guards.ts";
import { Representations } from "../../../checker/any-size/encoding/representation.ts";
import {
  and,
  constant,
  equal,
  every,
  isIndex,
  not,
  read,
  some,
  variable,
} from "../../../checker/any-size/expressions.ts";
import type { Cell, Expression, Sort, Variable } from "../../../checker/any-size/system.ts";

const CPU: Sort = { name: "cpu" };
const DEVICE: Sort = { name: "device" };
const address: Cell = { name: "device[].address", parameters: [DEVICE], type: { kind: "index", sort: CPU, names: [] } };
const target: Cell = { name: "device[].target", parameters: [DEVICE], type: { kind: "index", sort: CPU, names: [] } };
const table: Cell = { name: "table[]", parameters: [CPU], type: { kind: "index", sort: DEVICE, names: ["unused"] } };
const cells = [address, target, table];
const representations = new Representations({ sorts: [CPU, DEVICE], cells });
const c: Variable = { name: "c", sort: CPU };
const d: Variable = { name: "d", sort: DEVICE };
const [cpu, device] = [variable(c), variable(d)];
const isUnused = equal(read(table, cpu), constant("unused", table.type));

test("the cell that closes a circle of sorts is a relation, and only that", () => {
  expect(cells.map((cell) => representations.of(cell))).toEqual(["function", "function", "relation"]);
  expect(representations.placeOf(DEVICE)).toBeLessThan(representations.placeOf(CPU));
});

describe("an assumption", () => {
  test.each<[string, boolean, Expression]>([
    ["every CPU has a device in its table", true, every([c], isIndex(read(table, cpu)))],
    ["some CPU has an unused slot", false, some([c], isUnused)],
    ["every CPU has an unused slot", false, every([c], isUnused)],
    ["not every CPU has an unused slot", false, not(every([c], isUnused))],
    ["no CPU has an unused slot", true, not(some([c], isUnused))],
    ["every device has a CPU whose table it is in", false, every([d], some([c], equal(read(table, cpu), device)))],
    ["every CPU has a device that is sent to it", true, every([c], some([d], equal(read(address, device), cpu)))],
  ])("%s: %s", (_, isIt, condition) => {
    expect(isEndless(condition, representations)).toBe(isIt);
  });
});

test("a guard is left without it, and says so", () => {
  const full = every([c], isIndex(read(table, cpu)));
  const own = equal(read(address, device), read(target, device));
  const action = { name: "giveUp", parameters: [d], guard: and(own, full), updates: [] };
  expect(withoutEndless(action, representations)).toEqual({ action: { ...action, guard: own }, dropped: [full] });
  expect(withoutEndless({ ...action, guard: own }, representations).dropped).toEqual([]);
});
