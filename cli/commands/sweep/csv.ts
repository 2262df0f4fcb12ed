import type { SweepPoint } from "./point.ts";

/** The heading line of a sweep's comma-separated values. */
export function csvHeading(names: readonly string[]): string {
  return [...names, "verdict", "complete", "states", "transitions", "depth", "bits", "seconds"].map(csvCell).join(",");
}

/** The line of a point; the figures of an invalid combination are empty. */
export function csvLine(names: readonly string[], point: SweepPoint): string {
  const { parameters, report } = point;
  const found =
    report === undefined
      ? ["no model", "", "", "", "", "", ""]
      : [
          report.verdict,
          report.stopped === undefined,
          known(report.states.distinct),
          known(report.states.transitions),
          known(report.states.depth),
          report.engine.bitsPerState,
          report.seconds.toFixed(3),
        ];
  return [...names.map((name) => parameters[name]), ...found].map((cell) => csvCell(String(cell))).join(",");
}

/** A number, or nothing where a search with symmetry leaves it open. */
function known(value: number): number | "" {
  return Number.isNaN(value) ? "" : value;
}

/** RFC 4180: a cell with a comma, a quote or a line break is quoted. */
function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
