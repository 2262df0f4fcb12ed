import type { Decided } from "../../explorer/index.ts";
import type { Call, Options } from "./call.ts";
import { exploredOf } from "./explored.ts";
import { outputFile, type OutputFile } from "./output-file.ts";
import type { Subject } from "./subject.ts";
import { version } from "../version.ts";

/** The option of the commands whose report can be one HTML file. */
export const HTML: Options = {
  html: {
    value: "FILE",
    help: "also write the report to this HTML file, with diagrams and states; it is self-contained and opens in a browser offline",
  },
};

/** @throws ModelError as `outputFile` does */
export function htmlFile(call: Call): Promise<OutputFile | undefined> {
  return outputFile(call, "html");
}

/** Contents of the HTML file on a subject. */
export interface HtmlContent {
  readonly subject: Subject;
  /** The parameters given by the user: their values, or as typed. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly report: Decided;
  /** The last line of the report. */
  readonly summary: string;
  /** The report as text, where it has more than the page. */
  readonly text?: string;
}

/**
 * Writes the HTML file of a report.
 *
 * @throws ModelError when it cannot be written
 */
export async function writeHtml(file: OutputFile, { subject, given, ...content }: HtmlContent): Promise<void> {
  const { exampleOf, htmlReport } = await import("../../explorer/index.ts");
  const explored = exploredOf(subject, given);
  const { mistakes = [], properties } = content.report;
  const hasRun = mistakes.length > 0 || properties.some(({ trace }) => trace !== undefined);
  const example = hasRun ? undefined : await exampleOf(explored, {});
  await file.write(
    htmlReport({ explored, version: version(), ...content, ...(example === undefined ? {} : { example }) }),
  );
}
