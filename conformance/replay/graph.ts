import type { ActionInstance } from "../../checker/index.ts";
import { semanticsOf, type Semantics } from "../../checker/reference/semantics.ts";
import { cpuName, type InterruptSystem, type ReadonlySystemState, type SystemState } from "../../model/index.ts";
import type { Machine } from "../machine/observation.ts";
import { beginAttempt, endAttempt } from "./attempt.ts";
import type { Event } from "./event.ts";

/**
 * A state of the model that fits what was recorded so far, and what the recording still owes to it: one step of the
 * model may be several lines.
 */
export interface Fit {
  readonly state: ReadonlySystemState;
  /** A bit for each CPU whose end of interrupt has yet to be recorded; until then it does nothing else. */
  readonly ends: number;
  /** An unmasked device has yet to send what was pending. */
  readonly message: boolean;
  /** Stores of a hart that have yet to be recorded. */
  readonly stores: number;
  /** The CPU that has masked the device for a move that comes to nothing, and has yet to unmask it; null: none. */
  readonly attempt: number | null;
}

/** What of a step a recording shows. */
export type Shown =
  /** Nothing. */
  | { readonly kind: "nothing" }
  /** Only what a rewrite of the message implies: it was asked for, and a vector allocated. */
  | { readonly kind: "request"; readonly cpu: number | null }
  | { readonly kind: "allocation"; readonly vector: number; readonly by: number }
  | { readonly kind: "never" }
  | Event
  | { readonly kind: "test"; readonly by: number; readonly vector: number; readonly bit: boolean };

/** A step out of a fitting state. */
export interface Edge {
  readonly instance: ActionInstance<SystemState>;
  readonly shown: Shown;
  readonly to: number;
}

/** States of a model that fit a recording, each with its steps, which are taken once, by the reference semantics. */
export class StateGraph {
  readonly system: InterruptSystem;
  readonly #logs: Machine["logs"];
  readonly #semantics: Semantics<SystemState>;
  readonly #words: Uint32Array;
  readonly #fits: Fit[] = [];
  readonly #edges: (readonly Edge[] | undefined)[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #endings = new Map<number, number>();

  /** @param logs which kinds of line the recording has */
  constructor(system: InterruptSystem, logs: Machine["logs"]) {
    this.system = system;
    this.#logs = logs;
    this.#semantics = semanticsOf(system.model);
    this.#words = new Uint32Array(system.model.layout.words);
  }

  /** How many states it has. */
  get size(): number {
    return this.#fits.length;
  }

  fit(id: number): Fit {
    return this.#fits[id]!;
  }

