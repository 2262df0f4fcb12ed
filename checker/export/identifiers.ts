/** Makes names that a language accepts, each only once. */
export class Identifiers {
  readonly #taken: Set<string>;
  readonly #foldsCase: boolean;

  /**
   * @param reserved words that no name may be
   * @param options.foldsCase whether names that differ in their case alone are the same
   */
  constructor(reserved: Iterable<string>, options: { readonly foldsCase?: boolean } = {}) {
    this.#foldsCase = options.foldsCase ?? false;
    this.#taken = new Set([...reserved].map((word) => this.#folded(word)));
  }

  /** A unique name, as near to the given one as the language allows. */
  take(wanted: string): string {
    const base = identifier(wanted);
    for (let count = 1; ; count++) {
      const name = count === 1 ? base : `${base}_${count}`;
      if (this.#taken.has(this.#folded(name))) continue;
      this.#taken.add(this.#folded(name));
      return name;
    }
  }

  #folded(name: string): string {
    return this.#foldsCase ? name.toLowerCase() : name;
  }
}

/** Letters, digits and underscores, a letter first. */
export function identifier(text: string): string {
  const plain = text
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .replace(/^(?=\d)/, "n");
  return plain === "" ? "x" : plain;
}

/** Names for the texts of a list: the same text has the same name. */
export function namesFor(
  identifiers: Identifiers,
  texts: Iterable<string>,
  wanted: (text: string) => string = (text) => text,
): Map<string, string> {
  return new Map([...new Set(texts)].map((text) => [text, identifiers.take(wanted(text))]));
}
