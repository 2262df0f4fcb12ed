import type { Coding } from "../system/coding.ts";
import type { Identifiers } from "./identifiers.ts";
import { structureKey, type Structure } from "../system/structure.ts";

/** Declares variables in Promela. */
export class PromelaTypes {
  /** The types that are needed. */
  readonly lines: string[] = [];
  readonly #identifiers: Identifiers;
  readonly #fields: ReadonlyMap<string, string>;
  /** By the key of their structure. */
  readonly #names = new Map<string, string>();

  constructor(identifiers: Identifiers, fields: ReadonlyMap<string, string>) {
    this.#identifiers = identifiers;
    this.#fields = fields;
  }

  declaration(name: string, structure: Structure): string {
    const own = this.#fields.get(name) as string;
    if (structure.kind !== "array") return `${this.#type(structure, name)} ${own};`;
    return `${this.#type(structure.elements[0] as Structure, name)} ${own}[${structure.elements.length}];`;
  }

  /** An array as an element of an array is a record with the field `at`: there are no arrays of arrays. */
  #type(structure: Structure, hint: string): string {
    if (structure.kind === "cell") return scalarType(structure.coding);
    const key = structureKey(structure);
    let name = this.#names.get(key);
    if (name === undefined) {
      const fields =
        structure.kind === "record"
          ? structure.fields.map(([field, part]) => this.declaration(field, part))
          : [`${this.#type(structure.elements[0] as Structure, hint)} at[${structure.elements.length}];`];
      name = this.#identifiers.take(`${hint}_${structure.kind === "record" ? "type" : "array"}`);
      this.#names.set(key, name);
      this.lines.push(`typedef ${name} {`, ...fields.map((line) => `  ${line}`), "};");
    }
    return name;
  }
}

function scalarType(coding: Coding): string {
  if (coding.kind === "boolean") return "bool";
  if (coding.kind === "names") return "mtype";
  const { low, high } = coding;
  if (low >= 0 && high <= 255) return "byte";
  return low >= -32768 && high <= 32767 ? "short" : "int";
}
