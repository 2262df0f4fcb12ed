import { OutOfTime } from "../sat/deadline.ts";
import type { SystemAction, TransitionSystem } from "../system/system.ts";
import { Questions, type Step } from "./formula/queries.ts";
import { goalsOf } from "./goals.ts";
import type { Resized } from "./induction.ts";
import { Belief } from "./invariant/candidate-facts.ts";
import { cubeAt, PartsByPlace, type Sentence } from "./sentences/index.ts";
import { findMarkers } from "./states/markers.ts";
import { partsOf } from "./states/parts.ts";
import { Samples } from "./states/samples.ts";
import { firstStates, visit } from "./states/sampling.ts";
import { valuesOf, type Cube } from "./states/states.ts";
import { exchangesOf } from "./states/symmetry.ts";
import type { Fact } from "./states/task.ts";
import { Random, Walker } from "./states/walker.ts";

/** Reachable states that the sentences are compared with, before steps from all states are. */
const MAX_SAMPLES = 30_000;

/** Why a sentence is not known to hold at another size. */
export type NotHolding = "violated" | "not inductive" | "without meaning";

/** The sentences that hold at another size of the model, and those that are not known to. */
export interface Holding {
  readonly holding: readonly Sentence[];
  readonly others: readonly { readonly sentence: Sentence; readonly why: NotHolding }[];
}

/**
 * Checks facts about a model in the same model with another number of something. Those that no reachable state of a walk
 * violates, and that no step leads out of as long as all of them and the lemmas are true, hold there if the lemmas do.
 * Every copy of a fact is asked about: nothing is taken to be symmetric.
 *
 * @param inUse families of parts that are always in use
 * @param limits `samples`: states of the walk at most; `until`: when to give up, by `now` of deadline.ts
 * @returns undefined where the time was not enough, or a part that is not in use need not have its first value
 */
export function holdingAt(
  system: TransitionSystem<unknown>,
  resized: readonly Resized[],
  sentences: readonly Sentence[],
  lemmas: readonly string[],
  inUse: ReadonlySet<string>,
  limits: { readonly samples: number; readonly until: number },
): Holding | undefined {
  const { model, initial, actions } = system;
  const random = new Random(1);
  const walker = new Walker(system, random);
  const others = resized.map(({ name, count, other, root }) => ({ kind: { name, count }, count: other, root }));
  const parts = partsOf(model.layout, others);
  findMarkers(parts, firstStates(walker, initial), inUse);
  const kinds = others.map(({ kind }) => kind);
  const exchanges = exchangesOf(
    parts,
    kinds.filter((kind) => parts.some((part) => part?.indices.some((one) => one.kind === kind))),
  );
  const wanted = Math.min(limits.samples, MAX_SAMPLES);
  const samples = new Samples(parts, wanted);
  for (const cells of initial) samples.add(valuesOf(parts, cells));
  visit(samples, wanted, parts, initial, walker, [], random);
  const steps = new Map<SystemAction<unknown>, Step>();
  const task = {
    system,
    parts,
    exchanges,
    samples,
    lemmas: goalsOf(system, lemmas).lemmas,
    bad: [],
    guesses: [],
    thorough: true,
    until: limits.until,
  };
  const belief = new Belief(task, random, (wrong) => {
    for (const [action, { added }] of steps) if ([...wrong].some((fact) => added.has(fact))) steps.delete(action);
  });
  const questions = new Questions(task, belief);
  const why = new Map<Sentence, NotHolding>();
  const sentenceOf = new Map<Fact, Sentence>();
  const there = new PartsByPlace(parts);
  for (const sentence of sentences) {
    const cube = cubeAt(sentence, there);
    const fact = cube === undefined ? undefined : belief.admit(cube);
    if (fact !== undefined) sentenceOf.set(fact, sentence);
    else why.set(sentence, cube === undefined ? "without meaning" : "violated");
  }
  const stepOf = (action: SystemAction<unknown>): Step => {
    let step = steps.get(action);
    if (step === undefined) steps.set(action, (step = questions.step(action)));
    return step;
  };
  /** Whether all of these cubes of the facts are kept by every step; a fact that is not is given up. */
  const areKept = (cubesOf: (fact: Fact) => readonly Cube[]): boolean => {
    let isAsked = false;
    for (const action of actions) {
      for (const fact of belief.facts) {
        for (const cube of cubesOf(fact)) {
          if (stepOf(action).checked.has(cube)) continue;
          isAsked = true;
          if (questions.leadsInto(stepOf(action), cube) === undefined) stepOf(action).checked.add(cube);
          else {
            why.set(sentenceOf.get(fact) as Sentence, "not inductive");
            belief.giveUp(new Set([fact]));
            break;
          }
        }
      }
    }
    return !isAsked;
  };
  const isAtRest = (): boolean =>
    actions.every((action) =>
      parts.every(
        (part) =>
          part === undefined ||
          part.unused.length === 0 ||
          questions.leavesRest(stepOf(action), part.number) === undefined,
      ),
    );
  try {
    // One copy of each fact first: most of what is given up is given up by that.
    while (!areKept(({ cube }) => [cube]) || !areKept(({ cubes }) => cubes));
    if (!isAtRest()) return undefined;
  } catch (error) {
    if (error instanceof OutOfTime) return undefined;
    throw error;
  }
  return {
    holding: sentences.filter((sentence) => !why.has(sentence)),
    others: sentences.flatMap((sentence) => {
      const reason = why.get(sentence);
      return reason === undefined ? [] : [{ sentence, why: reason }];
    }),
  };
}
