import type { Domain, Term } from "../terms/index.ts";
import { isSingle, onlyBit, without } from "../terms/mask.ts";
import type { Field, Packing } from "../schema/packing.ts";
import { i64, type Code } from "../wasm/assembler.ts";

/** A cell whose number is compared with a value: whether it is equal, or whether it is not. */
export interface Bits {
  readonly word: number;
  readonly shift: number;
  readonly width: number;
  readonly value: number;
  readonly isEqual: boolean;
  /** Probability of the test, if all numbers were equally likely. */
  readonly odds: number;
}

/** The bits that a test of a cell looks at; undefined where it is not for one of its values, or for all others. */
export function bitsOf(term: Term, packing: Packing): Bits | undefined {
  const cell = term.operands[0] as Term;
  if (term.operator !== "in" || cell.operator !== "cell") return undefined;
  const { size, full } = cell.domain as Domain;
  const isEqual = isSingle(term.mask);
  const rest = isEqual ? term.mask : without(full, term.mask);
  if (!isEqual && !isSingle(rest)) return undefined;
  const { word, shift, width } = packing.fields[cell.cell] as Field;
  return { word, shift, width, value: onlyBit(rest), isEqual, odds: 1 / size };
}

/** Several tests of cells in one word at once: whether all are equal; or, of tests whether they are not, whether one is not. */
export function bitTests(tests: readonly Bits[], word: Code): Code {
  const [first] = tests as [Bits];
  if (tests.length === 1) return bitTest(first, word);
  let [mask, wanted] = [0n, 0n];
  for (const { shift, width, value } of tests) {
    mask |= ((1n << BigInt(width)) - 1n) << BigInt(shift);
    wanted |= BigInt(value) << BigInt(shift);
  }
  return compared(i64.and(word, i64.const(mask)), i64.const(wanted), wanted === 0n, first.isEqual);
}

function bitTest({ shift, width, value, isEqual }: Bits, word: Code): Code {
  // Constants of up to 31 bits are part of an instruction.
  const isLow = shift + width < 32;
  const bits = isLow || shift === 0 ? word : i64.shr(word, i64.const(shift));
  const factor = isLow ? 2 ** shift : 1;
  const masked = i64.and(bits, i64.const((2 ** width - 1) * factor));
  return compared(masked, i64.const(value * factor), value === 0, isEqual);
}

function compared(bits: Code, wanted: Code, isZero: boolean, isEqual: boolean): Code {
  if (!isEqual) return i64.ne(bits, wanted);
  return isZero ? i64.eqz(bits) : i64.eq(bits, wanted);
}
