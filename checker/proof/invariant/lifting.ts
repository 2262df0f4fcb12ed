import type { Bool } from "../../terms/index.ts";
import { codingOf, numberIn } from "../../system/coding.ts";
import { Interpreter } from "../../system/interpreter.ts";
import type { SystemAction, TransitionSystem } from "../../system/system.ts";
import { Justification } from "./justification.ts";
import type { Part } from "../states/parts.ts";
import { fullMask, maskOf, valuesOf, type Cube, type Mask, type Parts } from "../states/states.ts";

/** The parts of a state that matter for its successors. */
export class Lifting {
  readonly #system: TransitionSystem<unknown>;
  readonly #parts: Parts;
  readonly #before: Interpreter;
  readonly #justification: Justification;
  readonly #pick: (count: number) => number;
  readonly #cube = new Map<number, Mask>();

  /**
   * @param cells the numbers of the values of the state's cells
   * @param pick which of several reasons matters, where one is enough
   */
  constructor(
    system: TransitionSystem<unknown>,
    parts: Parts,
    cells: readonly number[],
    pick: (count: number) => number,
  ) {
    this.#system = system;
    this.#pick = pick;
    this.#parts = parts;
    this.#before = new Interpreter(system).enter(cells);
    this.#justification = new Justification(
      system.terms,
      this.#before,
      {
        require: (cell, isIn) => this.#require(cell, isIn),
        cost: (cell, isIn) => this.#cost(cell, isIn),
      },
      pick,
    );
  }

  get cube(): Cube {
    return this.#cube;
  }

  /** Marks the parts that decide the value of a condition. */
  follow(condition: Bool): void {
    this.#justification.condition(condition);
  }

  /** Marks the parts that make the action possible and lead into the cube. */
  stepInto(action: SystemAction<unknown>, cube: Cube): void {
    const after = this.#step(action);
    for (const [part, mask] of cube) this.#requireAfter(after, part, mask);
  }

  /** Marks the parts that make the action possible and decide a condition after it. */
  stepAndFollow(action: SystemAction<unknown>, then: Bool): void {
    const after = this.#step(action);
    const interpreter = new Interpreter(this.#system).enter(after.cells);
    new Justification(
      this.#system.terms,
      interpreter,
      {
        require: (cell, isIn) => this.#requireRaw(after, cell, isIn),
        cost: (cell, isIn) => (after.action.next.has(cell) ? 1 : this.#cost(cell, isIn)),
      },
      this.#pick,
    ).condition(then);
  }

  #step(action: SystemAction<unknown>): After {
    this.follow(action.guard);
    this.follow(action.fault);
    const cells = this.#before.step(action.instance.index) as number[];
    return { action, cells, values: valuesOf(this.#parts, cells) };
  }

  #cost(cell: number, isIn: (number: number) => boolean = () => false): number {
    const part = this.#parts[cell];
    if (part === undefined) return 0;
    const left = this.#cube.get(cell) ?? fullMask(part);
    const numbers = Array.from({ length: part.values }, (_, number) => number).filter((number) => (left >> number) & 1);
    return Math.log2(numbers.length / Math.max(1, numbers.filter(isIn).length));
  }

  #narrow(number: number, mask: Mask): void {
    const part = this.#parts[number] as Part;
    const narrowed = (this.#cube.get(number) ?? fullMask(part)) & mask;
    if (narrowed !== fullMask(part)) this.#cube.set(number, narrowed);
  }

  #require(cell: number, isIn: (number: number) => boolean): void {
    const part = this.#parts[cell];
    if (part === undefined) return;
    const numbers = Array.from({ length: part.values }, (_, number) => number);
    this.#narrow(cell, maskOf(part, new Set(numbers.filter(isIn))));
  }

  /** Marks the parts by which a cell has one of these values after the step. */
  #requireRaw({ action }: After, cell: number, isIn: (number: number) => boolean): void {
    const part = this.#parts[cell];
    if (part === undefined || !action.next.has(cell)) this.#require(cell, isIn);
    else {
      const coding = codingOf(part.cell.shape);
      this.#justification.value(action.next.get(cell), (scalar) => isIn(numberIn(coding, scalar)));
    }
  }

  /** Marks the parts by which a part has one of these values after the step. */
  #requireAfter(after: After, number: number, mask: Mask): void {
    const part = this.#parts[number] as Part;
    if (!this.#isAffected(after, part)) {
      this.#narrow(number, mask);
      return;
    }
    if (after.values[number] === part.values) {
      const reason = part.unused.find(({ part: other, values }) => values.has(after.values[other] as number));
      if (reason !== undefined) this.#requireAfter(after, reason.part, bitsOf(reason.values));
      return;
    }
    this.#requireRaw(after, number, (value) => ((mask >> value) & 1) === 1);
    for (const { part: other, values: reasons } of part.unused) {
      this.#requireAfter(after, other, fullMask(this.#parts[other] as Part) & ~bitsOf(reasons));
    }
  }

  #isAffected(after: After, part: Part): boolean {
    if (after.action.next.has(part.number)) return true;
    return part.unused.some(({ part: other }) => this.#isAffected(after, this.#parts[other] as Part));
  }
}

interface After {
  readonly action: SystemAction<unknown>;
  readonly cells: readonly number[];
  readonly values: Uint8Array;
}

function bitsOf(values: ReadonlySet<number>): Mask {
  let mask = 0;
  for (const value of values) mask |= 1 << value;
  return mask;
}
