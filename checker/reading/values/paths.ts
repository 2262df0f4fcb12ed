import { Facts, NotRead, type Bool, type Scalar, type Stack, type Terms, type Value, Term } from "../../terms/index.ts";
import {
  ABSENT,
  HeapObject,
  isScalar,
  LIST_DATA,
  MAYBE_UNDECLARED,
  MEMBERS,
  Union,
  UNDECLARED,
  Unreadable,
  type Content,
  type ListData,
  type Members,
  type Thing,
} from "./values.ts";

type Written = Map<HeapObject, Map<string, Content>>;

/** A write that can be taken back. */
interface Entry {
  readonly object: HeapObject;
  readonly slot: string;
  readonly before: Content;
}

/** The end of a path: nothing after it is evaluated on this path. */
export const DEAD = new Error("this path has ended");

export type Exit = "return" | "break" | "continue";

/** A way out of a function, loop or switch, with what had been written by then. */
interface Way {
  readonly condition: Bool;
  readonly value: Thing;
  readonly written: Written;
}

interface Boundary {
  readonly exits: readonly Exit[];
  readonly frame: number;
  readonly mark: number;
  readonly ways: Way[];
  /** Whether some path through it ends by throwing, or leaves further out. */
  loses: boolean;
}

/** Values of a scalar for which a function is evaluated one by one. */
const MAX_CASES = 64;

/**
 * The control flow of a function that is read: conditions in force, and one heap with a journal. A branch writes in place,
 * is rolled back, and what it wrote is merged where the branches join; so aliasing is right by construction.
 */
export class Paths {
  readonly terms: Terms;
  readonly facts: Facts;
  /** Condition under which a throw was met, or something that may throw and was not read. */
  #throws: Bool[] = [];
  /** The conditions of the path since the session began. */
  #conditions: Bool[] = [];
  #frames: Entry[][] = [];
  #boundaries: Boundary[] = [];

  constructor(terms: Terms) {
    this.terms = terms;
    this.facts = new Facts(terms);
  }

  /**
   * Runs `work` under a condition.
   *
   * @param work its result must not be a part of the heap, which is rolled back
   * @returns undefined where no path comes to the end; and where it throws
   */
  session<Result>(condition: Bool, work: () => Result): { readonly result: Result | undefined; readonly throws: Bool } {
    this.#throws = [];
    this.#conditions = [];
    this.#boundaries = [];
    this.#frames = [[]];
    this.facts.use(this.facts.none);
    try {
      if (!this.facts.assume(condition)) return { result: undefined, throws: false };
      let result: Result | undefined;
      try {
        result = work();
      } catch (error) {
        if (error !== DEAD) throw error;
      }
      return { result, throws: this.terms.or(...this.#throws) };
    } finally {
      while (this.#frames.length > 0) this.#discard();
      this.facts.clear();
    }
  }

  /** Whether an object, or a part of the heap below it, was written in this session. */
  writtenObjects(): Set<HeapObject> {
    return new Set(this.#frames.flatMap((frame) => frame.map(({ object }) => object)));
  }

  // ------------------------------------------------------------------------------------------------ heap

  put(object: HeapObject, slot: string, content: Content): void {
    const { slots } = object;
    const before = slots.has(slot) ? (slots.get(slot) as Content) : ABSENT;
    (this.#frames[this.#frames.length - 1] as Entry[]).push({ object, slot, before });
    if (content === ABSENT) slots.delete(slot);
    else slots.set(slot, content);
  }

  /** Takes back the writes of the last frame, and returns them. */
  #rollback(): Written {
    // In the order of the first writes: it is the order of new fields.
    const written = this.#writtenSince(this.#frames.length - 1);
    this.#discard();
    return written;
  }

  /** Takes back what the last frame has written. */
  #discard(): void {
    const frame = this.#frames.pop() as Entry[];
    for (let index = frame.length - 1; index >= 0; index--) {
      const { object, slot, before } = frame[index] as Entry;
      if (before === ABSENT) object.slots.delete(slot);
      else object.slots.set(slot, before);
    }
  }

  #commit(): void {
    const frame = this.#frames.pop() as Entry[];
    const below = this.#frames[this.#frames.length - 1] as Entry[];
    for (const entry of frame) below.push(entry);
  }

  /** Everything written since a frame began, with its current values. */
  #writtenSince(frame: number): Written {
    const written: Written = new Map();
    for (let index = frame; index < this.#frames.length; index++) {
      for (const { object, slot } of this.#frames[index] as Entry[]) {
        let of = written.get(object);
        if (of === undefined) written.set(object, (of = new Map()));
        if (!of.has(slot)) of.set(slot, content(object, slot));
      }
    }
    return written;
  }

  #apply(written: Written): void {
    for (const [object, slots] of written) for (const [slot, now] of slots) this.put(object, slot, now);
  }

