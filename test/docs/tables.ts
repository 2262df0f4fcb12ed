/** Tables of docs/ that are generated from the catalogue: `npm run docs:tables` writes them, a test compares them. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { catalogue, type Architecture, type CatalogueEntry } from "../../catalogue/index.ts";

export const PAGE = fileURLToPath(new URL("../../docs/model.md", import.meta.url));

const COVERAGES = ["dispatch", "service", "occurrence"] as const;
const LOSS = new Set(["no-interrupt-lost", "carrier-exists", "eventually-served"]);

/** The strategy table of one architecture, one line for each entry. */
function strategyTable(architecture: Architecture): string {
  const entries = catalogue.filter((entry) => entry.architecture === architecture);
  return [
    "| id | source | dispatch | service | occurrence | reason | also violated |",
    "|---|---|---|---|---|---|---|",
    ...entries.map((entry) =>
      [
        "",
        ` \`${entry.id}\` `,
        ` ${cell(entry.source.join("; "))} `,
        ...COVERAGES.map((coverage) => ` ${verdict(entry, coverage)} `),
        ` ${cell(entry.why)} `,
        ` ${others(entry).join(", ")} `,
        "",
      ].join("|"),
    ),
  ].join("\n");
}

function verdict(entry: CatalogueEntry, coverage: string): string {
  return entry.expected({ coverage })["no-interrupt-lost"] === "violated" ? "lost" : "holds";
}

/** Properties other than the loss that are violated at the entry's defaults. */
function others(entry: CatalogueEntry): string[] {
  return Object.entries(entry.expected()).flatMap(([id, expected]) =>
    expected === "violated" && !LOSS.has(id) ? [id] : [],
  );
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

const BLOCK = /(<!-- strategies: (\w+) -->\n)[^]*?(\n<!-- end -->)/g;

/** The page with its tables as the catalogue has them. */
export function withTables(page: string): string {
  return page.replace(
    BLOCK,
    (_, begin: string, architecture: string, end: string) =>
      `${begin}${strategyTable(architecture as Architecture)}${end}`,
  );
}

/** Writes the tables; returns whether the page has changed. */
export function writeTables(): boolean {
  const page = readFileSync(PAGE, "utf8");
  const written = withTables(page);
  if (written !== page) writeFileSync(PAGE, written);
  return written !== page;
}
