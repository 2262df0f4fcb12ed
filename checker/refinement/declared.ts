import { object, plainFunction, required, type Rule } from "../definition/index.ts";
import { messageOf, ModelError } from "../errors.ts";
import { isModel } from "../language/index.ts";
import { show } from "../schema/index.ts";
import type { Refinement } from "./refines.ts";

const EXAMPLE = "{ abstract: queue, mapping: ({ items }) => ({ items }) }";

const abstractRule: Rule = {
  expected: "a model",
  example: "queue",
  check(value, where) {
    if (isModel(value)) return;
    const isFamily = typeof value === "object" && value !== null && "instantiate" in value;
    const what = isFamily ? "a family; give one of its models: family.instantiate()" : `${show(value)}, not a model`;
    throw new ModelError(`${where} is ${what}`);
  },
};

const rule: Rule = object<Refinement<unknown, unknown>>(
  "a refinement",
  EXAMPLE,
  {
    abstract: required(abstractRule, "abstract model"),
    mapping: required(plainFunction("({ items }) => ({ items })")),
  },
  {
    synonyms: {
      of: "abstract",
      refines: "abstract",
      specification: "abstract",
      spec: "abstract",
      model: "abstract",
      map: "mapping",
      project: "mapping",
      abstraction: "mapping",
    },
  },
);

/**
 * The refinement that a file declares beside its model: an object, or a function that makes one of the model's parameters.
 *
 * @param where the beginning of a sentence about it
 * @throws ModelError when it is no refinement
 */
export function declaredRefinement(
  declared: unknown,
  parameters: Readonly<Record<string, string | number | boolean>>,
  where: string,
): Refinement<unknown, unknown> {
  let refinement = declared;
  if (typeof declared === "function") {
    try {
      refinement = (declared as (given: typeof parameters) => unknown)(parameters);
    } catch (error) {
      throw new ModelError(`${where}, as a function of the parameters, threw: ${messageOf(error)}`, { cause: error });
    }
  }
  rule.check(refinement, where);
  return refinement as Refinement<unknown, unknown>;
}
