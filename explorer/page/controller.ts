import { CARRIER_PROPERTY, mainRun, type WithRun } from "../main-run.ts";
import { commonSteps, pathOfText, pathText } from "../path.ts";
import type {
  CheckedView,
  Choice,
  Choices,
  EntryView,
  Overview,
  Path,
  PropertyView,
  SearchView,
  StepView,
  WayView,
} from "../wire.ts";
import { fragmentOf, positionOf, type Position } from "./address.ts";
import { isAvailable, type Source, type WayGoal } from "./source.ts";

/** Steps before and behind the chosen one that are shown of a long run. */
const WINDOW_STEPS = 150;

/** Interval between two requests for the progress of a search. */
const POLL_EVERY_MS = 250;

/** Everything that the page shows. */
export interface PageState {
  readonly entries: readonly EntryView[];
  readonly overview: Overview | undefined;
  readonly check: SearchView<CheckedView> | undefined;
  readonly way: SearchView<WayView> | undefined;
  readonly position: Position | undefined;
  /** The steps that are known of the run, by place. */
  readonly steps: ReadonlyMap<number, StepView>;
  readonly choices: Choices | undefined;
  /** The property whose run the page compares with. */
  readonly property: string | undefined;
  readonly error: string | undefined;
  /** The latest news, for a status line. */
  readonly notice: string | undefined;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

/** The part of a browser that the controller needs. */
export interface Surroundings {
  /** The fragment of the address. */
  fragment(): string;
  setFragment(fragment: string): void;
  /** Waits before the next question to the server. */
  wait(milliseconds: number): Promise<void>;
}

const EMPTY: PageState = {
  entries: [],
  overview: undefined,
  check: undefined,
  way: undefined,
  position: undefined,
  steps: new Map(),
  choices: undefined,
  property: undefined,
  error: undefined,
  notice: undefined,
  canUndo: false,
  canRedo: false,
};

/** Holds what the page shows, and changes it as the user asks. */
export class Controller {
  readonly source: Source;
  readonly #surroundings: Surroundings;
  readonly #listeners = new Set<() => void>();
  #state = EMPTY;
  #past: Position[] = [];
  #future: Position[] = [];
  /** Counts the models that were opened: an answer about an earlier one is dropped. */
  #opened = 0;
  /** Counts the questions for steps: only the answer to the latest one counts. */
  #asked = 0;
  #loading: Promise<void> = Promise.resolve();
  /** The opened model whose searches are followed. */
  #polled: number | undefined;
  /** The search for a way that was begun last: the result of another one is of no interest any more. */
  #wayNumber: number | undefined;

  constructor(source: Source, surroundings: Surroundings) {
    this.source = source;
    this.#surroundings = surroundings;
  }

  get state(): PageState {
    return this.#state;
  }

  /** @returns what ends the subscription */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Shows what the address names, else the first model. */
  async start(): Promise<void> {
    await this.#attempt(async () => {
      const { first, entries } = await this.source.entries();
      this.#set({ entries });
      const wanted = positionOf(this.#surroundings.fragment());
      const isKnown = wanted !== undefined && (entries.some(({ id }) => id === wanted.model) || wanted.model === first);
      await this.open(isKnown ? wanted.model : first, isKnown ? wanted : undefined);
    });
  }

  /** The address was changed, as by the browser's back button. */
  async addressChanged(): Promise<void> {
    const { position, entries } = this.#state;
    const wanted = positionOf(this.#surroundings.fragment());
    if (wanted === undefined || position === undefined) return;
    if (wanted.model !== position.model) {
      if (entries.some(({ id }) => id === wanted.model)) await this.open(wanted.model, wanted);
      return;
    }
    if (wanted.path === undefined || fragmentOf({ ...position, ...wanted }) === fragmentOf(position)) return;
    await this.#go({ ...position, ...wanted });
  }

  /** Opens a model, and shows its worst counterexample when it is known. */
  async open(model: string, wanted?: Partial<Position>): Promise<void> {
    const opened = ++this.#opened;
    this.#past = [];
    this.#future = [];
    this.#set({ ...EMPTY, entries: this.#state.entries });
    await this.#attempt(async () => {
      const overview = await this.source.overview(model);
      if (opened !== this.#opened) return;
      this.#set({ overview });
      const path = wanted?.path ?? { initial: 0, instances: [] };
      await this.#go({ model, path, at: wanted?.at ?? path.instances.length });
      await this.#poll(opened, wanted?.path === undefined);
    });
  }

