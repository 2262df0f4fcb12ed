import { InternalError, ModelError } from "../errors.ts";
import { holds, isSafety, type LivenessProperty, type Model, type Property } from "../language/index.ts";
import { casesOf } from "../liveness/predicates.ts";
import { replayLiveness } from "../liveness/replay.ts";
import { semanticsOf } from "../semantics/semantics.ts";
import type { Path } from "../trace/shortest.ts";
import { replay, walk, type Trace } from "../trace/trace.ts";
import { UNKNOWN_START } from "./tool.ts";

/**
 * A counterexample of another checker, taken again by the reference semantics; undefined where it does not replay.
 *
 * @throws ModelError when the model itself is wrong
 */
export function readBack<S>(model: Model<S>, id: string, path: Path): Trace<S> | undefined {
  const property = model.properties.get(id);
  if (property === undefined) return undefined;
  const starts = path.initial === UNKNOWN_START ? [...model.initial.keys()] : [path.initial];
  for (const initial of starts) {
    try {
      return replayed(model, id, property, { ...path, initial });
    } catch (error) {
      if (error instanceof ModelError || !(error instanceof InternalError)) throw error;
    }
  }
  return undefined;
}

function replayed<S>(model: Model<S>, id: string, property: Property<S>, path: Path): Trace<S> {
  if (property.kind === "step") {
    // Others search for the state before the step, so the step itself is missing.
    const last = walk(model, id, path).at(-1);
    const semantics = semanticsOf(model);
    const words = new Uint32Array(model.layout.words);
    const wrong = model.instances.find((instance) => {
      if (last === undefined || !semantics.enabled(instance, last.state)) return false;
      semantics.apply(instance, last.state, words, 0);
      const after = semantics.unpack(words, 0);
      return !holds(property.holds(last.state, { action: instance.action, parameters: instance.parameters }, after));
    });
    if (wrong === undefined) throw new InternalError(`property ${id}: no step of the run violates it`);
    return replay(model, id, property, { ...path, instances: [...path.instances, wrong.index] });
  }
  if (isSafety(property)) return replay(model, id, property, path);
  return ofRuns(model, id, property, path);
}

/** For a property of several things, the first that the run violates. */
function ofRuns<S>(model: Model<S>, id: string, property: LivenessProperty<S>, path: Path): Trace<S> {
  let failure: unknown;
  for (const { property: one } of casesOf(id, property)) {
    try {
      return replayLiveness(model, id, one, path);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
