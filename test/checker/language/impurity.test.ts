/** Functions that depend on more than the state, or forget the draft: seen in their source, and by asking them again. */
import { always, check, model, range, record } from "irqproof/checker";
import { describe, expect, test } from "vitest";
import { soundCheck } from "../sound.ts";
import { mistake } from "../mistake.ts";

const state = record({ count: range(0, 3) });
type State = { count: number };
const isLow = always("the count is low", ({ count }: State) => count < 3);
const isBelow = ({ count }: State): boolean => count < 3;
const up = (draft: State): void => {
  draft.count += 1;
};

/** A model whose functions are given; without the checks each of these would be said to hold. */
function counter(part: { when?: (state: State) => boolean; then?: (draft: State) => void; low?: typeof isLow }) {
  const { when = isBelow, then = up, low = isLow } = part;
  return model({
    name: "counter",
    state,
    initial: { count: 0 },
    actions: { act: { when, then } },
    properties: { low },
  });
}

const outside = "depends on something outside the state";

describe.each(["reference", "direct", "compiled", "automatic"] as const)(
  "with the %s engine, the source shows",
  (engine) => {
    const refusal = (part: Parameters<typeof counter>[0]): Promise<unknown> => check(counter(part), { engine });

    test("a guard, a recipe or a predicate that changes a variable outside itself", async () => {
      let calls = 0;
      const changes = "changes the variable calls, which is outside itself (";
      await expect(refusal({ when: (now) => isBelow(now) && calls++ < 9 })).rejects.toThrow(
        `model counter: action act: its guard ${changes}`,
      );
      await expect(refusal({ then: (draft) => void (draft.count += calls++ % 2) })).rejects.toThrow(
        `model counter: action act: its recipe ${changes}`,
      );
      await expect(refusal({ low: always("low", () => calls++ % 2 === 0) })).rejects.toThrow(
        `model counter: property low ${changes}`,
      );
    });

    test("an object outside itself, with the place of the change", async () => {
      const seen: number[] = [];
      await expect(refusal({ then: (draft) => void seen.push(draft.count) })).rejects.toThrow(
        /action act: its recipe changes an array outside itself \(.*impurity\.test\.ts:\d+:\d+\)/,
      );
    });

    test("clocks and random numbers, under any name and on any path", async () => {
      const { random: draw } = Math;
      await expect(
        refusal({ low: always("low", ({ count }) => (count > 2 ? Date.now() % 2 === 0 : true)) }),
      ).rejects.toThrow("property low depends on Date.now (");
      await expect(refusal({ when: ({ count }) => count < 3 && draw() < 2 })).rejects.toThrow(
        "action act: its guard depends on Math.random (",
      );
      await expect(refusal({ low: always("low", () => process.env["HOME"] === undefined) })).rejects.toThrow(
        "property low depends on the environment (",
      );
    });

    test("a field that does not exist", async () => {
      const misspelt = always("low", (now: State) => (now as unknown as { cuont: number }).cuont !== 3);
      await expect(refusal({ low: misspelt })).rejects.toThrow(
        /property low reads cuont, which is not a field \(.*\); the fields are count; did you mean count\?/,
      );
    });
  },
);

describe.each(["reference", "automatic"] as const)("the %s engine, asking again, refuses", (engine) => {
  const refusal = (part: Parameters<typeof counter>[0]): Promise<string> =>
    mistake(() => soundCheck(counter(part), { engine, purity: "assumed" }));

  test("a guard that becomes false after its first state", async () => {
    let calls = 0;
    const message = await refusal({ when: (now) => isBelow(now) && calls++ < 9 });
    expect(message).toMatch(`model counter: action act ${outside}`);
  });

  test("a recipe that changes its draft every other time", async () => {
    let calls = 0;
    const message = await refusal({
      then: (draft) => {
        calls++;
        if (calls % 2 === 0) draft.count += 1;
      },
    });
    expect(message).toMatch(`model counter: action act ${outside}`);
  });

  test("a predicate that looks at a variable", async () => {
    let calls = 0;
    const message = await refusal({ low: always("low", () => calls++ % 2 === 0) });
    expect(message).toMatch(`model counter: property low ${outside}`);
  });

  test("a guard that looks at what another action has left behind", async () => {
    let isOpen = true;
    const made = model({
      name: "latch",
      state: record({ one: range(0, 9), other: range(0, 9) }),
      initial: { one: 0, other: 0 },
      actions: {
        one: {
          when: ({ one }) => one < 9,
          then(draft) {
            draft.one++;
            if (draft.one === 9) isOpen = false;
          },
        },
        other: { when: ({ other }) => isOpen && other < 9, then: (draft) => void draft.other++ },
      },
    });
    await expect(check(made, { engine, purity: "assumed" })).rejects.toThrow(`model latch: action other ${outside}`);
  });

  test("a recipe that returns the next state", async () => {
    const message = await refusal({ then: (draft) => ({ ...draft, count: draft.count + 1 }) });
    expect(message).toBe(
      "model counter: action act: its recipe returns a state without changing its draft; change the draft instead",
    );
  });
});

test("the compiled engine refuses a recipe that rests on what its guard has set", async () => {
  let seen = 0;
  const made = model({
    name: "leak",
    state: record({ from: range(0, 9), to: range(0, 9) }),
    initial: { from: 0, to: 0 },
    actions: {
      act: {
        when: ({ from }) => {
          seen = from;
          return true;
        },
        then: (draft) => {
          draft.to = seen;
          draft.from = (draft.from + 1) % 10;
        },
      },
    },
  });
  await expect(check(made, { engine: "compiled" })).rejects.toThrow(
    "model leak: action act: its guard changes the variable seen, which is outside itself (",
  );
});

test("what a recipe returns beside its changes is ignored", async () => {
  for (const then of [
    (draft: State) => (draft.count += 1),
    (draft: State) => {
      draft.count += 1;
      return { ...draft };
    },
    (draft: State) => Object.assign(draft, { count: draft.count + 1 }),
  ]) {
    expect((await check(counter({ then }), { engine: "reference" })).verdict).toBe("violated");
  }
});

test("the compiled engine refuses a recipe that returns the next state", async () => {
  const then = (draft: State): State => ({ ...draft, count: draft.count + 1 });
  await expect(soundCheck(counter({ then }), { engine: "compiled" })).rejects.toThrow(
    "model counter: action act: its recipe returns a state without changing its draft; change the draft instead",
  );
});
