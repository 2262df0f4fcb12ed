/** A modeller's file in a page: as it was written, and the script that was made of it. */
export interface PageScript {
  readonly file: string;
  readonly written: string;
  /** The text that runs, with the same lines. */
  readonly running: string;
}

const scripts = new Map<string, PageScript>();

/**
 * Makes a modeller's file known, so that a mistake in it has a place.
 *
 * @param url the address of its script in stack traces
 */
export function addScript(url: string, script: PageScript): void {
  scripts.set(url, script);
}

/** The script of a modeller's file; undefined for every other script of the page. */
export function scriptAt(url: string): PageScript | undefined {
  return scripts.get(url);
}

/** As in `scripts.ts`: everything that was not made known is the page's own. */
export function authorOf(url: string): "modeller" | "library" {
  return scripts.has(url) ? "modeller" : "library";
}

/** As in `scripts.ts`. */
export function writtenText(file: string): string | undefined {
  return [...scripts.values()].find((script) => script.file === file)?.written;
}
