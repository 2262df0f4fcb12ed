import { family, type Parameter, type ParameterValue, type Verdict } from "../checker/index.ts";
import { interruptSystem, type InterruptSystem } from "./interrupt-system.ts";
import type { Strategy } from "./kernel/migration.ts";
import { commonParameters, type CommonParameters } from "./parameters.ts";

/** Values of an entry's parameters, the common ones and its own. */
export type EntryParameters = CommonParameters & Readonly<Record<string, ParameterValue>>;

/** Verdicts by property id. A property that is not named has no expectation of its own: it must hold. */
export type Expectation = Readonly<Record<string, Verdict>>;

/** One way to move an interrupt, and what is expected of it. */
export interface CatalogueEntry {
  readonly id: string;
  readonly architecture: "x86";
  readonly title: string;
  /** The row of the strategy table that the entry stands for. */
  readonly row: string;
  /** Where it is or was done: kernel functions and commits. */
  readonly source: readonly string[];
  /** One sentence: why the expected verdict. */
  readonly why: string;
  /** What the entry rests on that nobody has confirmed. */
  readonly doubt?: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** The system for the given parameters, the others at their defaults. */
  system(given?: Readonly<Record<string, unknown>>): InterruptSystem;
  /** The verdicts that are expected for the given parameters. */
  expected(given?: Readonly<Record<string, unknown>>): Expectation;
}

/** Makes an entry out of a strategy and what is known of it. */
export function catalogueEntry(
  description: Pick<CatalogueEntry, "id" | "title" | "row" | "source" | "why" | "doubt"> & {
    /** The strategy, for the values of the entry's own parameters. */
    readonly strategy: (parameters: EntryParameters) => Strategy;
    /** Parameters of the entry's own. */
    readonly own?: Readonly<Record<string, Parameter<never> | Parameter>>;
    /** Other defaults of the common parameters: what the entry needs to show its point. */
    readonly defaults?: Partial<CommonParameters>;
    readonly expected: (parameters: EntryParameters) => Expectation;
  },
): CatalogueEntry {
  const { strategy, own = {}, defaults = {}, expected, ...facts } = description;
  const parameters = { ...withDefaults(defaults), ...own } as Readonly<Record<string, Parameter>>;
  const resolve = (given?: Readonly<Record<string, unknown>>): EntryParameters =>
    family({ name: facts.id, title: facts.title, parameters, build: () => ({}) as never }).resolve(
      given,
    ) as EntryParameters;
  return {
    ...facts,
    architecture: "x86",
    parameters,
    system(given) {
      const values = resolve(given);
      return interruptSystem(facts.id, strategy(values), values);
    },
    expected: (given) => expected(resolve(given)),
  };
}

function withDefaults(defaults: Partial<CommonParameters>): Record<string, Parameter> {
  return Object.fromEntries(
    Object.entries(commonParameters).map(([name, parameter]) => {
      const value = defaults[name as keyof CommonParameters];
      return [name, (value === undefined ? parameter : { ...parameter, default: value }) as Parameter];
    }),
  );
}
