/** The compiled engine against the reference: the same report, and the same states, on random models. */
import { readdirSync } from "node:fs";
import {
  array,
  boolean,
  check,
  model,
  oneOf,
  optional,
  range,
  record,
  sequence,
  type Family,
  type Model,
  type Report,
  type SafetyProperty,
  type ValueOf,
} from "irqproof/checker";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../../catalogue/index.ts";
import { checkable } from "../../../catalogue/index.ts";
import { CompiledSearch } from "../../../checker/search/compiled-search.ts";
import { semanticsOf } from "../../../checker/semantics/semantics.ts";
import { sampled, thorough } from "../../thorough.ts";
import migration from "../../../examples/migration.ts";

/** Random models; 20,000 of them take hours. */
const RUNS = Number(process.env["RUNS"] ?? (thorough ? 30 : 8));

/** The part of a report that is the same for every engine. */
function comparable<S>({ engine: _engine, seconds: _seconds, ...report }: Report<S>): unknown {
  return report;
}

async function reportOf<S>(made: Model<S>, engine: "compiled" | "direct" | "reference", workers = 1): Promise<unknown> {
  try {
    return comparable(await check(made, workers > 1 ? { engine, workers } : { engine }));
  } catch (error) {
    // Which of several mistakes is met first depends on the order of work.
    return (error as Error).name;
  }
}

/** The reports of both engines. */
async function both<S>(made: Model<S>): Promise<readonly [unknown, unknown]> {
  return [await reportOf(made, "compiled"), await reportOf(made, "reference")];
}

/** Every reachable state, packed, by a few lines of the reference semantics. */
function reachable<S>(made: Model<S>): Set<string> {
  const semantics = semanticsOf(made);
  const words = new Uint32Array(made.layout.words);
  const seen = new Set<string>();
  const queue: ReturnType<typeof semantics.unpack>[] = [];
  const visit = (): void => {
    if (seen.has(words.join())) return;
    seen.add(words.join());
    queue.push(semantics.unpack(words, 0));
  };
  for (const state of made.initial) {
    made.layout.encode(state, words, 0);
    visit();
  }
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    for (const instance of made.instances) {
      if (!semantics.enabled(instance, state)) continue;
      semantics.apply(instance, state, words, 0);
      visit();
    }
  }
  return seen;
}

/** A program over parts that are set, copied, moved and compared. */
const operation = fc.record({
  piece: fc.nat(3),
  at: fc.nat(2),
  from: fc.nat(3),
  value: fc.nat(2),
  what: fc.nat(7),
});
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

const element = record({ on: boolean, level: range(0, 2) });
const part = record({
  bits: array(3, boolean),
  words: array(2, element),
  queue: sequence(2, element),
  maybe: optional(element),
  count: range(0, 3),
});
type Part = ValueOf<typeof part>;

interface State {
  parts: Part[];
}

function act(draft: State, { piece, at, from, value, what }: Operation): void {
  const here = draft.parts[piece % draft.parts.length]!;
  const there = draft.parts[from % draft.parts.length]!;
  switch (what) {
    case 0:
      here.bits[at % 3] = value !== 1;
      break;
    case 1:
      here.words[at % 2] = { ...there.words[value % 2]! };
      break;
    case 2:
      if (here.queue.length < 2) here.queue.push(there.words[value % 2]!);
      break;
    case 3: {
      const head = here.queue.shift();
      if (head !== undefined) there.words[at % 2] = head;
      break;
    }
    case 4:
      here.maybe = value === 0 ? null : there.words[at % 2]!;
      break;
    case 5:
      if (here.maybe !== null) here.maybe.level = (here.maybe.level + 1) % 3;
      break;
    case 6:
      here.count = (here.count + value) % 4;
      break;
    default:
      here.bits[here.count % 3] = there.queue.some(({ on }) => on);
  }
}

