import type { Model } from "../language/index.ts";
import { valueText } from "./changes.ts";
import type { Trace } from "./trace.ts";

/**
 * A trace in the Informal Trace Format of Apalache and Quint: one object with `vars`, `states` and, for an infinite run,
 * `loop`. The variables are the fields of the state, and `action`: the step that led there, empty at the start.
 */
export function toItf<S>(model: Pick<Model<S>, "name">, id: string, trace: Trace<S>): object {
  const [first] = trace.steps;
  const fields = Object.keys((first?.state ?? {}) as object);
  const action = fields.includes("action") ? "action_taken" : "action";
  return {
    "#meta": {
      format: "ITF",
      "format-description": "https://apalache-mc.org/docs/adr/015adr-trace.html",
      source: model.name,
      description: id,
    },
    vars: [...fields, action],
    ...(trace.loopFrom === undefined ? {} : { loop: trace.loopFrom }),
    states: trace.steps.map((step, index) => ({
      "#meta": { index },
      ...Object.fromEntries(Object.entries(step.state as object).map(([name, value]) => [name, encoded(value)])),
      [action]: actionText(step),
    })),
  };
}

function actionText<S>({ action, parameters }: Trace<S>["steps"][number]): string {
  if (action === null) return "";
  const values = Object.entries(parameters).map(([name, value]) => `${name}=${valueText(value)}`);
  return values.length === 0 ? action : `${action}(${values.join(", ")})`;
}

/** All integers are big ones, as the format requires; null is a variant without a value. */
function encoded(value: unknown): unknown {
  if (typeof value === "number") return Number.isInteger(value) ? { "#bigint": String(value) } : String(value);
  if (value === null) return { tag: "None", value: { "#tup": [] } };
  if (Array.isArray(value)) return value.map(encoded);
  if (typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, encoded(part)]));
  }
  return value;
}
