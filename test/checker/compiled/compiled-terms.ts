/** Terms in place of what is read of a model, compiled, and compared with their values state by state. */
import { model, type Model } from "irqproof/checker";
import { getField, setField, type Field } from "../../../checker/schema/packing.ts";
import { Program } from "../../../checker/compiled/program.ts";
import type { SafetyProperty } from "../../../checker/language/index.ts";
import type { ReadAction, ReadPredicate, Reading } from "../../../checker/reading/index.ts";
import type { FiniteType } from "../../../checker/schema/index.ts";
import { Expansion } from "../../../checker/search/expansion/expansion.ts";
import { evaluator, type Terms, type Bool, type Scalar, type Value } from "../../../checker/terms/index.ts";

export interface Action {
  readonly guard: Bool;
  readonly next: ReadonlyMap<number, Value>;
  readonly fault: Bool;
  /** A step property, for this action. */
  readonly step: ReadPredicate;
  /** Another one; absent where it holds. */
  readonly other?: ReadPredicate;
}

/** Reading of a model in which every action, and every property, is given by terms. */
export interface Given {
  readonly actions: readonly Action[];
  readonly states: readonly ReadPredicate[];
  readonly excuse: ReadPredicate;
}

export const HOLDS: ReadPredicate = { holds: true, fault: false, unread: undefined };

/** A model of a type, with as many actions and properties as are given. */
function modelOf<S>(type: FiniteType<S>, initial: S, { actions, states }: Given): Model<S> {
  const names = actions.map((_, index) => `a${index}`);
  return model({
    name: "given",
    state: type as FiniteType<unknown>,
    initial: initial as never,
    actions: Object.fromEntries(names.map((name) => [name, { then: () => {} }])),
    properties: ({ always, sometimes, step, noDeadlock }) => ({
      ...Object.fromEntries(
        states.map((_, index) => [`p${index}`, index % 2 === 0 ? always("", () => true) : sometimes("", () => true)]),
      ),
      step: step("", () => true),
      other: step("", () => true),
      alive: noDeadlock("", { ignoring: ["a0"], unless: () => true }),
    }),
  }) as Model<S>;
}

/** Compiled code for terms over the cells of a type. */
export class CompiledTerms<S> {
  readonly made: Model<S>;
  readonly program: Program<S>;
  readonly expansion: Expansion;
  readonly #given: Given;
  readonly #dismissed = new Set<string>();

  /** @param minLaneConditions conditions of a step from which on it is taken for 64 states at once */
  constructor(
    type: FiniteType<S>,
    initial: S,
    terms: Terms,
    cells: readonly Value[],
    given: Given,
    minLaneConditions?: number,
  ) {
    this.#given = given;
    this.made = modelOf(type, initial, given);
    const { made } = this;
    const reading: Reading<S> = {
      model: made,
      terms,
      cells,
      action: (instance) => {
        const action = given.actions[instance.index] as Action;
        return { instance, ...action, unread: undefined } satisfies ReadAction<S>;
      },
      state: (id) => (id === "alive" ? given.excuse : (given.states[Number(id.slice(1))] as ReadPredicate)),
      step: (id, _, instance) => {
        const action = given.actions[instance.index] as Action;
        return id === "step" ? action.step : (action.other ?? HOLDS);
      },
      notes: [],
      changed: () => undefined,
    };
    this.program = new Program(made, made.properties as ReadonlyMap<string, SafetyProperty<S>>, reading);
    this.expansion = new Expansion(this.program.expander(minLaneConditions));
  }

  /** Leaves a property out. */
  deactivate(id: string): void {
    this.#dismissed.add(id);
    for (const [number, entry] of this.program.entries.entries()) {
      if (entry.kind !== "action" && entry.id === id) this.expansion.deactivate(number);
    }
  }

