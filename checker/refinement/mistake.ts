import { InternalError } from "../errors.ts";
import type { Model } from "../language/index.ts";
import { mistakeOf, type Mistake } from "../mistake.ts";
import { createReading } from "../reading/index.ts";
import { placeOf, type SourcePlace } from "../reading/source/place.ts";
import { Fault } from "../semantics/fault.ts";
import { walk, type Trace } from "../trace/trace.ts";
import type { CheckedMapping, Mapping } from "./mapping.ts";
import type { RefinementEnd } from "./search.ts";

/** A function that fails in a reachable state, with a shortest run of the concrete model to it. */
export interface RefinementMistake<C> {
  /** Whose function it is. */
  readonly of: "concrete" | "abstract" | "mapping";
  /** The mistake, and the right form: a sentence without a full stop. */
  readonly message: string;
  /** Place in the user's file, as far as it is known. */
  readonly place: SourcePlace | undefined;
  /**
   * The run. Of the concrete model, to the state in which the step fails; of the mapping, to the state that it fails for; of
   * the abstract model, up to the step before which it was in `abstractState`.
   */
  readonly trace: Trace<C>;
  /** The state of the abstract model in which its step fails. */
  readonly abstractState: unknown;
  /** The step that fails, as `name(parameter=value)`; undefined for the mapping. */
  readonly step: string | undefined;
}

/**
 * Makes a function fail again, by the reference semantics.
 *
 * @throws InternalError where it does not fail there
 */
export function refinementMistake<C, A>(
  concrete: Model<C>,
  abstract: Model<A>,
  mapping: Mapping<C, A>,
  checked: CheckedMapping<C, A>,
  end: RefinementEnd,
): RefinementMistake<C> {
  switch (end.kind) {
    case "concrete fault": {
      const { action, path } = end;
      const { message, place, trace, step } = mistakeOf(concrete, { action, path, level: path.instances.length });
      return { of: "concrete", message, place, trace, abstractState: undefined, step: step?.text };
    }
    case "abstract fault": {
      const { message, place, step } = abstractMistake(abstract, end.state as A, end.instance);
      const trace = runOf(concrete, abstract, end.path);
      return { of: "abstract", message, place, trace, abstractState: end.state, step: step?.text };
    }
    case "mapping fault": {
      const trace = runOf(concrete, abstract, end.path);
      const state = trace.steps.at(-1)!.state;
      try {
        checked.imageOf(state);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        const place = placeOf(error.thrown) ?? beginningOf(concrete, mapping);
        return { of: "mapping", message: error.message, place, trace, abstractState: undefined, step: undefined };
      }
      throw new InternalError(`model ${concrete.name}: the run to a fault of the mapping does not end in a fault`);
    }
    default:
      throw new InternalError(`model ${concrete.name}: the search ended without a fault`);
  }
}

/** The failing step of the abstract model, as one from an initial state. */
function abstractMistake<A>(abstract: Model<A>, state: A, instance: number): Mistake<A> {
  const { action } = abstract.instances[instance]!;
  const here = { ...abstract, initial: [state as Model<A>["initial"][number]] };
  return mistakeOf(here, { action, path: { initial: 0, instances: [instance] }, level: 1 });
}

function runOf<C, A>(concrete: Model<C>, abstract: Model<A>, path: Parameters<typeof walk>[2]): Trace<C> {
  return { steps: walk(concrete, `refines ${abstract.name}`, path), because: undefined, conclusion: undefined };
}

/** Position at which the source of the mapping begins. */
function beginningOf<C, A>(concrete: Model<C>, mapping: Mapping<C, A>): SourcePlace | undefined {
  const text = createReading(concrete).placeOf(mapping as Parameters<ReturnType<typeof createReading>["placeOf"]>[0]);
  const [, file, line, column] = /^(.*):(\d+):(\d+)$/.exec(text ?? "") ?? [];
  if (file === undefined) return undefined;
  return { file, line: Number(line), column: Number(column), expression: undefined };
}
