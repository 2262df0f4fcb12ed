import { Interpreter } from "../../system/interpreter.ts";
import type { TransitionSystem } from "../../system/system.ts";

/** Numbers that look random and are the same each time. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 to `below` - 1. */
  next(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }
}

/** Steps at random. */
export class Walker {
  readonly #system: TransitionSystem<unknown>;
  readonly #interpreter: Interpreter;
  readonly #groups: readonly (readonly number[])[];
  readonly #random: Random;

  constructor(system: TransitionSystem<unknown>, random: Random) {
    const groups = new Map<string, number[]>();
    for (const { instance } of system.actions) {
      const known = groups.get(instance.action);
      if (known === undefined) groups.set(instance.action, [instance.index]);
      else known.push(instance.index);
    }
    this.#system = system;
    this.#interpreter = new Interpreter(system);
    this.#groups = [...groups.values()];
    this.#random = random;
  }

  /**
   * Instances to do without for a while: walks in which something never happens come to states that others hardly ever
   * reach (Groce et al., Swarm testing, ISSTA 2012).
   */
  some(): ReadonlySet<number> {
    const share = this.#random.next(8);
    const none = new Set<number>();
    for (const { instance } of this.#system.actions) if (this.#random.next(10) < share) none.add(instance.index);
    return none;
  }

  /**
   * The state after a step that changes something, if there is one: first the action is chosen, then its parameters, so
   * that rare actions get their turn.
   */
  after(cells: readonly number[], without?: ReadonlySet<number>): number[] | undefined {
    return this.step(cells, without)?.cells;
  }

  /** The same with the instance by which the step is taken. */
  step(
    cells: readonly number[],
    without: ReadonlySet<number> = new Set(),
  ): { readonly instance: number; readonly cells: number[] } | undefined {
    const left = [...this.#groups];
    const interpreter = this.#interpreter.enter(cells);
    while (left.length > 0) {
      const [group = []] = left.splice(this.#random.next(left.length), 1);
      const first = this.#random.next(group.length);
      for (let index = 0; index < group.length; index++) {
        const instance = group[(first + index) % group.length] as number;
        if (without.has(instance)) continue;
        const next = interpreter.step(instance);
        if (next?.some((value, cell) => value !== cells[cell]) === true) return { instance, cells: next };
      }
    }
    return undefined;
  }
}
