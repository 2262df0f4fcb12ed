import { readFileSync } from "node:fs";

/** The page as it is built: its script and its style sheet. */
export interface Assets {
  readonly script: string;
  readonly style: string;
}

/** Folders of the built page, relative to the compiled library or program, and to the sources. */
const FOLDERS = ["../page/", "../dist/page/"];

/**
 * Reads the page of the build.
 *
 * @throws Error when the page is not built
 */
export function pageAssets(): Assets {
  for (const folder of FOLDERS) {
    try {
      const read = (name: string): string => readFileSync(new URL(`${folder}${name}`, import.meta.url), "utf8");
      return { script: read("page.js"), style: read("page.css") };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  throw new Error("the page of the explorer is not built; run npm run build first");
}
