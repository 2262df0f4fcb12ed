/** Sizes that a proof for any size leaves open. */
import { expect, test } from "vitest";
import { openBelow, type AnySizeReport } from "../../../checker/any-size/index.ts";

const report = (least: object, smaller: readonly AnySizeReport[] = [], parameters: object = {}): AnySizeReport =>
  ({ verdict: "holds", parameters, proof: { system: { least } }, smaller }) as unknown as AnySizeReport;

test("a size below that of the proof is open unless it is proved", () => {
  expect(openBelow(report({}))).toEqual([]);
  expect(openBelow(report({ devices: 2 }))).toEqual([["devices", 2]]);
  expect(openBelow(report({ devices: 2 }, [report({}, [], { devices: 1 })]))).toEqual([]);
  const inconclusive = { ...report({}, [], { devices: 1 }), verdict: "inconclusive" as const };
  expect(openBelow(report({ devices: 2 }, [inconclusive]))).toEqual([["devices", 2]]);
});

test("of several sizes below that of the proof each must be proved", () => {
  expect(openBelow(report({ devices: 3 }, [report({}, [], { devices: 1 })]))).toEqual([["devices", 3]]);
  const both = [1, 2].map((devices) => report({}, [], { devices }));
  expect(openBelow(report({ devices: 3 }, both))).toEqual([]);
});

test("a smaller size of one parameter may leave one of another open", () => {
  const smaller = [
    report({ devices: 2 }, [], { cpus: 1, devices: "any" }),
    report({ cpus: 2 }, [], { cpus: "any", devices: 1 }),
  ];
  expect(openBelow(report({ cpus: 2, devices: 2 }, smaller))).toEqual([
    ["cpus", 2],
    ["devices", 2],
  ]);
});
