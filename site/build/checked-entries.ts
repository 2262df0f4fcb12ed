import { assumptionsOf, type Assumption } from "../../catalogue/assumptions.ts";
import { bugs, type Bug } from "../../catalogue/bugs.ts";
import { findings, type Finding } from "../../catalogue/findings/index.ts";
import { catalogue, checkable, type CatalogueEntry } from "../../catalogue/index.ts";
import { check } from "../../checker/index.ts";
import { exampleOf } from "../../explorer/search/example.ts";
import { checkedView } from "../../explorer/search/search.ts";
import { mainRun } from "../../explorer/main-run.ts";
import { Viewer, type Explored } from "../../explorer/views/viewer.ts";
import type { CheckedView, Overview, Path, StepView } from "../../explorer/wire.ts";

/** The run of an entry that its page shows. */
export interface ShownRun {
  /** "Counterexample of no-interrupt-lost", for example. */
  readonly title: string;
  readonly steps: readonly StepView[];
  readonly chart: string;
  readonly loopFrom?: number;
}

/** An entry of the catalogue with the result of its check at the default parameters. */
export interface CheckedEntry {
  readonly entry: CatalogueEntry;
  readonly overview: Overview;
  readonly checked: CheckedView;
  readonly run: ShownRun | undefined;
  readonly assumptions: readonly Assumption[];
  /** Rows of the corpus that name the entry. */
  readonly bugs: readonly Bug[];
  /** Reports on faults that the entry shows. */
  readonly findings: readonly Finding[];
}

/** Checks all entries, as `irqproof check ID` does. */
export async function checkedEntries(): Promise<CheckedEntry[]> {
  const checked: CheckedEntry[] = [];
  for (const entry of catalogue) checked.push(await checkEntry(entry));
  return checked;
}

async function checkEntry(entry: CatalogueEntry): Promise<CheckedEntry> {
  const family = checkable(entry);
  const explored: Explored = {
    id: entry.id,
    title: entry.title,
    model: family.instantiate(),
    system: entry.system(),
    notes: [],
  };
  const report = await check(explored.model, { purity: "assumed" });
  if (report.stopped !== undefined) throw new Error(`${entry.id}: the check was stopped`);
  const viewer = new Viewer(explored);
  const view = checkedView(explored, report);
  const main = mainRun(view.properties);
  const example = main === undefined ? await exampleOf(explored, {}) : undefined;
  const rows = bugs.filter(({ before, after }) => before?.entry === entry.id || after?.entry === entry.id);
  return {
    entry,
    overview: viewer.overview(),
    checked: view,
    run:
      main === undefined
        ? example && { title: example.title, ...shown(viewer, example) }
        : { title: `Counterexample of ${main.id}`, ...shown(viewer, main.run) },
    assumptions: assumptionsOf(explored.system!),
    bugs: rows,
    findings: findings.filter(({ bug }) => rows.some(({ id, before }) => id === bug && before?.entry === entry.id)),
  };
}

function shown(
  viewer: Viewer,
  path: Path & { readonly because?: string; readonly conclusion?: string },
): Omit<ShownRun, "title"> {
  const { loopFrom, because, conclusion } = path;
  const loop = loopFrom === undefined ? {} : { loopFrom };
  const ending = {
    ...loop,
    ...(because === undefined ? {} : { because }),
    ...(conclusion === undefined ? {} : { conclusion }),
  };
  return { steps: viewer.run(path), chart: viewer.chart(path, ending), ...loop };
}
