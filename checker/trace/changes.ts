import type { Model } from "../language/index.ts";
import type { DeepReadonly } from "../schema/index.ts";
import { ascii } from "../plain-text.ts";

/** A part of a state that a step changed. */
export interface Change {
  /** Where it stands: `cpu[1].irr[0]`. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * The smallest parts in which two values of one type differ, in the order of the type. A sequence that became longer
 * or shorter, and an optional that came or went, is one part.
 */
export function differences(before: unknown, after: unknown, path = ""): Change[] {
  if (Object.is(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((part, index) => differences(part, after[index], `${path}[${index}]`));
  }
  if (isRecord(before) && isRecord(after)) {
    return Object.keys(before).flatMap((name) =>
      differences(before[name], after[name], path === "" ? name : `${path}.${name}`),
    );
  }
  // Two sequences without elements are equal, whatever object they are.
  if (valueText(before) === valueText(after)) return [];
  return [{ path, before, after }];
}

/** Every cell of a value with its path, in the order of the type. */
export function parts(value: unknown, path = ""): { readonly path: string; readonly value: unknown }[] {
  if (Array.isArray(value) && value.some((part) => typeof part === "object" && part !== null)) {
    return value.flatMap((part, index) => parts(part, `${path}[${index}]`));
  }
  if (isRecord(value)) {
    return Object.entries(value).flatMap(([name, part]) => parts(part, path === "" ? name : `${path}.${name}`));
  }
  return [{ path, value }];
}

/** A value as a trace shows it: words without quotes, records and sequences on one line. */
export function valueText(value: unknown): string {
  if (typeof value === "string") return /^[\w-]+$/.test(value) ? value : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  if (isRecord(value)) {
    const fields = Object.entries(value).map(([name, part]) => `${name}: ${valueText(part)}`);
    return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
  }
  return String(value);
}

/** What a step changed, in the model's own words where it has some, in ASCII. */
export function changeTexts<S>(
  model: Pick<Model<S>, "changes">,
  before: DeepReadonly<S>,
  after: DeepReadonly<S>,
): string[] {
  const texts =
    model.changes?.(before, after) ??
    differences(before, after).map(
      (change) => `${change.path}: ${valueText(change.before)} -> ${valueText(change.after)}`,
    );
  return texts.map((text) => ascii(text).trim()).filter((text) => text !== "");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
