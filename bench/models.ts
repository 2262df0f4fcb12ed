import { ModelError } from "../checker/errors.ts";

/** The values of a model's parameters, in their order. */
export type Size = readonly number[];

/** A parameter as the command line and the peers' files call it. */
interface SizeParameter {
  readonly name: string;
  /** The constant in the peers' files. */
  readonly constant: string;
  readonly least: number;
  /** As far as the peers' files go. */
  readonly most: number;
}

/** Distinct states and transitions that are known: published, or counted by several checkers alike. */
export interface Counts {
  readonly distinct: number;
  readonly transitions: number;
}

/** A model that every checker has in its own language. */
export interface BenchModel {
  /** The name of its files: examples/NAME.ts, bench/peers/NAME.pml, .m and .tla. */
  readonly name: string;
  readonly parameters: readonly SizeParameter[];
  /** What is checked: what the peers' files check, too. */
  readonly properties: readonly string[];
  /** So small that a run of it is the start-up time. */
  readonly start: Size;
  /** For `--quick`. */
  readonly quick: Size;
  readonly sizes: readonly Size[];
  /** By size; the benchmark's counts must be these. */
  readonly known: Readonly<Record<string, Counts>>;
}

export const MODELS: readonly BenchModel[] = [
  {
    name: "migration",
    parameters: [
      { name: "cpus", constant: "C", least: 2, most: 3 },
      { name: "vectors", constant: "V", least: 2, most: 4 },
      { name: "devices", constant: "D", least: 1, most: 3 },
    ],
    properties: ["no-interrupt-lost", "never-stuck"],
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
    parameters: [{ name: "processes", constant: "N", least: 2, most: 7 }],
    properties: ["mutual-exclusion", "never-stuck"],
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
    parameters: [{ name: "managers", constant: "N", least: 2, most: 10 }],
    properties: ["consistent"],
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

/** How a size is written: `2,3,2`. */
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
