/** Taken before a model is loaded: afterwards these may be others. */
const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
const { is } = Object;

interface Part {
  /** As a sentence names it: `Array.prototype.every`. */
  readonly name: string;
  readonly owner: object;
  readonly key: string | symbol;
  readonly descriptor: PropertyDescriptor;
}

/** Globals whose own properties and prototypes the program relies on; those of Node are made at their first use. */
const GLOBALS =
  "Object Function Array String Number Boolean Symbol BigInt Map Set WeakMap WeakSet Promise RegExp JSON Math Reflect Proxy ArrayBuffer SharedArrayBuffer DataView Int8Array Uint8Array Int16Array Uint16Array Int32Array Uint32Array Float64Array Atomics parseInt parseFloat isNaN".split(
    " ",
  );

let kept: readonly Part[] | undefined;

/** Notes the built-in functions and objects as they are: called before the code of a user's file. */
export function noteBuiltins(): void {
  kept ??= [...partsOf()];
}

/**
 * Puts back what was changed since `noteBuiltins`, so that the program itself works as before.
 *
 * @returns the name of the first change; undefined where there is none
 */
export function restoredBuiltin(): string | undefined {
  let changed: string | undefined;
  // No method and no iterator: these may be what was changed.
  for (let index = 0; index < (kept?.length ?? 0); index++) {
    const { name, owner, key, descriptor } = (kept as readonly Part[])[index] as Part;
    const now = getOwnPropertyDescriptor(owner, key);
    const isSame =
      now !== undefined && is(now.value, descriptor.value) && now.get === descriptor.get && now.set === descriptor.set;
    if (isSame) continue;
    changed ??= name;
    defineProperty(owner, key, descriptor);
  }
  return changed;
}

/** A sentence about a change of a built-in, without the name of the file. */
export function builtinText(name: string): string {
  return `changes ${name}, on which this program relies: a model must leave what is built in as it is`;
}

function* partsOf(): Generator<Part> {
  for (const name of GLOBALS) {
    const descriptor = getOwnPropertyDescriptor(globalThis, name);
    if (descriptor === undefined) continue;
    yield { name, owner: globalThis, key: name, descriptor };
    const value: unknown = (globalThis as Readonly<Record<string, unknown>>)[name];
    if (!isObject(value)) continue;
    yield* ownParts(name, value);
    const { prototype } = value as { readonly prototype?: unknown };
    if (isObject(prototype)) yield* ownParts(`${name}.prototype`, prototype);
  }
  yield* ownParts("Error.prototype", Error.prototype);
  yield* ownParts("the prototype of typed arrays", getPrototypeOf(Int32Array.prototype) as object);
  for (const [name, iterator] of [
    ["arrays", [][Symbol.iterator]()],
    ["maps", new Map().entries()],
    ["sets", new Set().values()],
    ["generators", (function* () {})()],
  ] as const) {
    for (let one = getPrototypeOf(iterator); one !== null && one !== Object.prototype; one = getPrototypeOf(one)) {
      yield* ownParts(`the iterator of ${name}`, one);
    }
  }
}

function* ownParts(name: string, owner: object): Generator<Part> {
  for (const key of ownKeys(owner)) {
    const descriptor = getOwnPropertyDescriptor(owner, key);
    // The prototype of a constructor is looked at by itself.
    if (descriptor === undefined || key === "prototype") continue;
    yield { name: typeof key === "symbol" ? `${name}[${String(key)}]` : `${name}.${key}`, owner, key, descriptor };
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
