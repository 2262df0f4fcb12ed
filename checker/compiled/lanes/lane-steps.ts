import type { Packing, Field } from "../../schema/packing.ts";
import { Circuit } from "../../system/circuit.ts";
import { FALSE, type Signal } from "../../system/gates.ts";
import { Term, type Bool, type Value } from "../../terms/index.ts";
import { block, br, brIf, call, get, I32, i32, I64, i64, loop, RETURN, set, when, type Code, type FunctionBuilder, type ModuleBuilder } from "../../wasm/assembler.ts"; // prettier-ignore
import { cellTerm, type Context } from "../lowering.ts";
import type { ExpanderMap } from "../memory.ts";
import type { Notes } from "../notes.ts";
import { AT, OUT } from "../routine.ts";
import { termsAfter, type Taken } from "../taken.ts";
import { conditionsUnder, hasFewValues, LaneCells, wordsUnder } from "./lane-cells.ts";
import { BASE, LaneCode, type Target } from "./lane-code.ts";
import { LANES, laneMap, PLANE_BYTES, planesOf, type LaneMap } from "./lane-map.ts";
import { Transposition, WAITING_BYTES } from "./transposition.ts";

/** Conditions of a step from which on it is taken for many states at once: transposing them has its price, too. */
export const MIN_LANE_CONDITIONS = 100;

/**
 * Whether the steps of an instance are taken in lanes. Most conditions of a large step do not matter in a single state,
 * but which do is different in each, so that branches are not predicted; one operation for 64 states needs no branch.
 */
export function isForLanes(taken: Taken, cells: readonly Value[], minConditions: number): boolean {
  const after = termsAfter(taken);
  if (conditionsUnder(after) < minConditions) return false;
  const changed = [...taken.next.keys()].map((cell) => cells[cell]);
  return hasFewValues(after) && changed.every((cell) => !(cell instanceof Term) || cellTerm(cell).domain !== undefined);
}

/**
 * Steps that are taken for 64 states at once. In a state where such an instance is enabled, room for the successor is
 * reserved, and the step waits; when all states of a batch have been looked at, the steps that wait are taken.
 */
export class LaneSteps {
  readonly #module: ModuleBuilder;
  readonly #packing: Packing;
  readonly #map: ExpanderMap;
  readonly #notes: Notes;
  readonly #lanes: LaneMap;
  readonly #circuit: Circuit;
  readonly #cells: LaneCells;
  readonly #transposition: Transposition;
  /** The instances, by their entries: each has a list. */
  readonly #lists = new Map<number, number>();
  readonly #finishing: FunctionBuilder[] = [];
  #end: number;

  /** @param taken of the instances whose steps are taken in lanes */
  constructor(
    module: ModuleBuilder,
    context: Context,
    map: ExpanderMap,
    notes: Notes,
    taken: ReadonlyMap<number, Taken>,
  ) {
    const { packing, terms, cells } = context;
    this.#module = module;
    this.#packing = packing;
    this.#map = map;
    this.#notes = notes;
    this.#lanes = laneMap(packing, 1);
    this.#end = this.#lanes.kept;
    this.#circuit = new Circuit(packing.words * LANES, 0);
    this.#cells = new LaneCells(this.#circuit, terms, packing, cells);
    this.#transposition = new Transposition(module, packing, this.#lanes);
    for (const [number, each] of taken) {
      this.#lists.set(number, this.#lists.size);
      this.#finishing.push(this.#finish(number, each));
    }
  }

  /** Bytes of memory for the planes. */
  get bytes(): number {
    return this.#end;
  }

  has(entry: number): boolean {
    return this.#lists.has(entry);
  }

