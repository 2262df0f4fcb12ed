import {
  didYouMean,
  named,
  nonEmptyText,
  object,
  optional,
  plainFunction,
  required,
  text,
  type Rule,
} from "../checker/definition/index.ts";
import { family, ModelError, type Family, type Parameter } from "../checker/index.ts";
import { returned, show } from "../checker/schema/index.ts";
import {
  commonParameters,
  checkedStep,
  interruptSystem,
  type CommonParameters,
  type InterruptSystem,
  type Strategy,
  type SystemState,
  type EntryParameters,
} from "../model/index.ts";
import { strategyRule } from "../model/strategy-rules.ts";
import { withAllProperties } from "./all.ts";

/** The models of a migration scheme, and the systems they are built from. */
export interface SchemeFamily extends Family<SystemState> {
  /** The system for the given parameters, the others at their defaults. */
  system(given?: Readonly<Record<string, unknown>>): InterruptSystem;
  /** The scheme for the given parameters, its steps held to what they declare. */
  strategy(given?: Readonly<Record<string, unknown>>): Strategy;
}

/** A migration scheme of one's own. */
export interface SchemeDefinition {
  readonly name: string;
  /** Summary of the scheme, in one line. */
  readonly title: string;
  /** The scheme, or a function from the values of its parameters to the scheme. */
  readonly strategy: Strategy | ((parameters: EntryParameters) => Strategy);
  /** Additional parameters; every scheme has `commonParameters`. */
  readonly parameters?: Readonly<Record<string, Parameter<never> | Parameter>>;
  /** Defaults of common parameters that differ from `commonParameters`. */
  readonly defaults?: Partial<CommonParameters>;
}

const strategyExample = "{ context, program }";

const definitionRule: Rule = object<SchemeDefinition>(
  "a scheme's definition",
  "{ name, title, strategy }",
  {
    name: required(nonEmptyText("my-scheme")),
    title: required(text("what the scheme does")),
    strategy: required({
      expected: "a strategy",
      example: strategyExample,
      check(value, where) {
        if (typeof value === "function") plainFunction(`(parameters) => (${strategyExample})`).check(value, where);
        else if (typeof value !== "object" || value === null || Array.isArray(value)) {
          throw new ModelError(`${where} is ${show(value)}, not ${this.expected} such as ${strategyExample}`);
        }
      },
    }),
    parameters: optional(named("an object", '{ wait: flag(false, "the sender waits") }')),
    defaults: optional(named("an object", "{ moves: 2 }")),
  },
  { synonyms: { scheme: "strategy", description: "title", params: "parameters" } },
);

/** @throws ModelError if a parameter has the name of a common one, or a default is for an unknown parameter */
function checkParameters({ name, parameters = {}, defaults = {} }: SchemeDefinition): void {
  const common = Object.keys(commonParameters);
  const taken = Object.keys(parameters).find((key) => common.includes(key));
  if (taken !== undefined) {
    throw new ModelError(
      `${name}: every scheme has a parameter ${taken}; give yours another name, or another default with defaults: { ${show(taken)}: ... }`,
    );
  }
  const unknown = Object.keys(defaults).find((key) => !common.includes(key));
  if (unknown !== undefined) {
    throw new ModelError(
      `${name}: its defaults: unknown key ${unknown} (known: ${common.join(", ")})${didYouMean(unknown, common)}`,
    );
  }
}

/** @throws ModelError if it is not a strategy or has no step */
function checkStrategy(name: string, strategy: unknown): asserts strategy is Strategy {
  strategyRule.check(strategy, name);
  if ((strategy as Strategy).program.length > 0) return;
  throw new ModelError(`${name}: its program is empty: give it a step, such as ...writeMessage("new-cpu")`);
}

/**
 * A user-defined migration scheme with every property that applies to it: the default export of a file for
 * `irqproof check FILE.ts`. A step with undeclared effects, such as one that writes a device register without `writes`,
 * ends the check with an error.
 *
 * @throws ModelError if a part of the definition is unknown, missing or invalid
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
  const isNamed = typeof definition?.name === "string" && definition.name !== "";
  definitionRule.check(definition, isNamed ? `scheme ${definition.name}` : "scheme: its definition");
  checkParameters(definition);
  const { name, title, strategy, defaults = {} } = definition;
  if (typeof strategy !== "function") checkStrategy(name, strategy);
  const common = Object.entries(commonParameters).map(([key, parameter]): [string, Parameter] => {
    const value = defaults[key as keyof CommonParameters];
    return [key, (value === undefined ? parameter : { ...parameter, default: value }) as Parameter];
  });
  const parameters = {
    ...Object.fromEntries(common),
    ...(definition.parameters as Readonly<Record<string, Parameter>>),
  };
  const strategyOf = (values: EntryParameters): Strategy => {
    const own: unknown = typeof strategy === "function" ? strategy(values) : strategy;
    if (typeof own !== "object" || own === null) {
      throw new ModelError(`${name}: the function of its strategy ${returned(own, strategyExample)}`);
    }
    checkStrategy(name, own);
    return { ...own, program: own.program.map(checkedStep) };
  };
  const systemOf = (values: EntryParameters): InterruptSystem => interruptSystem(name, strategyOf(values), values);
  const models = family({
    name,
    title,
    parameters,
    build: (values) => withAllProperties(systemOf(values as EntryParameters)),
  });
  return {
    ...models,
    system: (given) => systemOf(models.resolve(given) as EntryParameters),
    strategy: (given) => strategyOf(models.resolve(given) as EntryParameters),
  };
}
