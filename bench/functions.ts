/**
 * `npm run bench:functions -- [--seconds N]`: the parts of the fast engine one by one, on states of the migration model
 * at 2,3,2. Prints Markdown: calls a second with their relative margin of error, and what that means for one item.
 */
import Benchmark from "benchmark";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Program } from "../checker/compiled/program.ts";
import { messageOf } from "../checker/errors.ts";
import { createReading } from "../checker/reading/index.ts";
import { isSafety, type Model, type SafetyProperty } from "../checker/language/index.ts";
import { semanticsOf } from "../checker/semantics/semantics.ts";
import { CompiledSearch } from "../checker/search/compiled-search.ts";
import { Expansion } from "../checker/search/expansion/expansion.ts";
import { GrowingSet } from "../checker/visited/growing-set.ts";
import { loadModelFile } from "../cli/arguments/model-file.ts";
import { tableOf } from "./table.ts";

/** A function to be timed. */
export interface Timed {
  readonly name: string;
  /** Amount of work in one call: `512 states`. */
  readonly items: number;
  readonly unit: string;
  call(): void;
}

const SIZE = { cpus: 2, vectors: 3, devices: 2 };
/** States of a search that long are the input. */
const STATES = 40_000;
/** Without a factor in common with the number of states. */
const STRIDE = 7919;
/** States that are inserted at once, and bounds that are far away. */
const WINDOW = 8192;
const LIMITS = { states: Infinity, bytes: 2 ** 28 };

/** Every timed function, ready to be called. */
export async function timedFunctions(): Promise<Timed[]> {
  // Loaded as the command line does it, so that the example and this program have the same copy of the checker.
  const family = await loadModelFile(fileURLToPath(new URL("../examples/migration.ts", import.meta.url)));
  const model: Model<unknown> = family.instantiate(SIZE);
  const properties = new Map(
    [...model.properties].flatMap(([id, property]): [string, SafetyProperty<unknown>][] =>
      isSafety(property) ? [[id, property]] : [],
    ),
  );
  const { layout } = model;
  const search = new CompiledSearch(model, properties, { maxStates: STATES });
  await search.run();
  const found = [...search.states()];
  // They come in the order of their hashes, in which no search finds them.
  const states = found.map((_, index) => found[(index * STRIDE) % found.length] as Uint32Array);
  const semantics = semanticsOf(model);
  const values = states.map((words) => semantics.unpack(words, 0));
  let turn = 0;
  /** Another state at each call, so that nothing is predicted. */
  const next = <T>(items: readonly T[]): T => items[(turn = (turn + STRIDE) % items.length)] as T;

  const target = new Uint32Array(layout.words);
  const layoutFunctions: Timed[] = [
    { name: "layout: encode", items: 1, unit: "state", call: () => layout.encode(next(values), target, 0) },
    { name: "layout: decode", items: 1, unit: "state", call: () => void layout.decode(next(states), 0) },
  ];

  const allocate = model.instances.find(({ action }) => action === "allocate")!;
  const reading: Timed[] = [
    {
      name: `reading: ${allocate.text}`,
      items: 1,
      unit: "action",
      call: () => void createReading(model).action(allocate),
    },
    {
      name: "reading: the whole model",
      items: model.instances.length + properties.size,
      unit: "function",
      call: () => void new Program(model, properties),
    },
  ];

  const program = new Program(model, properties);
  const { packing } = program;
  const wide = new Uint32Array(2 * packing.words);
  const packed = states.map((words) => {
    program.fromLayout(words, wide, 0);
    return new Uint8Array(wide.slice().buffer);
  });
  const expansion = new Expansion(program.expander());
  for (let state = 0; state < expansion.batch; state++) {
    expansion.bytes.set(next(packed).subarray(0, packing.bytes), expansion.input + state * packing.bytes);
  }
  const steps: Timed[] = [
    {
      name: "reference: all steps of a state",
      items: 1,
      unit: "state",
      call() {
        const state = next(values);
        for (const instance of model.instances) {
          if (semantics.enabled(instance, state)) semantics.apply(instance, state, target, 0);
        }
      },
    },
    {
      name: "compiled: code from the terms",
      items: 1,
      unit: "program",
      call: () => void new Expansion(program.expander()),
    },
    {
      name: "compiled: all steps of a batch",
      items: expansion.batch,
      unit: "state",
      call() {
        for (let from = 0; from < expansion.batch;) from = expansion.expand(from, expansion.batch);
      },
    },
  ];

  const window = Math.min(WINDOW, packed.length);
  const input = new Uint8Array(window * wide.byteLength);
  for (let state = 0; state < window; state++) input.set(packed[state] as Uint8Array, state * wide.byteLength);
  const nothing = (): void => {};
  const put = (set: GrowingSet): void => {
    set.insert(input, nothing);
    set.flush(nothing);
  };
  const filled = new GrowingSet(packing, LIMITS);
  put(filled);
  const table: Timed[] = [
    {
      name: "table: insert what is there",
      items: window,
      unit: "state",
      call: () => put(filled),
    },
    {
      name: "table: a new one, and insert what is new",
      items: window,
      unit: "state",
      call: () => put(new GrowingSet(packing, LIMITS)),
    },
  ];
  return [...layoutFunctions, ...reading, ...steps, ...table];
}

function measured(functions: readonly Timed[], seconds: number): string[] {
  const rows = functions.map(({ name, items, unit, call }) => {
    const result = new Benchmark(name, call, { maxTime: seconds }).run() as Benchmark;
    if (result.error !== undefined) throw new Error(`${name}: ${messageOf(result.error)}`);
    process.stderr.write(`${String(result)}\n`);
    const perItem = 1e9 / (result.hz * items);
    return [
      name,
      result.hz.toLocaleString("en-GB", { maximumFractionDigits: result.hz < 100 ? 2 : 0 }),
      `±${result.stats.rme.toFixed(1)} %`,
      `${time(perItem)} for each ${unit}`,
    ];
  });
  return tableOf(["function", "calls/s", "margin", "time"], rows);
}

/** Nanoseconds with the unit that suits them. */
function time(nanoseconds: number): string {
  const [size, unit] =
    nanoseconds < 1e3 ? [1, "ns"] : nanoseconds < 1e6 ? [1e3, "µs"] : ([1e6, "ms"] as [number, string]);
  return `${(nanoseconds / size).toPrecision(3)} ${unit}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { values } = parseArgs({ options: { seconds: { type: "string", default: "2" } } });
    const seconds = Number(values.seconds);
    if (!(seconds > 0 && seconds <= 600))
      throw new Error(`--seconds is ${values.seconds}: it must be above 0, at most 600`);
    console.log(measured(await timedFunctions(), seconds).join("\n"));
  } catch (error) {
    console.error(`bench:functions: ${messageOf(error)}`);
    process.exitCode = 2;
  }
}
