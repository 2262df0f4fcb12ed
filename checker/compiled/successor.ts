import type { Value } from "../terms/index.ts";
import { Term } from "../terms/index.ts";
import type { Statements } from "./decisions.ts";
import { cellTerm, type Lowering } from "./lowering.ts";
import type { Node } from "./nodes.ts";
import type { Field, Packing } from "../schema/packing.ts";
import { OUT } from "./routine.ts";
import { get, i64, type Code } from "../wasm/assembler.ts";

/** Statements that store the state after a step at the end of the output, in whole words. */
export function successor(packing: Packing, cells: readonly Value[], next: ReadonlyMap<number, Value>): Statements {
  const byWord = Array.from({ length: packing.words }, (): [cell: number, value: Value][] => []);
  for (const [cell, value] of next) {
    const { word, width } = packing.fields[cell] as Field;
    if (width > 0) byWord[word]?.push([cell, value]);
  }
  return (lowering) =>
    lowering.sequence(byWord.map((writes, word) => storedWord(lowering, packing, cells, word, writes)));
}

function storedWord(
  lowering: Lowering,
  { fields }: Packing,
  cells: readonly Value[],
  word: number,
  writes: readonly (readonly [cell: number, value: Value])[],
): Node {
  let cleared = 0n;
  let constant = 0n;
  const nodes: Node[] = [];
  const shifts: number[] = [];
  for (const [cell, value] of writes) {
    const { shift, width } = fields[cell] as Field;
    cleared |= ((1n << BigInt(width)) - 1n) << BigInt(shift);
    if (value instanceof Term) {
      nodes.push(lowering.inCell(value, cell));
      shifts.push(shift);
    } else constant |= BigInt(numberIn(cells[cell], value)) << BigInt(shift);
  }
  let kept: Code = lowering.word(word);
  if (cleared !== 0n) kept = cleared === 2n ** 64n - 1n ? i64.const(0) : i64.and(kept, i64.const(~cleared));
  if (constant !== 0n) kept = i64.or(kept, i64.const(constant));
  const compose = (codes: readonly Code[]): Code => {
    const value = codes.reduce((all, code, index) => {
      const shift = shifts[index] as number;
      return i64.or(all, shift === 0 ? code : i64.shl(code, i64.const(shift)));
    }, kept);
    return i64.store(get(OUT), value, 8 * word);
  };
  if (nodes.length === 0) return lowering.nodes.leaf(undefined, 3, compose([]));
  return lowering.nodes.add(undefined, "strict", nodes, 3 * nodes.length, compose);
}

/** The number by which a cell holds a value. */
function numberIn(cell: Value | undefined, value: Value): number {
  const { domain, low } = cellTerm(cell);
  return domain === undefined ? (value as number) - low : Math.max(0, domain.positionOf(value as never));
}
