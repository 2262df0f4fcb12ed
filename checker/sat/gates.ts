import { FALSE, not, TRUE, type Gates, type Signal } from "../system/gates.ts";
import { positive } from "./literal.ts";
import { Solver } from "./solver.ts";

/** Signals as literals of a solver, whose first variable is false. */
export class SatGates implements Gates {
  readonly solver = new Solver();
  readonly #known = new Map<string, Signal>();

  constructor() {
    this.solver.variable(false);
    this.solver.add([TRUE]);
  }

  all(signals: readonly Signal[]): Signal {
    const operands = new Set<Signal>();
    for (const signal of signals) {
      if (signal === FALSE || operands.has(not(signal))) return FALSE;
      if (signal !== TRUE) operands.add(signal);
    }
    if (operands.size <= 1) return [...operands][0] ?? TRUE;
    const sorted = [...operands].sort((a, b) => a - b);
    const key = sorted.join();
    let own = this.#known.get(key);
    if (own === undefined) {
      own = positive(this.solver.variable(false));
      this.#known.set(key, own);
      for (const operand of sorted) this.solver.add([not(own), operand]);
      this.solver.add([own, ...sorted.map(not)]);
    }
    return own;
  }

  any(signals: readonly Signal[]): Signal {
    return not(this.all(signals.map(not)));
  }
}
