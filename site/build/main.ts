/**
 * Builds the site: Markdown of the documents, of the catalogue and of the docstrings, which VitePress makes pages of; and
 * the playground. `npm run site` runs it.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import { build } from "vitepress";
import { apiSideBar, writeApi } from "./api.ts";
import { catalogueSideBar, writeCatalogue, type DiagramHtml } from "./catalogue-pages.ts";
import { checkedEntries } from "./checked-entries.ts";
import { documentSideBar, stageDocuments } from "./documents.ts";
import { findingSideBar, writeFindings } from "./finding-pages.ts";
import { OUTPUT, PAGES, REPOSITORY, SITE } from "./places.ts";
import { buildPlayground, sharedPackages } from "./playground.ts";

const started = performance.now();

function step(text: string): void {
  console.log(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${text}`);
}

/** The drawing of runs by the explorer's components, which are JSX: so they are bundled first. */
async function diagrams(): Promise<DiagramHtml> {
  const bundle = await rolldown({
    input: join(SITE, "catalogue/diagram.tsx"),
    platform: "node",
    plugins: [sharedPackages],
  });
  const file = join(PAGES, "made/diagram.mjs");
  await bundle.write({ file, format: "esm" });
  await bundle.close();
  return ((await import(pathToFileURL(file).href)) as { diagramHtml: DiagramHtml }).diagramHtml;
}

/** The explorer's style sheet for the diagrams in the pages: its rules apply inside a diagram only. */
function writeStyle(): void {
  const style = readFileSync(join(REPOSITORY, "explorer/page/page.css"), "utf8")
    .replace("color-scheme: light dark;", "")
    .replaceAll(":root {", "& {")
    .replaceAll(/@keyframes[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, "");
  mkdirSync(join(PAGES, "made"), { recursive: true });
  writeFileSync(join(PAGES, "made/diagram.css"), `.run-diagram {\n${style}}\n`);
}

rmSync(PAGES, { recursive: true, force: true });
rmSync(OUTPUT, { recursive: true, force: true });

step("the documents");
stageDocuments();
writeFindings();
step("the catalogue: every entry is checked");
const entries = await checkedEntries();
writeCatalogue(entries, await diagrams());
writeStyle();
step("the reference of the API");
await writeApi();
writeFileSync(
  join(PAGES, "made/side-bar.json"),
  JSON.stringify({
    "/": documentSideBar(),
    "/catalogue/": catalogueSideBar(entries),
    "/findings/": findingSideBar(),
    "/api/": apiSideBar(),
  }),
);
step("the pages");
await build(SITE);
step("the playground");
await buildPlayground(join(OUTPUT, "playground"));
step(`done: ${OUTPUT.slice(REPOSITORY.length)}/index.html`);
