import { program } from "virtual:worker";
import { Controller } from "../../../explorer/page/controller.ts";
import type { FileMistake, ModelFile, ParameterView } from "../wire.ts";
import { WorkerClient, workerSource } from "./worker-source.ts";

/** State of a check. */
export type CheckState =
  | { readonly kind: "loading" }
  | { readonly kind: "model"; readonly controller: Controller }
  | { readonly kind: "mistake"; readonly mistake: FileMistake }
  /** The worker was ended before it had a result. */
  | { readonly kind: "ended"; readonly why: string };

/** A worker that is silent for longer runs code that does not return: the search itself pauses often. */
const MAX_SILENCE_MS = 10_000;

/** The time that a worker has to stop its search before it is ended. */
const STOP_WITHIN_MS = 1000;

const WATCH_EVERY_MS = 250;

/** Events of a check. */
export interface CheckEvents {
  changed(state: CheckState): void;
  parameters(parameters: readonly ParameterView[]): void;
  /** The run that is shown, as the explorer's address has it. */
  position(run: string): void;
  /** The time limit is reached, and the search is stopped. */
  timeLimit(): void;
}

/** A check of one text, in a worker of its own. */
export class Check {
  readonly #client: WorkerClient;
  readonly #events: CheckEvents;
  readonly #watch: ReturnType<typeof setInterval>;
  readonly #maxSeconds: number;
  readonly #started = performance.now();
  #state: CheckState = { kind: "loading" };
  #isOver = false;
  #isStopping = false;

  /**
   * @param file what is checked
   * @param run the run that is shown first; undefined for the counterexample
   * @param maxSeconds the time after which the search is stopped
   */
  constructor(file: ModelFile, run: string | undefined, maxSeconds: number, events: CheckEvents) {
    this.#events = events;
    this.#maxSeconds = maxSeconds;
    const url = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
    const worker = new Worker(url, { name: "irqproof" });
    URL.revokeObjectURL(url);
    this.#client = new WorkerClient(worker, (message) => this.#end(`The worker failed: ${message}`));
    this.#watch = setInterval(() => this.#look(), WATCH_EVERY_MS);
    void this.#load(file, run);
  }

  get state(): CheckState {
    return this.#state;
  }

  /** Whether a search, or the file's own code, is running. */
  get isRunning(): boolean {
    switch (this.#state.kind) {
      case "loading":
        return true;
      case "model": {
        const { check, way } = this.#state.controller.state;
        return check === undefined || check.kind === "running" || way?.kind === "running";
      }
      default:
        return false;
    }
  }

  /** Stops the search; ends the worker where the model's code does not return. */
  stop(): void {
    if (!this.isRunning || this.#isStopping) return;
    this.#isStopping = true;
    if (this.#state.kind === "model") {
      void this.#state.controller.stop("check");
      void this.#state.controller.stop("way");
    }
    setTimeout(() => {
      if (this.isRunning) this.#end("Stopped. The model's code was running and did not return.");
      this.#isStopping = false;
    }, STOP_WITHIN_MS);
  }

  /** Ends the worker: another check follows. */
  close(): void {
    this.#isOver = true;
    clearInterval(this.#watch);
    this.#client.end();
  }

  async #load(file: ModelFile, run: string | undefined): Promise<void> {
    try {
      const loaded = await this.#client.ask("load", file);
      if (loaded.parameters !== undefined) this.#events.parameters(loaded.parameters);
      if (loaded.kind === "mistake") {
        this.#set({ kind: "mistake", mistake: loaded.mistake });
        return;
      }
      const { id } = loaded;
      let fragment = run === undefined ? "" : `#${encodeURIComponent(id)}/${run}`;
      const controller = new Controller(workerSource(this.#client, id), {
        fragment: () => fragment,
        setFragment: (next) => {
          fragment = next;
          if (!this.#isOver) this.#events.position(next.slice(next.indexOf("/") + 1));
        },
        wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      });
      this.#set({ kind: "model", controller });
      await controller.start();
    } catch (error) {
      this.#end(error instanceof Error ? error.message : String(error));
    }
  }

  #look(): void {
    if (this.#client.silentMs > MAX_SILENCE_MS) {
      this.#end(
        `Ended: the model's code has not returned for ${MAX_SILENCE_MS / 1000} seconds. Is there a loop without an end?`,
      );
    } else if (this.isRunning && performance.now() - this.#started > this.#maxSeconds * 1000) {
      if (!this.#isStopping) this.#events.timeLimit();
      this.stop();
    }
  }

  #end(why: string): void {
    if (this.#isOver) return;
    this.close();
    this.#state = { kind: "ended", why };
    this.#events.changed(this.#state);
  }

  #set(state: CheckState): void {
    if (this.#isOver) return;
    this.#state = state;
    this.#events.changed(state);
  }
}
