import { properties } from "../../properties/index.ts";
import type { ReadonlySystemState } from "../../model/index.ts";
import { isOn, type Span } from "../observe/spans.ts";
import { CLEANUP_VECTOR, type Machine, type RealTarget } from "../observe/observation.ts";
import type { Rewrite, Step } from "../moves/rewrites.ts";
import { Drawing, type Drawn } from "./drawing.ts";
import { VECTORS, type Candidate } from "./entries.ts";
import { describe, type Event, type Outcome } from "./event.ts";
import { Fits } from "./fits.ts";
import { nearest } from "./nearest.ts";
import { runThrough, type Layer } from "./path.ts";
import { phasesOf, type Phase } from "./phases.ts";
import type { Contradiction, ReplayResult, Stray } from "./result.ts";
import { startingFits } from "./start.ts";
import { Vectors } from "./vectors.ts";

/** The last steps that a chart shows. */
const CHART_STEPS = 24;

/** At most this many messages that went astray are reported. */
const MAX_REPORTED_STRAYS = 1000;

/**
 * A vector that is requested is dispatched before its CPU has accepted and ended this many other interrupts: a local APIC
 * takes the one with the highest priority, and others come seldom back to back. Without this, each message without a
 * handler would be pending for ever in some of the states that fit, and they would double with each.
 */
const SETTLED_AFTER_ENDS = 8;

/** Learning stops after this many contradictions. */
const MAX_CONTRADICTIONS = 20;

const carrier = properties.find(({ id }) => id === "carrier-exists")!;

