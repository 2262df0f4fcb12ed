import { InternalError } from "../../errors.ts";
import type { ActionInstance, Model } from "../../language/index.ts";
import { partsOf } from "../../proof/states/parts.ts";
import { StateFormula } from "../../proof/formula/state-formula.ts";
import { createReading, type ReadAction, type Reading } from "../../reading/index.ts";
import type { Layout, Place, Scalar } from "../../schema/index.ts";
import { evaluator, type Bool, type Terms, type Value } from "../../terms/index.ts";
import { FiniteSystem, type Sizes } from "../evaluate.ts";
import { TermsOf } from "../instance.ts";
import type { Action, Cell, Expression, Variable } from "../system.ts";
import type { AnySizeReading } from "./read.ts";
import type { Origin } from "./reader.ts";
import { nameOf, type Node } from "./family/structure.ts";

/** A cell at some indices. */
interface Spot {
  readonly cell: Cell;
  readonly indices: readonly number[];
  /** Number of the cell of the layout. */
  readonly number: number;
  /** Flags and lengths that say whether the spot has a meaning, each with the least number that it must stand for. */
  readonly needs: readonly { readonly spot: Spot; readonly least: number }[];
}

/** Functions that were compared at one size. */
export interface Evidence {
  readonly sizes: Sizes;
  /** Action instances and properties that are the model's, as terms or by the SAT solver. */
  readonly compared: number;
  /** Those that are called and not read at a fixed size, and so cannot be compared. */
  readonly skipped: readonly string[];
}

/**
 * Compares what was read for any size, at one size, with the model at that size, function by function: guards, values
 * after the step, and properties.
 *
 * @throws InternalError where they differ
 */
export function evidenceAt<S>(reading: AnySizeReading<S>, build: number): Evidence {
  return new Comparison(reading, build).run();
}

class Comparison<S> {
  readonly #reading: AnySizeReading<S>;
  readonly #model: Model<S>;
  readonly #own: Reading<S>;
  readonly #terms: Terms;
  readonly #sizes: Sizes;
  readonly #finite: FiniteSystem;
  readonly #lowering: TermsOf;
  readonly #formula: StateFormula;
  readonly #spots: readonly Spot[];
  readonly #values: readonly Value[];
  #compared = 0;
  readonly #skipped: string[] = [];

