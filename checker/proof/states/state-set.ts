/** The values of states, each once, numbered in the order in which they were added. Exact: states are compared whole. */
export class StateSet {
  readonly #states: Uint8Array[] = [];
  /** Open addressing: the number of a state plus 1, or 0 where the slot is free. */
  #slots: Int32Array;

  /** @param expected about how many states there will be */
  constructor(expected: number) {
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * expected + 2)));
  }

  get count(): number {
    return this.#states.length;
  }

  at(number: number): Uint8Array {
    return this.#states[number] as Uint8Array;
  }

  /** @returns the number of the state, or undefined where it is known already */
  add(values: Uint8Array): number | undefined {
    const slot = this.#slotOf(values);
    if (this.#slots[slot] !== 0) return undefined;
    const number = this.#states.push(values) - 1;
    this.#slots[slot] = number + 1;
    if (2 * this.#states.length > this.#slots.length) this.#grow();
    return number;
  }

  /** The slot of a state, or the free one where it belongs. */
  #slotOf(values: Uint8Array): number {
    const last = this.#slots.length - 1;
    let slot = hashOf(values) & last;
    for (;;) {
      const known = this.#slots[slot] as number;
      if (known === 0 || areEqual(this.#states[known - 1] as Uint8Array, values)) return slot;
      slot = (slot + 1) & last;
    }
  }

  #grow(): void {
    this.#slots = new Int32Array(2 * this.#slots.length);
    for (const [number, values] of this.#states.entries()) this.#slots[this.#slotOf(values)] = number + 1;
  }
}

function hashOf(values: Uint8Array): number {
  let hash = 0;
  for (let at = 0; at < values.length; at++) hash = Math.imul(hash ^ (values[at] as number), 0x01000193) + 0x9e3779b9;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}
