import { ascii } from "../../../checker/plain-text.ts";
import { wrap } from "../../../checker/trace/text.ts";
import type { Reproduction } from "../../../catalogue/findings/index.ts";

/** Blanks between the columns. */
const GAP = 2;

/** A run of the model beside its recording, in lines of at most `width` columns. */
export function sideBySide(rows: Reproduction["rows"], width: number): string[] {
  const left = Math.floor((width - GAP) / 2);
  const right = width - GAP - left;
  const lines = [...pair("the model", "the recording", left, right), `${"-".repeat(left)}  ${"-".repeat(right)}`];
  for (const { model, recorded } of rows) lines.push(...pair(model, recorded, left, right), "");
  return lines;
}

function pair(one: string, other: string, left: number, right: number): string[] {
  const lefts = wrap(ascii(one), left);
  const rights = wrap(ascii(other), right);
  return Array.from({ length: Math.max(lefts.length, rights.length) }, (_, line) =>
    `${(lefts[line] ?? "").padEnd(left + GAP)}${rights[line] ?? ""}`.trimEnd(),
  );
}
