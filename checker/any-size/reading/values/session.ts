import { NotRead } from "../../../terms/index.ts";
import type { Scalar as Value } from "../../../schema/index.ts";
import type { Cell, Expression, Sort, Variable } from "../../system.ts";
import type { Dimension } from "../family/builds.ts";
import { and, freshVariable, read, TRUE, typeOf } from "./expressions.ts";
import { Explorer } from "./explorer.ts";
import { Store } from "./store.ts";
import { Local, List, Table, type Thing, type Witness } from "./things.ts";

/** State shared by all parts of the interpreter: the run, the state, and the dimensions. */
export class Session {
  readonly store = new Store();
  readonly explorer: Explorer;
  readonly dimensions: readonly Dimension[];
  readonly scalars: ReadonlyMap<string, Value>;
  /** For each sort whose index 0 was written as a literal: the cell that stands for it. */
  readonly #zeros: Map<Sort, Cell>;
  readonly #variables: Variable[] = [];
  #witnesses: readonly Witness[] = [];
  /** Whether the function may choose among elements: not in a predicate that is called for each element. */
  #chosen: ((sort: Sort) => void) | undefined;

  constructor(dimensions: readonly Dimension[], scalars: ReadonlyMap<string, Value>, zeros: Map<Sort, Cell>) {
    this.dimensions = dimensions;
    this.scalars = scalars;
    this.#zeros = zeros;
    this.explorer = new Explorer({
      save: () => {
        const restore = this.store.save();
        const witnesses = this.#witnesses;
        return () => {
          restore();
          this.#witnesses = witnesses;
        };
      },
    });
  }

  /** @param chosen called for each choice of any element in place of the first */
  begin(chosen: (sort: Sort) => void): void {
    this.store.begin();
    this.explorer.begin();
    this.#witnesses = [];
    this.#chosen = chosen;
  }

  scalarOf(name: string): Value {
    if (!this.scalars.has(name)) throw new NotRead(`it uses the value ${name}, which is none of the state's`);
    return this.scalars.get(name) as Value;
  }

  mayBeNumber(expression: Expression): boolean {
    const type = typeOf(expression);
    if (type.kind === "boolean") return false;
    return type.kind === "index" || type.names.some((name) => typeof this.scalars.get(name) === "number");
  }

  /** A number that is written in the source, as an index. */
  literal(sort: Sort, index: number): Expression {
    if (index !== 0) {
      throw new NotRead(`it uses the number ${index} as the index of a ${sort.name}: only 0 is one at every size`);
    }
    let cell = this.#zeros.get(sort);
    if (cell === undefined) {
      cell = { name: `${sort.name} 0`, parameters: [], type: { kind: "index", sort, names: [] } };
      this.#zeros.set(sort, cell);
    }
    return read(cell, []);
  }

  /** Any element that meets a condition, one of which there is. */
  choose(sort: Sort, condition: (element: Variable) => Expression): Variable {
    if (this.explorer.depth !== 1 || this.#chosen === undefined) {
      throw new NotRead(`it looks for a ${sort.name} in a function that is called for each element of a dimension`);
    }
    this.#chosen(sort);
    const at = this.#witnesses.length;
    let own = this.#variables.find(
      (one) => one.sort === sort && !this.#witnesses.some(({ variable }) => variable === one),
    );
    if (own === undefined)
      this.#variables.push((own = freshVariable(sort, `found ${sort.name}${at === 0 ? "" : ` ${at + 1}`}`)));
    const holds = condition(own);
    this.#witnesses = [...this.#witnesses, { variable: own, condition: holds }];
    this.explorer.facts.assume(holds, true);
    return own;
  }

  get witnesses(): readonly Witness[] {
    return this.#witnesses;
  }

  /** Condition that the witnesses of this run are what they were chosen as. */
  get chosenWell(): Expression {
    return this.#witnesses.length === 0 ? TRUE : and(...this.#witnesses.map(({ condition }) => condition));
  }

  local(fields: Iterable<readonly [string, Thing]> = []): Local {
    const local = new Local(this.explorer.depth);
    for (const [name, value] of fields) local.fields.set(name, value);
    return local;
  }

  list(items: readonly Thing[]): List {
    return new List(items, this.explorer.depth);
  }

  table(sort: Sort, element: Table["element"], condition?: Table["condition"]): Table {
    return new Table(sort, element, condition, this.explorer.depth);
  }

  /** @throws NotRead where something is changed for one element of a dimension after the other */
  change(made: { readonly depth: number }): void {
    if (made.depth < this.explorer.depth) {
      throw new NotRead(
        "it changes a variable or an object of its own in a function or a loop that is run for each element of a dimension",
      );
    }
  }
}
