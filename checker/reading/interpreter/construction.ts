import { NotRead } from "../../terms/index.ts";
import type { Evaluation } from "./evaluation.ts";
import { impurityOf } from "../source/impure.ts";
import { Refused } from "../values/refused.ts";
import type { Callable } from "../source/source.ts";
import { TEXT, type Thing } from "../values/values.ts";

/** Result of `new`. */
export class Construction {
  readonly #evaluation: Evaluation;

  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation;
  }

  construct(callee: Thing, given: readonly Thing[]): Thing {
    const { collections, objects, paths } = this.#evaluation;
    if (typeof callee !== "function") throw new NotRead("it calls new on a value that may not be a class");
    const impurity = impurityOf(callee);
    if (impurity !== undefined) {
      if (callee !== Date || given.length === 0) {
        throw new Refused(callee === Date ? "depends on new Date()" : impurity);
      }
      throw new NotRead("it uses a Date");
    }
    if (callee === Error || (callee as Callable).prototype instanceof Error) return TEXT;
    if (callee === Set) return collections.make("set", given[0]);
    if (callee === Map) return collections.make("map", given[0]);
    if (callee === Array) {
      const length = paths.now(given[0]);
      if (given.length !== 1) return objects.list(given);
      if (typeof length === "number" && Number.isInteger(length) && length >= 0 && length < MAX_LENGTH) {
        return objects.list(
          Array.from({ length }, () => undefined),
          length,
          length > 0,
        );
      }
      throw new NotRead("it makes an array of unknown length");
    }
    throw new NotRead(`it creates a new ${(callee as Callable).name}`);
  }
}

/** Longer arrays are a mistake. */
const MAX_LENGTH = 2 ** 16;
