import type { Field } from "../../schema/packing.ts";
import { FALSE, type Signal } from "../../system/gates.ts";
import { Term, type Bool, type Value } from "../../terms/index.ts";
import { brIf, call, get, I32, i32, loop, RETURN, set, when, type Code, type FunctionBuilder } from "../../wasm/assembler.ts"; // prettier-ignore
import { cellTerm } from "../lowering.ts";
import type { ExpanderMap } from "../memory.ts";
import type { Notes } from "../notes.ts";
import { AT, OUT } from "../routine.ts";
import { termsAfter, type Taken } from "../taken.ts";
import { conditionsUnder, hasFewValues, wordsUnder } from "./lane-cells.ts";
import { BASE, type LaneCode, type Target } from "./lane-code.ts";
import { LANES, PLANE_BYTES, planesOf } from "./lane-map.ts";
import type { LaneRange, Lanes } from "./lanes.ts";
import { WAITING_BYTES } from "./transposition.ts";

/** Conditions from which on they are computed for many states at once: transposing states has its price, too. */
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
  readonly #lanes: Lanes;
  readonly #map: ExpanderMap;
  readonly #notes: Notes;
  /** The instances, by their entries: each has a list. */
  readonly #lists = new Map<number, number>();
  readonly #finishing: FunctionBuilder[] = [];

  /** @param taken of the instances whose steps are taken in lanes */
  constructor(lanes: Lanes, map: ExpanderMap, notes: Notes, taken: ReadonlyMap<number, Taken>) {
    this.#lanes = lanes;
    this.#map = map;
    this.#notes = notes;
    for (const [number, each] of taken) {
      this.#lists.set(number, this.#lists.size);
      this.#finishing.push(this.#finish(number, each));
    }
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
    const { module, packing, transposition } = this.#lanes;
    const made = module.function(1);
    const [from, end, next] = [made.local(I32), made.local(I32), made.local(I32)];
    const list = this.#lists.get(number) as number;
    const count = i32.const(this.#map.waitingCounts + 4 * list);
    const code = this.#lanes.code();
    const changed = this.#changed(taken);
    const words = Array.from({ length: packing.words }, (_, word) => word);
    const gathered = new Set([...wordsUnder(termsAfter(taken), packing), ...changed.keys()]);
    const through = (routine: FunctionBuilder): Code => call(routine.index, get(BASE), get(from), get(next));
    const steps: Code = [
      [...gathered].map((word) => through(transposition.gather(word))),
      code.computing([...changed.values()].flat(), true),
      words.map((word) => through(changed.has(word) ? transposition.spread(word) : transposition.copy(word))),
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
    return made;
  }

  /** All planes of the words of a state that a step changes. */
  #changed({ next }: Taken): Map<number, Target[]> {
    const { packing, circuit, cells, map } = this.#lanes;
    const signals = new Map<number, Signal[]>();
    for (const [cell, value] of next) {
      const { word, shift, width } = packing.fields[cell] as Field;
      if (width === 0) continue;
      let planes = signals.get(word);
      if (planes === undefined) {
        planes = Array.from({ length: LANES }, (_, bit) => circuit.input(LANES * word + bit));
        signals.set(word, planes);
      }
      const bits = cells.inCell(value as Value, cell);
      for (let bit = 0; bit < width; bit++) planes[shift + bit] = bits[bit] as Signal;
    }
    return new Map(
      [...signals].map(([word, planes]) => [
        word,
        planes.map((signal, bit): Target => ({ at: map.output + planesOf(word) + bit * PLANE_BYTES, signal })),
      ]),
    );
  }

  /** Code for each of the waiting states in which a condition holds. */
  #judging(
    made: FunctionBuilder,
    code: LaneCode,
    condition: Bool,
    range: LaneRange,
    note: (state: Code) => Code,
  ): Code {
    const signal = this.#lanes.cells.condition(condition);
    if (signal === FALSE) return [];
    const { results } = this.#lanes.map;
    const noting = this.#lanes.eachLane(made, results, range, WAITING_BYTES, (step) => note(i32.load(step)));
    return [code.computing([{ at: results, signal }], false), noting];
  }
}
