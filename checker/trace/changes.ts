import type { Model } from "../language/index.ts";
import type { DeepReadonly, FiniteType } from "../schema/index.ts";
import { ascii } from "../plain-text.ts";
import { queueTexts } from "./queue.ts";
import { isRecord, valueText } from "./value-text.ts";

export { valueText } from "./value-text.ts";

/** A part of a state that a step changed. */
export interface Change {
  /** Path of the part: `cpu[1].irr[0]`. */
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

/** Changes made by a step, in the model's own words where it has some, in ASCII. */
export function changeTexts<S>(
  model: Pick<Model<S>, "changes"> & Partial<Pick<Model<S>, "layout">>,
  before: DeepReadonly<S>,
  after: DeepReadonly<S>,
): string[] {
  const texts =
    model.changes?.(before, after) ??
    (model.layout === undefined
      ? differences(before, after).map(differenceText)
      : typedTexts(model.layout.type, before, after, ""));
  return texts.map((text) => ascii(text).trim()).filter((text) => text !== "");
}

function differenceText({ path, before, after }: Change): string {
  return `${path}: ${valueText(before)} -> ${valueText(after)}`;
}

/** The differences of two values of a type, those of a sequence in the words of a program. */
function typedTexts(type: FiniteType<unknown>, before: unknown, after: unknown, path: string): string[] {
  if (Object.is(before, after)) return [];
  const { shape } = type;
  switch (shape.kind) {
    case "record":
      return shape.fields.flatMap(([name, field]) => {
        const [was, now] = [before, after].map((value) => (value as Readonly<Record<string, unknown>>)[name]);
        return typedTexts(field, was, now, path === "" ? name : `${path}.${name}`);
      });
    case "array":
      return elementTexts(shape.element, before as readonly unknown[], after as readonly unknown[], path);
    case "sequence": {
      const [was, now] = [before as readonly unknown[], after as readonly unknown[]];
      if (valueText(was) === valueText(now)) return [];
      const texts = queueTexts(was, now, path);
      if (texts !== undefined) return texts;
      if (was.length === now.length) return elementTexts(shape.element, was, now, path);
      return [differenceText({ path, before, after })];
    }
    case "optional":
      if (before !== null && after !== null) return typedTexts(shape.some, before, after, path);
      return [differenceText({ path, before, after })];
    case "scalar":
      return [differenceText({ path, before, after })];
  }
}

function elementTexts(
  element: FiniteType<unknown>,
  before: readonly unknown[],
  after: readonly unknown[],
  path: string,
): string[] {
  return before.flatMap((part, index) => typedTexts(element, part, after[index], `${path}[${index}]`));
}
