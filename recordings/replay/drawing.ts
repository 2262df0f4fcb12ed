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

/** At most this many layers of one move are kept. */
const MAX_LAYERS = 200;

/** The runs of the moves to draw: found when a move is over, while its states are known. */
export class Drawing {
  readonly #wanted: ReadonlySet<number>;
  #layers: Layer[] = [];
  /** The move that the layers are of. */
  #move = 0;
  readonly #drawn = new Map<number, Drawn>();

  /** @param wanted the numbers of the moves */
  constructor(wanted: ReadonlySet<number>) {
    this.#wanted = wanted;
  }

  /** The runs by the numbers of their moves; a move without a run that fits has none. */
  get drawn(): ReadonlyMap<number, Drawn> {
    return this.#drawn;
  }

  /** @param move the number of the move that the layer is of */
  add(layer: Layer, move: number): void {
    if (!this.#wanted.has(move) || this.#drawn.has(move)) return;
    if (move !== this.#move) {
      this.#layers = [];
      this.#move = move;
    }
    if (this.#layers.length < MAX_LAYERS) this.#layers.push(layer);
  }

  /** A move is over. */
  end(move: number, fits: Fits, vectors: Vectors): void {
    if (this.#move !== move || this.#drawn.has(move) || this.#layers.length === 0) return;
    const last = this.#layers.at(-1)!;
    const trace = runThrough(fits, this.#layers, fits.ids(last.after).at(-1)!);
    if (trace !== null) this.#drawn.set(move, { trace, vectors: vectors.legend() });
  }

  /** The states of the layers are known no more. */
  clear(): void {
    this.#layers = [];
  }
}
