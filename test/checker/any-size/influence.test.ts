/** Cells that influence no property are left out, and only those. */
import { expect, test } from "vitest";
import { FiniteSystem } from "../../../checker/any-size/evaluate.ts";
import { and, BOOLEAN, every, not, or, read, variable } from "../../../checker/any-size/expressions.ts";
import { influencing } from "../../../checker/any-size/influence.ts";
import { initialStates } from "../../../checker/any-size/initial.ts";
import type { AnySizeSystem, Cell, Variable } from "../../../checker/any-size/system.ts";
import { common, DEVICE } from "./common.ts";

const ghost: Cell = { name: "device[].ghost", parameters: [DEVICE], type: BOOLEAN };

/** The common model with a ghost that remembers who has waited, and that itself and the ghost alone read. */
function haunted(): AnySizeSystem {
  const system = common();
  const one: Variable = { name: "device", sort: DEVICE };
  const own = variable(one);
  const waiting = system.cells.find(({ name }) => name === "device[].waiting")!;
  return {
    ...system,
    cells: [...system.cells, ghost],
    initial: and(system.initial, every([one], and(not(read(ghost, own)), not(read(waiting, own))))),
    actions: system.actions.map((action) => ({
      ...action,
      updates: [...action.updates, { cell: ghost, parameters: [one], value: or(read(ghost, own), read(waiting, own)) }],
    })),
  };
}

test("a ghost that is written and never read is left out", () => {
  const system = haunted();
  const reduced = influencing(system, system.properties);
  expect(reduced.cells).toEqual(common().cells.map(({ name }) => expect.objectContaining({ name })));
  expect(reduced.actions.every(({ updates }) => updates.every(({ cell }) => cell !== ghost))).toBe(true);
  // The initial condition of the other cells stays.
  const sizes = { cpu: 2, vector: 2, device: 2 };
  const finite = new FiniteSystem(reduced, sizes);
  const [state] = initialStates(reduced, sizes, 1) as [Uint8Array];
  expect(finite.evaluate(reduced.initial, state)).toBe(true);
  const waiting = reduced.cells.find(({ name }) => name === "device[].waiting")!;
  const raised = state.slice();
  raised[finite.at(waiting, [1])] = 1;
  expect(finite.evaluate(reduced.initial, raised)).toBe(false);
});

test("a cell that a property reads stays, with what its values come from", () => {
  const system = haunted();
  const one: Variable = { name: "device", sort: DEVICE };
  const watched = { id: "watched", title: "no ghost", holds: every([one], not(read(ghost, variable(one)))) };
  expect(influencing(system, [watched]).cells).toContain(ghost);
  expect(influencing(system, [...system.properties, watched])).toBe(system);
});
