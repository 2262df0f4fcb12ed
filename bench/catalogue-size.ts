import { ModelError } from "../checker/errors.ts";
import type { CatalogueEntry } from "../catalogue/index.ts";
import { checkable } from "../catalogue/index.ts";

/** The size that every entry is measured at, where it allows that. */
export const WANTED_SIZE = { cpus: 3, vectors: 3, devices: 2, moves: 2 } as const;

/** The size of an entry's model. */
export type EntrySize = { readonly [Name in keyof typeof WANTED_SIZE]?: number };

/**
 * The wanted size, or the largest below it of which the entry makes a model: by the product of its parameters, the
 * first parameters being kept large.
 *
 * @throws ModelError when the entry makes no model of any
 */
export function sizeOf(entry: CatalogueEntry): EntrySize {
  const family = checkable(entry);
  let reason: unknown;
  for (const size of candidates(entry)) {
    try {
      family.instantiate(size);
      return size;
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      reason ??= error;
    }
  }
  throw reason ?? new ModelError(`${entry.id} has no size up to ${Object.values(WANTED_SIZE).join(", ")}`);
}

/** All sizes up to the wanted one that the entry's parameters allow, the largest first. */
function candidates({ parameters }: CatalogueEntry): EntrySize[] {
  let sizes: EntrySize[] = [{}];
  for (const [name, wanted] of Object.entries(WANTED_SIZE)) {
    const parameter = parameters[name];
    if (parameter === undefined) continue;
    const values = Array.from({ length: wanted }, (_, less) => wanted - less).filter(
      (value) => parameter.read(value) !== undefined,
    );
    sizes = sizes.flatMap((size) => values.map((value) => ({ ...size, [name]: value })));
  }
  const product = (size: EntrySize): number => Object.values(size).reduce((result, value) => result * value, 1);
  return sizes.toSorted((a, b) => product(b) - product(a));
}
