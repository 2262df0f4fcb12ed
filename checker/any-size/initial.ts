import { InternalError } from "../errors.ts";
import { StateFormula } from "../proof/formula/state-formula.ts";
import { cubeOf, type Parts } from "../proof/states/states.ts";
import type { Part } from "../proof/states/parts.ts";
import { layoutOf, oneOf, record, type FiniteType } from "../schema/index.ts";
import { Terms, type Value } from "../terms/index.ts";
import { FiniteSystem, type Sizes, type State } from "./evaluate.ts";
import { isRigid, TermsOf } from "./instance.ts";
import type { AnySizeSystem, Cell } from "./system.ts";

/**
 * Some initial states of a system at a size, found by the SAT solver; none if the system has none at that size.
 *
 * Cells that no action changes and that are an index, such as "CPU 0", are the first element if they can be.
 *
 * @param most number of states
 */
export function initialStates(system: AnySizeSystem, sizes: Sizes, most: number): State[] {
  const finite = new FiniteSystem(system, sizes);
  const fixed = system.cells.filter((cell) => isRigid(system, cell));
  const found = statesOf(finite, new Set(fixed), most);
  return found.length > 0 ? found : statesOf(finite, new Set(), most);
}

function statesOf(finite: FiniteSystem, fixed: ReadonlySet<Cell>, most: number): State[] {
  const { system } = finite;
  const places = system.cells.flatMap((cell) =>
    finite.combinations(cell.parameters).map((indices) => ({ cell, indices })),
  );
  const types = places.map(({ cell }) => {
    const values = finite.valuesOf(cell);
    return oneOf(...(fixed.has(cell) ? [firstOf(cell, values)] : values));
  });
  const layout = layoutOf(
    record(Object.fromEntries(types.map((type, place) => [`c${place}`, type]))) as FiniteType<unknown>,
  );
  const terms = new Terms();
  const cells = layout.cells.map(({ shape }, number) => terms.cell(number, shape));
  const lowering = new TermsOf(finite, terms, (cell, indices) => cells[finite.at(cell, indices)] as Value);
  const parts: Parts = layout.cells.map((cell, number): Part | undefined =>
    cell.shape.cardinality === 1
      ? undefined
      : {
          number,
          cell,
          values: cell.shape.cardinality,
          family: "",
          indices: [],
          valueKind: undefined,
          unused: [],
          owner: "",
        },
  );
  const formula = new StateFormula(parts, terms);
  const isInitial = formula.holds(lowering.bool(system.initial, new Map()));
  const states: State[] = [];
  while (states.length < most && formula.solver.solve([isInitial]) === true) {
    const values = formula.state();
    formula.exclude(
      cubeOf(
        parts.flatMap((part) =>
          part === undefined ? [] : [[part.number, 1 << (values[part.number] as number)] as const],
        ),
      ),
    );
    states.push(
      Uint8Array.from(places, ({ cell }, number) =>
        parts[number] === undefined
          ? finite.valuesOf(cell).indexOf(layout.cells[number]?.shape.valueAt(0) as never)
          : (values[number] as number),
      ),
    );
  }
  return states;
}

function firstOf(cell: Cell, values: readonly (boolean | string | number)[]): boolean | string | number {
  const first = values.find((value) => typeof value === "number");
  if (first === undefined) throw new InternalError(`${cell.name} has no index`);
  return first;
}
