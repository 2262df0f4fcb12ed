import type { AnyNode, Expression, Property, Super } from "acorn";
import { NotRead } from "../../terms/index.ts";

const typesOf = new WeakMap<AnyNode, ReadonlySet<string>>();

/** Whether a node of one of the types stands in a part of a function, not in functions inside it. */
export function contains(node: AnyNode, types: ReadonlySet<string>): boolean {
  let found = typesOf.get(node);
  if (found === undefined) {
    const all = new Set<string>();
    collect(node, all);
    typesOf.set(node, (found = all));
  }
  for (const type of types) if (found.has(type)) return true;
  return false;
}

function collect(value: unknown, types: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const one of value) collect(one, types);
    return;
  }
  const node = value as AnyNode;
  if (typeof node.type === "string") {
    types.add(node.type);
    if (node.type.includes("Function")) return;
  }
  for (const part of Object.values(node)) collect(part, types);
}

export function notSuper(node: Expression | Super): Expression {
  if (node.type === "Super") throw new NotRead("it uses super");
  return node;
}

/** The name of a property that is written as it is. */
export function staticKey(node: Property["key"]): string {
  if (node.type === "Identifier") return node.name;
  if (node.type === "Literal") return String(node.value);
  throw new NotRead("it uses a private member");
}

/** Names in errors of the parts of the language that are not read. */
export const CONSTRUCTS: Readonly<Record<string, string>> = {
  TryStatement: "try statement",
  LabeledStatement: "label",
  ClassDeclaration: "class",
  ClassExpression: "class",
  TaggedTemplateExpression: "tagged template",
  AwaitExpression: "await",
  YieldExpression: "yield",
  ImportExpression: "dynamic import",
  MetaProperty: "meta property",
  WithStatement: "with statement",
  DebuggerStatement: "debugger statement",
};
