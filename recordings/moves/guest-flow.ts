import type { GuestLine } from "../parse/guest.ts";
import { GuestVectors } from "./guest-vectors.ts";

/** Place and time of an event of an interrupt. */
type Place = Pick<GuestLine, "line" | "time" | "cpu" | "hardIrq"> & { readonly irq: number };

/** Current activity of a CPU. */
interface Cpu {
  /** Interrupts whose handlers have begun and not ended, with their lines; the inner one last. */
  readonly running: { irq: number; line: number }[];
  /** Nothing is at work here that the trace has not seen begin: what ends must have begun. */
  sure: boolean;
  /** A call of msi_set_affinity that has not returned. */
  attempt: Attempt | null;
  /** For this interrupt irq_move_masked_irq has been entered, and nothing has happened here since. */
  moves: number | null;
  /** __vector_cleanup runs. */
  cleansUp: boolean;
  last: GuestLine | null;
}

interface Attempt {
  readonly irq: number;
  readonly line: number;
  readonly time: number;
  allocated: number | null;
  update: (GuestLine & { event: "vector_update" }) | null;
  destination: number | null;
  readonly writes: (GuestLine & { event: "msi_write" })[];
}

/**
 * Checks the lines of a guest's trace for consistency: what must come before what on one CPU, where their order is
 * exact; and, in the order of their common clock, which vectors an interrupt has. So a handler's run that is
 * missing, doubled or on another CPU is found, and so is a move that was refused though nothing was in its way, or one
 * that was refused and wrote nevertheless. What depends on a kind of line is asked only where the trace has such lines.
 */
export class GuestFlow {
  readonly #complain: (line: number, what: string) => void;
  readonly #cpus = new Map<number, Cpu>();
  readonly #vectors: GuestVectors;
  readonly #seen = new Set<GuestLine["event"]>();
  #time = -Infinity;

  constructor(complain: (line: number, what: string) => void) {
    this.#complain = complain;
    this.#vectors = new GuestVectors(complain);
  }

  push(line: GuestLine): void {
    if (line.event === "lost") {
      // Nothing is known any more of what this CPU is at, nor of any vector.
      this.#cpus.delete(line.cpu);
      this.#vectors.clear();
      return;
    }
    if (line.time < this.#time) this.#complain(line.line, "the time runs backwards: lines are out of order");
    this.#time = line.time;
    const cpu = this.#cpu(line.cpu);
    const { last } = cpu;
    if (last !== null && last.time === line.time && isSame(last, line)) {
      this.#complain(line.line, `line ${last.line} is repeated`);
    }
    cpu.last = line;
    // Outside of hard interrupts no handler runs.
    if (!line.hardIrq && line.event !== "irq_handler_exit") cpu.sure = true;
    this.#follow(line, cpu);
    this.#seen.add(line.event);
    cpu.moves = line.event === "move_masked" ? line.irq : null;
    if (line.event !== "vec_cleanup" && line.event !== "vector_free_moved") cpu.cleansUp = false;
  }

  /** Something is left out of the trace here. */
  gap(): void {
    this.#cpus.clear();
    this.#vectors.clear();
    this.#time = -Infinity;
  }

  #follow(line: GuestLine, cpu: Cpu): void {
    const { attempt } = cpu;
    switch (line.event) {
      case "irq_handler_entry":
        this.#handlerBegins(line, cpu);
        break;
      case "irq_handler_exit":
        this.#handlerEnds(line, cpu);
        break;
      case "msi_setaff":
        this.#attempt(line, cpu);
        break;
      case "vector_alloc":
        if (attempt?.irq === line.irq && line.result === 0) attempt.allocated = line.vector;
        break;
      case "vector_update":
        this.#update(line, cpu);
        break;
      case "vector_config":
        if (attempt?.irq === line.irq) attempt.destination = line.destination;
        break;
      case "msi_write":
        if (attempt?.irq === line.irq) attempt.writes.push(line);
        break;
      case "msi_setaff_ret":
        this.#returned(line, cpu);
        break;
      case "vec_cleanup":
        cpu.cleansUp = true;
        break;
      case "vector_free_moved":
        this.#freed(line, cpu);
        break;
      case "move_masked":
      case "retrigger":
      case "lost":
        break;
    }
  }

