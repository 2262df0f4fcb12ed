import type { InductionFailure } from "./encoding/counterexample.ts";
import { FiniteSystem, sizesText } from "./evaluate.ts";
import type { AnySizeSystem } from "./system.ts";

/** One row of the table of a step: a part of the state, its value, and its value after the step if that differs. */
export interface FailureRow {
  readonly path: string;
  readonly before: string;
  readonly after: string | undefined;
}

/** A step as a table: the whole state before it, and what it changes. */
export function failureTable(
  system: AnySizeSystem,
  { sizes, action, parameters, before, after }: InductionFailure,
): { readonly sizes: string; readonly step: string; readonly rows: readonly FailureRow[] } {
  const finite = new FiniteSystem(system, sizes);
  const rows = system.cells.flatMap((cell) => {
    const values = finite.valuesOf(cell);
    return finite.combinations(cell.parameters).map((indices): FailureRow => {
      const place = finite.at(cell, indices);
      let next = 0;
      const path = cell.name.replaceAll("[]", () => `[${indices[next++]}]`);
      const [one, other] = [before, after].map((state) => String(values[state[place] as number]));
      return { path, before: one as string, after: one === other ? undefined : other };
    });
  });
  const named = action.parameters.map(({ name }, place) => `${name}=${parameters[place]}`).join(", ");
  return {
    sizes: sizesText(sizes),
    step: named === "" ? action.name : `${action.name}(${named})`,
    rows,
  };
}
