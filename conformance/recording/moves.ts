import { CLEANUP_VECTOR, type Observation, type RealTarget } from "../machine/observation.ts";
import type { SurveyedMachine } from "../machine/survey.ts";
import type { GuestMove } from "./guest-moves.ts";
import type { Rewrite, Step } from "./rewrites.ts";

/** How a message was rewritten. */
export type StrategyName =
  | "direct, address first"
  | "direct, data first"
  | "two-step"
  | "masked, direct"
  | "masked, two-step"
  | "one word";

/** A message that left the device between the writes, to a target that is neither the old nor the new one. */
export interface Hit {
  readonly line: number;
  readonly seconds: number;
  readonly to: RealTarget;
  /** misdirected: nobody looks there. intermediate: the old CPU looks there before it goes on. */
  readonly kind: "misdirected" | "intermediate";
  /** What a CPU asked of the device before, as far as it is in the log. */
  readonly command: string | null;
  /** Until the device's next message; null when there is none. */
  silence: number | null;
}

/** One move of an interrupt, put together from what the recording shows of it. */
export interface Move {
  /** From 1, over all devices. */
  readonly number: number;
  readonly device: string;
  readonly cpu: number;
  readonly line: number;
  endLine: number;
  readonly seconds: number;
  readonly from: RealTarget;
  to: RealTarget;
  strategy: StrategyName;
  /** From the first word that changes to the last, in microseconds. */
  window: number;
  /** Messages of the device: before the first word that changes, between the writes, after the last. */
  readonly raises: { before: number; between: number; after: number };
  readonly hits: Hit[];
  /** What the check of the intermediate target read; null when there was none. */
  check: 0 | 1 | null;
  retriggers: number;
  /** When the old vector was found not to be pending any more, in seconds after the move began; null: not in the log. */
  cleanup: { readonly by: "ipi" | "timer"; readonly delay: number } | null;
  /** The old CPU accepted the intermediate vector afterwards, for nobody. */
  swallowed: number;
  guest: GuestMove | null;
}

/** A device that was silent after a message of its had gone astray. */
export interface Stall {
  readonly device: string;
  readonly move: number;
  readonly hit: Hit;
  readonly from: number;
  readonly to: number | null;
  /** Rewrites of its message meanwhile. */
  readonly rewrites: number;
}

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
  source: string | null;
  messages: number;
  firstMessage: number;
  lastMessage: number;
  openHits: Hit[];
  hitMove: number;
  rewritesSince: number;
  /** Lines of raises that no message followed, since the last message. */
  unanswered: number[];
  /** As the mask bit was written last; null: not yet. */
  masked: boolean | null;
}

/** A silence is a stall when it is this long, and this many times the usual time between messages. */
const STALL = { seconds: 1, times: 200 };

/** So many writes to device registers are remembered. */
const COMMANDS = 32;

/** Puts moves together, and says which device a message belongs to. */
export class Moves {
  readonly #machine: SurveyedMachine;
  readonly #emit: (move: Move) => void;
  readonly #complain: (line: number, what: string) => void;
  readonly #devices = new Map<string, DeviceRecord>();
  #raise: { source: string; line: number } | null = null;
  #commands: (Observation & { kind: "command" })[] = [];
  #numbered = 0;
  readonly stalls: Stall[] = [];
  readonly sums = {
    raises: 0,
    messages: 0,
    others: 0,
    unchanged: 0,
    rewrites: 0,
    firstIsMove: 0,
    cleanups: 0,
    unanswered: 0,
    refused: 0,
  };

