import type { ActionInstance } from "../language/index.ts";
import type { OpenReading, ReadAction } from "../reading/index.ts";
import { cellsOf, NotRead, Term, type Bool, type Value } from "../terms/index.ts";
import { CellNames } from "./cell-names.ts";
import { shiftedConditions, shiftedValue } from "./off-by-one.ts";
import { shapeOf } from "./shape.ts";
import { conditionText, valueText } from "./text.ts";
import { unitsOf, type Unit } from "./units.ts";

/** The kinds of faults. */
export type MutantKind = "guard" | "assignment" | "constant" | "order";

/** Difference in one instance of an action. */
export interface Change {
  /** The guard in place of its own. */
  readonly guard?: Bool;
  /** Parts of the state that keep the value which they have before the step. */
  readonly kept?: readonly Unit[];
  /** Scalars that get another value. */
  readonly assigned?: readonly (readonly [unit: Unit, value: Value])[];
}

/** A fault: the same change in all instances of an action to which it applies. */
export interface Candidate<S> {
  readonly action: string;
  readonly kind: MutantKind;
  readonly change: string;
  /** Position at which the guard or the recipe begins: file, line and column, as far as they are known. */
  readonly where: string | undefined;
  readonly changes: ReadonlyMap<ActionInstance<S>, Change>;
}

/** The faults of a model, and the actions that have none because they were not read. */
export interface Candidates<S> {
  readonly candidates: readonly Candidate<S>[];
  /** The actions that were not read, with the reason: they have no mutants. */
  readonly unread: readonly { readonly action: string; readonly why: string }[];
}

/**
 * All faults of a model, action by action: parts of guards dropped, constants of guards off by one, assignments dropped,
 * constants of assignments off by one. Parts of different instances are the same part where they have the same shape and
 * look at the same parts of the state, up to parameters.
 */
export function candidatesOf<S>(reading: OpenReading<S>): Candidates<S> {
  const { actions, instances } = reading.model;
  const units = unitsOf(reading.model.layout);
  const unread: { action: string; why: string }[] = [];
  const candidates = actions.flatMap((action) => {
    const own = instances.filter((instance) => instance.action === action);
    const reads = own.map((instance) => reading.action(instance));
    const why = reads.find((read) => read.unread !== undefined)?.unread?.why;
    if (why !== undefined) {
      unread.push({ action, why });
      return [];
    }
    return new ActionCandidates(reading, units, action, reads).all();
  });
  return { candidates, unread };
}

/** One change of one instance. */
interface Part<S> {
  readonly instance: ActionInstance<S>;
  /** Equal for the same part of other instances. */
  readonly key: string;
  readonly change: Change;
  /** The change, with a parameter's name in place of its value where that is asked for. */
  text(parameter: string | undefined): string;
}

class ActionCandidates<S> {
  readonly #reading: OpenReading<S>;
  readonly #units: readonly Unit[];
  readonly #action: string;
  readonly #reads: readonly ReadAction<S>[];
  readonly #names: CellNames<S>;

