import { compose } from "../language/index.ts";
import type { Cell, Place } from "../schema/index.ts";

/** A value outside the state's type was written, or the draft was used in a way that only the reference can judge. */
export class Unlearnable extends Error {}

/** What drafts need of their recorder. */
export interface Recording {
  /** Counts the runs: what is remembered of a sequence's length is good for one. */
  readonly runs: number;
  numberOf(cell: Cell): number;
  /** The number of a cell's value in this run. */
  read(cell: Cell): number;
  original(place: Place): Original;
  viewOf(place: Place): object;
  draftOf(place: Place): object;
  /** A new array that is no part of the state yet. */
  detached(slots: unknown[]): object;
  /**
   * A part of a draft after the recipe.
   *
   * @param type a place of its type
   */
  snapshotOf(value: object, type: Place | undefined): object;
  /** Counts an operation of a run, of which there may be only so many. */
  tick(): void;
  /** The draft was used in a way that immer refuses or treats specially. */
  markForeign(): void;
}

/** A place of the state before the step, not changed by it. One object for each place, so that identity tells. */
export class Original {
  readonly place: Place;
  constructor(place: Place) {
    this.place = place;
  }
}

/** Asks a proxy for the draft behind it. */
const BEHIND = Symbol("draft");

export function draftBehind(value: object): Draft | undefined {
  return (value as { readonly [BEHIND]?: Draft })[BEHIND];
}

export type Slots = Record<string, unknown> | unknown[];

/** The place of a part; of what is optional, that of the value. */
function partOf(place: Place | undefined, name: string | symbol): Place | undefined {
  let part: Place | undefined;
  if (place?.kind === "record") part = place.fields.find(([field]) => field === name)?.[1];
  else if (place?.kind === "array" || place?.kind === "sequence") part = place.elements[Number(name)];
  while (part?.kind === "optional") part = part.some;
  return part;
}

/** The traps of one record, array or sequence of a draft. Its target holds values, other drafts, and originals. */
export class Draft implements ProxyHandler<Slots> {
  readonly target: Slots;
  /** Where it came from; undefined for an array made by a method of another. */
  readonly place: Place | undefined;
  proxy: object | undefined;
  /** What it was at the end of a recipe, to be read only. */
  snapshot: object | undefined;
  /** Whether somebody has looked at it or changed it; if not, it stands for its place as a whole. */
  forced: boolean;
  /** Whether slots were set, moved or removed. */
  changed = false;
  /** Parts that became drafts in their slots: a draft that is not changed differs from its place in these at most. */
  readonly parts: Draft[] = [];
  #forcedIn = 0;
  readonly #recorder: Recording;
  readonly #writable: boolean;
  readonly #type: Place | undefined;

  /**
   * @param target filled with the place's originals; a sequence, whose length must be read, is filled later
   * @param type a place of its type, which need not be where it came from
   */
  constructor(recorder: Recording, target: Slots, place: Place | undefined, writable: boolean, type = place) {
    this.#recorder = recorder;
    this.#type = type;
    this.target = target;
    this.place = place;
    this.forced = this.changed = place === undefined;
    this.#writable = writable;
  }

  /** Whether it is what its place was before the step. */
  get isOriginal(): boolean {
    return !this.changed && this.parts.every((part) => part.isOriginal);
  }

