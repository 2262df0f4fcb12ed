import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check, mermaid, stepByStep } from "irqproof/checker";
import { differences, valueText } from "../../../checker/trace/changes.ts";
import { ascii } from "../../../checker/plain-text.ts";
import { pack, wrap } from "../../../checker/trace/text.ts";
import { torn } from "./toy.ts";

const trace = (await check(torn())).properties[0]!.trace!;

test("step by step: the whole initial state, then every part that changed", () => {
  expect(stepByStep(trace)).toBe(`0. the initial state
     pc: 0
     cpu: 0
     vector: A
     raised: false
     irr: [false, false, false, false]
1. CPU0: writeAddress: write_address(CPU1)
     pc: 0 -> 1
     cpu: 0 -> 1
2. Device: raise: raise: message to CPU1, vector A
     raised: false -> true
     irr[2]: false -> true
3. CPU0: writeData: write_data(vector B)
     pc: 1 -> 2
     vector: A -> B

not: the vector has a handler (CPU1, vector A is unused).
The device used the new address with the old data; nobody looks at CPU1,
vector A.`);
});

test("Mermaid: a participant for each actor, a note for each step, nothing that Mermaid would take for its own", () => {
  expect(mermaid(torn(), trace).split("\n")).toEqual([
    "sequenceDiagram",
    "  participant A0 as CPU0",
    "  participant A1 as CPU1",
    "  participant A2 as Device",
    "  Note over A0: 1. write_address(CPU1)<br/>message = CPU1, vector A",
    "  Note over A2: 2. raise: message to CPU1, vector A<br/>IRR[CPU1][A] = 1",
    "  Note over A0: 3. write_data(vector B)<br/>message = CPU1, vector B",
    "  Note over A0,A2: not: the vector has a handler (CPU1, vector A is unused)<br/>The device used the new address with the old data#59; nobody looks at CPU1, vector A.",
  ]);
});

describe("differences", () => {
  test("are the smallest parts, and a sequence or an optional as a whole", () => {
    const before = { a: 1, b: { c: [1, 2], d: null }, queue: [1] };
    const after = { a: 1, b: { c: [1, 3], d: { x: 1 } }, queue: [1, 2] };
    expect(differences(before, after)).toEqual([
      { path: "b.c[1]", before: 2, after: 3 },
      { path: "b.d", before: null, after: { x: 1 } },
      { path: "queue", before: [1], after: [1, 2] },
    ]);
  });

  test("of a value and its copy there are none", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(differences(value, structuredClone(value))).toEqual([]);
      }),
    );
  });

  test("values are told in plain words", () => {
    expect([true, 3, null, "idle", "two words", [1, [2]], { a: { b: "c" } }, {}].map(valueText)).toEqual([
      "true",
      "3",
      "null",
      "idle",
      '"two words"',
      "[1, [2]]",
      "{ a: { b: c } }",
      "{}",
    ]);
  });
});

describe("text", () => {
  test("in ASCII", () => {
    expect(ascii("a \u2192 b\n\u2264 \u03bb")).toBe("a -> b <= \\u{3bb}");
  });

  test("wrapped: no line is too wide, no character is lost", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.integer({ min: 1, max: 30 }), (text, width) => {
        const lines = wrap(text, width);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
        expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
      }),
    );
  });

  test("packed: no line is too wide, items that fit stay whole", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { maxLength: 20 }), (items) => {
        const lines = pack(items, 16);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(16);
        expect(lines.flatMap((line) => line.split(", "))).toEqual(items);
      }),
    );
  });
});
