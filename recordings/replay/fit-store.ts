import type { InterruptSystem, ReadonlySystemState } from "../../model/index.ts";
import type { Fit } from "./fit.ts";

/** The pending lines of a fit: all of it but the model's state. */
type PendingLines = Omit<Fit, "state">;

/** At most this many states are kept unpacked, the ones used last: with four CPUs each takes several kilobytes. */
const MAX_UNPACKED = 256;

/** Fits, packed: each has a number, and equal ones have the same. */
export class FitStore {
  readonly #layout: InterruptSystem["model"]["layout"];
  readonly #packed: Uint32Array;
  /** The same memory, as characters of a key. */
  readonly #halves: Uint16Array;
  #words: Uint32Array;
  /** For each fit, the number of its pending lines; there are few combinations of them. */
  #pendingOf = new Uint16Array(1024);
  readonly #pending: PendingLines[] = [];
  readonly #pendingNumbers = new Map<string, number>();
  readonly #numbers = new Map<string, number>();
  /** In the order in which they were used first: what is used again and again is unpacked again. */
  readonly #unpacked = new Map<number, Fit>();

  constructor({ model }: InterruptSystem) {
    this.#layout = model.layout;
    this.#packed = new Uint32Array(model.layout.words);
    this.#halves = new Uint16Array(this.#packed.buffer);
    this.#words = new Uint32Array(1024 * model.layout.words);
  }

  get size(): number {
    return this.#numbers.size;
  }

  /**
   * The number of a fit.
   *
   * @param packed its state, packed, where that is known already
   */
  intern(fit: Fit, packed?: Uint32Array): number {
    const { words } = this.#layout;
    if (packed === undefined) this.#layout.encode(fit.state, this.#packed, 0);
    else this.#packed.set(packed);
    const pending = this.#numberOf(fit);
    const key = String.fromCharCode(pending, ...this.#halves);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const id = this.#numbers.size;
    if ((id + 1) * words > this.#words.length)
      this.#words = grown(this.#words, new Uint32Array(this.#words.length * 2));
    if (id >= this.#pendingOf.length)
      this.#pendingOf = grown(this.#pendingOf, new Uint16Array(this.#pendingOf.length * 2));
    this.#words.set(this.#packed, id * words);
    this.#pendingOf[id] = pending;
    this.#numbers.set(key, id);
    this.#keep(id, fit);
    return id;
  }

  at(id: number): Fit {
    const known = this.#unpacked.get(id);
    if (known !== undefined) return known;
    const state = this.#layout.decode(this.#words, id * this.#layout.words) as ReadonlySystemState;
    const fit: Fit = { state, ...this.#pending[this.#pendingOf[id]!]! };
    this.#keep(id, fit);
    return fit;
  }

  #keep(id: number, fit: Fit): void {
    if (this.#unpacked.size >= MAX_UNPACKED) this.#unpacked.delete(this.#unpacked.keys().next().value!);
    this.#unpacked.set(id, fit);
  }

  #numberOf({ ends, message, stores, ipi, outcome }: PendingLines): number {
    const key = `${ends} ${message} ${stores} ${outcome} ${ipi === null ? "" : `${ipi.by} ${ipi.cpu} ${ipi.vector}`}`;
    const known = this.#pendingNumbers.get(key);
    if (known !== undefined) return known;
    this.#pending.push({ ends, message, stores, ipi, outcome });
    this.#pendingNumbers.set(key, this.#pending.length - 1);
    return this.#pending.length - 1;
  }
}

function grown<Numbers extends Uint16Array | Uint32Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
