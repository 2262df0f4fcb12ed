import {
  all,
  because,
  every,
  holds,
  implies,
  model,
  range,
  reasonOf,
  type Model,
  type Property,
  always,
  step,
} from "irqproof/checker";
import type { Judgement } from "../../../checker/language/index.ts";
import {
  createReading,
  READING_LIMITS,
  type ReadingLimits,
  type ReadPredicate,
} from "../../../checker/reading/index.ts";
import { directSemanticsOf } from "../../../checker/semantics/direct-semantics.ts";
import { semanticsOf } from "../../../checker/semantics/semantics.ts";
import { reader } from "../../../checker/schema/layout.ts";
import { evaluator, type Scalar, type Value } from "../../../checker/terms/index.ts";
import { stateType, type ProgramState } from "./programs.ts";

/** The sources of a model's functions; guard and recipe with the same index belong together. */
export interface Texts {
  readonly guards: readonly (string | undefined)[];
  readonly recipes: readonly string[];
  readonly predicates: readonly string[];
  readonly steps: readonly string[];
}

const captured = {
  names: new Set(["idle", "busy"]),
  price: new Map([
    ["idle", 1],
    ["busy", 2],
    ["done", 3],
  ]),
  weights: { idle: 2, done: 0 },
  because,
  all,
  every,
  implies,
  holds,
  reasonOf,
};

/** A function of a source text, with what a module would have imported. */
export function compiled(text: string): never {
  const names = Object.keys(captured);
  const factory = new Function(...names, `"use strict"; return (${text});`) as (...given: unknown[]) => never;
  return factory(...Object.values(captured));
}

const INITIAL: ProgramState = {
  a: { id: 0, hot: false },
  b: { id: 1, hot: true },
  q: [],
  n: [],
  g: [
    [0, 1],
    [2, 0],
  ],
  maybe: null,
  who: null,
  at: "idle",
  flag: false,
  big: 0,
};

export function modelOf(texts: Texts): Model<ProgramState> {
  const actions = Object.fromEntries(
    texts.recipes.map((recipe, index) => {
      const guard = texts.guards[index];
      const when = guard === undefined ? {} : { when: compiled(guard) };
      return [`a${index}`, { over: { k: range(0, 1) }, ...when, then: compiled(recipe) }];
    }),
  );
  const properties: Record<string, Property<ProgramState>> = {};
  for (const [index, text] of texts.predicates.entries()) properties[`p${index}`] = always("", compiled(text));
  for (const [index, text] of texts.steps.entries()) properties[`s${index}`] = step("", compiled(text));
  return model({ name: "program", state: stateType, initial: INITIAL, actions, properties });
}

/** Result of a comparison of a reading with the model's own functions. */
export interface Differences {
  /** A sentence each. */
  readonly found: readonly string[];
  readonly functions: number;
  readonly unread: ReadonlyMap<string, number>;
  /** Questions that the reading leaves to the functions, and all questions that the functions answer without a mistake. */
  readonly left: number;
  readonly answered: number;
}

/** A program that needs more would make the tests slow. */
const LIMITS: ReadingLimits = { ...READING_LIMITS, operands: 300_000 };

