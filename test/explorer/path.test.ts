/** Runs as parts of an address. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fragmentOf, positionOf } from "../../explorer/page/address.ts";
import { commonSteps, MAX_RUN_STEPS, pathOfText, pathText } from "../../explorer/path.ts";

const paths = fc.record({
  initial: fc.nat(1000),
  instances: fc
    .array(fc.tuple(fc.nat(300), fc.integer({ min: 1, max: 5 })))
    .map((parts) => parts.flatMap(([instance, times]) => Array<number>(times).fill(instance))),
});

describe("a run as a text", () => {
  test("is read back", () => {
    fc.assert(
      fc.property(paths, (path) => {
        expect(pathOfText(pathText(path))).toEqual(path);
      }),
    );
  });

  test("is short where a step is taken again and again", () => {
    expect(pathText({ initial: 0, instances: [3, 3, 3, 7] })).toBe("0-3x3.7");
    expect(pathText({ initial: 2, instances: [] })).toBe("2");
  });

  test.each(["", "x", "0-", "0-1.", "0-1..2", "-1", "0-1x", "0-1e9", "0-<b>", "1 2", "0-9999999999"])(
    "%j is none",
    (text) => expect(pathOfText(text)).toBe(undefined),
  );

  test("has a longest one, so that an address cannot exhaust the memory", () => {
    expect(pathOfText(`0-1x${MAX_RUN_STEPS}`)?.instances).toHaveLength(MAX_RUN_STEPS);
    expect(pathOfText(`0-1x${MAX_RUN_STEPS}.1`)).toBe(undefined);
    expect(pathOfText("0-1x999999")).toBe(undefined);
  });

  test("any text is a run that is written the same way, or none", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("0", "1", "9", "-", ".", "x"), maxLength: 14 }), (text) => {
        const path = pathOfText(text);
        expect(path === undefined ? undefined : pathOfText(pathText(path))).toEqual(path);
      }),
    );
  });
});

test("the common steps of two runs", () => {
  fc.assert(
    fc.property(paths, paths, (one, other) => {
      const sameStart = { ...other, initial: one.initial };
      const common = commonSteps(one, sameStart);
      expect(one.instances.slice(0, common)).toEqual(other.instances.slice(0, common));
      const isEnd = common === Math.min(one.instances.length, other.instances.length);
      expect(isEnd || one.instances[common] !== other.instances[common]).toBe(true);
      expect(commonSteps(one, { ...other, initial: one.initial + 1 })).toBe(-1);
    }),
  );
});

describe("a position as a fragment", () => {
  test("is read back, whatever the model is called", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "grapheme" }), paths, fc.nat(50), (model, path, place) => {
        const at = Math.min(place, path.instances.length);
        expect(positionOf(fragmentOf({ model, path, at }))).toEqual({ model, path, at });
      }),
    );
  });

  test("may name a model only; a place behind the end is the end", () => {
    expect(positionOf("#x86-direct")).toEqual({ model: "x86-direct" });
    expect(positionOf("#x86-direct/0-1.2/9")).toMatchObject({ at: 2 });
    expect(positionOf("#x86-direct/0-1.2")).toMatchObject({ at: 2 });
    expect(positionOf("#x86-direct/nonsense/1")).toEqual({ model: "x86-direct" });
    expect([positionOf(""), positionOf("#"), positionOf("#%"), positionOf("#/0/0")]).toEqual(
      Array<undefined>(4).fill(undefined),
    );
  });
});
