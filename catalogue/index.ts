/**
 * Modelled migration schemes with their expected verdicts, as `irqproof/catalogue`.
 *
 * @packageDocumentation
 */
import { family, type Family } from "../checker/index.ts";
import type { SystemState } from "../model/index.ts";
import { withAllProperties } from "../properties/index.ts";
import type { CatalogueEntry } from "./entry.ts";

/** A catalogue entry as a family of models with properties, as checked by `irqproof check ID`. */
export function checkable(entry: CatalogueEntry): Family<SystemState> {
  const { id, title, parameters } = entry;
  return family({ name: id, title, parameters, build: (values) => withAllProperties(entry.system(values)) });
}

export { catalogue, entryOf } from "./entries.ts";
export type { Architecture, CatalogueEntry, Expectation, Suspicion } from "./entry.ts";
