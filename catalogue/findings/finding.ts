import type { BugSide } from "../bugs.ts";

/** A part of what is known, with where and when it was seen, and how sure it is. */
export interface Evidence {
  readonly what: string;
  /** Year, month and day on which it was looked at. */
  readonly date: string;
  readonly doubt?: string;
}

/** A finding in a recording of an unchanged kernel, beside the model's prediction. */
export interface Reproduction {
  /** Kernel, machine, device and load. */
  readonly setUp: string;
  /** Rows of the model's prediction and what was recorded of it. */
  readonly rows: readonly { readonly model: string; readonly recorded: string }[];
  /** Runs that must not and did not show it. */
  readonly controls: readonly string[];
}

/** Instructions for reproducing it on a machine. */
interface OnAMachine {
  /** Steps to run, and outcomes that confirm or refute it. */
  readonly steps: readonly string[];
  /** Commands, a line each, at most 68 columns. `ran`: it was run, with this outcome; without it, it was not run. */
  readonly commands: readonly { readonly line: string; readonly ran?: string }[];
}

/** The parts of a bug report that the model and the corpus of bugs do not have. */
export interface Finding {
  /** The row of the corpus. */
  readonly bug: string;
  /** Its report is `findings/NAME.txt`. */
  readonly name: string;
  /** Subject of the mail, at most 72 columns. */
  readonly subject: string;
  /** Two sentences. */
  readonly summary: string;
  /** Versions and commits. */
  readonly affected: readonly Evidence[];
  /** Aspects that were not checked. */
  readonly unchecked: string;
  readonly reproduction?: Reproduction;
  /** Functions for the steps of its run, where they are not those of Linux. */
  readonly functions?: Readonly<Record<string, string>>;
  /** Sides that lead to it or say when it does not matter, each with a sentence. */
  readonly related: readonly { readonly side: BugSide; readonly says: string }[];
  readonly machine: OnAMachine;
  /** The repair in words, or as a few lines of a patch. */
  readonly repair: { readonly text: string; readonly lines: readonly string[] };
}
