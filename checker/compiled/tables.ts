import { i32, i64, type Code, type ModuleBuilder } from "../wasm/assembler.ts";

/** Tables of constants in the memory of a module, equal ones once. */
export class Tables {
  readonly #module: ModuleBuilder;
  readonly #places = new Map<string, number>();
  #end: number;

  /** @param from the first address that is free */
  constructor(module: ModuleBuilder, from: number) {
    this.#module = module;
    this.#end = from;
  }

  /** End of the tables. */
  get end(): number {
    return this.#end;
  }

  put(table: Uint8Array | Uint16Array | Uint32Array | BigInt64Array): number {
    const key = `${table.BYTES_PER_ELEMENT} ${table.join()}`;
    let at = this.#places.get(key);
    if (at === undefined) {
      at = this.#end;
      this.#module.data(at, new Uint8Array(table.buffer));
      this.#end = Math.ceil((at + table.byteLength) / 8) * 8;
      this.#places.set(key, at);
    }
    return at;
  }
}

/** A number and a constant. */
export function plus(code: Code, constant: number): Code {
  return constant === 0 ? code : i64.add(code, i64.const(constant));
}

/** One of some numbers, by an index in 64 bits that is one of theirs: by arithmetic, out of a constant, or from memory. */
export function lookup(numbers: readonly number[], index: Code, tables: Tables): Code {
  const [first = 0, second = first] = numbers;
  const factor = second - first;
  if (numbers.every((number) => number === first)) return i64.const(first);
  if (numbers.every((number, at) => number === first + factor * at && Number.isSafeInteger(number))) {
    if (factor === -1) return i64.sub(i64.const(first), index);
    return plus(factor === 1 ? index : i64.mul(index, i64.const(factor)), first);
  }
  const least = numbers.reduce((least, number) => Math.min(least, number));
  const greatest = numbers.reduce((greatest, number) => Math.max(greatest, number));
  const bits = [1, 2, 4, 8, 16].find((width) => greatest - least < 2 ** width);
  if (bits !== undefined && bits * numbers.length <= 64) {
    const all = numbers.reduce((sum, number, at) => sum | (BigInt(number - least) << BigInt(at * bits)), 0n);
    const shift = bits === 1 ? index : i64.shl(index, i64.const(Math.log2(bits)));
    return plus(i64.and(i64.shr(i64.const(all), shift), i64.const(2 ** bits - 1)), least);
  }
  if (least >= 0 && greatest < 2 ** 8) return i64.load8(i32.wrap(index), tables.put(Uint8Array.from(numbers)));
  if (least >= 0 && greatest < 2 ** 16) {
    return i64.load16(i32.shl(i32.wrap(index), i32.const(1)), tables.put(Uint16Array.from(numbers)));
  }
  if (least >= 0 && greatest < 2 ** 32) {
    return i64.load32(i32.shl(i32.wrap(index), i32.const(2)), tables.put(Uint32Array.from(numbers)));
  }
  return i64.load(i32.shl(i32.wrap(index), i32.const(3)), tables.put(BigInt64Array.from(numbers, BigInt)));
}

/** Whether an index in 64 bits is one of those with a flag, as 0 or 1. */
export function member(flags: readonly boolean[], index: Code, tables: Tables): Code {
  const count = flags.filter(Boolean).length;
  const size = flags.length;
  if (count === 0 || count === size) return i32.const(count === 0 ? 0 : 1);
  if (size === 2) return flags[1] === true ? i32.wrap(index) : i64.eqz(index);
  const first = flags.indexOf(true);
  const hole = flags.indexOf(false);
  if (count === 1) return first === 0 ? i64.eqz(index) : i64.eq(index, i64.const(first));
  if (count === size - 1) return i64.ne(index, i64.const(hole));
  const last = flags.lastIndexOf(true);
  if (last - first + 1 === count) {
    if (first === 0) return i64.lt(index, i64.const(count));
    if (last === size - 1) return i64.ge(index, i64.const(first));
    return i64.lt(plus(index, -first), i64.const(count));
  }
  if (size <= 64) {
    const all = flags.reduce((sum, flag, at) => (flag ? sum | (1n << BigInt(at)) : sum), 0n);
    return i32.and(i32.wrap(i64.shr(i64.const(all), index)), i32.const(1));
  }
  return i32.load8(i32.wrap(index), tables.put(Uint8Array.from(flags, Number)));
}
