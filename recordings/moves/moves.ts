import { CLEANUP_VECTOR, type Observation, type RealTarget } from "../observe/observation.ts";
import type { SurveyedMachine } from "../observe/survey.ts";
import { Commands } from "./commands.ts";
import type { Hit, Move } from "./move.ts";
import { Owners } from "./owners.ts";
import type { Rewrite, Step } from "./rewrites.ts";
import { Silence, type Stall } from "./silence.ts";

interface DeviceRecord {
  readonly key: string;
  pair: { cpu: number | null; vector: number | null };
  rewrite: Rewrite | null;
  /** Words of the running rewrite that are written, of those that change something. */
  changesLeft: number;
  move: Move | null;
  /** A rewrite that changed the vector alone, and may be the first half of two. */
  half: { rewrite: Rewrite; move: Move } | null;
  /** Until the writing CPU does something else that is logged, messages count as after the writes. */
  finishing: Move | null;
  lastMove: Move | null;
  readonly silence: Silence;
  /** Last written value of the mask bit; null: not yet written. */
  masked: boolean | null;
}

/** Puts moves together: the writes of each, and what comes between and after them. */
export class Moves {
  readonly #machine: SurveyedMachine;
  readonly #emit: (move: Move) => void;
  readonly #complain: (line: number, what: string) => void;
  readonly #devices = new Map<string, DeviceRecord>();
  readonly #owners: Owners;
  readonly #commands = new Commands();
  #numbered = 0;
  readonly stalls: Stall[] = [];
  readonly #sums = {
    raises: 0,
    messages: 0,
    others: 0,
    unchanged: 0,
    rewrites: 0,
    firstIsMove: 0,
    cleanups: 0,
    refused: 0,
  };

  constructor(machine: SurveyedMachine, emit: (move: Move) => void, complain: (line: number, what: string) => void) {
    this.#machine = machine;
    this.#emit = emit;
    this.#complain = complain;
    this.#owners = new Owners(machine, (key) => this.#devices.get(key)!.pair, complain);
    for (const { key } of machine.devices) {
      this.#devices.set(key, {
        key,
        pair: { cpu: null, vector: null },
        rewrite: null,
        changesLeft: 0,
        move: null,
        half: null,
        finishing: null,
        lastMove: null,
        silence: new Silence(key, this.stalls),
        masked: null,
      });
    }
  }

  /** The number of the last move that has begun. */
  get numbered(): number {
    return this.#numbered;
  }

  /** Sums over all that was pushed. */
  get sums() {
    return { ...this.#sums, unanswered: this.#owners.unanswered };
  }

  /** @returns the device whose message this is, if it is one */
  push(step: Step): string | null {
    if (step.kind === "rewrite") {
      this.#begin(step.rewrite);
      return null;
    }
    if (step.kind === "refusal") {
      this.#sums.refused++;
      return null;
    }
    if (step.kind !== "message") this.#owners.pass(step);
    switch (step.kind) {
      case "raise":
        this.#sums.raises++;
        return null;
      case "message":
        return this.#message(step);
      case "write":
        this.#write(step);
        return null;
      case "irr":
        this.#requestRead(step);
        return null;
      case "ipi":
        this.#finishOn(step.cpu, (move) => {
          if (step.vector === move.to.vector) move.retriggers++;
          return false;
        });
        return null;
      case "eoi":
        this.#finishOn(step.cpu, () => true);
        // Both steps are taken with interrupts off.
        for (const device of this.#devices.values()) if (device.half?.rewrite.cpu === step.cpu) this.#halfOnly(device);
        return null;
      case "accept":
        this.#accept(step);
        return null;
      case "command":
        this.#commands.push(step);
        this.#finishOn(step.cpu, () => true);
        return null;
      case "store":
        this.#finishOn(step.cpu, () => true);
        return null;
      case "gap":
        for (const device of this.#devices.values()) {
          this.#finish(device);
          if (device.half !== null) this.#halfOnly(device);
          device.pair = { cpu: null, vector: null };
          device.masked = null;
          device.lastMove = null;
          device.silence.gap();
        }
        return null;
    }
  }

  flush(): void {
    for (const device of this.#devices.values()) {
      if (device.half !== null) this.#halfOnly(device);
      this.#finish(device);
      device.silence.flush();
    }
  }

  #begin(rewrite: Rewrite): void {
    const device = this.#devices.get(rewrite.device)!;
    this.#sums.rewrites++;
    device.silence.rewritten();
    const { before, after } = rewrite;
    device.rewrite = rewrite;
    this.#finish(device);
    const isFirst = device.pair.cpu === null && device.pair.vector === null;
    if (before !== null) device.pair = { ...before };
    if (before === null || after === null) {
      device.changesLeft = 0;
      return;
    }
    const cpuChanges = before.cpu !== after.cpu;
    const vectorChanges = before.vector !== after.vector;
    device.changesLeft = (cpuChanges ? 1 : 0) + (vectorChanges ? 1 : 0);
    const half = device.half;
    device.half = null;
    if (half !== null) {
      if (cpuChanges && !vectorChanges && half.rewrite.cpu === rewrite.cpu) {
        device.move = half.move;
        half.move.to = after;
        half.move.strategy =
          half.move.strategy.startsWith("masked") || device.masked === true ? "masked, two-step" : "two-step";
        return;
      }
      device.half = half;
      this.#halfOnly(device);
    }
    if (!cpuChanges && !vectorChanges) {
      this.#sums.unchanged++;
      return;
    }
    if (isFirst) this.#sums.firstIsMove++;
    const addressFirst = rewrite.words.indexOf("address") < rewrite.words.indexOf("data");
    device.move = {
      number: ++this.#numbered,
      device: device.key,
      cpu: rewrite.cpu,
      line: rewrite.line,
      endLine: rewrite.endLine,
      seconds: rewrite.seconds,
      from: before,
      to: after,
      strategy:
        device.masked === true || rewrite.words[0] === "mask"
          ? "masked, direct"
          : device.changesLeft === 1
            ? "one word"
            : addressFirst
              ? "direct, address first"
              : "direct, data first",
      window: 0,
      raises: { before: 0, between: 0, after: 0 },
      hits: [],
      check: null,
      retriggers: 0,
      cleanup: null,
      swallowed: 0,
      guest: null,
    };
    if (vectorChanges && !cpuChanges) device.half = { rewrite, move: device.move };
  }

  #write(write: Observation & { kind: "write" }): void {
    const device = this.#devices.get(write.device)!;
    const { rewrite, move } = device;
    if (write.word === "mask") {
      const masked = (write.value & 1) !== 0;
      // The kernel keeps track of the bit, and writes it when it changes.
      if (masked === device.masked) {
        this.#complain(
          write.line,
          `CPU${write.cpu} ${masked ? "masks" : "unmasks"} ${device.key}, which is already ${masked ? "masked" : "unmasked"}`,
        );
      }
      device.masked = masked;
      return;
    }
    if (rewrite === null) return;
    const { before, after } = rewrite;
    let changes = false;
    if (write.word === "address" && after !== null) {
      changes = before !== null && before.cpu !== after.cpu;
      device.pair.cpu = after.cpu;
    }
    if (write.word === "data" && after !== null) {
      changes = before !== null && before.vector !== after.vector;
      device.pair = { ...after };
    }
    if (move !== null && changes) {
      device.changesLeft--;
      if (move.window === 0) move.window = -write.seconds;
      if (device.changesLeft === 0 && device.half === null) move.window = (write.seconds + move.window) * 1e6;
    }
    if (write.word !== "data") return;
    device.rewrite = null;
    if (move === null) return;
    move.endLine = write.line;
    if (device.half !== null) return;
    device.move = null;
    device.finishing = move;
    device.lastMove = move;
  }

  #message(message: Observation & { kind: "message" }): string | null {
    const { to } = message;
    const owner = this.#owners.ownerOf(message);
    if (owner === null || to === null) {
      this.#sums.others++;
      return null;
    }
    this.#sums.messages++;
    const device = this.#devices.get(owner)!;
    const lastMessage = device.silence.message(message.seconds);
    const move = device.move ?? device.half?.move ?? null;
    if (move === null) {
      if (device.finishing !== null) {
        device.finishing.raises.after++;
        // Where ends of interrupts are not logged, nothing else shows how long a move is over.
        if (!this.#machine.logs.ends) this.#finish(device);
      }
      return device.key;
    }
    const changed = device.rewrite === null || device.changesLeft < total(device.rewrite);
    const isHit =
      !(to.cpu === move.from.cpu && to.vector === move.from.vector) &&
      (device.half !== null || device.rewrite === null || !same(to, device.rewrite.after) || device.changesLeft > 0);
    if (!changed && device.half === null && !isHit) move.raises.before++;
    else if (isHit) {
      move.raises.between++;
      const hit: Hit = {
        line: message.line,
        seconds: message.seconds,
        to,
        kind: to.cpu === move.from.cpu ? "intermediate" : "misdirected",
        command: this.#commands.before(message, this.#owners.sourceOf(owner), lastMessage),
        silence: null,
      };
      move.hits.push(hit);
      device.silence.hit(hit, move.number);
    } else if (same(to, move.from)) move.raises.before++;
    else move.raises.after++;
    return device.key;
  }

  /** The first read after the writes is the check, if it comes before the end of the interrupt; another is the cleanup's. */
  #requestRead({ cpu, first, bits, seconds }: Observation & { kind: "irr" }): void {
    for (const device of this.#devices.values()) {
      const { finishing, lastMove } = device;
      if (finishing?.cpu === cpu && finishing.check === null && finishing.strategy.endsWith("two-step")) {
        const at = finishing.to.vector - first;
        if (at < 0 || at > 31) continue;
        finishing.check = ((bits >>> at) & 1) as 0 | 1;
        return;
      }
      if (lastMove?.cleanup === null && lastMove.from.cpu === cpu) {
        const at = lastMove.from.vector - first;
        if (at < 0 || at > 31) continue;
        // Still pending: the cleanup comes again.
        if (((bits >>> at) & 1) === 1) continue;
        this.#sums.cleanups++;
        lastMove.cleanup = { by: this.#machine.cleanup, delay: seconds - lastMove.seconds };
        return;
      }
    }
  }

  #accept({ vector, cpu }: Observation & { kind: "accept" }): void {
    if (vector === CLEANUP_VECTOR) return;
    for (const { lastMove } of this.#devices.values()) {
      if (lastMove === null || lastMove.hits.length === 0 || cpu === null) continue;
      if (lastMove.to.vector === vector && lastMove.from.cpu === cpu && lastMove.swallowed < lastMove.hits.length)
        lastMove.swallowed++;
    }
  }

  #finishOn(cpu: number, ends: (move: Move) => boolean): void {
    for (const device of this.#devices.values()) {
      if (device.finishing?.cpu === cpu && ends(device.finishing)) this.#finish(device);
    }
  }

  /** Reports the previous move when the next one begins: until then its cleanup may come. */
  #finish(device: DeviceRecord): void {
    const finished = device.finishing;
    if (finished === null) return;
    device.finishing = null;
    this.#emit(finished);
  }

  #halfOnly(device: DeviceRecord): void {
    const { move } = device.half!;
    device.half = null;
    device.move = null;
    // There is no intermediate target: the messages went where they should.
    move.raises.after += move.hits.length;
    move.raises.between -= move.hits.length;
    move.hits.length = 0;
    device.silence.gap();
    move.strategy = "one word";
    move.window = 0;
    device.lastMove = move;
    this.#emit(move);
  }
}

function total({ before, after }: Rewrite): number {
  if (before === null || after === null) return 0;
  return (before.cpu === after.cpu ? 0 : 1) + (before.vector === after.vector ? 0 : 1);
}

function same(a: RealTarget, b: RealTarget | null): boolean {
  return b !== null && a.cpu === b.cpu && a.vector === b.vector;
}
