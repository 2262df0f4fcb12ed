import { ModelError } from "../checker/errors.ts";

/** The values of a model's parameters, in their order. */
export type Size = readonly number[];

/** A parameter, by its name on the command line and in the peers' files. */
interface SizeParameter {
  readonly name: string;
  /** The constant in the peers' files. */
  readonly constant: string;
  readonly least: number;
  /** The largest value that the peers' files allow. */
  readonly most: number;
}

/** The extension of a model file: SPIN's, Rumur's or TLC's. */
export type PeerLanguage = "pml" | "m" | "tla";

/** The model in the peers' own languages. */
interface PeerFiles {
  /** bench/peers/NAME.pml, .m and .tla. */
  readonly name: string;
  readonly languages: readonly PeerLanguage[];
  /** Promela: macros that choose what is checked. */
  readonly macros: readonly string[];
  /** Murphi: lines that end with this are left out. */
  readonly omitted?: string;
  /** Promela: the first step initialises, so that SPIN counts a state and a transition more. */
  readonly isInitialisedByStep: boolean;
  /** Depth of SPIN's first depth-first search; increased until it is enough. */
  readonly depth: number;
}

/** Distinct states and transitions that are known: published, or counted by several checkers alike. */
export interface Counts {
  readonly distinct: number;
  readonly transitions: number;
}

/** A model of this project and of the peers. */
export interface BenchModel {
  readonly name: string;
  /** Name for `irqproof check`: an entry of the catalogue, or a file of this repository. */
  readonly subject: string;
  readonly parameters: readonly SizeParameter[];
  /** Checked properties, also by the peers. */
  readonly properties: readonly string[] | "safety";
  /** Ids of the properties that are violated at a size. */
  readonly violated?: (size: Size) => readonly string[];
  readonly peers: PeerFiles;
  /** A size so small that its run takes the start-up time. */
  readonly start: Size;
  /** For `--quick`. */
  readonly quick: Size;
  readonly sizes: readonly Size[];
  /** By size; the benchmark's counts must be these. */
  readonly known: Readonly<Record<string, Counts>>;
}

/** The peers' files of an example. */
function exampleInPeers(name: string): PeerFiles {
  // This depth of the stack is enough for most sizes.
  return { name, languages: ["pml", "m", "tla"], macros: [], isInitialisedByStep: true, depth: 1_000_000 };
}

/** The common part of both models of the catalogue's x86-two-step: all safety properties are checked, or only one. */
const X86_TWO_STEP = {
  subject: "x86-two-step",
  parameters: [
    { name: "cpus", constant: "CPUS", least: 2, most: 4 },
    { name: "vectors", constant: "VECTORS", least: 2, most: 4 },
    { name: "devices", constant: "DEVICES", least: 1, most: 2 },
    { name: "moves", constant: "MOVES", least: 1, most: 8 },
  ],
  start: [2, 2, 1, 1],
  quick: [3, 3, 2, 1],
  sizes: [
    [3, 3, 2, 1],
    [3, 3, 2, 2],
  ],
  // SPIN, Rumur and this project alike.
  known: {
    "2,2,1,1": { distinct: 725, transitions: 2_038 },
    "3,3,2,1": { distinct: 29_000, transitions: 130_612 },
    "3,3,2,2": { distinct: 2_574_998, transitions: 12_495_304 },
  },
} as const;
const X86_TWO_STEP_PEERS = {
  name: "x86-two-step",
  languages: ["pml", "m"],
  isInitialisedByStep: false,
  // More would be memory that the search does not need.
  depth: 10_000,
} as const;

export const MODELS: readonly BenchModel[] = [
  {
    ...X86_TWO_STEP,
    name: "x86-two-step",
    properties: "safety",
    violated: ([, , devices = 0, moves = 0]) => (devices > 1 && moves > 1 ? ["no-foreign-only"] : []),
    peers: { ...X86_TWO_STEP_PEERS, macros: ["PROPS=2"] },
  },
  {
    ...X86_TWO_STEP,
    name: "x86-two-step-loss",
    properties: ["no-interrupt-lost"],
    peers: { ...X86_TWO_STEP_PEERS, macros: ["PROPS=1"], omitted: "-- all" },
  },
  {
    name: "migration",
    subject: "examples/migration.ts",
    parameters: [
      { name: "cpus", constant: "C", least: 2, most: 3 },
      { name: "vectors", constant: "V", least: 2, most: 4 },
      { name: "devices", constant: "D", least: 1, most: 3 },
    ],
    properties: ["no-interrupt-lost", "never-stuck"],
    peers: exampleInPeers("migration"),
    start: [2, 2, 1],
    quick: [2, 3, 1],
    sizes: [
      [2, 4, 1],
      [2, 3, 2],
      [2, 3, 3],
      [2, 4, 2],
    ],
    known: {
      "2,2,1": { distinct: 1_420, transitions: 3_300 },
      "2,3,1": { distinct: 16_626, transitions: 44_220 },
      "2,2,2": { distinct: 29_292, transitions: 104_976 },
      "2,4,1": { distinct: 149_816, transitions: 445_480 },
      "3,3,1": { distinct: 1_375_767, transitions: 4_884_066 },
      "2,3,2": { distinct: 2_099_022, transitions: 8_404_572 },
      "2,3,3": { distinct: 21_324_096, transitions: 102_982_464 },
      "2,4,2": { distinct: 64_111_536, transitions: 276_428_448 },
    },
  },
  {
    name: "n-peterson",
    subject: "examples/n-peterson.ts",
    parameters: [{ name: "processes", constant: "N", least: 2, most: 7 }],
    properties: ["mutual-exclusion", "never-stuck"],
    peers: exampleInPeers("n-peterson"),
    start: [2],
    quick: [4],
    sizes: [[5], [6]],
    // 3 and 5: the comment at the end of Murphi's ex/sym/n_peterson.m; 6: SPIN and this project alike.
    known: {
      3: { distinct: 882, transitions: 2_646 },
      5: { distinct: 628_868, transitions: 3_144_340 },
      6: { distinct: 17_704_917, transitions: 106_229_502 },
    },
  },
  {
    name: "two-phase-commit",
    subject: "examples/two-phase-commit.ts",
    parameters: [{ name: "managers", constant: "N", least: 2, most: 10 }],
    properties: ["consistent"],
    peers: exampleInPeers("two-phase-commit"),
    start: [2],
    quick: [5],
    sizes: [[8], [9], [10]],
    // 3 and 5: published for TLC and Stateright; TLC counts the initial state as generated. 8 and 9: SPIN and this
    // project alike.
    known: {
      3: { distinct: 288, transitions: 1_145 },
      5: { distinct: 8_832, transitions: 58_145 },
      8: { distinct: 1_745_408, transitions: 18_507_777 },
      9: { distinct: 10_340_352, transitions: 123_558_401 },
    },
  },
];

/** Text of a size: `2,3,2`. */
export function sizeText(size: Size): string {
  return size.join(",");
}

/**
 * The size that a text stands for.
 *
 * @throws ModelError when the model has no such size
 */
export function sizeOf(model: BenchModel, text: string): Size {
  const { parameters, name } = model;
  const values = text.split(",").map((part) => (/^\d+$/.test(part.trim()) ? Number(part) : NaN));
  const form = parameters.map(({ name, least, most }) => `${name} ${least} to ${most}`).join(", ");
  const fits =
    values.length === parameters.length &&
    parameters.every(({ least, most }, index) => {
      const value = values[index] as number;
      return value >= least && value <= most;
    });
  if (!fits) throw new ModelError(`${text} is no size of ${name}: it must be ${form}, with commas between`);
  return values;
}
