import type { SafetyProperty } from "../language/index.ts";
import type { EngineOptions, StopReason } from "./exploration.ts";

/**
 * Why a search need not go beyond the levels that it has expanded: what it was asked is decided. Undefined when it must.
 *
 * @param properties that the search decides
 * @param isFound whether a state or step of these levels decides a property by what it looks for
 * @param isDecided whether nothing more is looked for: that, or its predicate fails
 */
export function enough<S>(
  properties: ReadonlyMap<string, SafetyProperty<S>>,
  isFound: (id: string) => boolean,
  isDecided: (id: string) => boolean,
  { untilViolation, untilDecided }: EngineOptions,
): StopReason | undefined {
  if (untilViolation !== true && untilDecided !== true) return undefined;
  const ids = [...properties.keys()];
  if (untilViolation === true && ids.filter(isFound).some((id) => properties.get(id)?.kind !== "sometimes")) {
    return { kind: "violation" };
  }
  return untilDecided === true && ids.every(isDecided) ? { kind: "decided" } : undefined;
}