  constructor(reading: OpenReading<S>, units: readonly Unit[], action: string, reads: readonly ReadAction<S>[]) {
    this.#reading = reading;
    this.#units = units;
    this.#action = action;
    this.#reads = reads.filter(({ guard }) => guard !== false);
    this.#names = new CellNames(
      this.#reads.map((read) => ({
        instance: read.instance,
        paths: new Set([
          ...(read.guard instanceof Term ? cellsOf(read.guard.support).map((cell) => this.#path(cell)) : []),
          ...this.#written(read).map(({ path }) => path),
        ]),
      })),
    );
  }

  all(): Candidate<S>[] {
    return [
      ...this.#grouped("guard", "when", (read) => this.#droppedConditions(read)),
      ...this.#grouped("constant", "when", (read) => this.#shiftedConditions(read)),
      ...this.#grouped("assignment", "then", (read) => this.#droppedAssignments(read)),
      ...this.#grouped("constant", "then", (read) => this.#shiftedAssignments(read)),
    ];
  }

  #grouped(kind: MutantKind, place: "when" | "then", partsOf: (read: ReadAction<S>) => Part<S>[]): Candidate<S>[] {
    const groups = new Map<string, Part<S>[]>();
    for (const part of this.#reads.flatMap(partsOf)) {
      const group = groups.get(part.key);
      if (group === undefined) groups.set(part.key, [part]);
      else group.push(part);
    }
    return [...groups.values()].map((parts) => {
      const changes = new Map<ActionInstance<S>, Change>();
      for (const { instance, change } of parts) changes.set(instance, together(changes.get(instance), change));
      const source = (parts[0] as Part<S>).instance[place];
      const where = source === undefined ? undefined : this.#reading.placeOf(source as never);
      return { action: this.#action, kind, change: textOf(parts, changes.size, this.#reads.length), where, changes };
    });
  }

  #path(cell: number): string {
    return this.#reading.model.layout.cells[cell]?.path ?? "";
  }

  #written({ next }: ReadAction<S>): Unit[] {
    return this.#units.filter(({ cells }) => cells.some((cell) => next.has(cell)));
  }

  #textOf({ instance }: ReadAction<S>, condition: Bool, parameter: string | undefined): string {
    return conditionText(condition, {
      cell: (cell) => this.#names.of(instance, this.#path(cell)),
      value: (value) =>
        parameter !== undefined && instance.parameters[parameter] === value ? parameter : valueText(value),
    });
  }

  #key({ instance }: ReadAction<S>, condition: Term): string {
    return shapeOf(condition, (cell) => this.#names.of(instance, this.#path(cell)));
  }

  #droppedConditions(read: ReadAction<S>): Part<S>[] {
    const { terms } = this.#reading;
    const parts = conjuncts(read.guard);
    const byKey = new Map<string, Term[]>();
    for (const part of parts) {
      const key = this.#key(read, part);
      byKey.set(key, [...(byKey.get(key) ?? []), part]);
    }
    return [...byKey].map(([key, same]) => ({
      instance: read.instance,
      key,
      change: { guard: terms.and(...parts.filter((part) => !same.includes(part))) },
      text: (parameter) => `guard without ${this.#textOf(read, same[0] as Term, parameter)}`,
    }));
  }

  #shiftedConditions(read: ReadAction<S>): Part<S>[] {
    const { terms } = this.#reading;
    const parts = conjuncts(read.guard);
    const byKey = new Map<string, Map<Term, Bool>>();
    for (const part of parts) {
      for (const { key, condition } of readable(() => shiftedConditions(terms, part))) {
        const name = `${this.#key(read, part)} ${key}`;
        byKey.set(name, new Map([...(byKey.get(name) ?? []), [part, condition]]));
      }
    }
    return [...byKey].map(([key, shifted]) => {
      const [before, after] = [...shifted][0] as readonly [Term, Bool];
      return {
        instance: read.instance,
        key,
        change: { guard: terms.and(...parts.map((part) => shifted.get(part) ?? part)) },
        text: (parameter) => `${this.#textOf(read, before, parameter)} becomes ${this.#textOf(read, after, parameter)}`,
      };
    });
  }

  #droppedAssignments(read: ReadAction<S>): Part<S>[] {
    return this.#written(read).map((unit) => {
      const name = this.#names.of(read.instance, unit.path);
      return { instance: read.instance, key: name, change: { kept: [unit] }, text: () => `${name} not assigned` };
    });
  }

  #shiftedAssignments(read: ReadAction<S>): Part<S>[] {
    const { terms, cells, model } = this.#reading;
    return this.#written(read).flatMap((unit) => {
      const [cell] = unit.cells as readonly [number];
      const shape = model.layout.cells[cell]?.shape;
      if (!unit.isScalar || shape === undefined || !Number.isInteger(shape.valueAt(0))) return [];
      const name = this.#names.of(read.instance, unit.path);
      const value = read.next.get(cell);
      return ([1, -1] as const).flatMap((by) =>
        readable(() => [shiftedValue(terms, value, cells[cell], shape, by)])
          .filter((shifted) => shifted !== value)
          .map((shifted) => ({
            instance: read.instance,
            key: `${name} ${by}`,
            change: { assigned: [[unit, shifted] as const] },
            text: () => `${name} assigned one ${by === 1 ? "more" : "less"}`,
          })),
      );
    });
  }
}

/** Two changes of one instance that are one fault: of parts of the state with one name. */
function together(one: Change | undefined, other: Change): Change {
  if (one === undefined) return other;
  return {
    ...other,
    ...(other.kept === undefined ? {} : { kept: [...(one.kept ?? []), ...other.kept] }),
    ...(other.assigned === undefined ? {} : { assigned: [...(one.assigned ?? []), ...other.assigned] }),
  };
}

/**
 * The text of a group: one that holds for all of its instances if there is one, otherwise that of the first.
 *
 * @param changed instances that are changed
 * @param all instances of the action that can be enabled
 */
function textOf<S>(parts: readonly Part<S>[], changed: number, all: number): string {
  const [first] = parts as readonly [Part<S>];
  const where = changed === all ? "" : ` in ${first.instance.text}${changed === 1 ? "" : ` and ${changed - 1} more`}`;
  const parameters = [undefined, ...Object.keys(first.instance.parameters)];
  for (const parameter of parameters) {
    const text = first.text(parameter);
    if (parts.every((part) => part.text(parameter) === text)) return `${text}${where}`;
  }
  // Each instance has constants of its own.
  return `${first.text(undefined)}${where === "" ? ` in ${first.instance.text}, and others alike` : where}`;
}

/** The parts of a guard that must all hold. */
function conjuncts(guard: Bool): readonly Term[] {
  if (typeof guard === "boolean") return [];
  return guard.operator === "and" ? (guard.operands as readonly Term[]) : [guard];
}

/** Results of work on terms; none where it would lead to values for which there are no terms. */
function readable<Result>(work: () => readonly Result[]): readonly Result[] {
  try {
    return work();
  } catch (error) {
    if (error instanceof NotRead) return [];
    throw error;
  }
}
