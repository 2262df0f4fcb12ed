import { ModelError } from "../errors.ts";

/** As in `values.ts`: implementations and their logs are compared with a model in Node only. */
function refused(): never {
  throw new ModelError("conform and validateTrace need Node: a browser cannot compare arbitrary values");
}

export const isEqual: (one: unknown, other: unknown) => boolean = refused;
export const shortText: (value: unknown) => string = refused;
export const exactText: (value: unknown) => string = refused;
