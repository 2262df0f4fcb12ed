import { ModelError, messageOf, type Path } from "../../checker/index.ts";
import { pathOfText } from "../path.ts";
import type { RunningSearch, SearchOrder } from "../search/running.ts";
import { Viewer, type Explored } from "../views/viewer.ts";
import type { CheckedView, Choices, Goal, Overview, SearchView, StepView, WayView } from "../wire.ts";

/** Begins a search of the model, in another thread. */
export type StartSearch = (order: SearchOrder) => RunningSearch;

/** A search with what has become of it. */
class Search<Result extends CheckedView | WayView> {
  readonly #running: RunningSearch;
  #ended: SearchView<Result> | undefined;

  constructor(running: RunningSearch) {
    this.#running = running;
    running.result.then(
      (result) => (this.#ended = { kind: "done", result: result as Result }),
      (error: unknown) => (this.#ended = { kind: "failed", message: messageOf(error) }),
    );
  }

  view(): SearchView<Result> {
    if (this.#ended !== undefined) return this.#ended;
    const progress = this.#running.progress();
    return { kind: "running", ...(progress === undefined ? {} : { progress }) };
  }

  stop(): void {
    if (this.#ended === undefined) this.#running.stop();
  }
}

/** A model that is open in the explorer: its views, and its searches. */
export class Session {
  readonly viewer: Viewer;
  readonly #start: StartSearch;
  #check: Search<CheckedView> | undefined;
  #way: Search<WayView> | undefined;
  #ways = 0;

  constructor(explored: Explored, start: StartSearch) {
    this.viewer = new Viewer(explored);
    this.#start = start;
  }

  overview(): Overview {
    return this.viewer.overview();
  }

  /** The search of the whole state space; the first call begins it. */
  checked(): SearchView<CheckedView> {
    this.#check ??= new Search(this.#start({ goal: { kind: "all" } }));
    return this.#check.view();
  }

  /** The latest search for a way from a state. */
  way(): { readonly number: number; readonly view: SearchView<WayView> } | null {
    return this.#way === undefined ? null : { number: this.#ways, view: this.#way.view() };
  }

  /**
   * Begins a search for a way, in place of the one before.
   *
   * @returns its number
   * @throws ModelError when a step of the run is not enabled
   */
  search(goal: Exclude<Goal, { readonly kind: "all" }>, from: Path): number {
    this.viewer.stateAt(from);
    this.#way?.stop();
    this.#way = new Search(this.#start({ goal, from }));
    return ++this.#ways;
  }

  stop(which: "check" | "way"): void {
    if (which === "check") this.#check?.stop();
    else this.#way?.stop();
  }

  /** Ends its searches. */
  close(): void {
    this.stop("check");
    this.stop("way");
  }

  run(text: string, from: number, to: number): { readonly steps: readonly StepView[] } {
    return { steps: this.viewer.run(pathFrom(text), from, to) };
  }

  /**
   * A run as a text chart.
   *
   * @param property the decided property that the run is of, whose reason and closing sentence follow the steps
   */
  chart(text: string, property?: string): { readonly text: string } {
    const check = this.#check?.view();
    const run = check?.kind === "done" ? check.result.properties.find(({ id }) => id === property)?.run : undefined;
    const { loopFrom, because, conclusion } = run ?? {};
    const ending = {
      ...(loopFrom === undefined ? {} : { loopFrom }),
      ...(because === undefined ? {} : { because }),
      ...(conclusion === undefined ? {} : { conclusion }),
    };
    return { text: this.viewer.chart(pathFrom(text), ending) };
  }

  next(text: string): Choices {
    return this.viewer.next(pathFrom(text));
  }
}

/**
 * The run that a request names.
 *
 * @throws ModelError when it is none
 */
export function pathFrom(text: string): Path {
  const path = pathOfText(text);
  if (path === undefined) throw new ModelError(`the address has an invalid run: ${text.slice(0, 40)}`);
  return path;
}
