import { isProxy } from "./host-objects.ts";

/**
 * Values that functions have read outside themselves: they are read as if these never changed. Frozen objects need no
 * record.
 */
export class Captures {
  readonly #names = new Map<object, string>();
  readonly #properties = new Map<object, Map<string, unknown> | undefined>();
  readonly #contents = new Map<object, readonly unknown[] | undefined>();

  /** Gives an object the name by which a message calls it. */
  name(object: unknown, name: string): void {
    if (isObject(object) && !this.#names.has(object)) this.#names.set(object, name);
  }

  /** Notes the value of a property. */
  property(object: object, name: string, value: unknown): void {
    let known = this.#properties.get(object);
    if (known === undefined) {
      if (this.#properties.has(object)) return;
      known = isConstant(object) ? undefined : new Map();
      this.#properties.set(object, known);
    }
    const own = this.#names.get(object);
    if (own !== undefined) this.name(value, `${own}.${name}`);
    if (known?.has(name) === false) known.set(name, value);
  }

  /** Notes the elements of an array, or the members of a collection. */
  contents(object: Iterable<unknown> & object): void {
    if (this.#contents.has(object)) return;
    const contents = isConstant(object) ? undefined : flat(object);
    this.#contents.set(object, contents);
    const own = this.#names.get(object);
    if (own === undefined) return;
    for (const [index, one] of (contents ?? flat(object)).entries()) this.name(one, `${own}[${index}]`);
  }

  /** A captured value that has changed since; undefined if none has. */
  changed(): string | undefined {
    for (const [object, properties] of this.#properties) {
      for (const [name, value] of properties ?? []) {
        if (!Object.is((object as Record<string, unknown>)[name], value)) return this.#called(object, `.${name}`);
      }
    }
    for (const [object, contents] of this.#contents) {
      if (contents === undefined) continue;
      const now = flat(object as Iterable<unknown>);
      if (now.length !== contents.length || now.some((one, index) => !Object.is(one, contents[index]))) {
        return this.#called(object, "");
      }
    }
    return undefined;
  }

  #called(object: object, member: string): string {
    const name = this.#names.get(object);
    return name === undefined
      ? `an object outside the state${member === "" ? "" : ` (its ${member.slice(1)})`}`
      : name + member;
  }
}

function isObject(thing: unknown): thing is object {
  return (typeof thing === "object" && thing !== null) || typeof thing === "function";
}

function isConstant(object: object): boolean {
  return Object.isFrozen(object) && !(object instanceof Set) && !(object instanceof Map) && !isProxy(object);
}

/** The elements, or the members; of a map its keys and values in turn. */
function flat(object: Iterable<unknown>): readonly unknown[] {
  return object instanceof Map ? [...(object as Map<unknown, unknown>)].flat() : [...object];
}
