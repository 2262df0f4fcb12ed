/** The visited set: exact for states of any size, whatever memories, regions and threads it is divided into. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packingOf, type Packing } from "../../../checker/schema/packing.ts";
import type { Layout } from "../../../checker/schema/index.ts";
import { GrowingSet } from "../../../checker/visited/growing-set.ts";
import { sharedSet } from "../../../checker/visited/shared-set.ts";
import { thorough } from "../../thorough.ts";
import { VisitedSet } from "../../../checker/visited/visited-set.ts";

function packed(widths: readonly number[]): Packing {
  return packingOf({ cells: widths.map((width) => ({ width })) } as unknown as Layout<unknown>);
}

/** States in whole words: of each cell, values below `most` and the largest one. */
function statesOf({ fields, words }: Packing, count: number, most: number, random: () => number): Uint8Array {
  const states = new BigUint64Array(count * words);
  for (let state = 0; state < count; state++) {
    for (const { word, shift, width } of fields) {
      const largest = 2 ** width - 1;
      const drawn = random() % (most + 1);
      const at = state * words + word;
      states[at] = (states[at] as bigint) | (BigInt(drawn === most ? largest : drawn % (largest + 1)) << BigInt(shift));
    }
  }
  return new Uint8Array(states.buffer);
}

function keys(states: Uint8Array, stride: number, bytes: number): string[] {
  const found: string[] = [];
  for (let at = 0; at < states.length; at += stride) {
    found.push(Buffer.from(states.subarray(at, at + bytes)).toString("latin1"));
  }
  return found;
}

function members(set: Pick<VisitedSet, "states">, { words, bytes }: Packing): string[] {
  const found: string[] = [];
  for (const states of set.states()) found.push(...keys(states, words * 8, bytes));
  return found;
}

