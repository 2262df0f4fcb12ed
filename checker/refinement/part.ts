import { didYouMean } from "../definition/index.ts";
import { ModelError } from "../errors.ts";
import { show, type FiniteType } from "../schema/index.ts";

/** A value, or a record of some of its fields, to any depth. */
export type PartOf<T> = T extends readonly (infer Element)[]
  ? readonly PartOf<Element>[]
  : T extends object
    ? { readonly [Name in keyof T]?: PartOf<T[Name]> }
    : T;

/** A part of a value, checked against its type. */
export interface CheckedPart {
  /** Equal for parts with the same meaning. */
  readonly key: string;
  /** The part, with each scalar as the type has it. */
  readonly value: unknown;
  /** Whether no field is left out, so that one value alone has this part. */
  readonly isWhole: boolean;
}

/**
 * Checks a part of a value: of a record, the fields that are there; of a list, every element; of anything else, the whole
 * value.
 *
 * @throws ModelError where no value of the type has such a part
 */
export function checkedPart(type: FiniteType<unknown>, part: unknown): CheckedPart {
  const check = new PartCheck();
  const value = check.part(type, part, "");
  return { key: check.texts.join(), value, isWhole: check.isWhole };
}

class PartCheck {
  readonly texts: string[] = [];
  isWhole = true;

  part(type: FiniteType<unknown>, part: unknown, path: string): unknown {
    const { shape } = type;
    switch (shape.kind) {
      case "scalar": {
        const index = shape.indexOf(part);
        if (index < 0) throw outside(path, part, type.text);
        this.texts.push(String(index));
        return shape.valueAt(index);
      }
      case "record":
        return this.#record(shape.fields, part, path);
      case "array":
        if (!Array.isArray(part) || part.length !== shape.length) {
          throw outside(path, part, `an array of ${shape.length}`);
        }
        return this.#elements(shape.element, part, path);
      case "sequence":
        if (!Array.isArray(part) || part.length > shape.capacity) {
          throw outside(path, part, `a sequence of at most ${shape.capacity}`);
        }
        this.texts.push(String(part.length));
        return this.#elements(shape.element, part, path);
      case "optional":
        this.texts.push(part === null ? "null" : "some");
        return part === null ? null : this.part(shape.some, part, path);
    }
  }

  #record(fields: readonly (readonly [string, FiniteType<unknown>])[], part: unknown, path: string): object {
    if (typeof part !== "object" || part === null || Array.isArray(part) || part instanceof Promise) {
      throw outside(path, part, "a record");
    }
    const within = (name: string): string => (path === "" ? name : `${path}.${name}`);
    const names = fields.map(([name]) => name);
    const unknown = Object.keys(part).find((name) => !names.includes(name));
    if (unknown !== undefined) {
      throw new ModelError(
        `${within(unknown)} is not a field of the type: the fields are ${names.join(", ")}${didYouMean(unknown, names)}`,
      );
    }
    const values: [string, unknown][] = [];
    for (const [name, field] of fields) {
      if (Object.hasOwn(part, name)) {
        values.push([name, this.part(field, (part as Readonly<Record<string, unknown>>)[name], within(name))]);
      } else {
        this.texts.push("-");
        this.isWhole = false;
      }
    }
    return Object.fromEntries(values);
  }

  /** Not by `map`, which leaves holes out. */
  #elements(element: FiniteType<unknown>, list: readonly unknown[], path: string): unknown[] {
    return Array.from(list, (value, index) => this.part(element, value, `${path}[${index}]`));
  }
}

function outside(path: string, value: unknown, expected: string): ModelError {
  return new ModelError(`${path === "" ? "it" : path} is ${show(value)}, not ${expected}`);
}
