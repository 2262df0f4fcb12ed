import { oneLine, type Trace } from "../../checker/index.ts";
import { pageAssets, type Assets } from "../assets.ts";
import { pathText } from "../path.ts";
import { Viewer, type Explored } from "../views/viewer.ts";
import type { Book, Lane, MoveView, Overview } from "../wire.ts";
import { BookRuns } from "./book-runs.ts";
import { bookDocument } from "./document.ts";

/** A move of a recording, with a run of a model that fits it. */
export interface RecordedMove {
  readonly title: string;
  readonly text: string;
  /** The lines of the log that it was seen in. */
  readonly log: readonly string[];
  /** Undefined where no entry fits the move. */
  readonly run: { readonly explored: Explored; readonly trace: Trace<unknown> } | undefined;
}

/** Contents of the report on a recording. */
export interface HtmlRecording {
  /** The name of the recording. */
  readonly name: string;
  /** The report as text. */
  readonly text: string;
  readonly moves: readonly RecordedMove[];
  readonly version: string;
  /** The page; default: that of the build. */
  readonly assets?: Assets;
}

/**
 * The report on a recording as one HTML file: each move that is worth a look with its lines of the log, and as a run of
 * the model that fits. Runs whose lanes are not those of the first one are left out, because they are of another machine.
 */
export function htmlRecording({ name, text, moves, version, assets }: HtmlRecording): string {
  const page = assets ?? pageAssets();
  const first = moves.find(({ run }) => run !== undefined)?.run;
  const viewers = new Map<Explored, Viewer>();
  const viewerOf = (explored: Explored): Viewer => {
    const viewer = viewers.get(explored) ?? new Viewer(explored);
    viewers.set(explored, viewer);
    return viewer;
  };
  const lanes = first === undefined ? [] : viewerOf(first.explored).lanes;
  const overview = overviewOf(name, lanes, first !== undefined && viewerOf(first.explored).overview().isSystem);
  const runs = new BookRuns({ overview, summary: oneLine(name), version, text, runs: {} }, page);
  const views = moves.map(({ title, text: says, log, run }, index): MoveView => {
    const view = { title: oneLine(title), text: oneLine(says), log: log.map(oneLine) };
    if (run === undefined) return view;
    const viewer = viewerOf(run.explored);
    if (!sameLanes(viewer.lanes, lanes)) return view;
    // It begins where the recording does, not in an initial state: the number of the move stands for that.
    const key = pathText({ initial: index + 1, instances: run.trace.steps.slice(1).map(() => 0) });
    return runs.add(key, () => viewer.trace(run.trace)) ? { ...view, run: key } : view;
  });
  const book: Book = { ...runs.book(), moves: views };
  return bookDocument(book, page, text);
}

function overviewOf(name: string, lanes: readonly Lane[], isSystem: boolean): Overview {
  return {
    id: oneLine(name),
    title: "a recording with fitting runs of the model",
    parameters: [],
    lanes,
    isSystem,
    properties: [],
    initialStates: 0,
    notes: [],
  };
}

function sameLanes(one: readonly Lane[], other: readonly Lane[]): boolean {
  return one.length === other.length && one.every(({ name }, lane) => other[lane]!.name === name);
}
