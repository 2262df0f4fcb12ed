import type { SafetyProperty } from "../language/index.ts";
import type { EngineOptions, StopReason } from "./exploration.ts";

/**
 * Reason for a search to end at the levels that it has expanded: its properties are decided. Undefined when it must continue.
 *
 * @param properties that the search decides
 * @param isFound whether a state or step of these levels violates a property, or is the witness of a `sometimes`
 * @param isDecided whether that is so, or the property's predicate fails
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
