import { isSafety, type Model, type Property } from "../language/index.ts";
import { createReading, type Reading } from "./reading.ts";

/** Readings that the searches of one check share. */
export class Readings {
  readonly #known = new Map<object, unknown>();

  of<S>(model: Model<S>): Reading<S> {
    let reading = this.#known.get(model) as Reading<S> | undefined;
    if (reading === undefined) this.#known.set(model, (reading = createReading(model)));
    return reading;
  }

  /**
   * Reads all functions that a check calls, whether or not its search needs them as terms.
   *
   * @throws ModelError where the source of one shows a mistake; see `createReading`
   */
  refuseMistakes<S>(model: Model<S>, properties: Iterable<readonly [string, Property<S>]>): void {
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
