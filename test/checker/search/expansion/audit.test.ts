/** The comparison of compiled code with the reference semantics: what is read wrong is found, and named. */
import { model, range, record } from "irqproof/checker";
import { describe, expect, test } from "vitest";
import { Program } from "../../../../checker/compiled/program.ts";
import { InternalError } from "../../../../checker/errors.ts";
import type { SafetyProperty } from "../../../../checker/language/index.ts";
import { createReading, type ReadAction, type Reading } from "../../../../checker/reading/index.ts";
import { Audit } from "../../../../checker/search/expansion/audit.ts";
import { Expansion } from "../../../../checker/search/expansion/expansion.ts";
import { Fallback } from "../../../../checker/search/expansion/fallback.ts";

interface State {
  readonly n: number;
  readonly m: number;
}

const made = model({
  name: "counters",
  state: record({ n: range(0, 9), m: range(0, 9) }),
  initial: { n: 4, m: 4 },
  actions: {
    up: {
      when: ({ n }) => n < 9,
      then: (draft) => {
        draft.n += 1;
        draft.m = 0;
      },
    },
    down: { when: ({ n }) => n > 5, then: (draft) => void draft.n-- },
  },
  properties: ({ always, step }) => ({
    low: always("n is low", ({ n }) => n < 8),
    even: step("m never rises", (before, _, after) => after.m <= before.m),
  }),
});
const properties = made.properties as ReadonlyMap<string, SafetyProperty<State>>;

/** Compares one state, as it is read with some changes. */
function audited(changed: (reading: Reading<State>) => Partial<Reading<State>>, state: State): unknown {
  const right = createReading(made);
  const reading = Object.assign(Object.create(right) as Reading<State>, {
    terms: right.terms,
    cells: right.cells,
    model: right.model,
    action: right.action.bind(right),
    state: right.state.bind(right),
    step: right.step.bind(right),
    ...changed(right),
  });
  const program = new Program(made, properties, reading);
  const fallback = new Fallback(program);
  const packed = new Uint32Array(made.layout.words);
  const words = new Uint32Array(2 * program.packing.words);
  made.layout.encode(state, packed, 0);
  program.fromLayout(packed, words, 0);
  try {
    new Audit(fallback).state(new Expansion(program.expander()), words, () => true);
  } catch (error) {
    if (!(error instanceof InternalError)) throw error;
    return error.message;
  }
  return undefined;
}

const changing =
  (name: string, change: (read: ReadAction<State>, reading: Reading<State>) => Partial<ReadAction<State>>) =>
  (reading: Reading<State>): Partial<Reading<State>> => ({
    action: (instance) => {
      const read = reading.action(instance);
      return instance.action === name ? { ...read, ...change(read, reading) } : read;
    },
  });

describe("an audit", () => {
  test.each([4, 6, 9])("finds nothing where all is read right: %i", (n) => {
    expect(audited(() => ({}), { n, m: 4 })).toBeUndefined();
  });

  test("names the action and the part of the state", () => {
    const wrong = changing("up", (read, { terms, cells }) => ({
      next: new Map([...read.next, [1, terms.arithmetic("+", cells[1], 1)]]),
    }));
    expect(audited(wrong, { n: 4, m: 4 })).toBe("the reader and the model differ in what up makes of m");
  });

  test("finds a step that is missing", () => {
    const wrong = changing("up", () => ({ guard: false }));
    expect(audited(wrong, { n: 4, m: 4 })).toBe("the reader and the model differ in whether up is enabled");
  });

  test("finds a step that is too many", () => {
    const wrong = changing("down", () => ({ guard: true, fault: false }));
    expect(audited(wrong, { n: 4, m: 4 })).toBe("the reader and the model differ in whether down is enabled");
  });

  test("finds a judgement of a state that differs", () => {
    const wrong = (): Partial<Reading<State>> => ({ state: () => ({ holds: true, fault: false, unread: undefined }) });
    expect(audited(wrong, { n: 8, m: 4 })).toBe("the reader and the model differ in whether property low holds");
    expect(audited(wrong, { n: 7, m: 4 })).toBeUndefined();
  });

  test("finds a judgement of a step that differs", () => {
    const wrong = ({ terms, cells }: Reading<State>): Partial<Reading<State>> => ({
      step: () => ({ holds: terms.less(cells[1], 4), fault: false, unread: undefined }),
    });
    expect(audited(wrong, { n: 4, m: 4 })).toBe("the reader and the model differ in whether property even holds of up");
    expect(audited(wrong, { n: 4, m: 3 })).toBeUndefined();
  });
});
