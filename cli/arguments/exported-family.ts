import { isModel, ModelError, type Family, type Model } from "../../checker/index.ts";

/**
 * The model or family that a file exports, as its default or its only such export.
 *
 * @param file its name, for messages
 * @param module its exports, by name
 * @throws ModelError when there is none, or several without a default
 */
export function exportedFamily(file: string, module: Readonly<Record<string, unknown>>): Family<unknown> {
  const named = Object.entries(module).filter(([name]) => name !== "default" && name !== "__esModule");
  if (module["default"] !== undefined) return familyFrom(file, "its default export", module["default"]);
  const models = named.filter(([, value]) => isModel(value) || isFamily(value));
  const [only, another] = models.length > 0 ? models : named;
  if (only === undefined) {
    throw new ModelError(`${file} exports nothing: it must export a model or a family as its default`);
  }
  if (another !== undefined) {
    const names = (models.length > 0 ? models : named).map(([name]) => name).join(", ");
    throw new ModelError(`${file} exports ${names} and no default: export the one to check as the default`);
  }
  return familyFrom(file, `its export ${only[0]}`, only[1]);
}

/** A single model is a family without parameters. */
function familyFrom(file: string, which: string, value: unknown): Family<unknown> {
  if (isFamily(value)) return value;
  if (isModel(value)) {
    const resolved = (given: Readonly<Record<string, unknown>> = {}): Model<unknown>["parameters"] => {
      const [name] = Object.keys(given);
      if (name !== undefined) throw new ModelError(`${value.name} is a single model: it has no parameter ${name}`);
      return value.parameters;
    };
    return {
      name: value.name,
      title: "",
      parameters: {},
      resolve: resolved,
      instantiate(given) {
        resolved(given);
        return value;
      },
    };
  }
  const kind = value === null ? "null" : Array.isArray(value) ? "an array" : `a value of type ${typeof value}`;
  const hint = typeof value === "function" ? "; export what it returns, or a family" : hintOf(value);
  throw new ModelError(`${file}: ${which} is ${kind}, not a model or a family${hint}`);
}

/** The function that a bare definition was probably meant for: the end of a sentence about it. */
function hintOf(value: unknown): string {
  if (!isObject(value)) return "";
  if ("strategy" in value) return "; give it to scheme(...)";
  if ("program" in value) return "; give it to scheme({ name, title, strategy })";
  if ("build" in value) return "; give it to family(...)";
  return "actions" in value && "state" in value ? "; give it to model(...)" : "";
}

function isFamily(value: unknown): value is Family<unknown> {
  return isObject(value) && typeof value["instantiate"] === "function" && isObject(value["parameters"]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
