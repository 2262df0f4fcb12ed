import type { Circuit } from "../../system/circuit.ts";
import { FALSE, not, TRUE, type Signal } from "../../system/gates.ts";
import { call, get, i64, type Code, type ModuleBuilder } from "../../wasm/assembler.ts";
import { PLANE_BYTES, type LaneMap } from "./lane-map.ts";

/** The parameter of each function on planes: the address of their memory. */
export const BASE = 0;
/** Gates of one function: the compiler of V8 takes long for larger ones. */
const MAX_GATES = 400;
/** Gates of one expression: more are divided by a plane that is kept. */
const MAX_EXPRESSION = 60;

/** A place for the plane of a signal. */
export interface Target {
  readonly at: number;
  readonly signal: Signal;
}

/** A gate whose plane is kept. */
interface Kept {
  readonly at: number;
  /** Whether the plane is that of the negation. */
  readonly isNegated: boolean;
}

/** Number of a signal's variable; the first are the constant and the inputs. */
const variable = (signal: Signal): number => signal >> 1;
const isNegation = (signal: Signal): boolean => (signal & 1) === 1;

/**
 * Code that computes signals of a circuit for 64 states at once: each gate is one operation on 64-bit words. A gate that
 * several others use is computed once, and its plane is kept.
 */
export class LaneCode {
  readonly #module: ModuleBuilder;
  readonly #circuit: Circuit;
  readonly #map: LaneMap;
  readonly #uses: (end: number) => void;
  readonly #kept = new Map<number, Kept>();
  #end: number;

  /** @param uses called with the end of the memory that the code uses, counted from the base */
  constructor(module: ModuleBuilder, circuit: Circuit, map: LaneMap, uses: (end: number) => void) {
    this.#module = module;
    this.#circuit = circuit;
    this.#map = map;
    this.#uses = uses;
    this.#end = map.kept;
  }

  /**
   * Calls of functions that compute signals.
   *
   * @param isCertain whether these calls are made in any case: only then later code uses what they keep
   */
  computing(targets: readonly Target[], isCertain: boolean): Code {
    const before = isCertain ? undefined : new Map(this.#kept);
    const calls: Code[] = [];
    let statements: Code[] = [];
    let gates = 0;
    const close = (): void => {
      if (statements.length === 0) return;
      const made = this.#module.function(1);
      made.body = statements;
      calls.push(call(made.index, get(BASE)));
      [statements, gates] = [[], 0];
    };
    const put = (at: number, value: Code, cost: number): void => {
      if (gates + cost > MAX_GATES) close();
      statements.push(i64.store(get(BASE), value, at));
      gates += cost;
    };
    const sizes = new Map<number, number>();
    for (const { gate, uses, negations } of this.#needed(targets)) {
      const size = this.#operands(gate).reduce((sum, operand) => sum + (sizes.get(variable(operand)) ?? 1), 1);
      if (uses === 1 && size <= MAX_EXPRESSION) {
        sizes.set(gate, size);
        continue;
      }
      const isNegated = 2 * negations > uses;
      put(this.#end, this.#gate(gate, isNegated), size);
      this.#kept.set(gate, { at: this.#end, isNegated });
      this.#end += PLANE_BYTES;
    }
    for (const { at, signal } of targets) put(at, this.#value(signal), (sizes.get(variable(signal)) ?? 0) + 1);
    close();
    this.#uses(this.#end);
    if (before !== undefined) {
      this.#kept.clear();
      for (const [gate, kept] of before) this.#kept.set(gate, kept);
    }
    return calls;
  }

  /** The gates below some signals that are not kept yet, operands first, and how often each is used. */
  #needed(targets: readonly Target[]): { gate: number; uses: number; negations: number }[] {
    const found = new Map<number, { gate: number; uses: number; negations: number }>();
    const open: Signal[] = targets.map(({ signal }) => signal);
    for (let signal = open.pop(); signal !== undefined; signal = open.pop()) {
      const gate = variable(signal);
      if (!this.#isGate(gate) || this.#kept.has(gate)) continue;
      let known = found.get(gate);
      if (known === undefined) {
        found.set(gate, (known = { gate, uses: 0, negations: 0 }));
        open.push(...this.#operands(gate));
      }
      known.uses++;
      if (isNegation(signal)) known.negations++;
    }
    return [...found.values()].sort((one, other) => one.gate - other.gate);
  }

  #isGate(gate: number): boolean {
    return gate > this.#circuit.inputs + this.#circuit.latches;
  }

  #operands(gate: number): readonly [Signal, Signal] {
    const { gates, inputs, latches } = this.#circuit;
    const at = 2 * (gate - 1 - inputs - latches);
    return [gates[at] as Signal, gates[at + 1] as Signal];
  }

  #value(signal: Signal): Code {
    if (signal === FALSE || signal === TRUE) return i64.const(signal === TRUE ? -1 : 0);
    const gate = variable(signal);
    const kept = this.#kept.get(gate);
    if (kept !== undefined) return plane(kept.at, kept.isNegated !== isNegation(signal));
    if (this.#isGate(gate)) return this.#gate(gate, isNegation(signal));
    return plane(this.#map.input + PLANE_BYTES * (gate - 1), isNegation(signal));
  }

  /** The conjunction of two signals, or its negation: the disjunction of theirs. */
  #gate(gate: number, isNegated: boolean): Code {
    const [a, b] = this.#operands(gate);
    return isNegated ? i64.or(this.#value(not(a)), this.#value(not(b))) : i64.and(this.#value(a), this.#value(b));
  }
}

function plane(at: number, isNegated: boolean): Code {
  const code = i64.load(get(BASE), at);
  return isNegated ? i64.xor(code, i64.const(-1)) : code;
}