function allows({ parts }: { readonly parts: readonly Part[] }, { piece, at, from, value, what }: Operation): boolean {
  const here = parts[piece % parts.length]!;
  switch (what) {
    case 0:
      return here.bits[at % 3] === (value === 1);
    case 1:
      return here.words.every(({ level }) => level <= value);
    case 2:
      return here.queue.length <= at % 2;
    case 3:
      return here.queue.some(({ level }) => level === value) || here.maybe === null;
    case 4:
      return here.maybe !== null && here.maybe.level === value;
    case 5:
      return parts.some(({ count }) => count >= value);
    case 6:
      return here.count > parts[from % parts.length]!.count;
    default:
      return true;
  }
}

const randomModel = fc
  .record({
    parts: fc.integer({ min: 1, max: 2 }),
    actions: fc.array(fc.tuple(operation, fc.array(operation, { minLength: 1, maxLength: 3 })), {
      minLength: 1,
      maxLength: 5,
    }),
    looks: fc.array(operation, { minLength: 3, maxLength: 3 }),
  })
  .map(({ parts, actions, looks }) =>
    model({
      name: "random",
      state: record({ parts: array(parts, part) }),
      initial: {
        parts: Array.from({ length: parts }, (_, index) => ({
          bits: [true, false, index === 1],
          words: [
            { on: false, level: 0 },
            { on: true, level: index },
          ],
          queue: [],
          maybe: null,
          count: 0,
        })),
      },
      actions: Object.fromEntries(
        actions.map(([guard, effects], index) => [
          `act${index}`,
          {
            actor: `actor ${index % 2}`,
            when: (state: unknown) => allows(state as State, guard),
            then: (draft: unknown) => {
              for (const effect of effects) act(draft as State, effect);
            },
          },
        ]),
      ),
      properties: ({ always, sometimes, step, noDeadlock }) => ({
        always: always("always", (state) => !allows(state as State, looks[0]!) || !allows(state as State, looks[1]!)),
        sometimes: sometimes("sometimes", (state) => allows(state as State, looks[1]!)),
        step: step(
          "step",
          (before, taken, after) =>
            taken.action === "act0" || !allows(before as State, looks[2]!) || allows(after as State, looks[2]!),
        ),
        stuck: noDeadlock("stuck", { ignoring: ["act1"].slice(0, actions.length - 1) }),
        excused: noDeadlock("excused", { unless: (state) => allows(state as State, looks[0]!) }),
      }),
    }),
  );

describe("both engines", () => {
  test("say the same of random models, to the last state", async () => {
    await fc.assert(
      fc.asyncProperty(randomModel, async (made) => {
        const states = reachable(made);
        fc.pre(states.size < 1_000);
        const [compiled, reference] = await both(made);
        expect(compiled).toEqual(reference);
        expect(await reportOf(made, "direct")).toEqual(reference);
        expect(await reportOf(made, "compiled", 2)).toEqual(reference);
        const properties = made.properties as ReadonlyMap<string, SafetyProperty<unknown>>;
        const search = new CompiledSearch(made as Model<unknown>, properties, {});
        await search.run();
        expect(new Set([...search.states()].map((words) => words.join()))).toEqual(states);
      }),
      { numRuns: RUNS },
    );
  });

  const examples = readdirSync(new URL("../../../examples", import.meta.url)).filter((file) => file.endsWith(".ts"));
  test.each(sampled(examples, 3))("say the same of examples/%s", async (file) => {
    const { default: family } = (await import(`../../../examples/${file}`)) as { default: Family<unknown> };
    const made = family.instantiate({});
    const { stopped, states } = await check(made, { engine: "compiled", maxStates: 1_500 });
    const [compiled, reference] = stopped === undefined ? await both(made) : [states.distinct, 1_500];
    expect(compiled).toEqual(reference);
  });

  test.each(["msix-masked"].filter((id) => catalogue.some((entry) => entry.id === id)))(
    "say the same of %s",
    async (id) => {
      const [compiled, reference] = await both(checkable(catalogue.find((entry) => entry.id === id)!).instantiate({}));
      expect(compiled).toEqual(reference);
    },
  );

  test.each(["two-step", "direct"])("say the same of the common model, %s", async (scheme) => {
    const [compiled, reference] = await both(migration.instantiate({ scheme }));
    expect(compiled).toEqual(reference);
  });
});

