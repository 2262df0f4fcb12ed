import type { AnyNode, Expression, MemberExpression, Pattern, Property } from "acorn";
import type { Session } from "../values/session.ts";
import type { Scope, Thing } from "../values/things.ts";

/** Interface between the parts of the interpreter. */
export interface Evaluation {
  readonly session: Session;
  /** Notes the place, and counts the work. */
  visit(node: AnyNode): void;
  evaluate(node: Expression, scope: Scope): Thing;
  /** Name of a property in a pattern or an object. */
  key(property: { readonly key: Property["key"]; readonly computed: boolean }, scope: Scope): Thing;
  call(callable: Thing, self: Thing, given: readonly Thing[]): Thing;
  lookUp(name: string, scope: Scope): Thing;
  /** Gives the names of a pattern their values; with `assigns`, variables that exist. */
  bind(pattern: Pattern, value: Thing, scope: Scope, assigns?: boolean): void;
  /** Puts a value into a member that is written as an expression. */
  setMemberOf(node: MemberExpression, value: Thing, scope: Scope): void;
  setMember(object: Thing, key: Thing, value: Thing): void;
}
