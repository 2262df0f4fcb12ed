/** Random programs of what a recipe may do to its draft, read and compiled, against immer. */
import {
  array,
  boolean,
  model,
  oneOf,
  optional,
  range,
  record,
  sequence,
  type Model,
  type ValueOf,
} from "irqproof/checker";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compiledStates, stepByReference } from "./one-state.ts";

const item = record({ on: boolean, level: range(0, 2) });
const state = record({
  count: range(0, 3),
  list: sequence(3, range(0, 2)),
  items: sequence(2, item),
  pair: array(2, item),
  maybe: optional(item),
  word: oneOf("x", "y"),
});
type State = ValueOf<typeof state>;

/** Values of a program besides the draft: parts of it in variables. */
interface Hand {
  item: State["pair"][number] | undefined;
  items: State["items"] | undefined;
}
type Operation = (draft: State, hand: Hand, a: number, b: number) => unknown;

const RETURN = Symbol("return");

const operations: Readonly<Record<string, Operation>> = {
  "take a pair's item": (draft, hand, a) => (hand.item = draft.pair[a % 2]),
  "take a listed item": (draft, hand, a) => (hand.item = draft.items[a]),
  "take what may be there": (draft, hand) => (hand.item = draft.maybe ?? undefined),
  "take the items": (draft, hand) => (hand.items = draft.items),
  "change the item in hand": (_, hand, a) => hand.item && (hand.item.level = a % 3),
  "flip the item in hand": (_, hand) => hand.item && (hand.item.on = !hand.item.on),
  "put the item in hand back": (draft, hand, a) => hand.item && (draft.pair[a % 2] = hand.item),
  "push the item in hand": (draft, hand) => hand.item && draft.items.length < 2 && draft.items.push(hand.item),
  "keep the item in hand": (draft, hand) => (draft.maybe = hand.item ?? null),
  "empty the items in hand": (_, hand) => hand.items && (hand.items.length = 0),
  "assign the items in hand": (draft, hand) => hand.items && (draft.items = hand.items),
  "a fresh item": (_, hand, a, b) => (hand.item = { on: a % 2 === 0, level: b % 3 }),
  "spread the item in hand": (_, hand, a) => hand.item && (hand.item = { ...hand.item, level: a % 3 }),
  "Object.assign": (draft, hand, a) => hand.item && Object.assign(draft.pair[a % 2]!, hand.item),
  "Object.keys": (draft, _, a) => (draft.count = Object.keys(draft.pair[a % 2]!).length),
  "Object.entries": (draft, hand) =>
    hand.item && (draft.count = Object.entries(hand.item).filter(([name]) => name === "level").length),
  "Object.values": (draft) => (draft.count = Object.values(draft.pair).filter(({ on }) => on).length),
  "structured copy": (draft, hand, a) =>
    hand.item && (draft.pair[a % 2] = JSON.parse(JSON.stringify(hand.item)) as State["pair"][number]),
  splice: (draft, _, a, b) => draft.list.splice(a, b % 2),
  "splice in": (draft, _, a, b) => draft.list.length < 3 && draft.list.splice(a, 0, b % 3),
  "splice items": (draft, hand, a) => {
    const [out] = draft.items.splice(a % 2, 1);
    hand.item = out ?? hand.item;
  },
  "splice from the end": (draft, _, a) => draft.list.splice(-1 - (a % 2), 1),
  sort: (draft) => draft.list.sort(),
  "sort by": (draft) => draft.items.sort((x, y) => y.level - x.level),
  // oxlint-disable-next-line unicorn/no-array-reverse -- the operation in place is what is tried
  reverse: (draft) => draft.items.reverse(),
  fill: (draft, _, a, b) => draft.list.fill(a % 3, b % 2),
  "fill with the item in hand": (draft, hand) => hand.item && draft.pair.fill(hand.item),
  copyWithin: (draft, _, a) => draft.list.copyWithin(0, a % 3),
  "copy items within": (draft) => draft.pair.copyWithin(0, 1),
  shift: (draft, _, a) => draft.list.length > 0 && (draft.count = draft.list.shift()! + (a % 2)),
  pop: (draft, hand) => draft.items.length > 0 && (hand.item = draft.items.pop()),
  unshift: (draft, hand) => hand.item && draft.items.length < 2 && draft.items.unshift(hand.item),
  iterate: (draft) => {
    for (const each of draft.items) each.level = (each.level + 1) % 3;
  },
  "iterate over entries": (draft) => {
    for (const [index, each] of draft.pair.entries()) each.on = index === 1;
  },
  destructure: (draft) => {
    const [first, ...rest] = draft.list;
    draft.list = [...rest, ...(first === undefined ? [] : [first])];
  },
  "destructure in place": (draft) => {
    [draft.pair[0], draft.pair[1]] = [draft.pair[1]!, draft.pair[0]!];
  },
  filter: (draft, _, a) => (draft.list = draft.list.filter((value) => value !== a % 3)),
  map: (draft) => (draft.items = draft.items.map((each) => ({ ...each, on: true }))),
  "slice and write": (draft) => {
    for (const each of draft.items.slice(0, 1)) each.level = 0;
  },
  concat: (draft) => (draft.items = draft.items.concat(draft.pair).slice(0, 2)),
  at: (draft) => draft.list.at(-1) === 2 && (draft.word = "y"),
  find: (draft, hand, a) => (hand.item = draft.items.find(({ level }) => level === a % 3)),
  "index of what is in hand": (draft, hand) => hand.item && (draft.count = draft.pair.indexOf(hand.item) + 1),
  "includes what is in hand": (draft, hand) => hand.item && draft.items.includes(hand.item) && (draft.word = "x"),
  "read back": (draft, _, a) => {
    draft.count = a % 4;
    if (draft.count > 1) draft.word = "y";
  },
  "return early": (draft, _, a) => (draft.count === a % 4 ? RETURN : undefined),
  "return at a value": (draft) => (draft.word === "y" ? RETURN : undefined),
  "a whole pair": (draft, _, a) =>
    (draft.pair = [
      { on: true, level: a % 3 },
      { on: false, level: 0 },
    ]),
  "swap with what may be there": (draft) =>
    draft.maybe && ([draft.maybe, draft.pair[0]] = [draft.pair[0]!, draft.maybe]),
  "delete a field": (draft) => delete (draft as Partial<State>).word,
  "delete a field of the item in hand": (_, hand) => hand.item && delete (hand.item as { on?: boolean }).on,
  "delete and set again": (draft) => {
    delete (draft as Partial<State>).word;
    draft.word = "x";
  },
  "add a field": (draft) => ((draft as State & { extra?: number }).extra = 1),
  "leave the range": (draft) => draft.count++,
  "set a length": (draft, _, a) => draft.list.length > a && (draft.list.length = a % 3),
  "write at the end": (draft) => draft.list.length < 3 && (draft.list[draft.list.length] = 1),
  "join and compare": (draft) => draft.list.join("") === "12" && (draft.word = "y"),
};

