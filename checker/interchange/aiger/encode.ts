import { ModelError } from "../../errors.ts";
import type { Branch, Diagram } from "../../learning/diagram.ts";
import type { Source, Write } from "../../learning/outcome.ts";
import type { SystemProperty, TransitionSystem } from "../system.ts";
import { Circuit, FALSE, not, TRUE, type Signal } from "./circuit.ts";

/** The output that is true where a function throws, or could not be learned. */
export const UNLEARNED = "unlearned";

/** A system as a circuit: each latch is a bit of a cell, the inputs choose the instance whose step is taken. */
export interface BitSystem {
  readonly circuit: Circuit;
  /** What each latch becomes. All are false at the start. */
  readonly next: readonly Signal[];
  /** For each latch, the cell's path and its bit, or the name of what is no cell. */
  readonly latchNames: readonly string[];
  /** For each latch, the cell and its bit; undefined for what is no cell. */
  readonly latches: readonly ({ readonly cell: number; readonly bit: number } | undefined)[];
  readonly inputNames: readonly string[];
  /** Latches that hold the opposite of their bit, because it is 1 in the initial state. */
  readonly inverted: readonly boolean[];
  /** Outputs: true in a state that is sought, by the property's id. */
  readonly bad: readonly (readonly [id: string, signal: Signal])[];
  /** Whether the first step chooses an initial state, because there are several. */
  readonly chooses: boolean;
}

const SAFETY: ReadonlySet<string> = new Set(["always", "sometimes", "step", "noDeadlock"]);

/** Circuits of more gates than this do not fit. */
const MOST_GATES = 2 ** 24;

/**
 * Encodes a system. In a state where the chosen instance is not enabled nothing changes; so there are more steps than
 * in the model, but none that changes anything.
 *
 * @throws ModelError when the circuit becomes too large
 */
export function bitSystemOf<S>(system: TransitionSystem<S>): BitSystem {
  return new Encoder(system).system();
}

class Encoder<S> {
  readonly #system: TransitionSystem<S>;
  readonly #circuit: Circuit;
  readonly #choice: Signal[];
  /** The first latch of each cell. */
  readonly #first: number[] = [];
  readonly #inverted: boolean[] = [];
  readonly #names: string[] = [];
  readonly #latches: ({ readonly cell: number; readonly bit: number } | undefined)[] = [];
  readonly #chooses: boolean;
  readonly #tests = new Map<string, Signal>();
  readonly #predicates = new Map<Diagram, Signal>();
  readonly #asked: Signal[] = [];

  constructor(system: TransitionSystem<S>) {
    this.#system = system;
    const { initial, model, actions } = system;
    this.#chooses = initial.length > 1;
    for (const [cell, { path, width }] of model.layout.cells.entries()) {
      this.#first.push(this.#names.length);
      for (let bit = 0; bit < width; bit++) {
        this.#names.push(width === 1 ? path : `${path}:${bit}`);
        this.#latches.push({ cell, bit });
        this.#inverted.push(!this.#chooses && bitOf(initial[0]?.[cell] as number, bit));
      }
    }
    if (this.#chooses) {
      this.#names.push("started");
      this.#inverted.push(false);
    }
    const most = Math.max(initial.length, actions.length);
    const inputs = Math.max(1, Math.ceil(Math.log2(most)));
    this.#circuit = new Circuit(inputs, this.#names.length);
    this.#choice = Array.from({ length: inputs }, (_, input) => this.#circuit.input(input));
  }

