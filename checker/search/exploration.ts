import type { SafetyProperty } from "../language/index.ts";
import { availableMemory } from "../platform.ts";
import type { Phases } from "../phases.ts";
import type { Readings } from "../reading/index.ts";
import type { Called } from "../compiled/program.ts";
import type { ExploredSpaces } from "./states/explored-space.ts";
import type { InstanceCounts } from "./instance-counts.ts";
import type { Block, NotReduced, SymmetryMode } from "../symmetry/index.ts";
import type { Path } from "../trace/shortest.ts";

/**
 * Ways to explore: the reference semantics, using immer; the model's own functions, called directly; code generated
 * from the functions as read.
 */
export type Engine = "reference" | "direct" | "compiled";

/** Why a search ended before the end of the state space. */
export type StopReason =
  | { readonly kind: "states"; readonly limit: number }
  | { readonly kind: "memory"; readonly limit: number }
  | { readonly kind: "aborted" }
  | { readonly kind: "violation" }
  /** All properties that were asked for are decided. */
  | { readonly kind: "decided" }
  /** A guard or recipe fails in a reachable state: what its step leads to is not known. */
  | { readonly kind: "error" };

/** Progress of a search. */
export interface Progress {
  /** Distinct states found. */
  readonly states: number;
  /** Enabled instances of the states expanded. */
  readonly transitions: number;
  /** The breadth-first level that is being expanded; the initial states are level 1. */
  readonly depth: number;
  /** States found and not expanded yet. */
  readonly frontier: number;
  /** Bytes held: by the visited set, and by what the compiled engine needs besides. */
  readonly bytes: number;
  /** Bytes that the search may hold. */
  readonly maxMemory?: number;
  readonly seconds: number;
  /** The search is over, and its transitions are being stored for liveness properties: states are those stored so far. */
  readonly storing?: boolean;
}

/** Every reachable state of a model, after a search that has come to its end. */
export interface Reached {
  readonly distinct: number;
  /** Each state once, packed by the model's layout, in no order that means anything. */
  states(): Iterable<Uint32Array>;
}

/** Options of a search. */
export interface SearchOptions {
  /**
   * Ids of the properties to decide; all without it. With it, a search stops at the end of the level at which all of them
   * are decided; a property of runs is decided only when all states and transitions are known.
   */
  readonly properties?: readonly string[];
  /** Explore the whole state space, also when all of the named properties are decided. Default false. */
  readonly whole?: boolean;
  /** Stop, inconclusive, before more distinct states than this are stored. */
  readonly maxStates?: number;
  /**
   * Stop, inconclusive, before the states need more bytes than this, with the buffers of the compiled engine; liveness
   * properties are inconclusive when all transitions would take more. Default: most of what the system could give.
   */
  readonly maxMemory?: number;
  /** Compiled engine: threads that search together, 1 to 16; the report does not depend on it. Default 1. */
  readonly workers?: number;
  /**
   * Compiled engine: repeat one of every `audit` transitions using the reference semantics, and stop at the first
   * difference with an InternalError.
   */
  readonly audit?: number;
  /** Stop at the end of the level in which the first violation is found, instead of deciding everything. */
  readonly untilViolation?: boolean;
  /**
   * Explore one state for each set of states that differ in a permutation of interchangeable indices only: of dimensions
   * that `indices` declares ("declared"), or also of those that look interchangeable ("auto"). That they are is proved
   * first; what is not is explored in full, and named. Verdicts and lengths of traces are those without symmetry. Only the
   * compiled engine does so. Default "off".
   */
  readonly symmetry?: "off" | SymmetryMode;
  readonly signal?: AbortSignal;
  /** Called about four times a second. */
  readonly onProgress?: (progress: Progress) => void;
}

/** Options for an engine: those of the search, and what the searches of one check share. */
export interface EngineOptions extends SearchOptions {
  /** Without it, each search reads the model itself. */
  readonly readings?: Readings;
  /** Keeps small state spaces. */
  readonly explored?: ExploredSpaces;
  /** Measures time by phase. */
  readonly phases?: Phases;
  /** Stop at the end of the level at which all properties are decided. */
  readonly untilDecided?: boolean;
  /**
   * Stop, as at a bound of states, at the end of the first level that is followed by one longer by the factor `growth`
   * when there are more than `states` states.
   */
  readonly maxGrowing?: { readonly states: number; readonly growth: number };
}

/** First place where a property was found violated (or, for `sometimes`, satisfied). */
export interface Finding {
  /** The breadth-first level of the states in question. */
  readonly level: number;
  /** Path to the reported one. */
  readonly path: Path;
}