  #force(): void {
    const recorder = this.#recorder;
    recorder.tick();
    // Views live longer than a run, and their lengths change with the state. A draft is of one run.
    if (this.forced && (this.#writable || this.#forcedIn === recorder.runs)) return;
    this.forced = true;
    const { place } = this;
    if (place?.kind !== "sequence") return;
    this.#forcedIn = recorder.runs;
    const elements = this.target as unknown[];
    const length = recorder.read(place.length);
    elements.length = 0;
    for (let index = 0; index < length; index++) elements.push(recorder.original(place.elements[index] as Place));
  }

  /** The value of a slot; a part of a draft becomes a draft in its slot, so that it is the same when read again. */
  #resolve(slot: Original, name?: string | symbol | number): unknown {
    let { place } = slot;
    if (place.kind === "cell") return place.cell.shape.valueAt(this.#recorder.read(place.cell));
    if (place.kind === "optional") {
      if (this.#recorder.read(place.present) === 0) return null;
      place = place.some;
    }
    if (!this.#writable) return this.#recorder.viewOf(place);
    const draft = this.#recorder.draftOf(place);
    if (name !== undefined) {
      (this.target as Record<string | symbol | number, unknown>)[name] = draft;
      this.parts.push(draftBehind(draft) as Draft);
    }
    return draft;
  }

  get(target: Slots, name: string | symbol): unknown {
    if (name === BEHIND) return this;
    this.#force();
    const slot = (target as Record<string | symbol, unknown>)[name];
    if (slot instanceof Original) return this.#resolve(slot, name);
    if (typeof slot === "function" && typeof name === "string" && Array.isArray(target)) {
      return this.#method(name) ?? slot;
    }
    if (this.#writable || typeof slot !== "object" || slot === null || !Object.hasOwn(target, name)) return slot;
    return this.#recorder.snapshotOf(slot, partOf(this.#type, name));
  }

  set(target: Slots, name: string | symbol, value: unknown): boolean {
    this.#force();
    if (!this.#writable) return false;
    if (Array.isArray(target) && (typeof name === "symbol" || !/^(length|0|[1-9]\d*)$/.test(name))) {
      this.#recorder.markForeign();
    }
    this.changed = true;
    return Reflect.set(target, name, value);
  }

  deleteProperty(target: Slots, name: string | symbol): boolean {
    this.#force();
    this.changed = true;
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
    const taken = (slot: unknown): unknown => (slot instanceof Original ? this.#resolve(slot) : slot);
    if (name === "slice") {
      return (...given: [number?, number?]) => {
        // The copy shares the drafts of the elements, as it does with immer: make them before they are copied.
        for (const [index, slot] of this.#writable ? slots.entries() : []) {
          if (slot instanceof Original && slot.place.kind !== "cell") this.#resolve(slot, index);
        }
        return this.#recorder.detached(slots.slice(...given));
      };
    }
    if (!this.#writable) return this.#quantifier(name) ?? this.#finder(name);
    const changing = <Given extends unknown[], Result>(method: (...given: Given) => Result) => {
      return (...given: Given): Result => {
        this.changed = true;
        return method(...given);
      };
    };
    switch (name) {
      case "push":
        return changing((...items: unknown[]) => slots.push(...items));
      case "unshift":
        return changing((...items: unknown[]) => slots.unshift(...items));
      case "pop":
        return changing(() => taken(slots.pop()));
      case "shift":
        return changing(() => taken(slots.shift()));
      case "splice":
        return changing((...given: [number, number, ...unknown[]]) => this.#recorder.detached(slots.splice(...given)));
      default:
        return undefined;
    }
  }

  /**
   * `includes` and `indexOf` of an array that cannot change. They ask of an element whether it is the one that is
   * sought, not which it is: of the others it does not matter.
   */
  #finder(name: string): unknown {
    if (name !== "includes" && name !== "indexOf") return undefined;
    return (...given: [sought: unknown, from?: number]) => {
      const items = this.proxy as unknown[];
      const [sought] = given;
      const native = (): unknown =>
        name === "includes"
          ? Array.prototype.includes.call(items, ...given)
          : Array.prototype.indexOf.call(items, ...given);
      // Parts of a state have no identity of their own, and NaN equals itself for one of the two methods only.
      const isPlain = (typeof sought !== "object" || sought === null) && !Number.isNaN(sought);
      if (given.length !== 1 || !isPlain) return native();
      const differs = Array.from({ length: items.length }, (_, index) => () => items[index] !== sought);
      if (name === "includes") {
        const none = compose(differs, []);
        return none === undefined ? native() : !none;
      }
      for (const [index, one] of differs.entries()) {
        const other = compose([one], []);
        if (other === undefined) return native();
        if (!other) return index;
      }
      return -1;
    };
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
