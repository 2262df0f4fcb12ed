import { ModelError, type Model } from "../checker/index.ts";
import { interruptSystem, type CommonParameters, type Strategy, type SystemState } from "../model/index.ts";
import { withAllProperties } from "./all.ts";

/** A scheme whose program has two neighbouring steps in the other order. */
export interface Reordered {
  /** Such as `step 3 flush before step 2 write_data`. */
  readonly change: string;
  readonly model: Model<SystemState>;
  /** Paths of the cells that count the steps of the program. */
  readonly positions: readonly string[];
}

/**
 * The models of a scheme with each two neighbouring steps of its program swapped, in the order of the program. Orders that
 * the rules of a scheme refuse are left out, and so are neighbours that are the same step.
 */
export function reordered(name: string, strategy: Strategy, parameters: CommonParameters): Reordered[] {
  const { program } = strategy;
  return program.slice(1).flatMap((second, at) => {
    const first = program[at]!;
    if (first === second) return [];
    const swapped = program.map((step, index) => (index === at ? second : index === at + 1 ? first : step));
    try {
      const model = withAllProperties(interruptSystem(name, { ...strategy, program: swapped }, parameters));
      const change = `step ${at + 2} ${second.name} before step ${at + 1} ${first.name}`;
      return [{ change, model, positions: positionsIn(model) }];
    } catch (error) {
      if (error instanceof ModelError) return [];
      throw error;
    }
  });
}

/** The cells that count the steps of the program. */
function positionsIn({ layout }: Reordered["model"]): string[] {
  return layout.cells.map(({ path }) => path).filter((path) => path.endsWith(".migration.step"));
}
