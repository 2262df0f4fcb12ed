import * as fc from "fast-check";
import { expect, test } from "vitest";
import { BatchBuilder, eachState } from "../../../../checker/search/workers/batch.ts";

test("a batch gives back every state with its own entries, whatever order they were noted in", () => {
  const state = fc.record({
    words: fc.array(fc.nat(0xffffffff), { minLength: 3, maxLength: 3 }),
    live: fc.nat(255),
    entries: fc.array(fc.nat(1000), { maxLength: 5 }),
  });
  fc.assert(
    fc.property(fc.array(state, { maxLength: 800 }), (states) => {
      const builder = new BatchBuilder(4);
      for (const { words, live } of states) builder.add(new Uint8Array(new Uint32Array(words).buffer), live);
      // Entry by entry, as the compiled code finds them.
      for (let index = 0; index < 5; index++) {
        for (const [number, { entries }] of states.entries()) {
          if (index < entries.length) builder.note(number, entries[index] as number);
        }
      }
      const batch = builder.batch();
      const seen: (typeof states)[number][] = [];
      eachState(batch, (number, entries) => {
        expect(number).toBe(seen.length);
        // A state's bytes are filled up with zeros to whole words.
        const [a = 0, b = 0, c = 0, rest] = batch.states.subarray(number * 4, number * 4 + 4);
        expect(rest).toBe(0);
        seen.push({ words: [a, b, c], live: batch.live[number] as number, entries: [...entries] });
      });
      expect(seen).toEqual(states);
    }),
    { numRuns: 30 },
  );
});
