import type { GuestLine } from "../parse/guest.ts";

/** The guest's view of one move, or of an attempt at one. */
export interface GuestMove {
  readonly line: number;
  readonly irq: number;
  readonly cpu: number;
  readonly hardIrq: boolean;
  /** Number of rewrites of the message. */
  writes: number;
  retriggers: number;
  /** Return value of msi_set_affinity: 0, or -16 while the old vector is not cleaned up. */
  result: number | null;
  /**
   * The move is made in a hard interrupt, and the next thing of the interrupt on this CPU is its handler: it sees every
   * event of the device. False, too, in a task and in `fixup_irqs`, which no handler follows.
   */
  handlerFollows: boolean | null;
}

/** A rewrite in the guest's trace, with the unfinished move that it is part of. */
export interface GuestWrite {
  readonly line: number;
  readonly cpu: number;
  readonly time: number;
  readonly low: number;
  readonly data: number;
  readonly move: GuestMove;
  /** Number of handlers that have begun on its CPU so far. */
  readonly handlers: number;
}

/** Sums over a whole trace of the guest. */
export interface GuestSums {
  readonly lines: number;
  readonly handlers: number;
  readonly unhandled: number;
  readonly moves: number;
  readonly refused: number;
  readonly retriggers: number;
  readonly freed: number;
  /** Strategies by how many times the message is rewritten in a move: index 1, once; index 2, twice. */
  readonly rewrites: readonly number[];
  /** Context in which the message is rewritten; null if mixed. */
  readonly context: "interrupt" | "task" | null;
  /** Changes of an interrupt's vector that a tracepoint reports (vector_update). */
  readonly vectorChanges: number;
  /** Probes that are needed to see moves, and have no line. */
  readonly missing: readonly string[];
  /** Moves after which the next thing of the interrupt on that CPU is its handler. */
  readonly withHandler: number;
  /** Moves that no handler on their CPU follows. */
  readonly withoutHandler: number;
}

/** The kprobes of `guest.sh` without which a trace shows no move: no tracepoint of the kernel reports a rewrite. */
const PROBES = ["msi_write", "msi_setaff", "msi_setaff_ret"] as const satisfies readonly GuestLine["event"][];

/** Puts the lines of each CPU together: their order is exact, that between CPUs is not. */
export class GuestMoves {
  readonly #running = new Map<number, GuestMove>();
  readonly #handlers = new Map<number, number>();
  readonly #emit: (write: GuestWrite) => void;
  readonly sums = {
    lines: 0,
    handlers: 0,
    unhandled: 0,
    moves: 0,
    refused: 0,
    retriggers: 0,
    freed: 0,
    rewrites: [0, 0, 0] as number[],
    vectorChanges: 0,
    withHandler: 0,
    withoutHandler: 0,
    hard: 0,
    soft: 0,
  };

  readonly #seen = new Set<GuestLine["event"]>();

  /** @param emit called at each rewrite, at once: what follows of the move is filled in as it comes */
  constructor(emit: (write: GuestWrite) => void) {
    this.#emit = emit;
  }

  push(line: GuestLine): void {
    const running = this.#running.get(line.cpu);
    const { sums } = this;
    sums.lines++;
    this.#seen.add(line.event);
    switch (line.event) {
      case "msi_setaff":
        this.#end(line.cpu, null);
        this.#begin(line, line.irq);
        break;
      case "msi_write": {
        if (line.hardIrq) sums.hard++;
        else sums.soft++;
        const move = running?.irq === line.irq && running.result === null ? running : this.#begin(line, line.irq);
        move.writes++;
        const { cpu, time, low, data } = line;
        this.#emit({ line: line.line, cpu, time, low, data, move, handlers: this.#handlers.get(cpu) ?? 0 });
        break;
      }
      case "retrigger":
        sums.retriggers++;
        if (running?.irq === line.irq) running.retriggers++;
        break;
      case "msi_setaff_ret":
        if (running !== undefined) running.result = line.result;
        if (line.result < 0) sums.refused++;
        if (running?.writes === 0) this.#running.delete(line.cpu);
        break;
      case "vector_free_moved":
        sums.freed++;
        break;
      case "irq_handler_entry":
        sums.handlers++;
        this.#handlers.set(line.cpu, (this.#handlers.get(line.cpu) ?? 0) + 1);
        // The handler of a later interrupt is no part of the move.
        if (running?.irq === line.irq) this.#end(line.cpu, running.hardIrq);
        break;
      case "irq_handler_exit":
        if (line.what === "unhandled") sums.unhandled++;
        break;
      case "move_masked":
        if (running?.irq === line.irq) this.#end(line.cpu, false);
        break;
      case "lost":
        this.#end(line.cpu, null);
        break;
      case "vector_update":
        sums.vectorChanges++;
        break;
      case "vector_alloc":
      case "vector_config":
      case "vec_cleanup":
        break;
    }
  }

  /** The trace is at its end, or something is left out: what follows the last moves is not known. */
  flush(): void {
    for (const cpu of this.#running.keys()) this.#end(cpu, null);
  }

  result(): GuestSums {
    const { hard, soft, ...sums } = this.sums;
    const context = hard + soft === 0 ? null : hard > 20 * soft ? "interrupt" : soft > 20 * hard ? "task" : null;
    return { ...sums, context, missing: PROBES.filter((probe) => !this.#seen.has(probe)) };
  }

  #begin(line: GuestLine, irq: number): GuestMove {
    this.#end(line.cpu, null);
    const move: GuestMove = {
      line: line.line,
      irq,
      cpu: line.cpu,
      hardIrq: line.hardIrq,
      writes: 0,
      retriggers: 0,
      result: null,
      handlerFollows: null,
    };
    this.#running.set(line.cpu, move);
    return move;
  }

  #end(cpu: number, handlerFollows: boolean | null): void {
    const move = this.#running.get(cpu);
    if (move === undefined) return;
    this.#running.delete(cpu);
    if (move.writes === 0) return;
    move.handlerFollows = handlerFollows;
    this.sums.moves++;
    if (handlerFollows === true) this.sums.withHandler++;
    if (handlerFollows === false) this.sums.withoutHandler++;
    const times = Math.min(move.writes, 2);
    this.sums.rewrites[times] = this.sums.rewrites[times]! + 1;
  }
}
