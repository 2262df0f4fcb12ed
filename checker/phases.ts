import { processorSeconds } from "./platform.ts";
/** Phases of a check, in their order. */
export const PHASES = ["read", "symmetry", "generate", "search", "paths", "replay", "liveness"] as const;

/**
 * read: the functions of the model become terms. symmetry: what is interchangeable is found and proved. generate: code is made of the terms. search: states are explored.
 * paths: a shortest path is chosen for each finding. replay: its states are derived again by the reference semantics.
 * liveness: transitions are stored, and properties of infinite runs decided.
 */
export type PhaseName = (typeof PHASES)[number];

/** Time that a phase took. */
export interface Phase {
  readonly name: PhaseName;
  /** Seconds of wall-clock time. */
  readonly seconds: number;
  /** Seconds of processor time, in all threads of the process. */
  readonly processorSeconds: number;
}

interface Spent {
  wall: number;
  processor: number;
}

/** Measures a check by phase. The time of a phase that begins within another does not count for the outer one. */
export class Phases {
  readonly #spent = new Map<PhaseName, Spent>();
  readonly #running: PhaseName[] = [];
  #wall = 0;
  #processor = 0;

  during<T>(name: PhaseName, work: () => T): T {
    this.#begin(name);
    try {
      return work();
    } finally {
      this.#end();
    }
  }

  async duringAsync<T>(name: PhaseName, work: () => Promise<T>): Promise<T> {
    this.#begin(name);
    try {
      return await work();
    } finally {
      this.#end();
    }
  }

  /** The phases that took place. */
  all(): Phase[] {
    return PHASES.flatMap((name) => {
      const spent = this.#spent.get(name);
      return spent === undefined ? [] : [{ name, seconds: spent.wall, processorSeconds: spent.processor }];
    });
  }

  #begin(name: PhaseName): void {
    this.#count();
    this.#running.push(name);
  }

  #end(): void {
    this.#count();
    this.#running.pop();
  }

  /** Adds the time since the last call to the running phase. */
  #count(): void {
    const processor = processorSeconds();
    const wall = performance.now() / 1000;
    const name = this.#running.at(-1);
    if (name !== undefined) {
      const spent = this.#spent.get(name) ?? { wall: 0, processor: 0 };
      spent.wall += wall - this.#wall;
      spent.processor += processor - this.#processor;
      this.#spent.set(name, spent);
    }
    this.#wall = wall;
    this.#processor = processor;
  }
}
