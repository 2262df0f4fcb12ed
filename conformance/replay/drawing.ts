import type { Trace } from "../../checker/index.ts";
import type { SystemState } from "../../model/index.ts";
import type { Fits } from "./fits.ts";
import { runThrough, type Layer } from "./path.ts";
import type { Vectors } from "./vectors.ts";

/** A run of the model, and what the letters of its vectors stand for. */
export interface Drawn {
  readonly trace: Trace<SystemState>;
  readonly vectors: readonly (readonly [number, number])[];
}

/** So many layers of one move are kept. */
const MOST = 200;

/** The run of the move that a chart is wanted of: found when the move is over, while its states are known. */
export class Drawing {
  readonly #wanted: number | null;
  #layers: Layer[] = [];
  #drawn: Drawn | null = null;

  /** @param wanted the number of the move; null: of none */
  constructor(wanted: number | null) {
    this.#wanted = wanted;
  }

  /** Null where there is none that fits. */
  get drawn(): Drawn | null {
    return this.#drawn;
  }

  /** @param move the number of the move that the layer is of */
  add(layer: Layer, move: number): void {
    if (this.#wanted === move && this.#drawn === null && this.#layers.length < MOST) this.#layers.push(layer);
  }

  /** A move is over. */
  end(move: number, fits: Fits, vectors: Vectors): void {
    if (this.#wanted !== move || this.#drawn !== null || this.#layers.length === 0) return;
    const last = this.#layers.at(-1)!;
    const trace = runThrough(fits, this.#layers, fits.ids(last.after).at(-1)!);
    if (trace !== null) this.#drawn = { trace, vectors: vectors.legend() };
  }

  /** The states of the layers are known no more. */
  clear(): void {
    this.#layers = [];
  }
}
