import type { Reading } from "../reading/reading.ts";
import type { Bool, Term, Value } from "../terms/index.ts";
import { conjuncts, type Decision, type Statements } from "./decisions.ts";
import type { ExcuseEntry, ProgramEntry } from "./entry.ts";
import type { Context } from "./lowering.ts";
import type { ExpanderMap } from "./memory.ts";
import type { Notes } from "./notes.ts";
import { calling, OUT, routineOf } from "./routine.ts";
import { stagesOf, storing } from "./stages.ts";
import type { LaneSteps } from "./lanes/lane-steps.ts";
import { successor } from "./successor.ts";
import { termsAfter, type Taken } from "./taken.ts";
import { get, i32, RETURN, set, when, type Code, type FunctionBuilder, type ModuleBuilder } from "../wasm/assembler.ts";

/** Code for a state in which a condition holds. */
export interface StepDecision {
  readonly condition: Bool;
  readonly code: Code;
}

/** An entry that is noted where a condition of the state holds, and left to the model's own functions where another does. */
export interface JudgedState {
  readonly entry: number;
  readonly hit: Bool;
  readonly fault: Bool;
}

/** Compares two numbers on the stack. */
const NOT_EQUAL = 0x47;

/** Code for the entries of a program in the current state. */
export class EntryCode<S> {
  readonly #reading: Reading<S>;
  readonly #entries: readonly ProgramEntry<S>[];
  readonly #module: ModuleBuilder;
  readonly #context: Context;
  readonly #map: ExpanderMap;
  readonly #notes: Notes;
  readonly #taken: ReadonlyMap<number, Taken>;
  readonly #laneSteps: LaneSteps;

  /** @param taken the terms of the steps, by the entries of the actions */
  constructor(
    reading: Reading<S>,
    entries: readonly ProgramEntry<S>[],
    module: ModuleBuilder,
    context: Context,
    map: ExpanderMap,
    notes: Notes,
    taken: ReadonlyMap<number, Taken>,
    laneSteps: LaneSteps,
  ) {
    this.#reading = reading;
    this.#entries = entries;
    this.#module = module;
    this.#context = context;
    this.#map = map;
    this.#notes = notes;
    this.#taken = taken;
    this.#laneSteps = laneSteps;
  }

  /** The decisions that take steps. */
  steps(): StepDecision[] {
    const { terms } = this.#reading;
    const notes = this.#notes;
    const decisions: StepDecision[] = [];
    for (const [number, entry] of this.#entries.entries()) {
      if (entry.kind !== "action") continue;
      const { guard, fault } = entry.read;
      const ask = notes.ask(number);
      if (fault === true) {
        decisions.push({ condition: true, code: ask });
        continue;
      }
      // Where the recipe alone is at fault, the guard holds.
      if (!implies(fault, guard)) decisions.push({ condition: terms.and(fault, terms.not(guard)), code: ask });
      if (guard === false) continue;
      const made = this.#taking(number, this.#taken.get(number) as Taken);
      const mark = notes.mark(entry.live);
      const code: Code =
        fault === false ? [calling(made), mark] : [get(OUT), calling(made), when([get(OUT), NOT_EQUAL], mark)];
      decisions.push({ condition: guard, code });
    }
    return decisions;
  }

