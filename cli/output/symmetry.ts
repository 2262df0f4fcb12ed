import type { Reduction, Report } from "../../checker/index.ts";
import { count, counted, listed, indented } from "./format.ts";
import { type Style } from "./terminal.ts";

/** Pairs of indices named in a report with the reason why they are not interchanged; further ones are counted. */
const MAX_DISTINGUISHED = 4;

/** The size of the state space, on one line. */
export function figures({ states, symmetry }: Report<unknown>): string {
  const { distinct, transitions, depth } = states;
  if (symmetry !== undefined && Number.isNaN(distinct))
    return counted(symmetry.orbits, "orbit of states", "orbits of states");
  const size = `${counted(distinct, "state")}, ${counted(transitions, "transition")}`;
  return Number.isNaN(depth) ? size : `${size}, depth ${depth}`;
}

/** Lines on a search with symmetry: its reduction, the exchanges that it does not use, and the meaning of its counts. */
export function symmetryLines({ states, symmetry }: Report<unknown>, style: Style): string[] {
  if (symmetry === undefined) return [];
  return [
    ...indented(`symmetry: ${summary(symmetry)}`),
    ...(Number.isNaN(states.distinct) ? indented(openCounts(symmetry)) : []),
    ...indented(
      symmetry.cut.length === 0 ? "" : `only some of the interchangeable indices are used: ${listed(symmetry.cut)}`,
    ),
    ...reasons(symmetry).flatMap((reason) => indented(reason, style.doubtful)),
    ...indented(
      symmetry.decidedWithout.length === 0
        ? ""
        : `decided on all states, because a fair run with indices exchanged along it need not be fair: ${listed(symmetry.decidedWithout)}`,
    ),
  ];
}

function summary({ unused, interchangeable, orbits, levels, permutations }: Reduction): string {
  if (unused !== undefined) return `not used, because ${unused}`;
  const sets = interchangeable.map(({ dimension, indices }) => `${dimension} ${indices.join(", ")}`);
  return `${counted(orbits, "orbit")} in ${counted(levels, "level")}, under ${count(permutations)} permutations; interchangeable: ${sets.join("; ")}`;
}

function openCounts({ states, transitions }: Reduction): string {
  return `they have ${counted(states, "state")} and ${counted(transitions, "transition")}, reachable from the initial states with indices permuted; not all of these initial states were found to be reachable from the model's own`;
}

function reasons({ distinguished }: Reduction): string[] {
  const shown = distinguished.slice(0, MAX_DISTINGUISHED).map(({ dimension, indices, kind, why }) => {
    const what = kind === "asymmetric" ? "not interchangeable" : "not known to be interchangeable";
    return `${what}: ${dimension} ${indices.join(" and ")} (${why})`;
  });
  const more = distinguished.length - shown.length;
  return more > 0 ? [...shown, `${counted(more, "further pair")} not interchangeable (--json lists them)`] : shown;
}
