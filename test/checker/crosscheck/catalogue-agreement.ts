import { afterAll, describe, expect, test } from "vitest";
import { rumur } from "../../../checker/crosscheck/rumur.ts";
import { spin } from "../../../checker/crosscheck/spin.ts";
import type { Tool } from "../../../checker/crosscheck/tool.ts";
import { familyOf, loadCatalogue } from "../../../cli/arguments/catalogue.ts";
import { comparedWithEach, differences, isThere, LONG, WHOLE } from "./peers.ts";

/** The properties that every entry has, of three kinds: what they say differs from entry to entry. */
const BRIEF = new Set(["no-interrupt-lost", "no-stray", "no-deadlock"]);

/** Entries that Rumur takes the best part of a minute to translate. */
const LONG_TO_TRANSLATE = /^imsic-/;

/** A brief run takes one of every this many other entries. */
const SHARE = 8;

/**
 * Tests that SPIN and Rumur count the states and transitions of catalogue entries as this project does, and say the same
 * of their properties: of a few entries in the tests that everybody runs, of all with IRQPROOF_CROSSCHECK, and of all
 * properties of states and steps with IRQPROOF_LONG.
 *
 * @param half which entries: those of even or of odd place; two files share the work
 */
export async function catalogueAgrees(half: 0 | 1): Promise<void> {
  const tools: Tool[] = [];
  for (const tool of [spin, rumur]) if (await isThere(tool)) tools.push(tool);
  const entries = (await loadCatalogue())
    .filter(({ id }) => WHOLE || !LONG_TO_TRANSLATE.test(id))
    .filter((_, index) => (WHOLE ? index % 2 === half : index % (2 * SHARE) === half * SHARE));
  let shown = 0;
  describe.skipIf(tools.length === 0)(`${tools.map(({ name }) => name).join(" and ")} agree`, () => {
    test.each(entries.map((entry) => [entry.id, entry] as const))("%s", async (_, entry) => {
      const model = (await familyOf(entry)).instantiate();
      const properties = [...model.properties].flatMap(([id, { kind }]) =>
        LONG ? (kind === "leadsTo" || kind === "eventually" ? [] : [id]) : BRIEF.has(id) ? [id] : [],
      );
      const limits = { timeLimit: 600, memoryLimit: 4 * 2 ** 30, traces: LONG };
      const { ours, theirs } = await comparedWithEach(tools, model, { properties }, limits);
      for (const one of theirs) {
        expect({ name: one.name, differs: differences(one) }).toEqual({ name: one.name, differs: [] });
        expect({ name: one.name, states: one.states, transitions: one.transitions }).toEqual({
          name: one.name,
          ...ours,
        });
        // What SPIN finds it also shows, and the reference semantics has taken it again.
        const untold = one.properties.filter(({ theirs: said, trace }) => said === "violated" && trace === undefined);
        expect(one.name === "spin" ? untold : []).toEqual([]);
        shown += one.properties.filter(({ trace }) => trace !== undefined).length;
      }
    });
    afterAll(() => expect(shown).toBeGreaterThan(0));
  });
}
