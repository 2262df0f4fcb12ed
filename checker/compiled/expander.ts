import type { Reading } from "../reading/reading.ts";
import type { Bool, Term, Value } from "../terms/index.ts";
import { conjuncts, Decisions, type Decision, type Outline, type Statements } from "./decisions.ts";
import type { Context } from "./lowering.ts";
import { Odds } from "./odds.ts";
import type { Packing } from "./packing.ts";
import type { ProgramEntry } from "./program.ts";
import { AT, calling, OUT, routineOf } from "./routine.ts";
import { MAX_STORED, stagesOf, storing as storingStage } from "./stages.ts";
import { storing } from "./successor.ts";
import { Tables } from "./tables.ts";
import {
  block,
  br,
  brIf,
  call,
  fill,
  get,
  I32,
  i32,
  loop,
  ModuleBuilder,
  RETURN,
  set,
  when,
  type Code,
  type FunctionBuilder,
} from "./wasm.ts";
import { element } from "./words.ts";
import { wasm, type WebAssemblyModule } from "./webassembly.ts";

/** States that are expanded at once. */
export const BATCH = 512;
/** Bytes of output beyond what one state may need: they should stay in a core's own cache. */
const OUTPUT_BYTES = 1 << 16;
/** Compares two numbers on the stack. */
const NOT_EQUAL = 0x47;
/** Pairs that are noted or asked beyond what one state may need. */
const SPARE_PAIRS = 1024;

/** Where things stand in the memory of an expander. */
export interface ExpanderMap {
  readonly input: number;
  /** A byte for each state of the batch: bits of deadlock properties that it satisfies. */
  readonly live: number;
  /** A byte for each property entry: whether it is looked for. */
  readonly active: number;
  /** 32 bits: the ends of what was noted and asked, and of the output. */
  readonly notedEnd: number;
  readonly askedEnd: number;
  readonly outputEnd: number;
  /** Pairs of 32 bits: number of the state in the batch, entry. */
  readonly noted: number;
  readonly asked: number;
  /** 32 bits for each state of the batch: the end of its successors. */
  readonly ends: number;
  /** Successors in whole words, state by state. */
  readonly output: number;
  /** 32 bits for each successor, at half of its distance from the first: the entry of the action. */
  readonly sources: number;
  readonly bytes: number;
}

export interface ExpanderExports {
  /** Expands states of the input, until one would not have room for its successors; returns the first that is left. */
  expand(from: number, end: number): number;
}

/** Code that makes the successors of a batch of states; it can be sent to a worker. */
export interface Expander {
  readonly module: WebAssemblyModule;
  readonly map: ExpanderMap;
  /** Bytes of one successor. */
  readonly stride: number;
  /** How many entries there are, and which is the first of a property. */
  readonly entries: number;
  readonly properties: number;
}

/**
 * Compiles what was read of a model. For each state a tree of tests finds the instances that are enabled, each of which
 * has a function for its successor and for the properties of steps; another tree finds the properties that are violated.
 *
 * @param entries actions first, in the order of the instances
 */
export function expanderOf<S>(reading: Reading<S>, packing: Packing, entries: readonly ProgramEntry<S>[]): Expander {
  return new ExpanderBuilder(reading, packing, entries).built();
}

class ExpanderBuilder<S> {
  readonly #reading: Reading<S>;
  readonly #packing: Packing;
  readonly #entries: readonly ProgramEntry<S>[];
  readonly #module = new ModuleBuilder();
  readonly #context: Context;
  readonly #decisions: Decisions;
  readonly #map: Omit<ExpanderMap, "bytes">;
  readonly #properties: number;
  readonly #actions: number;
  readonly #stride: number;
  /** A byte that collects the live bits of the current state. */
  readonly #current: number;
  /** 32 bits for each state property: the address after the last state that it was noted for. */
  readonly #last: number;
  /** Where functions store conditions for one another. */
  readonly #stored: number;
  readonly #note: FunctionBuilder;
  readonly #ask: FunctionBuilder;
  readonly #askProperty: FunctionBuilder;
  readonly #noteState: FunctionBuilder;