  /** Expands some states: what differs from the values of the terms, and what is found instead. */
  differences(states: readonly (readonly Scalar[])[]): unknown[] {
    const differences: unknown[] = [];
    const { program, expansion } = this;
    const { packing, entries } = program;
    const size = 2 * packing.words;
    for (const [number, values] of states.entries()) {
      const bytes = new Uint8Array(this.#packed(values).buffer);
      expansion.bytes.set(bytes.subarray(0, packing.bytes), expansion.input + number * packing.bytes);
    }
    const name = (entry: number): string => {
      const each = entries[entry]!;
      return each.kind === "action"
        ? each.instance.text
        : each.kind === "step"
          ? `${each.id} ${each.instance.text}`
          : each.id;
    };
    for (let from = 0; from < states.length;) {
      const next = expansion.expand(from, states.length);
      if (next <= from) return [`no room for the successors of state ${from}`];
      const found = states.map((): string[] => []);
      let [at, outputEnd] = expansion.output;
      for (let state = from; state < next; state++) {
        for (const end = expansion.endOf(state); at < end; at += expansion.stride) {
          const words = expansion.words.subarray(at / 4, at / 4 + size);
          found[state]!.push(`${name(expansion.sourceOf(at))} to ${this.#numbers(words).join()}`);
        }
        found[state]!.push(`live ${expansion.bytes[expansion.live + state]}`);
      }
      if (at !== outputEnd) differences.push(`successors end at ${at}, not at ${outputEnd}`);
      for (const [what, [first, end]] of [
        ["noted", expansion.noted],
        ["asked", expansion.asked],
      ] as const) {
        for (let pair = first; pair < end; pair += 2) {
          found[expansion.words[pair]!]!.push(`${what} ${name(expansion.words[pair + 1]!)}`);
        }
      }
      for (let state = from; state < next; state++) {
        const expected = this.#expected(states[state]!).toSorted();
        const instead = found[state]!.toSorted();
        if (instead.join() !== expected.join()) differences.push({ state: states[state], expected, instead });
      }
      from = next;
    }
    return differences;
  }

  #packed(values: readonly Scalar[]): Uint32Array {
    const words = new Uint32Array(2 * this.program.packing.words);
    for (const [cell, { shape }] of this.made.layout.cells.entries()) {
      setField(words, 0, this.program.packing.fields[cell] as Field, shape.indexOf(values[cell]));
    }
    return words;
  }

  #numbers(words: Uint32Array): number[] {
    return this.program.packing.fields.map((field) => getField(words, 0, field));
  }

  #expected(values: readonly Scalar[]): string[] {
    const valueOf = evaluator(values);
    const isTrue = (bool: Bool): boolean => valueOf(bool) === true;
    const { cells } = this.made.layout;
    const expected: string[] = [];
    let live = 0;
    for (const [index, { guard, next, fault, step, other = HOLDS }] of this.#given.actions.entries()) {
      if (isTrue(fault)) expected.push(`asked a${index}`);
      else if (isTrue(guard)) {
        const after = cells.map(({ shape }, cell) =>
          shape.indexOf(next.has(cell) ? valueOf(next.get(cell)) : values[cell]),
        );
        expected.push(`a${index} to ${after.join()}`);
        for (const [id, property] of Object.entries({ step, other })) {
          if (this.#dismissed.has(id)) continue;
          if (isTrue(property.fault)) expected.push(`asked ${id} a${index}`);
          else if (!isTrue(property.holds)) expected.push(`noted ${id} a${index}`);
        }
        if (index > 0) live = 1;
      }
    }
    for (const [index, { holds, fault }] of this.#given.states.entries()) {
      if (isTrue(fault)) expected.push(`asked p${index}`);
      else if (isTrue(holds) === (index % 2 === 1)) expected.push(`noted p${index}`);
    }
    if (live === 0) {
      const { holds, fault } = this.#given.excuse;
      if (isTrue(fault)) expected.push("asked alive");
      else if (isTrue(holds)) live = 1;
    }
    return [...expected, `live ${live}`];
  }
}
