/** Functions that cannot be read are called: the report names them, and says the same as the reference does. */
import { array, boolean, check, inspect, model, range, record } from "irqproof/checker";
import { isDraft } from "immer";
import { expect, test } from "vitest";
import { summaryLines } from "../../../cli/output/report.ts";
import { plainStyle } from "../../../cli/output/terminal.ts";

const BITS = 10;

/** A function that cannot be read. */
function ones(bits: readonly boolean[]): number {
  try {
    return bits.filter(Boolean).length;
  } catch {
    return -1;
  }
}

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
    clear: { when: ({ bits }) => bits[1]!, then: ({ bits }) => void (bits[ones(bits) - 1] = false) },
  },
  properties: ({ always, sometimes, step, noDeadlock }) => ({
    few: always("not all bits are set", ({ bits }) => ones(bits) < BITS),
    five: sometimes("five bits are set", ({ bits }) => ones(bits) === 5),
    gradual: step("bits are set one by one", (before, _, after) => ones(after.bits) <= ones(before.bits) + 1),
    slow: step("bits are cleared one by one", (before, _, after) => before.bits[1] === after.bits[1] || after.bits[0]!),
    first: always("the first bit is a bit", ({ bits }) => typeof bits[0] === "boolean"),
    alive: noDeadlock("something can happen", { unless: ({ bits }) => ones(bits) === BITS }),
  }),
});

const CALLED = ["empty", "clear", "few", "five", "gradual", "slow", "alive"];

test.each([1, 2])("they are named, and decided all the same: %i workers", async (workers) => {
  const reference = await check(made, { engine: "reference" });
  const compiled = await check(made, { engine: "compiled", workers });
  expect(compiled.engine.called?.map(({ name }) => name)).toEqual(CALLED);
  expect(compiled.engine.called?.every(({ where }) => where?.includes("called.test.ts:"))).toBe(true);
  expect(reference.engine.called).toBeUndefined();
  const verdicts = (report: typeof reference): unknown => [report.states, report.properties];
  expect(verdicts(compiled)).toEqual(verdicts(reference));
  expect(summaryLines(compiled, "", plainStyle).some((line) => line.startsWith("  called, not read: empty,"))).toBe(
    true,
  );
});

test("what is read is not named", async () => {
  const small = model({
    name: "small",
    state: record({ bits: array(3, boolean) }),
    initial: { bits: [false, false, false] },
    actions: { flip: { over: { bit: range(0, 2) }, then: ({ bits }, { bit }) => void (bits[bit] = !bits[bit]) } },
  });
  expect((await check(small, { engine: "compiled" })).engine).not.toHaveProperty("called");
});

test("inspect gives the reason", () => {
  const functions = new Map(inspect(made).functions.map((each) => [each.name, each]));
  expect(functions.get("set(bit=1)")?.path).toBe("compiled");
  expect(functions.get("first")?.path).toBe("compiled");
  expect(functions.get("empty")?.path).toBe("called");
  expect(functions.get("empty")?.unread?.why).toMatch(/try/);
});

test("an audit compares what is called with the reference semantics, too", async () => {
  const sly = model({
    name: "sly",
    state: record({ n: range(0, 9) }),
    initial: { n: 0 },
    actions: {
      up: {
        when: ({ n }) => n < 9,
        then: (draft) => {
          // The sixth question to a function is not compared with the reference otherwise.
          draft.n = draft.n === 5 && isDraft(draft) ? 9 : draft.n + 1;
        },
      },
    },
  });
  await expect(check(sly, { engine: "compiled", audit: 1 })).rejects.toThrow("differ in what up makes of a state");
});
