import { InternalError } from "../../errors.ts";
import { choose, typeOf, withChildren } from "../expressions.ts";
import type { AnySizeSystem, Cell, Expression, Sort, ValueType, Variable } from "../system.ts";
import { Representations } from "./representation.ts";

/** Expressions as formulas of SMT-LIB over the symbols of one state. */
export class Translation {
  readonly representations: Representations;
  readonly #system: AnySizeSystem;
  /** Names in use by variables in scope, so that a formula never binds one twice. */
  #bound = 0;
  /** Quantifiers written so far. */
  #quantifiers = 0;

  constructor(system: AnySizeSystem) {
    this.#system = system;
    this.representations = new Representations(system);
  }

  /** Declarations of the sorts and of the values that have names. */
  sorts(): string[] {
    const lists = new Map<string, readonly string[]>();
    for (const { type } of this.#system.cells) if (type.kind === "names") lists.set(namesKey(type.names), type.names);
    return [
      ...this.#system.sorts.map((sort) => `(declare-sort ${sortSymbol(sort)} 0)`),
      ...Array.from(lists.values(), (names) => {
        const constructors = names.map((name) => `(${nameSymbol(names, name)})`).join(" ");
        return `(declare-datatypes ((${typeSymbol(names)} 0)) ((${constructors})))`;
      }),
    ];
  }

  /** Declarations of a cell's symbols. */
  declare(cell: Cell): string[] {
    const parameters = cell.parameters.map(sortSymbol);
    const declared = (symbol: string, sorts: readonly string[], result: string): string =>
      `(declare-fun ${symbol} (${sorts.join(" ")}) ${result})`;
    const symbol = cellSymbol(cell);
    const { type } = cell;
    switch (type.kind) {
      case "boolean":
        return [declared(symbol, parameters, "Bool")];
      case "names":
        return [declared(symbol, parameters, typeSymbol(type.names))];
      case "index": {
        const flags = this.#flagged(cell).map((name) => declared(flagSymbol(cell, name), parameters, "Bool"));
        return this.representations.of(cell) === "relation"
          ? [declared(symbol, [...parameters, sortSymbol(type.sort)], "Bool"), ...flags]
          : [declared(symbol, parameters, sortSymbol(type.sort)), ...flags];
      }
    }
  }

  /** A boolean expression as a formula. @param names symbols of its free variables */
  formula(expression: Expression, names: ReadonlyMap<Variable, string> = new Map()): string {
    switch (expression.kind) {
      case "constant":
        return expression.value === true ? "true" : "false";
      case "not":
        return `(not ${this.formula(expression.operand, names)})`;
      case "and":
      case "or":
        return `(${expression.kind} ${expression.operands.map((operand) => this.formula(operand, names)).join(" ")})`;
      case "choice":
        return `(ite ${this.formula(expression.condition, names)} ${this.formula(expression.then, names)} ${this.formula(expression.otherwise, names)})`;
      case "some":
      case "every": {
        const { variable } = expression;
        const symbol = this.#fresh(variable.name);
        const body = this.formula(expression.body, new Map([...names, [variable, symbol]]));
        const quantifier = expression.kind === "some" ? "exists" : "forall";
        return this.#quantified(quantifier, [[symbol, variable.sort]], body);
      }
      case "variable":
        throw new InternalError("an index is not a condition");
      case "read":
      case "equal":
      case "is-index": {
        const lifted = liftedChoice(expression);
        return lifted === undefined ? this.#atom(expression, names) : this.formula(lifted, names);
      }
    }
  }

  /** Whether the formula of an expression has quantifiers. */
  quantifies(expression: Expression, names: ReadonlyMap<Variable, string>): boolean {
    const before = this.#quantifiers;
    this.formula(expression, names);
    return this.#quantifiers > before;
  }

  /** An atom whose operands have no choices. */
  #atom(expression: Extract<Expression, { kind: "read" | "equal" | "is-index" }>, names: Names): string {
    const scope = new Scope(this, names);
    const body = this.#atomIn(expression, scope);
    const whole = scope.conditions.length === 0 ? body : `(and ${[...scope.conditions, body].join(" ")})`;
    return scope.binders.length === 0 ? whole : this.#quantified("exists", scope.binders, whole);
  }