  #handlerBegins({ irq, line, cpu: number }: Place, cpu: Cpu): void {
    const open = cpu.running.findIndex((each) => each.irq === irq);
    if (open >= 0) {
      this.#complain(
        line,
        `the handler of interrupt ${irq} begins on CPU${number} before the run of line ${cpu.running[open]!.line} has ended`,
      );
      cpu.running.splice(open);
    }
    this.#unreturned(cpu, number, line, "a handler begins");
    cpu.running.push({ irq, line });
    cpu.sure = true;
  }

  #handlerEnds({ irq, line, cpu: number }: Place, cpu: Cpu): void {
    const open = cpu.running.findLastIndex((each) => each.irq === irq);
    const inner = cpu.running.at(-1);
    if (open >= 0 && open === cpu.running.length - 1) cpu.running.pop();
    else if (open >= 0) {
      this.#complain(
        line,
        `the handler of interrupt ${irq} ends on CPU${number} inside that of interrupt ${inner!.irq} (line ${inner!.line})`,
      );
      cpu.running.splice(open);
    } else if (cpu.sure) {
      this.#complain(line, `the handler of interrupt ${irq} ends on CPU${number}, where it has not begun`);
    }
    cpu.sure = true;
  }

  #attempt({ irq, line, time, cpu: number, hardIrq }: Place, cpu: Cpu): void {
    this.#unreturned(cpu, number, line, "it is called again");
    if (hardIrq && cpu.sure && this.#seen.has("move_masked") && cpu.moves !== irq) {
      this.#complain(line, `a move of interrupt ${irq} is tried on CPU${number} without a preceding move_masked line`);
    }
    cpu.attempt = { irq, line, time, allocated: null, update: null, destination: null, writes: [] };
    cpu.sure = true;
  }

  #update(line: GuestLine & { event: "vector_update" }, cpu: Cpu): void {
    const { irq, vector } = line;
    const { attempt } = cpu;
    if (attempt?.irq === irq) {
      attempt.update = line;
      if (attempt.allocated !== vector && this.#seen.has("vector_alloc")) {
        this.#complain(
          line.line,
          `interrupt ${irq} gets vector ${vector}, but ${attempt.allocated === null ? "none" : `vector ${attempt.allocated}`} was allocated`,
        );
      }
    }
    this.#vectors.moved(line);
  }

  #freed(line: GuestLine & { event: "vector_free_moved" }, cpu: Cpu): void {
    if (this.#seen.has("vec_cleanup") && cpu.sure && !cpu.cleansUp) {
      this.#complain(line.line, `CPU${line.cpu} frees a vector without a preceding vec_cleanup line`);
    }
    this.#vectors.freed(line);
  }

  #returned({ result, line, cpu: number }: GuestLine & { event: "msi_setaff_ret" }, cpu: Cpu): void {
    const { attempt } = cpu;
    cpu.attempt = null;
    if (attempt === null) {
      if (cpu.sure && this.#seen.has("msi_setaff")) {
        this.#complain(line, `msi_set_affinity returns on CPU${number}, where it was not called`);
      }
      cpu.sure = true;
      return;
    }
    if (result < 0) this.#refused(attempt, result, line);
    else this.#moved(attempt, line);
  }

  /** A refused move changes nothing, and there is something in its way: the old vector of the last one. */
  #refused({ irq, time, writes, update, line: begun }: Attempt, result: number, line: number): void {
    if (writes.length > 0 || update !== null) {
      const done = writes.length > 0 ? "rewrites the message" : "changes the vector";
      this.#complain(line, `a move of interrupt ${irq} is refused (${result}), but ${done} (from line ${begun})`);
    }
    this.#vectors.refused({ irq, begun: time, result, line });
  }

  #moved({ irq, allocated, update, writes, destination }: Attempt, line: number): void {
    if (update === null) {
      // Tracepoints do not fire on a CPU that is no longer online, as in fixup_irqs; kprobes do.
      if (allocated === null && destination === null && writes.length > 0) this.#vectors.forget(irq);
      if (allocated !== null && this.#seen.has("vector_update")) {
        this.#complain(
          line,
          `vector ${allocated} was allocated for interrupt ${irq}, but no vector_update line assigns it`,
        );
      }
      return;
    }
    const last = writes.at(-1);
    if (last === undefined) {
      if (this.#seen.has("msi_write")) {
        this.#complain(line, `interrupt ${irq} gets a new vector, but its message is not rewritten`);
      }
      return;
    }
    if ((last.data & 0xff) !== update.vector) {
      this.#complain(
        last.line,
        `the message gets vector ${last.data & 0xff}, but interrupt ${irq} has vector ${update.vector}`,
      );
    }
    if (destination === null && this.#seen.has("vector_config")) {
      this.#complain(line, `interrupt ${irq} gets a new vector, but no vector_config line has its destination`);
    }
    // Eight bits of the id are in the address; more than that go elsewhere.
    if (destination !== null && ((last.low >>> 12) & 0xff) !== (destination & 0xff)) {
      this.#complain(
        last.line,
        `the message gets destination 0x${((last.low >>> 12) & 0xff).toString(16)}, but interrupt ${irq} has 0x${destination.toString(16)}`,
      );
    }
  }

  #unreturned(cpu: Cpu, number: number, line: number, what: string): void {
    const { attempt } = cpu;
    cpu.attempt = null;
    if (attempt === null || !this.#seen.has("msi_setaff_ret")) return;
    this.#complain(line, `msi_set_affinity of line ${attempt.line} has not returned on CPU${number} when ${what}`);
  }

  #cpu(number: number): Cpu {
    let cpu = this.#cpus.get(number);
    if (cpu === undefined) {
      cpu = { running: [], sure: false, attempt: null, moves: null, cleansUp: false, last: null };
      this.#cpus.set(number, cpu);
    }
    return cpu;
  }
}

/** The same event with the same arguments. */
function isSame(a: GuestLine, b: GuestLine): boolean {
  return JSON.stringify({ ...a, line: 0 }) === JSON.stringify({ ...b, line: 0 });
}
