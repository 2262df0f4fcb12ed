import { FALSE, not, TRUE, type Gates, type Signal } from "./gates.ts";

type Bits = readonly Signal[];

/** Arithmetic of integers in two's complement, the lowest bit first. Results are as wide as they need to be. */
export class Arithmetic {
  readonly #gates: Gates;

  constructor(gates: Gates) {
    this.#gates = gates;
  }

  /** Bits for all integers from `low` to `high`. */
  widthOf(low: number, high: number): number {
    let width = 1;
    while (low < -(2 ** (width - 1)) || high >= 2 ** (width - 1)) width++;
    return width;
  }

  constant(value: number): Bits {
    const width = this.widthOf(Math.min(0, value), Math.max(0, value));
    return Array.from({ length: width }, (_, bit) => (Math.floor(value / 2 ** bit) % 2 === 0 ? FALSE : TRUE));
  }

  choose(condition: Signal, then: Signal, otherwise: Signal): Signal {
    if (then === otherwise) return then;
    const gates = this.#gates;
    return gates.any([gates.all([condition, then]), gates.all([not(condition), otherwise])]);
  }

  /** Both in as many bits as the wider has, or more. */
  aligned(a: Bits, b: Bits, least = 0): [Bits, Bits] {
    const width = Math.max(a.length, b.length, least);
    return [extended(a, width), extended(b, width)];
  }

  add(a: Bits, b: Bits, carryIn: Signal = FALSE): Bits {
    const [x, y] = this.aligned(a, b, Math.max(a.length, b.length) + 1);
    let carry = carryIn;
    return x.map((one, bit) => {
      const other = y[bit] as Signal;
      const half = this.#xor(one, other);
      const sum = this.#xor(half, carry);
      carry = this.#gates.any([this.#gates.all([one, other]), this.#gates.all([half, carry])]);
      return sum;
    });
  }

  subtract(a: Bits, b: Bits): Bits {
    const [x, y] = this.aligned(a, b);
    return this.add(x, y.map(not), TRUE);
  }

  multiply(a: Bits, b: Bits): Bits {
    const width = a.length + b.length;
    const [x, y] = [extended(a, width), extended(b, width)];
    let sum: Bits = this.constant(0);
    for (const [bit, factor] of y.entries()) {
      const shifted = [...Array<Signal>(bit).fill(FALSE), ...x].slice(0, width);
      const part = shifted.map((one) => this.#gates.all([one, factor]));
      sum = this.add(sum, part).slice(0, width);
    }
    return sum;
  }

  /** The remainder of a non-negative integer by a positive one. */
  remainder(a: Bits, b: Bits): Bits {
    let rest: Bits = [FALSE];
    for (const bit of a.toReversed()) {
      const next = [bit, ...rest];
      const reduced = this.subtract(next, b);
      const isLess = this.less(next, b);
      const [kept, taken] = this.aligned(next, reduced);
      // It is less than the divisor again.
      rest = kept.map((one, index) => this.choose(isLess, one, taken[index] as Signal)).slice(0, b.length);
    }
    return rest;
  }

  equal(a: Bits, b: Bits): Signal {
    const [x, y] = this.aligned(a, b);
    return this.#gates.all(x.map((one, bit) => not(this.#xor(one, y[bit] as Signal))));
  }

  less(a: Bits, b: Bits): Signal {
    return this.subtract(a, b).at(-1) as Signal;
  }

  #xor(a: Signal, b: Signal): Signal {
    return this.choose(a, not(b), b);
  }
}

function extended(bits: Bits, width: number): Bits {
  const sign = bits.at(-1) as Signal;
  return Array.from({ length: Math.max(width, bits.length) }, (_, bit) => bits[bit] ?? sign);
}