function generator(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Threads take parts of the set in turn. */
function flushTogether(sets: readonly VisitedSet[], take: (states: Uint8Array) => void): void {
  const threads = sets.length;
  for (const [thread, set] of sets.entries()) {
    let part = thread - threads;
    expect(threads === 1 ? set.flush(take) : set.flushTogether(threads, () => (part += threads), take)).toBeUndefined();
  }
}

const shapes: [string, number[]][] = [
  ["7 bits", [7]],
  ["40 bits", [20, 20]],
  ["63 bits", [32, 31]],
  ["64 bits", [32, 32]],
  ["two words, the second of 5 bits", [32, 31, 5]],
  ["148 bits", [32, 32, 32, 32, 20]],
  ["five words and a gap", [32, 27, 32, 32, 32, 32, 32, 32, 17]],
];

describe("the visited set", () => {
  test.each(shapes)("distinguishes new states of %s from known ones", (_, widths) => {
    const packing = packed(widths);
    fc.assert(
      fc.property(
        fc.integer({ min: 1 }),
        fc.integer({ min: 2, max: 40 }),
        // With few pages for each memory there are several memories.
        fc.constantFrom(undefined, 100, 60),
        fc.constantFrom(1, 3),
        (seed, most, mostPages, threads) => {
          const limits = { states: Infinity, bytes: 80e6 };
          const store = sharedSet(packing, limits, { threads, mostPages });
          const sets = Array.from({ length: threads }, (__, thread) => new VisitedSet(store, thread));
          const random = generator(seed);
          const expected = new Set<string>();
          const found: string[] = [];
          const take = (states: Uint8Array): void => {
            found.push(...keys(states, packing.bytes, packing.bytes));
          };
          for (let batch = 0; batch < 12; batch++) {
            const states = statesOf(packing, 2_000, most, random);
            for (const key of keys(states, packing.words * 8, packing.bytes)) expected.add(key);
            const set = sets[batch % threads] as VisitedSet;
            set.expect(batch % 4 === 3 ? 100_000 : 10);
            expect(set.insert(states, take)).toBeUndefined();
            // What waits with several is inserted by all of them, each a part of the set.
            if (batch % threads === threads - 1) flushTogether(sets, take);
          }
          expect(found.length).toBe(expected.size);
          expect(found.every((key) => expected.has(key))).toBe(true);
          expect(new Set(found).size).toBe(expected.size);
          const [first] = sets as [VisitedSet];
          expect(first.budget.states).toBe(expected.size);
          const kept = members(first, packing);
          expect(kept.length).toBe(expected.size);
          expect(kept.every((key) => expected.has(key))).toBe(true);
        },
      ),
      { numRuns: thorough ? 6 : 2 },
    );
  });

  test("moves when it outgrows its first addresses, and stays exact", () => {
    const packing = packed([32, 32, 32]);
    const limits = { states: Infinity, bytes: 200e6 };
    const set = new GrowingSet(packing, limits, { mostPages: 500 });
    const numbers = new Uint32Array(4 * 8_192);
    const pass = (): number => {
      let fresh = 0;
      const take = (states: Uint8Array): void => {
        fresh += states.length / packing.bytes;
      };
      for (let from = 0; from < 1_800_000; from += 8_192) {
        for (let index = 0; index < 8_192; index++) {
          numbers[4 * index] = from + index;
          numbers[4 * index + 1] = index;
          numbers[4 * index + 2] = from;
        }
        expect(set.insert(new Uint8Array(numbers.buffer), take)).toBeUndefined();
      }
      expect(set.flush(take)).toBeUndefined();
      return fresh;
    };
    const count = Math.ceil(1_800_000 / 8_192) * 8_192;
    expect(pass()).toBe(count);
    expect(set.budget.regionBytes).toBeGreaterThan(16 << 20);
    expect(pass()).toBe(0);
    expect(set.budget.states).toBe(count);
    // At most half more than the packed states, in whole bytes.
    expect(set.budget.regionBytes / count).toBeLessThan(1.5 * packing.bytes);
  });

  test.each([1, 2])(
    "stays where it is when there is no memory to move, and keeps everything: %s threads",
    (threads) => {
      const packing = packed([32, 32]);
      const set = new GrowingSet(packing, { states: Infinity, bytes: 12e6 }, { threads });
      expect(set.budget.take(5e6)).toBe(true);
      let fresh = 0;
      const take = (states: Uint8Array): void => {
        fresh += states.length / packing.bytes;
      };
      const add = (from: number): unknown => {
        const words = BigUint64Array.from({ length: 8_192 }, (_, index) => BigInt(from + index));
        return set.insert(new Uint8Array(words.buffer), take) ?? set.flush(take);
      };
      let end = 0;
      while (set.budget.regionBytes < 2.5e6) {
        expect(add(end)).toBeUndefined();
        end += 8_192;
      }
      expect(set.budget.take(12e6 - set.budget.bytes - 100_000)).toBe(true);
      const { bytes, states } = set.budget;
      expect(set.share()).toBeUndefined();
      expect([set.budget.bytes, set.budget.states]).toEqual([bytes, states]);
      // What it had is not new, and all of it is still there.
      fresh = 0;
      for (let from = 0; from < end; from += 8_192) expect(add(from)).toBeUndefined();
      expect(fresh).toBe(0);
      let bound: unknown;
      for (; bound === undefined; end += 8_192) bound = add(end);
      expect(bound).toBe("memory");
      const kept = members(set, packing);
      expect(kept.length).toBe(set.budget.states);
      expect(new Set(kept).size).toBe(states + fresh);
    },
  );

  test.each([1, 3])("keeps to a bound of states exactly, with %s threads", (threads) => {
    const packing = packed([32]);
    const store = sharedSet(packing, { states: 5_000, bytes: 50e6 }, { threads });
    const sets = Array.from({ length: threads }, (_, thread) => new VisitedSet(store, thread));
    let fresh = 0;
    const take = (states: Uint8Array): void => {
      fresh += states.length / packing.bytes;
    };
    const reached: unknown[] = [];
    for (let from = 0; from < 20_000; from += 1_000) {
      const set = sets[(from / 1_000) % threads] as VisitedSet;
      const words = BigUint64Array.from({ length: 1_000 }, (_, index) => BigInt(from + index));
      reached.push(set.insert(new Uint8Array(words.buffer), take) ?? set.flush(take));
    }
    expect(fresh).toBe(5_000);
    expect(sets[0]?.budget.states).toBe(5_000);
    expect(reached.slice(0, 5)).toEqual(Array(5).fill(undefined));
    expect(reached.slice(5)).toEqual(Array(15).fill("states"));
  });

  test("stops at a bound of memory with everything that it took", () => {
    const packing = packed([32, 32]);
    const set = new GrowingSet(packing, { states: Infinity, bytes: 3e6 });
    const found = new Set<string>();
    const take = (states: Uint8Array): void => {
      for (const key of keys(states, packing.bytes, packing.bytes)) found.add(key);
    };
    let bound: unknown;
    for (let from = 0; bound === undefined; from += 1_000) {
      const words = BigUint64Array.from({ length: 1_000 }, (_, index) => BigInt(from + index));
      bound = set.insert(new Uint8Array(words.buffer), take) ?? set.flush(take);
    }
    expect(bound).toBe("memory");
    expect(set.budget.bytes).toBeLessThanOrEqual(3e6);
    expect(found.size).toBe(set.budget.states);
    expect(found.size).toBeGreaterThan(100_000);
    const kept = members(set, packing);
    expect(kept.length).toBe(found.size);
    expect(kept.every((key) => found.has(key))).toBe(true);
  });
});
