import { messageOf, ModelError } from "../../errors.ts";
import {
  originalOf,
  type ActionInstance,
  type Model,
  type Property as LanguageProperty,
} from "../../language/index.ts";
import { NotRead } from "../../terms/index.ts";
import type { Action, AnySizeSystem, Cell, Expression, Property, Variable } from "../system.ts";
import type { Builds } from "./family/builds.ts";
import { every, FALSE, not, or, variable } from "./values/expressions.ts";
import { conditionOf, leavesOf, valueOf } from "./values/explorer.ts";
import { Interpreter } from "./interpreter/interpreter.ts";
import { same } from "./values/operators.ts";
import type { Session } from "./values/session.ts";
import { isIndexValue, sameList, sortOf, type Structure } from "./family/structure.ts";
import { Local, Place, Scalar, Thrown, type Thing } from "./values/things.ts";

/** An action of the system, as it is in the model. */
export interface Origin {
  readonly action: string;
  /** A variable, or a constant, for each parameter of the model's action. */
  readonly parameters: readonly (readonly [name: string, value: Variable | { readonly constant: unknown }])[];
}

/** One way through a guard and the recipe behind it. */
type Run =
  | { readonly kind: "disabled"; readonly chosenWell: Expression }
  | { readonly kind: "fault"; readonly chosenWell: Expression }
  | {
      readonly kind: "step";
      readonly chosenWell: Expression;
      readonly changes: ReadonlyMap<Cell, Expression>;
      readonly witnesses: readonly Variable[];
    };

/** Reads the actions and the properties of models that were built at several sizes. */
export class Reader<S> {
  readonly #builds: Builds<S>;
  readonly #structure: Structure;
  readonly #session: Session;
  readonly #interpreter: Interpreter;
  readonly #abstractions = new Set<string>();

  constructor(builds: Builds<S>, structure: Structure, session: Session) {
    this.#builds = builds;
    this.#structure = structure;
    this.#session = session;
    this.#interpreter = new Interpreter(session);
  }

  get abstractions(): readonly string[] {
    return [...this.#abstractions];
  }

  /** Works on a function; where it cannot be read, that is a mistake of the model, for this purpose. */
  #reading<Result>(where: string, work: () => Result): Result {
    const interpreter = this.#interpreter;
    const found = new Set<string>();
    interpreter.begin((sort) => {
      found.add(
        `${where}: any ${sort.name} that fits is found, not the first (${interpreter.place ?? "place unknown"})`,
      );
    });
    try {
      const result = work();
      for (const one of found) this.#abstractions.add(one);
      return result;
    } catch (error) {
      if (!(error instanceof NotRead) && !(error instanceof RangeError)) throw error;
      const why = error instanceof NotRead ? error.message : "it is nested too deeply";
      const at = interpreter.place === undefined ? "" : ` (${interpreter.place})`;
      throw new ModelError(`${this.#builds.name}: ${where} cannot be read for any size: ${messageOf(why)}${at}`);
    }
  }

