/** Items of which equal ones are the same object. */
export class Interned<Item> {
  readonly #byHash = new Map<number, Item[]>();

  /**
   * The item that is the same as the one to be made, or that one.
   *
   * @param hash a 32-bit number, the same for equal items
   */
  get(hash: number, isSame: (item: Item) => boolean, make: () => Item): Item {
    let alike = this.#byHash.get(hash);
    if (alike === undefined) this.#byHash.set(hash, (alike = []));
    let item = alike.find(isSame);
    if (item === undefined) alike.push((item = make()));
    return item;
  }
}

/** The hash of a list, one number after another, beginning with any number. */
export function hashed(before: number, next: number): number {
  return (Math.imul(before, 0x9e3779b1) ^ next) | 0;
}

export function areEqual<Item>(some: ArrayLike<Item>, others: ArrayLike<Item>): boolean {
  if (some.length !== others.length) return false;
  for (let index = 0; index < some.length; index++) if (some[index] !== others[index]) return false;
  return true;
}
