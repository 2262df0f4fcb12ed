/** TEMPORARY, until `createReading` of checker/reading is there: what was learned of a model's functions, as terms. */
import type { ActionInstance, Model, SafetyProperty } from "../language/index.ts";
import type { Diagram, Leaf } from "../learning/diagram.ts";
import { Functions } from "../learning/functions.ts";
import type { Learned } from "../learning/learn.ts";
import type { ReadAction, ReadPredicate } from "../reading/read.ts";
import type { Reading } from "../reading/reading.ts";
import { Terms, type Bool, type Value } from "../terms/index.ts";

const MOST_PATHS = 1_000_000;

export function createReading<S>(model: Model<S>): Reading<S> {
  const terms = new Terms();
  const functions = new Functions(model);
  const cells = model.layout.cells.map(({ shape }, number) => terms.cell(number, shape));
  const unread = { why: "it takes too many runs", where: undefined };

  function fold(diagram: Diagram, of: (leaf: Leaf) => Value): Value {
    const made = new Map<Diagram, Value>();
    const walk = (node: Diagram): Value => {
      if (made.has(node)) return made.get(node);
      let value: Value;
      if (node.kind === "leaf") value = of(node);
      else {
        const { shape } = model.layout.cells[node.cell]!;
        const groups = new Map<Value, number[]>();
        node.children.forEach((child, number) => {
          const one = walk(child);
          groups.set(one, [...(groups.get(one) ?? []), number]);
        });
        const [first, ...rest] = groups;
        value = first![0];
        for (const [one, numbers] of rest) {
          const is = numbers.map((number) => terms.equal(cells[node.cell], shape.valueAt(number)));
          value = terms.ite(terms.or(...is), one, value);
        }
      }
      made.set(node, value);
      return value;
    };
    return walk(diagram);
  }
  const ends = (learned: Learned, kind: string): Bool =>
    fold(learned.diagram(), ({ outcome }) => outcome.kind === kind) as Bool;

  const predicate = (learned: Learned, violation: boolean): ReadPredicate => {
    if (!learned.completeWithin(MOST_PATHS)) return { holds: false, fault: true, unread };
    const hit = ends(learned, "hit");
    return { holds: violation ? terms.not(hit) : hit, fault: ends(learned, "ask"), unread: undefined };
  };

  return {
    model,
    terms,
    cells,
    action(instance): ReadAction<S> {
      const learned = functions.action(instance);
      if (!learned.completeWithin(MOST_PATHS)) return { instance, guard: true, next: new Map(), fault: true, unread };
      const diagram = learned.diagram();
      const written = new Set<number>();
      const look = (node: Diagram): void => {
        if (node.kind === "branch") new Set(node.children).forEach(look);
        else if (node.outcome.kind === "update") for (const { cell } of node.outcome.writes) written.add(cell);
      };
      look(diagram);
      const next = new Map<number, Value>();
      for (const cell of written) {
        const value = fold(diagram, ({ outcome }) => {
          const write = outcome.kind === "update" ? outcome.writes.find((one) => one.cell === cell) : undefined;
          if (write === undefined) return cells[cell];
          const { source } = write;
          const to = model.layout.cells[cell]!.shape;
          if (typeof source === "number") return to.valueAt(source);
          const from = model.layout.cells[source.from]!.shape;
          if (source.map === undefined && from.cardinality > 256) {
            const difference = (to.valueAt(0) as number) - (from.valueAt(0) as number);
            return terms.arithmetic("+", cells[source.from], difference);
          }
          return terms.map(cells[source.from], (scalar) => {
            const number = from.indexOf(scalar);
            return to.valueAt(source.map === undefined ? number : source.map[number]!);
          });
        });
        if (value !== cells[cell]) next.set(cell, value);
      }
      return { instance, guard: ends(learned, "update"), next, fault: ends(learned, "ask"), unread: undefined };
    },
    state: (id, holds) =>
      predicate(functions.state(id, { kind: "sometimes", title: "", holds: holds as never }), false),
    step: (id, property: SafetyProperty<S> & { readonly kind: "step" }, instance: ActionInstance<S>) =>
      predicate(functions.step(id, property, instance), true),
  };
}