  *actions(): Iterable<readonly [Action, Origin, Expression]> {
    const { models, name } = this.#builds;
    const [first] = models as [Model<S>];
    for (const { actions } of models) {
      if (!sameList(actions, first.actions))
        throw new ModelError(`${name} cannot be read for any size: its actions depend on the sizes`);
    }
    for (const action of first.actions) {
      const instances = models.map((model) => model.instances.filter((one) => one.action === action));
      for (const parameters of this.#parametersOf(action, instances)) yield this.#action(action, instances, parameters);
    }
  }

  /** The combinations of parameters of an action: each is a variable of a sort, or a constant. */
  #parametersOf(action: string, instances: readonly (readonly ActionInstance<S>[])[]): Origin["parameters"][] {
    const { name, dimensions } = this.#builds;
    const refuse = (why: string): never => {
      throw new ModelError(`${name}: action ${action} cannot be read for any size: ${why}`);
    };
    const names = Object.keys(instances[0]?.[0]?.parameters ?? {});
    const domains = names.map((parameter) =>
      instances.map((some) => [...new Set(some.map(({ parameters }) => parameters[parameter]))]),
    );
    for (const [build, some] of instances.entries()) {
      const product = domains.reduce((count, domain) => count * (domain[build] as unknown[]).length, 1);
      if (some.length !== product) refuse("its instances are not all combinations of its parameters");
    }
    const options = domains.map((domain, at): Origin["parameters"][number][] => {
      const parameter = names[at] as string;
      const [first] = domain as [unknown[]];
      if (domain.every((values) => sameList(values, first))) {
        return first.map((value) => [parameter, { constant: value }]);
      }
      const others = domain.map((values) => values.filter((value) => !isIndexValue(value)));
      const sort = sortOf(
        domain.map((values) => {
          const indices = values.filter(isIndexValue).toSorted((a, b) => Number(a) - Number(b));
          return indices.every((value, index) => value === index) ? indices.length : -1;
        }),
        dimensions,
      );
      if (sort === undefined || !others.every((values) => sameList(values, others[0] as unknown[]))) {
        return refuse(
          `the values of its parameter ${parameter} depend on the sizes, and are not the elements of a dimension`,
        );
      }
      return [
        [parameter, { name: parameter, sort }],
        ...(others[0] as unknown[]).map((value): Origin["parameters"][number] => [parameter, { constant: value }]),
      ];
    });
    return options.reduce<Origin["parameters"][number][][]>(
      (lists, some) => lists.flatMap((list) => some.map((one) => [...list, one])),
      [[]],
    );
  }

