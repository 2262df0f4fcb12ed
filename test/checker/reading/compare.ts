import { isSafety, type ActionInstance, type Judgement, type Model } from "../../../checker/language/index.ts";
import { createReading, type ReadPredicate } from "../../../checker/reading/index.ts";
import { semanticsOf, type State } from "../../../checker/semantics/semantics.ts";
import { reader } from "../../../checker/schema/layout.ts";
import { evaluator, type Scalar, type Value } from "../../../checker/terms/index.ts";

/** Result of a comparison of a reading with the model's own functions. */
export interface Comparison {
  readonly states: number;
  readonly questions: number;
  /** Differences, a sentence each. */
  readonly differences: readonly string[];
  readonly unread: readonly string[];
}

/** Numbers from 0 to less than 1, the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Compares all functions of a model with what was read of them, in states that random walks reach. */
export function compareReading<S>(model: Model<S>, states: number, seed = 1): Comparison {
  const reading = createReading(model);
  const semantics = semanticsOf(model);
  const { layout } = model;
  const readers = layout.cells.map((cell) => {
    const read = reader(cell);
    return (words: Uint32Array, at: number): Scalar => cell.shape.valueAt(read(words, at));
  });
  const differences: string[] = [];
  const unread = new Set<string>();
  let questions = 0;
  const random = randomOf(seed);
  const words = new Uint32Array(layout.words);
  const next = new Uint32Array(layout.words);
  const pool: Uint32Array[] = model.initial.map((state) => {
    layout.encode(state, words, 0);
    return words.slice();
  });
  const seen = new Set(pool.map((one) => one.join()));
  for (let count = 0; count < states && pool.length > 0; count++) {
    const at = random() < 0.5 ? pool.length - 1 : Math.floor(random() * pool.length);
    const [packed] = pool.splice(at, 1) as [Uint32Array];
    const state = semantics.unpack(packed, 0);
    const evaluate = evaluator(readers.map((read) => read(packed, 0)));
    for (const instance of model.instances) compareInstance(instance, packed, state, evaluate);
    for (const [id, property] of model.properties) {
      if (property.kind === "always" || property.kind === "sometimes") {
        predicate(id, reading.state(id, property.holds), () => property.holds(state), evaluate);
      } else if (property.kind === "noDeadlock") {
        predicate(id, reading.state(id, property.unless), () => property.unless(state), evaluate);
      } else if (property.kind === "leadsTo") {
        predicate(`${id}: premise`, reading.state(id, property.premise), () => property.premise(state), evaluate);
        predicate(`${id}: goal`, reading.state(id, property.goal), () => property.goal(state), evaluate);
      } else if (!isSafety(property)) {
        predicate(id, reading.state(id, property.goal), () => property.goal(state), evaluate);
      }
    }
  }
  return { states: seen.size, questions, differences, unread: [...unread] };

  function note(what: string): void {
    if (differences.length < 50) differences.push(what);
  }

  function predicate(id: string, read: ReadPredicate, ask: () => Judgement, evaluate: (value: Value) => Scalar): void {
    if (read.unread !== undefined) unread.add(`${id}: ${read.unread.why} (${read.unread.where})`);
    questions++;
    let holds: boolean | undefined;
    try {
      holds = semantics.judge(id, ask).holds;
    } catch {
      holds = undefined;
    }
    const fault = evaluate(read.fault) === true;
    if (holds === undefined && !fault) note(`${id}: it throws, and the reading does not know it`);
    if (fault || holds === undefined) return;
    if (evaluate(read.holds) !== holds) note(`${id}: ${String(evaluate(read.holds))} instead of ${String(holds)}`);
  }

  function compareInstance(
    instance: ActionInstance<S>,
    packed: Uint32Array,
    state: State<S>,
    evaluate: (value: Value) => Scalar,
  ): void {
    const read = reading.action(instance);
    if (read.unread !== undefined) unread.add(`${instance.text}: ${read.unread.why} (${read.unread.where})`);
    questions++;
    const fault = evaluate(read.fault) === true;
    let enabled = false;
    let after: State<S> | undefined;
    try {
      enabled = semantics.enabled(instance, state);
      if (enabled) {
        semantics.apply(instance, state, next, 0);
        after = semantics.unpack(next, 0);
      }
    } catch (error) {
      if (!fault) note(`${instance.text}: ${(error as Error).message}, and the reading does not know it`);
      return;
    }
    if (!fault) {
      if (evaluate(read.guard) !== enabled) note(`${instance.text}: its guard is ${String(enabled)}`);
      else if (enabled) {
        for (const [index, cell] of layout.cells.entries()) {
          const expected = readers[index]!(next, 0);
          const value = read.next.has(index) ? evaluate(read.next.get(index)) : readers[index]!(packed, 0);
          if (value !== expected)
            note(`${instance.text}: ${cell.path} is ${String(value)} instead of ${String(expected)}`);
        }
      }
    }
    if (!enabled || after === undefined) return;
    for (const [id, property] of model.properties) {
      if (property.kind !== "step") continue;
      const judged = reading.step(id, property, instance);
      const { holds } = property;
      if (!fault) predicate(`${id}, ${instance.text}`, judged, () => holds(state, instance, after), evaluate);
    }
    const key = next.join();
    if (seen.has(key)) return;
    seen.add(key);
    pool.push(next.slice());
  }
}