/** Replays one device's moves against one entry, line by line. */
export class Replay {
  readonly #candidate: Candidate;
  #fits: Fits;
  /** The part of the recording that comes next, in which there are other kinds of line. */
  readonly #phases: Phase[];
  /** Spans in which the words of messages are recorded. */
  readonly #words: readonly Span[];
  readonly #vectors = new Vectors(VECTORS);
  readonly device: string;
  readonly #optional: boolean;
  readonly #holds: (state: ReadonlySystemState) => boolean;
  #set: number | null = null;
  #layers: Layer[] = [];
  #pair: RealTarget | null = null;
  #rewrite: Rewrite | null = null;
  /** The last rewrite changed the vector alone: a second half may follow. */
  #half: Rewrite | null = null;
  /** This CPU has masked the device for a move that changes nothing, with this result. */
  #futile: { readonly by: number; readonly outcome: Outcome } | null = null;
  /** A move whose rewrite was announced, and of whose message no word is written yet. */
  #due: Event | null = null;
  readonly #foreign = new Set<number>();
  /** Interrupts that ended, by CPU. */
  readonly #ends = new Map<number, number>();
  /** By CPU, the vectors at which something may be pending, with the number of ends there when that came. */
  readonly #requested = new Map<number, Map<number, number>>();
  #steps = 0;
  #moves = 0;
  #number = 0;
  readonly #unchecked: { before: number; between: number; after: number; from: number | null } = {
    before: 0,
    between: 0,
    after: 0,
    from: null,
  };
  #contradictions = 0;
  #first: Contradiction | null = null;
  readonly #strays: Stray[] = [];
  #strayCount = 0;
  #outOfVectors = 0;
  #most = 0;
  readonly #drawing: Drawing;

  /** @param wanted the numbers of the moves to draw */
  constructor(candidate: Candidate, machine: Machine, device: string, wanted: ReadonlySet<number> = new Set()) {
    this.#candidate = candidate;
    const [first, ...phases] = phasesOf(machine);
    this.#fits = new Fits(candidate.system, first!.logs);
    this.#phases = phases;
    this.#words = machine.spans.words;
    this.device = device;
    // A device that does not move checks nothing and sends no IPI.
    this.#optional = machine.devices.some(({ key, changes }) => key !== device && changes > 0);
    this.#drawing = new Drawing(wanted);
    const property = carrier.property(candidate.system);
    this.#holds = (state) => property.kind === "always" && property.holds(state) === true;
  }

  /**
   * @param owner the device whose message the step is
   * @param number of the last move that has begun, over all devices
   */
  push(step: Step, owner: string | null, number: number): void {
    this.#enter(step.kind === "rewrite" ? step.rewrite.line : step.line);
    if (this.#set === null && this.#isStep(step, owner)) this.#skip(step);
    if (this.#contradictions >= MAX_CONTRADICTIONS) return;
    switch (step.kind) {
      case "rewrite":
        if (step.rewrite.device === this.device) this.#begin(step.rewrite, number);
        break;
      case "write":
        if (step.device === this.device) this.#write(step);
        break;
      case "message":
        if (owner === this.device && step.to !== null) {
          const { cpu, vector } = step.to;
          if (this.#set !== null) this.#take(step.line, { kind: "raise", cpu, vector: this.#bind(vector) });
          this.#request(cpu, vector);
        } else if (owner === null && step.to !== null && this.#foreign.size < 256) this.#foreign.add(step.to.vector);
        break;
      case "irr": {
        const { covered, bits } = this.#vectors.covered(step.first, step.bits);
        if (covered !== 0) this.#take(step.line, this.#may({ kind: "irr", by: step.cpu, covered, bits }));
        break;
      }
      case "ipi":
        if (step.to === null) break;
        if (step.vector === CLEANUP_VECTOR) {
          this.#take(step.line, this.#may({ kind: "cleanup-ipi", by: step.cpu, cpu: step.to }));
        } else {
          const vector = this.#vectors.of(step.vector);
          if (vector !== undefined) {
            this.#take(step.line, this.#may({ kind: "ipi", by: step.cpu, cpu: step.to, vector }));
            this.#request(step.to, step.vector);
          }
        }
        break;
      case "eoi":
        this.#take(step.line, { kind: "eoi", by: step.cpu });
        this.#settle(step.line, step.cpu);
        break;
      case "accept": {
        const vector = this.#vectors.of(step.vector);
        if (vector === undefined) break;
        const event: Event = { kind: "accept", by: step.cpu, vector };
        this.#take(step.line, this.#foreign.has(step.vector) ? { ...event, optional: true } : this.#may(event));
        break;
      }
      case "store": {
        const vector = this.#vectors.of(step.to.vector);
        if (vector !== undefined) {
          this.#take(step.line, this.#may({ kind: "store", by: step.cpu, cpu: step.to.cpu, vector }));
        }
        break;
      }
      case "gap":
        this.#lose();
        this.#pair = null;
        this.#half = null;
        this.#due = null;
        this.#futile = null;
        break;
      case "refusal":
        if (step.device === this.device) this.#futile = { by: step.cpu, outcome: "refused" };
        break;
      case "raise":
      case "command":
        break;
    }
  }

  result(): ReplayResult {
    this.#drawing.end(this.#number, this.#fits, this.#vectors);
    const { before, between, after, from } = this.#unchecked;
    return {
      device: this.device,
      entry: this.#candidate.entry,
      as: this.#candidate.as,
      steps: this.#steps,
      moves: this.#moves,
      contradictions: this.#contradictions,
      first: this.#first,
      unchecked: {
        beforeFirstMove: before,
        untilNextMove: between,
        afterGivingUp: from === null ? null : { steps: after, line: from },
      },
      strays: this.#strays,
      strayCount: this.#strayCount,
      outOfVectors: this.#outOfVectors,
      most: this.#most,
    };
  }

  /** The runs of the moves to draw, by their numbers. */
  get charts(): ReadonlyMap<number, Drawn> {
    return this.#drawing.drawn;
  }

  #request(cpu: number, vector: number): void {
    const vectors = this.#requested.get(cpu) ?? new Map<number, number>();
    this.#requested.set(cpu, vectors);
    vectors.set(vector, this.#ends.get(cpu) ?? 0);
  }

  /** An interrupt has ended: leaves out the states in which something has been pending on that CPU for too long. */
  #settle(line: number, cpu: number): void {
    const ends = (this.#ends.get(cpu) ?? 0) + 1;
    this.#ends.set(cpu, ends);
    for (const [real, since] of this.#requested.get(cpu) ?? []) {
      if (ends - since < SETTLED_AFTER_ENDS) continue;
      this.#requested.get(cpu)!.delete(real);
      const vector = this.#vectors.of(real);
      if (this.#set === null || vector === undefined) continue;
      const after = this.#fits.step(this.#set, { kind: "settled", by: cpu, vector });
      if (!this.#fits.isEmpty(after) && after !== this.#set)
        this.#follow(line, { kind: "settled", by: cpu, vector }, after);
    }
  }

  /** Continues with the kinds of line that exist from here on. */
  #enter(line: number): void {
    while (this.#phases.length > 0 && this.#phases[0]!.from <= line) {
      const { logs } = this.#phases.shift()!;
      const members = this.#set === null ? null : this.#fits.members(this.#set);
      this.#drawing.end(this.#number, this.#fits, this.#vectors);
      this.#drawing.clear();
      this.#layers = [];
      this.#fits = new Fits(this.#candidate.system, logs);
      if (members === null) continue;
      // Kinds of line that are not logged are not pending.
      this.#set = this.#fits.setOf(
        members.map((fit) => ({
          ...fit,
          ends: logs.ends ? fit.ends : 0,
          ipi: logs.ipis ? fit.ipi : null,
          message: logs.messages && fit.message,
          stores: logs.messages ? fit.stores : 0,
        })),
      );
    }
  }

  /** Whether a step is replayed against the model. */
  #isStep(step: Step, owner: string | null): step is Exclude<Step, { kind: "rewrite" }> {
    switch (step.kind) {
      case "message":
        return owner === this.device;
      case "write":
        return step.device === this.device;
      case "irr":
      case "ipi":
      case "eoi":
      case "accept":
      case "store":
        return true;
      case "rewrite":
      case "refusal":
      case "raise":
      case "command":
      case "gap":
        return false;
    }
  }

  #skip({ line }: { readonly line: number }): void {
    if (this.#contradictions >= MAX_CONTRADICTIONS) {
      this.#unchecked.after++;
      this.#unchecked.from ??= line;
    } else if (this.#moves === 0) this.#unchecked.before++;
    else this.#unchecked.between++;
  }

  #may(event: Event): Event {
    return this.#optional ? { ...event, optional: true } : event;
  }

  #bind(real: number): number {
    const { vector, set } = this.#vectors.bind(real, this.#set === null ? null : this.#fits, this.#set ?? 0);
    if (this.#set !== null && set !== this.#set) {
      if (this.#fits.isEmpty(set)) {
        this.#outOfVectors++;
        this.#lose();
        return vector;
      }
      this.#set = set;
      // The states were made clean, so the layers before do not lead to them.
      this.#layers = [];
    }
    return vector;
  }

  #begin(rewrite: Rewrite, number: number): void {
    const { before, after, cpu } = rewrite;
    const half = this.#half;
    this.#half = null;
    this.#rewrite = rewrite;
    this.#due = null;
    if (before === null || after === null) {
      this.#lose();
      return;
    }
    this.#pair = before;
    const cpuChanges = before.cpu !== after.cpu;
    const vectorChanges = before.vector !== after.vector;
    if (!cpuChanges && !vectorChanges) {
      if (rewrite.words[0] === "mask") this.#futile = { by: cpu, outcome: "stays" };
      return;
    }
    const isSecondHalf = half !== null && cpuChanges && !vectorChanges && half.cpu === cpu;
    if (vectorChanges && !cpuChanges) this.#half = rewrite;
    if (isSecondHalf) return;
    this.#drawing.end(this.#number, this.#fits, this.#vectors);
    this.#number = number;
    if (this.#set === null) this.#start(before, cpu);
    this.#moves++;
    this.#due = { kind: "begin", by: cpu, cpu: cpuChanges ? after.cpu : null, vector: this.#bind(after.vector) };
  }

  /** The pair that the device works with now is neither where it was nor where it is to go. */
  #isAstray(): boolean {
    const { before, after } = this.#rewrite ?? {};
    const pair = this.#pair;
    if (before === undefined || after === undefined || before === null || after === null || pair === null) return false;
    if (this.#half !== null) return pair.vector !== before.vector;
    const isOld = pair.cpu === before.cpu && pair.vector === before.vector;
    return !isOld && !(pair.cpu === after.cpu && pair.vector === after.vector);
  }

  #start(target: RealTarget, by: number): void {
    this.#layers = [];
    const vector = this.#bind(target.vector);
    this.#set = this.#fits.setOf(startingFits(this.#fits, { cpu: target.cpu, vector }, by));
  }

  #write(write: Step & { kind: "write" }): void {
    const { cpu: by, word } = write;
    if (word === "mask") {
      const masked = (write.value & 1) !== 0;
      const outcome = !masked && this.#futile?.by === by ? this.#futile.outcome : null;
      if (!masked) this.#futile = null;
      this.#take(write.line, { kind: "mask", by, masked, outcome });
      return;
    }
    // The vector is allocated before a word is written, and behind the mask: others may have cleaned up in between.
    if (this.#due !== null) this.#take(write.line, this.#due);
    this.#due = null;
    const pair = this.#pair;
    const after = this.#rewrite?.after ?? null;
    if (pair === null || after === null) return;
    if (word === "address" && pair.cpu !== after.cpu) {
      this.#pair = { cpu: after.cpu, vector: pair.vector };
      this.#take(write.line, { kind: "address", by, cpu: after.cpu });
    }
    if (word === "data" && pair.vector !== after.vector) {
      this.#pair = { cpu: pair.cpu, vector: after.vector };
      this.#take(write.line, { kind: "data", by, vector: this.#bind(after.vector) });
    }
  }

  #take(line: number, event: Event): void {
    if (this.#set === null) return;
    const before = this.#set;
    const after = this.#fits.step(before, event);
    if (this.#fits.isEmpty(after)) {
      // The device may have moved since its words are recorded no more.
      if (!isOn(this.#words, line)) this.#lose();
      else this.#contradict(line, event, before);
      return;
    }
    if (event.kind !== "eoi" || after !== before) this.#steps++;
    this.#follow(line, event, after);
    const size = this.#fits.ids(after).length;
    if (size > this.#most) this.#most = size;
    if (event.kind === "raise" && this.#isAstray()) this.#judge(line, after);
    const trimmed = this.#fits.trim(after);
    if (trimmed !== after || this.#fits.sets === 1) {
      this.#set = trimmed;
      this.#layers = [];
      this.#drawing.clear();
    }
  }

  /** Continues with the set after an event. */
  #follow(line: number, event: Event, after: number): void {
    const layer = { line, event, before: this.#set!, after };
    this.#layers.push(layer);
    if (this.#layers.length > 4 * CHART_STEPS) this.#layers.splice(0, 3 * CHART_STEPS);
    this.#drawing.add(layer, this.#number);
    this.#set = after;
  }

  /** A message has just gone astray: whether anything leads to its handler. */
  #judge(line: number, set: number): void {
    this.#strayCount++;
    if (this.#strays.length >= MAX_REPORTED_STRAYS) return;
    const members = this.#fits.members(set);
    const lost = members.filter(({ state }) => !this.#holds(state)).length;
    this.#strays.push({ line, move: this.#number, lost, states: members.length });
  }

  /** Continues at the next move whose beginning is known, with every state in which one may begin. */
  #lose(): void {
    this.#drawing.end(this.#number, this.#fits, this.#vectors);
    this.#set = null;
    this.#layers = [];
  }

  #contradict(line: number, event: Event, before: number): void {
    this.#contradictions++;
    this.#first ??= this.#explain(line, event, before);
    this.#lose();
    if (this.#contradictions < MAX_CONTRADICTIONS) return;
    this.#fits.clear();
    this.#drawing.clear();
  }

  #explain(line: number, event: Event, before: number): Contradiction {
    const name = (vector: number): string => this.#vectors.name(vector);
    const { state, allowed } = nearest(this.#fits, before, event, name);
    return {
      line,
      move: this.#number,
      recorded: describe(event, name),
      allowed: allowed.slice(0, 4),
      states: this.#fits.ids(before).length,
      run: runThrough(this.#fits, this.#layers.slice(-CHART_STEPS), state),
      vectors: this.#vectors.legend(),
    };
  }
}
