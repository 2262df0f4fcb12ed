import { messageOf, ModelError, type Family, type SourcePlace } from "irqproof/checker";
import type { SchemeFamily } from "irqproof/properties";
import { placeOf } from "../../../checker/reading/source/place.ts";
import { exportedFamily } from "../../../cli/arguments/exported-family.ts";
import type { Explored } from "../../../explorer/views/viewer.ts";
import type { FileMistake, ModelFile, ParameterView } from "../wire.ts";
import { moduleOf } from "./modules.ts";
import { PlacedError, run, type Imported } from "./script.ts";

/** A file that was loaded: its model, or the mistake that prevents one. */
export type LoadedFile =
  | { readonly explored: Explored; readonly parameters: readonly ParameterView[] }
  | { readonly mistake: FileMistake; readonly parameters?: readonly ParameterView[] };

/** Stack frames in which the place of a mistake is looked for: immer's and the library's own lie between. */
const STACK_FRAMES = 100;

/** Loads a model file, and builds its model for the given values of its parameters. */
export async function load({ name, text, parameters: given, imported }: ModelFile): Promise<LoadedFile> {
  Error.stackTraceLimit = STACK_FRAMES;
  let family: Family<unknown>;
  try {
    family = exportedFamily(name, await run(name, text, importsAmong(imported)));
  } catch (error) {
    return { mistake: mistakeOf(error, name) };
  }
  const parameters = Object.entries(family.parameters).map(([parameter, { default: value, means, allowed }]) => ({
    name: parameter,
    default: String(value),
    means,
    allowed,
  }));
  // Values of parameters that an earlier version of the file had are of no use any more.
  const known = Object.fromEntries(Object.entries(given).filter(([key]) => Object.hasOwn(family.parameters, key)));
  try {
    const { system } = family as Partial<SchemeFamily>;
    const explored: Explored = {
      id: family.name,
      title: family.title,
      model: family.instantiate(known),
      system: system?.(known),
      notes: [],
    };
    return { explored, parameters };
  } catch (error) {
    return { mistake: mistakeOf(error, name), parameters };
  }
}

/** The imports of a file: other files of the list by their names, each run once, or modules. */
function importsAmong(files: Readonly<Record<string, string>>): (specifier: string) => Promise<Imported> {
  const others = new Map<string, Promise<Imported>>();
  const importOf = async (specifier: string): Promise<Imported> => {
    const name = specifier.replace(/^.*\//, "");
    const text = /^\.{1,2}\//.test(specifier) && Object.hasOwn(files, name) ? files[name] : undefined;
    if (text === undefined) return { module: moduleOf(specifier) };
    let found = others.get(name);
    if (found === undefined) others.set(name, (found = run(name, text, importOf).then((module) => ({ module }))));
    return found;
  };
  return importOf;
}

function mistakeOf(error: unknown, file: string): FileMistake {
  if (error instanceof PlacedError) return error.mistake;
  const place = placeOf(error);
  const message = error instanceof ModelError ? error.message : `${file} cannot be loaded: ${messageOf(error)}`;
  return { message, ...lineOf(place) };
}

function lineOf(place: SourcePlace | undefined): Pick<FileMistake, "line" | "column"> {
  return place === undefined ? {} : { line: place.line, column: place.column };
}
