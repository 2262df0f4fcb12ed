import type { AnyNode } from "acorn";
import { didYouMean } from "../definition/index.ts";
import { messageOf, ModelError } from "../errors.ts";
import { originalOf, type ActionInstance, type Judgement, type Model, type SafetyProperty } from "../language/index.ts";
import type { Cell } from "../schema/index.ts";
import { NotRead, substitute, Terms, TooMuchWork, type Bool, type Term, type Value } from "../terms/index.ts";
import { Captures } from "./source/captures.ts";
import { extract } from "./extract.ts";
import { Interpreter } from "./interpreter/interpreter.ts";
import { JUDGEMENTS } from "./interpreter/judgements.ts";
import { READING_LIMITS, type ReadingLimits } from "./limits.ts";
import { Notes, type Note } from "./values/notes.ts";
import { Premises } from "./source/premises.ts";
import { Refused } from "./values/refused.ts";
import type { ReadAction, ReadPredicate, Unread } from "./read.ts";
import { Sources, type Callable } from "./source/source.ts";
import { stateHeap, type StateHeap } from "./values/state-heap.ts";
import { HeapObject, isHost, isScalar, Text, Union, Unreadable, type Thing } from "./values/values.ts";

type Of<S, Kind> = SafetyProperty<S> & { readonly kind: Kind };

/** The functions of a model as terms over the cells of its layout; each is read once, at its first use. */
export interface Reading<S> {
  readonly model: Model<S>;
  readonly terms: Terms;
  /** The values of the cells, by their positions in the layout. */
  readonly cells: readonly Value[];
  action(instance: ActionInstance<S>): ReadAction<S>;
  /** A predicate of states: of an `always` or `sometimes` property, the `unless` of a deadlock property, or of liveness. */
  state(id: string, predicate: (state: never) => Judgement): ReadPredicate;
  /**
   * A step property for one instance, as a condition on the state before the step.
   *
   * @param action the instance as terms, where it is not as it was read
   */
  step(id: string, property: Of<S, "step">, instance: ActionInstance<S>, action?: ReadAction<S>): ReadPredicate;
  /** Suspicious places in the functions read so far, such as a comparison that can never be true. */
  readonly notes: readonly Note[];
  /**
   * Whether variables and objects outside the functions are as they were read. Worth asking at the end of a search: the
   * functions that were called, and other code, may have changed them.
   *
   * @returns undefined where they are, otherwise the name of one that is not
   */
  changed(): string | undefined;
}

/** A reading with what mutation and refinement need: an instance under another guard, other functions, places in the source. */
export interface OpenReading<S> extends Reading<S> {
  /**
   * Reads another function of a state, of which only the mistakes matter.
   *
   * @param where the beginning of a sentence about it
   * @returns whether it could be read
   */
  view(where: string, callable: (state: never) => unknown): boolean;
  /**
   * An instance with another guard. Its recipe is read again, where that guard holds: what was read of it means nothing
   * where its own guard does not hold.
   */
  underGuard(instance: ActionInstance<S>, guard: Bool): ReadAction<S>;
  /** Position at which the source of a function begins: file, line and column, as far as they are known. */
  placeOf(callable: Callable): string | undefined;
}

/** Instances for which a step property is read as one function of the instance. */
const MAX_INSTANCES_TOGETHER = 256;

/**
 * Reads a model.
 *
 * @throws ModelError, when a function is asked for, where its source shows a mistake: it depends on more than its
 * arguments, changes what is outside itself, or reads a field that does not exist.
 */
export function createReading<S>(model: Model<S>, limits: ReadingLimits = READING_LIMITS): OpenReading<S> {
  return new ModelReading(model, limits);
}

class ModelReading<S> implements OpenReading<S> {
  readonly model: Model<S>;
  readonly terms = new Terms();
  readonly cells: readonly Value[];
  readonly #unreadable = new Map<number, Unreadable>();
  readonly #numbers: ReadonlyMap<Cell, number>;
  readonly #sources = new Sources();
  readonly #captures = new Captures();
  readonly #notes: Notes;
  readonly #interpreter: Interpreter;
  readonly #state: StateHeap;
  readonly #draft: StateHeap;
  readonly #actions = new Map<ActionInstance<S>, ReadAction<S>>();
  readonly #predicates = new Map<Callable, ReadPredicate>();
  /** Step properties over the cells before and after the step, and the number of the instance. */
  readonly #steps = new Map<Callable, StepTogether | undefined>();
  #together: Together | undefined;
  /** Functions that took too much work: for their other instances it is not spent again. */
  readonly #exhausting = new Map<Callable, Unread>();
  readonly #after = new WeakMap<ReadAction<S>, Map<Term, Value>>();

