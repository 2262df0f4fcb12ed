import type { Domain, Domains, Scalar } from "./domain.ts";
import type { Mask } from "./mask.ts";
import { Term, type Bool, type Operator, type Value } from "./term.ts";

const OPERATORS: readonly Operator[] = [
  "cell", "map", "in", "ite", "eq", "lt", "not", "and", "or",
  "+", "-", "*", "/", "%", "**", "&", "|", "^", "<<", ">>", ">>>",
]; // prettier-ignore
const NUMBER_OF: Readonly<Record<string, number>> = Object.fromEntries(
  OPERATORS.map((name, index) => [name, index + 1]),
);

/** The range or the domain of a new term. */
interface Extent {
  readonly domain?: Domain;
  readonly low?: number;
  readonly high?: number;
}

/** Keeps each term once: a hash table with linear probing over the parts that make terms equal. */
export class Table {
  /** Results of binary junctions, by the ids of the operands. */
  readonly ands = new Map<number, Bool>();
  readonly ors = new Map<number, Bool>();
  readonly #domains: Domains;
  readonly #cells = new Map<number, Term>();
  #slots: (Term | undefined)[] = Array<undefined>(1 << 12).fill(undefined);
  #hashes = new Int32Array(1 << 12);
  #size = 0;

  constructor(domains: Domains) {
    this.#domains = domains;
  }

  get size(): number {
    return this.#size;
  }

  cell(cell: number, extent: Extent): Term {
    let term = this.#cells.get(cell);
    if (term === undefined) this.#cells.set(cell, (term = new Term(this.#size++, "cell", { cell, ...extent })));
    return term;
  }

  among(operand: Term, mask: Mask): Term {
    const hash = mix(
      mix(3, operand.id),
      typeof mask === "number" ? mask : Number(BigInt.asIntN(32, mask ^ (mask >> 31n))),
    );
    let slot = this.#first(hash);
    for (let term = this.#slots[slot]; term !== undefined; term = this.#slots[(slot = this.#next(slot))]) {
      if (this.#hashes[slot] === hash && term.operator === "in" && term.operands[0] === operand && term.mask === mask) {
        return term;
      }
    }
    return this.#add(slot, hash, new Term(this.#size, "in", { isBoolean: true, operands: [operand], mask }));
  }

  map(operand: Term, table: readonly Scalar[], domain: Domain): Term {
    let hash = mix(2, operand.id);
    for (const value of table) hash = mix(hash, this.#domains.numberOf(value));
    let slot = this.#first(hash);
    for (let term = this.#slots[slot]; term !== undefined; term = this.#slots[(slot = this.#next(slot))]) {
      if (this.#hashes[slot] !== hash || term.operator !== "map" || term.operands[0] !== operand) continue;
      if (term.table.every((value, position) => Object.is(value, table[position]))) return term;
    }
    return this.#add(slot, hash, new Term(this.#size, "map", { operands: [operand], table, domain }));
  }

  operation(operator: Operator, isBoolean: boolean, operands: readonly Value[], extent: Extent): Term {
    let hash = NUMBER_OF[operator] as number;
    for (const operand of operands) {
      hash = mix(hash, operand instanceof Term ? operand.id : ~this.#domains.numberOf(operand));
    }
    let slot = this.#first(hash);
    for (let term = this.#slots[slot]; term !== undefined; term = this.#slots[(slot = this.#next(slot))]) {
      if (this.#hashes[slot] !== hash || term.operator !== operator || term.operands.length !== operands.length)
        continue;
      let isSame = true;
      for (let index = 0; isSame && index < operands.length; index++) {
        isSame = Object.is(term.operands[index], operands[index]);
      }
      if (isSame) return term;
    }
    return this.#add(slot, hash, new Term(this.#size, operator, { isBoolean, operands, ...extent }));
  }

  #first(hash: number): number {
    return hash & (this.#slots.length - 1);
  }

  #next(slot: number): number {
    return (slot + 1) & (this.#slots.length - 1);
  }

  #add(slot: number, hash: number, term: Term): Term {
    this.#slots[slot] = term;
    this.#hashes[slot] = hash;
    this.#size++;
    if (2 * this.#size > this.#slots.length) this.#grow();
    return term;
  }

  #grow(): void {
    const [slots, hashes] = [this.#slots, this.#hashes];
    this.#slots = Array<undefined>(slots.length * 2).fill(undefined);
    this.#hashes = new Int32Array(slots.length * 2);
    for (let old = 0; old < slots.length; old++) {
      const term = slots[old];
      if (term === undefined) continue;
      const hash = hashes[old] as number;
      let slot = this.#first(hash);
      while (this.#slots[slot] !== undefined) slot = this.#next(slot);
      this.#slots[slot] = term;
      this.#hashes[slot] = hash;
    }
  }
}

function mix(hash: number, part: number): number {
  const mixed = Math.imul(hash ^ part, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
