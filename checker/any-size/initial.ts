import { InternalError } from "../errors.ts";
import { StateFormula } from "../proof/formula/state-formula.ts";
import { cubeOf } from "../proof/states/states.ts";
import { Terms, type Value } from "../terms/index.ts";
import { FiniteSystem, type Sizes, type State } from "./evaluate.ts";
import { finiteCells, isRigid, TermsOf } from "./instance.ts";
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
  const valuesOf = (cell: Cell): ReturnType<FiniteSystem["valuesOf"]> => {
    const values = finite.valuesOf(cell);
    return fixed.has(cell) ? [firstOf(cell, values)] : values;
  };
  const terms = new Terms();
  const { values: cells, parts } = finiteCells(finite, terms, valuesOf);
  const lowering = new TermsOf(finite, terms, (cell, indices) => cells[finite.at(cell, indices)] as Value);
  const formula = new StateFormula(parts, terms);
  const isInitial = formula.holds(lowering.bool(system.initial, new Map()));
  const places = system.cells.flatMap((cell) => finite.combinations(cell.parameters).map(() => cell));
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
      Uint8Array.from(places, (cell, number) =>
        parts[number] === undefined
          ? finite.valuesOf(cell).indexOf(valuesOf(cell)[0] as never)
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
