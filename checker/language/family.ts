import {
  anything,
  didYouMean,
  listOf,
  named,
  nonEmptyText,
  object,
  plainFunction,
  required,
  text,
  truth,
  type Rule,
} from "../definition/index.ts";
import { ModelError } from "../errors.ts";
import { returned, show, type Method } from "../schema/index.ts";
import { noted } from "./current-call.ts";
import { isModel, type Model } from "./model.ts";

/** A value of a family's parameter. */
export type ParameterValue = number | string | boolean;

/** A size or switch that a family of models is built with. */
export interface Parameter<Value extends ParameterValue = ParameterValue> {
  readonly default: Value;
  /** Meaning of the value, and its unit: a clause without a full stop. */
  readonly means: string;
  /** Possible values, as an error and a help text show them: `1..4`, `none | fifo`. */
  readonly allowed: string;
  /** The value that a word of the command line, or a value of a program, stands for; undefined when it is none. */
  read(given: unknown): Value | undefined;
}

/** The values of a family's parameters. */
export type ParametersOf<Specification> = {
  readonly [Name in keyof Specification]: Specification[Name] extends Parameter<infer Value> ? Value : never;
};

const meaning: Rule = text("how many CPUs");

const words: Rule = listOf(nonEmptyText("none"));

/** Rule for a family's parameter: a result of `integer`, `choice` or another of these functions. */
const parameterRule: Rule = object<Parameter>("a parameter", 'integer(2, 1, 8, "how many CPUs")', {
  default: required(anything),
  means: required(meaning, "meaning"),
  allowed: required(text("1..4")),
  read: required(plainFunction("(given) => ...")),
});

/** @throws ModelError when the bounds are not in order, or an argument is missing */
function checkNumbers(maker: string, least: number, most: number, means: string): void {
  const isOrdered = Number.isSafeInteger(least) && Number.isSafeInteger(most) && least <= most;
  if (!isOrdered) {
    throw new ModelError(
      `${maker}: its bounds are ${show(least)} and ${show(most)}, not two integers in order: ${maker}(2, 1, 8, "how many CPUs") has the default first`,
    );
  }
  meaning.check(means, `${maker}: its meaning`);
}

/** A whole number from `least` to `most`. */
export function integer(initial: number, least: number, most: number, means: string): Parameter<number> {
  checkNumbers("integer", least, most, means);
  return { default: initial, means, allowed: `${least}..${most}`, read: (given) => wholeNumber(given, least, most) };
}

/** A whole number from `least` to `most`, or the word "unbounded". */
export function integerOrUnbounded(
  initial: number | "unbounded",
  least: number,
  most: number,
  means: string,
): Parameter<number | "unbounded"> {
  checkNumbers("integerOrUnbounded", least, most, means);
  return {
    default: initial,
    means,
    allowed: `${least}..${most} | unbounded`,
    read: (given) => (given === "unbounded" ? given : wholeNumber(given, least, most)),
  };
}

/** One of several words. */
export function choice<const Choices extends readonly string[]>(
  initial: NoInfer<Choices[number]>,
  choices: Choices,
  means: string,
): Parameter<Choices[number]> {
  words.check(choices, "choice: its choices");
  meaning.check(means, "choice: its meaning");
  return {
    default: initial,
    means,
    allowed: choices.join(" | "),
    read: (given) => choices.find((known) => known === given),
  };
}

/** Yes or no. */
export function flag(initial: boolean, means: string): Parameter<boolean> {
  truth.check(initial, "flag: its default");
  meaning.check(means, "flag: its meaning");
  return {
    default: initial,
    means,
    allowed: "true | false",
    read: (given) =>
      given === true || given === "true" ? true : given === false || given === "false" ? false : undefined,
  };
}

function wholeNumber(given: unknown, least: number, most: number): number | undefined {
  const value = typeof given === "string" && /^-?\d+$/.test(given) ? Number(given) : given;
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most ? value : undefined;
}

