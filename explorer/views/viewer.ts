import {
  actorsOf,
  ascii,
  changeTexts,
  chart,
  ModelError,
  oneLine,
  walkerOf,
  type Model,
  type Path,
  type Trace,
  type TraceStep,
  type Walker,
} from "../../checker/index.ts";
import type { InterruptSystem, SystemState } from "../../model/index.ts";
import { isQuiet, properties as catalogued } from "../../properties/index.ts";
import type { Choice, Choices, Lane, Overview, StepView } from "../wire.ts";
import { SystemView } from "./machine/system-view.ts";

/** More choices than this are only counted: the page could not show them. */
const MAX_CHOICES = 300;

/** Steps that are kept, so that a run is not taken again from its beginning at each key. */
const MAX_KEPT_STEPS = 20_000;

/** A model that is explored, with what is known of it besides. */
export interface Explored {
  readonly id: string;
  readonly title: string;
  readonly model: Model<unknown>;
  /** Undefined for a model of something else than interrupts. */
  readonly system?: InterruptSystem | undefined;
  /** Qualifications of the verdicts; paragraphs. */
  readonly notes: readonly string[];
}

/** A step that was taken, with those that were taken after it. */
interface Node {
  readonly step: TraceStep<unknown>;
  readonly before: Node | undefined;
  readonly instance: number | null;
  readonly after: Map<number, Node>;
  view: StepView | undefined;
}

/** Makes what the page shows of a model: runs, step by step, and what could happen next. */
export class Viewer {
  readonly walker: Walker<unknown>;
  readonly lanes: readonly Lane[];
  readonly #explored: Explored;
  readonly #system: SystemView | undefined;
  /** The initial states that were asked for, each with the runs that were taken from it. */
  #starts = new Map<number, Node>();
  #kept = 0;

  /** @param traces runs whose actors get lanes, where the model does not name its actors */
  constructor(explored: Explored, traces: readonly Trace<unknown>[] = []) {
    this.#explored = explored;
    this.walker = walkerOf(explored.model);
    this.#system = explored.system === undefined ? undefined : new SystemView(explored.system.system);
    this.lanes = this.#system?.lanes ?? lanesOf(explored.model, traces);
  }

  overview(): Overview {
    const { id, title, model, system, notes } = this.#explored;
    return {
      id: oneLine(id),
      title: oneLine(title),
      parameters: Object.entries(model.parameters).map(([name, value]) => [oneLine(name), oneLine(String(value))]),
      lanes: this.lanes,
      isSystem: system !== undefined,
      properties: propertiesOf(model, system !== undefined),
      initialStates: model.initial.length,
      notes: notes.map(oneLine),
    };
  }