  // ------------------------------------------------------------------------------------------------ paths

  /** Restricts the path to states where the condition holds. */
  require(condition: Bool): void {
    if (condition === true) return;
    if (!this.facts.assume(condition)) throw DEAD;
    this.#conditions.push(condition);
  }

  /** The condition of the path. */
  get condition(): Bool {
    return this.#since(0);
  }

  /** The condition of the path, since a mark. */
  #since(mark: number): Bool {
    return this.terms.and(...this.#conditions.slice(mark));
  }

  /** The path throws. */
  throw(): never {
    this.#throws.push(this.#since(0));
    for (const boundary of this.#boundaries) boundary.loses = true;
    throw DEAD;
  }

  /** The path throws where a condition holds. */
  throwIf(given: Bool): void {
    const condition = this.facts.simplify(given);
    if (condition === false) return;
    if (condition === true) this.throw();
    if (this.facts.refutes(condition)) return;
    this.#throws.push(this.terms.and(this.#since(0), condition));
    for (const boundary of this.#boundaries) boundary.loses = true;
    this.require(this.terms.not(condition));
  }

  /** Evaluates both branches of a condition, and merges what they give and write. */
  fork(given: Bool, whenTrue: () => Thing, whenFalse: () => Thing): Thing {
    const condition = this.facts.simplify(given);
    if (condition === true) return whenTrue();
    if (condition === false) return whenFalse();
    const opposite = this.terms.not(condition);
    const start = this.facts.now;
    const mark = this.#conditions.length;
    // Objects made by one branch are not visible in the other.
    const { made } = HeapObject;
    const one = this.#branch(condition, whenTrue, mark, start);
    const other = this.#branch(opposite, whenFalse, mark, start);
    if (one === undefined && other === undefined) throw DEAD;
    if (one === undefined || other === undefined) {
      const left = (one ?? other) as Branch;
      this.#apply(left.written);
      for (const each of left.conditions) this.#conditions.push(each);
      this.facts.use(left.facts);
      return left.value;
    }
    for (const [object, slots] of one.written) {
      const others = other.written.get(object);
      if (others !== undefined && object.kind === "record") noteOrder(object, slots, others);
      for (const [slot, now] of slots) {
        const then = others?.has(slot) === true ? (others.get(slot) as Content) : content(object, slot);
        this.put(object, slot, object.serial >= made ? now : this.#mergeSlot(object, slot, condition, now, then));
      }
    }
    for (const [object, slots] of other.written) {
      const others = one.written.get(object);
      for (const [slot, now] of slots) {
        if (others?.has(slot) === true) continue;
        const then = content(object, slot);
        this.put(object, slot, object.serial >= made ? now : this.#mergeSlot(object, slot, condition, then, now));
      }
    }
    if (one.conditions.length > 1 || other.conditions.length > 1) {
      this.require(this.terms.or(this.terms.and(...one.conditions), this.terms.and(...other.conditions)));
    }
    return this.merge(condition, one.value, other.value);
  }

  #branch(condition: Bool, work: () => Thing, mark: number, start: Stack): Branch | undefined {
    if (!this.facts.assume(condition)) return undefined;
    this.#conditions.push(condition);
    this.#frames.push([]);
    let value: Thing;
    let isDead = false;
    try {
      value = work();
    } catch (error) {
      if (error !== DEAD) throw error;
      isDead = true;
    }
    const written = this.#rollback();
    const result = { value, conditions: this.#conditions.slice(mark), facts: this.facts.now, written };
    this.#conditions.length = mark;
    this.facts.use(start);
    return isDead ? undefined : result;
  }

  /** Evaluates what `exit` may leave early, and merges all ways out. */
  boundary(exits: readonly Exit[], body: () => Thing): Thing {
    const { facts } = this;
    const start = facts.now;
    const boundary: Boundary = {
      exits,
      frame: this.#frames.length,
      mark: this.#conditions.length,
      ways: [],
      loses: false,
    };
    this.#frames.push([]);
    this.#boundaries.push(boundary);
    let value: Thing;
    let isDead = false;
    try {
      value = body();
    } catch (error) {
      if (error !== DEAD) throw error;
      isDead = true;
    }
    this.#boundaries.pop();
    const { ways, mark } = boundary;
    if (ways.length === 0) {
      if (!isDead) {
        this.#commit();
        return value;
      }
      this.#discard();
      this.#conditions.length = mark;
      facts.use(start);
      throw DEAD;
    }
    if (!isDead) ways.push({ condition: this.#since(mark), value, written: this.#writtenSince(boundary.frame) });
    this.#discard();
    this.#conditions.length = mark;
    facts.use(start);
    const [first, ...others] = ways as [Way, ...Way[]];
    if (others.length === 0) {
      this.#apply(first.written);
      if (boundary.loses) this.require(first.condition);
      return first.value;
    }
    if (boundary.loses) this.require(this.terms.or(...ways.map(({ condition }) => condition)));
    return this.#joined(ways);
  }

  #joined(ways: readonly Way[]): Thing {
    const { facts, terms } = this;
    // The condition of a way need not repeat that those before it do not hold.
    const before = facts.now;
    const conditions = ways.map(({ condition }) => {
      const simple = facts.simplify(condition);
      facts.assume(terms.not(simple));
      return simple;
    });
    facts.use(before);
    const places: Written = new Map();
    const [{ written: earliest }] = ways as [Way, ...Way[]];
    for (const { written } of ways) {
      for (const [object, slots] of written) {
        const others = earliest.get(object);
        if (others !== undefined && object.kind === "record") noteOrder(object, slots, others);
        let all = places.get(object);
        if (all === undefined) places.set(object, (all = new Map()));
        for (const slot of slots.keys()) if (!all.has(slot)) all.set(slot, content(object, slot));
      }
    }
    const last = ways.length - 1;
    for (const [object, slots] of places) {
      for (const [slot, old] of slots) {
        const of = (way: number): Content => {
          const written = (ways[way] as Way).written.get(object);
          return written?.has(slot) === true ? (written.get(slot) as Content) : old;
        };
        let merged = of(last);
        for (let way = last - 1; way >= 0; way--) {
          merged = this.#mergeSlot(object, slot, conditions[way] as Bool, of(way), merged);
        }
        if (merged !== old) this.put(object, slot, merged);
      }
    }
    let result = (ways[last] as Way).value;
    for (let way = last - 1; way >= 0; way--) {
      result = this.merge(conditions[way] as Bool, (ways[way] as Way).value, result);
    }
    return result;
  }

  /** Leaves the innermost boundary of a kind. */
  exit(kind: Exit, value: Thing): never {
    for (let index = this.#boundaries.length - 1; index >= 0; index--) {
      const boundary = this.#boundaries[index] as Boundary;
      if (boundary.exits.includes(kind)) {
        const { mark, frame } = boundary;
        boundary.ways.push({ condition: this.#since(mark), value, written: this.#writtenSince(frame) });
        throw DEAD;
      }
      boundary.loses = true;
    }
    throw new NotRead(`it has a ${kind} without a target`);
  }

  /**
   * Evaluates code whose result is not used. Where it cannot be read, only the function itself shows if it throws, and
   * the path continues as if the attempt had not been made.
   */
  attempt(work: () => void): void {
    const [frames, boundaries, conditions] = [this.#frames.length, this.#boundaries.length, this.#conditions.length];
    const start = this.facts.now;
    this.#frames.push([]);
    try {
      work();
    } catch (error) {
      if (!(error instanceof NotRead)) {
        if (error === DEAD) this.#commit();
        throw error;
      }
      while (this.#frames.length > frames) this.#discard();
      this.#boundaries.length = boundaries;
      this.#conditions.length = conditions;
      this.facts.use(start);
      this.#throws.push(this.condition);
      return;
    }
    this.#commit();
  }

  // ------------------------------------------------------------------------------------------------ merging

  /** One of two values. */
  merge(condition: Bool, yes: Thing, no: Thing): Thing {
    if (yes === no || (yes !== yes && no !== no)) return yes;
    if (condition === true) return yes;
    if (condition === false) return no;
    if (isScalar(yes) && isScalar(no)) return this.terms.ite(condition, yes, no);
    return this.mergeAll([
      [condition, yes],
      [this.terms.not(condition), no],
    ]);
  }

  /** One value of several; the conditions exclude each other, and one of them holds. */
  mergeAll(list: readonly (readonly [Bool, Thing])[]): Thing {
    const [first] = list;
    if (list.length === 1 && first !== undefined) return first[1];
    const { terms } = this;
    const objects = new Map<Thing, Bool>();
    const scalars: [Bool, Value][] = [];
    const add = (condition: Bool, thing: Thing): void => {
      if (condition === false) return;
      if (thing instanceof Union) {
        for (const [inner, one] of thing.alternatives) add(terms.and(condition, inner), one);
      } else if (isScalar(thing)) scalars.push([condition, thing]);
      else {
        const known = objects.get(thing);
        objects.set(thing, known === undefined ? condition : terms.or(known, condition));
      }
    };
    for (const [condition, thing] of list) add(condition, thing);
    const alternatives: [Bool, Thing][] = [...objects].map(([thing, condition]) => [condition, thing]);
    const last = scalars.at(-1);
    if (last !== undefined) {
      let value = last[1];
      for (let index = scalars.length - 2; index >= 0; index--) {
        const [condition, one] = scalars[index] as [Bool, Value];
        value = terms.ite(condition, one, value);
      }
      if (alternatives.length === 0) return value;
      alternatives.push([terms.or(...scalars.map(([condition]) => condition)), value]);
    }
    const [only] = alternatives;
    if (only === undefined) throw DEAD;
    return alternatives.length === 1 ? only[1] : new Union(alternatives);
  }

  #mergeSlot(object: HeapObject, slot: string, condition: Bool, yes: Content, no: Content): Content {
    if (yes === no) return yes;
    switch (object.kind) {
      case "list":
        return this.mergeLists(condition, yes as ListData, no as ListData);
      case "set":
      case "map":
        return this.#mergeMembers(condition, yes as Members, no as Members);
      case "scope":
        // A variable that only one branch has declared can hardly be used behind the join.
        if (isUndeclared(yes) || isUndeclared(no)) return MAYBE_UNDECLARED;
    }
    if (yes === ABSENT || no === ABSENT) {
      (object.uncertain ??= new Set()).add(slot);
      return this.merge(
        condition,
        yes === ABSENT ? undefined : (yes as Thing),
        no === ABSENT ? undefined : (no as Thing),
      );
    }
    return this.merge(condition, yes as Thing, no as Thing);
  }

  mergeLists(condition: Bool, yes: ListData, no: ListData): ListData {
    const elements: Thing[] = [];
    const [one, other] = [yes.elements, no.elements];
    for (let index = 0; index < Math.max(one.length, other.length); index++) {
      if (index >= one.length) elements.push(other[index]);
      else if (index >= other.length) elements.push(one[index]);
      else elements.push(this.merge(condition, one[index], other[index]));
    }
    const length = this.terms.ite(condition, yes.length, no.length);
    return { elements, length, hasHoles: yes.hasHoles === true || no.hasHoles === true };
  }

  #mergeMembers(condition: Bool, yes: Members, no: Members): Members {
    const count = Math.max(yes.keys.length, no.keys.length);
    const things = (one: readonly Thing[], other: readonly Thing[]): Thing[] =>
      Array.from({ length: count }, (_, index) => {
        if (index >= one.length) return other[index];
        return index >= other.length ? one[index] : this.merge(condition, one[index], other[index]);
      });
    return {
      keys: things(yes.keys, no.keys),
      values: things(yes.values, no.values),
      isThere: Array.from({ length: count }, (_, index) =>
        this.terms.choose(condition, yes.isThere[index] ?? false, no.isThere[index] ?? false),
      ),
    };
  }

  // ------------------------------------------------------------------------------------------------ alternatives

  /** The alternatives that are possible here. */
  alternatives(thing: Thing): readonly (readonly [Bool, Thing])[] {
    if (!(thing instanceof Union)) return [[true, thing]];
    const list: [Bool, Thing][] = [];
    for (const [condition, one] of thing.alternatives) {
      const simple = this.facts.simplify(condition);
      if (simple === true) return [[true, one]];
      if (simple !== false) list.push([simple, one]);
    }
    const [only] = list;
    if (only === undefined) throw DEAD;
    return list.length === 1 ? [[true, only[1]]] : list;
  }

  /** A thing, under the facts. */
  now(thing: Thing): Thing {
    if (thing instanceof Term) return this.facts.value(thing);
    if (!(thing instanceof Union)) {
      if (thing instanceof Unreadable) throw new NotRead(thing.why);
      return thing;
    }
    const list = this.alternatives(thing);
    return list.length === 1 ? this.now((list[0] as readonly [Bool, Thing])[1]) : thing;
  }

  /** Evaluates `work` for each alternative, one branch each. */
  forkEach(list: readonly (readonly [Bool, Thing])[], work: (thing: Thing) => Thing): Thing {
    const [first, ...rest] = list;
    if (first === undefined) throw DEAD;
    const [condition, thing] = first;
    if (rest.length === 0 || condition === true) return work(this.now(thing));
    return this.fork(
      condition,
      () => work(this.now(thing)),
      () => this.forkEach(rest, work),
    );
  }

  /** Whether a scalar has a value; NaN is one, although it does not equal itself. */
  is(value: Value, one: Scalar): Bool {
    return one === one ? this.terms.equal(value, one) : this.terms.test(value, (each) => each !== each);
  }

  /** Evaluates `work` for each value of a scalar, one branch each. */
  split(given: Value, work: (value: Scalar) => Thing): Thing {
    const value = this.facts.value(given);
    if (!(value instanceof Term)) return work(value);
    const values = this.facts.possible(value);
    if (values === undefined || values.length > MAX_CASES) throw new NotRead("it needs a case for each of many values");
    const from = (index: number): Thing =>
      index === values.length - 1
        ? work(values[index])
        : this.fork(
            this.is(value, values[index]),
            () => work(values[index]),
            () => from(index + 1),
          );
    return from(0);
  }

  /** A function of a scalar by cases, where no case writes or throws. */
  cases(given: Value, f: (value: Scalar) => Thing): Thing {
    const value = this.facts.value(given);
    if (!(value instanceof Term)) return f(value);
    const values = this.facts.possible(value);
    if (values === undefined) throw new NotRead("it needs a case for each value of a large range");
    if (values.length === 1) return f(values[0]);
    return this.mergeAll(values.map((one) => [this.is(value, one), f(one)]));
  }
}

interface Branch {
  readonly value: Thing;
  readonly conditions: readonly Bool[];
  readonly facts: Stack;
  readonly written: Written;
}

/** Notes where two branches have added the same fields in unlike orders. */
function noteOrder(object: HeapObject, one: ReadonlyMap<string, Content>, other: ReadonlyMap<string, Content>): void {
  const added = [one, other].map((slots) => [...slots.keys()].filter((slot) => !object.slots.has(slot)).join("\n"));
  if (added[0] !== added[1]) object.isOrderUncertain = true;
}

function isUndeclared(content: Content): boolean {
  return content === UNDECLARED || content === MAYBE_UNDECLARED || content === ABSENT;
}

function content(object: HeapObject, slot: string): Content {
  return object.slots.has(slot) ? (object.slots.get(slot) as Content) : ABSENT;
}

export function listOf(object: HeapObject): ListData {
  return object.slots.get(LIST_DATA) as ListData;
}

export function membersOf(object: HeapObject): Members {
  return object.slots.get(MEMBERS) as Members;
}
