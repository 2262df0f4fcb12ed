/**
 * Properties of modelled systems, one file for each.
 *
 * @packageDocumentation
 */
import { family, type Family } from "../checker/index.ts";
import type { CatalogueEntry, SystemState } from "../model/index.ts";
import { withAllProperties } from "./all.ts";

/** A catalogue entry as a family of models with properties, as checked by `irqproof check ID`. */
export function checkable(entry: CatalogueEntry): Family<SystemState> {
  const { id, title, parameters } = entry;
  return family({ name: id, title, parameters, build: (values) => withAllProperties(entry.system(values)) });
}

export { properties, withAllProperties } from "./all.ts";
export { isQuiet } from "./quiet.ts";
export type { PropertyEntry } from "./property-entry.ts";
export { scheme, type SchemeDefinition, type SchemeFamily } from "./scheme.ts";
