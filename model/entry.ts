import { family, type Parameter, type ParameterValue, type Verdict } from "../checker/index.ts";
import { interruptSystem, type InterruptSystem } from "./interrupt-system.ts";
import type { Strategy } from "./kernel/migration.ts";
import { commonParameters, type CommonParameters } from "./parameters.ts";

/** The ids of the properties, the primary one first. */
export const propertyIds = [
  "no-interrupt-lost",
  "carrier-exists",
  "not-stale",
  "no-stray",
  "no-foreign-only",
  "bounded-spurious",
  "target-live",
  "target-live-in-move",
  "device-matches-descriptor",
  "one-owner",
  "no-free-while-pending",
  "move-on-target",
  "check-covers",
  "retrigger-once",
  "one-word-per-write",
  "handler-exclusion",
  "no-in-progress-drop",
  "mask-restored",
  "eoi-balanced",
  "pending-transfer",
  "foreign-eip-preserved",
  "enable-converges",
  "no-latent-stray",
  "no-drop-offline",
  "table-owner",
  "no-reuse-before-clean",
  "effective-target-online",
  "single-old-vector",
  "no-leak",
  "offline-cleanup",
  "offline-drained",
  "managed-restart",
  "startup-order",
  "no-deadlock",
  "eventually-served",
  "affinity-applied",
  "cleanup-done",
  "no-livelock",
] as const;

/** The id of a property. */
export type PropertyId = (typeof propertyIds)[number];

/** The two forms of the question whether an interrupt is lost; they must agree. */
export const lossIds = ["no-interrupt-lost", "carrier-exists"] as const satisfies readonly PropertyId[];

/** Properties of infinite runs. */
export const livenessIds: ReadonlySet<string> = new Set<PropertyId>([
  "eventually-served",
  "affinity-applied",
  "cleanup-done",
  "no-livelock",
]);

/** Values of an entry's parameters, the common ones and its own. */
export type EntryParameters = CommonParameters & Readonly<Record<string, ParameterValue>>;

/**
 * Verdicts by property id; a property that is not named has no stated expectation. Properties that have no meaning for
 * the system may be named: nothing is said of them.
 */
export type Expectation = Readonly<Record<string, Verdict>>;

/** Whose interrupts are moved. */
export type Architecture = "x86" | "riscv" | "loongarch" | "arm";

/** A fault in code that is in use, which follows from reading it, and which nobody has confirmed. */
export interface Suspicion {
  /** What exactly was modelled, as clauses without a full stop. */
  readonly modelled: string;
  /** What the suspicion rests on. */
  readonly restsOn: string;
  /** What would refute it. */
  readonly refutedBy: string;
}

/** One way to move an interrupt, and what is expected of it. */
export interface CatalogueEntry {
  readonly id: string;
  readonly architecture: Architecture;
  readonly title: string;
  /** The row of the strategy table that the entry stands for. */
  readonly row: string;
  /** Where it is or was done: kernel functions and commits. */
  readonly source: readonly string[];
  /** One sentence: why the expected verdict. */
  readonly why: string;
  /** What the entry rests on that nobody has confirmed. */
  readonly doubt?: string;
  /** Where the entry is a suspicion about code in use: what it says and does not say. */
  readonly suspicion?: Suspicion;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** The strategy for the given parameters, to put into a machine of another size. */
  strategy(given?: Readonly<Record<string, unknown>>): Strategy;
  /** The system for the given parameters, the others at their defaults. */
  system(given?: Readonly<Record<string, unknown>>): InterruptSystem;
  /**
   * The verdicts that are expected for the given parameters. At the entry's own sizes, in its own fabric, for every
   * coverage and number of moves: all of them, but those of infinite runs for its own coverage and moves only. In another
   * fabric: whether it loses. At other sizes: that a scheme which loses nothing goes on losing nothing. Elsewhere: none.
   */
  expected(given?: Readonly<Record<string, unknown>>): Expectation;
}

/** What a strategy is expected to violate, where messages arrive before the next register access ends. */
export interface Faults {
  readonly violates: (parameters: EntryParameters) => readonly PropertyId[];
  /** Interrupts are moved even if nobody asks for it. */
  readonly movesUnasked?: true;
  /** Whether an event is lost in a fabric that may deliver a message after a later flush. */
  readonly losesLateMessages: (parameters: EntryParameters) => boolean;
}

/** Makes an entry out of a strategy and what is known of it. */
export function catalogueEntry(
  description: Pick<
    CatalogueEntry,
    "id" | "architecture" | "title" | "row" | "source" | "why" | "doubt" | "suspicion"
  > &
    Faults & {
      /** The strategy, for the values of the entry's own parameters. */
      readonly strategy: (parameters: EntryParameters) => Strategy;
      /** Parameters of the entry's own. */
      readonly own?: Readonly<Record<string, Parameter<never> | Parameter>>;
      /** Other defaults of the common parameters: what the entry needs to show its point. */
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

/** Parameters that an expectation is stated for at every value, not only at the entry's default. */
const statedForAll = new Set(["coverage", "fabric", "in-flight", "moves"]);

function expectation(values: EntryParameters, defaults: EntryParameters, faults: Faults): Expectation {
  // Without a move there is nothing to lose; a CPU that goes offline moves what is on it.
  if (values.moves === 0 && !faults.movesUnasked) return forLoss("holds");
  const resized = Object.keys(commonParameters).some(
    (name) => !statedForAll.has(name) && values[name] !== defaults[name],
  );
  const violated = new Set(faults.violates(values));
  const loses = violated.has("no-interrupt-lost") || (values.fabric === "fifo" && faults.losesLateMessages(values));
  if (resized) {
    // A vector that is nobody's and looked at only once is a fault of its own as soon as vectors are used again.
    return loses || values.stray === "unchecked" ? {} : forLoss("holds");
  }
  if (values.fabric !== defaults.fabric) return forLoss(loses ? "violated" : "holds");
  // An event that is lost is never served.
  if (loses) violated.add("eventually-served");
  // Of infinite runs only those of the entry's own parameters are stated.
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
