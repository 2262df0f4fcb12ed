import { messageTarget } from "../observe/decoder.ts";
import type { Observation, RealTarget, Word } from "../observe/observation.ts";
import type { SurveyedMachine } from "../observe/survey.ts";

/** One rewrite of a device's message: its words, in the order in which they were written. */
export interface Rewrite {
  readonly line: number;
  readonly endLine: number;
  readonly seconds: number;
  readonly endSeconds: number;
  readonly device: string;
  /** The CPU that wrote. */
  readonly cpu: number;
  /** In order; the mask bit too, where it was set before the message. */
  readonly words: readonly Word[];
  /** Previous target of the message; null while that is not known. */
  readonly before: RealTarget | null;
  /** New target; null when that is no CPU of the machine. */
  readonly after: RealTarget | null;
  /** The raw words, to compare them with the guest's. */
  readonly address: number;
  readonly data: number;
  /** Flaw of the rewrite itself: a word is missing, or there twice. */
  readonly flaw: string | null;
}

/**
 * An observation, or the announcement of a rewrite just before its first word, or of a move that is refused: the device
 * is masked and unmasked again by one CPU, and nothing is written in between.
 */
export type Step =
  | Observation
  | { readonly kind: "rewrite"; readonly rewrite: Rewrite }
  | { readonly kind: "refusal"; readonly line: number; readonly device: string; readonly cpu: number };

interface Open {
  readonly device: string;
  readonly cpu: number;
  at: number;
  readonly line: number;
  readonly seconds: number;
  readonly words: Word[];
  address: number | null;
  readonly raisedTo: RealTarget | null;
}

/** Words of a device's message. */
interface Registers {
  readonly address: number;
  readonly data: number;
  /** The CPU that wrote it, where it is not known what it said before. */
  readonly unsureBy: number | null;
}

/** At most this many lines lie between the first and the last word of a rewrite. */
const MAX_REWRITE_LINES = 20_000;

/** This many messages to one target, with none to another between them, are taken for the device's. */
const SURE_MESSAGES = 4;

/**
 * Announces each rewrite before its first word: what it will be is known when its data are written, and until then
 * everything else waits. Keeps the registers of each device.
 */
export class Rewrites {
  readonly #machine: SurveyedMachine;
  readonly #onward: (step: Step) => void;
  readonly #complain: (line: number, what: string) => void;
  readonly #registers = new Map<string, Registers>();
  readonly #forms: ReadonlyMap<string, { controlled: boolean; wide: boolean }>;
  #waiting: Step[] = [];
  readonly #open = new Map<string, Open>();
  #raised = false;
  /** Target of the last message announced by a raise line: the only device's, before its first rewrite. */
  #lastRaised: RealTarget | null = null;
  /** Without raise lines: number of consecutive messages to that target. */
  #row = 0;

  constructor(machine: SurveyedMachine, onward: (step: Step) => void, complain: (line: number, what: string) => void) {
    this.#machine = machine;
    this.#onward = onward;
    this.#complain = complain;
    this.#forms = new Map(machine.devices.map(({ key, form, wide }) => [key, { controlled: form === "MSI", wide }]));
  }

