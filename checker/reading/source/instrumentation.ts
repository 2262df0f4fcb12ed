import type { AnyNode } from "acorn";

/** Variables and functions in which tools that measure coverage count: istanbul's, and those of older ones. */
const COUNTERS = /^(cov_\w+|__coverage__|__cov_\w*|_\$jscoverage)$/;

/**
 * Whether an expression counts for a tool that measures coverage: it belongs to no model, and nothing in a model depends
 * on it.
 */
export function isCounter(node: AnyNode): boolean {
  if (node.type !== "UpdateExpression") return false;
  let root: AnyNode = node.argument;
  while (root.type === "MemberExpression") root = root.object;
  if (root.type === "CallExpression" && root.arguments.length === 0) root = root.callee;
  return root.type === "Identifier" && COUNTERS.test(root.name);
}
