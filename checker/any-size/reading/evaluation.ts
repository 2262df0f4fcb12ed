import type { AnyNode, Pattern } from "acorn";
import type { Session } from "./session.ts";
import type { Scope, Thing } from "./things.ts";

/** What the parts of the interpreter use of each other. */
export interface Evaluation {
  readonly session: Session;
  /** Notes the place, and counts the work. */
  visit(node: AnyNode): void;
  call(callable: Thing, self: Thing, given: readonly Thing[]): Thing;
  lookUp(name: string, scope: Scope): Thing;
  /** Gives the names of a pattern their values; with `assigns`, variables that exist. */
  bind(pattern: Pattern, value: Thing, scope: Scope, assigns?: boolean): void;
  setMember(object: Thing, key: Thing, value: Thing): void;
}
