import { ModelError } from "../errors.ts";
import type { Place } from "../schema/index.ts";
import type { TransitionSystem } from "../system/system.ts";
import { OutOfTime } from "../sat/deadline.ts";
import { goalsOf } from "./goals.ts";
import { Learner } from "./invariant/search.ts";
import { findMarkers } from "./states/markers.ts";
import { partsOf, type Kind } from "./states/parts.ts";
import { violationByWalks, type Violation } from "./refute.ts";
import { Samples } from "./states/samples.ts";
import { firstStates, visit } from "./states/sampling.ts";
import { valuesOf, type Parts } from "./states/states.ts";
import { exchangesOf, mixesOf } from "./states/symmetry.ts";
import { NotAtRest, Refuted, type Fact } from "./states/task.ts";
import { transferred } from "./states/transfer.ts";
import { Random, Walker } from "./states/walker.ts";

/** Something that a model has a number of, and the layout of the same model with another number of it. */
export interface Resized {
  readonly name: string;
  readonly count: number;
  readonly other: number;
  readonly root: Place;
}

/** Options for a proof by induction. */
export interface ProofOptions {
  /** Properties of states that are proved along with what is asked, and of help for it. */
  readonly lemmas: readonly string[];
  /** Of what the model has several that could be exchanged for each other: facts about one are tried for all. */
  readonly resized: readonly Resized[];
  /** Reachable states that are visited at random, to guess facts from. */
  readonly samples: number;
  /** The invariant of the same model with less of something. */
  readonly guesses?: Pick<Invariant, "parts" | "facts"> | undefined;
  /**
   * Whether a refused invariant is to be corrected: each fact is asked about for all that can be exchanged by itself, and
   * no fact is left to the confirming solver. Default false.
   */
  readonly thorough?: boolean;
  /** When to give up, by `now` of deadline.ts. */
  readonly until: number;
  readonly onProgress?: (text: string) => void;
}

/** Result of an attempt at a proof. */
export type Proof =
  | { readonly kind: "proved"; readonly invariant: Invariant }
  | ({ readonly kind: "violated"; readonly samples: number } & Violation)
  /** A state that violates it seems to be reachable, but no walk has shown how. */
  | { readonly kind: "refuted"; readonly id: string; readonly samples: number }
  | { readonly kind: "open"; readonly because: string; readonly samples: number };

/**
 * Facts and lemmas that together are an inductive invariant: they are true in the initial states, no step leads out of
 * them, and in no state in which they are true is there a violation of what was asked.
 */
export interface Invariant {
  readonly parts: Parts;
  readonly facts: readonly Fact[];
  /** The properties that are part of it. */
  readonly lemmas: readonly string[];
  /** The properties that it proves. */
  readonly ids: readonly string[];
  readonly samples: number;
}

/** Parts with more values do not fit in a set of bits. */
const MAX_PART_VALUES = 30;
/** Walks that look for a violation: before there is a reason to think of one, and when there is. */
const EARLY_WALKS = 50;
const LATE_WALKS = 5_000;

/**
 * Proves safety properties by induction, without enumerating the states: facts about all reachable states are guessed from
 * samples, and kept if each step from a state in which they are true leads to such a state again.
 *
 * The guesses come from states that a walk has visited, and from all that these become when, say, CPUs are exchanged. That
 * need not even be sound: only the result counts, and that is an inductive invariant, to be confirmed by another
 * program (`confirmed`).
 *
 * @param system has the properties that are asked, and the lemmas
 * @throws ModelError when a lemma is no property of states, or a cell has too many values
 */
export function provedByInduction(system: TransitionSystem<unknown>, options: ProofOptions): Proof {
  const { model } = system;
  const wide = model.layout.cells.find(({ shape }) => shape.cardinality > MAX_PART_VALUES);
  if (wide !== undefined) {
    throw new ModelError(
      `model ${model.name} cannot be proved by induction: ${wide.path} has ${wide.shape.cardinality} values; at most ${MAX_PART_VALUES} are possible`,
    );
  }
  // Parts that are in use at all times in the one model are so in the other.
  const always = new Set(
    options.guesses?.parts.flatMap((part) => (part === undefined || part.unused.length > 0 ? [] : [part.family])),
  );
  let given = options;
  for (;;) {
    try {
      const proof = attempt(system, given, always);
      if (proof.kind !== "refuted" || given.resized.length === 0) return proof;
      // Things taken to be alike may not be: processes may be asked in order. Samples derived from that are none.
      given = { ...options, resized: [] };
    } catch (error) {
      // A guess about which parts are in use when was wrong: without it.
      if (!(error instanceof NotAtRest) || always.has(error.family)) throw error;
      always.add(error.family);
    }
  }
}

/** @param always families of parts that are always in use */
function attempt(system: TransitionSystem<unknown>, options: ProofOptions, always: ReadonlySet<string>): Proof {
  const { model, initial } = system;
  const random = new Random(1);
  const kinds = options.resized.map(({ name, count, other, root }) => ({ kind: { name, count }, count: other, root }));
  const parts = partsOf(model.layout, kinds);
  const walker = new Walker(system, random);
  options.onProgress?.("random walk");
  findMarkers(parts, firstStates(walker, initial), always);
  const exchanges = exchangesOf(
    parts,
    kinds.map(({ kind }) => kind).filter((kind) => speaksOf(parts, kind)),
  );
  const samples = new Samples(parts, options.samples);
  for (const cells of initial) samples.add(valuesOf(parts, cells));
  const mixes = mixesOf(exchanges, random);
  visit(samples, options.samples, parts, initial, walker, mixes, random);
  const { lemmas, bad } = goalsOf(system, options.lemmas);
  const known = bad.filter(({ id }) => id !== system.fault.id);
  const violation = (walks: number): Violation | undefined =>
    violationByWalks(system, known, random, walks, options.until);
  const early = violation(EARLY_WALKS);
  if (early !== undefined) return { kind: "violated", samples: samples.count, ...early };
  const learner = new Learner({
    system,
    parts,
    exchanges,
    samples,
    lemmas,
    bad,
    guesses:
      options.guesses === undefined
        ? []
        : transferred(
            options.guesses.facts.map(({ cube }) => cube),
            options.guesses.parts,
            parts,
          ),
    thorough: options.thorough ?? false,
    until: options.until,
    onProgress: (facts, clauses, count) =>
      options.onProgress?.(`${facts} facts, ${clauses} with symmetric copies, from ${count} samples`),
  });
  try {
    const facts = learner.run();
    const ids = [...new Set([...bad, ...lemmas].map(({ id }) => id))].filter((id) => id !== system.fault.id);
    const invariant = { parts, facts, lemmas: lemmas.map(({ id }) => id), ids, samples: samples.count };
    return { kind: "proved", invariant };
  } catch (error) {
    if (error instanceof Refuted) {
      options.onProgress?.(`searching for a violation of ${error.id}`);
      const late = violation(LATE_WALKS);
      if (late !== undefined) return { kind: "violated", samples: samples.count, ...late };
      return { kind: "refuted", id: error.id, samples: samples.count };
    }
    if (error instanceof OutOfTime) {
      return { kind: "open", because: error.message || "the time limit was reached", samples: samples.count };
    }
    throw error;
  }
}

function speaksOf(parts: Parts, kind: Kind): boolean {
  return parts.some((part) => part?.indices.some((one) => one.kind === kind) === true);
}
