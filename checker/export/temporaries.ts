import type { Identifiers } from "./identifiers.ts";
import type { Definition } from "../system/sharing.ts";

/** Names for what is evaluated within a step, a function or a LET. The next one has the same names. */
export class Temporaries {
  readonly conditions: string[] = [];
  readonly values: string[] = [];
  readonly #identifiers: Identifiers;
  #used = { conditions: 0, values: 0 };
  #names: readonly string[] = [];

  constructor(identifiers: Identifiers) {
    this.#identifiers = identifiers;
  }

  /** Begins anew, with names for definitions. */
  begin(definitions: readonly Definition[]): readonly string[] {
    this.#used = { conditions: 0, values: 0 };
    this.#names = definitions.map(({ coding }) => this.take(coding === undefined));
    return this.#names;
  }

  /** The name of a definition, by its number. */
  name(definition: number): string {
    return this.#names[definition] as string;
  }

  /** One more name. */
  take(isTruth: boolean): string {
    const [kind, stem] = isTruth ? (["conditions", "condition"] as const) : (["values", "value"] as const);
    const number = this.#used[kind]++;
    return (this[kind][number] ??= this.#identifiers.take(`${stem}_${number}`));
  }
}
