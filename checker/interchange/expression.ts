import type { Branch, Diagram } from "../learning/diagram.ts";

/** A condition on the cells of a state. */
export type Expression =
  | { readonly kind: "constant"; readonly value: boolean }
  /** The cell has one of these values, given by number, in ascending order. */
  | { readonly kind: "test"; readonly cell: number; readonly values: readonly number[] }
  | { readonly kind: "and" | "or"; readonly operands: readonly Expression[] }
  | { readonly kind: "not"; readonly operand: Expression }
  /** A definition, by its name in the target language. */
  | { readonly kind: "name"; readonly name: string };

export const TRUE: Expression = { kind: "constant", value: true };
export const FALSE: Expression = { kind: "constant", value: false };

/** The conjunction of conditions, flat and without what is certain. */
export function and(operands: readonly Expression[]): Expression {
  return combined("and", operands);
}

/** The disjunction of conditions, flat and without what is impossible. */
export function or(operands: readonly Expression[]): Expression {
  return combined("or", operands);
}

export function not(operand: Expression): Expression {
  if (operand.kind === "constant") return operand.value ? FALSE : TRUE;
  return operand.kind === "not" ? operand.operand : { kind: "not", operand };
}

function combined(kind: "and" | "or", operands: readonly Expression[]): Expression {
  const neutral = kind === "and";
  const flat = merged(
    kind,
    operands.flatMap((operand) => (operand.kind === kind ? operand.operands : [operand])),
  ).filter((operand) => operand.kind !== "constant" || operand.value !== neutral);
  if (flat.some((operand) => operand.kind === "constant")) return neutral ? FALSE : TRUE;
  const [first] = flat;
  if (first === undefined) return neutral ? TRUE : FALSE;
  return flat.length === 1 ? first : { kind, operands: flat };
}

/** Several tests of one cell are one. */
function merged(kind: "and" | "or", operands: readonly Expression[]): Expression[] {
  const tests = new Map<number, number>();
  const result: Expression[] = [];
  for (const operand of operands) {
    const before = operand.kind === "test" ? tests.get(operand.cell) : undefined;
    if (operand.kind !== "test" || before === undefined) {
      if (operand.kind === "test") tests.set(operand.cell, result.length);
      result.push(operand);
      continue;
    }
    const { values } = result[before] as Expression & { readonly kind: "test" };
    const both =
      kind === "and"
        ? values.filter((value) => operand.values.includes(value))
        : [...new Set([...values, ...operand.values])].sort((a, b) => a - b);
    result[before] = { kind: "test", cell: operand.cell, values: both };
  }
  return result;
}

/** Which ends of a diagram make a condition true; undefined: no state gets there, either answer will do. */
export type Meaning = (leaf: Diagram) => boolean | undefined;

type Reduced = boolean | Test;

interface Test {
  readonly id: number;
  readonly cell: number;
  /** By value; undefined where no state gets. */
  readonly children: readonly (Reduced | undefined)[];
}

/**
 * The condition under which a diagram ends where it should, as text is written: where all ways to the one end pass
 * through one node, what comes before it and what comes behind it are two parts of a conjunction or disjunction. So
 * the diagram of `(a or b) and (c or d)` is written like this again, and not as the sum of its four paths.
 */
export function conditionOf(diagram: Diagram, meaning: Meaning): Expression {
  return new Writer().written(reduce(diagram, meaning));
}

/** Merges what need not be told apart. */
function reduce(diagram: Diagram, meaning: Meaning): Reduced {
  const made = new Map<Diagram, Reduced | undefined>();
  const known = new Map<string, Test>();
  const walk = (node: Diagram): Reduced | undefined => {
    if (node.kind === "leaf") return meaning(node);
    if (made.has(node)) return made.get(node);
    const result = branch(
      node,
      node.children.map((child) => walk(child)),
    );
    made.set(node, result);
    return result;
  };
  const branch = (node: Branch, children: readonly (Reduced | undefined)[]): Reduced | undefined => {
    const first = children.find((child) => child !== undefined);
    if (first === undefined || children.every((child) => child === undefined || child === first)) return first;
    const key = `${node.cell}:${children.map((child) => (typeof child === "object" ? child.id : String(child))).join()}`;
    let test = known.get(key);
    if (test === undefined) known.set(key, (test = { id: known.size, cell: node.cell, children }));
    return test;
  };
  return walk(diagram) ?? false;
}