  constructor(machine: SurveyedMachine, emit: (move: Move) => void, complain: (line: number, what: string) => void) {
    this.#machine = machine;
    this.#emit = emit;
    this.#complain = complain;
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
        source: null,
        messages: 0,
        firstMessage: 0,
        lastMessage: 0,
        openHits: [],
        hitMove: 0,
        rewritesSince: 0,
        unanswered: [],
        masked: null,
      });
    }
  }

  /** The number of the last move that has begun. */
  get numbered(): number {
    return this.#numbered;
  }

  /** @returns the device whose message this is, if it is one */
  push(step: Step): string | null {
    if (step.kind === "rewrite") {
      this.#begin(step.rewrite);
      return null;
    }
    if (step.kind === "refusal") {
      this.sums.refused++;
      return null;
    }
    const raised = this.#raise;
    this.#raise = null;
    if (raised !== null && step.kind !== "message" && step.kind !== "gap") this.#unanswered(raised);
    switch (step.kind) {
      case "raise":
        this.sums.raises++;
        this.#raise = { source: step.source, line: step.line };
        return null;
      case "message":
        return this.#message(step, raised);
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
        return null;
      case "accept":
        this.#accept(step);
        return null;
      case "command":
        this.#commands.push(step);
        if (this.#commands.length > 2 * COMMANDS) this.#commands = this.#commands.slice(-COMMANDS);
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
          device.openHits = [];
        }
        return null;
    }
  }

  flush(): void {
    for (const device of this.#devices.values()) {
      if (device.half !== null) this.#halfOnly(device);
      this.#finish(device);
      this.#silence(device, null);
    }
  }

  #begin(rewrite: Rewrite): void {
    const device = this.#devices.get(rewrite.device)!;
    this.sums.rewrites++;
    device.rewritesSince++;
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
      this.sums.unchanged++;
      return;
    }
    if (isFirst) this.sums.firstIsMove++;
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
          `CPU${write.cpu} ${masked ? "masks" : "unmasks"} ${device.key}, which is ${masked ? "masked" : "unmasked"}`,
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

  #message(message: Observation & { kind: "message" }, raised: { source: string; line: number } | null): string | null {
    const { to } = message;
    const device = this.#ownerOf(message, raised);
    if (device === undefined || to === null) {
      this.sums.others++;
      return null;
    }
    this.sums.messages++;
    const { lastMessage } = device;
    if (device.messages === 0) device.firstMessage = message.seconds;
    device.messages++;
    this.#silence(device, message.seconds);
    device.lastMessage = message.seconds;
    for (const line of device.unanswered) this.#complain(line, `${device.key} raises, and no message follows`);
    device.unanswered = [];
    const move = device.move ?? device.half?.move ?? null;
    if (move === null) {
      if (device.finishing !== null) {
        device.finishing.raises.after++;
        // Where ends of interrupts are not logged, nothing else tells how long a move is over.
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
        command: this.#commandBefore(message, device, lastMessage),
        silence: null,
      };
      move.hits.push(hit);
      device.openHits.push(hit);
      device.hitMove = move.number;
      device.rewritesSince = 0;
    } else if (same(to, move.from)) move.raises.before++;
    else move.raises.after++;
    return device.key;
  }

  /**
   * What a message is probably about: the commands that were begun since the device's last message, or the last one; of
   * a device of which commands are not known as such, the last write to its registers.
   */
  #commandBefore({ seconds }: Observation, { source }: DeviceRecord, since: number): string | null {
    const own = this.#commands.filter(({ region }) => source?.startsWith(region.replace(/[-.].*/, "")) === true);
    const all = own.length > 0 ? own : this.#commands;
    const begun = all.filter(({ begins }) => begins);
    const recent = begun.filter((command) => command.seconds >= since);
    const meant = recent.length > 0 ? recent : begun.length > 0 ? begun.slice(-1) : all.slice(-1);
    if (meant.length === 0) return null;
    return meant
      .map(
        (command) =>
          `${command.text} (line ${command.line}, ${((seconds - command.seconds) * 1e6).toFixed(0)} us before)`,
      )
      .join("; ");
  }

  #ownerOf(
    message: Observation & { kind: "message" },
    raised: { source: string; line: number } | null,
  ): DeviceRecord | undefined {
    const { to } = message;
    const named = [...this.#devices.values()].find(
      ({ pair }) => to !== null && pair.cpu === to.cpu && pair.vector === to.vector,
    );
    if (raised === null) {
      // A device whose model tells of its raises sends nothing else, unless it had waited for its mask bit.
      if (named?.source != null && !this.#isMaskable(named.key)) {
        this.#complain(message.line, `a message to ${text(to)} comes without a raise of ${named.key}`);
      }
      return named;
    }
    const bound = [...this.#devices.values()].find(({ source }) => source === raised.source);
    if (bound === undefined) {
      if (named !== undefined) named.source ??= raised.source;
      return named;
    }
    if (named !== bound && bound.pair.cpu !== null && bound.pair.vector !== null) {
      this.#complain(
        message.line,
        `${bound.key} raises, and the message goes to ${text(to)}; its registers name ${text(bound.pair as RealTarget)}`,
      );
    }
    return bound;
  }

  #isMaskable(key: string): boolean {
    return this.#machine.devices.some((device) => device.key === key && device.maskable);
  }

  #unanswered({ source, line }: { source: string; line: number }): void {
    const device = [...this.#devices.values()].find((each) => each.source === source);
    if (device === undefined || this.#isMaskable(device.key)) return;
    // Where the recording of messages has ended before that of raises, nothing is wrong.
    if (device.unanswered.length < 3) device.unanswered.push(line);
    this.sums.unanswered++;
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
        this.sums.cleanups++;
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

  /** The move before is told when the next begins: until then its cleanup may come. */
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
    move.strategy = "one word";
    move.window = 0;
    device.lastMove = move;
    this.#emit(move);
  }

  #silence(device: DeviceRecord, now: number | null): void {
    if (device.openHits.length === 0) return;
    const usual = (device.lastMessage - device.firstMessage) / Math.max(1, device.messages - 2);
    for (const hit of device.openHits) {
      hit.silence = now === null ? null : now - hit.seconds;
      const isLong = now !== null && now - hit.seconds > Math.max(STALL.seconds, STALL.times * usual);
      if (now === null || isLong) {
        this.stalls.push({
          device: device.key,
          move: device.hitMove,
          hit,
          from: hit.seconds,
          to: now,
          rewrites: device.rewritesSince,
        });
      }
    }
    device.openHits = [];
  }
}

function total({ before, after }: Rewrite): number {
  if (before === null || after === null) return 0;
  return (before.cpu === after.cpu ? 0 : 1) + (before.vector === after.vector ? 0 : 1);
}

function same(a: RealTarget, b: RealTarget | null): boolean {
  return b !== null && a.cpu === b.cpu && a.vector === b.vector;
}

/** A CPU and a vector as reports write them: `CPU1/37`. */
export function text(target: RealTarget | null): string {
  return target === null ? "no CPU of this machine" : `CPU${target.cpu}/${target.vector}`;
}
