import { type Parameter, type Verdict, family } from "../checker/index.ts";
import { type InterruptSystem, interruptSystem } from "../model/interrupt-system.ts";
import { type CommonParameters, type EntryParameters, commonParameters } from "../model/parameters.ts";
import type { Strategy } from "../model/strategy.ts";
import { type PropertyId, livenessIds, lossIds, propertyIds } from "../properties/ids.ts";

/**
 * Verdicts by property id; a property that is not listed has no expected verdict. Listed properties that do not apply
 * to the system are ignored.
 */
export type Expectation = Readonly<Record<string, Verdict>>;

/** The architecture whose interrupts are moved. */
export type Architecture = "x86" | "riscv" | "loongarch" | "arm";

/** A suspected bug in code in use: found by reading and modelling it, not confirmed. */
export interface Suspicion {
  /** The modelled code, as clauses without a full stop. */
  readonly modelled: string;
  /** The evidence for the suspicion. */
  readonly restsOn: string;
  /** Observation that would refute it. */
  readonly refutedBy: string;
}

/** A migration scheme with its expected verdicts. */
export interface CatalogueEntry {
  readonly id: string;
  readonly architecture: Architecture;
  readonly title: string;
  /** Origin: kernel functions and commits. */
  readonly source: readonly string[];
  /** The reason for the expected verdict, in one sentence. */
  readonly why: string;
  /** Unconfirmed assumptions of the entry. */
  readonly doubt?: string;
  /** Present if the entry is a suspicion about code in use. */
  readonly suspicion?: Suspicion;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** The strategy for the given parameters, for building a system of another size. */
  strategy(given?: Readonly<Record<string, unknown>>): Strategy;
  /** The system for the given parameters, the others at their defaults. */
  system(given?: Readonly<Record<string, unknown>>): InterruptSystem;
  /**
   * The expected verdicts for the given parameters. At the entry's own sizes and in its own fabric: all verdicts, for
   * every coverage and number of moves, but those of liveness properties only for its own coverage and moves. In
   * another fabric: only whether it loses events. At other sizes: only that a scheme which loses nothing at its own
   * size loses nothing. Otherwise none.
   */
  expected(given?: Readonly<Record<string, unknown>>): Expectation;
}

/** Expected violations of a strategy, where messages arrive before the next register access completes. */
export interface Faults {
  readonly violates: (parameters: EntryParameters) => readonly PropertyId[];
  /** Interrupts are moved even without an affinity request. */
  readonly movesUnasked?: true;
  /** Whether an event is lost in a fabric that may deliver a message after a later flush. */
  readonly losesLateMessages: (parameters: EntryParameters) => boolean;
}

/** Builds an entry from a strategy and its description. */
export function catalogueEntry(
  description: Pick<CatalogueEntry, "id" | "architecture" | "title" | "source" | "why" | "doubt" | "suspicion"> &
    Faults & {
      /** The strategy, for the values of the entry's own parameters. */
      readonly strategy: (parameters: EntryParameters) => Strategy;
      /** Parameters specific to the entry. */
      readonly own?: Readonly<Record<string, Parameter<never> | Parameter>>;
      /** Defaults that differ from the common ones, such as the sizes at which the entry shows its loss. */
      readonly defaults?: Partial<CommonParameters>;
    },
): CatalogueEntry {
  const { strategy, own = {}, defaults = {}, violates, losesLateMessages, movesUnasked, ...facts } = description;
  const parameters = { ...withDefaults(defaults), ...own } as Readonly<Record<string, Parameter>>;
  const sizes = family({ name: facts.id, title: facts.title, parameters, build: () => ({}) as never });
  const resolve = (given?: Readonly<Record<string, unknown>>): EntryParameters =>
    sizes.resolve(given) as EntryParameters;
  return {
    ...facts,
    parameters,
    strategy: (given) => strategy(resolve(given)),
    system(given) {
      const values = resolve(given);
      return interruptSystem(facts.id, strategy(values), values);
    },
    expected(given) {
      const values = resolve(given);
      return expectation(values, resolve(), {
        violates,
        losesLateMessages,
        ...(movesUnasked === true ? { movesUnasked } : {}),
      });
    },
  };
}

/** Parameters for all of whose values verdicts are stated, not only for the entry's default. */
const statedForAll = new Set(["coverage", "fabric", "in-flight", "moves"]);

function expectation(values: EntryParameters, defaults: EntryParameters, faults: Faults): Expectation {
  // Without a move nothing is lost; a CPU that goes offline moves its interrupts.
  if (values.moves === 0 && !faults.movesUnasked) return forLoss("holds");
  const resized = Object.keys(commonParameters).some(
    (name) => !statedForAll.has(name) && values[name] !== defaults[name],
  );
  const violated = new Set(faults.violates(values));
  const loses = violated.has("no-interrupt-lost") || (values.fabric === "fifo" && faults.losesLateMessages(values));
  if (resized) {
    // Without a recheck of unassigned vectors, reuse of vectors is a bug of its own.
    return loses || values.stray === "unchecked" ? {} : forLoss("holds");
  }
  if (values.fabric !== defaults.fabric) return forLoss(loses ? "violated" : "holds");
  // A lost event is never served.
  if (loses) violated.add("eventually-served");
  // Liveness verdicts are stated for the entry's own parameters only.
  const asGiven = values.moves === defaults.moves && values.coverage === defaults.coverage;
  const stated = propertyIds.filter((id) => asGiven || !livenessIds.has(id));
  return Object.fromEntries(stated.map((id) => [id, violated.has(id) ? "violated" : "holds"]));
}

function forLoss(verdict: Verdict): Expectation {
  return Object.fromEntries(lossIds.map((id) => [id, verdict]));
}

function withDefaults(defaults: Partial<CommonParameters>): Record<string, Parameter> {
  return Object.fromEntries(
    Object.entries(commonParameters).map(([name, parameter]) => {
      const value = defaults[name as keyof CommonParameters];
      return [name, (value === undefined ? parameter : { ...parameter, default: value }) as Parameter];
    }),
  );
}