  /**
   * The steps of a run in a range of places, the initial state being at place 0.
   *
   * @throws ModelError when a step of it is not enabled
   */
  run(path: Path, from = 0, to = path.instances.length): StepView[] {
    const views: StepView[] = [];
    let place = 0;
    for (const node of this.#nodes(path)) {
      if (place > to) break;
      if (place >= from) views.push((node.view ??= this.#view(node.step, node.before?.step, node.instance)));
      place++;
    }
    return views;
  }

  /**
   * A run as a text chart, repeated steps folded.
   *
   * @param ending of a run that decides a property: its loop, the reason and the closing sentence
   * @throws ModelError when a step of it is not enabled
   */
  chart(path: Path, ending: Partial<Pick<Trace<unknown>, "loopFrom" | "because" | "conclusion">> = {}): string {
    const steps = Array.from(this.#nodes(path), ({ step }) => step);
    const { because, conclusion, ...loop } = ending;
    return chart(this.#explored.model, { steps, because, conclusion, ...loop }, { fold: true });
  }

  /** The steps of a trace that was found elsewhere, without taking them again. It may begin in any state. */
  trace({ steps }: Pick<Trace<unknown>, "steps">): StepView[] {
    return steps.map((step, index) => this.#view(step, steps[index - 1], null));
  }

  /**
   * The state at the end of a run.
   *
   * @throws ModelError when a step of it is not enabled
   */
  stateAt(path: Path): TraceStep<unknown> {
    let step = this.walker.start(path.initial);
    for (const node of this.#nodes(path)) step = node.step;
    return step;
  }

  /** Steps that are enabled at the end of a run. */
  next(path: Path): Choices {
    const here = this.stateAt(path);
    const { model } = this.#explored;
    const enabled = this.walker.enabled(here.state);
    const known = new Set(this.#violated(here).map(({ id }) => id));
    const choices = enabled.slice(0, MAX_CHOICES).map((instance): Choice => {
      const after = this.walker.take(here.state, instance.index);
      return {
        instance: instance.index,
        action: oneLine(instance.action),
        actor: oneLine(after.actor),
        label: labelOf(after),
        changes: changeTexts(model, here.state, after.state),
        violates: this.#violated(after, here).flatMap(({ id }) => (known.has(id) ? [] : [oneLine(id)])),
      };
    });
    return { choices, more: enabled.length - choices.length };
  }

  /** The steps of a run, one after another; those that were taken before are not taken again. */
  *#nodes({ initial, instances }: Path): Iterable<Node> {
    let node = this.#starts.get(initial);
    if (node === undefined) {
      node = { step: this.walker.start(initial), before: undefined, instance: null, after: new Map(), view: undefined };
      this.#keep(() => this.#starts.set(initial, node as Node));
    }
    yield node;
    for (const [index, instance] of instances.entries()) {
      let next: Node | undefined = node.after.get(instance);
      if (next === undefined) {
        next = {
          step: this.#take(node, instance, index + 1),
          before: node,
          instance,
          after: new Map(),
          view: undefined,
        };
        const { after } = node;
        this.#keep(() => after.set(instance, next as Node));
      }
      node = next;
      yield node;
    }
  }

  #take(node: Node, instance: number, place: number): TraceStep<unknown> {
    try {
      return this.walker.take(node.step.state, instance);
    } catch (error) {
      throw error instanceof ModelError ? new ModelError(`step ${place}: ${error.message}`) : error;
    }
  }

  #keep(keep: () => void): void {
    if (++this.#kept > MAX_KEPT_STEPS) {
      this.#starts = new Map();
      this.#kept = 0;
    }
    keep();
  }

  #view(step: TraceStep<unknown>, before: TraceStep<unknown> | undefined, instance: number | null): StepView {
    const { model } = this.#explored;
    const lane = this.lanes.findIndex(({ name }) => name === ascii(step.actor).trim());
    const violated = this.#violated(step, before).map(({ id, because }) => ({
      id: oneLine(id),
      ...(because === undefined ? {} : { because: oneLine(because) }),
    }));
    const changes = before === undefined ? [] : changeTexts(model, before.state, step.state);
    const system = this.#system?.step(
      step as TraceStep<SystemState>,
      before as TraceStep<SystemState> | undefined,
      new Set(violated.map(({ id }) => id)),
    );
    return {
      instance,
      action: oneLine(step.action ?? ""),
      lane: lane < 0 ? null : lane,
      label: labelOf(step),
      changes,
      arrows: system?.arrows ?? [],
      tone: system?.tone ?? "plain",
      lanes: system?.lanes ?? [],
      state: step.state,
      machine: system?.machine ?? [],
      isIdle: this.#isIdle(step),
      violated,
    };
  }

  /** The violated properties; none where a predicate fails, which the verdicts report. */
  #violated(step: TraceStep<unknown>, before?: TraceStep<unknown>): ReturnType<Walker<unknown>["violated"]> {
    return withoutMistake(() => this.walker.violated(step, before), []);
  }

  #isIdle({ state }: TraceStep<unknown>): boolean {
    if (this.#explored.system !== undefined) return isQuiet(state as TraceStep<SystemState>["state"]);
    return withoutMistake(() => this.walker.enabled(state).length === 0, false);
  }
}

/** The answer, or a replacement where a function of the model fails: the state is shown all the same. */
function withoutMistake<Answer>(ask: () => Answer, otherwise: Answer): Answer {
  try {
    return ask();
  } catch (error) {
    if (error instanceof ModelError) return otherwise;
    throw error;
  }
}

function labelOf({ action, label }: Pick<TraceStep<unknown>, "action" | "label">): string {
  return oneLine(label).trim() || oneLine(action ?? "");
}

/** The actors that a model names; those of its actions' instances where it names none. */
function lanesOf(model: Model<unknown>, traces: readonly Trace<unknown>[]): Lane[] {
  const acting = model.instances.flatMap((instance) => {
    const [first] = model.initial;
    try {
      return first === undefined ? [] : [instance.actor(first)];
    } catch {
      // An actor may depend on a state in which its action is enabled.
      return [];
    }
  });
  const steps = [...acting.map((actor) => ({ actor })), ...traces.flatMap((trace) => trace.steps.slice(1))];
  const first = { actor: "" };
  const names = actorsOf(model, { steps: [first, ...steps] as TraceStep<unknown>[] });
  return names.filter((name) => name !== "").map((name) => ({ name, kind: "actor" }));
}

function propertiesOf(model: Model<unknown>, isSystem: boolean): Overview["properties"] {
  const learns = new Map(isSystem ? catalogued.map((entry) => [entry.id as string, entry.learns]) : []);
  return [...model.properties].map(([id, { kind, title, severity }]) => {
    const lesson = learns.get(id);
    return {
      id: oneLine(id),
      kind,
      title: oneLine(title),
      severity: severity ?? "loss",
      verdict: "open",
      ...(lesson === undefined ? {} : { learns: lesson }),
    };
  });
}