  #atomIn(expression: Extract<Expression, { kind: "read" | "equal" | "is-index" }>, scope: Scope): string {
    if (expression.kind === "read")
      return this.#application(cellSymbol(expression.cell), this.#arguments(expression, scope));
    if (expression.kind === "is-index") return this.#isIndex(expression.operand, scope);
    const { left, right } = expression;
    const [one, other] = [typeOf(left), typeOf(right)];
    if (one.kind === "boolean" && other.kind === "boolean") {
      return `(= ${this.formula(left, scope.names)} ${this.formula(right, scope.names)})`;
    }
    if (left.kind === "constant") return this.#isNamed(right, left.value as string, scope);
    if (right.kind === "constant") return this.#isNamed(left, right.value as string, scope);
    if (one.kind === "names" && other.kind === "names" && namesKey(one.names) === namesKey(other.names)) {
      return `(= ${this.#namesTerm(left, scope)} ${this.#namesTerm(right, scope)})`;
    }
    const shared = namesOf(one).filter((name) => namesOf(other).includes(name));
    const cases = shared.map(
      (name) => `(and ${this.#isNamed(left, name, scope)} ${this.#isNamed(right, name, scope)})`,
    );
    if (one.kind === "index" && other.kind === "index" && one.sort.name === other.sort.name) {
      cases.push(this.#sameIndex(left, right, one.sort, scope));
    }
    return cases.length === 1 ? (cases[0] as string) : `(or ${cases.join(" ")} false)`;
  }

  #sameIndex(left: Expression, right: Expression, sort: Sort, scope: Scope): string {
    if (this.#isRelation(left) && this.#isRelation(right)) {
      const symbol = this.#fresh(sort.name.toLowerCase());
      const both = `(and ${this.#hasIndex(left, symbol, scope)} ${this.#hasIndex(right, symbol, scope)})`;
      return this.#quantified("exists", [[symbol, sort]], both);
    }
    const [relation, other] = this.#isRelation(left) ? [left, right] : [right, left];
    const { term, conditions } = this.#index(other, scope);
    const same = this.#hasIndex(relation, term, scope);
    return conditions.length === 0 ? same : `(and ${[...conditions, same].join(" ")})`;
  }

  #isRelation(value: Expression): value is Extract<Expression, { kind: "read" }> {
    return value.kind === "read" && this.representations.of(value.cell) === "relation";
  }

  /** Formula: the value is the index that a term stands for. */
  #hasIndex(value: Expression, term: string, scope: Scope): string {
    if (this.#isRelation(value)) {
      return this.#application(cellSymbol(value.cell), [...this.#arguments(value, scope), term]);
    }
    const own = this.#index(value, scope);
    return own.conditions.length === 0
      ? `(= ${own.term} ${term})`
      : `(and ${[...own.conditions, `(= ${own.term} ${term})`].join(" ")})`;
  }

  /** A term for an index that is no relation's, and conditions for it to be an index. */
  #index(value: Expression, scope: Scope): { readonly term: string; readonly conditions: readonly string[] } {
    if (value.kind === "variable") return { term: scope.nameOf(value.variable), conditions: [] };
    if (value.kind !== "read") throw new InternalError("an index is a variable or a read");
    const terms = this.#arguments(value, scope);
    return {
      term: this.#application(cellSymbol(value.cell), terms),
      conditions: this.#flagged(value.cell).map(
        (name) => `(not ${this.#application(flagSymbol(value.cell, name), terms)})`,
      ),
    };
  }

  /** Terms for the indices of a read; what they are read through goes to the scope. */
  #arguments({ indices, cell }: Extract<Expression, { kind: "read" }>, scope: Scope): string[] {
    return indices.map((index, place) => {
      if (index.kind === "constant") {
        scope.conditions.push("false");
        // Any element will do: the atom is false.
        return scope.bind("any", cell.parameters[place] as Sort);
      }
      if (this.#isRelation(index)) {
        const inner = this.#arguments(index, scope);
        const symbol = scope.bind("it", (index.cell.type as Extract<ValueType, { kind: "index" }>).sort);
        scope.conditions.push(this.#application(cellSymbol(index.cell), [...inner, symbol]));
        return symbol;
      }
      const { term, conditions } = this.#index(index, scope);
      scope.conditions.push(...conditions);
      return term;
    });
  }

  #namesTerm(value: Expression, scope: Scope): string {
    if (value.kind !== "read") throw new InternalError("a name is a constant or a read");
    return this.#application(cellSymbol(value.cell), this.#arguments(value, scope));
  }

  /** Formula: the value is this name. */
  #isNamed(value: Expression, name: string, scope: Scope): string {
    if (value.kind === "constant") return String(value.value === name);
    if (value.kind !== "read") return "false";
    const { type } = value.cell;
    if (!namesOf(type).includes(name)) return "false";
    const terms = this.#arguments(value, scope);
    if (type.kind === "names") {
      return `(= ${this.#application(cellSymbol(value.cell), terms)} ${nameSymbol(type.names, name)})`;
    }
    const flags = this.#flagged(value.cell);
    if (flags.includes(name)) return this.#application(flagSymbol(value.cell, name), terms);
    const none = flags.map((flag) => `(not ${this.#application(flagSymbol(value.cell, flag), terms)})`);
    const symbol = this.#fresh("other");
    const { sort } = type as Extract<ValueType, { kind: "index" }>;
    const owned = this.#application(cellSymbol(value.cell), [...terms, symbol]);
    const noIndex = this.#quantified("forall", [[symbol, sort]], `(not ${owned})`);
    return none.length === 0 ? noIndex : `(and ${none.join(" ")} ${noIndex})`;
  }

  #isIndex(value: Expression, scope: Scope): string {
    if (value.kind === "constant") return "false";
    if (value.kind === "variable") return "true";
    if (!this.#isRelation(value)) {
      const { conditions } = this.#index(value, scope);
      return conditions.length === 0 ? "true" : `(and ${conditions.join(" ")})`;
    }
    const { sort } = value.cell.type as Extract<ValueType, { kind: "index" }>;
    const symbol = this.#fresh("it");
    const owned = this.#application(cellSymbol(value.cell), [...this.#arguments(value, scope), symbol]);
    return this.#quantified("exists", [[symbol, sort]], owned);
  }

  /** The names of an index type that have a flag; of a relation, the first name is the absence of all others. */
  #flagged(cell: Cell): readonly string[] {
    const names = namesOf(cell.type);
    return this.representations.of(cell) === "relation" ? names.slice(1) : names;
  }

  #application(symbol: string, terms: readonly string[]): string {
    return terms.length === 0 ? symbol : `(${symbol} ${terms.join(" ")})`;
  }

  #quantified(quantifier: "exists" | "forall", variables: readonly (readonly [string, Sort])[], body: string): string {
    this.#quantifiers++;
    return `(${quantifier} (${variables.map(([symbol, sort]) => `(${symbol} ${sortSymbol(sort)})`).join(" ")}) ${body})`;
  }

  #fresh(name: string): string {
    return quoted(`${name}'${++this.#bound}`);
  }

  /** For scopes. */
  fresh(name: string): string {
    return this.#fresh(name);
  }
}

