import { stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type * as Jiti from "jiti";
import { messageOf, ModelError } from "../../checker/errors.ts";
import { builtinText, noteBuiltins, restoredBuiltin } from "./builtins.ts";
import { callBegins, callEnds, callNumber } from "../../checker/language/current-call.ts";
import { placeOf } from "../../checker/reading/source/place.ts";
import { withPlace } from "../output/model-mistakes.ts";
import type { Family } from "../../checker/index.ts";
import { exportedFamily } from "./exported-family.ts";

const STACK_FRAMES = 100;

/**
 * The model or family that a user's file exports, as its default or its only such export. TypeScript needs no build;
 * `irqproof/checker`, `irqproof/model`, `irqproof/properties` and `irqproof/catalogue` resolve to the modules of this program wherever
 * the file is.
 *
 * @throws ModelError when there is no such file, it throws, or it exports something else
 */
export async function loadModelFile(file: string): Promise<Family<unknown>> {
  return (await loadModelModule(file)).family;
}

/**
 * The same, with everything that the file exports, by name.
 *
 * @throws ModelError as `loadModelFile`
 */
export async function loadModelModule(
  file: string,
): Promise<{ readonly family: Family<unknown>; readonly exports: Readonly<Record<string, unknown>> }> {
  const path = resolve(file);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new ModelError(`no such file: ${file}`);
  if (!found.isFile()) throw new ModelError(`${file} is not a file`);
  const module = await evaluate(file, path);
  return { family: withPlaces(exportedFamily(file, module)), exports: module };
}

/** A family whose own errors have places. */
function withPlaces(family: Family<unknown>): Family<unknown> {
  return {
    ...family,
    instantiate(given) {
      try {
        return family.instantiate(given);
      } catch (error) {
        if (!(error instanceof ModelError)) throw error;
        const place = placeOf(error);
        // Parameters refused by the author's own error are not a mistake at that place.
        throw place?.expression?.startsWith("new ") === true ? error : new ModelError(withPlace(error.message, place));
      }
    },
  };
}

async function evaluate(file: string, path: string): Promise<Record<string, unknown>> {
  // Not imported: the bundle runs as a script, which cannot import modules outside it.
  const { createJiti } = createRequire(import.meta.url)("jiti") as typeof Jiti;
  const [checker, model, properties, catalogue] = await Promise.all([
    import("../../checker/index.ts"),
    import("../../model/index.ts"),
    import("../../properties/index.ts"),
    import("../../catalogue/index.ts"),
  ]);
  const jiti = createJiti(pathToFileURL(path).href, {
    // A file is loaded in its current version; no cache is left on the disk.
    fsCache: false,
    moduleCache: false,
    interopDefault: false,
    virtualModules: {
      "irqproof/checker": checker,
      "irqproof/model": model,
      "irqproof/properties": properties,
      "irqproof/catalogue": catalogue,
    },
  });
  const { stackTraceLimit } = Error;
  // The loader's own functions are between a file and its imports.
  Error.stackTraceLimit = STACK_FRAMES;
  const before = callBegins(callNumber(`the top level of ${file}`));
  noteBuiltins();
  try {
    const module: unknown = await jiti.import(path);
    const changed = restoredBuiltin();
    if (changed !== undefined) throw new ModelError(builtinText(changed));
    return typeof module === "object" && module !== null ? (module as Record<string, unknown>) : {};
  } catch (error) {
    const changed = restoredBuiltin();
    if (changed !== undefined) throw new ModelError(`${file}: ${builtinText(changed)}`);
    const place = placeOf(error);
    if (error instanceof ModelError) throw new ModelError(withPlace(`${file}: ${error.message}`, place));
    // The list of files behind a missing module adds nothing to the file's name.
    const message = messageOf(error).replace(/ Require stack:.*$/, "");
    throw new ModelError(withPlace(`${file} cannot be loaded: ${message}`, place));
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    callEnds(before);
  }
}
