import { rolldown } from "rolldown";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { exploredOf } from "../../cli/arguments/explored.ts";
import { subjectOf } from "../../cli/arguments/subject.ts";
import { searchHere, Session, type Explored } from "../../explorer/index.ts";
import type { Assets } from "../../explorer/index.ts";

/** A catalogue entry or a file, as the explorer shows it. */
export async function opened(word: string, parameters: Readonly<Record<string, string>> = {}): Promise<Explored> {
  return exploredOf(await subjectOf(word), parameters);
}

/** A session whose searches run in this thread. */
export function sessionOf(explored: Explored): Session {
  return new Session(explored, (order) => searchHere(explored, order, { purity: "assumed" }));
}

/** A page that is not drawn. */
export const NO_PAGE: Assets = { script: "/* no script */", style: "/* no style */" };

/** The page of the sources, whatever the last build was made of. */
export async function pageOfSources(): Promise<Assets> {
  const path = (name: string): string => fileURLToPath(new URL(`../../explorer/page/${name}`, import.meta.url));
  const bundle = await rolldown({ input: path("main.tsx"), platform: "browser", logLevel: "silent" });
  const { output } = await bundle.generate({ format: "iife", minify: true, comments: false });
  await bundle.close();
  return { script: output[0].code, style: readFileSync(path("page.css"), "utf8") };
}
