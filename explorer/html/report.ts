import { chart, type Model, type Trace } from "../../checker/index.ts";
import { pageAssets, type Assets } from "../assets.ts";
import { mainRun } from "../main-run.ts";
import { pathText } from "../path.ts";
import { checkedView, type Decided } from "../search/search.ts";
import { Viewer, type Explored } from "../views/viewer.ts";
import type { Book, CheckedView } from "../wire.ts";
import { BookRuns } from "./book-runs.ts";
import { bookDocument } from "./document.ts";

/** Contents of the report on a model. */
export interface HtmlReport {
  readonly explored: Explored;
  /** The report of a check, or of a proof, which has no states. */
  readonly report: Decided;
  /** The last line of the report. */
  readonly summary: string;
  /** A run that shows what the model does, where it has no counterexample. */
  readonly example?: CheckedView["example"];
  /** The report as text, where it has more than the page shows. */
  readonly text?: string;
  readonly version: string;
  /** The page; default: that of the build. */
  readonly assets?: Assets;
}

/**
 * The report on a model as one HTML file without any other: verdicts, and every counterexample with its diagram and its
 * states. A run that has no room in the file is left out, the least important first, and the page says so.
 */
export function htmlReport(given: HtmlReport): string {
  const { explored, report, summary, example, text, version, assets } = given;
  const page = assets ?? pageAssets();
  const traces = [...(report.mistakes ?? []), ...report.properties].flatMap(({ trace }) =>
    trace === undefined ? [] : [trace],
  );
  const viewer = new Viewer(explored, traces);
  const checked: CheckedView = {
    ...checkedView(explored, report),
    ...(example === undefined ? {} : { example }),
  };
  const book: Book = {
    overview: viewer.overview(),
    checked,
    summary,
    version,
    ...(text === undefined ? {} : { text }),
    runs: {},
  };
  const runs = new BookRuns(book, page);
  const main = mainRun(checked.properties);
  const key = (trace: Trace<unknown>): string => pathText(viewer.walker.pathOf(trace));
  const isMain = (trace: Trace<unknown>): boolean => main !== undefined && key(trace) === pathText(main.run);
  if (example !== undefined) runs.add(pathText(example), () => viewer.run(example));
  // The run that is shown first has its place before all others.
  for (const trace of traces.toSorted((one, other) => Number(isMain(other)) - Number(isMain(one)))) {
    runs.add(key(trace), () => viewer.trace(trace));
  }
  return bookDocument(runs.book(), page, plainText(explored.model, report, main?.id, summary));
}

/** Verdicts, and the counterexample that matters most as a chart: for a reader that runs no script. */
function plainText(model: Model<unknown>, report: Decided, id: string | undefined, summary: string): string {
  const trace = report.properties.find((property) => property.id === id)?.trace;
  const lines = report.properties.map(({ id: name, verdict, title }) => `${verdict.padEnd(12)} ${name}: ${title}`);
  const drawn = trace === undefined ? [] : [`${id}:`, "", chart(model, trace), ""];
  return [summary, "", ...lines, "", ...drawn].join("\n");
}
