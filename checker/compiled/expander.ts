import type { Reading } from "../reading/reading.ts";
import { Decisions, type Decision } from "./decisions.ts";
import { EntryCode, statement } from "./entries.ts";
import type { Context } from "./lowering.ts";
import { expanderMap, OUTPUT_BYTES, SPARE_PAIRS, type ExpanderMap } from "./memory.ts";
import { Notes } from "./notes.ts";
import { divided, LaneBatch } from "./lanes/lane-batch.ts";
import { LANES, PLANE_BYTES } from "./lanes/lane-map.ts";
import { Lanes } from "./lanes/lanes.ts";
import { isForLanes, LaneSteps, MIN_LANE_CONDITIONS } from "./lanes/lane-steps.ts";
import { Odds } from "./odds.ts";
import type { Packing } from "../schema/packing.ts";
import type { ProgramEntry } from "./entry.ts";
import { calling, routineOf } from "./routine.ts";
import { Tables } from "./tables.ts";
import { takenOf } from "./taken.ts";
import { block, br, brIf, call, fill, get, I32, i32, loop, ModuleBuilder, set, when, type Code, type FunctionBuilder } from "../wasm/assembler.ts"; // prettier-ignore
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
 * Compiles what was read of a model. The guards and the state properties are computed for 64 states at once, or by a tree
 * of tests; each instance has a function for its successor and for the properties of steps.
 *
 * @param entries actions first, in the order of the instances
 * @param minLaneConditions conditions of a step, or of all guards and properties, from which on they are computed in lanes
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
  // A step in lanes has a plane of results, a batch one for each condition.
  const lanes = new Lanes(module, context, Math.max(1, LANES * Math.ceil((2 * actions) / LANES) + 2 * properties));
  const laneSteps = new LaneSteps(lanes, map, notes, inLanes);
  const code = new EntryCode(reading, entries, module, context, map, notes, taken, laneSteps);
  const { steps, judged, otherSteps, otherJudged } = divided(code.steps(), code.judged(), minLaneConditions);
  const batch = steps.length + judged.length === 0 ? undefined : new LaneBatch(lanes, notes, steps, judged);
  const decisions = new Decisions((statements) => {
    const made = routineOf(module, context, statements);
    return (lowering) => lowering.plain(calling(made));
  }, odds);
  const routine = (given: readonly Decision[]): FunctionBuilder[] =>
    given.length === 0 ? [] : [routineOf(module, context, decisions.statements(given))];
  const routines = [
    ...routine(otherSteps.map(({ condition, code: then }) => ({ condition, then: statement(then) }))),
    ...routine(code.judgements(otherJudged)),
    ...code.excuses(),
  ];
  const planes = tables.end;
  const parts = { routines, batch, planes, afterwards: laneSteps.taking(planes) };
  module.export("expand", expanding(module, packing, map, properties, parts));
  return {
    module: new wasm.Module(module.bytes()),
    map,
    // A table is read up to eight bytes from any of its places.
    bytes: planes + lanes.bytes + 8,
    stride: 8 * packing.words,
    entries: entries.length,
    properties: actions,
  };
}

/** Code of the function that goes through a batch. */
interface Parts {
  /** Functions of a state, in their order. */
  readonly routines: readonly FunctionBuilder[];
  /** Conditions that are computed for 64 states at once. */
  readonly batch: LaneBatch | undefined;
  /** Address of the planes. */
  readonly planes: number;
  /** Code for when all states have been expanded. */
  readonly afterwards: Code;
}

/** The function that goes through a batch. */
function expanding(
  module: ModuleBuilder,
  packing: Packing,
  map: ExpanderMap,
  properties: number,
  { routines, batch, planes, afterwards }: Parts,
): FunctionBuilder {
  const made = module.function(2, [I32]);
  const [index, end] = [0, 1];
  const [at, out] = [made.local(I32), made.local(I32)];
  /** Of the block of up to 64 states: the address of the first, the number of the one behind it, and the current lane. */
  const [first, last, lane] = [made.local(I32), made.local(I32), made.local(I32)];
  const base = i32.const(planes);
  const size = i32.const(packing.bytes);
  const isFull = (top: number, from: number): Code =>
    brIf(1, i32.gt(i32.load(i32.const(top)), i32.const(from + 8 * SPARE_PAIRS)));
  const state: Code = [
    i32.store8(i32.const(map.current), i32.const(0)),
    batch?.decide(out, get(at), planes, get(lane)) ?? [],
    routines.map((routine) => set(out, call(routine.index, get(at), get(out)))),
    i32.store8(i32.add(i32.const(map.live), get(index)), i32.load8(i32.const(map.current))),
    i32.store(element(i32.const(map.ends), get(index), 4), get(out)),
    set(at, i32.add(get(at), size)),
    set(index, i32.add(get(index), i32.const(1))),
    set(lane, i32.add(get(lane), i32.const(PLANE_BYTES))),
  ];
  made.body = [
    i32.store(i32.const(map.notedEnd), i32.const(map.noted)),
    i32.store(i32.const(map.askedEnd), i32.const(map.asked)),
    set(out, i32.const(map.output)),
    fill(i32.const(map.last), i32.const(0), i32.const(4 * properties)),
    set(at, i32.add(i32.const(map.input), i32.mul(get(index), size))),
    block(
      loop(
        brIf(1, i32.ge(get(index), get(end))),
        set(first, get(at)),
        set(last, i32.add(get(index), i32.const(LANES))),
        when(i32.gt(get(last), get(end)), set(last, get(end))),
        set(lane, i32.const(0)),
        batch?.look(base, get(at), i32.add(get(at), i32.mul(i32.sub(get(last), get(index)), size))) ?? [],
        block(
          loop(
            brIf(1, i32.ge(get(index), get(last))),
            brIf(1, i32.gt(get(out), i32.const(map.output + OUTPUT_BYTES))),
            isFull(map.notedEnd, map.noted),
            isFull(map.askedEnd, map.asked),
            state,
            br(0),
          ),
        ),
        // Of a block that has been left, the states that were not expanded are looked at again.
        batch?.judge(base, get(first), get(at)) ?? [],
        brIf(0, i32.eq(get(index), get(last))),
      ),
    ),
    afterwards,
    i32.store(i32.const(map.outputEnd), get(out)),
    get(index),
  ];
  return made;
}
