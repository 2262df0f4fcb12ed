/** Searches of the explorer, here and over a channel to another thread. */
import { MessageChannel } from "node:worker_threads";
import * as fc from "fast-check";
import { ModelError, model, range, record, walkerOf, type Model } from "irqproof/checker";
import { describe, expect, test } from "vitest";
import { searchHere, searchOver, serveSearch, type Explored, type SearchOrder } from "../../explorer/index.ts";
import { Viewer } from "../../explorer/views/viewer.ts";
import type { CheckedView, WayView } from "../../explorer/wire.ts";
import { opened } from "./opened.ts";

const direct = await opened("x86-direct");

/** The length of a shortest way from the end of a run to a state with a property, by the plainest search there is. */
function shortest(
  { model: searched }: Explored,
  from: readonly number[],
  isGoal: (viewer: Viewer, path: { initial: number; instances: readonly number[] }) => boolean,
): number | undefined {
  const viewer = new Viewer(direct);
  const walker = walkerOf(searched);
  let level = [{ initial: 0, instances: [...from] }];
  const seen = new Set<string>();
  for (let length = 0; level.length > 0; length++) {
    if (level.some((path) => isGoal(viewer, path))) return length;
    level = level.flatMap((path) => {
      const { state } = viewer.stateAt(path);
      const key = JSON.stringify(state);
      if (seen.has(key)) return [];
      seen.add(key);
      return walker.enabled(state).map(({ index }) => ({ initial: 0, instances: [...path.instances, index] }));
    });
  }
  return undefined;
}

/** A random run of the model. */
function runOf(picks: readonly number[]): number[] {
  const walker = walkerOf(direct.model);
  let { state } = walker.start(0);
  return picks.map((pick) => {
    const enabled = walker.enabled(state);
    const { index } = enabled[pick % enabled.length]!;
    ({ state } = walker.take(state, index));
    return index;
  });
}

const last = (viewer: Viewer, path: { initial: number; instances: readonly number[] }) =>
  viewer.run(path, path.instances.length)[0]!;

describe("the way that is found from any state", () => {
  const runs = fc.array(fc.nat(), { maxLength: 12 }).map(runOf);

  test("to rest is a shortest one, and ends at rest", async () => {
    await fc.assert(
      fc.asyncProperty(runs, async (instances) => {
        const from = { initial: 0, instances };
        const { instances: way } = (await searchHere(direct, { goal: { kind: "rest" }, from }).result) as WayView;
        expect(way?.length).toBe(shortest(direct, instances, (viewer, path) => last(viewer, path).isIdle));
        const viewer = new Viewer(direct);
        expect(last(viewer, { initial: 0, instances: [...instances, ...way!] }).isIdle).toBe(true);
      }),
      { numRuns: 12 },
    );
  });

  test("to a violation is a shortest one, and ends in it; where there is none, there is no way", async () => {
    const ids = fc.constantFrom("no-interrupt-lost", "no-stray", "one-word-per-write", "no-deadlock");
    await fc.assert(
      fc.asyncProperty(runs, ids, async (instances, property) => {
        const order: SearchOrder = { goal: { kind: "violation", property }, from: { initial: 0, instances } };
        const { instances: way } = (await searchHere(direct, order).result) as WayView;
        // The step before is no part of the way: a property of steps is judged from the first step of the way on.
        const least = direct.model.properties.get(property)!.kind === "step" ? instances.length + 1 : 0;
        const isViolated = (viewer: Viewer, path: { initial: number; instances: readonly number[] }): boolean =>
          path.instances.length >= least && last(viewer, path).violated.some(({ id }) => id === property);
        expect(way?.length).toBe(shortest(direct, instances, isViolated));
      }),
      { numRuns: 12 },
    );
  });

  test("of an unknown property, or of a witness, is a mistake with a sentence", async () => {
    const way = (explored: Explored, property: string): Promise<unknown> =>
      searchHere(explored, { goal: { kind: "violation", property }, from: { initial: 0, instances: [] } }).result;
    await expect(way(direct, "no-such")).rejects.toThrow("model x86-direct has no property no-such");
    await expect(way(counting(3), "reached")).rejects.toThrow("property reached has witnesses, not violations");
  });
});

/** A counter; `purely` false makes its guard depend on more than the state. */
function counting(top: number, purely = true): Explored {
  let calls = 0;
  const counter = model({
    name: "counter",
    state: record({ n: range(0, top) }),
    initial: { n: 0 },
    actions: {
      up: { when: ({ n }) => n < top && (purely || calls++ % 2 === 0), then: (draft) => void (draft.n += 1) },
    },
    properties: ({ sometimes }) => ({ reached: sometimes("the top is reached", ({ n }) => n === top) }),
  }) as Model<unknown>;
  return { id: "counter", title: "", model: counter, notes: [] };
}

describe("over a channel", () => {
  /** A search at the other end of a channel. */
  function overChannel(explored: Explored, order: SearchOrder): ReturnType<typeof searchOver> {
    const { port1, port2 } = new MessageChannel();
    void serveSearch(port2, explored, order, { engine: "direct" });
    return searchOver(port1, new Promise<never>(() => {}), () => port1.close());
  }

  test("the result is the one that it has here", async () => {
    const order: SearchOrder = { goal: { kind: "all" } };
    const [here, there] = (await Promise.all([
      searchHere(direct, order, { engine: "direct" }).result,
      overChannel(direct, order).result,
    ])) as [CheckedView, CheckedView];
    expect({ ...there, seconds: 0 }).toEqual({ ...here, seconds: 0 });
  });

  test("a search is stopped with what it has found", async () => {
    const running = overChannel(counting(1e9), { goal: { kind: "all" } });
    while (running.progress() === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(running.progress()!.states).toBeGreaterThan(0);
    running.stop();
    const result = (await running.result) as CheckedView;
    expect(result.stopped).toBe("interrupted");
    expect(result.verdict).toBe("inconclusive");
  });

  test("a mistake in the model stays one", async () => {
    const running = overChannel(counting(3, false), { goal: { kind: "all" } });
    await expect(running.result).rejects.toThrow(ModelError);
    await expect(running.result).rejects.toThrow("model counter: action up");
  });

  test("a thread that ends without a result is a fault", async () => {
    const { port1 } = new MessageChannel();
    const ended = Promise.reject(new Error("the search thread ended with status 1"));
    await expect(searchOver(port1, ended, () => port1.close()).result).rejects.toThrow("ended with status 1");
  });
});

test("a function that fails in a reachable state is reported with the run to it, and the state is shown", async () => {
  const failing = model({
    name: "failing",
    state: record({ n: range(0, 3) }),
    initial: { n: 0 },
    actions: { up: { when: ({ n }) => n < 3, then: (draft) => void (draft.n += 1) } },
    properties: ({ always }) => ({
      odd: always("it has a name", ({ n }) => (["none", "one"][n] as string).length > 0),
    }),
  }) as Model<unknown>;
  const explored = { id: "failing", title: "", model: failing, notes: [] };
  const result = (await searchHere(explored, { goal: { kind: "all" } }).result) as CheckedView;
  expect(result.verdict).toBe("error");
  expect(result.mistakes).toMatchObject([{ subject: "odd", run: { initial: 0, instances: [0, 0] } }]);
  expect(result.mistakes[0]!.message).toContain("property odd threw");
  expect(result.mistakes[0]!.place).toContain("search.test.ts");
  const viewer = new Viewer(explored);
  expect(last(viewer, result.mistakes[0]!.run)).toMatchObject({ state: { n: 2 }, violated: [] });
});
