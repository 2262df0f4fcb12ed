import type { Part } from "./parts.ts";
import { valuesOf, type Parts } from "./states.ts";

/**
 * Looks for parts that are not in use where another part of their record has some value, and have their first value
 * then: such as the CPU of a move where no move is in progress. A guess; the proof has to show it.
 *
 * @param without families of parts that are in use always
 */
export function findMarkers(parts: Parts, states: readonly (readonly number[])[], without: ReadonlySet<string>): void {
  const values = states.map((cells) => valuesOf(parts, cells));
  const families = new Map<string, Part[]>();
  for (const part of parts) {
    if (part !== undefined) families.set(part.family, [...(families.get(part.family) ?? []), part]);
  }
  for (const members of families.values()) {
    const [first] = members;
    // A part with a value for "none" needs no other part as its marker.
    if (first?.valueKind === undefined || (first.valueKind.indexOf[0] ?? -1) < 0 || without.has(first.family)) continue;
    // Candidates: other parts of the record, whose values are of no kind.
    const beside = parts.filter(
      (part): part is Part =>
        part !== undefined && part.owner === first.owner && part !== first && part.valueKind === undefined,
    );
    for (const marker of beside) {
      if (marker.indices.length !== first.indices.length) continue;
      const others = families.get(marker.family) as Part[];
      const free = new Set<number>();
      const seen = new Set<number>();
      for (const state of values) {
        for (const part of members) {
          const own = others.find((other) => other.owner === part.owner);
          if (own === undefined) continue;
          const at = state[own.number] as number;
          const value = state[part.number] as number;
          if (at === own.values || value === part.values) continue;
          seen.add(at);
          if (value !== 0) free.add(at);
        }
      }
      const unused = [...seen].filter((value) => !free.has(value));
      if (unused.length === 0 || free.size === 0) continue;
      for (const part of members) {
        const own = others.find((other) => other.owner === part.owner) as Part;
        part.unused.push({ part: own.number, values: new Set([...unused, own.values]) });
      }
    }
  }
}
