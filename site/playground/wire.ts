import type { Choices, Goal, Overview, SearchView, CheckedView, StepView, WayView } from "../../explorer/wire.ts";

/** A model file with the values of its parameters, as they are typed. */
export interface ModelFile {
  /** Name of the file, for messages. */
  readonly name: string;
  readonly text: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** The files that it imports by relative paths, by their names without folders. */
  readonly imported: Readonly<Record<string, string>>;
}

/** A parameter of a family. */
export interface ParameterView {
  readonly name: string;
  readonly default: string;
  readonly means: string;
  readonly allowed: string;
}

/** Mistake in a file, with its place where it is known; both numbers count from 1. */
export interface FileMistake {
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

/** Result of loading a file. */
export type Loaded =
  | { readonly kind: "model"; readonly id: string; readonly parameters: readonly ParameterView[] }
  | {
      readonly kind: "mistake";
      readonly mistake: FileMistake;
      /** Known where the family is right and a given parameter is not. */
      readonly parameters?: readonly ParameterView[];
    };

/** The questions to the worker, with their answers. */
export interface Answers {
  load(file: ModelFile): Loaded;
  overview(): Overview;
  searches(): {
    readonly check: SearchView<CheckedView>;
    readonly way: { readonly number: number; readonly view: SearchView<WayView> } | null;
  };
  run(path: string, from: number, to: number): readonly StepView[];
  chart(path: string, property: string | undefined): string;
  next(path: string): Choices;
  search(path: string, goal: Exclude<Goal, { readonly kind: "all" }>): number;
  stop(which: "check" | "way"): void;
}

/** A question to the worker. */
export interface Question {
  readonly number: number;
  readonly method: keyof Answers;
  readonly given: readonly unknown[];
}

/** An answer of the worker. */
export type Answer =
  | { readonly number: number; readonly value: unknown }
  | { readonly number: number; readonly error: string };
