import { targetName, type System, type Target } from "../../../model/index.ts";
import type { Fact, Tone } from "../../wire.ts";

/** A row of a card. */
export function fact(name: string, value: string, tone: Tone = "plain"): Fact {
  return { name, value, tone };
}

/** A bit of the machine. */
export function bit(value: boolean): string {
  return value ? "1" : "0";
}

/** A target, or its absence. */
export function targetText(system: System, target: Target | null, none = "none"): string {
  return target === null ? none : targetName(target, system);
}

/** A list in one row. */
export function listText(items: readonly string[]): string {
  return items.length === 0 ? "none" : items.join(", ");
}
