export { array, optional, record, repeat, sequence, type Fields } from "./composite.ts";
export { layoutOf, type Cell, type Layout, type Place } from "./layout.ts";
export { boolean, oneOf, range } from "./scalar.ts";
export {
  isFiniteType,
  returned,
  show,
  type DeepReadonly,
  type FiniteType,
  type Method,
  type Scalar,
  type ScalarShape,
  type Shape,
  type ValueOf,
} from "./type.ts";
export { cardinalityOf, valuesOf } from "./values.ts";
