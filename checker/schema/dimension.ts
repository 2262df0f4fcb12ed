import { ModelError } from "../errors.ts";
import type { Dimension, FiniteType, ScalarShape } from "./type.ts";

/** The dimension of a type whose values are its indices and nothing else; undefined for every other type. */
export function dimensionOf(type: FiniteType<unknown>): Dimension | undefined {
  const { shape } = type;
  if (shape.kind !== "scalar" || shape.indices === undefined) return undefined;
  const { dimension } = shape.indices;
  return dimension.size === shape.cardinality ? dimension : undefined;
}

/** The dimensions in a type, by name. Two of one name are one dimension, and must be equal. */
export class Dimensions {
  readonly #byName = new Map<string, Dimension>();

  /**
   * Adds those of a type.
   *
   * @throws ModelError where a dimension of the name is known, with another size
   */
  add(type: FiniteType<unknown>): void {
    const { shape } = type;
    switch (shape.kind) {
      case "scalar":
        this.#addScalar(shape);
        return;
      case "record":
        for (const [, field] of shape.fields) this.add(field);
        return;
      case "array":
        if (shape.dimension !== undefined) this.#addOne(shape.dimension);
        this.add(shape.element);
        return;
      case "optional":
        this.add(shape.some);
        return;
      case "sequence":
        this.add(shape.element);
    }
  }

  all(): Dimension[] {
    return [...this.#byName.values()];
  }

  #addScalar({ indices }: ScalarShape): void {
    if (indices !== undefined) this.#addOne(indices.dimension);
  }

  #addOne(dimension: Dimension): void {
    const { name, size } = dimension;
    const known = this.#byName.get(name);
    if (known === undefined) this.#byName.set(name, dimension);
    else if (known.size !== size) {
      throw new ModelError(`indices("${name}", ${known.size}) and indices("${name}", ${size}) differ: use one of them`);
    }
  }
}
