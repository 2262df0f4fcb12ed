import { ModelError } from "../../errors.ts";
import type { Cell } from "../../schema/index.ts";
import type { Value } from "../../terms/index.ts";
import { codingKey, codingOf, numberIn, type Coding } from "../../system/coding.ts";
import { FALSE, not, TRUE, type Signal } from "../../system/gates.ts";
import { Lowering, type Question } from "../../system/lowering.ts";
import type { SystemProperty, TransitionSystem } from "../../system/system.ts";
import { Circuit } from "../../system/circuit.ts";

/** A system as a circuit: each latch is a bit of a cell, the inputs choose the instance whose step is taken. */
export interface BitSystem {
  readonly circuit: Circuit;
  /** Next value of each latch. All are false at the start. */
  readonly next: readonly Signal[];
  /** For each latch, the cell's path and its bit, or the name of what is no cell. */
  readonly latchNames: readonly string[];
  /** For each latch, the cell and its bit; undefined for what is no cell. */
  readonly latches: readonly ({ readonly cell: number; readonly bit: number } | undefined)[];
  readonly inputNames: readonly string[];
  /** Latches that hold the opposite of their bit, because it is 1 in the initial state. */
  readonly inverted: readonly boolean[];
  /** Outputs: true in a state that is sought, by the property's id; at the end the fault's, if there can be one. */
  readonly bad: readonly (readonly [id: string, signal: Signal])[];
  /** Whether the first step chooses an initial state, because there are several. */
  readonly chooses: boolean;
}

const SAFETY: ReadonlySet<string> = new Set(["always", "sometimes", "step", "noDeadlock"]);

/** Circuits of more gates than this do not fit. */
const MAX_GATES = 2 ** 24;

