/**
 * A transition system whose dimensions have no size. Each dimension of the model, such as its CPUs, is an uninterpreted
 * sort, and each cell of the state is a function of indices. What the parametric reading yields, and what the encoding
 * for solvers takes.
 */

/** A dimension of the model. Its elements can be compared for equality, and with nothing else. */
export interface Sort {
  readonly name: string;
}

/** The values of a cell, a variable or an expression. */
export type ValueType =
  | { readonly kind: "boolean" }
  /** One of the names; no name occurs twice. */
  | { readonly kind: "names"; readonly names: readonly string[] }
  /** An element of the sort, or one of the names, such as "unused" or "null"; often there are none. */
  | { readonly kind: "index"; readonly sort: Sort; readonly names: readonly string[] };

/** A cell of the state: a function of the elements of these sorts; a cell without parameters is a constant of the state. */
export interface Cell {
  /** Path in the model's state, with [] for an index: `device[].address`. */
  readonly name: string;
  readonly parameters: readonly Sort[];
  readonly type: ValueType;
}

/** An element of a sort: bound by a quantifier, the parameter of an action or of an update. */
export interface Variable {
  readonly name: string;
  readonly sort: Sort;
}

export type Expression =
  | { readonly kind: "constant"; readonly value: boolean | string; readonly type: ValueType }
  | { readonly kind: "variable"; readonly variable: Variable }
  | { readonly kind: "read"; readonly cell: Cell; readonly indices: readonly Expression[] }
  /** Both operands have types that can be compared; an index never equals a name. */
  | { readonly kind: "equal"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "not"; readonly operand: Expression }
  | { readonly kind: "and" | "or"; readonly operands: readonly Expression[] }
  | {
      readonly kind: "choice";
      readonly condition: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    }
  /** Whether the value, of type index, is an element of its sort rather than a name. */
  | { readonly kind: "is-index"; readonly operand: Expression }
  | { readonly kind: "some" | "every"; readonly variable: Variable; readonly body: Expression };

/**
 * New values of a cell. With parameters p and expression e the cell's value at p becomes e, for all p at once; e may
 * read the state before the step. Cells without an update keep their values.
 */
export interface Update {
  readonly cell: Cell;
  readonly parameters: readonly Variable[];
  readonly value: Expression;
}

export interface Action {
  readonly name: string;
  /** The action's own parameters, then a witness for each `find` of its functions; each combination is one instance. */
  readonly parameters: readonly Variable[];
  readonly guard: Expression;
  readonly updates: readonly Update[];
}

export interface Property {
  readonly id: string;
  readonly title: string;
  /** Condition that every reachable state meets if the property holds. */
  readonly holds: Expression;
}

export interface AnySizeSystem {
  readonly name: string;
  readonly sorts: readonly Sort[];
  readonly cells: readonly Cell[];
  /** Condition of the initial states. */
  readonly initial: Expression;
  readonly actions: readonly Action[];
  readonly properties: readonly Property[];
  /** The model's lemmas: conditions that may be true of every reachable state, and help a proof then. */
  readonly lemmas: readonly Property[];
  /** The model's other properties of states: why their predicates cannot be read for any size. */
  readonly unread: readonly { readonly id: string; readonly because: string }[];
  /** Deviations from the model, one sentence each. Each of them only adds behaviour. */
  readonly abstractions: readonly string[];
  /**
   * For each parameter of the family below whose size here the model has another form: that size. Smaller sizes have systems
   * of their own, in which the parameter is no dimension.
   */
  readonly least?: Readonly<Record<string, number>>;
  /** What was compared with the model only at the sizes that its family allows, one sentence each. */
  readonly assumptions: readonly string[];
}