  /** Shows the run of a property. */
  async show(property: WithRun, at?: number): Promise<void> {
    const { position } = this.#state;
    if (position === undefined) return;
    if (!isAvailable(this.source, property.run)) {
      this.#set({ notice: `The run of ${property.id} is not in this file, because of its length.` });
      return;
    }
    this.#set({ property: property.id });
    await this.#goNew({ model: position.model, path: barePath(property.run), at: at ?? property.run.instances.length });
  }

  /** Shows a run that is in the file, by its path. */
  async showPath(path: Path): Promise<void> {
    const { position } = this.#state;
    if (position !== undefined) await this.#goNew({ model: position.model, path, at: path.instances.length });
  }

  /** Chooses a step of the run. */
  async select(at: number): Promise<void> {
    const { position } = this.#state;
    if (position === undefined) return;
    const place = Math.max(0, Math.min(at, position.path.instances.length));
    if (place !== position.at) await this.#go({ ...position, at: place });
  }

  /** Takes a step from the chosen state: the run continues from there, and its later steps are dropped. */
  async take(choice: Pick<Choice, "instance">): Promise<void> {
    const { position } = this.#state;
    if (position === undefined) return;
    const { path, at } = position;
    if (path.instances[at] === choice.instance) {
      await this.select(at + 1);
      return;
    }
    const instances = [...path.instances.slice(0, at), choice.instance];
    await this.#goNew({ ...position, path: { initial: path.initial, instances }, at: at + 1 });
  }

  /** Begins in another initial state. */
  async begin(initial: number): Promise<void> {
    const { position } = this.#state;
    if (position !== undefined) await this.#goNew({ ...position, path: { initial, instances: [] }, at: 0 });
  }

  async undo(): Promise<void> {
    await this.#travel(this.#past, this.#future);
  }

  async redo(): Promise<void> {
    await this.#travel(this.#future, this.#past);
  }

  /** Goes back to the run of the property that the page compares with, at the last common step. */
  async compared(): Promise<void> {
    const { position } = this.#state;
    const property = this.comparedProperty();
    if (position === undefined || property === undefined) return;
    await this.show(property, Math.max(0, Math.min(position.at, commonSteps(position.path, property.run))));
  }

  /** The property whose run the page compares with. */
  comparedProperty(): WithRun | undefined {
    const { property } = this.#state;
    const properties = this.properties();
    const chosen = properties.find(({ id, run }) => id === property && run !== undefined);
    return (chosen as WithRun | undefined) ?? mainRun(properties);
  }

  /** The properties, with their verdicts as far as they are known. */
  properties(): readonly PropertyView[] {
    const { overview, check } = this.#state;
    const open = overview?.properties ?? [];
    if (check?.kind !== "done") return open;
    const learns = new Map(open.map((property) => [property.id, property.learns]));
    return check.result.properties.map((property) => {
      const lesson = learns.get(property.id);
      return lesson === undefined ? property : { ...property, learns: lesson };
    });
  }

