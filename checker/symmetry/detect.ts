import type { Reading } from "../reading/index.ts";
import { declaredIn, type Assignment } from "./structure.ts";

export function detectedIn<S>(reading: Reading<S>): Assignment {
  return declaredIn(reading.model);
}
