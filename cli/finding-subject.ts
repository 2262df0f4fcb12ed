import { ModelError } from "../checker/errors.ts";
import { didYouMean } from "../checker/definition/suggest.ts";
import type { Bug, BugSide } from "../model/bugs/index.ts";
import type { Finding } from "../model/findings/index.ts";
import type { CatalogueEntry } from "../model/index.ts";
import { loadCatalogue, MAIN_PROPERTY } from "./catalogue.ts";

/** What a report is about: a row of the corpus, an entry, and what is known besides. */
export interface FindingSubject {
  readonly entry: CatalogueEntry;
  /** Undefined for a suspicion that has no row. */
  readonly bug: Bug | undefined;
  readonly finding: Finding | undefined;
  readonly before: BugSide;
  /** Undefined where no repair is modelled. */
  readonly after: BugSide | undefined;
}

/**
 * The subject of a bug's id, of an entry's, or of the name of a report. An entry has the bug that it shows; what is not
 * repaired comes first.
 *
 * @throws ModelError when nothing has that id, or there is nothing to report on it
 */
export async function findingSubject(word: string): Promise<FindingSubject> {
  const [{ bugs }, { findings }, catalogue] = await Promise.all([
    import("../model/bugs/index.ts"),
    import("../model/findings/index.ts"),
    loadCatalogue(),
  ]);
  const entry = catalogue.find(({ id }) => id === word);
  const shown = bugs.filter((bug) => bug.before?.entry === word && bug.before.property === MAIN_PROPERTY);
  const named = findings.find(({ name }) => name === word)?.bug ?? word;
  const bug =
    bugs.find(({ id }) => id.toLowerCase() === named.toLowerCase()) ??
    shown.find(({ state }) => state !== undefined) ??
    shown[0];
  const finding = findings.find((one) => one.bug === bug?.id);
  if (bug !== undefined) {
    if (bug.before === undefined) {
      throw new ModelError(`report: ${bug.id} is not in the model: ${bug.inexpressible}`);
    }
    const of = catalogue.find(({ id }) => id === bug.before.entry);
    if (of === undefined)
      throw new Error(`the corpus of bugs names ${bug.before.entry}, which the catalogue does not have`);
    return { entry: of, bug, finding, before: bug.before, after: bug.after };
  }
  if (entry === undefined) {
    const known = [...bugs.map(({ id }) => id), ...catalogue.map(({ id }) => id)];
    throw new ModelError(
      `report: there is no bug or entry ${word}${didYouMean(word, known) || "; irqproof bugs and irqproof list show them"}`,
    );
  }
  if (entry.expected()[MAIN_PROPERTY] !== "violated") {
    throw new ModelError(`report: there is nothing to report: ${word} loses no interrupt, and no bug is shown with it`);
  }
  return { entry, bug, finding, before: { entry: word, property: MAIN_PROPERTY }, after: undefined };
}
