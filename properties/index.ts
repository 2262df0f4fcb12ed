/**
 * Properties of modelled systems, one file for each.
 *
 * @packageDocumentation
 */
export { properties, propertiesOf, withAllProperties } from "./all.ts";
export { isQuiet } from "./quiet.ts";
export type { PropertyEntry } from "./property-entry.ts";
export { reordered, type Reordered } from "./reordered.ts";
export { scheme, type SchemeDefinition, type SchemeFamily } from "./scheme.ts";
export { livenessIds, lossIds, propertyIds, type PropertyId } from "./ids.ts";
