/** Functions with too many paths to be learned: the report names them, and says the same as the reference does. */
import { array, boolean, check, inspect, model, range, record } from "irqproof/checker";
import { isDraft } from "immer";
import { types } from "node:util";
import { expect, test } from "vitest";
import { summaryLines } from "../../cli/report.ts";
import { plainStyle } from "../../cli/terminal.ts";

/** So many that their values are too many, of which the search meets few. */
const BITS = 18;
const ones = (bits: readonly boolean[]): number => bits.filter(Boolean).length;

const made = model({
  name: "parity",
  state: record({ bits: array(BITS, boolean) }),
  initial: { bits: Array<boolean>(BITS).fill(false) },
  actions: {
    set: {
      over: { bit: range(0, BITS - 1) },
      when: ({ bits }, { bit }) => !bits[bit]! && (bit === 0 || bits[bit - 1]!),
      then: ({ bits }, { bit }) => void (bits[bit] = true),
    },
    empty: { when: ({ bits }) => ones(bits) === 3, then: ({ bits }) => void bits.fill(false) },
  },
  properties: ({ always, step }) => ({
    few: always("not all bits are set", ({ bits }) => ones(bits) < BITS),
    gradual: step("bits are set one by one", (before, _, after) => ones(after.bits) <= ones(before.bits) + 1),
    first: always("the first bit is a bit", ({ bits }) => typeof bits[0] === "boolean"),
  }),
});

test.each([1, 2])("what is not learned is named, and decided all the same: %i workers", async (workers) => {
  const reference = await check(made, { engine: "reference" });
  const compiled = await check(made, { engine: "compiled", workers });
  expect(compiled.engine.direct).toEqual(["empty", "few", "gradual"]);
  expect(reference.engine.direct).toBeUndefined();
  const verdicts = (report: typeof reference): unknown => [report.states, report.properties];
  expect(verdicts(compiled)).toEqual(verdicts(reference));
  expect(summaryLines(compiled, "", plainStyle)).toContain("  not learned as a whole: empty, few, gradual");
});

test("what is learned is not named", async () => {
  const small = model({
    name: "small",
    state: record({ bits: array(3, boolean) }),
    initial: { bits: [false, false, false] },
    actions: { flip: { over: { bit: range(0, 2) }, then: ({ bits }, { bit }) => void (bits[bit] = !bits[bit]) } },
  });
  expect((await check(small, { engine: "compiled" })).engine).not.toHaveProperty("direct");
});

test("inspect shows which path each function takes", () => {
  const paths = new Map(inspect(made).functions.map(({ name, path }) => [name, path]));
  expect(paths.get("set(bit=1)")).toBe("compiled");
  expect(paths.get("first")).toBe("compiled");
  expect(paths.get("empty")).toBe("direct");
});

test("an audit compares what is called and not learned with the reference semantics, too", async () => {
  const sly = model({
    name: "sly",
    state: record({ n: range(0, 9) }),
    initial: { n: 0 },
    actions: {
      up: {
        when: ({ n }) => n < 9,
        then: (draft) => {
          // So that it is not learned: only the compiled engine's own drafts are such.
          if (types.isProxy(draft) && !isDraft(draft)) throw new Error("not here");
          // The sixth question to a function is not compared with the reference otherwise.
          draft.n = draft.n === 5 && isDraft(draft) ? 9 : draft.n + 1;
        },
      },
    },
  });
  await expect(check(sly, { engine: "compiled", audit: 1 })).rejects.toThrow(
    "the compiled engine and the reference semantics differ in what up makes of a state",
  );
});
