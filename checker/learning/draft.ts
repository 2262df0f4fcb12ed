import { compose } from "../language/index.ts";
import type { Place } from "../schema/index.ts";
import type { Recorder } from "./recorder.ts";

/** A place of the state before the step, not changed by it. One object for each place, so that identity tells. */
export class Original {
  readonly place: Place;
  constructor(place: Place) {
    this.place = place;
  }
}

/** Asks a proxy for the draft behind it. */
const BEHIND = Symbol("draft");

export function draftBehind<S>(value: object): Draft<S> | undefined {
  return (value as { readonly [BEHIND]?: Draft<S> })[BEHIND];
}

export type Slots = Record<string, unknown> | unknown[];

/** The traps of one record, array or sequence of a draft. Its target holds values, other drafts, and originals. */
export class Draft<S> implements ProxyHandler<Slots> {
  readonly target: Slots;
  /** Where it came from; undefined for an array made by a method of another. */
  readonly place: Place | undefined;
  proxy: object | undefined;
  /** What it was at the end of a recipe, to be read only. */
  snapshot: object | undefined;
  /** Whether the target is filled: before that, nothing of the part was looked at. */
  forced: boolean;
  #forcedIn = 0;
  readonly #recorder: Recorder<S>;
  readonly #writable: boolean;

  constructor(recorder: Recorder<S>, target: Slots, place: Place | undefined, writable: boolean) {
    this.#recorder = recorder;
    this.target = target;
    this.place = place;
    this.forced = place === undefined;
    this.#writable = writable;
  }

  #force(): void {
    const recorder = this.#recorder;
    recorder.tick();
    if (this.forced && (this.#forcedIn === recorder.run || this.place?.kind !== "sequence")) return;
    this.forced = true;
    this.#forcedIn = recorder.run;
    const { target } = this;
    const place = this.place as Place;
    if (place.kind === "record") {
      const fields = target as Record<string, unknown>;
      for (const [name, field] of place.fields) fields[name] = recorder.original(field);
    } else if (place.kind === "array" || place.kind === "sequence") {
      const length = place.kind === "array" ? place.elements.length : recorder.read(place.length);
      const elements = target as unknown[];
      elements.length = length;
      for (let index = 0; index < length; index++) elements[index] = recorder.original(place.elements[index] as Place);
    }
  }

  /** The value of a slot; a part of a draft becomes a draft in place, so that it is the same when read again. */
  #resolve(slot: unknown, keep: (draft: object) => void): unknown {
    if (!(slot instanceof Original)) {
      return this.#writable || typeof slot !== "object" || slot === null ? slot : this.#recorder.snapshotOf(slot);
    }
    let { place } = slot;
    if (place.kind === "cell") return place.cell.shape.valueAt(this.#recorder.read(place.cell));
    if (place.kind === "optional") {
      if (this.#recorder.read(place.present) === 0) return null;
      place = place.some;
    }
    if (!this.#writable) return this.#recorder.viewOf(place);
    const draft = this.#recorder.draftOf(place);
    keep(draft);
    return draft;
  }

  get(target: Slots, name: string | symbol): unknown {
    if (name === BEHIND) return this;
    this.#force();
    const slot: unknown = Reflect.get(target, name);
    if (typeof slot === "object" && slot !== null && Object.hasOwn(target, name))
      return this.#resolve(slot, (draft) => Reflect.set(target, name, draft));
    if (typeof slot === "function" && typeof name === "string" && Array.isArray(target)) {
      return this.#method(name) ?? slot;
    }
    return slot;
  }

  set(target: Slots, name: string | symbol, value: unknown): boolean {
    this.#force();
    if (!this.#writable) return false;
    if (Array.isArray(target) && (typeof name === "symbol" || !/^(length|0|[1-9]\d*)$/.test(name))) {
      this.#recorder.markForeign();
    }
    return Reflect.set(target, name, value);
  }

  deleteProperty(target: Slots, name: string | symbol): boolean {
    this.#force();
    return this.#writable && Reflect.deleteProperty(target, name);
  }

  has(target: Slots, name: string | symbol): boolean {
    this.#force();
    return Reflect.has(target, name);
  }

  ownKeys(target: Slots): (string | symbol)[] {
    this.#force();
    return Reflect.ownKeys(target);
  }

  getOwnPropertyDescriptor(target: Slots, name: string | symbol): PropertyDescriptor | undefined {
    this.#force();
    const descriptor = Reflect.getOwnPropertyDescriptor(target, name);
    if (!(descriptor?.value instanceof Original)) return descriptor;
    // Asking for keys must not read the values, so the value is behind a getter.
    return { get: () => this.get(target, name), enumerable: true, configurable: true };
  }

  defineProperty(): boolean {
    throw new TypeError("Object.defineProperty cannot be used on a draft");
  }

  setPrototypeOf(): boolean {
    throw new TypeError("Object.setPrototypeOf cannot be used on a draft");
  }

  preventExtensions(): boolean {
    throw new TypeError("a draft cannot be frozen");
  }

  /** Array methods that move elements: done on the slots, so that what is moved is not read. */
  #method(name: string): unknown {
    const slots = this.target as unknown[];
    if (name === "slice") {
      return (...given: [number?, number?]) => {
        // The copy shares the drafts of the elements, as it does with immer: make them before they are copied.
        for (const [index, slot] of this.#writable ? slots.entries() : []) {
          if (!(slot instanceof Original) || slot.place.kind === "cell") continue;
          this.#resolve(slot, (draft) => (slots[index] = draft));
        }
        return this.#recorder.detached(slots.slice(...given));
      };
    }
    if (!this.#writable) return this.#quantifier(name);
    switch (name) {
      case "push":
        return (...items: unknown[]) => slots.push(...items);
      case "unshift":
        return (...items: unknown[]) => slots.unshift(...items);
      case "pop":
        return () => this.#resolve(slots.pop(), () => {});
      case "shift":
        return () => this.#resolve(slots.shift(), () => {});
      case "splice":
        return (...given: [number, number, ...unknown[]]) => this.#recorder.detached(slots.splice(...given));
      default:
        return undefined;
    }
  }

  /** `some` and `every` of an array that cannot change: their operands are learned one by one where they can be. */
  #quantifier(name: string): unknown {
    if (name !== "some" && name !== "every") return undefined;
    return (predicate: (item: unknown, index: number, items: unknown) => unknown, self?: unknown) => {
      const items = this.proxy as unknown[];
      const every = name === "every";
      if (typeof predicate === "function") {
        const operands = items.length;
        const composed = compose(
          Array.from({ length: operands }, (_, index) => () => {
            const result = Boolean(predicate.call(self, items[index], index, items));
            return every ? result : !result;
          }),
          [predicate],
        );
        if (composed !== undefined) return every ? composed : !composed;
      }
      return every
        ? Array.prototype.every.call(items, predicate, self)
        : Array.prototype.some.call(items, predicate, self);
    };
  }
}
