import { didYouMean } from "../definition/index.ts";
import { ModelError } from "../errors.ts";

/** Names that programs ask any object for, without meaning a field. */
const ASKED_OF_ANY_OBJECT: ReadonlySet<string> = new Set(["then", "toJSON"]);

/** A read of a name that is neither a field nor inherited. */
export class Misread extends ModelError {
  /** The name that was read. */
  readonly field: string;
  /** The misread, as a clause: `reads sub.depe, which is not a field`. */
  readonly what: string;
  /** Advice on the right name, the end of a sentence. */
  readonly advice: string;

  constructor(path: string, name: string, fields: readonly string[]) {
    const what = `reads ${path}${name}, which is not a field`;
    const advice = `; the fields are ${fields.join(", ")}${didYouMean(name, fields)}`;
    super(what + advice);
    this.field = name;
    this.what = what;
    this.advice = advice;
  }
}

/**
 * A state, reading which throws where the name is neither a field nor inherited. It is for functions whose source is not
 * read, and for those of labels: elsewhere the reader finds such a name. Only a throw means something: a function may do
 * something else with a proxy than with the state itself.
 *
 * @param state objects of its own, not frozen: a proxy of a frozen object cannot watch its parts
 */
export function watched<Value>(state: Value): Value {
  const proxies = new WeakMap<object, object>();
  const watch = (value: unknown, path: string): unknown => {
    if (typeof value !== "object" || value === null) return value;
    let proxy = proxies.get(value);
    if (proxy === undefined) {
      proxies.set(value, (proxy = new Proxy(value, { get: (target, name) => read(target, name, path) })));
    }
    return proxy;
  };
  const read = (target: object, name: string | symbol, path: string): unknown => {
    if (typeof name === "string" && !(name in target) && !ASKED_OF_ANY_OBJECT.has(name)) {
      if (!Array.isArray(target)) throw new Misread(path === "" ? "" : `${path}.`, name, Object.keys(target));
      // An index past the end is a common idiom.
      if (!/^(?:-?\d+|undefined|NaN)$/.test(name)) throw new Misread(path === "" ? "" : `${path}.`, name, ["length"]);
    }
    const value: unknown = Reflect.get(target, name);
    if (typeof name === "symbol" || !Object.hasOwn(target, name)) return value;
    const inner = Array.isArray(target) ? `${path}[${name}]` : path === "" ? name : `${path}.${name}`;
    return watch(value, inner);
  };
  return watch(state, "") as Value;
}

/** The read of a name that does not exist which a call makes; undefined where it makes none, whatever else happens. */
export function misreadIn(call: () => unknown): Misread | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
      if (cause instanceof Misread) return cause;
    }
    return undefined;
  }
}
