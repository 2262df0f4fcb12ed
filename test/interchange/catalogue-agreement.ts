import { describe, expect, test } from "vitest";
import type { Tool } from "../../checker/interchange/tools/tool.ts";
import { familyOf, loadCatalogue } from "../../cli/catalogue.ts";
import { comparedWith, differences, isThere, LONG } from "./peers.ts";

/** The properties that every entry has, of three kinds: what they say differs from entry to entry. */
const BRIEF = ["no-interrupt-lost", "no-stray", "no-deadlock"];

/** Recipes that take a second or more to learn: two of them are enough in a brief run. */
const SLOW = /^imsic-(?!merged$|offline$)|unfinished$|exhausted$/;

/**
 * Tests that another checker counts the states and transitions of catalogue entries as this project does, and says the
 * same of their properties. A brief run takes one of `share` entries, because it is the C compiler that takes the time;
 * with IRQPROOF_LONG, it is all of them with all properties.
 */
export async function catalogueAgreesWith(tool: Tool, share: number): Promise<void> {
  const there = await isThere(tool);
  const entries = (await loadCatalogue())
    .filter(({ id }) => LONG || !SLOW.test(id))
    .filter((_, index) => LONG || index % share === share - 1);
  describe.skipIf(!there)(`${tool.name} agrees`, () => {
    test.each(entries.map((entry) => [entry.id, entry] as const))("%s", async (_, entry) => {
      const model = (await familyOf(entry)).instantiate();
      const { ours, theirs } = await comparedWith(
        tool,
        model,
        LONG ? {} : { properties: BRIEF.filter((id) => model.properties.has(id)) },
      );
      expect(differences(theirs)).toEqual([]);
      expect({ states: theirs.states, transitions: theirs.transitions }).toEqual(ours);
      // A violation that has a trace in the other tool is one here, too.
      const violated = theirs.properties.filter((property) => property.theirs === "violated");
      expect(violated.length === 0 || violated.some(({ trace }) => trace !== undefined)).toBe(true);
    });
  });
}