  /** Puts the step of an instance in the current state on its list. */
  wait(entry: number): Code {
    const list = this.#lists.get(entry) as number;
    const count = i32.const(this.#map.waitingCounts + 4 * list);
    const at = i32.add(
      i32.const(this.#map.waiting + list * this.#map.waitingBytes),
      i32.mul(i32.load(count), i32.const(WAITING_BYTES)),
    );
    return [
      i32.store(at, get(AT)),
      i32.store(at, get(OUT), 4),
      i32.store(count, i32.add(i32.load(count), i32.const(1))),
    ];
  }

  /** Takes the steps that wait. @param base address of the planes */
  taking(base: number): Code {
    return this.#finishing.map((made) => call(made.index, i32.const(base)));
  }

  /** The function that takes the steps of a list, and empties it. */
  #finish(number: number, taken: Taken): FunctionBuilder {
    const made = this.#module.function(1);
    const [from, end, next] = [made.local(I32), made.local(I32), made.local(I32)];
    const list = this.#lists.get(number) as number;
    const count = i32.const(this.#map.waitingCounts + 4 * list);
    const code = new LaneCode(this.#module, this.#circuit, this.#lanes);
    const changed = this.#changed(taken);
    const words = Array.from({ length: this.#packing.words }, (_, word) => word);
    const gathered = new Set([...wordsUnder(termsAfter(taken), this.#packing), ...changed.keys()]);
    const through = (routine: FunctionBuilder): Code => call(routine.index, get(BASE), get(from), get(next));
    const steps: Code = [
      [...gathered].map((word) => through(this.#transposition.gather(word))),
      code.computing([...changed.values()].flat(), true),
      words.map((word) =>
        through(changed.has(word) ? this.#transposition.spread(word) : this.#transposition.copy(word)),
      ),
      taken.judgements.map((judgement) =>
        when(this.#notes.isActive(judgement.entry), [
          this.#judging(made, code, judgement.violated, [from, next], (state) =>
            this.#notes.note(judgement.entry, state),
          ),
          this.#judging(made, code, judgement.fault, [from, next], (state) =>
            this.#notes.askProperty(judgement.entry, state),
          ),
        ]),
      ),
    ];
    made.body = [
      when(i32.eqz(i32.load(count)), [RETURN]),
      set(from, i32.const(this.#map.waiting + list * this.#map.waitingBytes)),
      set(end, i32.add(get(from), i32.mul(i32.load(count), i32.const(WAITING_BYTES)))),
      i32.store(count, i32.const(0)),
      loop(
        set(next, i32.add(get(from), i32.const(LANES * WAITING_BYTES))),
        when(i32.gt(get(next), get(end)), set(next, get(end))),
        steps,
        set(from, get(next)),
        brIf(0, i32.lt(get(from), get(end))),
      ),
    ];
    this.#end = Math.max(this.#end, code.end);
    return made;
  }

  /** All planes of the words of a state that a step changes. */
  #changed({ next }: Taken): Map<number, Target[]> {
    const { fields } = this.#packing;
    const signals = new Map<number, Signal[]>();
    for (const [cell, value] of next) {
      const { word, shift, width } = fields[cell] as Field;
      if (width === 0) continue;
      let planes = signals.get(word);
      if (planes === undefined) {
        planes = Array.from({ length: LANES }, (_, bit) => this.#circuit.input(LANES * word + bit));
        signals.set(word, planes);
      }
      const bits = this.#cells.inCell(value as Value, cell);
      for (let bit = 0; bit < width; bit++) planes[shift + bit] = bits[bit] as Signal;
    }
    const { output } = this.#lanes;
    return new Map(
      [...signals].map(([word, planes]) => [
        word,
        planes.map((signal, bit): Target => ({ at: output + planesOf(word) + bit * PLANE_BYTES, signal })),
      ]),
    );
  }

  /** Code for each of the waiting states in which a condition holds. */
  #judging(
    made: FunctionBuilder,
    code: LaneCode,
    condition: Bool,
    [from, end]: Range,
    note: (state: Code) => Code,
  ): Code {
    const signal = this.#cells.condition(condition);
    if (signal === FALSE) return [];
    const { results } = this.#lanes;
    const [lanes, at] = [made.local(I64), made.local(I32)];
    return [
      code.computing([{ at: results, signal }], false),
      set(lanes, i64.load(get(BASE), results)),
      block(
        loop(
          brIf(1, i64.eqz(get(lanes))),
          set(at, i32.add(get(from), i32.mul(i32.wrap(i64.ctz(get(lanes))), i32.const(WAITING_BYTES)))),
          brIf(1, i32.ge(get(at), get(end))),
          note(i32.load(get(at))),
          set(lanes, i64.and(get(lanes), i64.sub(get(lanes), i64.const(1)))),
          br(0),
        ),
      ),
    ];
  }
}

/** Locals with the addresses of the first waiting step and of the end. */
type Range = readonly [from: number, end: number];
