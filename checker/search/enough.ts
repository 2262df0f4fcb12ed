import type { SafetyProperty } from "../language/index.ts";
import type { EngineOptions, StopReason } from "./exploration.ts";

/**
 * Why a search need not go beyond the levels that it has expanded: what it was asked is decided. Undefined when it must.
 *
 * @param properties that the search decides
 * @param isFound whether a state or step of these levels decides a property
 */
export function enough<S>(
  properties: ReadonlyMap<string, SafetyProperty<S>>,
  isFound: (id: string) => boolean,
  { untilViolation, untilDecided }: EngineOptions,
): StopReason | undefined {
  if (untilViolation !== true && untilDecided !== true) return undefined;
  const found = [...properties.keys()].filter(isFound);
  if (untilViolation === true && found.some((id) => properties.get(id)?.kind !== "sometimes")) {
    return { kind: "violation" };
  }
  return untilDecided === true && found.length === properties.size ? { kind: "decided" } : undefined;
}
