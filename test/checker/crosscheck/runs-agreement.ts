import * as fc from "fast-check";
import { boolean, model, noFairness, range, record, strongFairness, weakFairness, type Model } from "irqproof/checker";
import { describe, expect, test } from "vitest";
import type { Tool } from "../../../checker/crosscheck/tool.ts";
import { modelOf, randomGraph } from "../arbitrary-graphs.ts";
import { comparedWith, differences, isThere, LONG } from "./peers.ts";

/** A dial that turns and two lamps, each of which can be lit at its own place: what is fair decides. */
const dial = model({
  name: "dial",
  state: record({ at: range(0, 2), lit: range(0, 2), stuck: boolean }),
  initial: [
    { at: 0, lit: 0, stuck: false },
    { at: 2, lit: 0, stuck: false },
  ],
  actions: {
    turn: { when: ({ stuck }) => !stuck, then: (draft) => void (draft.at = (draft.at + 1) % 3) },
    light: {
      over: { lamp: range(1, 2) },
      when: ({ at, lit }, { lamp }) => at === lamp && lit === 0,
      then: (draft, { lamp }) => void (draft.lit = lamp),
    },
    dim: { then: (draft) => void (draft.lit = 0) },
    break: { then: (draft) => void (draft.stuck = true) },
  },
  properties: ({ always, leadsTo, leadsToForEach, eventually, eventuallyAlways, alwaysPossible }) => {
    const lit = ({ lit: lamp }: { readonly lit: number }): boolean => lamp > 0;
    const turns = weakFairness(["turn", "dim"]);
    const whole = noFairness("break");
    return {
      "in-range": always("a lamp is lit at its place", ({ lit: lamp }) => lamp < 3),
      "nobody-moves": leadsTo("light comes", ({ at }) => at === 0, lit),
      "weak-light": leadsTo("light comes", ({ at }) => at === 0, lit, { fairness: [turns, weakFairness("light")] }),
      "strong-light": leadsTo(
        "light comes, or it breaks",
        ({ at }) => at === 0,
        ({ lit: lamp, stuck }) => lamp > 0 || stuck,
        {
          fairness: [turns, strongFairness("light"), whole],
        },
      ),
      "either-lamp": leadsTo(
        "light comes",
        ({ at }) => at === 0,
        ({ lit: lamp, stuck }) => lamp > 0 || stuck,
        {
          fairness: [turns, strongFairness("light", { per: [] })],
        },
      ),
      "one-lamp": leadsToForEach(
        "each lamp is lit, or it breaks",
        [1, 2],
        ({ at }) => at === 0,
        ({ lit: lamp, stuck }, wanted) => lamp === wanted || stuck,
        { fairness: [turns, strongFairness("light", { per: [] })], name: (lamp) => `lamp ${lamp}` },
      ),
      "goes-dark": leadsTo("it is dark again", lit, ({ lit: lamp }) => lamp === 0, { fairness: [turns] }),
      "passes-one": eventually("the dial is at 1, or stuck", ({ at, stuck }) => at === 1 || stuck, {
        fairness: [turns],
      }),
      "reaches-one": eventually("the dial is at 1", ({ at }) => at === 1, { fairness: [turns] }),
      "stays-dark": eventuallyAlways("it stays dark", ({ lit: lamp }) => lamp === 0, { fairness: [turns] }),
      "stays-stuck": eventuallyAlways("it stays stuck", ({ stuck }) => stuck, { fairness: [weakFairness("break")] }),
      "stays-lit": eventuallyAlways(
        "it stays lit, or dark after it broke",
        ({ lit: lamp, stuck }) => lamp > 0 || stuck,
        {
          fairness: [turns, strongFairness("light", { per: [] }), strongFairness("break")],
        },
      ),
      "can-be-dark": alwaysPossible("it can get dark", ({ lit: lamp }) => lamp === 0),
      "can-turn": alwaysPossible("it can get to 1", ({ at }) => at === 1),
    };
  },
}) as unknown as Model<unknown>;

/** Tests what a tool says of properties of runs; what it cannot say must be named. */
export async function runsAgreeWith(tool: Tool, unsaid: readonly string[]): Promise<void> {
  describe.skipIf(!(await isThere(tool)))(`${tool.name} and properties of runs`, () => {
    test("fairness makes the difference that it makes here", async () => {
      const { ours, theirs } = await comparedWith(tool, dial);
      expect(differences(theirs)).toEqual([]);
      expect({ states: theirs.states, transitions: theirs.transitions }).toEqual(ours);
      expect(theirs.omitted.map(({ id }) => id)).toEqual(unsaid);
      const verdicts = new Map(theirs.properties.map(({ id, theirs: said }) => [id, said]));
      expect(new Set(verdicts.values())).toEqual(new Set(["holds", "violated"]));
      // Each violation of a run is shown by one, which the reference semantics has taken again.
      for (const { theirs: said, trace } of theirs.properties) expect(trace !== undefined).toBe(said === "violated");
    });

    test.runIf(LONG)("random graphs with random fairness", async () => {
      await fc.assert(
        fc.asyncProperty(randomGraph, async (given) => {
          const { ours, theirs } = await comparedWith(tool, modelOf(given) as Model<unknown>);
          expect(differences(theirs)).toEqual([]);
          expect({ states: theirs.states, transitions: theirs.transitions }).toEqual(ours);
        }),
        { numRuns: 100, endOnFailure: true },
      );
    });
  });
}
