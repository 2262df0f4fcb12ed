import type { Model, Property } from "../language/index.ts";
import { changeTexts } from "../trace/changes.ts";

/**
 * The same model, in which descriptions that fail are no mistake: labels, actors, changes and closing sentences were
 * written for states that the model reaches, and a mutant reaches others. What fails is left out, or is as if it were not
 * given.
 */
export function tolerant<S>(model: Model<S>): Model<S> {
  const { layout, changes } = model;
  return {
    ...model,
    instances: model.instances.map((instance) => ({ ...instance, undescribed: () => undefined })),
    properties: new Map([...model.properties].map(([id, property]) => [id, describedSafely(property)])),
    changes:
      changes &&
      ((before, after) =>
        orElse(() => changes(before, after), undefined) ??
        changeTexts<S>({ changes: undefined, layout }, before, after)),
  };
}

function describedSafely<S>(property: Property<S>): Property<S> {
  const { narrate } = property;
  if (narrate === undefined) return property;
  return { ...property, narrate: (narrative) => orElse(() => narrate(narrative), undefined) as string };
}

function orElse<Result, Otherwise>(describe: () => Result, otherwise: Otherwise): Result | Otherwise {
  try {
    return describe();
  } catch {
    return otherwise;
  }
}