  push(observation: Observation): void {
    if (observation.kind === "gap") {
      this.end();
      this.#registers.clear();
      this.#lastRaised = null;
    }
    if (observation.kind === "message" && (this.#raised || !this.#machine.logs.raises)) {
      const same = observation.to?.cpu === this.#lastRaised?.cpu && observation.to?.vector === this.#lastRaised?.vector;
      this.#row = same ? this.#row + 1 : 1;
      this.#lastRaised = observation.to;
    }
    this.#raised = observation.kind === "raise";
    this.#interrupted(observation);
    if (observation.kind === "write") this.#write(observation);
    else if (this.#open.size === 0) this.#onward(observation);
    else {
      this.#waiting.push(observation);
      if (this.#waiting.length > MAX_REWRITE_LINES) this.flush();
    }
  }

  /** The end of the recording, which may be within a rewrite. */
  end(): void {
    this.#open.clear();
    this.#release();
  }

  /** The end of a rewrite that never ends. */
  flush(): void {
    for (const { line, device, words } of this.#open.values()) {
      // A mask bit that is set and cleared again is no rewrite.
      if (words.some((word) => word !== "mask"))
        this.#complain(line, `a rewrite of ${device}'s message begins here and does not end`);
    }
    this.#open.clear();
    this.#release();
  }

  /** The kernel rewrites with interrupts off: a CPU that has to do with its local APIC has no rewrite under way. */
  #interrupted(step: Observation): void {
    if (step.kind !== "eoi" && step.kind !== "accept" && step.kind !== "irr" && step.kind !== "ipi") return;
    for (const open of this.#open.values()) if (open.cpu === step.cpu) this.#breakOff(open, step.line);
    if (this.#open.size === 0) this.#release();
  }

  /** A rewrite without its data word has no end. One that has only begun may be none. */
  #breakOff({ device, line, words }: Open, by: number): void {
    if (!words.includes("address")) return;
    this.#complain(line, `a rewrite of ${device}'s message begins here, but has no data word before line ${by}`);
    this.#open.delete(device);
    this.#registers.delete(device);
  }

  #write(write: Observation & { kind: "write" }): void {
    const key = write.device;
    let open = this.#open.get(key);
    if (open !== undefined && open.cpu !== write.cpu && write.word !== "mask") {
      this.#complain(write.line, `CPU${write.cpu} writes ${key}'s ${write.word} while CPU${open.cpu} rewrites it`);
      this.#open.delete(key);
      open = undefined;
    }
    // Unmasked without a rewrite, or after one.
    if (write.word === "mask" && (write.value & 1) === 0) {
      this.#waiting.push(write);
      if (open !== undefined) {
        this.#breakOff(open, write.line);
        this.#open.delete(key);
      }
      if (open?.cpu === write.cpu && open.words.every((word) => word === "mask")) {
        this.#announce(open.at, { kind: "refusal", line: open.line, device: key, cpu: open.cpu });
      }
      if (this.#open.size === 0) this.#release();
      return;
    }
    if (open === undefined) {
      open = {
        device: key,
        cpu: write.cpu,
        at: this.#waiting.length,
        line: write.line,
        seconds: write.seconds,
        words: [],
        address: null,
        raisedTo: this.#machine.logs.raises || this.#row >= SURE_MESSAGES ? this.#lastRaised : null,
      };
      this.#open.set(key, open);
    }
    this.#waiting.push(write);
    open.words.push(write.word);
    if (write.word === "address") open.address = write.value;
    if (write.word === "data") this.#close(open, write);
  }

  #close(open: Open, write: Observation & { kind: "write" }): void {
    const known = this.#registers.get(open.device);
    const address = open.address ?? known?.address ?? 0;
    const target = (words: { address: number; data: number }): RealTarget | null =>
      messageTarget(this.#machine, words.address, words.data);
    const now = { address, data: write.value };
    // The rewrite of the address alone, right behind one whose beginning is unknown, may be the second of two steps.
    const mayBeHalf = known?.unsureBy === open.cpu && known.address !== now.address && known.data === now.data;
    const raisedTo = this.#machine.devices.length === 1 ? open.raisedTo : null;
    const before = known === undefined ? raisedTo : mayBeHalf ? null : target(known);
    const rewrite: Rewrite = {
      line: open.line,
      endLine: write.line,
      seconds: open.seconds,
      endSeconds: write.seconds,
      device: open.device,
      cpu: open.cpu,
      words: open.words,
      before,
      after: target(now),
      address,
      data: write.value,
      flaw: this.#flaw(open),
    };
    if (rewrite.flaw !== null) this.#complain(write.line, rewrite.flaw);
    this.#registers.set(open.device, { ...now, unsureBy: known === undefined && before === null ? open.cpu : null });
    this.#open.delete(open.device);
    this.#announce(open.at, { kind: "rewrite", rewrite });
    if (this.#open.size === 0) this.#release();
  }

  /** Puts a step in before what waits from a place on. */
  #announce(at: number, step: Step): void {
    this.#waiting.splice(at, 0, step);
    for (const other of this.#open.values()) if (other.at >= at) other.at++;
  }

  #flaw({ device, words }: Open): string | null {
    const { controlled, wide } = this.#forms.get(device)!;
    const expected: Word[] = [];
    if (controlled) expected.push("control");
    expected.push("address");
    if (wide) expected.push("high");
    expected.push("data");
    const message = words.filter((word) => word !== "mask");
    if (message.join() === expected.join()) return null;
    return `${device}'s message is rewritten as ${message.join(", ")}, but the PCI core writes ${expected.join(", ")}`;
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const step of waiting) this.#onward(step);
  }
}