  /** The steps out of a state, each with what a recording shows of it. */
  edges(id: number): readonly Edge[] {
    const known = this.#edges[id];
    if (known !== undefined) return known;
    const fit = this.#fits[id]!;
    const { state } = fit;
    const edges: Edge[] = [];
    for (const instance of this.system.model.instances) {
      if (!this.#semantics.enabled(instance, state) && !this.#mayHaveAsked(instance, state)) continue;
      const actor = instance.actor(state);
      if (this.#isHeld(fit, actor)) continue;
      for (const after of this.#after(instance, state)) {
        const shown = this.#shown(instance, actor, state, after);
        if (shown.kind === "never") continue;
        const to = this.intern({
          state: after,
          ends: fit.ends | this.#endsOwed(state, after),
          message: fit.message || (shown.kind === "mask" && !shown.masked && state.device[0]!.pending),
          stores: fit.stores + (shown.kind === "store" ? Math.max(0, cleared(state, after) - 1) : 0),
          attempt: fit.attempt,
        });
        edges.push({ instance, shown, to });
      }
    }
    this.#edges[id] = edges;
    return edges;
  }

  /** Where an event leads that is no step of the model in this state, but a further line of an earlier one. */
  stays(id: number, event: Event): number[] {
    const fit = this.#fits[id]!;
    const { ends, message, state, stores } = fit;
    if (event.optional === true) return [id];
    switch (event.kind) {
      case "eoi":
        // Of an interrupt that the model does not know, if this CPU owes none.
        return [((ends >>> event.by) & 1) === 0 ? id : this.#ended(id, event.by)];
      case "raise": {
        const { address, data } = state.device[0]!;
        return message && address === event.cpu && data === event.vector
          ? [this.intern({ ...fit, message: false })]
          : [];
      }
      case "mask":
        return state.device[0]!.masked === event.masked ? [id] : [];
      case "store":
        return stores > 0 ? [this.intern({ ...fit, stores: stores - 1 })] : [];
      case "cleanup-ipi":
        // Sent again by the cleanup itself, when the old vector was still pending.
        return event.by === event.cpu ? [id] : [];
      case "attempt": {
        const begun = beginAttempt(this.system.system, fit, event.by, event.refused);
        return begun === undefined ? [] : [this.intern(begun)];
      }
      case "attempt-end": {
        const ended = endAttempt(this.system.system, fit, event.by);
        return ended === undefined ? [] : [this.intern(ended)];
      }
      default:
        return [];
    }
  }

  /** The number of a state: equal ones have the same. */
  intern(fit: Fit): number {
    this.system.model.layout.encode(fit.state, this.#words, 0);
    const key = `${String.fromCharCode(...new Uint16Array(this.#words.buffer))}|${fit.ends}|${fit.message ? 1 : 0}|${fit.stores}|${fit.attempt ?? ""}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#fits.length);
    this.#fits.push(fit);
    return this.#fits.length - 1;
  }

  /** Whether an actor is a CPU that does nothing until a line is recorded that it owes. */
  #isHeld({ ends, attempt, state }: Fit, actor: string): boolean {
    if (ends === 0 && attempt === null) return false;
    return state.cpu.some((_, cpu) => actor === cpuName(cpu) && (((ends >>> cpu) & 1) === 1 || attempt === cpu));
  }

  /** The state with the end of an interrupt recorded that it owed. */
  #ended(id: number, cpu: number): number {
    const key = id * 32 + cpu;
    const known = this.#endings.get(key);
    if (known !== undefined) return known;
    const fit = this.#fits[id]!;
    const ended = this.intern({ ...fit, ends: fit.ends & ~(1 << cpu) });
    this.#endings.set(key, ended);
    return ended;
  }

  /**
   * The states after a step. The interrupt that completes a move stops on the way to its end only if another move was
   * asked for meanwhile; whether it was is known only when that move begins, so both are possible.
   */
  #after(instance: ActionInstance<SystemState>, state: ReadonlySystemState): ReadonlySystemState[] {
    const after = this.#semantics.apply(instance, state, this.#words, 0);
    const { requested, cpu } = state.irq[0]!;
    if (
      instance.action !== "irq.complete_move" ||
      requested !== null ||
      this.system.system.context.kind !== "interrupt"
    ) {
      return [after];
    }
    const asked = structuredClone(state) as SystemState;
    asked.irq[0]!.requested = (cpu + 1) % this.system.system.cpus;
    const stopped = structuredClone(this.#semantics.apply(instance, asked, this.#words, 0)) as SystemState;
    stopped.irq[0]!.requested = null;
    return stopped.cpu.some(({ stack }) => stack.at(-1)?.stage === "completed") ? [after, stopped] : [after];
  }

  /**
   * In an interrupt context a request is known of only when it is acted on. It may have been there before the
   * interrupt was locked in which that happens: until then it changes nothing.
   */
  #mayHaveAsked({ action, parameters }: ActionInstance<SystemState>, state: ReadonlySystemState): boolean {
    const irq = state.irq[0]!;
    return (
      action === "user.set_affinity" &&
      this.system.system.context.kind === "interrupt" &&
      irq.locked &&
      irq.requested === null &&
      irq.migration.step === 0 &&
      parameters["cpu"] !== irq.cpu
    );
  }

  /** What a recording shows of a step: mostly by what it does, so that it need not be known for each strategy. */
  #shown(
    { action, parameters }: ActionInstance<SystemState>,
    actor: string,
    before: ReadonlySystemState,
    after: ReadonlySystemState,
  ): Shown {
    const by = before.cpu.findIndex((_, cpu) => cpuName(cpu) === actor);
    const device = before.device[0]!;
    const now = after.device[0]!;
    const irq = before.irq[0]!;
    if (action === "user.set_affinity") return { kind: "request", cpu: parameters["cpu"] as number };
    if (action.startsWith("user.") || action === "move.give_up") return { kind: "never" };
    if (action === "move.allocate") {
      return { kind: "allocation", vector: parameters["vector"] as number, by: irq.migration.cpu };
    }
    if (action === "device.raise") {
      return device.masked ? { kind: "nothing" } : { kind: "raise", cpu: device.address, vector: device.data };
    }
    if (device.address !== now.address) return { kind: "address", by, cpu: now.address };
    if (device.data !== now.data) return { kind: "data", by, vector: now.data };
    if (device.masked !== now.masked) return { kind: "mask", by, masked: now.masked };
    if (action === "move.read_irr" && this.#logs.requestReads) {
      return { kind: "test", by, vector: irq.vector, bit: before.cpu[by]!.irr[irq.vector]! };
    }
    if ((action === "cpu.cleanup_timer" || action === "cpu.cleanup_ipi") && this.#logs.requestReads) {
      if (this.system.system.cleanup === "timer-unchecked" || irq.previous === null) return { kind: "nothing" };
      const { cpu, vector } = irq.previous;
      return { kind: "test", by, vector, bit: before.cpu[cpu]!.irr[vector]! };
    }
    if (action === "move.retrigger" && this.#logs.ipis) {
      return { kind: "ipi", by, cpu: irq.cpu, vector: irq.vector };
    }
    if (action === "irq.complete_move" && this.system.system.cleanup === "ipi" && this.#logs.ipis) {
      return { kind: "cleanup-ipi", by, cpu: irq.previous!.cpu };
    }
    if (action === "cpu.accept" && this.#logs.accepts) {
      return { kind: "accept", by, vector: parameters["vector"] as number };
    }
    if (before.imsic !== null && action !== "cpu.accept" && cleared(before, after) > 0) {
      return { kind: "store", by, cpu: irq.cpu, vector: irq.vector };
    }
    return { kind: "nothing" };
  }

  /** The CPUs that a step ends an interrupt on, where the recording shows such ends. */
  #endsOwed(before: ReadonlySystemState, after: ReadonlySystemState): number {
    if (!this.#logs.ends || before.imsic !== null) return 0;
    let owed = 0;
    for (const [cpu, { isr }] of before.cpu.entries()) {
      if (isr.some((bit, vector) => bit && !after.cpu[cpu]!.isr[vector]!)) owed |= 1 << cpu;
    }
    return owed;
  }
}

const shared = new WeakMap<InterruptSystem, Map<string, StateGraph>>();

/**
 * A graph for a system and kinds of lines: the same one for all who ask, until it has too many states. What one device
 * has met need not be found out again for another.
 */
export function sharedGraph(system: InterruptSystem, logs: Machine["logs"], most = Infinity): StateGraph {
  const graphs = shared.get(system) ?? new Map<string, StateGraph>();
  shared.set(system, graphs);
  const key = JSON.stringify(logs);
  let graph = graphs.get(key);
  if (graph === undefined || graph.size >= most) {
    graph = new StateGraph(system, logs);
    graphs.set(key, graph);
  }
  return graph;
}

/** Whether a step that shows this is what was recorded. */
export function matches(shown: Shown, event: Event): boolean {
  if (shown.kind === "test") {
    return (
      event.kind === "irr" &&
      event.by === shown.by &&
      ((event.covered >>> shown.vector) & 1) === 1 &&
      (((event.bits >>> shown.vector) & 1) === 1) === shown.bit
    );
  }
  if (shown.kind !== event.kind) return false;
  switch (event.kind) {
    case "raise":
      return shown.kind === "raise" && shown.cpu === event.cpu && shown.vector === event.vector;
    case "address":
      return shown.kind === "address" && shown.by === event.by && shown.cpu === event.cpu;
    case "data":
      return shown.kind === "data" && shown.by === event.by && shown.vector === event.vector;
    case "mask":
      return shown.kind === "mask" && shown.by === event.by && shown.masked === event.masked;
    case "ipi":
    case "store":
      return (
        (shown.kind === "ipi" || shown.kind === "store") &&
        shown.by === event.by &&
        shown.cpu === event.cpu &&
        shown.vector === event.vector
      );
    case "cleanup-ipi":
      return shown.kind === "cleanup-ipi" && shown.by === event.by && shown.cpu === event.cpu;
    case "accept":
      return shown.kind === "accept" && shown.vector === event.vector && (event.by === null || shown.by === event.by);
    case "begin":
    case "irr":
    case "eoi":
    case "attempt":
    case "attempt-end":
      return false;
  }
}

/** How many pending bits a step clears: what a hart that is brought up to date sends on. */
function cleared(before: ReadonlySystemState, after: ReadonlySystemState): number {
  let bits = 0;
  for (const [cpu, { irr }] of before.cpu.entries()) {
    for (const [vector, bit] of irr.entries()) if (bit && !after.cpu[cpu]!.irr[vector]!) bits++;
  }
  return bits;
}
