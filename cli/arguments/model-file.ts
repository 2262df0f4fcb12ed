import { stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type * as Jiti from "jiti";
import { messageOf, ModelError } from "../../checker/errors.ts";
import { builtinText, noteBuiltins, restoredBuiltin } from "./builtins.ts";
import { callBegins, callEnds, callNumber } from "../../checker/language/current-call.ts";
import { placeOf } from "../../checker/reading/place.ts";
import { withPlace } from "../output/model-mistakes.ts";
import { isModel, type Family, type Model } from "../../checker/index.ts";

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
  const named = Object.entries(module).filter(([name]) => name !== "default" && name !== "__esModule");
  if (module["default"] !== undefined) {
    return { family: familyFrom(file, "its default export", module["default"]), exports: module };
  }
  const models = named.filter(([, value]) => isModel(value) || isFamily(value));
  const [only, another] = models.length > 0 ? models : named;
  if (only === undefined) {
    throw new ModelError(`${file} exports nothing: it must export a model or a family as its default`);
  }
  if (another !== undefined) {
    const names = (models.length > 0 ? models : named).map(([name]) => name).join(", ");
    throw new ModelError(`${file} exports ${names} and no default: export the one to check as the default`);
  }
  return { family: familyFrom(file, `its export ${only[0]}`, only[1]), exports: module };
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

/** A single model is a family without parameters. */
function familyFrom(file: string, which: string, value: unknown): Family<unknown> {
  if (isFamily(value)) {
    return {
      ...value,
      instantiate(given) {
        try {
          return value.instantiate(given);
        } catch (error) {
          if (!(error instanceof ModelError)) throw error;
          const place = placeOf(error);
          // Parameters refused by the author's own error are not a mistake at that place.
          throw place?.expression?.startsWith("new ") === true
            ? error
            : new ModelError(withPlace(error.message, place));
        }
      },
    };
  }
  if (isModel(value)) {
    const resolved = (given: Readonly<Record<string, unknown>> = {}): Model<unknown>["parameters"] => {
      const [name] = Object.keys(given);
      if (name !== undefined) throw new ModelError(`${value.name} is a single model: it has no parameter ${name}`);
      return value.parameters;
    };
    return {
      name: value.name,
      title: "",
      parameters: {},
      resolve: resolved,
      instantiate(given) {
        resolved(given);
        return value;
      },
    };
  }
  const kind = value === null ? "null" : Array.isArray(value) ? "an array" : `a value of type ${typeof value}`;
  const hint = typeof value === "function" ? "; export what it returns, or a family" : hintOf(value);
  throw new ModelError(`${file}: ${which} is ${kind}, not a model or a family${hint}`);
}

/** The function that a bare definition was probably meant for: the end of a sentence about it. */
function hintOf(value: unknown): string {
  if (!isObject(value)) return "";
  if ("strategy" in value) return "; give it to scheme(...)";
  if ("program" in value) return "; give it to scheme({ name, title, strategy })";
  if ("build" in value) return "; give it to family(...)";
  return "actions" in value && "state" in value ? "; give it to model(...)" : "";
}

function isFamily(value: unknown): value is Family<unknown> {
  return isObject(value) && typeof value["instantiate"] === "function" && isObject(value["parameters"]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