/** A function of the model that fails: the property whose predicate it is, or the action whose guard or recipe. */
export interface FoundFault extends Finding {
  readonly property?: string;
  /** Then the last instance of the path is the one that fails. */
  readonly action?: string;
}

/** The faults of a search: those of actions first, then those of properties in their order. */
export function faultsIn(
  ids: readonly string[],
  ofProperties: ReadonlyMap<string, Finding>,
  ofActions: ReadonlyMap<string, Finding>,
): FoundFault[] {
  const actions = [...ofActions].map(([action, finding]) => ({ action, ...finding }));
  return [
    ...actions.toSorted(
      (one, other) => (one.path.instances.at(-1) as number) - (other.path.instances.at(-1) as number),
    ),
    ...ids.flatMap((property) => {
      const finding = ofProperties.get(property);
      return finding === undefined ? [] : [{ property, ...finding }];
    }),
  ];
}

/** Largest share of the available memory for a search: other processes need some, and so does Node. */
const FREE_MEMORY_SHARE = 0.85;

/** Default memory limit of a search, in bytes. */
export function defaultMemory(): number {
  return Math.floor(availableMemory() * FREE_MEMORY_SHARE);
}

/**
 * Reason for a search to end at the levels that it has expanded: its properties are decided. Undefined when it must continue.
 *
 * @param properties that the search decides
 * @param isFound whether a state or step of these levels violates a property, or is the witness of a `sometimes`
 * @param isDecided whether that is so, or the property's predicate fails
 */
export function enough<S>(
  properties: ReadonlyMap<string, SafetyProperty<S>>,
  isFound: (id: string) => boolean,
  isDecided: (id: string) => boolean,
  { untilViolation, untilDecided }: EngineOptions,
): StopReason | undefined {
  if (untilViolation !== true && untilDecided !== true) return undefined;
  const ids = [...properties.keys()];
  if (untilViolation === true && ids.filter(isFound).some((id) => properties.get(id)?.kind !== "sometimes")) {
    return { kind: "violation" };
  }
  return untilDecided === true && ids.every(isDecided) ? { kind: "decided" } : undefined;
}

/** Reduction by a search with symmetry. */
export interface Orbits {
  /** The interchangeable indices; empty where nothing was found. Then the search has explored every state. */
  readonly blocks: readonly Block[];
  /** Exchanges that are not used, with the reason. */
  readonly refused: readonly NotReduced[];
  /** Dimensions of which only some of the interchangeable indices are used. */
  readonly cut: readonly string[];
  /** Order of the group: the product of the factorials of the numbers of interchangeable indices. */
  readonly order: number;
  /** Number of orbits; the search stores one state of each. */
  readonly orbits: number;
  /** Number of states in these orbits, and of their transitions. */
  readonly states: number;
  readonly transitions: number;
  /**
   * Whether those are the reachable states of the model: each renamed initial state is reachable. Undefined where that was
   * not found out; then the orbits are those of the states reachable from all renamed initial states.
   */
  readonly isClosed: boolean | undefined;
  /**
   * Whether renamed initial states are initial states. Only then are the breadth-first levels those of the model: from
   * renamed initial states, a state may be reached in fewer steps than from the model's own.
   */
  readonly isExactDepth: boolean;
}

/** Result of a search. */
export interface Exploration {
  /** Undefined when every reachable state was expanded. */
  readonly stopped: StopReason | undefined;
  readonly distinct: number;
  readonly transitions: number;
  /** Breadth-first levels; level 1 are the initial states. */
  readonly depth: number;
  readonly findings: ReadonlyMap<string, Finding>;
  /** The functions that fail, each with the first level at which it does. */
  readonly faults: readonly FoundFault[];
  /**
   * Properties with a premise that held in no state that was seen, as far as the functions were read. Absent where that is
   * to be found out of the states.
   */
  readonly unmet?: readonly string[];
  /** The steps taken, by instance; all together they are the transitions. */
  readonly counts: InstanceCounts;
  /** Bytes held by the visited set at the end. */
  readonly bytes: number;
  /** Of a search with symmetry: then `distinct` and `transitions` count stored states, one for each orbit. */
  readonly orbits?: Orbits;
  /** The visited set, which stays in memory as long as this is held. Absent after a search that was stopped. */
  readonly reached?: Reached;
  /** Actions and properties with functions that were called instead of being read, with the reason and the place. */
  readonly called?: readonly Called[];
  /** The part of `seconds` that was spent on reading the model's functions. */
  readonly readingSeconds?: number;
  readonly seconds: number;
}
