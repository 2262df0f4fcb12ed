import { NotRead } from "../../../terms/index.ts";
import type { Expression } from "../../system.ts";
import { and, choose, FALSE, not, or, TRUE } from "./expressions.ts";
import { Facts } from "./facts.ts";

/** The runs of a function, by the conditions on which they depend. */
export type Tree<Leaf> =
  | { readonly kind: "leaf"; readonly leaf: Leaf }
  | {
      readonly kind: "split";
      readonly condition: Expression;
      /** Undefined where no run can get there. */
      yes: Tree<Leaf> | undefined;
      no: Tree<Leaf> | undefined;
    };

/** Runs of one function: beyond that it is not read. */
const MAX_RUNS = 20_000;

/** The path of a run contradicts itself. */
class Dead extends Error {}

/** What belongs to a run and must be as it was before, when the next begins. */
export interface RunState {
  save(): () => void;
}

/**
 * Runs a function once for each way through it. Conditions that depend on the state are decided one way in one run, and
 * the other way in a later one.
 */
export class Explorer {
  facts = new Facts();
  readonly #state: RunState;
  #script: boolean[] = [];
  #path: Expression[] = [];
  #runs = 0;
  #depth = 0;

  constructor(state: RunState) {
    this.#state = state;
  }

  /** Depth of nested explorations. */
  get depth(): number {
    return this.#depth;
  }

  begin(): void {
    this.facts = new Facts();
    this.#runs = 0;
    this.#depth = 0;
  }

  /** Whether a condition holds in this run. */
  decide(given: Expression): boolean {
    let condition = this.facts.simplify(given);
    if (condition === TRUE || condition === FALSE) return condition === TRUE;
    let isNegated = false;
    while (condition.kind === "not") [condition, isNegated] = [condition.operand, !isNegated];
    // Parts one by one: what they have in common with other conditions is then seen.
    if (condition.kind === "and" || condition.kind === "or") {
      const strong = condition.kind === "or";
      const result = condition.operands.some((operand) => this.decide(operand) === strong) ? strong : !strong;
      return result !== isNegated;
    }
    const at = this.#path.length;
    this.#path.push(condition);
    if (at >= this.#script.length) this.#script.push(true);
    const value = this.#script[at] as boolean;
    if (!this.facts.assume(condition, value)) throw new Dead();
    return value !== isNegated;
  }

  explore<Leaf>(work: () => Leaf): Tree<Leaf> {
    const [facts, script, path] = [this.facts, this.#script, this.#path];
    const restore = this.#state.save();
    let root: Tree<Leaf> | undefined;
    this.#script = [];
    this.#depth++;
    try {
      for (;;) {
        if (++this.#runs > MAX_RUNS) throw new NotRead("it has too many paths");
        this.facts = facts.copy();
        this.#path = [];
        let leaf: Tree<Leaf> | undefined;
        try {
          leaf = { kind: "leaf", leaf: work() };
        } catch (error) {
          if (!(error instanceof Dead)) throw error;
        }
        restore();
        root = put(root, this.#path, this.#script, 0, leaf);
        while (this.#script.at(-1) === false) this.#script.pop();
        if (this.#script.length === 0) break;
        this.#script[this.#script.length - 1] = false;
      }
    } finally {
      restore();
      this.#depth--;
      [this.facts, this.#script, this.#path] = [facts, script, path];
    }
    // Code under contradicting facts is never reached.
    if (root === undefined) throw new Dead();
    return root;
  }
}

function put<Leaf>(
  tree: Tree<Leaf> | undefined,
  path: readonly Expression[],
  script: readonly boolean[],
  at: number,
  leaf: Tree<Leaf> | undefined,
): Tree<Leaf> | undefined {
  const condition = path[at];
  if (condition === undefined) return leaf;
  const node: Tree<Leaf> & { kind: "split" } =
    tree?.kind === "split" ? tree : { kind: "split", condition, yes: undefined, no: undefined };
  if (script[at] === true) node.yes = put(node.yes, path, script, at + 1, leaf);
  else node.no = put(node.no, path, script, at + 1, leaf);
  // A way that contradicts itself leaves the other one.
  return node;
}

/** The leaves, each with the conditions on the way to it. */
export function* leavesOf<Leaf>(tree: Tree<Leaf> | undefined): Iterable<Leaf> {
  if (tree === undefined) return;
  if (tree.kind === "leaf") yield tree.leaf;
  else {
    yield* leavesOf(tree.yes);
    yield* leavesOf(tree.no);
  }
}

/** A condition: that of its leaf, in each case. */
export function conditionOf<Leaf>(tree: Tree<Leaf> | undefined, ofLeaf: (leaf: Leaf) => Expression): Expression {
  if (tree === undefined) return FALSE;
  if (tree.kind === "leaf") return ofLeaf(tree.leaf);
  const [yes, no] = [conditionOf(tree.yes, ofLeaf), conditionOf(tree.no, ofLeaf)];
  if (tree.yes === undefined) return no;
  if (tree.no === undefined) return yes;
  if (yes === no) return yes;
  return or(and(tree.condition, yes), and(not(tree.condition), no)) === TRUE ? TRUE : choose(tree.condition, yes, no);
}

/** A value: that of its leaf, in each case; undefined where no leaf has one. Cases without one do not matter. */
export function valueOf<Leaf>(
  tree: Tree<Leaf> | undefined,
  ofLeaf: (leaf: Leaf) => Expression | undefined,
): Expression | undefined {
  if (tree === undefined) return undefined;
  if (tree.kind === "leaf") return ofLeaf(tree.leaf);
  const [yes, no] = [valueOf(tree.yes, ofLeaf), valueOf(tree.no, ofLeaf)];
  if (yes === undefined || no === undefined) return yes ?? no;
  return choose(tree.condition, yes, no);
}
