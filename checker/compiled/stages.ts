import { inOrder, Term, type Value } from "../terms/index.ts";
import type { Statements } from "./decisions.ts";
import { MAX_TERMS } from "./limits.ts";
import { i32, type Code } from "../wasm/assembler.ts";

/** Conditions that one function computes: the compiler of V8 takes more than twice as long for twice as many. */
const MAX_TOGETHER = 250;

/** Conditions that one successor may have to store: as many as it has terms. */
export const MAX_STORED = MAX_TERMS;

/** Conditions that one function computes for those after it, with the addresses where it stores them: a byte for each. */
export type Stage = ReadonlyMap<Term, number>;

/**
 * Divides the computation of many terms among several functions, which run one after another.
 *
 * @param address of the first byte
 * @returns the stages before the last, which computes the roots
 */
export function stagesOf(roots: readonly Value[], address: number): Stage[] {
  const conditions = inOrder(roots).filter(isCondition);
  if (conditions.length <= MAX_TOGETHER) return [];
  const stageOf = new Map(conditions.map((term, index) => [term, Math.floor(index / MAX_TOGETHER)]));
  const stages = Array.from({ length: Math.ceil(conditions.length / MAX_TOGETHER) }, () => new Map<Term, number>());
  let end = address;
  /** Terms that are no conditions, of which the current stage computes its own copy. */
  let copied = new Set<Term>();
  const need = (value: Value, by: number): void => {
    if (!(value instanceof Term)) return;
    const stage = stageOf.get(value);
    if (stage === undefined) {
      if (copied.has(value)) return;
      copied.add(value);
      for (const operand of value.operands) need(operand, by);
    } else if (stage < by) {
      const stored = stages[stage] as Map<Term, number>;
      if (!stored.has(value)) stored.set(value, end++);
    }
  };
  for (const [index, term] of conditions.entries()) {
    if (index % MAX_TOGETHER === 0) copied = new Set();
    for (const operand of term.operands) need(operand, stageOf.get(term) as number);
  }
  copied = new Set();
  for (const root of roots) need(root, stages.length);
  return stages;
}

/** Statements that compute and store the conditions of a stage. */
export function storing(stage: Stage): Statements {
  return (lowering) =>
    lowering.sequence(
      [...stage].map(([term, address]) =>
        lowering.nodes.add(undefined, "strict", [lowering.bool(term)], 1, ([code]) =>
          i32.store8(i32.const(address), code as Code),
        ),
      ),
    );
}

/** Whether a term is worth a place in memory: a test of one cell is not. */
function isCondition(term: Term): boolean {
  return term.isBoolean && !(term.operator === "in" && (term.operands[0] as Term).operator === "cell");
}
