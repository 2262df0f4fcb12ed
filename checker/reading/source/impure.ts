import { builtinModules } from "node:module";
import { NotRead } from "../../terms/index.ts";

/** Functions whose results depend on more than their arguments, or that do something, with what a function does by them. */
const IMPURE = new Map<unknown, string>([
  [Math.random, "depends on Math.random"],
  [Date, "depends on Date"],
  [Date.now, "depends on Date.now"],
  [performance.now, "depends on performance.now"],
  [crypto.getRandomValues, "depends on crypto.getRandomValues"],
  [crypto.randomUUID, "depends on crypto.randomUUID"],
  [process.hrtime.bigint, "depends on process.hrtime"],
  [queueMicrotask, "uses queueMicrotask"],
  [fetch, "uses fetch"],
]);

/** Objects that must not be used at all. */
const OUTSIDE = new Map<unknown, string>([
  [process.env, "depends on the environment"],
  [process.argv, "depends on the command line"],
  [performance, "depends on performance"],
  [crypto, "depends on crypto"],
]);

/** Properties of `process` that change, or differ from run to run. */
const OF_PROCESS = new Map(
  ["pid", "ppid", "title", "exitCode", "stdin", "stdout", "stderr"].map((name) => [name, `depends on process.${name}`]),
)
  .set("env", "depends on the environment")
  .set("argv", "depends on the command line");

/** Modules of Node whose functions depend on their arguments alone. */
const PURE_MODULES = new Set(["assert", "buffer", "constants", "path", "punycode", "querystring", "url", "util"]);

/** The functions of Node's modules, with the modules; made when the first is asked for. */
let ofModules: ReadonlyMap<unknown, NodeFunction> | undefined;

interface NodeFunction {
  readonly module: string;
  readonly name: string;
}

/**
 * Effect of calling another function that depends on more than its arguments, or of reading a property of an object
 * that changes by itself: a predicate such as "depends on Math.random". Undefined where it is not known to do that.
 *
 * @throws NotRead where a function of Node is called that does no harm
 */
export function impurityOf(thing: unknown, property?: string): string | undefined {
  if (property !== undefined) {
    return (thing === process ? OF_PROCESS.get(property) : undefined) ?? OUTSIDE.get(thing);
  }
  const impure = IMPURE.get(thing);
  if (impure !== undefined) return impure;
  const { name } = thing as { readonly name: string };
  if ((console as unknown as Record<string, unknown>)[name] === thing) return "writes to the console";
  ofModules ??= functionsOfModules();
  const known = ofModules.get(thing);
  if (known === undefined) return undefined;
  const text = `${known.name} of node:${known.module}`;
  if (PURE_MODULES.has(known.module)) throw new NotRead(`it calls ${text}`);
  return `uses ${text}`;
}

/** The modules of these that have been loaded: no function of the others can be reached. */
function functionsOfModules(): ReadonlyMap<unknown, NodeFunction> {
  const functions = new Map<unknown, NodeFunction>();
  const { moduleLoadList = [] } = process as { readonly moduleLoadList?: readonly string[] };
  const loaded = new Set(moduleLoadList);
  // The pure ones last: what another module has, too, is of that one.
  const names = builtinModules.filter((name) => loaded.has(`NativeModule ${name}`) || name === "process");
  for (const name of names.toSorted((one, other) => Number(PURE_MODULES.has(one)) - Number(PURE_MODULES.has(other)))) {
    const module: unknown = process.getBuiltinModule(name);
    for (const key of Object.keys(module as object)) {
      const property = Object.getOwnPropertyDescriptor(module, key);
      const value: unknown = property?.value;
      if (typeof value === "function" && !functions.has(value) && !isOfLanguage(value))
        functions.set(value, { module: name, name: key });
    }
  }
  return functions;
}

/** Whether something is a part of JavaScript that a module hands on. */
function isOfLanguage(value: unknown): boolean {
  const { name } = value as { readonly name: string };
  const isGlobal = (globalThis as Record<string, unknown>)[name] === value;
  return isGlobal && !IMPURE.has(value) && !TIMERS.has(name);
}

const TIMERS = new Set([
  "setTimeout",
  "setInterval",
  "setImmediate",
  "clearTimeout",
  "clearInterval",
  "clearImmediate",
]);