/** Compares in given states every function of a model with what was read of it. */
export function differences(given: Model<ProgramState>, states: readonly ProgramState[]): Differences {
  const found: string[] = [];
  const unread = new Map<string, number>();
  let [left, answered] = [0, 0];
  const { layout } = given;
  const reading = createReading(given, LIMITS);
  const [reference, direct] = [semanticsOf(given), directSemanticsOf(given)];
  const readers = layout.cells.map((cell) => {
    const read = reader(cell);
    return (words: Uint32Array): Scalar => cell.shape.valueAt(read(words, 0));
  });
  const [packed, next, other] = Array.from({ length: 3 }, () => new Uint32Array(layout.words)) as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  const actions = given.instances.map((instance) => reading.action(instance));
  const predicates = new Map<string, ReadPredicate>();
  const judged = new Map<string, ReadPredicate>();
  for (const { unread: why } of actions) count(why?.why);
  for (const [id, property] of given.properties) {
    if (property.kind === "always") {
      const read = reading.state(id, property.holds);
      predicates.set(id, read);
      count(read.unread?.why);
    } else if (property.kind === "step") {
      for (const instance of given.instances) {
        const read = reading.step(id, property, instance);
        judged.set(`${id} ${instance.text}`, read);
        count(read.unread?.why);
      }
    }
  }
  for (const value of states) {
    layout.encode(value, packed, 0);
    const state = reference.unpack(packed, 0);
    const evaluate = evaluator(readers.map((read) => read(packed)));
    for (const [id, property] of given.properties) {
      if (property.kind !== "always") continue;
      judge(id, predicates.get(id) as ReadPredicate, () => property.holds(state), evaluate, value);
    }
    for (const [index, instance] of given.instances.entries()) {
      const read = actions[index]!;
      const where = `${instance.text} in ${JSON.stringify(value)}`;
      const isFault = evaluate(read.fault) === true;
      let enabled: boolean;
      try {
        enabled = reference.enabled(instance, state);
      } catch (error) {
        if (!isFault) found.push(`${where}: ${(error as Error).message}, and the reading does not say so`);
        continue;
      }
      let isTaken = false;
      let mistake = "";
      if (enabled) {
        try {
          reference.apply(instance, state, next, 0);
          isTaken = true;
        } catch (error) {
          mistake = (error as Error).message;
        }
        let isTakenDirectly = false;
        try {
          direct.apply(instance, state, other, 0);
          isTakenDirectly = true;
        } catch {
          // Then the reference semantics must have thrown, too.
        }
        if (isTaken !== isTakenDirectly || (isTaken && next.some((word, at) => word !== other[at]))) {
          found.push(`${where}: directly another step than by the reference semantics`);
        }
        if (!isTaken && !isFault) found.push(`${where}: ${mistake}, and the reading does not say so`);
        if (!isTaken) continue;
      }
      answered++;
      if (isFault) {
        if (read.unread === undefined) left++;
        continue;
      }
      if (evaluate(read.guard) !== enabled) {
        found.push(`${where}: its guard is ${String(enabled)}`);
        continue;
      }
      if (!enabled) continue;
      for (const [number, { path }] of layout.cells.entries()) {
        const expected = readers[number]!(next);
        const made = read.next.has(number) ? evaluate(read.next.get(number)) : readers[number]!(packed);
        if (made !== expected) found.push(`${where}: ${path} is ${String(made)} instead of ${String(expected)}`);
      }
      const after = reference.unpack(next, 0);
      for (const [id, property] of given.properties) {
        if (property.kind !== "step") continue;
        const predicate = judged.get(`${id} ${instance.text}`) as ReadPredicate;
        judge(`${id} ${instance.text}`, predicate, () => property.holds(state, instance, after), evaluate, value);
      }
    }
  }
  return { found, functions: 2 * actions.length + predicates.size + judged.size, unread, left, answered };

  function count(why: string | undefined): void {
    if (why !== undefined) unread.set(why, (unread.get(why) ?? 0) + 1);
  }

  function judge(
    where: string,
    read: ReadPredicate,
    ask: () => Judgement,
    evaluate: (value: Value) => Scalar,
    value: ProgramState,
  ): void {
    const isFault = evaluate(read.fault) === true;
    let expected: boolean;
    try {
      expected = reference.judge(where, ask).holds;
    } catch (error) {
      if (!isFault) {
        found.push(
          `${where} in ${JSON.stringify(value)}: ${(error as Error).message}, and the reading does not say so`,
        );
      }
      return;
    }
    answered++;
    if (isFault) {
      if (read.unread === undefined) left++;
    } else if (evaluate(read.holds) !== expected) {
      found.push(`${where} is ${String(expected)} in ${JSON.stringify(value)}`);
    }
  }
}
