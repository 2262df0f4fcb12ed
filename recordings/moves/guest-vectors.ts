import type { GuestLine } from "../parse/guest.ts";
import type { RealTarget } from "../observe/observation.ts";

/** Return value of msi_set_affinity while the old vector of the last move is not given back: -EBUSY. */
const BUSY = -16;

/** Vectors that mean none: 0, and MANAGED_IRQ_SHUTDOWN_VECTOR. */
const NO_VECTORS: ReadonlySet<number> = new Set([0, 0xef]);

/** Known state of an interrupt's vectors. */
interface Vectors {
  /** Null while not seen in the trace. */
  target: RealTarget | null;
  /** The old target until it is given back. */
  old: RealTarget | null;
  /** When, and in which line, the last old one was given back. */
  freed: { time: number; line: number } | null;
}

/**
 * Follows which vectors each interrupt has, in the order of the trace's clock: it moves from where it was moved to, gives
 * its old vector back before it moves again, and is refused a move only until then.
 */
export class GuestVectors {
  readonly #complain: (line: number, what: string) => void;
  readonly #irqs = new Map<number, Vectors>();
  #seesFreed = false;

  constructor(complain: (line: number, what: string) => void) {
    this.#complain = complain;
  }

  /** Something is left out of the trace here. */
  clear(): void {
    this.#irqs.clear();
  }

  /** An interrupt was moved, and where it is now is not in the trace. */
  forget(irq: number): void {
    this.#irqs.delete(irq);
  }

  moved({
    irq,
    line,
    vector,
    target,
    previousVector,
    previousCpu,
  }: GuestLine & { readonly event: "vector_update" }): void {
    const known = this.#irqs.get(irq);
    const hasPrevious = !NO_VECTORS.has(previousVector);
    if (hasPrevious && known !== undefined) {
      const { target: at } = known;
      if (at !== null && (at.vector !== previousVector || at.cpu !== previousCpu)) {
        this.#complain(
          line,
          `interrupt ${irq} moves from CPU${previousCpu}/${previousVector}, but is on CPU${at.cpu}/${at.vector} according to earlier lines`,
        );
      } else if (known.old !== null && this.#seesFreed) {
        this.#complain(
          line,
          `interrupt ${irq} moves again before its old target CPU${known.old.cpu}/${known.old.vector} is freed`,
        );
      }
    }
    this.#irqs.set(irq, {
      target: { cpu: target, vector },
      old: hasPrevious ? { cpu: previousCpu, vector: previousVector } : null,
      freed: known?.freed ?? null,
    });
  }

  freed({ irq, target, vector, line, time }: GuestLine & { readonly event: "vector_free_moved" }): void {
    this.#seesFreed = true;
    const known = this.#irqs.get(irq);
    if (known === undefined) {
      this.#irqs.set(irq, { target: null, old: null, freed: { time, line } });
      return;
    }
    const { old } = known;
    if (old === null || old.cpu !== target || old.vector !== vector) {
      const owed = old === null ? "it has none" : `its old target is CPU${old.cpu}/${old.vector}`;
      this.#complain(
        line,
        `the old target CPU${target}/${vector} of interrupt ${irq} is freed, but according to earlier lines ${owed}`,
      );
    }
    known.old = null;
    known.freed = { time, line };
  }

  /**
   * A refused move has something in its way: the old vector of the last one.
   *
   * @param attempt when it was begun, what it returned, and in which line
   */
  refused({ irq, begun, result, line }: { irq: number; begun: number; result: number; line: number }): void {
    const known = this.#irqs.get(irq);
    if (result !== BUSY || known === undefined || known.old !== null || known.freed === null) return;
    // Called before the old vector was given back, it may have looked before that, too.
    if (begun <= known.freed.time) return;
    this.#complain(
      line,
      `a move of interrupt ${irq} is refused (-EBUSY), but its old vector was freed in line ${known.freed.line}`,
    );
  }
}
