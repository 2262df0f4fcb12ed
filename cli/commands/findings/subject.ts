import type { Bug, BugSide } from "../../../catalogue/bugs.ts";
import type { Finding } from "../../../catalogue/findings/index.ts";
import type { CatalogueEntry } from "../../../catalogue/index.ts";
import { didYouMean } from "../../../checker/definition/suggest.ts";
import { ModelError } from "../../../checker/errors.ts";
import { loadCatalogue } from "../../arguments/catalogue.ts";
import { MAIN_PROPERTY } from "../../output/verdict-line.ts";

/** Subject of a report: a row of the corpus, an entry, and its finding. */
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
 * The subject of a bug's id, of an entry's, or of the name of a report. An entry has the bug that it shows, an
 * unrepaired one first.
 *
 * @throws ModelError on an unknown id, or when there is nothing to report
 */
export async function findingSubject(word: string): Promise<FindingSubject> {
  const [{ bugs }, { findings }, catalogue] = await Promise.all([
    import("../../../catalogue/bugs.ts"),
    import("../../../catalogue/findings/index.ts"),
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
      throw new Error(`the corpus of bugs names ${bug.before.entry}, which is not in the catalogue`);
    return { entry: of, bug, finding, before: bug.before, after: bug.after };
  }
  if (entry === undefined) {
    const known = [...bugs.map(({ id }) => id), ...catalogue.map(({ id }) => id)];
    throw new ModelError(
      `report: unknown bug or entry ${word}${didYouMean(word, known) || "; irqproof bugs and irqproof list print them"}`,
    );
  }
  if (entry.expected()[MAIN_PROPERTY] !== "violated") {
    throw new ModelError(`report: nothing to report: ${word} loses no interrupt and shows no bug`);
  }
  return { entry, bug, finding, before: { entry: word, property: MAIN_PROPERTY }, after: undefined };
}
