import { ModelError } from "../../checker/errors.ts";
import type { Family, Parameter } from "../../checker/index.ts";
import type { InterruptSystem, Strategy } from "../../model/index.ts";
import type { CatalogueEntry } from "../../catalogue/index.ts";
import type { SchemeFamily } from "../../properties/index.ts";
import type { Call, Options } from "./call.ts";
import { didYouMean } from "../../checker/definition/suggest.ts";
import { isFileName } from "./user-file.ts";

/** The subject of a command: a catalogue entry, or a user's file. */
export interface Subject {
  /** As typed by the user. */
  readonly word: string;
  readonly family: Family<unknown>;
  readonly title: string;
  /** Undefined for a file. */
  readonly entry: CatalogueEntry | undefined;
  /** The modelled system for the given parameters; undefined for a model of something else. */
  readonly system: ((given: Readonly<Record<string, unknown>>) => InterruptSystem) | undefined;
  /** The scheme that is put into the system; undefined where there is none. */
  readonly strategy: ((given: Readonly<Record<string, unknown>>) => Strategy) | undefined;
}

/** @throws ModelError when no entry has that id, or that file has no model */
export async function subjectOf(word: string): Promise<Subject> {
  if (isFileName(word)) {
    const { loadModelFile } = await import("./model-file.ts");
    const family = await loadModelFile(word);
    // A user's own scheme, made with `scheme` of irqproof/properties, carries its system.
    const { system, strategy } = family as Partial<SchemeFamily>;
    return { word, family, title: family.title, entry: undefined, system, strategy };
  }
  return entrySubject(word);
}

/**
 * The subject of an id. An id never names a file.
 *
 * @throws ModelError when no entry has that id
 */
export async function entrySubject(word: string): Promise<Subject> {
  const { familyOf, loadCatalogue } = await import("./catalogue.ts");
  const catalogue = await loadCatalogue();
  const entry = catalogue.find(({ id }) => id === word);
  if (entry === undefined) {
    const ids = catalogue.map(({ id }) => id);
    throw new ModelError(
      `the catalogue has no entry ${word}${didYouMean(word, ids) || "; irqproof list prints them, and a model of your own is given as FILE.ts"}`,
    );
  }
  return {
    word,
    family: await familyOf(entry),
    title: entry.title,
    entry,
    system: (given) => entry.system(given),
    strategy: (given) => entry.strategy(given),
  };
}

/** Whether the purity of a subject's functions must be checked: the tests of the catalogue check its own. */
export function purityOf({ entry }: Subject): "checked" | "assumed" {
  return entry === undefined ? "checked" : "assumed";
}

/** Refuses options that apply to files only, such as `--watch`, where the subject is an id. */
export function requireFile(call: Call, word: string | undefined): void {
  if (word !== undefined && isFileName(word)) return;
  for (const name of ["types", "watch"]) {
    if (!call.has(name)) continue;
    const what = word === undefined ? "the catalogue" : `${word}, an entry of the catalogue`;
    throw new ModelError(`${call.command}: --${name} is for FILE.ts, not for ${what}; leave it out`);
  }
}

/** A parameter's option: `deviceKind` is given as `--device-kind`. */
export function optionName(parameter: string): string {
  return parameter.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/**
 * The parameters given in a call, by their names in the family, as typed.
 *
 * @throws ModelError on an option of neither the command nor the model
 */
export function parametersGiven(
  call: Call,
  options: Options,
  name: string,
  parameters: Readonly<Record<string, Parameter>>,
): Record<string, string> {
  const byOption = new Map(Object.keys(parameters).map((parameter) => [optionName(parameter), parameter]));
  for (const [option, parameter] of byOption) {
    if (!Object.hasOwn(options, option)) continue;
    throw new ModelError(`${name}: parameter ${parameter} has the name of an option of ${call.command}; rename it`);
  }
  const given: Record<string, string> = {};
  for (const [option, value] of call.others) {
    const parameter = byOption.get(option) ?? (Object.hasOwn(parameters, option) ? option : undefined);
    if (parameter === undefined) {
      const known = [...byOption.keys(), ...Object.keys(options)];
      const own = [...byOption.keys()].map((one) => `--${one}`).join(", ");
      const has = own === "" ? `${name} has no parameters` : `the parameters of ${name} are ${own}`;
      throw new ModelError(
        `${call.command}: unknown option --${option}${didYouMean(option, known, "--") || `; ${has}`}`,
      );
    }
    given[parameter] = value;
  }
  return given;
}
