import type { Trace } from "../../checker/index.ts";
import { properties } from "../../properties/index.ts";
import type { ReadonlySystemState, SystemState } from "../../model/index.ts";
import { CLEANUP_VECTOR, type Machine, type RealTarget } from "../machine/observation.ts";
import type { Rewrite, Step } from "../recording/rewrites.ts";
import { type Candidate, VECTORS } from "./entries.ts";
import { describe, type Event } from "./event.ts";
import { Fits } from "./fits.ts";
import { matches } from "./graph.ts";
import { runThrough, type Layer } from "./path.ts";
import { startingFits } from "./start.ts";
import { Vectors } from "./vectors.ts";

/** A recorded step that no fitting state allows. */
export interface Contradiction {
  readonly line: number;
  /** From 1: which rewrite that begins a move came last before it. */
  readonly move: number;
  /** What was recorded. */
  readonly recorded: string;
  /** What the states that fit until then would have allowed instead, the nearest first. */
  readonly allowed: readonly string[];
  /** How many states fitted until then. */
  readonly states: number;
  /** One of the runs that fit until then, from a little before. */
  readonly run: Trace<SystemState> | null;
  /** What the letters of the model's vectors stand for. */
  readonly vectors: readonly (readonly [number, number])[];
}

/** A message to a target that is neither the old nor the new one. */
export interface Stray {
  readonly line: number;
  readonly move: number;
  /** States that fit in which nothing carries its event; of how many. */
  readonly lost: number;
  readonly states: number;
}

/** Recorded steps that were held against nothing, by why. */
export interface Unchecked {
  /** Where the device was is known from its first move on. */
  readonly beforeFirstMove: number;
  /** From a contradiction, or something left out of the recording, to the next move. */
  readonly untilNextMove: number;
  /** After the entry was given up, from this line on. */
  readonly afterGivingUp: { readonly steps: number; readonly line: number } | null;
}

/** What came of holding a device's moves against an entry. */
export interface ReplayResult {
  /** The device's key. */
  readonly device: string;
  readonly entry: string;
  readonly as: readonly string[];
  /** Recorded steps that a step of the model explains. */
  readonly steps: number;
  /** Moves that began while the model was in step. */
  readonly moves: number;
  readonly contradictions: number;
  readonly first: Contradiction | null;
  readonly unchecked: Unchecked;
  /** Messages that went astray, and in how many of the states that fit nothing leads to a handler any more. */
  readonly strays: readonly Stray[];
  /** How many messages went astray: of very many only the first ones are told of. */
  readonly strayCount: number;
  /** How often more vectors were in use at once than the model has: the replay went on at the next move. */
  readonly outOfVectors: number;
  /** The most states that fitted at once. */
  readonly most: number;
}

/** The last steps that a chart shows. */
const LAST = 24;

/** So many messages that went astray are told of. */
const MOST_STRAYS = 1000;

/** After so many contradictions nothing more is learned. */
const ENOUGH = 20;

const carrier = properties.find(({ id }) => id === "carrier-exists")!;

/** Holds one device's moves against one entry, line by line. */
export class Replay {
  readonly #candidate: Candidate;
  readonly #fits: Fits;
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
  /** The mask bit is about to be set for a move that comes to nothing. */
  #attempt: { readonly by: number; readonly refused: boolean } | null = null;
  readonly #foreign = new Set<number>();
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
  /** Runs are kept of the move with this number, for its chart. */
  readonly #wanted: number | null;
  #wantedLayers: Layer[] = [];
  #chart: { trace: Trace<SystemState>; vectors: readonly (readonly [number, number])[] } | null = null;

  /** @param wanted the number of a move that a chart is wanted of */
  constructor(candidate: Candidate, machine: Machine, device: string, wanted: number | null = null) {
    this.#candidate = candidate;
    this.#fits = new Fits(candidate.system, machine.logs);
    this.device = device;
    // A device that does not move checks nothing and sends no IPI.
    this.#optional = machine.devices.some(({ key, changes }) => key !== device && changes > 0);
    this.#wanted = wanted;
    const property = carrier.property(candidate.system);
    this.#holds = (state) => property.kind === "always" && property.holds(state) === true;
  }

  /**
   * @param owner the device whose message the step is
   * @param number of the last move that has begun, over all devices
   */
  push(step: Step, owner: string | null, number: number): void {
    if (this.#set === null && this.#isStep(step, owner)) this.#skip(step);
    if (this.#contradictions >= ENOUGH) return;
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
          if (vector !== undefined)
            this.#take(step.line, this.#may({ kind: "ipi", by: step.cpu, cpu: step.to, vector }));
        }
        break;
      case "eoi":
        this.#take(step.line, { kind: "eoi", by: step.cpu });
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
        break;
      case "refusal":
        if (step.device === this.device) this.#attempt = { by: step.cpu, refused: true };
        break;
      case "raise":
      case "command":
        break;
    }
  }