/** Shapes at the edges of packing and of code. */
const shapes: Record<string, Model<unknown>> = {
  "a state of no bits": model({
    name: "still",
    state: record({ only: oneOf("this") }),
    initial: { only: "this" },
    actions: { stay: { then: () => {} } },
    properties: ({ noDeadlock, sometimes }) => ({
      alive: noDeadlock("it moves"),
      other: sometimes("two", () => false),
    }),
  }) as Model<unknown>,
  "a counter with many values": model({
    name: "counter",
    state: record({ count: range(0, 5_000) }),
    initial: { count: 0 },
    actions: {
      up: { when: ({ count }) => count < 5_000, then: (draft) => void draft.count++ },
      half: { then: (draft) => void (draft.count = Math.floor(draft.count / 2)) },
    },
    properties: ({ always }) => ({ low: always("it stays low", ({ count }) => count !== 4_711) }),
  }) as Model<unknown>,
  "cells of 32 bits": model({
    name: "wide",
    state: record({ a: range(0, 2 ** 32 - 1), b: range(-(2 ** 31), 2 ** 31 - 1), c: boolean }),
    initial: { a: 2 ** 32 - 1, b: -(2 ** 31), c: false },
    actions: {
      flip: { then: (draft) => void (draft.c = !draft.c) },
      down: { when: ({ a }) => a > 2 ** 32 - 100, then: (draft) => void draft.a-- },
      up: { when: ({ b, c }) => c && b < -(2 ** 31) + 9, then: (draft) => void draft.b++ },
    },
  }) as Model<unknown>,
  "64 bits and nothing to spare": model({
    name: "full",
    state: record({ bits: array(64, boolean) }),
    initial: { bits: Array<boolean>(64).fill(true) },
    actions: {
      clear: {
        over: { bit: range(0, 63) },
        when: ({ bits }, { bit }) => bits[bit]! && (bit === 0 || !bits[bit - 1]!),
        then: (draft, { bit }) => void (draft.bits[bit] = false),
      },
      set: { when: ({ bits }) => !bits[0]! && bits[40]!, then: (draft) => void (draft.bits[0] = true) },
    },
    properties: ({ always, noDeadlock }) => ({
      some: always("one bit stays", ({ bits }) => bits.includes(true)),
      alive: noDeadlock("something can happen"),
    }),
  }) as Model<unknown>,
  "200 bits": model({
    name: "long",
    state: record({ head: range(0, 9), tape: array(50, range(0, 15)) }),
    initial: { head: 0, tape: Array<number>(50).fill(0) },
    actions: {
      write: {
        over: { value: range(0, 2) },
        when: ({ head, tape }) => head < 8 && tape[head * 5] === 0,
        then: (draft, { value }) => {
          draft.tape[draft.head * 5] = value + 13;
          draft.tape[49 - value] = draft.head;
          draft.head = (draft.head + 3) % 10;
        },
      },
    },
    properties: ({ always }) => ({ few: always("few are written", ({ tape }) => tape.filter(Boolean).length < 9) }),
  }) as Model<unknown>,
};

describe("both engines, at the edges,", () => {
  test.each(Object.entries(shapes))("say the same of %s", async (_, made) => {
    const [compiled, reference] = await both(made);
    expect(compiled).toEqual(reference);
  });
});

describe("the common model has the counts that five programs found", () => {
  test.each([
    [2, 2, 1, 1_420, 3_300],
    [2, 3, 1, 16_626, 44_220],
    [2, 2, 2, 29_292, 104_976],
    [2, 4, 1, 149_816, 445_480],
    [2, 3, 2, 2_099_022, 8_404_572],
  ])("%i CPUs, %i vectors, %i devices", async (cpus, vectors, devices, distinct, transitions) => {
    const report = await check(migration.instantiate({ cpus, vectors, devices }));
    expect(report.states).toMatchObject({ distinct, transitions });
    expect(report.verdict).toBe("holds");
  });
});