  constructor(model: Model<S>, limits: ReadingLimits) {
    this.model = model;
    const { cells, root } = model.layout;
    this.#numbers = new Map(cells.map((cell, index) => [cell, index]));
    this.cells = cells.map(({ shape }, index) => this.#cell(index, shape));
    this.#notes = new Notes((cell) => cells[cell % cells.length]?.path ?? "");
    this.#interpreter = new Interpreter(this.terms, this.#sources, this.#captures, this.#notes, JUDGEMENTS, limits);
    this.#state = stateHeap(this.terms, root, this.#thingOf, true);
    this.#draft = stateHeap(this.terms, root, this.#thingOf, false);
  }

  get notes(): readonly Note[] {
    return this.#notes.all;
  }

  changed(): string | undefined {
    return this.#sources.changed() ?? this.#captures.changed();
  }

  /** The value of a cell; its position in its shape where terms cannot stand for the values. */
  #cell(number: number, shape: Cell["shape"]): Value {
    try {
      return this.terms.cell(number, shape);
    } catch (error) {
      if (!(error instanceof NotRead)) throw error;
      this.#unreadable.set(number, new Unreadable(error.message));
      return this.terms.cell(number, positions(shape.cardinality));
    }
  }

  /** Term of a cell in a state. */
  readonly #thingOf = (cell: Cell): Thing => {
    const number = this.#numbers.get(cell) as number;
    return this.#unreadable.get(number) ?? this.cells[number];
  };

  action(instance: ActionInstance<S>): ReadAction<S> {
    let known = this.#actions.get(instance);
    if (known === undefined) this.#actions.set(instance, (known = this.#readAction(instance)));
    return known;
  }

  state(id: string, predicate: (state: never) => Judgement): ReadPredicate {
    const own = originalOf(predicate);
    let known = this.#predicates.get(own);
    if (known === undefined) {
      known = this.#reading(`property ${id}`, own, UNREAD_PREDICATE, () => {
        const premises = new Premises(this.terms, this.#sources.of(own).node as AnyNode, "states");
        const read = this.#interpreter.withPremises(premises, () => this.#judgement(true, own, [this.#state.root]));
        const asked = [...this.#simple(true, premises).values()].filter((condition) => condition !== true);
        return asked.length === 0 ? read : { ...read, premises: asked };
      });
      this.#predicates.set(own, known);
    }
    return known;
  }

  step(
    id: string,
    property: Of<S, "step">,
    instance: ActionInstance<S>,
    action: ReadAction<S> = this.action(instance),
  ): ReadPredicate {
    const own = originalOf(property.holds);
    if (!this.#steps.has(own)) this.#steps.set(own, this.#readTogether(id, own));
    const together = this.#steps.get(own);
    const { terms } = this;
    const where = `property ${id}`;
    if (action.unread !== undefined) return { holds: true, fault: action.guard, unread: action.unread };
    return this.#reading(where, own, UNREAD_PREDICATE, () => {
      const enabled = terms.and(action.guard, terms.not(action.fault));
      if (together === undefined) {
        const after = stateHeap(terms, this.model.layout.root, (cell) => this.#thingAfter(action, cell), true);
        const premises = new Premises(terms, this.#sources.of(own).node as AnyNode, "steps");
        const given = [this.#state.root, stepOf(instance), after.root];
        const read = this.#interpreter.withPremises(premises, () => this.#judgement(enabled, own, given));
        return withPlaces(read, [...this.#simple(enabled, premises)]);
      }
      const { facts } = this.#interpreter.paths;
      const one = terms.equal(this.#instanceCell, instance.index);
      const places = [...together.places.keys()];
      const simple = this.#under(one, () =>
        [together.holds, together.fault, ...together.places.values()].map((bool) => facts.simplify(bool)),
      );
      let known = this.#after.get(action);
      if (known === undefined) this.#after.set(action, (known = new Map()));
      const replaced = simple.map((bool) =>
        substitute(terms, bool, (cell) => this.#atStep(cell, action, instance), known),
      );
      const [holds, fault, ...reached] = this.#under(enabled, () =>
        replaced.map((bool) => facts.simplify(bool as Bool)),
      );
      return withPlaces(
        { holds: holds ?? true, fault: fault ?? false, unread: undefined },
        places.map((place, index) => [place, terms.and(enabled, reached[index] ?? false)]),
      );
    });
  }

  /** The conditions of premises, as they are where a condition holds. */
  #simple(condition: Bool, premises: Premises): Map<AnyNode, Bool> {
    const { facts } = this.#interpreter.paths;
    const { conditions } = premises;
    const simple = this.#under(condition, () => [...conditions.values()].map((bool) => facts.simplify(bool)));
    return new Map(
      [...conditions.keys()].map((node, index) => [node, this.terms.and(condition, simple[index] ?? false)]),
    );
  }

  /** The value of a cell of a step property, where the step is by one instance. */
  #atStep(cell: Term, action: ReadAction<S>, instance: ActionInstance<S>): Value {
    const count = this.cells.length;
    if (cell.cell < count) return cell;
    if (cell.cell === 2 * count) return instance.index;
    const number = cell.cell - count;
    return action.next.has(number) ? action.next.get(number) : this.cells[number];
  }

  #thingAfter(action: ReadAction<S>, cell: Cell): Thing {
    const number = this.#numbers.get(cell) as number;
    return action.next.has(number) ? action.next.get(number) : this.#thingOf(cell);
  }

  #under<Result>(condition: Bool, work: () => Result[]): Result[] {
    const { facts } = this.#interpreter.paths;
    facts.use(facts.none);
    try {
      return facts.assume(condition) ? work() : [];
    } finally {
      facts.clear();
    }
  }

  get #instanceCell(): Value {
    const { length } = this.model.instances;
    return this.terms.cell(2 * this.cells.length, positions(length));
  }

  /** Reads a step property once for all instances: most speak of a few actions only, and for the others are true. */
  #readTogether(id: string, own: Callable): StepTogether | undefined {
    const { instances, layout } = this.model;
    if (instances.length > MAX_INSTANCES_TOGETHER) return undefined;
    if (this.#together === undefined) {
      const count = this.cells.length;
      const thingOf = (cell: Cell): Thing => {
        const number = this.#numbers.get(cell) as number;
        return this.#unreadable.get(number) ?? this.terms.cell(count + number, cell.shape);
      };
      const after = stateHeap(this.terms, layout.root, thingOf, true);
      this.#together = { after, step: stepTogether(this.terms, this.#instanceCell, instances) };
    }
    const { after, step } = this.#together;
    try {
      const premises = new Premises(this.terms, this.#sources.of(own).node as AnyNode, "steps");
      const given = [this.#state.root, step, after.root];
      const { holds, fault } = this.#interpreter.withPremises(premises, () => this.#judgement(true, own, given));
      return { holds, fault, places: this.#simple(true, premises) };
    } catch (error) {
      if (error instanceof NotRead) return undefined;
      throw this.#refusal(`property ${id}`, error);
    }
  }

  view(where: string, callable: Callable): boolean {
    return this.#reading(
      where,
      callable,
      () => false,
      () => {
        this.#interpreter.session(true, () => this.#interpreter.call(callable, undefined, [this.#state.root]));
        return true;
      },
    );
  }

  underGuard(instance: ActionInstance<S>, guard: Bool): ReadAction<S> {
    const { fault, unread } = this.#readGuard(instance);
    return this.#readRecipe(instance, { guard, fault, unread });
  }

  placeOf(callable: Callable): string | undefined {
    try {
      const source = this.#sources.of(callable);
      return source.place(source.node.start);
    } catch (error) {
      if (error instanceof NotRead) return undefined;
      throw error;
    }
  }

  #readAction(instance: ActionInstance<S>): ReadAction<S> {
    return this.#readRecipe(instance, this.#readGuard(instance));
  }

  #readGuard(instance: ActionInstance<S>): ReadGuard {
    const interpreter = this.#interpreter;
    const { terms } = this;
    const { when, parameters } = instance;
    const unreadGuard = (unread: Unread): ReadGuard => ({ guard: true, fault: true, unread });
    return this.#reading(`action ${instance.text}: its guard`, when as Callable | undefined, unreadGuard, () => {
      if (when === undefined) return { guard: true, fault: false, unread: undefined };
      const { result, throws } = interpreter.session(true, () => {
        const thing = interpreter.call(when as Callable, undefined, [this.#state.root, parameters]);
        const holds = interpreter.same(thing, true);
        return { holds, fault: terms.not(terms.or(holds, interpreter.same(thing, false))) };
      });
      const fault = terms.or(throws, result?.fault ?? false);
      return { guard: result?.holds ?? false, fault, unread: undefined };
    });
  }

  /** The action whose recipe is read where a guard holds. */
  #readRecipe(instance: ActionInstance<S>, guard: ReadGuard): ReadAction<S> {
    const interpreter = this.#interpreter;
    const { terms } = this;
    const { then, parameters } = instance;
    if (guard.unread !== undefined) return { instance, next: new Map(), ...guard };
    const unreadRecipe = (unread: Unread): Omit<ReadAction<S>, "instance" | "guard"> => ({
      next: new Map(),
      fault: terms.or(guard.guard, guard.fault),
      unread,
    });
    const recipe = this.#reading(`action ${instance.text}: its recipe`, then as Callable, unreadRecipe, () => {
      const { result, throws } = interpreter.session(guard.guard, () => {
        const returned = interpreter.call(then as Callable, undefined, [this.#draft.root, parameters]);
        const { next, outside } = extract(interpreter.paths, this.model.layout.root, this.#draft, this.#thingOf);
        return { next, outside: this.#returnsState(returned) ? true : outside };
      });
      const { facts } = interpreter.paths;
      const wrong = terms.or(throws, result?.outside ?? false);
      const [fault] = this.#under(guard.guard, () => [facts.simplify(wrong)]);
      const next = new Map(
        [...(result?.next ?? [])].map(([cell, value]) => [this.#numbers.get(cell) as number, value]),
      );
      return { next, fault: terms.or(guard.fault, terms.and(guard.guard, fault ?? false)), unread: undefined };
    });
    return { instance, guard: guard.guard, ...recipe };
  }

  /** Whether a recipe may have returned a state, or something that only the reference semantics can distinguish. */
  #returnsState(returned: Thing): boolean {
    if (isScalar(returned) || returned === this.#draft.root) return false;
    if (returned instanceof Union) return returned.alternatives.some(([, one]) => this.#returnsState(one));
    const { root } = this.model.layout;
    const fields = root.kind === "record" ? root.fields : [];
    if (returned instanceof HeapObject) return fields.every(([name]) => returned.slots.has(name));
    return isHost(returned) && fields.every(([name]) => Object.hasOwn(returned, name));
  }

  #judgement(condition: Bool, own: Callable, given: readonly Thing[]): ReadPredicate {
    const interpreter = this.#interpreter;
    const { terms } = this;
    const { result, throws } = interpreter.session(condition, () => {
      const judgement = interpreter.call(own, undefined, given);
      const holds = interpreter.same(judgement, true);
      const isBoolean = terms.or(holds, interpreter.same(judgement, false));
      const fails = this.#fails(judgement);
      return {
        holds,
        fault: terms.or(terms.not(terms.or(isBoolean, fails)), interpreter.failures.lost(judgement, isBoolean)),
      };
    });
    const { facts } = interpreter.paths;
    const wrong = terms.or(throws, result?.fault ?? false);
    const [holds, fault] = this.#under(condition, () => [
      facts.simplify(result?.holds ?? false),
      facts.simplify(wrong),
    ]);
    return { holds: holds ?? true, fault: fault ?? false, unread: undefined };
  }

  /** Condition under which a thing is a judgement that fails, made by `because` or by hand. */
  #fails(judgement: Thing): Bool {
    const { terms } = this;
    const { paths, objects } = this.#interpreter;
    const fails = (one: Thing): Bool => {
      if (isScalar(one) || typeof one === "function" || one instanceof Text) return false;
      if (one instanceof HeapObject && one.kind !== "failure" && one.kind !== "record") return false;
      if (one instanceof HeapObject && one.statePath !== undefined && !one.slots.has("holds")) return false;
      return this.#interpreter.same(objects.get(one, "holds"), false);
    };
    return terms.or(...paths.alternatives(judgement).map(([condition, one]) => terms.and(condition, fails(one))));
  }

  #reading<Result>(
    where: string,
    own: Callable | undefined,
    unread: (unread: Unread) => Result,
    work: () => Result,
  ): Result {
    const before = own === undefined ? undefined : this.#exhausting.get(own);
    if (before !== undefined) return unread(before);
    try {
      return work();
    } catch (error) {
      // A stack that is used up for all the limits of the interpreter.
      if (error instanceof NotRead || error instanceof RangeError) {
        const why = error instanceof NotRead ? error.message : "it is nested too deeply to be read";
        const result = { why, where: this.#interpreter.place };
        if (error instanceof TooMuchWork && own !== undefined) this.#exhausting.set(own, result);
        return unread(result);
      }
      throw this.#refusal(where, error);
    }
  }

  #refusal(where: string, error: unknown): unknown {
    if (!(error instanceof Refused)) return error;
    const place = this.#interpreter.place;
    const at = place === undefined ? "" : ` (${place})`;
    return new ModelError(`model ${this.model.name}: ${where} ${messageOf(error)}${at}${advice(error)}`);
  }
}

