import { IN_EARNEST, Program } from "./compiled/program.ts";
import { isSafety, type Model, type SafetyProperty } from "./language/index.ts";
import { visitNodes } from "./learning/diagram.ts";

/** What was learned of one function of a model: an action with its parameters, or a property. */
export interface InspectedFunction {
  /** `device.raise(device=0)`, or the property's id. */
  readonly name: string;
  readonly kind: "action" | "property";
  /** The parts of the state that decide what it does, or are copied by it, by path. */
  readonly reads: readonly string[];
  /** The parts of the state that it changes. */
  readonly writes: readonly string[];
  /** Paths of the decision trees of its guard and of itself: how often they had to be run. */
  readonly leaves: number;
  /** Nodes of its decision diagram, equal parts counted once. */
  readonly nodes: number;
  /**
   * "compiled": all of it runs as generated code. "partly": some values of the parts that it reads are left to the
   * reference semantics, because it throws there or leaves the state's type; reachable states need not get there.
   * "direct": it takes more runs to learn than it is worth; a search learns what it meets, or calls the function itself.
   */
  readonly path: "compiled" | "partly" | "direct";
}

/** What was learned of a model. */
export interface Inspection {
  readonly model: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly bitsPerState: number;
  /** Bytes of a packed state in the visited set. */
  readonly bytesPerState: number;
  /** Seconds that learning took. */
  readonly seconds: number;
  readonly functions: readonly InspectedFunction[];
}

/**
 * Learns a model without searching it, and tells what was learned.
 *
 * @throws ModelError when a guard, recipe or predicate depends on something outside the state.
 *
 * @example
 * ```ts
 * import { inspect, model, range, record } from "irqproof/checker";
 *
 * const clock = model({
 *   name: "clock",
 *   state: record({ hour: range(0, 11), minute: range(0, 59) }),
 *   initial: { hour: 0, minute: 0 },
 *   actions: { tick: { then: (draft) => { draft.hour = (draft.hour + 1) % 12; } } },
 * });
 * const [tick] = inspect(clock).functions;
 * console.assert(tick?.path === "compiled" && tick.leaves === 12);
 * console.assert(tick?.reads.join() === "hour" && tick.writes.join() === "hour");
 * ```
 */
export function inspect<S>(model: Model<S>): Inspection {
  const started = performance.now();
  const safety = [...model.properties].filter((entry): entry is [string, SafetyProperty<S>] => isSafety(entry[1]));
  const program = new Program(model, new Map(safety));
  program.learn(IN_EARNEST);
  const pathOf = (cell: number): string => model.layout.cells[cell]?.path ?? "";
  const functions = program.entries.map((entry): InspectedFunction => {
    const { learned, kind } = entry;
    const reads = new Set<number>();
    const writes = new Set<number>();
    let nodes = 0;
    let asks = false;
    visitNodes(learned.diagram(), (node) => {
      nodes++;
      if (node.kind === "branch") reads.add(node.cell);
      else if (node.outcome.kind === "ask") asks = true;
      else if (node.outcome.kind === "update") {
        for (const { cell, source } of node.outcome.writes) {
          writes.add(cell);
          if (typeof source !== "number") reads.add(source.from);
        }
      }
    });
    const paths = (cells: ReadonlySet<number>): string[] => [...cells].sort((a, b) => a - b).map(pathOf);
    return {
      name:
        kind === "action" ? entry.instance.text : kind === "step" ? `${entry.id}: ${entry.instance.text}` : entry.id,
      kind: kind === "action" ? "action" : "property",
      reads: paths(reads),
      writes: paths(writes),
      leaves: learned.paths,
      nodes,
      path: !learned.complete ? "direct" : asks ? "partly" : "compiled",
    };
  });
  return {
    model: model.name,
    parameters: model.parameters,
    bitsPerState: model.layout.bits,
    bytesPerState: program.packing.bytes,
    seconds: (performance.now() - started) / 1000,
    functions,
  };
}
