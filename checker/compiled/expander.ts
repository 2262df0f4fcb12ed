import type { Reading } from "../reading/reading.ts";
import { Decisions } from "./decisions.ts";
import { EntryCode } from "./entries.ts";
import type { Context } from "./lowering.ts";
import { expanderMap, OUTPUT_BYTES, SPARE_PAIRS, type ExpanderMap } from "./memory.ts";
import { Notes } from "./notes.ts";
import { isForLanes, LaneSteps, MIN_LANE_CONDITIONS } from "./lanes/lane-steps.ts";
import { Odds } from "./odds.ts";
import type { Packing } from "../schema/packing.ts";
import type { ProgramEntry } from "./entry.ts";
import { calling, routineOf } from "./routine.ts";
import { Tables } from "./tables.ts";
import { takenOf } from "./taken.ts";
import { block, br, brIf, call, fill, get, I32, i32, loop, ModuleBuilder, set, type Code, type FunctionBuilder } from "../wasm/assembler.ts"; // prettier-ignore
import { wasm, type WebAssemblyModule } from "../wasm/runtime.ts";
import { element } from "../visited/words.ts";

export interface ExpanderExports {
  /** Expands states of the input, until one would not have room for its successors; returns the first that is left. */
  expand(from: number, end: number): number;
}

/** Code that makes the successors of a batch of states; it can be sent to a worker. */
export interface Expander {
  readonly module: WebAssemblyModule;
  readonly map: ExpanderMap;
  /** Bytes of its memory. */
  readonly bytes: number;
  /** Bytes of one successor. */
  readonly stride: number;
  /** Number of entries, and the first entry of a property. */
  readonly entries: number;
  readonly properties: number;
}

/**
 * Compiles what was read of a model. For each state a tree of tests finds the instances that are enabled, each of which
 * has a function for its successor and for the properties of steps; another tree finds the properties that are violated.
 *
 * @param entries actions first, in the order of the instances
 * @param minLaneConditions conditions of a step from which on it is taken in lanes
 */
export function expanderOf<S>(
  reading: Reading<S>,
  packing: Packing,
  entries: readonly ProgramEntry<S>[],
  minLaneConditions = MIN_LANE_CONDITIONS,
): Expander {
  const actions = entries.filter(({ kind }) => kind === "action").length;
  const properties = entries.length - actions;
  const module = new ModuleBuilder();
  const odds = new Odds();
  const { terms, cells } = reading;
  const taken = takenOf(reading, entries);
  const inLanes = new Map([...taken].filter(([, each]) => isForLanes(each, cells, minLaneConditions)));
  const judgements = [...inLanes.values()].reduce((sum, each) => sum + 2 * each.judgements.length, 0);
  const map = expanderMap(packing, actions, properties, { instances: inLanes.size, judgements });
  const tables = new Tables(module, map.tables);
  const context: Context = { terms, packing, cells, tables, odds, tests: new Map() };
  const notes = new Notes(module, packing, map, actions);
  const laneSteps = new LaneSteps(module, context, map, notes, inLanes);
  const code = new EntryCode(reading, entries, module, context, map, notes, taken, laneSteps);
  const decisions = new Decisions((statements) => {
    const made = routineOf(module, context, statements);
    return (lowering) => lowering.plain(calling(made));
  }, odds);
  const enabled = routineOf(module, context, decisions.statements(code.steps()));
  const judged = routineOf(module, context, decisions.statements(code.judgements()));
  const excused = code.excuses();
  const routines = [enabled, judged, ...(excused ? [excused] : [])];
  const planes = tables.end;
  module.export("expand", expanding(module, packing, map, properties, routines, laneSteps.taking(planes)));
  return {
    module: new wasm.Module(module.bytes()),
    map,
    // A table is read up to eight bytes from any of its places.
    bytes: planes + laneSteps.bytes + 8,
    stride: 8 * packing.words,
    entries: entries.length,
    properties: actions,
  };
}

/** The function that goes through a batch. */
function expanding(
  module: ModuleBuilder,
  packing: Packing,
  map: ExpanderMap,
  properties: number,
  routines: readonly FunctionBuilder[],
  afterwards: Code,
): FunctionBuilder {
  const made = module.function(2, [I32]);
  const [index, end] = [0, 1];
  const [at, out] = [made.local(I32), made.local(I32)];
  const isFull = (top: number, from: number): Code =>
    brIf(1, i32.gt(i32.load(i32.const(top)), i32.const(from + 8 * SPARE_PAIRS)));
  made.body = [
    i32.store(i32.const(map.notedEnd), i32.const(map.noted)),
    i32.store(i32.const(map.askedEnd), i32.const(map.asked)),
    set(out, i32.const(map.output)),
    fill(i32.const(map.last), i32.const(0), i32.const(4 * properties)),
    set(at, i32.add(i32.const(map.input), i32.mul(get(index), i32.const(packing.bytes)))),
    block(
      loop(
        brIf(1, i32.ge(get(index), get(end))),
        brIf(1, i32.gt(get(out), i32.const(map.output + OUTPUT_BYTES))),
        isFull(map.notedEnd, map.noted),
        isFull(map.askedEnd, map.asked),
        i32.store8(i32.const(map.current), i32.const(0)),
        routines.map((routine) => set(out, call(routine.index, get(at), get(out)))),
        i32.store8(i32.add(i32.const(map.live), get(index)), i32.load8(i32.const(map.current))),
        i32.store(element(i32.const(map.ends), get(index), 4), get(out)),
        set(at, i32.add(get(at), i32.const(packing.bytes))),
        set(index, i32.add(get(index), i32.const(1))),
        br(0),
      ),
    ),
    afterwards,
    i32.store(i32.const(map.outputEnd), get(out)),
    get(index),
  ];
  return made;
}