  constructor(reading: AnySizeReading<S>, build: number) {
    const { builds, system, structure, literals } = reading;
    this.#reading = reading;
    this.#model = builds.models[build] as Model<S>;
    this.#own = createReading(this.#model);
    this.#terms = this.#own.terms;
    this.#sizes = Object.fromEntries(builds.dimensions.map(({ sort, sizes }) => [sort.name, sizes[build] as number]));
    this.#finite = new FiniteSystem(system, this.#sizes);
    this.#spots = spotsOf(structure.root, this.#model.layout);
    this.#values = this.#own.cells;
    const byPlace = new Map<Cell, Map<string, Spot>>();
    for (const spot of this.#spots) {
      let own = byPlace.get(spot.cell);
      if (own === undefined) byPlace.set(spot.cell, (own = new Map()));
      own.set(spot.indices.join(), spot);
    }
    this.#lowering = new TermsOf(this.#finite, this.#terms, (cell, indices) => {
      const literal = literals.get(cell);
      if (literal !== undefined) return literal;
      const spot = byPlace.get(cell)?.get(indices.join());
      if (spot === undefined) throw new InternalError(`${cell.name} has no cell at ${indices.join()}`);
      return this.#named(cell, this.#values[spot.number]);
    });
    this.#formula = new StateFormula(partsOf(this.#model.layout, []), this.#terms);
  }

  run(): Evidence {
    const { origins, system } = this.#reading;
    this.#compareInitial();
    for (const instance of this.#model.instances) {
      const actions = [...origins].flatMap(([action, origin]): [Action, ReadonlyMap<Variable, number>][] => {
        const env = environmentOf(instance, origin);
        return env === undefined ? [] : [[action, env]];
      });
      this.#compareAction(instance, actions);
    }
    for (const property of system.properties) {
      const own = this.#model.properties.get(property.id);
      if (own?.kind !== "always") continue;
      const read = this.#own.state(property.id, own.holds as never);
      const where = `property ${property.id}`;
      if (read.unread !== undefined) {
        this.#skipped.push(where);
        continue;
      }
      const { terms } = this;
      const holds = this.#lowering.bool(property.holds, new Map());
      // A property that asks for more, where any element that fits is found, is right as well.
      const isExact = this.#reading.system.abstractions.every((one) => !one.startsWith(`${where}:`));
      const differs = isExact ? different(terms, holds, read.holds) : terms.and(holds, terms.not(read.holds));
      this.#require(terms.and(terms.not(read.fault), differs), where);
    }
    return { sizes: this.#sizes, compared: this.#compared, skipped: this.#skipped };
  }

  get terms(): Terms {
    return this.#terms;
  }

  /** Each initial state of the model must be one of the system. */
  #compareInitial(): void {
    const { layout, initial } = this.#model;
    const condition = this.#lowering.bool(this.#reading.system.initial, new Map());
    const words = new Uint32Array(layout.words);
    for (const state of initial) {
      layout.encode(state, words, 0);
      const scalars = layout.cells.map(({ word, shift, width, shape }) => {
        const bits = width === 32 ? -1 : 2 ** width - 1;
        return shape.valueAt((((words[word] as number) >>> shift) & bits) >>> 0);
      });
      if (evaluator(scalars)(condition) !== true) throw this.#difference("an initial state");
    }
  }

  #compareAction(
    instance: ActionInstance<S>,
    actions: readonly (readonly [Action, ReadonlyMap<Variable, number>])[],
  ): void {
    const where = `action ${instance.text}`;
    const read = this.#own.action(instance);
    if (read.unread !== undefined) {
      this.#skipped.push(where);
      return;
    }
    const { terms } = this;
    const isRight = terms.not(read.fault);
    const steps = actions.flatMap(([action, given]) => {
      const others = action.parameters.filter((one) => !given.has(one));
      return this.#finite.combinations(others.map(({ sort }) => sort)).map((values) => ({
        action,
        env: new Map([...given, ...others.map((one, at) => [one, values[at] as number] as const)]),
      }));
    });
    const guards = steps.map(({ action, env }) => this.#lowering.bool(action.guard, env));
    // What the model can do, the system can; and where no witness is chosen, nothing else.
    this.#require(terms.and(isRight, different(terms, terms.or(...guards), read.guard)), `the guard of ${where}`);
    const same = steps.map(({ action, env }) => this.#sameAfter(action, env, read));
    const [guard] = guards;
    const [next] = same;
    const isMatched =
      steps.length === 1 && guard !== undefined && next !== undefined
        ? next
        : terms.or(...guards.map((own, at) => terms.and(own, same[at] as Bool)));
    this.#require(terms.and(isRight, read.guard, terms.not(isMatched)), `the recipe of ${where}`);
  }

  /** Condition under which a step leads to the state to which the model's step leads. */
  #sameAfter(action: Action, env: ReadonlyMap<Variable, number>, read: ReadAction<S>): Bool {
    const { terms } = this;
    const after = (spot: Spot): Value => {
      const update = action.updates.find(({ cell }) => cell === spot.cell);
      if (update === undefined) return this.#named(spot.cell, this.#values[spot.number]);
      const own = new Map([...env, ...update.parameters.map((one, at) => [one, spot.indices[at] as number] as const)]);
      return this.#lowering.value(update.value as Expression, own);
    };
    return terms.and(
      ...this.#spots.map((spot) => {
        const wanted = this.#named(
          spot.cell,
          read.next.has(spot.number) ? read.next.get(spot.number) : this.#values[spot.number],
        );
        const value = after(spot);
        const isUsed = spot.needs.map(({ spot: flag, least }) =>
          flag.cell.type.kind === "boolean"
            ? (after(flag) as Bool)
            : terms.test(after(flag), (name) => Number(name) >= least),
        );
        const isSame = terms.not(differentValues(terms, spot.cell, value, wanted));
        return terms.or(isSame, ...isUsed.map((used) => terms.not(used)));
      }),
    );
  }

  /** A cell's value as the system has it: names are texts. */
  #named({ name, type }: Cell, value: Value): Value {
    const { terms } = this;
    switch (type.kind) {
      case "boolean":
        return name.endsWith(".present") ? terms.test(value, (scalar) => scalar === true || scalar === 1) : value;
      case "names":
        return terms.map(value, (scalar) => nameOf(scalar as Scalar));
      case "index":
        return terms.map(value, (scalar) =>
          typeof scalar === "number" && scalar >= 0 ? scalar : nameOf(scalar as Scalar),
        );
    }
  }

  #require(difference: Bool, what: string): void {
    this.#compared++;
    if (difference === false) return;
    const { solver } = this.#formula;
    const literal = this.#formula.holds(difference);
    if (solver.solve([literal]) === false) return;
    throw this.#difference(what);
  }

  #difference(what: string): InternalError {
    const sizes = Object.entries(this.#sizes).map(([name, size]) => `${size} ${name}`);
    return new InternalError(
      `${this.#reading.system.name}: ${what}, as it was read for any size, is not what it is at ${sizes.join(", ")}`,
    );
  }
}