/** Cells with more values are numbers: their bits are computed. */
const MAX_LISTED = 256;

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
  readonly #lowering: Lowering;
  readonly #choice: Signal[];
  /** The first latch of each cell. */
  readonly #first: number[] = [];
  readonly #inverted: boolean[] = [];
  readonly #names: string[] = [];
  readonly #latches: ({ readonly cell: number; readonly bit: number } | undefined)[] = [];
  readonly #chooses: boolean;
  readonly #tests = new Map<string, Signal>();
  readonly #codings: readonly Coding[];
  readonly #bitQuestions = new Map<Coding, Question[]>();

  constructor(system: TransitionSystem<S>) {
    this.#system = system;
    const { initial, model, actions } = system;
    const { cells } = model.layout;
    this.#chooses = initial.length > 1;
    this.#codings = internedCodings(system);
    for (const [cell, { path, width }] of cells.entries()) {
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
    this.#lowering = new Lowering(system.terms, this.#circuit, {
      test: (cell, isIn) => this.#test(cell, isIn),
      bits: (cell) => this.#bits(cell),
    });
  }

  system(): BitSystem {
    const circuit = this.#circuit;
    const { model, properties, actions, fault } = this.#system;
    const chosen = this.#chosen(actions.length);
    const enabled = actions.map(({ guard }) => this.#lowering.condition(guard));
    const writes = model.layout.cells.map((): { when: Signal; value: Value }[] => []);
    for (const [index, action] of actions.entries()) {
      const when = circuit.and(chosen[index] as Signal, enabled[index] as Signal);
      for (const [cell, value] of action.next) writes[cell]?.push({ when, value });
    }
    const next = writes.flatMap((all, cell) => this.#next(cell, all));
    const started = this.#chooses ? circuit.latch(this.#names.length - 1) : TRUE;
    if (this.#chooses) next.push(TRUE);
    const bad = properties
      .filter(({ kind }) => SAFETY.has(kind))
      .map((property) => [property.id, circuit.and(started, this.#bad(property, enabled, chosen))] as const);
    const failed = circuit.and(started, circuit.any(fault.conditions.map((one) => this.#lowering.condition(one))));
    if (circuit.gates.length / 2 > MAX_GATES) {
      throw new ModelError(
        `the circuit of model ${model.name} has more than ${MAX_GATES} gates; use smaller parameters`,
      );
    }
    return {
      circuit,
      next,
      latchNames: this.#names,
      latches: this.#names.map((_, latch) => this.#latches[latch]),
      inputNames: this.#choice.map((_, bit) => `choice:${bit}`),
      inverted: this.#inverted,
      bad: failed === FALSE ? bad : [...bad, [fault.id, failed]],
      chooses: this.#chooses,
    };
  }

  /** For each number below `count`, whether the inputs choose it. */
  #chosen(count: number): Signal[] {
    return Array.from({ length: count }, (_, number) =>
      this.#circuit.all(this.#choice.map((input, bit) => (bitOf(number, bit) ? input : not(input)))),
    );
  }

  #bits(cell: number): Signal[] {
    const width = this.#system.model.layout.cells[cell]?.width ?? 0;
    return Array.from({ length: width }, (_, bit) => {
      const latch = (this.#first[cell] as number) + bit;
      const signal = this.#circuit.latch(latch);
      return this.#inverted[latch] === true ? not(signal) : signal;
    });
  }

  #test(cell: number, isIn: (number: number) => boolean): Signal {
    const count = this.#system.model.layout.cells[cell]?.shape.cardinality ?? 0;
    const table = Array.from({ length: count }, (_, number) => isIn(number));
    const key = `${cell} ${table.map(Number).join("")}`;
    let signal = this.#tests.get(key);
    if (signal === undefined) this.#tests.set(key, (signal = this.#circuit.lookUp(this.#bits(cell), table)));
    return signal;
  }

  /** Next values of the bits of a cell. */
  #next(cell: number, all: readonly { when: Signal; value: Value }[]): Signal[] {
    const circuit = this.#circuit;
    const { initial } = this.#system;
    const writes = all.filter(({ when }) => when !== FALSE);
    const stays = not(circuit.any(writes.map(({ when }) => when)));
    const values = writes.map(({ when, value }) => ({ when, bits: this.#valueBits(cell, value) }));
    const starts = this.#chooses ? this.#chosen(initial.length) : [];
    // A number that stands for no initial state stands for the first.
    if (this.#chooses) starts[0] = not(circuit.any(starts.slice(1)));
    return this.#bits(cell).map((current, bit) => {
      const written = values.map(({ when, bits }) => circuit.and(when, bits[bit] as Signal));
      const next = circuit.any([...written, circuit.and(stays, current)]);
      const latch = (this.#first[cell] as number) + bit;
      if (this.#inverted[latch] === true) return not(next);
      if (!this.#chooses) return next;
      const at = circuit.any(starts.filter((_, index) => bitOf(initial[index]?.[cell] as number, bit)));
      return circuit.choose(circuit.latch(this.#names.length - 1), next, at);
    });
  }

  /** The bits of the number of a value that a cell gets. */
  #valueBits(cell: number, value: Value): readonly Signal[] {
    const { shape, width } = this.#system.model.layout.cells[cell] as Cell;
    const coding = this.#codings[cell] as Coding;
    if (coding.kind === "integer" && coding.isRange && coding.count > MAX_LISTED) {
      return this.#lowering.distance(value, coding.low, width);
    }
    if (this.#system.terms.domainOf(value) === undefined) {
      // An integer of a large range, where it is one of few values.
      const is = Array.from({ length: coding.count }, (_, number) => this.#lowering.is(value, shape.valueAt(number)));
      return Array.from({ length: width }, (_, bit) =>
        this.#circuit.any(is.filter((_one, number) => bitOf(number, bit))),
      );
    }
    let questions = this.#bitQuestions.get(coding);
    if (questions === undefined) this.#bitQuestions.set(coding, (questions = []));
    return Array.from({ length: width }, (_, bit) => {
      const question = (questions[bit] ??= { accepts: (scalar) => bitOf(Math.max(0, numberIn(coding, scalar)), bit) });
      return this.#lowering.test(value, question);
    });
  }

  #bad(property: SystemProperty, enabled: readonly Signal[], chosen: readonly Signal[]): Signal {
    const circuit = this.#circuit;
    switch (property.kind) {
      case "always":
      case "sometimes":
        return this.#lowering.condition(property.sought);
      case "step":
        return circuit.any(
          Array.from(property.sought, ([index, sought]) =>
            circuit.and(chosen[index] as Signal, this.#lowering.condition(sought)),
          ),
        );
      case "noDeadlock": {
        const goesOn = circuit.any(property.progress.map((index) => enabled[index] as Signal));
        return circuit.and(not(goesOn), not(this.#lowering.condition(property.excuse)));
      }
      default:
        return FALSE;
    }
  }
}

/** Numbering of the values of cells; equal ones are one object. */
function internedCodings<S>({ model }: TransitionSystem<S>): Coding[] {
  const known = new Map<string, Coding>();
  return model.layout.cells.map(({ shape }) => {
    const coding = codingOf(shape);
    const key = codingKey(coding);
    if (!known.has(key)) known.set(key, coding);
    return known.get(key) as Coding;
  });
}

function bitOf(value: number, bit: number): boolean {
  return Math.floor(value / 2 ** bit) % 2 === 1;
}
