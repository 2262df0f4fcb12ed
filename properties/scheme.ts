import { family, type Family, type Parameter } from "../checker/index.ts";
import {
  commonParameters,
  interruptSystem,
  telling,
  type CommonParameters,
  type EntryParameters,
  type InterruptSystem,
  type Strategy,
  type SystemState,
} from "../model/index.ts";
import { withAllProperties } from "./all.ts";

/** A migration scheme as models that can be checked, and the systems that they are made of. */
export interface SchemeFamily extends Family<SystemState> {
  /** The system for the given parameters, the others at their defaults. */
  system(given?: Readonly<Record<string, unknown>>): InterruptSystem;
}

/** A migration scheme of one's own. */
export interface SchemeDefinition {
  readonly name: string;
  /** One line that says what the scheme does. */
  readonly title: string;
  /** The scheme; where it has parameters of its own, what it is for their values. */
  readonly strategy: Strategy | ((parameters: EntryParameters) => Strategy);
  /** Parameters of its own, beside those that every scheme has (`commonParameters`). */
  readonly parameters?: Readonly<Record<string, Parameter<never> | Parameter>>;
  /** Other defaults of the common parameters. */
  readonly defaults?: Partial<CommonParameters>;
}

/**
 * A migration scheme of one's own with every property that has a meaning for it: what a file exports as its default
 * for `irqproof check FILE.ts`. A step that does more than it says of itself, such as to write a register of the device
 * without `writes`, ends a check with an error.
 *
 * @throws ModelError when a default is not allowed
 *
 * @example
 * ```ts
 * import { check } from "irqproof/checker";
 * import { steps } from "irqproof/model";
 * import { scheme } from "irqproof/properties";
 *
 * const { flush, writeAddress, writeData } = steps;
 * const direct = scheme({
 *   name: "direct",
 *   title: "the new message is written to the device, and that is all",
 *   strategy: { context: { kind: "interrupt" }, program: [writeAddress("new-cpu"), writeData, flush] },
 * });
 * const { properties } = await check(direct.instantiate());
 * console.assert(properties.find(({ id }) => id === "no-interrupt-lost")?.verdict === "violated");
 * ```
 */
export function scheme(definition: SchemeDefinition): SchemeFamily {
  const { name, title, strategy, defaults = {} } = definition;
  const common = Object.entries(commonParameters).map(([key, parameter]): [string, Parameter] => {
    const value = defaults[key as keyof CommonParameters];
    return [key, (value === undefined ? parameter : { ...parameter, default: value }) as Parameter];
  });
  const parameters = {
    ...Object.fromEntries(common),
    ...(definition.parameters as Readonly<Record<string, Parameter>>),
  };
  const systemOf = (values: EntryParameters): InterruptSystem => {
    const own = typeof strategy === "function" ? strategy(values) : strategy;
    return interruptSystem(name, { ...own, program: own.program.map(telling) }, values);
  };
  const models = family({
    name,
    title,
    parameters,
    build: (values) => withAllProperties(systemOf(values as EntryParameters)),
  });
  return { ...models, system: (given) => systemOf(models.resolve(given) as EntryParameters) };
}
