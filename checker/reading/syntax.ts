import type { AnyNode } from "acorn";

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
