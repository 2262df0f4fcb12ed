/** Steps that repeat themselves are left out of a chart, and nothing else is. */
import * as fc from "fast-check";
import { chart, check, model, range, record, type Model, type Trace } from "irqproof/checker";
import { describe, expect, test } from "vitest";
import { withoutRepetitions, type Piece } from "../../../checker/trace/repetition.ts";

/** Puts back what was left out. */
function unfolded(keys: readonly string[], pieces: readonly Piece[]): string[] {
  const items: string[] = [];
  for (const piece of pieces) {
    expect(typeof piece === "number" ? piece : piece.from).toBe(items.length);
    if (typeof piece === "number") items.push(keys[piece]!);
    else {
      const round = items.slice(-piece.period);
      for (let time = 0; time < piece.times; time++) items.push(...round);
    }
  }
  return items;
}

describe("repetitions in a list", () => {
  const part = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 4 });
  const parts = fc.array(fc.record({ part, times: fc.integer({ min: 1, max: 30 }) }), { maxLength: 5 });
  const list = parts.map((all) => all.flatMap(({ part, times }) => Array.from({ length: times }, () => part).flat()));

  test("what is left out can be put back", () => {
    fc.assert(
      fc.property(list, fc.array(fc.nat({ max: 40 }), { maxLength: 1 }), (keys, cuts) => {
        expect(unfolded(keys, withoutRepetitions(keys, cuts))).toEqual(keys);
      }),
    );
  });

  test("nothing is folded across a cut", () => {
    fc.assert(
      fc.property(list, fc.nat({ max: 40 }), (keys, cut) => {
        for (const piece of withoutRepetitions(keys, [cut])) {
          if (typeof piece === "number") continue;
          const [first, last] = [piece.from - piece.period, piece.from + piece.period * piece.times];
          expect(first < cut && cut < last).toBe(false);
        }
      }),
    );
  });

  test("a block that is taken often leaves two rounds, whatever is in it", () => {
    fc.assert(
      fc.property(part, fc.integer({ min: 12, max: 200 }), (round, times) => {
        const keys = Array.from({ length: times }, () => round).flat();
        expect(withoutRepetitions(keys).length).toBeLessThanOrEqual(2 * round.length + 1);
      }),
    );
  });

  test("a block in a block is folded too", () => {
    const round = [...Array.from({ length: 20 }, () => "a"), "b"];
    const pieces = withoutRepetitions(Array.from({ length: 50 }, () => round).flat());
    expect(pieces.filter((piece) => typeof piece === "object")).toEqual([
      { from: 1, period: 1, times: 18 },
      { from: 21, period: 21, times: 48 },
      { from: 1030, period: 1, times: 18 },
    ]);
  });

  test("a short one stays as it is", () => {
    expect(withoutRepetitions(Array.from({ length: 9 }, () => "a"))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

async function traceOf<S>(of: Model<S>): Promise<Trace<S>> {
  const [property] = (await check(of)).properties;
  return property!.trace!;
}

describe("a long chart", () => {
  const counter = (top: number) =>
    model({
      name: "counter",
      state: record({ count: range(0, top) }),
      initial: { count: 0 },
      actions: { up: { when: (s) => s.count < top, then: (draft) => void (draft.count += 1) } },
      properties: ({ always }) => ({ low: always("it stays below the top", (s) => s.count < top) }),
    });

  test("shows one action taken 20,000 times in five lines", async () => {
    const long = counter(20_000);
    const trace = await traceOf(long);
    expect(chart(long, trace, { fold: true })).toBe(
      `     1  up
          count: 0 -> 1
        steps 2..19,999: up, 19,998 times
          count: 1 -> 19999
 20000  up
          count: 19999 -> 20000`,
    );
    expect(chart(long, trace).split("\n")).toHaveLength(40_000);
  });

  test("shows a block of several steps, with their actors", async () => {
    const ping = model({
      name: "ping",
      state: record({ count: range(0, 12), turn: range(0, 1) }),
      initial: { count: 0, turn: 0 },
      actions: {
        ping: { actor: "A", when: (s) => s.turn === 0, then: (draft) => void (draft.turn = 1) },
        pong: {
          actor: "B",
          when: (s) => s.turn === 1 && s.count < 12,
          then: (draft) => {
            draft.turn = 0;
            draft.count += 1;
          },
        },
      },
      properties: ({ always }) => ({ low: always("it stays below twelve", (s) => s.count < 12) }),
    });
    expect(chart(ping, await traceOf(ping), { fold: true })).toBe(
      `     A                     B
  1  ping
       turn: 0 -> 1
  2                        pong
                             count: 0 -> 1, turn: 1 -> 0
     steps 3..22: steps 1..2 again, 10 times
       count: 1 -> 11
 23  ping
       turn: 0 -> 1
 24                        pong
                             count: 11 -> 12, turn: 1 -> 0`,
    );
  });
});
