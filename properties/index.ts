/**
 * What is promised of a modelled system: one file for each property.
 *
 * @packageDocumentation
 */
import { family, type Family } from "../checker/index.ts";
import type { CatalogueEntry, SystemState } from "../model/index.ts";
import { withAllProperties } from "./all.ts";

/** An entry of the catalogue as a family of models with properties: what `irqproof check ID` checks. */
export function checkable(entry: CatalogueEntry): Family<SystemState> {
  const { id, title, parameters } = entry;
  return family({ name: id, title, parameters, build: (values) => withAllProperties(entry.system(values)) });
}

export { properties, withAllProperties } from "./all.ts";
export { isQuiet } from "./quiet.ts";
export type { PropertyEntry } from "./property-entry.ts";
export { scheme, type SchemeDefinition, type SchemeFamily } from "./scheme.ts";
