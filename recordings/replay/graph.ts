import type { ActionInstance } from "../../checker/index.ts";
import { type Semantics, semanticsOf } from "../../checker/semantics/semantics.ts";
import { type InterruptSystem, type ReadonlySystemState, type SystemState, cpuName } from "../../model/index.ts";
import { isOnline } from "../../model/state/queries.ts";
import { masksBeforeAllocation } from "../../model/system.ts";
import type { Machine } from "../observe/observation.ts";
import type { Event, Outcome } from "./event.ts";
import { FitStore } from "./fit-store.ts";
import type { Fit } from "./fit.ts";
import { type PendingIpi, type Shown, cleared, pendingEnds, pendingIpi, shownOf } from "./shown.ts";

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
  readonly #store: FitStore;
  /** The state that is packed in the words: of the last step taken. */
  #applied: ReadonlySystemState | null = null;
  /** By state: how many steps nothing shows, where these lead, then three numbers for each step. */
  readonly #edges: (Int32Array | undefined)[] = [];
  readonly #shown: Shown[] = [];
  readonly #shownNumbers = new Map<string, number>();
  readonly #endings = new Map<number, number>();

  /** @param logs which kinds of line the recording has */
  constructor(system: InterruptSystem, logs: Machine["logs"]) {
    this.system = system;
    this.#logs = logs;
    this.#semantics = semanticsOf(system.model);
    this.#words = new Uint32Array(system.model.layout.words);
    this.#store = new FitStore(system);
  }

  /** Number of its states. */
  get size(): number {
    return this.#store.size;
  }

  fit(id: number): Fit {
    return this.#store.at(id);
  }

  /** Targets of the steps out of a state that a recording does not show. */
  hidden(id: number): Int32Array {
    const packed = this.#packed(id);
    return packed.subarray(1, 1 + packed[0]!);
  }

  /** The steps out of a state, each with what a recording shows of it. */
  edges(id: number): readonly Edge[] {
    const packed = this.#packed(id);
    const edges: Edge[] = [];
    for (let at = 1 + packed[0]!; at < packed.length; at += 3) {
      edges.push({
        instance: this.system.model.instances[packed[at]!]!,
        shown: this.#shown[packed[at + 1]!]!,
        to: packed[at + 2]!,
      });
    }
    return edges;
  }

  #packed(id: number): Int32Array {
    const known = this.#edges[id];
    if (known !== undefined) return known;
    const packed = this.#pack(this.#taken(id));
    this.#edges[id] = packed;
    return packed;
  }

  #pack(edges: readonly { readonly instance: number; readonly shown: Shown; readonly to: number }[]): Int32Array {
    const hidden = edges.filter(({ shown }) => shown.kind === "nothing").map(({ to }) => to);
    return Int32Array.from([
      hidden.length,
      ...hidden,
      ...edges.flatMap(({ instance, shown, to }) => [instance, this.#numberOf(shown), to]),
    ]);
  }

  /** Few things are shown. */
  #numberOf(shown: Shown): number {
    const key = JSON.stringify(shown);
    const known = this.#shownNumbers.get(key);
    if (known !== undefined) return known;
    this.#shown.push(shown);
    this.#shownNumbers.set(key, this.#shown.length - 1);
    return this.#shown.length - 1;
  }

  #taken(id: number): { instance: number; shown: Shown; to: number }[] {
    const fit = this.fit(id);
    const { state } = fit;
    const edges: { instance: number; shown: Shown; to: number }[] = [];
    for (const [number, instance] of this.system.model.instances.entries()) {
      const isEnabled = this.#semantics.enabled(instance, state) || this.#mayHaveAsked(instance, state);
      const stopped = isEnabled ? null : stoppedBefore(this.system, state, instance);
      if (!isEnabled && stopped === null) continue;
      const actor = instance.actor(state);
      const by = state.cpu.findIndex((_, cpu) => cpuName(cpu) === actor);
      if (isHeld(fit, by)) continue;
      for (const after of stopped === null ? this.#after(instance, state) : afterHotplug(state, stopped)) {
        const shown = shownOf(this.system, this.#logs, instance, state, after, by);
        if (shown.kind === "never") continue;
        const fitAfter: Fit = {
          state: after,
          ends: fit.ends | pendingEnds(this.#logs, state, after),
          message:
            fit.message || (this.#logs.messages && shown.kind === "mask" && !shown.masked && state.device[0]!.pending),
          stores: fit.stores + (shown.kind === "store" ? Math.max(0, cleared(state, after) - 1) : 0),
          ipi: pendingIpi(this.#logs, instance, shown, state) ?? fit.ipi,
          outcome: outcomeAfter(fit, instance, after, shown),
        };
        const to = this.#store.intern(fitAfter, after === this.#applied ? this.#words : undefined);
        edges.push({ instance: number, shown, to });
      }
    }
    return edges;
  }

  /**
   * Targets of an event that is no step of the model in this state, but a further line of an earlier one; or, where it may be
   * another device's, nothing to this one.
   */
  stays(id: number, event: Event): number[] {
    const further = this.#further(id, event);
    return event.optional === true ? [...new Set([id, ...further])] : further;
  }

  #further(id: number, event: Event): number[] {
    const fit = this.fit(id);
    const { ends, message, state, stores } = fit;
    switch (event.kind) {
      case "eoi":
        if (((ends >>> event.by) & 1) === 1) return [this.#ended(id, event.by)];
        // An interrupt that the model does not know: the CPU had its interrupts on when it accepted that.
        return state.cpu[event.by]?.interruptsEnabled === false ? [] : [id];
      case "raise": {
        const { address, data } = state.device[0]!;
        return message && address === event.cpu && data === event.vector
          ? [this.intern({ ...fit, message: false })]
          : [];
      }
      case "mask":
        // A mask bit is written when it changes; what changes it is a step of the model.
        return state.device[0]!.masked === event.masked && event.outcome === null ? [id] : [];
      case "settled":
        return state.cpu[event.by]!.irr[event.vector]! ? [] : [id];
      case "store":
        return stores > 0 ? [this.intern({ ...fit, stores: stores - 1 })] : [];
      case "ipi":
        return isSame(fit.ipi, event) ? [this.intern({ ...fit, ipi: null })] : [];
      case "irr":
        // The outgoing CPU looks at each of its vectors, also those of other interrupts.
        return isOnline(state, event.by) || !agrees(state, event) ? [] : [id];
      case "cleanup-ipi":
        // Sent again by the cleanup itself, when the old vector was still pending.
        return event.by === event.cpu ? [id] : [];
      default:
        return [];
    }
  }

  /** The number of a state: equal ones have the same. */
  intern(fit: Fit): number {
    return this.#store.intern(fit);
  }

  /** The state after a pending end of an interrupt was recorded. */
  #ended(id: number, cpu: number): number {
    const key = id * 32 + cpu;
    const known = this.#endings.get(key);
    if (known !== undefined) return known;
    const fit = this.fit(id);
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
    this.#applied = after;
    if (state.hotplug !== null) return afterHotplug(state, after);
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
    this.#applied = null;
    stopped.irq[0]!.requested = null;
    return stopped.cpu.some(({ stack }) => stack.at(-1)?.stage === "completed") ? [after, stopped] : [after];
  }

  /**
   * In an interrupt context a request is known of only when it is acted on. It may have been there before the
   * interrupt was locked in which that happens: until then it changes nothing. Where the device is masked first, a
   * request for the CPU where the interrupt is can be seen, too.
   */
  #mayHaveAsked({ action, parameters }: ActionInstance<SystemState>, state: ReadonlySystemState): boolean {
    const { system } = this.system;
    const irq = state.irq[0]!;
    if (action !== "user.set_affinity" || system.context.kind !== "interrupt") return false;
    if (irq.requested !== null || irq.migration.step !== 0) return false;
    return parameters["cpu"] === irq.cpu ? masksBeforeAllocation(system) : irq.locked;
  }
}