class Writer {
  readonly #done = new Map<Test, Expression>();

  written(node: Reduced): Expression {
    if (typeof node === "boolean") return node ? TRUE : FALSE;
    let expression = this.#done.get(node);
    if (expression === undefined) this.#done.set(node, (expression = this.#split(node)));
    return expression;
  }

  #split(root: Test): Expression {
    const order = inOrder(root);
    for (const [end, combine] of [
      [true, and],
      [false, or],
    ] as const) {
      const middle = gate(order, end);
      if (middle === undefined) continue;
      // Before the gate, reaching it is what the whole condition needs (or, for "false", what it does not have).
      const before = substituted(root, middle, end);
      return combine([this.written(before), this.written(middle)]);
    }
    return this.#cases(root);
  }

  #cases(root: Test): Expression {
    const groups = new Map<Reduced, number[]>();
    for (const [value, child] of root.children.entries()) {
      if (child === undefined) continue;
      const values = groups.get(child);
      if (values === undefined) groups.set(child, [value]);
      else values.push(value);
    }
    // Values that no state has go to the case that becomes shorter: the last, which is the rest.
    const test = (values: readonly number[]): Expression => ({ kind: "test", cell: root.cell, values });
    const complete = (child: Reduced, values: readonly number[]): readonly number[] =>
      child === true || groups.size > 2 ? values : withImpossible(root, values, groups.size);
    return or(
      [...groups]
        .filter(([child]) => child !== false)
        .map(([child, values]) => and([test(complete(child, values)), this.written(child)])),
    );
  }
}

function withImpossible(root: Test, values: readonly number[], groups: number): readonly number[] {
  // Of two cases one is the complement of the other, so values that no state has may be counted with either.
  if (groups !== 2 || values.length * 2 <= root.children.length) return values;
  return root.children.flatMap((child, value) => (child === undefined || values.includes(value) ? [value] : []));
}

/** The nodes, each before its children. */
function inOrder(root: Test): Test[] {
  const seen = new Set<Test>();
  const order: Test[] = [];
  const walk = (node: Test): void => {
    if (seen.has(node)) return;
    seen.add(node);
    for (const child of node.children) if (typeof child === "object") walk(child);
    order.push(node);
  };
  walk(root);
  return order.toReversed();
}

/** The first node below the root through which every way to the end goes. */
function gate(order: readonly Test[], end: boolean): Test | undefined {
  const leads = new Map<Test, boolean>();
  for (const node of order.toReversed()) {
    leads.set(
      node,
      node.children.some((child) => (typeof child === "object" ? leads.get(child) === true : child === end)),
    );
  }
  const relevant = order.filter((node) => leads.get(node) === true);
  const position = new Map(relevant.map((node, index) => [node, index]));
  // Edges as intervals of positions: a node is passed by all if no edge jumps over it.
  let farthest = 0;
  for (const [index, node] of relevant.entries()) {
    if (index > 0 && farthest <= index) return node;
    for (const child of node.children) {
      if (child === end) farthest = Infinity;
      else if (typeof child === "object" && leads.get(child) === true) {
        farthest = Math.max(farthest, position.get(child) as number);
      }
    }
  }
  return undefined;
}

/** The diagram with an end in place of a node. */
function substituted(root: Test, gone: Test, end: boolean): Reduced {
  const made = new Map<Test, Reduced>();
  let id = -1;
  const walk = (node: Test): Reduced => {
    if (node === gone) return end;
    let result = made.get(node);
    if (result === undefined) {
      const children = node.children.map((child) => (typeof child === "object" ? walk(child) : child));
      const first = children.find((child) => child !== undefined);
      const same = children.every((child) => child === undefined || child === first);
      result = same && first !== undefined ? first : { id: id--, cell: node.cell, children };
      made.set(node, result);
    }
    return result;
  };
  return walk(root);
}
