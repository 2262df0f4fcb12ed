/** The states that a system read for any size reaches at one size, from the initial states of the model at that size. */
import { FiniteSystem, type State } from "../../../../checker/any-size/evaluate.ts";
import { spotsOf } from "../../../../checker/any-size/reading/evidence.ts";
import type { AnySizeReading } from "../../../../checker/any-size/reading/index.ts";
import type { Any } from "./nodes.ts";
import { nameOf } from "../../../../checker/any-size/reading/family/structure.ts";

export interface Enumerated {
  /** Packed states of the model's layout, as texts. */
  readonly states: ReadonlySet<string>;
  readonly transitions: number;
  /** Whether each initial state of the model meets the condition of initial states. */
  readonly startsRight: boolean;
}

export function enumerate(reading: AnySizeReading<Any>, build: number): Enumerated {
  const { builds, system, structure, literals } = reading;
  const model = builds.models[build]!;
  const { layout } = model;
  const sizes = Object.fromEntries(builds.dimensions.map(({ sort, sizes }) => [sort.name, sizes[build]!]));
  const finite = new FiniteSystem(system, sizes);
  const spots = spotsOf(structure.root, layout).map((spot) => ({ ...spot, at: finite.at(spot.cell, spot.indices) }));
  const atOf = new Map(spots.map((spot) => [spot.number, spot.at]));

  const toState = (words: Uint32Array): State => {
    const state = new Uint8Array(finite.length);
    for (const [cell, index] of literals) state[finite.at(cell, [])] = finite.valuesOf(cell).indexOf(index);
    for (const { cell, number, at } of spots) {
      const { word, shift, width, shape } = layout.cells[number]!;
      const scalar = shape.valueAt(width === 0 ? 0 : (words[word]! >>> shift) & (2 ** width - 1));
      const value =
        cell.type.kind === "boolean"
          ? scalar === true || scalar === 1
          : cell.type.kind === "index" && typeof scalar === "number" && scalar >= 0
            ? scalar
            : nameOf(scalar);
      state[at] = finite.valuesOf(cell).indexOf(value);
    }
    return canonical(state);
  };
  /** The same state with the first value in every place that has no meaning. */
  const canonical = (state: State): State => {
    for (const { at, needs } of spots) {
      const isUsed = needs.every(({ spot, least }) => state[atOf.get(spot.number)!]! >= least);
      if (!isUsed) state[at] = 0;
    }
    return state;
  };

  const instances = system.actions.flatMap((action) =>
    finite.combinations(action.parameters.map(({ sort }) => sort)).map((values) => ({ action, values })),
  );
  const words = new Uint32Array(layout.words);
  const todo: State[] = [];
  const states = new Set<string>();
  const visit = (state: State): void => {
    const key = state.join();
    if (states.has(key)) return;
    states.add(key);
    todo.push(state);
  };
  let startsRight = true;
  for (const initial of model.initial) {
    layout.encode(initial, words, 0);
    const state = toState(words);
    startsRight &&= finite.evaluate(system.initial, state) === true;
    visit(state);
  }
  let transitions = 0;
  for (let state = todo.pop(); state !== undefined; state = todo.pop()) {
    for (const { action, values } of instances) {
      const next = finite.step(action, values, state);
      if (next === undefined) continue;
      transitions++;
      visit(canonical(next));
    }
  }
  return { states, transitions, startsRight };
}

/** The number of the build with these sizes, in the order of the dimensions. */
export function buildAt({ builds }: AnySizeReading<Any>, ...sizes: readonly number[]): number {
  const found = [...builds.models.keys()].find((build) =>
    builds.dimensions.every((dimension, at) => dimension.sizes[build] === sizes[at]),
  );
  if (found === undefined) throw new Error(`no model of ${sizes.join()} was built`);
  return found;
}