  constructor(reading: Reading<S>, packing: Packing, entries: readonly ProgramEntry<S>[]) {
    this.#reading = reading;
    this.#packing = packing;
    this.#entries = entries;
    this.#actions = entries.filter(({ kind }) => kind === "action").length;
    this.#properties = this.#actions;
    this.#stride = packing.words * 8;
    let top = 64;
    const reserve = (bytes: number): number => {
      const at = top;
      top = Math.ceil((top + bytes) / 16) * 16;
      return at;
    };
    this.#current = reserve(8);
    const active = reserve(entries.length - this.#properties);
    this.#last = reserve(4 * (entries.length - this.#properties));
    const live = reserve(BATCH);
    const ends = reserve(4 * BATCH);
    const input = reserve(BATCH * packing.bytes + 8);
    const noted = reserve(this.#pairs() * 8);
    const asked = reserve(this.#pairs() * 8);
    const outputBytes = OUTPUT_BYTES + (this.#actions + 1) * this.#stride;
    const output = reserve(outputBytes);
    const sources = reserve(outputBytes / 2);
    this.#stored = reserve(MAX_STORED);
    const ofResults = { ends, noted, asked, output, sources };
    this.#map = { input, live, active, notedEnd: 8, askedEnd: 12, outputEnd: 16, ...ofResults };
    this.#context = {
      terms: reading.terms,
      packing,
      cells: reading.cells,
      tables: new Tables(this.#module, top),
      odds: new Odds(),
      tests: new Map(),
    };
    const outline: Outline = (statements) => {
      const made = routineOf(this.#module, this.#context, statements);
      return (lowering) => lowering.nodes.leaf(undefined, 4, calling(made));
    };
    this.#decisions = new Decisions(outline, this.#context.odds);
    this.#note = this.#noting(this.#map.notedEnd, true);
    this.#ask = this.#noting(this.#map.askedEnd, false);
    this.#askProperty = this.#noting(this.#map.askedEnd, true);
    this.#noteState = this.#notingOnce();
  }

  built(): Expander {
    const enabled = this.#routine(this.#decisions.statements(this.#steps()));
    const judged = this.#routine(this.#decisions.statements(this.#judgements()));
    const excused = this.#excuses();
    const { output } = this.#map;
    const made = this.#module.function(2, [I32]);
    const [index, end] = [0, 1];
    const [at, out] = [made.local(I32), made.local(I32)];
    const map = this.#map;
    const isFull = (top: number, from: number): Code =>
      brIf(1, i32.gt(i32.load(i32.const(top)), i32.const(from + 8 * SPARE_PAIRS)));
    const each = (routine: FunctionBuilder | undefined): Code =>
      routine === undefined ? [] : set(out, call(routine.index, get(at), get(out)));
    made.body = [
      i32.store(i32.const(map.notedEnd), i32.const(map.noted)),
      i32.store(i32.const(map.askedEnd), i32.const(map.asked)),
      set(out, i32.const(output)),
      fill(i32.const(this.#last), i32.const(0), i32.const(4 * (this.#entries.length - this.#properties))),
      set(at, i32.add(i32.const(map.input), i32.mul(get(index), i32.const(this.#packing.bytes)))),
      block(
        loop(
          brIf(1, i32.ge(get(index), get(end))),
          brIf(1, i32.gt(get(out), i32.const(output + OUTPUT_BYTES))),
          isFull(map.notedEnd, map.noted),
          isFull(map.askedEnd, map.asked),
          i32.store8(i32.const(this.#current), i32.const(0)),
          each(enabled),
          each(judged),
          each(excused),
          i32.store8(i32.add(i32.const(map.live), get(index)), i32.load8(i32.const(this.#current))),
          i32.store(element(i32.const(map.ends), get(index), 4), get(out)),
          set(at, i32.add(get(at), i32.const(this.#packing.bytes))),
          set(index, i32.add(get(index), i32.const(1))),
          br(0),
        ),
      ),
      i32.store(i32.const(map.outputEnd), get(out)),
      get(index),
    ];
    this.#module.export("expand", made);
    return {
      module: new wasm.Module(this.#module.bytes()),
      map: { ...map, bytes: this.#context.tables.end + 8 },
      stride: this.#stride,
      entries: this.#entries.length,
      properties: this.#properties,
    };
  }

  /** Pairs that one state may need, and some. */
  #pairs(): number {
    return SPARE_PAIRS + this.#entries.length + 1;
  }

  #routine(statements: Statements): FunctionBuilder {
    return routineOf(this.#module, this.#context, statements);
  }

  /** A function of a state's address and an entry that appends the pair to a list. */
  #noting(end: number, isProperty: boolean): FunctionBuilder {
    const made = this.#module.function(2);
    const [at, entry] = [0, 1];
    const to = made.local(I32);
    const { input, active } = this.#map;
    const state = i32.divide(i32.sub(get(at), i32.const(input)), i32.const(this.#packing.bytes));
    made.body = [
      isProperty ? when(i32.eqz(i32.load8(i32.add(get(entry), i32.const(active - this.#properties)))), [RETURN]) : [],
      set(to, i32.load(i32.const(end))),
      i32.store(get(to), state),
      i32.store(get(to), get(entry), 4),
      i32.store(i32.const(end), i32.add(get(to), i32.const(8))),
    ];
    return made;
  }

  /** The same for a state property, which may have several reasons to be noted for one state. */
  #notingOnce(): FunctionBuilder {
    const made = this.#module.function(2);
    const [at, entry] = [0, 1];
    const last = i32.add(i32.shl(get(entry), i32.const(2)), i32.const(this.#last - 4 * this.#properties));
    made.body = [
      when(i32.eq(i32.load(last), get(at)), [RETURN]),
      i32.store(last, get(at)),
      call(this.#note.index, get(at), get(entry)),
    ];
    return made;
  }

  #calling(made: FunctionBuilder, entry: number): Code {
    return call(made.index, get(AT), i32.const(entry));
  }

  /** The decisions that take steps. */
  #steps(): Decision[] {
    const { terms } = this.#reading;
    const decisions: Decision[] = [];
    const judged = this.#stepProperties();
    for (const [number, entry] of this.#entries.entries()) {
      if (entry.kind !== "action") continue;
      const { guard, fault } = entry.read;
      const ask = statement(this.#calling(this.#ask, number));
      if (fault === true) {
        decisions.push({ condition: true, then: ask });
        continue;
      }
      // Where the recipe alone is at fault, the guard holds.
      if (!implies(fault, guard)) decisions.push({ condition: terms.and(fault, terms.not(guard)), then: ask });
      if (guard === false) continue;
      const made = this.#successor(number, entry, judged.get(number) ?? []);
      const mark = entry.live === 0 ? [] : this.#mark(entry.live);
      const then: Code =
        fault === false ? [calling(made), mark] : [get(OUT), calling(made), when([get(OUT), NOT_EQUAL], mark)];
      decisions.push({ condition: guard, then: statement(then) });
    }
    return decisions;
  }

  #mark(bits: number): Code {
    const at = i32.const(this.#current);
    return i32.store8(at, i32.or(i32.load8(at), i32.const(bits)));
  }

  /** The entries of step properties, by the entry of their instance. */
  #stepProperties(): Map<number, (readonly [number, ProgramEntry<S> & { readonly kind: "step" }])[]> {
    const result = new Map<number, (readonly [number, ProgramEntry<S> & { readonly kind: "step" }])[]>();
    for (const [number, entry] of this.#entries.entries()) {
      if (entry.kind !== "step") continue;
      const { index } = entry.instance;
      const known = result.get(index);
      if (known === undefined) result.set(index, [[number, entry]]);
      else known.push([number, entry]);
    }
    return result;
  }

  /** The function that makes the successor by an instance in a state where its guard holds. */
  #successor(
    number: number,
    { read }: ProgramEntry<S> & { readonly kind: "action" },
    judged: readonly (readonly [number, ProgramEntry<S> & { readonly kind: "step" }])[],
  ): FunctionBuilder {
    const { terms } = this.#reading;
    const fault = beyond(read.fault, read.guard, this.#reading);
    const judgements = judged.map(([entry, { read: property }]) => ({
      entry,
      violated: terms.and(terms.not(property.holds), terms.not(property.fault)),
      fault: property.fault,
    }));
    const store = storing(this.#packing, this.#reading.cells, read.next);
    const roots = [fault, ...read.next.values(), ...judgements.flatMap((each) => [each.violated, each.fault])];
    return this.#inStages(roots, (lowering) => {
      const ask = [this.#calling(this.#ask, number), get(OUT), [RETURN]];
      const source = i32.add(i32.shr(get(OUT), i32.const(1)), i32.const(this.#map.sources - this.#map.output / 2));
      return lowering.sequence([
        lowering.when(fault, lowering.plain(ask)),
        store(lowering),
        lowering.plain(i32.store(source, i32.const(number))),
        ...judgements.map(({ entry, ...property }) =>
          lowering.whenCode(
            i32.load8(i32.const(this.#map.active + entry - this.#properties)),
            lowering.sequence([
              lowering.when(property.violated, lowering.plain(this.#calling(this.#note, entry))),
              lowering.when(property.fault, lowering.plain(this.#calling(this.#askProperty, entry))),
            ]),
          ),
        ),
        lowering.plain(set(OUT, i32.add(get(OUT), i32.const(this.#stride)))),
      ]);
    });
  }

  /** A function of statements that need some terms: if these are very many, others compute a part of them before. */
  #inStages(roots: readonly Value[], statements: Statements): FunctionBuilder {
    const stages = stagesOf(roots, this.#stored);
    if (stages.length === 0) return this.#routine(statements);
    const stored = new Map<Term, number>();
    const functions: FunctionBuilder[] = [];
    for (const stage of stages) {
      functions.push(routineOf(this.#module, this.#context, storingStage(stage), stored));
      for (const [term, address] of stage) stored.set(term, address);
    }
    functions.push(routineOf(this.#module, this.#context, statements, stored));
    return this.#routine((lowering) => lowering.sequence(functions.map((made) => lowering.plain(calling(made)))));
  }

  /** The decisions that judge a state. */
  #judgements(): Decision[] {
    const { terms } = this.#reading;
    const decisions: Decision[] = [];
    for (const [number, entry] of this.#entries.entries()) {
      if (entry.kind !== "state") continue;
      const { holds, fault } = entry.read;
      const sought = entry.property.kind === "sometimes" ? holds : terms.not(holds);
      const hit = terms.and(sought, terms.not(fault));
      const note = statement(this.#calling(this.#noteState, number));
      const reasons = typeof hit === "boolean" || hit.operator !== "or" ? [hit] : (hit.operands as readonly Bool[]);
      for (const condition of reasons) decisions.push({ condition, then: note });
      decisions.push({ condition: fault, then: statement(this.#calling(this.#askProperty, number)) });
    }
    return decisions;
  }

  /** Excuses of states in which nothing happens. */
  #excuses(): FunctionBuilder | undefined {
    const excuses = [...this.#entries.entries()].filter(([, { kind }]) => kind === "excuse");
    if (excuses.length === 0) return undefined;
    return this.#routine((lowering) => {
      const statements = excuses.map(([number, entry]) => {
        const { read, live } = entry as ProgramEntry<S> & { readonly kind: "excuse" };
        const missing = i32.eqz(i32.and(i32.load8(i32.const(this.#current)), i32.const(live)));
        const { terms } = this.#reading;
        const judgement = lowering.sequence([
          lowering.when(terms.and(read.holds, terms.not(read.fault)), lowering.plain(this.#mark(live))),
          lowering.when(read.fault, lowering.plain(this.#calling(this.#ask, number))),
        ]);
        return lowering.whenCode(missing, judgement);
      });
      return lowering.sequence(statements);
    });
  }
}

function statement(code: Code): Statements {
  return (lowering) => lowering.plain(code);
}

/** Whether a condition is a conjunction that has all conjuncts of another. */
function implies(condition: Bool, other: Bool): boolean {
  if (condition === false || other === true) return true;
  if (typeof condition === "boolean" || typeof other === "boolean") return false;
  const parts = new Set(conjuncts(condition));
  return conjuncts(other).every((part) => parts.has(part));
}

/** A condition where another holds: without what the other says. */
function beyond<S>(condition: Bool, known: Bool, { terms }: Reading<S>): Bool {
  if (typeof condition === "boolean" || typeof known === "boolean") return condition;
  const parts = new Set(conjuncts(known));
  return terms.and(...conjuncts(condition).filter((part) => !parts.has(part)));
}
