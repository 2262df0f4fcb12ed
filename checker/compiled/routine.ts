import type { Term } from "../terms/index.ts";
import type { Statements } from "./decisions.ts";
import { Lowering, type Context } from "./lowering.ts";
import type { Packing } from "../schema/packing.ts";
import {
  call,
  get,
  I32,
  I64,
  i64,
  set,
  type Code,
  type FunctionBuilder,
  type ModuleBuilder,
} from "../wasm/assembler.ts";

/** Parameters of every function that works on one state: its address, and the end of the output. */
export const [AT, OUT] = [0, 1];

/**
 * Makes a function of statements about one state. It returns the end of the output.
 *
 * @param stored addresses of conditions that have been computed when it is called
 */
export function routineOf(
  module: ModuleBuilder,
  context: Context,
  statements: Statements,
  stored: ReadonlyMap<Term, number> = new Map(),
): FunctionBuilder {
  const made = module.function(2, [I32]);
  const loads = Array.from({ length: context.packing.words }, (_, word) =>
    set(made.local(I64), loadWord(context.packing, word, get(AT))),
  );
  const lowering = new Lowering(context, made, stored);
  const code = lowering.nodes.code(statements(lowering));
  made.body = [loads, code, get(OUT)];
  return made;
}

/** Code that calls such a function for the same state. */
export function calling(made: FunctionBuilder): Code {
  return set(OUT, call(made.index, get(AT), get(OUT)));
}

/** A word of the state at an address; of the last one there may be fewer bytes in memory. */
export function loadWord({ words, bytes }: Packing, word: number, state: Code): Code {
  const rest = bytes - 8 * word;
  if (word < words - 1 || rest === 8) return i64.load(state, 8 * word);
  if (rest === 1) return i64.load8(state, 8 * word);
  if (rest === 2) return i64.load16(state, 8 * word);
  if (rest === 4) return i64.load32(state, 8 * word);
  return i64.and(i64.load(state, 8 * word), i64.const((1n << BigInt(8 * rest)) - 1n));
}
