import { ModelError } from "../errors.ts";
import { show } from "../schema/index.ts";
import type { Model } from "./model.ts";

/** A value of a family's parameter. */
export type ParameterValue = number | string | boolean;

/** A size or switch that a family of models is built with. */
export interface Parameter<Value extends ParameterValue = ParameterValue> {
  readonly default: Value;
  /** What the value means, and its unit: a clause without a full stop. */
  readonly means: string;
  /** What may be given, as an error and a help text show it: `1..4`, `none | fifo`. */
  readonly allowed: string;
  /** The value that a word of the command line, or a value of a program, stands for; undefined when it is none. */
  read(given: unknown): Value | undefined;
}

/** The values of a family's parameters. */
export type ParametersOf<Specification> = {
  readonly [Name in keyof Specification]: Specification[Name] extends Parameter<infer Value> ? Value : never;
};

/** A whole number from `least` to `most`. */
export function integer(initial: number, least: number, most: number, means: string): Parameter<number> {
  return { default: initial, means, allowed: `${least}..${most}`, read: (given) => wholeNumber(given, least, most) };
}

/** A whole number from `least` to `most`, or the word "unbounded". */
export function integerOrUnbounded(
  initial: number | "unbounded",
  least: number,
  most: number,
  means: string,
): Parameter<number | "unbounded"> {
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
  return {
    default: initial,
    means,
    allowed: choices.join(" | "),
    read: (given) => choices.find((known) => known === given),
  };
}

/** Yes or no. */
export function flag(initial: boolean, means: string): Parameter<boolean> {
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
  /** One line that says what the models are about. */
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
}

/**
 * A family of models over named parameters.
 *
 * @throws ModelError when a default is not allowed.
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
export function family<Specification extends Readonly<Record<string, Parameter<never> | Parameter>>, S>(definition: {
  readonly name: string;
  readonly title: string;
  readonly parameters: Specification;
  readonly build: (parameters: ParametersOf<Specification>) => Model<S>;
}): Family<S> {
  const { name, title } = definition;
  const parameters = definition.parameters as unknown as Readonly<Record<string, Parameter>>;
  for (const [key, parameter] of Object.entries(parameters)) {
    const { default: value, allowed } = parameter;
    if (parameter.read(value) !== value) {
      throw new ModelError(`${name}: the default of parameter ${key} is ${show(value)}: it must be ${allowed}`);
    }
  }
  const resolve = (given: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, ParameterValue>> => {
    for (const key of Object.keys(given)) {
      if (!Object.hasOwn(parameters, key)) {
        const known = Object.keys(parameters).join(", ") || "none";
        throw new ModelError(`${name} has no parameter ${show(key)}: its parameters are ${known}`);
      }
    }
    const values = Object.entries(parameters).map(([key, parameter]) => {
      if (given[key] === undefined) return [key, parameter.default] as const;
      const value = parameter.read(given[key]);
      if (value === undefined) {
        throw new ModelError(`${name}: parameter ${key} is ${show(given[key])}: it must be ${parameter.allowed}`);
      }
      return [key, value] as const;
    });
    return Object.fromEntries(values);
  };
  return {
    name,
    title,
    parameters,
    resolve,
    instantiate(given) {
      const values = resolve(given);
      return { ...definition.build(values as ParametersOf<Specification>), parameters: values };
    },
  };
}
