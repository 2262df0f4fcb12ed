/** Places of the parts of the diagram. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { differing } from "../../explorer/page/differing.ts";
import { layout, wrapText, type DrawnStep } from "../../explorer/page/layout.ts";
import { isChanged, partsOf } from "../../explorer/page/tree.ts";
import type { Arrow, Lane, StepView } from "../../explorer/wire.ts";

const words = fc.string({ maxLength: 60 });

function stepsOf(lanes: number): fc.Arbitrary<StepView> {
  const lane = fc.nat(lanes - 1);
  const arrow: fc.Arbitrary<Arrow> = fc.record({
    from: lane,
    to: lane,
    kind: fc.constantFrom("message", "write", "ipi", "task"),
    tone: fc.constantFrom("good", "plain", "warn", "bad"),
    isLost: fc.boolean(),
    head: words,
  });
  return fc.record({
    instance: fc.nat(),
    action: words,
    lane: fc.option(lane),
    label: words,
    changes: fc.array(words, { maxLength: 3 }),
    arrows: fc.array(arrow, { maxLength: 3 }),
    tone: fc.constantFrom("good", "plain", "warn", "bad"),
    lanes: fc.constant([]),
    state: fc.constant({}),
    machine: fc.constant([]),
    isIdle: fc.boolean(),
    violated: fc.constant([]),
  });
}

const diagrams = fc.integer({ min: 1, max: 7 }).chain((count) =>
  fc.record({
    lanes: fc.constant(Array.from({ length: count }, (_, lane): Lane => ({ name: `L${lane}`, kind: "actor" }))),
    steps: fc.array(stepsOf(count), { minLength: 1, maxLength: 8 }),
    violates: fc.array(words, { maxLength: 3 }),
    width: fc.integer({ min: 280, max: 1600 }),
  }),
);

test("rows follow each other without a gap, everything of a row is inside, and nothing is lost", () => {
  fc.assert(
    fc.property(diagrams, ({ lanes, steps, violates, width }) => {
      const drawn = steps.map((step, place): DrawnStep => ({ place, step, violates, loss: "it is lost" }));
      const diagram = layout(lanes, drawn, width);
      expect(diagram.rows.map(({ place }) => place)).toEqual(drawn.map(({ place }) => place));
      for (const { x } of diagram.lanes) expect(x > 0 && x < width).toBe(true);
      for (const [index, row] of diagram.rows.entries()) {
        const before = diagram.rows[index - 1];
        expect(row.y).toBeCloseTo(before === undefined ? diagram.rows[0]!.y : before.y + before.height);
        const lines = [...row.label, ...row.changes, ...row.notes, ...row.losses, ...row.violations];
        for (const { y } of lines) expect(y > row.y && y <= row.y + row.height).toBe(true);
        for (const { y } of row.arrows) expect(y > row.y && y <= row.y + row.height).toBe(true);
        expect(row.arrows.map(({ arrow }) => arrow)).toEqual(steps[index]!.arrows);
        const text = row.changes.map((line) => line.text).join("");
        expect(text.replaceAll(/\s/g, "")).toBe(steps[index]!.changes.join("").replaceAll(/\s/g, ""));
      }
      const last = diagram.rows.at(-1)!;
      expect(diagram.height).toBeGreaterThan(last.y + last.height - 1);
    }),
  );
});

test("the notes of two devices do not cover each other", () => {
  const lanes = [..."AB"].map((name): Lane => ({ name: `Device${name}`, kind: "device" }));
  const points = (text: string) => ({ tone: "good" as const, kind: "points" as const, text });
  const [step] = fc.sample(stepsOf(2), 1);
  const changed = { ...step!, lane: null, lanes: [points("CPU0/vector A, irq0's"), points("CPU1/vector A, irq1's")] };
  for (const width of [300, 640, 1280]) {
    const [row] = layout(lanes, [{ place: 0, step: changed, violates: [] }], width).rows;
    expect(row!.notes.length).toBeGreaterThan(1);
    expect(new Set(row!.notes.map(({ y }) => y)).size).toBe(row!.notes.length);
  }
});

test("the lines of a text have its words, and fit", () => {
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 80 }), (text, width) => {
      const lines = wrapText(text, width);
      expect(lines.join("").replaceAll(/\s/g, "")).toBe(text.replaceAll(/\s/g, ""));
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(Math.max(12, width));
    }),
  );
});

describe("a state as a tree", () => {
  test("has tables for arrays of scalars, of equal records and of arrays", () => {
    const state = {
      counter: 2,
      at: ["load", "done"],
      device: [{ address: 0, data: 1 }],
      table: [
        ["irq0", "unused"],
        ["unused", "unused"],
      ],
      cpu: [{ irr: [true], stack: [{ slot: 1 }] }],
      none: null,
      queue: [],
    };
    const parts = partsOf(state, undefined);
    expect(parts.map(({ kind, name }) => `${name}: ${kind}`)).toEqual([
      "counter: value",
      "at: table",
      "device: table",
      "table: table",
      "cpu: group",
      "none: value",
      "queue: value",
    ]);
    expect(parts.some(isChanged)).toBe(false);
    expect(parts[2]).toMatchObject({ columns: ["address", "data"], rows: [{ cells: [{ text: "0" }, { text: "1" }] }] });
  });

  test("marks what the step changed, with what it was", () => {
    const before = { a: [1, 2], b: { c: null, d: [] }, e: [{ f: 1 }] };
    const after = { a: [1, 3], b: { c: { g: 1 }, d: [7] }, e: [{ f: 1 }, { f: 2 }] };
    const [a, b, e] = partsOf(after, before);
    expect(a).toMatchObject({ rows: [{ cells: [{ before: undefined }, { text: "3", before: "2" }] }] });
    expect(b).toMatchObject({
      parts: [
        { kind: "value", cell: { before: "null" } },
        { parts: [{ name: "length", cell: { text: "1", before: "0" } }, { cell: { text: "7", before: "nothing" } }] },
      ],
    });
    expect(e).toMatchObject({ parts: [{ name: "length", cell: { text: "2", before: "1" } }, {}, {}] });
    expect([a, b].map((part) => isChanged(part!))).toEqual([true, true]);
    expect(isChanged(e!)).toBe(true);
  });

  test("a state beside itself has no change, whatever it is", () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: "small" },
        fc.boolean(),
        fc.nat(9),
        fc.constant(null),
        fc.array(tie("any"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom("a", "b", "c"), tie("any")),
      ),
    })).any;
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("x", "y"), value), (state) => {
        expect(partsOf(state, structuredClone(state)).some(isChanged)).toBe(false);
        expect(differing(state, structuredClone(state))).toEqual([]);
      }),
    );
  });
});

test("two states differ in their smallest parts", () => {
  expect(differing({ a: [1, { b: 2 }], c: [] }, { a: [1, { b: 3 }], c: [4] })).toEqual([
    { path: "a[1].b", one: "2", other: "3" },
    { path: "c", one: "[]", other: "[4]" },
  ]);
});
