import type { Explored } from "../../explorer/index.ts";
import type { Subject } from "./subject.ts";

/**
 * A subject in the form of the explorer and its reports.
 *
 * @param given its parameters, as typed by the user
 * @throws ModelError when a parameter is not allowed
 */
export function exploredOf(
  { word, family, title, entry, system }: Subject,
  given: Readonly<Record<string, unknown>>,
): Explored {
  const suspicion = entry?.suspicion;
  return {
    id: entry === undefined ? family.name : word,
    title,
    model: family.instantiate(given),
    system: system?.(given),
    notes: [
      ...(suspicion === undefined
        ? []
        : [
            `An unconfirmed suspicion about code in use. Modelled: ${suspicion.modelled}. Basis: ${suspicion.restsOn}. Refuted by: ${suspicion.refutedBy}.`,
          ]),
      ...(entry?.doubt === undefined ? [] : [`Doubt: ${entry.doubt}.`]),
    ],
  };
}
