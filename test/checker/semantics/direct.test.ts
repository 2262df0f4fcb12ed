/** Functions of a model, called directly, against the reference semantics: the same answers, and the same mistakes. */
import { check, model, ModelError, range, record, type Model } from "irqproof/checker";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Direct } from "../../../checker/semantics/direct.ts";
import { semanticsOf } from "../../../checker/semantics/semantics.ts";
import { randomModel } from "../arbitrary-models.ts";

const directOf = <S>(given: Model<S>): Direct<S> => new Direct(given, semanticsOf(given));

test("random models take the same steps", async () => {
  let steps = 0;
  await fc.assert(
    fc.asyncProperty(randomModel, async (given) => {
      const semantics = semanticsOf(given);
      const direct = directOf(given);
      const { words: width } = given.layout;
      const [one, other] = [new Uint32Array(width), new Uint32Array(width)];
      await check(given, {
        async onReached(reached) {
          for (const packed of reached.states()) {
            const state = semantics.unpack(packed, 0);
            for (const instance of given.instances) {
              const enabled = semantics.enabled(instance, state);
              expect(direct.enabled(instance, state)).toBe(enabled);
              if (!enabled) continue;
              steps++;
              const next = semantics.apply(instance, state, one, 0);
              expect(direct.take(instance, state, packed, 0, other)).toEqual(next);
              expect(other).toEqual(one);
            }
          }
        },
      });
    }),
    { numRuns: 30 },
  );
  expect(steps).toBeGreaterThan(100);
});

describe("mistakes in some state only are reported as by the reference semantics", () => {
  type State = { n: number; m: number };
  const counter = (then: (draft: State) => unknown, when: (state: Readonly<State>) => unknown = () => true) =>
    model({
      name: "counter",
      state: record({ n: range(0, 9), m: range(0, 9) }),
      initial: { n: 0, m: 0 },
      actions: { up: { when: when as () => boolean, then: then as () => void } },
    });
  const mistakes: Record<string, Model<State>> = {
    "a guard that writes": counter(
      (draft) => void draft.n++,
      (state) => (state.n === 2 ? ((state as State).m = 1) === 1 : true),
    ),
    "a guard without an answer": counter(
      (draft) => void draft.n++,
      ({ n }) => (n === 2 ? undefined : true),
    ),
    "a guard that throws": counter(
      (draft) => void draft.n++,
      ({ n }) => {
        if (n === 2) throw new Error("no luck");
        return true;
      },
    ),
    "a recipe that throws": counter((draft) => {
      if (draft.n++ === 2) throw new Error("no luck");
    }),
    "a recipe that leaves the type": counter((draft) => void (draft.n += draft.n === 2 ? 9 : 1)),
    "a recipe that adds a field": counter((draft) => void (draft.n++ === 2 && Object.assign(draft, { more: 1 }))),
    "a recipe that returns a state": counter((draft) => (draft.n === 2 ? { n: 3, m: 0 } : void draft.n++)),
    "a recipe that is asynchronous": counter((draft) =>
      draft.n++ === 2 ? Promise.reject(new Error("nobody hears this")) : undefined,
    ),
  };
  /** The actions of the first states, up to the mistake in the third. */
  const walked = (given: Model<State>, by: "direct" | "reference"): string => {
    const semantics = semanticsOf(given);
    const direct = directOf(given);
    const [up] = given.instances;
    let packed = new Uint32Array(given.layout.words);
    const next = new Uint32Array(given.layout.words);
    try {
      for (let step = 0; step < 4; step++) {
        const state = semantics.unpack(packed, 0);
        const enabled = by === "direct" ? direct.enabled(up!, state) : semantics.enabled(up!, state);
        if (!enabled) return "stopped";
        if (by === "direct") direct.take(up!, state, packed, 0, next);
        else semantics.apply(up!, state, next, 0);
        packed = next.slice();
      }
    } catch (error) {
      expect(error).toBeInstanceOf(ModelError);
      return (error as ModelError).message;
    }
    return "no mistake";
  };

  test.each(Object.entries(mistakes))("%s", (_, given) => {
    const told = walked(given, "reference");
    expect(told).toContain("model counter: action up");
    expect(walked(given, "direct")).toBe(told);
  });

  test("a predicate that gives no judgement, or throws", () => {
    const given = counter((draft) => void draft.n++);
    const direct = directOf(given);
    for (let count = 0; count < 2; count++) expect(direct.violation("right", () => true)).toBeUndefined();
    expect(() => direct.violation("right", () => 3 as never)).toThrow("property right returned 3, not a judgement");
    expect(() =>
      direct.violation("right", () => {
        throw new Error("no luck");
      }),
    ).toThrow("property right threw: no luck");
    expect(direct.violation("right", () => false)).toEqual({ because: undefined });
  });

  test("a recipe that does something else each time is found out when it is asked again", () => {
    let calls = 0;
    const given = counter((draft) => void (draft.n = calls++ % 7));
    expect(walked(given, "direct")).toMatch(/^model counter: action up /);
  });
});
