import { oneLine } from "../../checker/plain-text.ts";
import { wrap } from "../../checker/trace/text.ts";
import { WIDTH } from "./terminal.ts";

/** A column of a table. */
export interface Column {
  readonly heading: string;
  /** Right for numbers. Default left. */
  readonly align?: "left" | "right";
  /** Minimal width, for rows that are not known yet. */
  readonly least?: number;
}

/** A cell: its text, in which unprintable characters are escaped, and the paint applied after padding. */
export type TableCell = string | { readonly text: string; readonly paint: (text: string) => string };

/** Draws rows one at a time, so that a row can be shown before the next is known. */
export interface TableDrawer {
  readonly heading: string;
  /** The lines of a row: more than one when the last column has to be wrapped. */
  row(cells: readonly TableCell[]): string[];
}

/**
 * A drawer whose columns are wide enough for the headings and the given rows.
 *
 * @param gap blanks between columns
 */
export function drawer(
  columns: readonly Column[],
  rows: readonly (readonly TableCell[])[] = [],
  gap: number = 2,
): TableDrawer {
  const widths = columns.map(({ heading, least = 0 }, index) =>
    Math.max(oneLine(heading).length, least, ...rows.map((row) => textOf(row[index] ?? "").length)),
  );
  const last = columns.length - 1;
  const indent = widths.slice(0, -1).reduce((sum, width) => sum + width + gap, 0);
  const line = (cells: readonly TableCell[]): string =>
    cells
      .map((cell, index) => {
        const text = textOf(cell);
        const width = widths[index] as number;
        const padded =
          columns[index]?.align === "right" ? text.padStart(width) : index === last ? text : text.padEnd(width);
        // Blanks are not painted.
        return typeof cell === "string" ? padded : padded.replace(text, () => cell.paint(text));
      })
      .join(" ".repeat(gap))
      .trimEnd();
  return {
    heading: line(columns.map(({ heading }) => heading)),
    row(cells) {
      const text = textOf(cells[last] ?? "");
      if (columns[last]?.align === "right" || indent + text.length <= WIDTH) return [line(cells)];
      const [first = "", ...more] = wrap(text, Math.max(20, WIDTH - indent));
      return [line([...cells.slice(0, last), first]), ...more.map((part) => " ".repeat(indent) + part)];
    },
  };
}

/** A whole table. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly TableCell[])[],
  paintHeading: (text: string) => string = (text) => text,
): string[] {
  const draw = drawer(columns, rows);
  return [paintHeading(draw.heading), ...rows.flatMap((row) => draw.row(row))];
}

function textOf(cell: TableCell): string {
  return oneLine(typeof cell === "string" ? cell : cell.text);
}