  /** Searches the shortest way from the chosen state. */
  async search(goal: WayGoal): Promise<void> {
    const { position } = this.#state;
    if (position === undefined || this.source.book !== undefined) return;
    await this.#attempt(async () => {
      this.#set({ way: { kind: "running" }, notice: undefined });
      this.#wayNumber = undefined;
      this.#wayNumber = await this.source.search(position.model, pathText(prefix(position)), goal);
      await this.#poll(this.#opened, false);
    });
  }

  /** The run that is shown as a text chart; undefined where none can be made. */
  async chart(): Promise<string | undefined> {
    const { position } = this.#state;
    if (position === undefined || this.source.chart === undefined) return undefined;
    const { model, path } = position;
    const compared = this.comparedProperty();
    const isWhole = compared !== undefined && pathText(compared.run) === pathText(path);
    return this.source.chart(model, pathText(path), isWhole ? compared.id : undefined);
  }

  async stop(which: "check" | "way"): Promise<void> {
    const { position } = this.#state;
    if (position !== undefined) await this.#attempt(() => this.source.stop(position.model, which));
  }

  async #travel(from: Position[], to: Position[]): Promise<void> {
    const { position } = this.#state;
    const target = from.pop();
    if (target === undefined || position === undefined) return;
    to.push(position);
    await this.#go(target);
  }

  /** Goes to a position that can be left again by undo. */
  async #goNew(position: Position): Promise<void> {
    if (this.#state.position !== undefined) this.#past.push(this.#state.position);
    this.#future = [];
    await this.#go(position);
  }

  async #go(position: Position): Promise<void> {
    const before = this.#state.position;
    const isSameModel = before?.model === position.model;
    const common = isSameModel ? commonSteps(before.path, position.path) : -1;
    const steps = new Map([...this.#state.steps].filter(([place]) => place <= common));
    this.#set({ position, steps, choices: undefined, error: undefined, notice: undefined });
    this.#surroundings.setFragment(fragmentOf(position));
    this.#loading = this.#attempt(() => this.#load(position, steps));
    await this.#loading;
  }

  /** Waits for the steps and choices of the chosen position. */
  loaded(): Promise<void> {
    return this.#loading;
  }

  /** Asks for the steps around the chosen one that are not known, and for what could happen next. */
  async #load(position: Position, known: ReadonlyMap<number, StepView>): Promise<void> {
    const asked = ++this.#asked;
    const { model, path, at } = position;
    const [first, last] = windowAround(at, path.instances.length);
    const missing = range(first, last).filter((place) => !known.has(place));
    const from = missing[0];
    if (from !== undefined) {
      const to = missing.at(-1)!;
      // No more of the run than is needed: a recorded one is very long.
      const whole = this.source.book !== undefined;
      const text = pathText(whole ? path : { initial: path.initial, instances: path.instances.slice(0, to) });
      const got = await this.source.run(model, text, from, to);
      if (asked !== this.#asked) return;
      const steps = new Map(known);
      for (const [index, step] of got.entries()) if (step !== undefined) steps.set(from + index, step);
      this.#set({ steps });
    }
    const choices = await this.source.next(model, pathText(prefix(position)));
    if (asked === this.#asked) this.#set({ choices });
  }

  /** Follows the searches of a model until they have ended. */
  async #poll(opened: number, showsResult: boolean): Promise<void> {
    if (this.#polled === opened) return;
    this.#polled = opened;
    try {
      while (opened === this.#opened) {
        const { model } = this.#state.position!;
        const { check, way: latest } = await this.source.searches(model);
        if (opened !== this.#opened) return;
        const [wasChecking, wasSearching] = [this.#state.check?.kind !== "done", this.#state.way?.kind === "running"];
        const way = latest !== null && latest.number === this.#wayNumber ? latest.view : undefined;
        if (check === null) {
          await this.#showMove();
          return;
        }
        this.#set({ check, ...(way === undefined ? {} : { way }) });
        if (check.kind === "done" && wasChecking && showsResult) await this.#showResult(check.result);
        if (way?.kind === "done" && wasSearching) await this.#follow(way.result);
        if (check.kind !== "running" && this.#state.way?.kind !== "running") return;
        await this.#surroundings.wait(POLL_EVERY_MS);
      }
    } finally {
      if (this.#polled === opened) this.#polled = undefined;
    }
  }

  /** When the search has ended: its worst counterexample, or an example, unless the user has gone elsewhere meanwhile. */
  async #showResult({ example, mistakes }: CheckedView): Promise<void> {
    const { position } = this.#state;
    if (position === undefined || position.path.instances.length > 0) return;
    const main = mainRun(this.properties());
    const path = mistakes[0]?.run ?? (main === undefined ? example : main.run);
    if (path === undefined || !isAvailable(this.source, path)) return;
    await this.#go({ model: position.model, path: barePath(path), at: path.instances.length });
    const decisive = decisiveStep([...this.#state.steps]);
    if (decisive !== undefined) await this.select(decisive);
  }

  /** The first move of a recording that has a run. */
  async #showMove(): Promise<void> {
    const text = this.source.book?.moves?.find(({ run }) => run !== undefined)?.run;
    const path = text === undefined ? undefined : pathOfText(text);
    if (path === undefined) return;
    await this.#go({ ...this.#state.position!, path, at: path.instances.length });
    const decisive = decisiveStep([...this.#state.steps]);
    if (decisive !== undefined) await this.select(decisive);
  }

  async #follow({ from, instances, goal, property, stopped }: WayView): Promise<void> {
    const { position } = this.#state;
    if (position === undefined || pathText(prefix(position)) !== from) return;
    const isRest = goal.kind === "rest";
    const wanted = goal.kind === "violation" && goal.property !== undefined ? ` of ${goal.property}` : "";
    if (instances === undefined) {
      const none = isRest
        ? "No idle state can be reached from here."
        : `No violation${wanted} can be reached from here.`;
      this.#set({ notice: stopped === undefined ? none : `No path was found before the search ended: ${stopped}.` });
      return;
    }
    if (instances.length === 0) {
      this.#set({ notice: isRest ? "" : `${property ?? "A property"} is violated here.` });
      return;
    }
    const path = { initial: position.path.initial, instances: [...prefix(position).instances, ...instances] };
    await this.#goNew({ ...position, path, at: path.instances.length });
    const length = instances.length === 1 ? "1 step" : `${instances.length} steps`;
    const reached = isRest ? "an idle state" : `a violation of ${property}`;
    this.#set({ notice: `A shortest path to ${reached}: ${length}.` });
  }

  async #attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#set({ error: error instanceof Error ? error.message : String(error) });
    }
  }

  #set(change: Partial<PageState>): void {
    this.#state = { ...this.#state, ...change, canUndo: this.#past.length > 0, canRedo: this.#future.length > 0 };
    for (const listener of this.#listeners) listener();
  }
}

/** The places of the steps that are shown around a chosen one. */
export function windowAround(at: number, length: number): readonly [first: number, last: number] {
  return [Math.max(0, at - WINDOW_STEPS), Math.min(length, at + WINDOW_STEPS)];
}

/**
 * The decisive step: the first at which a message is lost, or an event has nothing that carries it any more; where
 * nothing is lost, the first message to a target that is not the final one.
 */
function decisiveStep(steps: readonly (readonly [number, StepView])[]): number | undefined {
  const first = (matches: (step: StepView) => boolean): number | undefined =>
    steps.find(([, step]) => matches(step))?.[0];
  return (
    first(({ arrows }) => arrows.some(({ isLost }) => isLost)) ??
    first(({ violated }) => violated.some(({ id }) => id === CARRIER_PROPERTY)) ??
    first(({ arrows }) => arrows.some(({ tone }) => tone === "warn"))
  );
}

/** The run up to the chosen step. */
export function prefix({ path, at }: Pick<Position, "path" | "at">): Path {
  return { initial: path.initial, instances: path.instances.slice(0, at) };
}

function barePath({ initial, instances }: Path): Path {
  return { initial, instances };
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
