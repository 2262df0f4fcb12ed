/** Everything that a recipe may do on a draft, read and compiled, against immer. */
import { all, array, boolean, every, model, oneOf, optional, range, record, sequence } from "irqproof/checker";
import type { Judgement, Model, ValueOf } from "irqproof/checker";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { semanticsOf } from "../../../checker/semantics/semantics.ts";
import { compiledStates, stepByReference } from "./one-state.ts";

const message = record({ to: range(0, 2), kind: oneOf("a", "b", "c") });
const state = record({
  count: range(-2, 3),
  flags: array(3, boolean),
  grid: array(2, array(2, range(0, 2))),
  queue: sequence(3, message),
  numbers: sequence(3, range(0, 2)),
  held: optional(message),
  other: optional(message),
  owner: optional(range(0, 1)),
  pair: record({ first: message, second: message }),
  wide: sequence(2, message),
});
type State = ValueOf<typeof state>;

const initial: State = {
  count: 0,
  flags: [false, true, false],
  grid: [
    [0, 1],
    [2, 0],
  ],
  queue: [{ to: 1, kind: "b" }],
  numbers: [2],
  held: null,
  other: { to: 2, kind: "c" },
  owner: null,
  pair: { first: { to: 0, kind: "a" }, second: { to: 1, kind: "b" } },
  wide: [],
};

