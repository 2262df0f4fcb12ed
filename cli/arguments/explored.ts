import type { Explored } from "../../explorer/index.ts";
import type { Subject } from "./subject.ts";

/**
 * A subject as the explorer and its reports show it.
 *
 * @param given its parameters, as the words that were written
 * @throws ModelError when a parameter is not what it must be
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
            `A suspicion about code in use, which has not been confirmed. Modelled: ${suspicion.modelled}. It rests on: ${suspicion.restsOn}. It would be refuted by: ${suspicion.refutedBy}.`,
          ]),
      ...(entry?.doubt === undefined ? [] : [`Doubt: ${entry.doubt}.`]),
    ],
  };
}