  /** The conditions of a state that properties are about. */
  judged(): JudgedState[] {
    const { terms } = this.#reading;
    return [...this.#entries.entries()].flatMap(([number, entry]): JudgedState[] => {
      if (entry.kind === "premise") return [{ entry: number, hit: entry.read.holds, fault: false }];
      if (entry.kind !== "state") return [];
      const { holds, fault } = entry.read;
      const sought = entry.property.kind === "sometimes" ? holds : terms.not(holds);
      return [{ entry: number, hit: terms.and(sought, terms.not(fault)), fault }];
    });
  }

  /** The decisions that judge a state. */
  judgements(judged: readonly JudgedState[]): Decision[] {
    return judged.flatMap(({ entry, hit, fault }) => {
      const note = statement(this.#notes.noteOnce(entry));
      const reasons = typeof hit === "boolean" || hit.operator !== "or" ? [hit] : (hit.operands as readonly Bool[]);
      const ask = { condition: fault, then: statement(this.#notes.askProperty(entry)) };
      return [...reasons.map((condition) => ({ condition, then: note })), ask];
    });
  }

  /** Looks for excuses where nothing happens. */
  excuses(): FunctionBuilder[] {
    const excuses = [...this.#entries.entries()].filter(
      (entry): entry is [number, ExcuseEntry<S>] => entry[1].kind === "excuse",
    );
    if (excuses.length === 0) return [];
    const { terms } = this.#reading;
    const notes = this.#notes;
    const made = routineOf(this.#module, this.#context, (lowering) =>
      lowering.sequence(
        excuses.map(([number, { read, live }]) =>
          lowering.whenCode(
            notes.isUnmarked(live),
            lowering.sequence([
              lowering.when(terms.and(read.holds, terms.not(read.fault)), lowering.plain(notes.mark(live))),
              lowering.when(read.fault, lowering.plain(notes.ask(number))),
            ]),
          ),
        ),
      ),
    );
    return [made];
  }

  /** The function that makes the successor by an instance in a state where its guard holds, and judges the step. */
  #taking(number: number, taken: Taken): FunctionBuilder {
    const notes = this.#notes;
    const { packing, cells } = this.#context;
    const { fault, next, judgements } = taken;
    const inLanes = this.#laneSteps.has(number);
    const source = i32.add(i32.shr(get(OUT), i32.const(1)), i32.const(this.#map.sources - this.#map.output / 2));
    const now: Statements = (lowering) =>
      lowering.sequence([
        successor(packing, cells, next)(lowering),
        ...judgements.map(({ entry, ...property }) =>
          lowering.whenCode(
            notes.isActive(entry),
            lowering.sequence([
              lowering.when(property.violated, lowering.plain(notes.note(entry))),
              lowering.when(property.fault, lowering.plain(notes.askProperty(entry))),
            ]),
          ),
        ),
      ]);
    return this.#inStages(inLanes ? [fault] : [fault, ...termsAfter(taken)], (lowering) =>
      lowering.sequence([
        lowering.when(fault, lowering.plain([notes.ask(number), get(OUT), [RETURN]])),
        inLanes ? lowering.plain(this.#laneSteps.wait(number)) : now(lowering),
        lowering.plain(i32.store(source, i32.const(number))),
        lowering.plain(set(OUT, i32.add(get(OUT), i32.const(8 * packing.words)))),
      ]),
    );
  }

  /** A function of statements that need some terms: if these are very many, others compute a part of them before. */
  #inStages(roots: readonly Value[], statements: Statements): FunctionBuilder {
    const stages = stagesOf(roots, this.#map.stored);
    if (stages.length === 0) return routineOf(this.#module, this.#context, statements);
    const stored = new Map<Term, number>();
    const functions: FunctionBuilder[] = [];
    for (const stage of stages) {
      functions.push(routineOf(this.#module, this.#context, storing(stage), stored));
      for (const [term, address] of stage) stored.set(term, address);
    }
    functions.push(routineOf(this.#module, this.#context, statements, stored));
    return routineOf(this.#module, this.#context, (lowering) =>
      lowering.sequence(functions.map((made) => lowering.plain(calling(made)))),
    );
  }
}

/** Code as a statement of any function. */
export function statement(code: Code): Statements {
  return (lowering) => lowering.plain(code);
}

/** Whether a condition is a conjunction that has all conjuncts of another. */
function implies(condition: Bool, other: Bool): boolean {
  if (condition === false || other === true) return true;
  if (typeof condition === "boolean" || typeof other === "boolean") return false;
  const parts = new Set(conjuncts(condition));
  return conjuncts(other).every((part) => parts.has(part));
}
