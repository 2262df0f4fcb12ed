import type { Trace, TraceStep } from "../../checker/index.ts";
import { isBusy, type ReadonlySystemState, type SystemState } from "../../model/index.ts";
import { mayFollow, type Event } from "./event.ts";
import type { Fits } from "./fits.ts";
import type { Edge } from "./graph.ts";
import { matches } from "./shown.ts";

/** A recorded event with the sets of fitting states before and after it. */
export interface Layer {
  readonly line: number;
  readonly event: Event;
  readonly before: number;
  readonly after: number;
}

interface Node {
  readonly id: number;
  readonly phase: number;
  readonly from: Node | null;
  /** Null where nothing of the model happened. */
  readonly edge: Edge | null;
}

/** Before a step that no line shows. */
const INFERRED = "~ ";

/** Place of a step in a recording. */
function marked(label: string, line: number | null): string {
  return line === null ? `${INFERRED}${label}` : `${label} @${line}`;
}

/**
 * A run of the model through the layers that ends in the given state: one of those that fit. Null when there is none
 * (the layers do not belong together). The label of a recorded step ends in its line; one that no line shows is marked.
 */
export function runThrough(fits: Fits, layers: readonly Layer[], end: number): Trace<SystemState> | null {
  const steps: TraceStep<SystemState>[] = [];
  let target = end;
  for (const { event, before, line } of layers.toReversed()) {
    // A move that was refused unseen is shown only where nothing else explains what was recorded.
    const last = nodeThrough(fits, before, event, target, false) ?? nodeThrough(fits, before, event, target, true);
    if (last === null) return null;
    let node: Node | null = last;
    let first = last.id;
    for (; node !== null; node = node.from) {
      first = node.id;
      if (node.edge === null || node.from === null) continue;
      const { state } = fits.graph.fit(node.from.id);
      const { instance } = node.edge;
      steps.push({
        action: instance.action,
        parameters: instance.parameters,
        actor: instance.actor(state),
        label: marked(instance.label(state), node.phase === LAST_PHASE && node.from.phase < LAST_PHASE ? line : null),
        state: fits.graph.fit(node.id).state,
      });
    }
    target = first;
  }
  steps.push({ action: null, parameters: {}, actor: "", label: "", state: fits.graph.fit(target).state });
  return { steps: steps.toReversed(), because: undefined, conclusion: undefined };
}

/** 0: before the event; 1: behind a request that it may follow; 2: behind the event. */
const LAST_PHASE = 2;

/** Whether a step refuses a move, or continues after one that is refused there. */
function isRefusal({ instance }: Edge, state: ReadonlySystemState): boolean {
  if (instance.action !== "move.refuse" && instance.action !== "irq.after_completion") return false;
  return isBusy(state, 0);
}

/** The way from some state of a set through an event, and what follows unseen, to a state. */
function nodeThrough(fits: Fits, before: number, event: Event, target: number, mayBeRefused: boolean): Node | null {
  const seen = new Set<string>();
  const queue: Node[] = [];
  const add = (node: Node): Node | null => {
    const key = `${node.id} ${node.phase}`;
    if (seen.has(key)) return null;
    seen.add(key);
    queue.push(node);
    return node.phase === LAST_PHASE && node.id === target ? node : null;
  };
  for (const id of fits.ids(before)) add({ id, phase: 0, from: null, edge: null });
  for (const node of queue) {
    if (node.phase === 0) {
      for (const id of fits.graph.stays(node.id, event)) {
        const found = add({ id, phase: LAST_PHASE, from: id === node.id ? node.from : node, edge: null });
        if (found !== null) return found;
      }
    }
    for (const edge of fits.graph.edges(node.id)) {
      const phase = phaseAfter(node.phase, edge, event);
      if (phase === null) continue;
      if (!mayBeRefused && phase === node.phase && isRefusal(edge, fits.graph.fit(node.id).state)) continue;
      if (
        event.kind === "mask" &&
        phase === LAST_PHASE &&
        node.phase < LAST_PHASE &&
        fits.graph.fit(node.id).outcome !== event.outcome
      )
        continue;
      const found = add({ id: edge.to, phase, from: node, edge });
      if (found !== null) return found;
    }
  }
  return null;
}

/** Null where the edge does not belong to the way. */
function phaseAfter(phase: number, { shown }: Edge, event: Event): number | null {
  if (phase < LAST_PHASE && matches(shown, event)) return LAST_PHASE;
  if (phase === 0) {
    const may = mayFollow(event);
    return (shown.kind === "request" && may.request) || (shown.kind === "offline" && may.offline) ? 1 : null;
  }
  return shown.kind === "nothing" ? phase : null;
}
