import { ModelError } from "../errors.ts";
import { isSafety, type Model, type Property } from "../language/index.ts";
import { processorSeconds } from "../platform.ts";
import type { Note } from "./values/notes.ts";
import { createReading, type Reading } from "./reading.ts";

/** Readings that the searches of one check share. */
export class Readings {
  readonly #known = new Map<object, unknown>();
  #seconds = 0;
  #processorSeconds = 0;

  of<S>(model: Model<S>): Reading<S> {
    let reading = this.#known.get(model) as Reading<S> | undefined;
    if (reading === undefined) this.#known.set(model, (reading = createReading(model)));
    return reading;
  }

  /** Takes a reading in place of the one that `of` would make of its model. */
  add<S>(reading: Reading<S>): void {
    this.#known.set(reading.model, reading);
  }

  /** Suspicious places in the functions of a model that were read. */
  notes<S>(model: Model<S>): readonly Note[] {
    return (this.#known.get(model) as Reading<S> | undefined)?.notes ?? [];
  }

  /** @throws ModelError where a variable or an object outside the functions is no longer as they were read with it */
  requireUnchanged<S>(model: Model<S>): void {
    const changed = (this.#known.get(model) as Reading<S> | undefined)?.changed();
    if (changed === undefined) return;
    throw new ModelError(
      `model ${model.name}: ${changed} changed during the check: guards, recipes and predicates may use only the state and their parameters`,
    );
  }

  /**
   * Reads all functions that a check calls, whether or not its search needs them as terms.
   *
   * @throws ModelError where the source of one shows a mistake; see `createReading`
   */
  refuseMistakes<S>(model: Model<S>, properties: Iterable<readonly [string, Property<S>]>): void {
    const started = performance.now();
    const before = processorSeconds();
    this.#readAll(model, properties);
    this.#processorSeconds += processorSeconds() - before;
    this.#seconds += (performance.now() - started) / 1000;
  }

  /** Seconds of wall-clock time that `refuseMistakes` has taken. */
  get seconds(): number {
    return this.#seconds;
  }

  /** Seconds of processor time that `refuseMistakes` has taken, in all threads. */
  get processorSeconds(): number {
    return this.#processorSeconds;
  }

  #readAll<S>(model: Model<S>, properties: Iterable<readonly [string, Property<S>]>): void {
    const reading = this.of(model);
    for (const instance of model.instances) reading.action(instance);
    for (const [id, property] of properties) {
      if (property.kind === "step") {
        for (const instance of model.instances) reading.step(id, property, instance);
      } else if (property.kind === "noDeadlock") reading.state(id, property.unless);
      else if (isSafety(property)) reading.state(id, property.holds);
      else if (property.kind !== "leadsTo") reading.state(id, property.goal);
      else {
        for (const { premise, goal } of property.each ?? [property]) {
          reading.state(id, premise);
          reading.state(id, goal);
        }
      }
    }
  }
}