  system(): BitSystem {
    const circuit = this.#circuit;
    const { model, properties } = this.#system;
    const chosen = this.#chosen(this.#system.actions.length);
    const writes = model.layout.cells.map((): { when: Signal; source: Source }[] => []);
    const enabled = this.#system.actions.map(({ diagram }, index) =>
      this.#action(diagram, chosen[index] as Signal, writes),
    );
    const next = model.layout.cells.flatMap((_, cell) => this.#next(cell, writes[cell] ?? []));
    const started = this.#chooses ? circuit.latch(this.#names.length - 1) : TRUE;
    if (this.#chooses) next.push(TRUE);
    const bad = properties
      .filter(({ kind }) => SAFETY.has(kind))
      .map((property) => [property.id, circuit.and(started, this.#bad(property, enabled, chosen))] as const);
    const unlearned = circuit.and(started, circuit.any(this.#asked));
    if (circuit.gates.length / 2 > MOST_GATES) {
      throw new ModelError(
        `model ${model.name} makes a circuit of more than ${MOST_GATES} gates; give it smaller sizes`,
      );
    }
    return {
      circuit,
      next,
      latchNames: this.#names,
      latches: this.#names.map((_, latch) => this.#latches[latch]),
      inputNames: this.#choice.map((_, bit) => `choice:${bit}`),
      inverted: this.#inverted,
      bad: unlearned === FALSE ? bad : [...bad, [UNLEARNED, unlearned]],
      chooses: this.#chooses,
    };
  }

  /** For each of so many numbers, whether the inputs choose it. */
  #chosen(count: number): Signal[] {
    return Array.from({ length: count }, (_, number) =>
      this.#circuit.all(this.#choice.map((input, bit) => (bitOf(number, bit) ? input : not(input)))),
    );
  }

  #bit(cell: number, bit: number): Signal {
    const latch = (this.#first[cell] as number) + bit;
    const signal = this.#circuit.latch(latch);
    return this.#inverted[latch] === true ? not(signal) : signal;
  }

  #bits(cell: number): Signal[] {
    const width = this.#system.model.layout.cells[cell]?.width ?? 0;
    return Array.from({ length: width }, (_, bit) => this.#bit(cell, bit));
  }

  /** Whether the cell has one of the values for which a table says so. */
  #test(cell: number, table: readonly (boolean | undefined)[]): Signal {
    const key = `${cell} ${table.map(Number).join("")}`;
    let signal = this.#tests.get(key);
    if (signal === undefined) this.#tests.set(key, (signal = this.#circuit.lookUp(this.#bits(cell), table)));
    return signal;
  }

  /** The children of a branch, each once, with the condition for it. */
  *#children({ cell, children }: Branch): Generator<readonly [Diagram, Signal]> {
    for (const child of new Set(children)) {
      const table = children.map((other) => other === child);
      yield [child, this.#test(cell, table)];
    }
  }

  /** Notes what an instance writes, and returns where it is enabled. */
  #action(diagram: Diagram, chosen: Signal, writes: readonly { when: Signal; source: Source }[][]): Signal {
    const circuit = this.#circuit;
    const parents = new Map<Diagram, Signal[]>([[diagram, [TRUE]]]);
    const enabled: Signal[] = [];
    for (const node of topDown(diagram)) {
      const reached = circuit.any(parents.get(node) ?? []);
      if (node.kind === "branch") {
        for (const [child, condition] of this.#children(node)) {
          const known = parents.get(child) ?? [];
          known.push(circuit.and(reached, condition));
          parents.set(child, known);
        }
      } else if (node.outcome.kind === "ask") this.#asked.push(reached);
      else if (node.outcome.kind === "update") {
        enabled.push(reached);
        const when = circuit.and(reached, chosen);
        for (const { cell, source } of node.outcome.writes as readonly Write[]) writes[cell]?.push({ when, source });
      }
    }
    return circuit.any(enabled);
  }

  /** What the bits of a cell become. */
  #next(cell: number, all: readonly { when: Signal; source: Source }[]): Signal[] {
    const circuit = this.#circuit;
    const writes = all.filter(({ when }) => when !== FALSE);
    const stays = not(circuit.any(writes.map(({ when }) => when)));
    const { initial } = this.#system;
    const starts = this.#chooses ? this.#chosen(initial.length) : [];
    // A number that stands for no initial state stands for the first.
    if (this.#chooses) starts[0] = not(circuit.any(starts.slice(1)));
    return this.#bits(cell).map((current, bit) => {
      const written = writes.map(({ when, source }) => circuit.and(when, this.#sourceBit(source, bit)));
      const next = circuit.any([...written, circuit.and(stays, current)]);
      const latch = (this.#first[cell] as number) + bit;
      if (this.#inverted[latch] === true) return not(next);
      if (!this.#chooses) return next;
      const at = circuit.any(starts.filter((_, index) => bitOf(initial[index]?.[cell] as number, bit)));
      return circuit.choose(circuit.latch(this.#names.length - 1), next, at);
    });
  }

  #sourceBit(source: Source, bit: number): Signal {
    if (typeof source === "number") return bitOf(source, bit) ? TRUE : FALSE;
    const { from, map } = source;
    const width = this.#system.model.layout.cells[from]?.width ?? 0;
    if (map === undefined) return bit < width ? this.#bit(from, bit) : FALSE;
    return this.#test(
      from,
      Array.from(map, (value: number | undefined) => (value === undefined ? undefined : bitOf(value, bit))),
    );
  }

  /** Where a predicate is "hit". */
  #predicate(diagram: Diagram): Signal {
    const known = this.#predicates.get(diagram);
    if (known !== undefined) return known;
    let signal: Signal = FALSE;
    if (diagram.kind === "branch") {
      const parts = [...this.#children(diagram)].map(([child, condition]) =>
        this.#circuit.and(condition, this.#predicate(child)),
      );
      signal = this.#circuit.any(parts);
    } else if (diagram.outcome.kind === "hit") signal = TRUE;
    this.#predicates.set(diagram, signal);
    return signal;
  }

  #bad(property: SystemProperty, enabled: readonly Signal[], chosen: readonly Signal[]): Signal {
    const circuit = this.#circuit;
    switch (property.kind) {
      case "always":
      case "sometimes":
        this.#noteAsked(property.sought);
        return this.#predicate(property.sought);
      case "step":
        return circuit.any(
          [...property.sought].map(([index, diagram]) => {
            this.#noteAsked(diagram);
            return circuit.and(chosen[index] as Signal, this.#predicate(diagram));
          }),
        );
      case "noDeadlock": {
        this.#noteAsked(property.excuse);
        const goesOn = circuit.any(property.progress.map((index) => enabled[index] as Signal));
        return circuit.and(not(goesOn), not(this.#predicate(property.excuse)));
      }
      default:
        return FALSE;
    }
  }

  /** Where a predicate ends in "ask". */
  #noteAsked(diagram: Diagram): void {
    const { ask } = this.#system.store;
    const where = new Map<Diagram, Signal>();
    for (const node of topDown(diagram).toReversed()) {
      if (node.kind === "leaf") where.set(node, node === ask ? TRUE : FALSE);
      else {
        const parts = [...this.#children(node)].filter(([child]) => where.get(child) !== FALSE);
        where.set(
          node,
          this.#circuit.any(
            parts.map(([child, condition]) => this.#circuit.and(condition, where.get(child) as Signal)),
          ),
        );
      }
    }
    this.#asked.push(where.get(diagram) as Signal);
  }
}

/** The nodes of a diagram, each behind all from which it can be reached. */
export function topDown(diagram: Diagram): Diagram[] {
  const seen = new Set<Diagram>();
  const order: Diagram[] = [];
  const walk = (node: Diagram): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === "branch") node.children.forEach(walk);
    order.push(node);
  };
  walk(diagram);
  return order.toReversed();
}

export function bitOf(value: number, bit: number): boolean {
  return Math.floor(value / 2 ** bit) % 2 === 1;
}