/** A model for each choice of its parameters: what the command line checks, sweeps and exports. */
export interface Family<S> {
  readonly name: string;
  /** One line about the subject of the models. */
  readonly title: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /**
   * The values of all parameters, defaults filled in.
   *
   * @throws ModelError when a parameter is unknown or its value is not allowed.
   */
  resolve(given?: Readonly<Record<string, unknown>>): Readonly<Record<string, ParameterValue>>;
  /**
   * The model for the given parameters, the others at their defaults.
   *
   * @throws ModelError as `resolve` does, or when the combination makes no model.
   */
  instantiate(given?: Readonly<Record<string, unknown>>): Model<S>;
  /** The modeller's own function, for the values of all parameters; undefined for a family of one model. */
  readonly build?: Method<[parameters: never], Model<S>>;
}

/** Definition of a family of models. */
export interface FamilyDefinition<Specification, S> {
  readonly name: string;
  /** One line about the subject of the models. */
  readonly title: string;
  readonly parameters: Specification;
  /** The model for these values of the parameters. */
  readonly build: (parameters: ParametersOf<Specification>) => Model<S>;
}

const familyRule: Rule = object<FamilyDefinition<object, unknown>>(
  "a family's definition",
  "{ name, title, parameters, build }",
  {
    name: required(nonEmptyText("lamps")),
    title: required(text("lamps that anyone may toggle")),
    parameters: required(named("an object", '{ cpus: integer(2, 1, 8, "how many CPUs") }')),
    build: required(plainFunction("({ cpus }) => model({ ... })")),
  },
  { synonyms: { model: "build", instantiate: "build", make: "build", description: "title" } },
);

/**
 * A family of models over named parameters.
 *
 * @throws ModelError when the definition lacks something or has something unknown, or a default is not allowed.
 *
 * @example
 * ```ts
 * import { boolean, array, family, integer, model, record } from "irqproof/checker";
 *
 * const lamps = family({
 *   name: "lamps",
 *   title: "lamps that anyone may toggle",
 *   parameters: { count: integer(2, 1, 8, "how many lamps") },
 *   build: ({ count }) => model({
 *     name: "lamps",
 *     state: record({ on: array(count, boolean) }),
 *     initial: { on: Array<boolean>(count).fill(false) },
 *     actions: { toggle: { then: (draft) => { draft.on[0] = !draft.on[0]; } } },
 *   }),
 * });
 * console.assert(lamps.instantiate({ count: "3" }).layout.bits === 3);
 * ```
 */
export function family<Specification extends Readonly<Record<string, Parameter<never> | Parameter>>, S>(
  definition: FamilyDefinition<Specification, S>,
): Family<S> {
  familyRule.check(
    definition,
    typeof definition?.name === "string" ? `family ${definition.name}` : "family: its definition",
  );
  const { name, title } = definition;
  const parameters = definition.parameters as unknown as Readonly<Record<string, Parameter>>;
  for (const [key, parameter] of Object.entries(parameters)) {
    parameterRule.check(parameter, `${name}: parameter ${key}`);
    const { default: value, allowed } = parameter;
    if (parameter.read(value) !== value) {
      throw new ModelError(`${name}: the default of parameter ${key} is ${show(value)}: it must be ${allowed}`);
    }
  }
  const resolve = (given: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, ParameterValue>> => {
    for (const key of Object.keys(given)) {
      if (!Object.hasOwn(parameters, key)) {
        const known = Object.keys(parameters).join(", ") || "none";
        throw new ModelError(
          `${name} has no parameter ${show(key)}: its parameters are ${known}${didYouMean(key, Object.keys(parameters))}`,
        );
      }
    }
    const values = Object.entries(parameters).map(([key, parameter]) => {
      // Its own alone: a parameter may be called constructor.
      if (!Object.hasOwn(given, key) || given[key] === undefined) return [key, parameter.default] as const;
      const value = parameter.read(given[key]);
      if (value === undefined) {
        throw new ModelError(`${name}: parameter ${key} is ${show(given[key])}: it must be ${parameter.allowed}`);
      }
      return [key, value] as const;
    });
    return Object.fromEntries(values);
  };
  const build = noted(`the build function of ${name}`, definition.build);
  return {
    name,
    title,
    parameters,
    resolve,
    build: definition.build,
    instantiate(given) {
      const values = resolve(given);
      const built: unknown = build(values as ParametersOf<Specification>);
      if (!isModel<S>(built)) throw new ModelError(`${name}: its build ${returned(built, "a model")}`);
      return { ...built, parameters: values };
    },
  };
}
