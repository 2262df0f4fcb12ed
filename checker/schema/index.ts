export { array, optional, record, repeat, sequence, type Fields } from "./composite.ts";
export { Dimensions } from "./dimension.ts";
export { layoutOf, type Cell, type Layout, type Place } from "./layout.ts";
export { boolean, indices, oneOf, range } from "./scalar.ts";
export {
  isFiniteType,
  returned,
  show,
  type DeepReadonly,
  type Dimension,
  type FiniteType,
  type IndexValues,
  type Method,
  type Scalar,
  type ScalarShape,
  type ValueOf,
} from "./type.ts";
export { cardinalityOf, valuesOf } from "./values.ts";