/** Whether a CPU does nothing until a pending line of its own is recorded; -1: no CPU. */
function isHeld({ ends, ipi }: Fit, cpu: number): boolean {
  return cpu >= 0 && (((ends >>> cpu) & 1) === 1 || ipi?.by === cpu);
}

/**
 * CPUs may go offline and come back any number of times. To which CPU a move off an outgoing one goes is the allocator's
 * choice; the model takes the first one.
 */
function afterHotplug(before: ReadonlySystemState, after: ReadonlySystemState): ReadonlySystemState[] {
  const { stopper, online } = after.hotplug!;
  const begins = stopper.irq !== null && before.hotplug!.stopper.irq === null;
  const targets = begins ? online.flatMap((isUp, cpu) => (isUp ? [cpu] : [])) : [after.irq[0]!.requested];
  const isFresh = after.hotplug!.offlinesLeft === 1 && after.hotplug!.onlinesLeft === 1;
  if (isFresh && !begins) return [after];
  return targets.map((requested) => {
    const state = structuredClone(after) as SystemState;
    state.hotplug!.offlinesLeft = 1;
    state.hotplug!.onlinesLeft = 1;
    state.irq[0]!.requested = requested;
    return state as ReadonlySystemState;
  });
}

/**
 * The state after the request that a CPU go offline, where that came before what is pending now: a CPU that has stopped takes
 * no interrupt, but messages arrive. A request is known only when it is acted on. Null where it cannot have come.
 */
export function stoppedBefore(
  { system, model }: InterruptSystem,
  state: ReadonlySystemState,
  { action, parameters }: Pick<ActionInstance<SystemState>, "action" | "parameters">,
): ReadonlySystemState | null {
  if (action !== "user.offline_cpu" || state.hotplug === null || !state.cpu.some(({ irr }) => irr.includes(true))) {
    return null;
  }
  const offline = model.instances.find((one) => one.action === action && one.parameters["cpu"] === parameters["cpu"])!;
  const stopped = structuredClone(state) as SystemState;
  for (const cpu of stopped.cpu) cpu.irr = Array.from({ length: system.vectors }, () => false);
  if (!offline.guard(stopped as ReadonlySystemState)) return null;
  offline.recipe(stopped);
  for (const [index, { irr }] of state.cpu.entries()) stopped.cpu[index]!.irr = [...irr];
  return stopped as ReadonlySystemState;
}

function isSame(pending: PendingIpi | null, event: Event & { readonly kind: "ipi" }): boolean {
  return pending !== null && pending.by === event.by && pending.cpu === event.cpu && pending.vector === event.vector;
}

/** Whether what a CPU has read of its request bits is what it has requested. */
function agrees({ cpu }: ReadonlySystemState, { by, covered, bits }: Event & { readonly kind: "irr" }): boolean {
  return cpu[by]!.irr.every(
    (bit, vector) => ((covered >>> vector) & 1) === 0 || bit === (((bits >>> vector) & 1) === 1),
  );
}

/** Result of a move that a step refuses, until the mask bit is restored. */
function outcomeAfter(
  { outcome, state }: Fit,
  { action }: ActionInstance<SystemState>,
  after: ReadonlySystemState,
  shown: Shown,
): Outcome | null {
  const { requested, cpu } = state.irq[0]!;
  if (action === "move.refuse" && after.irq[0]!.migration.step !== 0) return requested === cpu ? "stays" : "refused";
  return shown.kind === "mask" ? null : outcome;
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
