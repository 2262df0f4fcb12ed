import type { AnyNode, Function as FunctionNode, Statement } from "acorn";
import type { Bool, Terms } from "../../terms/index.ts";

/**
 * The places of a predicate behind its premises: behind its leading `if (...) return true;`, and where
 * an antecedent of `implies` holds. A predicate that never gets to one of them holds vacuously.
 */
export class Premises {
  readonly #terms: Terms;
  readonly #reached = new Map<AnyNode, Bool>();

  /**
   * @param predicate whose own places, and those of functions inside it, are looked at
   * @param of for steps, a function that fails wherever its guards let a step pass has no premise: it says that such steps
   * are never taken
   */
  constructor(terms: Terms, predicate: AnyNode, of: "states" | "steps") {
    this.#terms = terms;
    for (const node of placesBehindGuards(predicate, of)) this.#reached.set(node, false);
  }

  /** Notes that a statement is executed under a condition. */
  execute(node: AnyNode, condition: () => Bool): void {
    if (this.#reached.has(node)) this.reach(node, condition());
  }

  /** A call of `implies`, wherever it stands. */
  implication(node: AnyNode): void {
    if (!this.#reached.has(node)) this.#reached.set(node, false);
  }

  /** The place is reached under a condition. */
  reach(node: AnyNode, condition: Bool): void {
    this.#reached.set(node, this.#terms.or(this.#reached.get(node) ?? false, condition));
  }

  /** For each place under which condition it is reached. */
  get conditions(): ReadonlyMap<AnyNode, Bool> {
    return this.#reached;
  }
}

const placesOf = {
  states: new WeakMap<AnyNode, readonly AnyNode[]>(),
  steps: new WeakMap<AnyNode, readonly AnyNode[]>(),
};

function placesBehindGuards(root: AnyNode, of: "states" | "steps"): readonly AnyNode[] {
  let known = placesOf[of].get(root);
  if (known === undefined) {
    const places: AnyNode[] = [];
    eachFunction(root, ({ body }) => {
      if (body.type !== "BlockStatement") return;
      const place = placeBehindGuards(body.body, of);
      if (place !== undefined) places.push(place);
    });
    placesOf[of].set(root, (known = places));
  }
  return known;
}

/**
 * The statement behind the leading guards of a function, as far as they are guards: where all that follows them is a
 * failure, the last of them says when the predicate holds, and is none.
 */
function placeBehindGuards(statements: readonly Statement[], of: "states" | "steps"): Statement | undefined {
  const guards: number[] = [];
  for (const [index, statement] of statements.entries()) {
    if (isGuard(statement)) guards.push(index);
    else if (statement.type !== "VariableDeclaration" && statement.type !== "FunctionDeclaration") break;
  }
  for (const index of guards.toReversed()) {
    const rest = statements.slice(index + 1);
    if (rest.some(mayHold)) return rest[0];
    if (of === "steps") return undefined;
  }
  return undefined;
}

/** `if (...) return true;` */
function isGuard(statement: Statement): boolean {
  if (statement.type !== "IfStatement" || statement.alternate != null) return false;
  const { consequent } = statement;
  const only = consequent.type === "BlockStatement" && consequent.body.length === 1 ? consequent.body[0] : consequent;
  return only?.type === "ReturnStatement" && only.argument?.type === "Literal" && only.argument.value === true;
}

/** Whether a statement returns something else than a failure, outside the functions in it. */
function mayHold(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(mayHold);
  if (typeof value !== "object" || value === null || !("type" in value)) return false;
  const node = value as AnyNode;
  if (node.type.includes("Function")) return false;
  if (node.type === "ReturnStatement") return node.argument != null && !isFailure(node.argument);
  return Object.values(node).some(mayHold);
}

function isFailure(node: AnyNode): boolean {
  if (node.type === "Literal") return node.value === false;
  if (node.type !== "CallExpression") return false;
  const callee = node.callee.type === "SequenceExpression" ? node.callee.expressions.at(-1) : node.callee;
  const name = callee?.type === "MemberExpression" ? callee.property : callee;
  return name?.type === "Identifier" && name.name === "because";
}

function eachFunction(value: unknown, visit: (node: FunctionNode) => void): void {
  if (Array.isArray(value)) return value.forEach((one) => eachFunction(one, visit));
  if (typeof value !== "object" || value === null) return;
  const node = value as AnyNode;
  if (typeof node.type === "string" && node.type.includes("Function")) visit(node as FunctionNode);
  for (const part of Object.values(node)) eachFunction(part, visit);
}