function different(terms: Terms, one: Bool, other: Bool): Bool {
  return terms.choose(one, terms.not(other), other);
}

function differentValues(terms: Terms, { type }: Cell, one: Value, other: Value): Bool {
  return type.kind === "boolean" ? different(terms, one as Bool, other as Bool) : terms.not(terms.equal(one, other));
}

/** The values of an action's variables for an instance of the model; undefined where it is not of that action. */
function environmentOf<S>(
  instance: ActionInstance<S>,
  { action, parameters }: Origin,
): ReadonlyMap<Variable, number> | undefined {
  if (instance.action !== action) return undefined;
  const env = new Map<Variable, number>();
  for (const [name, value] of parameters) {
    const given = instance.parameters[name];
    if ("constant" in value) {
      if (value.constant !== given) return undefined;
    } else if (typeof given !== "number" || given < 0) return undefined;
    else env.set(value, given);
  }
  return env;
}

/** The cells of the layout as cells of the system at indices. */
export function spotsOf(root: Node, layout: Layout<unknown>): Spot[] {
  const numbers = new Map(layout.cells.map((cell, number) => [cell, number]));
  const spots: Spot[] = [];
  const walk = (node: Node, place: Place, indices: readonly number[], needs: Spot["needs"]): void => {
    const put = (cell: Cell, own: Extract<Place, { kind: "cell" }>["cell"]): Spot => {
      const spot = { cell, indices, number: numbers.get(own) as number, needs };
      spots.push(spot);
      return spot;
    };
    if (node.kind === "fixed") return;
    if (node.kind === "cell" && place.kind === "cell") put(node.cell, place.cell);
    else if (node.kind === "record" && place.kind === "record") {
      for (const [name, part] of place.fields) walk(node.fields.get(name) as Node, part, indices, needs);
    } else if (node.kind === "function" && place.kind === "array") {
      for (const [at, part] of place.elements.entries()) walk(node.element, part, [...indices, at], needs);
    } else if (node.kind === "array" && place.kind === "array") {
      for (const [at, part] of place.elements.entries()) walk(node.elements[at] as Node, part, indices, needs);
    } else if (node.kind === "optional" && place.kind === "optional") {
      const flag = put(node.present, place.present);
      walk(node.some, place.some, indices, [...needs, { spot: flag, least: 1 }]);
    } else if (node.kind === "sequence" && place.kind === "sequence") {
      if (place.elements.length === 0) return;
      const length = put(node.length, place.length);
      for (const [at, part] of place.elements.entries()) {
        walk(node.elements[at] as Node, part, indices, [...needs, { spot: length, least: at + 1 }]);
      }
    } else throw new InternalError(`the state has another form than it was read with`);
  };
  walk(root, layout.root, [], []);
  return spots;
}