  #action(
    action: string,
    instances: readonly (readonly ActionInstance<S>[])[],
    parameters: Origin["parameters"],
  ): readonly [Action, Origin, Expression] {
    const session = this.#session;
    const { explorer, store } = session;
    const interpreter = this.#interpreter;
    const constants = parameters.flatMap(([name, value]) =>
      "constant" in value ? [`${name}=${String(value.constant)}`] : [],
    );
    const text = constants.length === 0 ? action : `${action}(${constants.join(", ")})`;
    const variables = parameters.flatMap(([, value]) => ("constant" in value ? [] : [value]));
    const given = (): Local =>
      session.local(
        parameters.map(([name, value]) => [
          name,
          "constant" in value ? (value.constant as Thing) : new Scalar(variable(value)),
        ]),
      );
    const guard = this.#outside(
      instances.map(([one]) => one?.when),
      "the guard",
    );
    const recipe = this.#outside(
      instances.map(([one]) => one?.then),
      "the recipe",
    );
    const { root } = this.#structure;
    const tree = this.#reading(`action ${text}`, () =>
      explorer.explore((): Run => {
        try {
          if (guard !== undefined) {
            const holds = store.locked(() => interpreter.call(guard, undefined, [new Place(root, [], false), given()]));
            if (!explorer.decide(same(session, holds, true))) {
              if (!explorer.decide(same(session, holds, false)))
                return { kind: "fault", chosenWell: session.chosenWell };
              return { kind: "disabled", chosenWell: session.chosenWell };
            }
          }
          const returned = interpreter.call(recipe, undefined, [new Place(root, [], true), given()]);
          if (
            returned instanceof Local &&
            root.kind === "record" &&
            [...root.fields.keys()].every((name) => returned.fields.has(name))
          ) {
            throw new NotRead("it returns a state instead of changing the draft");
          }
        } catch (error) {
          if (!(error instanceof Thrown)) throw error;
          return { kind: "fault", chosenWell: session.chosenWell };
        }
        const changes = new Map(store.changed.map((cell) => [cell, explorer.facts.simplify(store.valueAt(cell))]));
        return {
          kind: "step",
          chosenWell: session.chosenWell,
          changes,
          witnesses: session.witnesses.map((one) => one.variable),
        };
      }),
    );
    const runs = [...leavesOf(tree)];
    const witnesses = new Set(runs.flatMap((run) => (run.kind === "step" ? run.witnesses : [])));
    const cells = new Set(runs.flatMap((run) => (run.kind === "step" ? [...run.changes.keys()] : [])));
    store.begin();
    const updates = [...cells].flatMap((cell) => {
      const before = store.valueAt(cell);
      const value =
        valueOf(tree, (run) => (run.kind === "step" ? (run.changes.get(cell) ?? before) : undefined)) ?? before;
      return value === before ? [] : [{ cell, parameters: store.parametersOf(cell), value }];
    });
    const condition = (kind: "step" | "fault"): Expression =>
      conditionOf(tree, (run) => (run.kind === kind ? run.chosenWell : FALSE));
    const made: Action = { name: text, parameters: [...variables, ...witnesses], guard: condition("step"), updates };
    return [made, { action, parameters }, condition("fault")];
  }

  properties(): { readonly read: readonly Property[]; readonly unread: AnySizeSystem["unread"] } {
    const { models, name } = this.#builds;
    const [first] = models as [Model<S>];
    requireSame(
      models.map(({ properties }) => properties),
      `${name} cannot be read for any size: its properties depend on the sizes`,
    );
    const unread: { id: string; because: string }[] = [];
    const read = [...first.properties].flatMap(([id, property]): Property[] => {
      if (property.kind !== "always") return [];
      try {
        return [this.#always(`property ${id}`, id, property.title, (model) => model.properties)];
      } catch (error) {
        if (!(error instanceof ModelError)) throw error;
        unread.push({ id, because: error.message });
        return [];
      }
    });
    return { read, unread };
  }

  /** @throws ModelError where one of them cannot be read */
  lemmas(): Property[] {
    const { models, name } = this.#builds;
    const [first] = models as [Model<S>];
    requireSame(
      models.map(({ lemmas }) => lemmas),
      `${name} cannot be read for any size: its lemmas depend on the sizes`,
    );
    return [...first.lemmas.keys()].map((id) => this.#always(`lemma ${id}`, id, id, (model) => model.lemmas));
  }

  #always(
    what: string,
    id: string,
    title: string,
    among: (model: Model<S>) => ReadonlyMap<string, LanguageProperty<S>>,
  ): Property {
    const { models } = this.#builds;
    const predicates = models.map((model) => {
      const own = among(model).get(id);
      return own?.kind === "always" ? originalOf(own.holds) : undefined;
    });
    const session = this.#session;
    const { explorer, store } = session;
    const predicate = this.#outside(predicates, "the predicate");
    const witnesses = new Set<Variable>();
    const tree = this.#reading(what, () =>
      explorer.explore((): Expression => {
        let holds: Expression;
        try {
          const judgement = store.locked(() =>
            this.#interpreter.call(predicate, undefined, [new Place(this.#structure.root, [], false)]),
          );
          holds = explorer.facts.simplify(same(session, judgement, true));
        } catch (error) {
          if (!(error instanceof Thrown)) throw error;
          holds = FALSE;
        }
        for (const one of session.witnesses) witnesses.add(one.variable);
        return or(not(session.chosenWell), holds);
      }),
    );
    // It must hold whichever of the elements that fit is found.
    const holds = [...witnesses].reduce(
      (body, one) => every(one, body),
      conditionOf(tree, (leaf) => leaf),
    );
    return { id, title, holds };
  }

  #outside(functions: readonly unknown[], name: string): Thing {
    return this.#interpreter.outside(functions, name);
  }
}

/** @throws ModelError with the text where the models have other names, or another order of them */
function requireSame(all: readonly ReadonlyMap<string, unknown>[], text: string): void {
  const [first] = all;
  for (const one of all) {
    if (!sameList([...one.keys()], [...(first?.keys() ?? [])])) throw new ModelError(text);
  }
}
