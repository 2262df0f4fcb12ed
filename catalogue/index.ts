/**
 * Modelled migration schemes with their expected verdicts, as `irqproof/catalogue`.
 *
 * @packageDocumentation
 */
import { family } from "../checker/index.ts";
import { withAllProperties, type SchemeFamily } from "../properties/index.ts";
import type { CatalogueEntry } from "./entry.ts";

/** A catalogue entry as a family of models with properties, as checked by `irqproof check ID`, and with its systems. */
export function checkable(entry: CatalogueEntry): SchemeFamily {
  const { id, title, parameters } = entry;
  return {
    ...family({ name: id, title, parameters, build: (values) => withAllProperties(entry.system(values)) }),
    system: (given) => entry.system(given),
    strategy: (given) => entry.strategy(given),
  };
}

export { catalogue, entryOf } from "./entries.ts";
export type { Architecture, CatalogueEntry, Expectation, Suspicion } from "./entry.ts";
