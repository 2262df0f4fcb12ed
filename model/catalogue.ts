import type { CatalogueEntry } from "./entry.ts";
export type { CatalogueEntry } from "./entry.ts";
export const catalogue: readonly CatalogueEntry[] = [];
export function entryOf(id: string): CatalogueEntry | undefined {
  return catalogue.find((entry) => entry.id === id);
}
