import type { Family } from "../checker/index.ts";
import type { CatalogueEntry } from "../model/index.ts";

/** The property that the catalogue is about: tables show its verdict. */
export const MAIN_PROPERTY = "no-interrupt-lost";

/** The catalogue, loaded when a command needs it. */
export async function loadCatalogue(): Promise<readonly CatalogueEntry[]> {
  return (await import("../model/index.ts")).catalogue;
}

/** Why it is no fault that an action of an interrupt system is never enabled. */
export async function explanations(): Promise<(name: string) => string | undefined> {
  return (await import("../model/index.ts")).whyNeverEnabled;
}

/** A catalogue entry as models that can be checked: with all properties that apply to it. */
export async function familyOf(entry: CatalogueEntry): Promise<Family<unknown>> {
  const { checkable } = await import("../properties/index.ts");
  return checkable(entry);
}
