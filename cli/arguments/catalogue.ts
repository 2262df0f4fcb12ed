import type { CatalogueEntry } from "../../catalogue/index.ts";
import type { Family } from "../../checker/index.ts";

/** The catalogue, loaded when a command needs it. */
export async function loadCatalogue(): Promise<readonly CatalogueEntry[]> {
  return (await import("../../catalogue/index.ts")).catalogue;
}

/** Reasons why an action of an interrupt system may never be enabled, without a fault. */
export async function explanations(): Promise<(name: string) => string | undefined> {
  return (await import("../../model/index.ts")).whyNeverEnabled;
}

/** The models of a catalogue entry, with all properties that apply to it. */
export async function familyOf(entry: CatalogueEntry): Promise<Family<unknown>> {
  const { checkable } = await import("../../catalogue/index.ts");
  return checkable(entry);
}