  result(): ReplayResult {
    if (this.#chart === null) this.#keepChart();
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

  /** The run of the move that was wanted. */
  get chart(): { trace: Trace<SystemState>; vectors: readonly (readonly [number, number])[] } | null {
    return this.#chart;
  }

  /** Whether a step is one of those that are held against the model. */
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
    if (this.#contradictions >= ENOUGH) {
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
    if (before === null || after === null) {
      this.#lose();
      return;
    }
    this.#pair = before;
    const cpuChanges = before.cpu !== after.cpu;
    const vectorChanges = before.vector !== after.vector;
    if (!cpuChanges && !vectorChanges) {
      if (rewrite.words[0] === "mask") this.#attempt = { by: cpu, refused: false };
      return;
    }
    const isSecondHalf = half !== null && cpuChanges && !vectorChanges && half.cpu === cpu;
    if (vectorChanges && !cpuChanges) this.#half = rewrite;
    if (isSecondHalf) return;
    this.#keepChart();
    this.#number = number;
    if (this.#set === null) this.#start(before, cpu);
    this.#moves++;
    this.#take(rewrite.line, {
      kind: "begin",
      by: cpu,
      cpu: cpuChanges ? after.cpu : null,
      vector: this.#bind(after.vector),
    });
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
      const attempt = this.#attempt?.by === by ? this.#attempt : null;
      if (!masked) this.#attempt = null;
      this.#take(
        write.line,
        attempt === null
          ? { kind: "mask", by, masked }
          : masked
            ? { kind: "attempt", ...attempt }
            : { kind: "attempt-end", by },
      );
      return;
    }
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
      this.#contradict(line, event, before);
      return;
    }
    if (event.kind !== "eoi" || after !== before) this.#steps++;
    const layer = { line, event, before, after };
    this.#layers.push(layer);
    if (this.#layers.length > 4 * LAST) this.#layers.splice(0, 3 * LAST);
    if (this.#wanted === this.#number && this.#chart === null && this.#wantedLayers.length < 200) {
      this.#wantedLayers.push(layer);
    }
    this.#set = after;
    const size = this.#fits.ids(after).length;
    if (size > this.#most) this.#most = size;
    if (event.kind === "raise" && this.#isAstray()) this.#judge(line, after);
    const trimmed = this.#fits.trim(after);
    if (trimmed !== after || this.#fits.sets === 1) {
      this.#set = trimmed;
      this.#layers = [];
      if (this.#chart === null) this.#wantedLayers = [];
    }
  }

  /** A message has just gone astray: whether anything leads to its handler. */
  #judge(line: number, set: number): void {
    this.#strayCount++;
    if (this.#strays.length >= MOST_STRAYS) return;
    const members = this.#fits.members(set);
    const lost = members.filter(({ state }) => !this.#holds(state)).length;
    this.#strays.push({ line, move: this.#number, lost, states: members.length });
  }

  /** Goes on at the next move whose beginning is known, with every state in which one may begin. */
  #lose(): void {
    this.#keepChart();
    this.#set = null;
    this.#layers = [];
  }

  #contradict(line: number, event: Event, before: number): void {
    this.#contradictions++;
    this.#first ??= this.#explain(line, event, before);
    this.#lose();
    if (this.#contradictions < ENOUGH) return;
    this.#fits.clear();
    this.#wantedLayers = [];
  }

  #explain(line: number, event: Event, before: number): Contradiction {
    const name = (vector: number): string => this.#vectors.name(vector);
    const alternatives = new Map<string, number>();
    let nearest = this.#fits.ids(before)[0]!;
    let best = -1;
    for (const id of this.#fits.ids(before)) {
      let nearness = 0;
      for (const { instance, shown } of this.#fits.graph.edges(id)) {
        if (shown.kind === "nothing" || shown.kind === "request" || matches(shown, event)) continue;
        const { state } = this.#fits.graph.fit(id);
        // Devices raise whenever they like: that says nothing.
        if (shown.kind === "raise" && event.kind !== "raise") continue;
        const isAlike = shown.kind === event.kind || (shown.kind === "test" && event.kind === "irr");
        const weight = isAlike ? 3 : instance.action.startsWith("move.") ? 2 : 1;
        nearness = Math.max(nearness, weight);
        const text =
          shown.kind === "test"
            ? `CPU${shown.by} reads its IRR: vector ${name(shown.vector)} is ${shown.bit ? 1 : 0}`
            : shown.kind === "allocation" || shown.kind === "never"
              ? instance.label(state)
              : describe(shown, name);
        alternatives.set(text, Math.max(weight, alternatives.get(text) ?? 0));
      }
      if (nearness > best) {
        best = nearness;
        nearest = id;
      }
    }
    const allowed = [...alternatives].sort((a, b) => b[1] - a[1]).map(([text]) => text);
    return {
      line,
      move: this.#number,
      recorded: describe(event, name),
      allowed: allowed.slice(0, 4),
      states: this.#fits.ids(before).length,
      run: runThrough(this.#fits, this.#layers.slice(-LAST), nearest),
      vectors: this.#vectors.legend(),
    };
  }

  /** The wanted move is over: its run is found while its states are known. */
  #keepChart(): void {
    if (this.#wanted === null || this.#chart !== null || this.#wantedLayers.length === 0) return;
    if (this.#number !== this.#wanted) return;
    const last = this.#wantedLayers.at(-1)!;
    const trace = runThrough(this.#fits, this.#wantedLayers, this.#fits.ids(last.after).at(-1)!);
    if (trace !== null) this.#chart = { trace, vectors: this.#vectors.legend() };
  }
}