type Names = ReadonlyMap<Variable, string>;

/** Elements that an atom is read through, and what is true of them. */
class Scope {
  readonly names: Names;
  readonly conditions: string[] = [];
  readonly binders: (readonly [string, Sort])[] = [];
  readonly #translation: Translation;

  constructor(translation: Translation, names: Names) {
    this.#translation = translation;
    this.names = names;
  }

  bind(name: string, sort: Sort): string {
    const symbol = this.#translation.fresh(name);
    this.binders.push([symbol, sort]);
    return symbol;
  }

  nameOf(one: Variable): string {
    const name = this.names.get(one);
    if (name === undefined) throw new InternalError(`${one.name} is not bound`);
    return name;
  }
}

/** The same condition with its first choice outermost, if its operands have one. */
function liftedChoice(atom: Expression): Expression | undefined {
  const split = (one: Expression): readonly [Expression, Expression, Expression] | undefined => {
    if (one.kind === "choice") return [one.condition, one.then, one.otherwise];
    if (one.kind !== "read" && one !== atom) return undefined;
    const children =
      one.kind === "read"
        ? one.indices
        : one.kind === "equal"
          ? [one.left, one.right]
          : one.kind === "is-index"
            ? [one.operand]
            : [];
    for (const [place, child] of children.entries()) {
      const found = split(child);
      if (found === undefined) continue;
      const [condition, then, otherwise] = found;
      const put = (value: Expression): Expression => withChildren(one, children.with(place, value));
      return [condition, put(then), put(otherwise)];
    }
    return undefined;
  };
  if (atom.kind === "equal" && typeOf(atom.left).kind === "boolean" && typeOf(atom.right).kind === "boolean")
    return undefined;
  const found = split(atom);
  return found === undefined ? undefined : choose(...found);
}

function namesOf(type: ValueType): readonly string[] {
  return type.kind === "boolean" ? [] : type.names;
}

function namesKey(names: readonly string[]): string {
  return JSON.stringify(names);
}

/** A symbol of any characters. */
export function quoted(text: string): string {
  return `|${text.replaceAll(/[|\\]/g, "_")}|`;
}

export function sortSymbol({ name }: Sort): string {
  return quoted(name);
}

function cellSymbol({ name }: Cell): string {
  return quoted(name);
}

function flagSymbol({ name: cell }: Cell, name: string): string {
  return quoted(`${cell} is ${name}`);
}

function typeSymbol(names: readonly string[]): string {
  return quoted(names.join(" or "));
}

function nameSymbol(names: readonly string[], name: string): string {
  return quoted(`${name} of ${names.join(" or ")}`);
}