/** Idioms of experienced JavaScript programmers beside common ones. */
const recipes: Record<string, (draft: State) => void> = {
  "writes nothing": () => {},
  "counts up, past its range": (draft) => {
    draft.count += 1;
  },
  "counts down to a floor": (draft) => {
    if (draft.count > -2) draft.count--;
  },
  "copies a cell of another range": (draft) => {
    draft.count = draft.grid[0]![1]!;
  },
  "reads back what it wrote": (draft) => {
    draft.count = 2;
    draft.grid[1]![1] = draft.count;
    draft.count -= 2;
  },
  "writes at a computed index": (draft) => {
    draft.flags[draft.grid[0]![0]!] = !draft.flags[draft.grid[1]![1]!];
  },
  "returns early": (draft) => {
    if (draft.flags[0]) return;
    draft.flags[0] = true;
  },
  "returns something": (draft) => {
    draft.flags[1] = false;
    return undefined;
  },
  "assigns a whole record": (draft) => {
    draft.pair.first = { to: 2, kind: "c" };
  },
  "assigns a record of the state to another place": (draft) => {
    draft.pair.first = draft.pair.second;
  },
  "swaps two records": (draft) => {
    const { first, second } = draft.pair;
    draft.pair = { first: second, second: first };
  },
  "aliases, then writes through one name": (draft) => {
    draft.pair.first = draft.pair.second;
    draft.pair.second.to = 0;
  },
  "assigns a fresh record, then changes it": (draft) => {
    draft.pair.first = { to: 0, kind: "a" };
    draft.pair.first.to = 1;
  },
  "spreads a record": (draft) => {
    draft.pair.second = { ...draft.pair.first, kind: "c" };
  },
  "copies with Object.assign": (draft) => {
    Object.assign(draft.pair.second, draft.pair.first);
  },
  "walks keys": (draft) => {
    for (const key of Object.keys(draft.pair) as ("first" | "second")[]) draft.pair[key].to = 1;
  },
  "walks entries": (draft) => {
    for (const [name, { kind }] of Object.entries(draft.pair)) if (name === "first" && kind === "b") draft.count = 1;
  },
  "asks for a name": (draft) => {
    draft.flags[2] = "first" in draft.pair && !("third" in draft.pair) && Object.hasOwn(draft.pair, "second");
  },
  pushes: (draft) => {
    draft.queue.push({ to: 0, kind: "a" });
  },
  "pushes if there is room": (draft) => {
    if (draft.queue.length < 3) draft.queue.push(draft.pair.first);
  },
  "pushes the same record twice": (draft) => {
    draft.wide = [];
    draft.wide.push(draft.pair.first, draft.pair.first);
    draft.wide[0]!.to = 2;
  },
  pops: (draft) => {
    const last = draft.queue.pop();
    if (last !== undefined) draft.count = last.to;
  },
  shifts: (draft) => {
    draft.queue.shift();
  },
  "shifts numbers": (draft) => {
    const head = draft.numbers.shift();
    if (head === 2) draft.count = 2;
  },
  unshifts: (draft) => {
    if (draft.numbers.length < 3) draft.numbers.unshift(1);
  },
  "moves from one queue to another": (draft) => {
    if (draft.wide.length < 2 && draft.queue.length > 0) draft.wide.push(draft.queue.shift()!);
  },
  "moves, then changes what it moved": (draft) => {
    const head = draft.queue.shift();
    if (head === undefined) return;
    draft.queue.push(head);
    head.kind = "c";
  },
  "splices out": (draft) => {
    draft.queue.splice(1, 1);
  },
  "splices in": (draft) => {
    if (draft.numbers.length < 3) draft.numbers.splice(1, 0, 0);
  },
  "uses what it spliced out": (draft) => {
    const [first] = draft.numbers.splice(0, 1);
    draft.count = first ?? -1;
  },
  slices: (draft) => {
    draft.queue = draft.queue.slice(1);
  },
  "slices numbers": (draft) => {
    draft.numbers = draft.numbers.slice(0, -1);
  },
  "takes from a copy, and changes the original": (draft) => {
    const [first] = draft.queue.slice();
    if (first !== undefined) first.to = 0;
  },
  filters: (draft) => {
    draft.queue = draft.queue.filter(({ to }) => to !== 1);
  },
  maps: (draft) => {
    draft.numbers = draft.numbers.map((value) => (value + 1) % 3);
  },
  concatenates: (draft) => {
    if (draft.queue.length + draft.wide.length <= 3) draft.queue = draft.queue.concat(draft.wide);
  },
  "spreads a sequence": (draft) => {
    if (draft.numbers.length < 3) draft.numbers = [...draft.numbers, 0];
  },
  destructures: (draft) => {
    const [head, ...rest] = draft.numbers;
    draft.count = head ?? 0;
    draft.numbers = rest;
  },
  reverses: (draft) => {
    draft.queue.reverse();
  },
  sorts: (draft) => {
    draft.numbers.sort((a, b) => b - a);
  },
  fills: (draft) => {
    draft.flags.fill(true, 1);
  },
  "copies within": (draft) => {
    draft.flags.copyWithin(0, 1);
  },
  "empties by length": (draft) => {
    draft.queue.length = 0;
  },
  "cuts by length": (draft) => {
    if (draft.numbers.length > 1) draft.numbers.length = 1;
  },
  "assigns an element": (draft) => {
    if (draft.queue.length > 0) draft.queue[0] = draft.pair.second;
  },
  "appends by index": (draft) => {
    if (draft.numbers.length < 3) draft.numbers[draft.numbers.length] = 2;
  },
  finds: (draft) => {
    const found = draft.queue.find(({ kind }) => kind === "b");
    if (found !== undefined) found.kind = "a";
  },
  "finds an index": (draft) => {
    const index = draft.numbers.indexOf(2);
    if (index >= 0) draft.numbers[index] = 0;
  },
  "finds a record's index": (draft) => {
    const last = draft.queue.at(-1);
    draft.count = last === undefined ? -1 : draft.queue.indexOf(last);
  },
  "asks some, every and includes": (draft) => {
    draft.flags[0] = draft.numbers.includes(1) || draft.queue.some(({ to }) => to === 0) || draft.flags.every(Boolean);
  },
  iterates: (draft) => {
    let sum = 0;
    for (const row of draft.grid) for (const value of row) sum += value;
    draft.count = sum % 3;
  },
  "iterates with forEach": (draft) => {
    draft.grid.forEach((row, index) => {
      row[index] = 0;
    });
  },
  reduces: (draft) => {
    draft.count = draft.numbers.reduce((sum, value) => sum + value, 0) % 4;
  },
  "swaps rows": (draft) => {
    [draft.grid[0], draft.grid[1]] = [draft.grid[1]!, draft.grid[0]!];
  },
  "assigns a row": (draft) => {
    draft.grid[0] = [2, 2];
  },
  "rotates an array in place": (draft) => {
    draft.flags.push(draft.flags.shift()!);
  },
  takes: (draft) => {
    draft.held = draft.other;
    draft.other = null;
  },
  "takes a part": (draft) => {
    if (draft.held !== null) draft.pair.first = draft.held;
  },
  "puts a record where there may be none": (draft) => {
    draft.held = draft.pair.second;
  },
  "changes what may be there": (draft) => {
    if (draft.other) draft.other.to = (draft.other.to + 1) % 3;
  },
  exchanges: (draft) => {
    [draft.held, draft.other] = [draft.other, draft.held];
  },
  "pushes what may be there": (draft) => {
    if (draft.other !== null && draft.queue.length < 3) draft.queue.push(draft.other);
  },
  "copies an optional cell": (draft) => {
    if (draft.owner !== null) draft.count = draft.owner;
    draft.owner = draft.owner === null ? 0 : null;
  },
  "assigns a sequence to a longer one": (draft) => {
    draft.queue = draft.wide;
  },
  "assigns a sequence to a shorter one, where it may not fit": (draft) => {
    draft.wide = draft.queue;
  },
  "assigns a sequence to one of its own kind": (draft) => {
    draft.queue = [...draft.queue];
  },
  deletes: (draft) => {
    delete (draft as Partial<State>).count;
  },
  "adds a field": (draft) => {
    (draft as State & { extra?: number }).extra = 1;
  },
  overfills: (draft) => {
    while (draft.numbers.length < 4) draft.numbers.push(0);
  },
  "leaves a hole": (draft) => {
    draft.numbers.length = 0;
    draft.numbers[2] = 1;
  },
  "shortens an array": (draft) => {
    draft.flags.pop();
  },
  "writes another kind of value": (draft) => {
    (draft as { count: unknown }).count = "many";
  },
  "throws now and then": (draft) => {
    if (draft.count === 2) throw new Error("two is too many");
    draft.count = 0;
  },
  catches: (draft) => {
    try {
      if (draft.owner === null) throw new Error("nobody");
      draft.count = draft.owner;
    } catch {
      draft.count = -1;
    }
  },
  "catches what a draft throws": (draft) => {
    try {
      draft.count = draft.queue[1]!.to;
    } catch {
      draft.count = -2;
    }
  },
  "clones by hand": (draft) => {
    draft.pair = JSON.parse(JSON.stringify(draft.pair)) as State["pair"];
  },
};

