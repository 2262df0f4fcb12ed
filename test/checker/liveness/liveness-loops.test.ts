/** The loop that is shown when a shortest one is too much work to find, and a graph that is not finished. */
import { model, range, record } from "irqproof/checker";
import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import { graphCompiled } from "../../../checker/liveness/compiled.ts";
import { fairComponents } from "../../../checker/liveness/fair-components.ts";
import { Bits, type StateGraph } from "../../../checker/liveness/graph.ts";
import type { FairGroups } from "../../../checker/liveness/groups.ts";
import { Budget, groupsIn, shortestLoop, someLoop } from "../../../checker/liveness/loop.ts";
import { graphByReference } from "../../../checker/liveness/reference.ts";
import { Pace } from "../../../checker/pace.ts";

const GROUPS = 5;

const graphs = fc.integer({ min: 2, max: 7 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    edges: fc.array(
      fc.record({
        from: fc.nat(size - 1),
        to: fc.nat(size - 1),
        groups: fc.uniqueArray(fc.nat(GROUPS - 1), { maxLength: 2 }),
      }),
      { minLength: size, maxLength: 4 * size },
    ),
    strong: fc.array(fc.boolean(), { minLength: GROUPS, maxLength: GROUPS }),
  }),
);

test("every state of a fair component has a fair loop, and no loop has fewer steps than a shortest one", () => {
  let loops = 0;
  fc.assert(
    fc.property(graphs, ({ size, edges, strong }) => {
      const ordered = edges.filter(({ from, to }) => from !== to).toSorted((a, b) => a.from - b.from);
      const graph: StateGraph<unknown> = {
        size,
        initial: 1,
        first: Uint32Array.from({ length: size + 1 }, (_, state) => ordered.filter(({ from }) => from < state).length),
        to: Uint32Array.from(ordered, ({ to }) => to),
        instance: Uint16Array.from(ordered, (_, index) => index),
        predicates: [new Bits(size)],
        faults: [],
        state: (number) => number as never,
      };
      const fairness: FairGroups = {
        groups: strong.map((isStrong, group) => ({ strong: isStrong, text: `group ${group}`, instances: [] })),
        of: ordered.map(({ groups }) => groups),
      };
      const all = Uint32Array.from({ length: size }, (_, state) => state);
      const { region, fair } = fairComponents(graph, fairness, all);
      for (const start of all) {
        const component = { graph, fairness, region, own: region[start]! };
        if (!fair.has(start) || groupsIn(component, start).length === 0) continue;
        loops++;
        const loop = someLoop(component, start);
        const states = loop.map((edge) => ordered[edge]!.from);
        expect(states[0]).toBe(start);
        expect(loop.map((edge) => ordered[edge]!.to)).toEqual([...states.slice(1), start]);
        const taken = new Set(loop.flatMap((edge) => ordered[edge]!.groups));
        for (const [group, isStrong] of strong.entries()) {
          const canHappen = (state: number): boolean =>
            ordered.some(({ from, groups }) => from === state && groups.includes(group));
          expect(taken.has(group) || !(isStrong ? states.some(canHappen) : states.every(canHappen))).toBe(true);
        }
        const shortest = shortestLoop(component, start, loop.length, new Budget(Infinity));
        expect(shortest!.length).toBeLessThanOrEqual(loop.length);
        expect(shortestLoop(component, start, shortest!.length - 1, new Budget(Infinity))).toBeUndefined();
        expect(shortestLoop(component, start, loop.length, new Budget(0))).toBeUndefined();
      }
    }),
    { numRuns: 1000 },
  );
  expect(loops).toBeGreaterThan(100);
});

test.each([
  ["reference", graphByReference],
  ["compiled", graphCompiled],
])("%s: an abort while transitions are stored leaves no graph", async (_, store) => {
  const counter = model({
    name: "counter",
    state: record({ count: range(0, 1) }),
    initial: { count: 0 },
    actions: {
      up: {
        when: ({ count }) => count < 1,
        then: (draft) => {
          draft.count += 1;
        },
      },
    },
  });
  vi.spyOn(Pace.prototype, "isDue").mockReturnValue(true);
  const size = { distinct: 2, transitions: 1 };
  expect(await store(counter, [], size, { signal: AbortSignal.abort() })).toBeUndefined();
  expect((await store(counter, [], size, {}))?.to).toEqual(Uint32Array.of(1));
  await expect(store(counter, [], { distinct: 2, transitions: 2 }, {})).rejects.toThrow(
    "the graph has 2 states and 1 transitions; the search counted 2 and 2",
  );
  vi.restoreAllMocks();
});
