import type { Diagram, Leaf } from "../learning/diagram.ts";
import type { Source, Write } from "../learning/outcome.ts";
import type { Plan, PlanTest } from "./filter.ts";
import type { Field, Packing } from "./packing.ts";
import {
  block,
  br,
  brIf,
  brTable,
  get,
  I32,
  i32,
  i64,
  loop,
  set,
  type Code,
  type FunctionBuilder,
  type ModuleBuilder,
} from "./wasm.ts";
import { element, wordsOf, type Words } from "./words.ts";

/** A function of the model, as the expander runs it on states. */
export interface Entry {
  readonly diagram: Diagram;
  /** Bits that are set in a state's byte of `live` where the function ends in "update" or "hit". */
  readonly live: number;
  /** Whether "hit" is noted, with the state. */
  readonly notes: boolean;
}

/** Addresses in the memory of an expander. */
interface StepMap {
  readonly input: number;
  readonly live: number;
  readonly notedEnd: number;
  readonly askedEnd: number;
}

/** What the functions of all entries share. */
export interface StepContext {
  readonly packing: Packing;
  readonly module: ModuleBuilder;
  readonly map: StepMap;
  readonly stride: number;
  readonly tracing: boolean;
  /** Puts a table into the memory. */
  readonly put: (bytes: Uint8Array) => number;
}

/** A function of the model with more nodes than this is not compiled: its tree is walked instead. */
const MOST_NODES = 4_000;

type Node = PlanTest | Leaf | (Plan & { readonly kind: "branch" });

/** The locals of a step function. */
interface Scope {
  readonly number: number;
  readonly entry: Entry;
  readonly words: Words;
  readonly state: number;
  readonly out: number;
  readonly value: number;
}

/** The function of one entry: list, length of the list and end of the output in; end of the output out. */
export function stepOf(context: StepContext, number: number, entry: Entry, plan: Plan): FunctionBuilder {
  const { packing, map } = context;
  const made = context.module.function(3, [I32]);
  const [list, count, out] = [0, 1, 2];
  const [state, end, value] = [made.local(I32), made.local(I32), made.local(I32)];
  const words = wordsOf(packing, made);
  const scope: Scope = { number, entry, words, state, out, value };
  const body = bodyOf(context, scope, plan);
  if (body === undefined) {
    made.body = get(out);
    return made;
  }
  made.body = [
    set(end, element(get(list), get(count), 4)),
    block(
      loop(
        brIf(1, i32.ge(get(list), get(end))),
        set(state, i32.load(get(list))),
        words.loadPacked(element(i32.const(map.input), get(state), packing.bytes)),
        body,
        set(list, i32.add(get(list), i32.const(4))),
        br(0),
      ),
    ),
    get(out),
  ];
  return made;
}

/**
 * Code for a diagram, each node once: every node but the first stands behind the end of a block, and a branch to it
 * leaves the blocks in between.
 */
function bodyOf(context: StepContext, scope: Scope, plan: Plan): Code | undefined {
  let nodes = inOrder(plan);
  if (nodes.length === 0) return undefined;
  if (nodes.length > MOST_NODES) nodes = [{ kind: "leaf", id: -1, outcome: { kind: "ask" }, updates: false }];
  const positions = new Map<Plan, number>(nodes.map((node, position) => [node, position]));
  let code: Code = [];
  for (const [position, node] of nodes.entries()) {
    // What ends in nothing leaves all blocks.
    const depthTo = (target: Plan): number => (positions.get(target) ?? nodes.length) - position - 1;
    const here =
      node.kind === "leaf"
        ? [leafOf(context, scope, node), br(nodes.length - position - 1)]
        : testOf(context.packing.fields[node.cell] as Field, scope, node, depthTo);
    code = position === 0 ? here : [block(code), here];
  }
  return block(code);
}

/** The nodes, each before those that it leads to; without those that end in nothing. */
function inOrder(plan: Plan): Node[] {
  const nodes: Node[] = [];
  const seen = new Set<Plan>();
  const walk = (node: Plan): void => {
    if (node === undefined || seen.has(node)) return;
    seen.add(node);
    if (node.kind === "leaf") {
      if (node.outcome.kind === "none") return;
    } else for (const child of new Set<Plan>(node.children)) walk(child);
    nodes.push(node);
  };
  walk(plan);
  return nodes.toReversed();
}