const arbitraryMessage = fc.record({ to: fc.nat(2), kind: fc.constantFrom("a" as const, "b" as const, "c" as const) });
const arbitraryState: fc.Arbitrary<State> = fc.record({
  count: fc.integer({ min: -2, max: 3 }),
  flags: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  grid: fc.array(fc.array(fc.nat(2), { minLength: 2, maxLength: 2 }), { minLength: 2, maxLength: 2 }),
  queue: fc.array(arbitraryMessage, { maxLength: 3 }),
  numbers: fc.array(fc.nat(2), { maxLength: 3 }),
  held: fc.option(arbitraryMessage),
  other: fc.option(arbitraryMessage),
  owner: fc.option(fc.nat(1)),
  pair: fc.record({ first: arbitraryMessage, second: arbitraryMessage }),
  wide: fc.array(arbitraryMessage, { maxLength: 2 }),
});

function modelOf(recipe: (draft: State) => void): Model<State> {
  return model({ name: "recipe", state, initial, actions: { act: { then: recipe } } });
}

describe("a recipe, read and compiled, does what immer makes of it", () => {
  test.each(Object.entries(recipes))("%s", (_, recipe) => {
    const made = modelOf(recipe);
    const compiled = compiledStates(made);
    fc.assert(
      fc.property(arbitraryState, (value) => {
        expect(compiled(value).after).toBe(stepByReference(made, value));
      }),
      { numRuns: 60 },
    );
  });
});

const predicates: Record<string, (state: Readonly<State>) => boolean | { readonly holds: false }> = {
  reads: ({ count }) => count > 0,
  "some of some": ({ grid }) => grid.some((row) => row.some((value) => value === 2)),
  "every after a certain one": ({ flags, queue, grid }) =>
    flags.every(() => true) && queue.every(({ to }) => to > 0) && grid.every((row) => row[0] !== 1),
  "every of a sequence": ({ queue }) => queue.every(({ to, kind }) => to !== 1 || kind === "b"),
  "all and every": ({ queue, numbers, count }) =>
    all({
      "numbers are small": () => every(numbers, (value) => value < 2),
      "messages are a": () => every(queue, ({ kind }) => kind === "a"),
      "count is low": () => count < 3,
    }),
  "a variable outside, set by an operand": ({ queue }) => {
    let seen = "";
    const any = queue.some(({ to, kind }) => {
      seen = kind;
      return to === 2;
    });
    return any && seen === "c";
  },
  "a variable outside, set by a function that an operand calls": ({ queue }) => {
    let seen = 0;
    const look = (to: number): void => {
      seen += to;
    };
    queue.every(({ to }) => {
      look(to);
      return true;
    });
    return seen > 2;
  },
  "an operand that reads what was read before": ({ count, numbers }) => numbers.some((value) => value === count),
  "an operand that throws": ({ queue }) => queue.every((_, index) => queue[index + 1]!.to > 0),
  "optional parts": ({ held, other }) => held === null || other === null || held.to === other.to,
  methods: ({ numbers, queue }) =>
    numbers.includes(1) || queue.findIndex(({ to }) => to === 0) === 1 || numbers.slice(1).length === 1,
};

describe("a predicate, read and compiled, says what it says when it is called", () => {
  test.each(Object.entries(predicates))("%s", (_, holds) => {
    const made = model({
      name: "predicate",
      state,
      initial,
      actions: { act: { then: () => {} } },
      properties: ({ always }) => ({ p: always("p", holds as never) }),
    });
    const compiled = compiledStates(made);
    const words = new Uint32Array(made.layout.words);
    const semantics = semanticsOf(made);
    fc.assert(
      fc.property(arbitraryState, (value) => {
        made.layout.encode(value, words, 0);
        const state = semantics.unpack(words, 0);
        let said: string;
        try {
          said = semantics.judge("p", () => holds(state as never) as Judgement).holds ? "none" : "hit";
        } catch {
          said = "ask";
        }
        const { judged } = compiled(value);
        // It may be called where it need not be.
        expect([said, "ask"]).toContain(judged);
      }),
      { numRuns: 200 },
    );
  });
});