/** The positions of a shape's values, as a shape of their own. */
function positions(cardinality: number): Cell["shape"] {
  return {
    kind: "scalar",
    cardinality,
    valueAt: (index) => index,
    indexOf: (value) => (typeof value === "number" ? value : -1),
  };
}

/** A guard as terms. */
type ReadGuard = Pick<ReadAction<unknown>, "guard" | "fault" | "unread">;

interface StepTogether {
  readonly holds: Bool;
  readonly fault: Bool;
  readonly places: ReadonlyMap<object, Bool>;
}

interface Together {
  readonly after: StateHeap;
  readonly step: HeapObject;
}

function withPlaces(read: ReadPredicate, places: readonly (readonly [object, Bool])[]): ReadPredicate {
  return places.length === 0 ? read : { ...read, places: new Map(places) };
}

const UNREAD_PREDICATE = (unread: Unread): ReadPredicate => ({ holds: true, fault: true, unread });

/** The step that a property is given. */
function stepOf<S>(instance: ActionInstance<S>): HeapObject {
  const step = new HeapObject("record");
  step.slots.set("action", instance.action);
  step.slots.set("parameters", instance.parameters);
  step.isFrozen = true;
  return step;
}

/** The step by an instance whose number is a term. */
function stepTogether<S>(terms: Terms, number: Value, instances: readonly ActionInstance<S>[]): HeapObject {
  const all = instances.map(({ parameters }) => parameters);
  const names = [...new Set(all.flatMap((parameters) => Object.keys(parameters)))];
  const parameters = new HeapObject("record");
  parameters.isFrozen = true;
  for (const name of names) {
    const values = all.map((one) => one[name] as Thing);
    if (!all.every((one) => Object.hasOwn(one, name))) (parameters.uncertain ??= new Set()).add(name);
    parameters.slots.set(name, oneOfThings(terms, number, values));
  }
  const step = new HeapObject("record");
  step.slots.set(
    "action",
    terms.map(number, (index) => instances[index as number]?.action),
  );
  step.slots.set("parameters", parameters);
  step.isFrozen = true;
  return step;
}

function oneOfThings(terms: Terms, number: Value, values: readonly Thing[]): Thing {
  if (values.every(isScalar)) return terms.map(number, (index) => values[index as number] as never);
  const objects = new Set(values.filter((value) => !isScalar(value)));
  const isOne = (thing: Thing): Bool => terms.test(number, (index) => values[index as number] === thing);
  const rest = terms.map(number, (index) => {
    const value = values[index as number];
    return isScalar(value) ? (value as never) : undefined;
  });
  const alternatives: [Bool, Thing][] = [...objects].map((thing) => [isOne(thing), thing]);
  const others = terms.test(number, (index) => isScalar(values[index as number]));
  if (others !== false) alternatives.push([others, rest]);
  return alternatives.length === 1 ? (alternatives[0] as [Bool, Thing])[1] : new Union(alternatives);
}

/** Advice on a right form. */
function advice({ field }: Refused): string {
  if (field === undefined) return ": guards, recipes and predicates may use only the state and their parameters";
  return `; the fields are ${field.fields.join(", ")}${didYouMean(field.name, field.fields)}`;
}
