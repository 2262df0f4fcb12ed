import type { AnyNode, Expression, MemberExpression, Pattern, SpreadElement, Statement } from "acorn";
import type { Bool } from "../../terms/index.ts";
import type { Collections } from "../values/collections.ts";
import type { Failures } from "../values/failures.ts";
import type { Iteration } from "../values/iteration.ts";
import type { ListCalls } from "../values/list-data.ts";
import type { Lists } from "../values/lists.ts";
import type { Objects } from "../values/objects.ts";
import type { Paths } from "../values/paths.ts";
import type { Scalars } from "../values/scalars.ts";
import type { HeapObject, Thing } from "../values/values.ts";

/** The interface between the parts of the interpreter. */
export interface Evaluation extends ListCalls {
  readonly paths: Paths;
  readonly objects: Objects;
  readonly iteration: Iteration;
  readonly lists: Lists;
  readonly collections: Collections;
  readonly scalars: Scalars;
  readonly failures: Failures;
  evaluate(node: Expression, scope: HeapObject): Thing;
  /** Executes a statement; throws `DEAD` where every path ends in it. */
  execute(node: Statement, scope: HeapObject): void;
  /** Evaluates what only a text depends on: it need not be known, but it may not change anything. */
  evaluateText(nodes: readonly (Expression | SpreadElement)[], scope: HeapObject): void;
  /** The same for a call. */
  callForText(callable: Thing, given: readonly Thing[]): void;
  /** Gives values to the names of a pattern; `assigns`: they exist already. */
  bind(pattern: Pattern, value: Thing, scope: HeapObject, assigns?: boolean): void;
  variable(name: string, scope: HeapObject): Thing;
  assign(name: string, value: Thing, scope: HeapObject): void;
  /** Counts a node of the source and remembers it as the place of a mistake. */
  visit(node: AnyNode): void;
  /** Notes a comparison of a part of the state with what it can never be. */
  compared(node: AnyNode, part: Thing, constant: Thing): void;
  /** A call of `implies` is read; `holds` is to be called where its antecedent holds. */
  implication(): { readonly holds: () => void };
  /** Sets the property that a member expression names. */
  setMember(node: MemberExpression, object: Thing, scope: HeapObject, value: Thing): void;
  less(one: Thing, other: Thing): Bool;
  /** Makes what `new` makes. */
  construct(callee: Thing, given: readonly Thing[]): Thing;
}

/** A function with a replacement for reading, because its meaning is known better than its source shows. */
export type Intrinsic = (evaluation: Evaluation, given: readonly Thing[]) => Thing;