const step = fc.record({ name: fc.constantFrom(...Object.keys(operations)), a: fc.nat(3), b: fc.nat(3) });
const program = fc.array(step, { minLength: 1, maxLength: 6 });

const arbitraryItem = fc.record({ on: fc.boolean(), level: fc.nat(2) });
const arbitraryState: fc.Arbitrary<State> = fc.record({
  count: fc.nat(3),
  list: fc.array(fc.nat(2), { maxLength: 3 }),
  items: fc.array(arbitraryItem, { maxLength: 2 }),
  pair: fc.array(arbitraryItem, { minLength: 2, maxLength: 2 }),
  maybe: fc.option(arbitraryItem),
  word: fc.constantFrom("x" as const, "y" as const),
});

const initial: State = {
  count: 0,
  list: [],
  items: [],
  pair: Array.from({ length: 2 }, () => ({ on: false, level: 0 })),
  maybe: null,
  word: "x",
};

function modelOf(steps: readonly { name: string; a: number; b: number }[]): Model<State> {
  const act = (draft: State): void => {
    const hand: Hand = { item: undefined, items: undefined };
    for (const { name, a, b } of steps) if (operations[name]!(draft, hand, a, b) === RETURN) return;
  };
  return model({ name: "program", state, initial, actions: { act: { then: act } } });
}

test("a program of draft operations, read and compiled, does what immer makes of it", () => {
  fc.assert(
    fc.property(program, fc.array(arbitraryState, { minLength: 4, maxLength: 4 }), (steps, values) => {
      const made = modelOf(steps);
      const compiled = compiledStates(made);
      for (const value of values) expect(compiled(value).after).toBe(stepByReference(made, value));
    }),
    { numRuns: Number(process.env["RUNS"] ?? 300) },
  );
});
