import { pathText } from "../path.ts";
import type {
  Book,
  BookRun,
  CheckedView,
  Choices,
  EntryView,
  Goal,
  Overview,
  SearchView,
  StepView,
  WayView,
} from "../wire.ts";

/** A goal that a search from a state may have. */
export type WayGoal = Exclude<Goal, { readonly kind: "all" }>;

/** The searches of a model. */
interface Searches {
  /** Null in the report on a recording. */
  readonly check: SearchView<CheckedView> | null;
  /** The latest search for a way, with its number. */
  readonly way: { readonly number: number; readonly view: SearchView<WayView> } | null;
}

/** Source of the page's data: a server, or the file that contains the page. */
export interface Source {
  /** The report that the page is in; undefined where a server answers. */
  readonly book: Book | undefined;
  entries(): Promise<{ readonly first: string; readonly entries: readonly EntryView[] }>;
  overview(model: string): Promise<Overview>;
  searches(model: string): Promise<Searches>;
  /** The steps of a run in a range of places; undefined for those that are not in the file. */
  run(model: string, path: string, from: number, to: number): Promise<readonly (StepView | undefined)[]>;
  /**
   * A run as a text chart; absent where none can be made.
   *
   * @param property the property that the run decides
   */
  chart?(model: string, path: string, property: string | undefined): Promise<string>;
  next(model: string, path: string): Promise<Choices>;
  /** @returns the number of the search */
  search(model: string, path: string, goal: WayGoal): Promise<number>;
  stop(model: string, which: "check" | "way"): Promise<void>;
}

/** The source of a page that irqproof explore serves. */
export function serverSource(): Source {
  return {
    book: undefined,
    entries: async () => answered(await fetch("/api/entries")),
    overview: async (model) => answered(await fetch(`/api/overview?${new URLSearchParams({ model })}`)),
    searches: async (model) => answered(await fetch(`/api/searches?${new URLSearchParams({ model })}`)),
    async run(model, path, from, to) {
      const { steps } = await post<{ steps: StepView[] }>("/api/run", { model, path, from, to });
      return steps;
    },
    async chart(model, path, property) {
      const { text } = await post<{ text: string }>("/api/chart", { model, path, property });
      return text;
    },
    next: (model, path) => post("/api/next", { model, path }),
    async search(model, path, goal) {
      const { number } = await post<{ number: number }>("/api/search", { model, path, goal });
      return number;
    },
    stop: (model, which) => post("/api/stop", { model, which }),
  };
}

async function post<Answer>(url: string, body: object): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  return answered(await fetch(url, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function answered<Answer>(response: Response): Promise<Answer> {
  const body: unknown = await response.json();
  if (response.ok) return body as Answer;
  throw new Error((body as { error?: string }).error ?? `the server answered ${response.status}`);
}

/** The source of a report in one file: everything is known, and nothing can be searched. */
export function bookSource(book: Book): Source {
  const { overview, checked, runs } = book;
  return {
    book,
    entries: async () => ({ first: overview.id, entries: [] }),
    overview: async () => overview,
    searches: async () => ({ check: checked === undefined ? null : { kind: "done", result: checked }, way: null }),
    run: async (_, path, from, to) => stepsOf(runs[path], from, to),
    next: async () => ({ choices: [], more: 0 }),
    search: async () => 0,
    stop: async () => {},
  };
}

function stepsOf(run: BookRun | undefined, from: number, to: number): (StepView | undefined)[] {
  if (run === undefined) return [];
  const { head, tail, length } = run;
  const last = Math.min(to, length);
  return Array.from({ length: Math.max(0, last - from + 1) }, (_, index) => {
    const place = from + index;
    return place < head.length ? head[place] : tail[place - (length + 1 - tail.length)];
  });
}

/** Whether a run is in the file that the page is in; always, where a server answers. */
export function isAvailable({ book }: Source, path: Parameters<typeof pathText>[0]): boolean {
  return book === undefined || book.runs[pathText(path)] !== undefined;
}