function testOf(field: Field, scope: Scope, node: Exclude<Node, Leaf>, depthTo: (target: Plan) => number): Code {
  const { word, shift, width } = field;
  const bits = get(scope.words.locals[word] as number);
  const mask = (1n << BigInt(width)) - 1n;
  const valuesTo = new Map<number, number[]>();
  for (const [value, child] of node.children.entries()) {
    // No state gets there: any target serves.
    if (child === undefined) continue;
    const depth = depthTo(child);
    const values = valuesTo.get(depth);
    if (values === undefined) valuesTo.set(depth, [value]);
    else values.push(value);
  }
  const targets = [...valuesTo].sort(([, a], [, b]) => a.length - b.length);
  const [otherwise] = targets.pop() as [number, number[]];
  const value = i32.wrap(i64.and(i64.shr(bits, i64.const(BigInt(shift))), i64.const(mask)));
  if (targets.length > 2 || (targets.length > 0 && node.children.length > 64)) {
    if (targets.every(([, values]) => values.length === 1) && targets.length <= 2) return [tests(), br(otherwise)];
    const table = node.children.map((child) => (child === undefined ? otherwise : depthTo(child)));
    return brTable(value, table, otherwise);
  }
  return [tests(), br(otherwise)];

  function tests(): Code {
    return targets.map(([depth, values]) => {
      if (values.length === 1) {
        const wanted = BigInt(values[0] as number) << BigInt(shift);
        return brIf(depth, i64.eq(i64.and(bits, i64.const(mask << BigInt(shift))), i64.const(wanted)));
      }
      const among = values.reduce((all, one) => all | (1n << BigInt(one)), 0n);
      return brIf(depth, i32.and(i32.wrap(i64.shr(i64.const(among), i64.extend(value))), i32.const(1)));
    });
  }
}

function leafOf({ packing, map, stride, tracing, put }: StepContext, scope: Scope, leaf: Leaf): Code {
  const { number, entry, words, state, out } = scope;
  const { outcome } = leaf;
  const at = i32.add(i32.const(map.live), get(state));
  const live: Code = entry.live === 0 ? [] : i32.store8(at, i32.or(i32.load8(at), i32.const(entry.live)));
  switch (outcome.kind) {
    case "none":
      return [];
    case "ask":
      return note(map.askedEnd);
    case "hit":
      return [live, entry.notes ? note(map.notedEnd) : []];
    case "update":
      return [
        live,
        words.locals.map((_, word) =>
          i64.store(get(out), updated(packing, words, outcome.writes, word, put), 8 * word),
        ),
        tracing
          ? i64.store(get(out), i64.or(i64.extend(get(state)), i64.const(BigInt(number) << 32n)), 8 * packing.words)
          : [],
        set(out, i32.add(get(out), i32.const(stride))),
      ];
  }

  function note(end: number): Code {
    const to = i32.load(i32.const(end));
    return [
      i32.store(to, get(state)),
      i32.store(to, i32.const(number), 4),
      i32.store(i32.const(end), i32.add(to, i32.const(8))),
    ];
  }
}

/** One word of the state after an update. */
function updated(
  packing: Packing,
  words: Words,
  writes: readonly Write[],
  word: number,
  put: (bytes: Uint8Array) => number,
): Code {
  let cleared = 0n;
  let constant = 0n;
  const copies: Code[] = [];
  for (const { cell, source } of writes) {
    const field = packing.fields[cell] as Field;
    if (field.word !== word) continue;
    const shift = BigInt(field.shift);
    cleared |= ((1n << BigInt(field.width)) - 1n) << shift;
    if (typeof source === "number") constant |= BigInt(source) << shift;
    else copies.push(i64.shl(sourceOf(packing, words, source, put), i64.const(shift)));
  }
  let code: Code = get(words.locals[word] as number);
  if (cleared !== 0n) code = i64.and(code, i64.const(~cleared));
  if (constant !== 0n) code = i64.or(code, i64.const(constant));
  return copies.reduce<Code>((all, copy) => i64.or(all, copy), code);
}

function sourceOf(
  packing: Packing,
  words: Words,
  { from, map }: Exclude<Source, number>,
  put: (bytes: Uint8Array) => number,
): Code {
  const { word, shift, width } = packing.fields[from] as Field;
  const mask = (1n << BigInt(width)) - 1n;
  const value = i64.and(i64.shr(get(words.locals[word] as number), i64.const(BigInt(shift))), i64.const(mask));
  const [first = 0] = map ?? [];
  if (map === undefined || map.every((to, index) => to === first + index))
    return first === 0 ? value : i64.add(value, i64.const(BigInt(first)));
  // Values of the source that no state has where this runs may stand past the end of the table.
  const size = 2 ** width;
  if (map.every((to) => to < 256)) {
    const bytes = new Uint8Array(size);
    bytes.set(map);
    return i64.load8(i32.wrap(value), put(bytes));
  }
  const table = new Uint32Array(size);
  table.set(map);
  const at = put(new Uint8Array(table.buffer));
  return i64.load32(i32.mul(i32.wrap(value), i32.const(4)), at);
}
