import { object, optional, word, type OptionalKey, type Rule } from "../definition/index.ts";

/**
 * Severity of a violation of a property, the worst first.
 *
 * - `loss`: an event is lost for good, a device is stuck, or the system deadlocks.
 * - `danger`: no loss by itself, but something is where it must not be, such as a stray or a vector freed while pending.
 * - `rule`: a rule is broken that keeps a scheme safe; without a loss beside it this need not be a bug.
 * - `liveness`: something good is put off forever.
 * - `bookkeeping`: records disagree or leak.
 */
export const SEVERITIES = ["loss", "danger", "rule", "liveness", "bookkeeping"] as const;

export type Severity = (typeof SEVERITIES)[number];

/** Options that every property has. */
export interface PropertyOptions {
  /** Severity of a violation. Default `loss`. */
  readonly severity?: Severity;
}

/** The rule for the key `severity`, wherever it stands. */
export const severityKey: OptionalKey = optional(word(...SEVERITIES));

/** The rule for `PropertyOptions`. */
export const propertyOptions: Rule = object<PropertyOptions>("an object", '{ severity: "danger" }', {
  severity: severityKey,
});

/** Severity of a violation of the property. */
export function severityOf({ severity = "loss" }: PropertyOptions): Severity {
  return severity;
}

/** Whether a violation of the one severity is at least as bad as one of the other. */
export function isAtLeast(one: Severity, other: Severity): boolean {
  return SEVERITIES.indexOf(one) <= SEVERITIES.indexOf(other);
}

/** The worst first; what is equally bad keeps its order. */
export function bySeverity<T extends { readonly severity: Severity }>(items: readonly T[]): T[] {
  return items.toSorted((one, other) => SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity));
}
