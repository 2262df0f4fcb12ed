import type { ProgramEntry } from "./compiled/entry.ts";
import { Program } from "./compiled/program.ts";
import { isSafety, type Model, type SafetyProperty } from "./language/index.ts";
import type { Unread } from "./reading/index.ts";
import { inOrder, type Term, type Value } from "./terms/index.ts";

/** Terms read from one function of a model: an action with its parameters, or a property. */
export interface InspectedFunction {
  /** `device.raise(device=0)`, or the property's id; of a step property, both. */
  readonly name: string;
  readonly kind: "action" | "property";
  /** The parts of the state that decide what it does, or are copied by it, by path. */
  readonly reads: readonly string[];
  /** The parts of the state that it changes. */
  readonly writes: readonly string[];
  /** Terms of its behaviour. */
  readonly terms: number;
  /** Number of these terms that other functions have, too: all of them are one object each. */
  readonly shared: number;
  /**
   * "compiled": all of it runs as generated code. "partly": where it throws or leaves the state's type, the function itself
   * is called; reachable states need not get there. "called": it was not read, and is called in every state.
   */
  readonly path: "compiled" | "partly" | "called";
  /** Why it was not read, and where. */
  readonly unread: Unread | undefined;
}

/** Terms read from a model. */
export interface Inspection {
  readonly model: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly bitsPerState: number;
  /** Bytes of a packed state in the visited set. */
  readonly bytesPerState: number;
  /** Seconds that reading took. */
  readonly seconds: number;
  /** Distinct terms of all functions. */
  readonly terms: number;
  readonly functions: readonly InspectedFunction[];
}

/**
 * Reads a model without searching it, and reports what was read.
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
 * console.assert(tick?.path === "compiled" && tick.terms === 2);
 * console.assert(tick?.reads.join() === "hour" && tick.writes.join() === "hour");
 * ```
 */
export function inspect<S>(model: Model<S>): Inspection {
  const safety = [...model.properties].filter((entry): entry is [string, SafetyProperty<S>] => isSafety(entry[1]));
  const program = new Program(model, new Map(safety));
  const terms = program.entries.map((entry) => inOrder(rootsOf(entry)));
  const uses = new Map<Term, number>();
  for (const term of terms.flat()) uses.set(term, (uses.get(term) ?? 0) + 1);
  const paths = (cells: Iterable<number>): string[] =>
    [...cells].sort((a, b) => a - b).map((cell) => model.layout.cells[cell]?.path ?? "");
  return {
    model: model.name,
    parameters: model.parameters,
    bitsPerState: model.layout.bits,
    bytesPerState: program.packing.bytes,
    seconds: program.seconds,
    terms: uses.size,
    functions: program.entries.map((entry, index): InspectedFunction => {
      const own = terms[index] as readonly Term[];
      const { read } = entry;
      return {
        name: nameOf(entry),
        kind: entry.kind === "action" ? "action" : "property",
        reads: paths(new Set(own.flatMap(({ operator, cell }) => (operator === "cell" ? [cell] : [])))),
        writes: entry.kind === "action" ? paths(entry.read.next.keys()) : [],
        terms: own.length,
        shared: own.filter((term) => (uses.get(term) as number) > 1).length,
        path: read.unread !== undefined ? "called" : read.fault === false ? "compiled" : "partly",
        unread: read.unread,
      };
    }),
  };
}

function rootsOf<S>(entry: ProgramEntry<S>): Value[] {
  if (entry.kind !== "action") return [entry.read.holds, entry.read.fault];
  return [entry.read.guard, entry.read.fault, ...entry.read.next.values()];
}

function nameOf<S>(entry: ProgramEntry<S>): string {
  if (entry.kind === "action") return entry.instance.text;
  return entry.kind === "step" ? `${entry.id}: ${entry.instance.text}` : entry.id;
}
