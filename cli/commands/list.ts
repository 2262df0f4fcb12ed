import type { Architecture, CatalogueEntry } from "../../catalogue/index.ts";
import { jsonLines } from "../../checker/plain-text.ts";
import { noWords } from "../arguments/call.ts";
import { loadCatalogue } from "../arguments/catalogue.ts";
import type { Command } from "../command.ts";
import { verdictPaint, verdictText } from "../output/report.ts";
import { drawer } from "../output/table.ts";
import { MAIN_PROPERTY } from "../output/verdict-line.ts";

/** Legend of the marks of the table. */
const LEGEND = [
  `expected: ${MAIN_PROPERTY} at the entry's defaults; also: further violations:`,
  "D no-deadlock, L a liveness property, S another safety property",
  "! reproduced on an unchanged kernel, ? a suspicion about code in use: see",
  "  irqproof report ID, and irqproof check ID --assumptions",
];

const ARCHITECTURES: Readonly<Record<Architecture, string>> = {
  x86: "x86",
  riscv: "RISC-V",
  loongarch: "LoongArch",
  arm: "Arm",
};

/** `irqproof list`. */
export const command: Command = {
  usage: ["[--json]"],
  about: [
    `Lists the catalogue. Each way to move an interrupt has an id, the expected verdict of ${MAIN_PROPERTY}, marks for further violations, and a title, by architecture. --json adds the source, the reason and the parameters.`,
  ],
  options: { json: { help: "print a JSON array" } },
  parameters: false,
  async run(call, terminal) {
    noWords(call);
    const catalogue = await loadCatalogue();
    if (call.has("json")) {
      terminal.print(jsonLines(catalogue.map(toJson)));
      return 0;
    }
    const [{ livenessIds }, { bugs }] = await Promise.all([
      import("../../properties/index.ts"),
      import("../../catalogue/bugs.ts"),
    ]);
    const reproduced = new Set(bugs.flatMap(({ state, before }) => (state === "reproduced" ? [before?.entry] : [])));
    const rows = catalogue.map((entry) => {
      const expected = entry.expected();
      const verdict = expected[MAIN_PROPERTY] ?? "holds";
      const shown = { text: verdictText(verdict), paint: verdictPaint(verdict, terminal.style) };
      const marks = {
        text: marksOf(entry, expected, livenessIds, reproduced.has(entry.id)),
        paint: terminal.style.doubtful,
      };
      return [entry.id, shown, marks, entry.title];
    });
    const columns = ["id", "expected", "also", "title"].map((heading) => ({ heading }));
    const draw = drawer(columns, rows, 1);
    terminal.print(terminal.style.strong(draw.heading));
    for (const [architecture, name] of Object.entries(ARCHITECTURES)) {
      const own = rows.filter((_, index) => catalogue[index]!.architecture === architecture);
      terminal.print("", terminal.style.strong(name), ...own.flatMap((row) => draw.row(row)));
    }
    terminal.print("");
    terminal.print(...LEGEND.map(terminal.style.quiet));
    return 0;
  },
};

/** The letters of the legend. A lost event implies that it has no carrier and is never served. */
function marksOf(
  { suspicion }: CatalogueEntry,
  expected: ReturnType<CatalogueEntry["expected"]>,
  ofRuns: ReadonlySet<string>,
  isReproduced: boolean,
): string {
  const follows = expected[MAIN_PROPERTY] === "violated" ? ["eventually-served"] : [];
  const known = new Set([MAIN_PROPERTY, "carrier-exists", "no-deadlock", ...follows]);
  const others = Object.keys(expected).filter((id) => expected[id] === "violated" && !known.has(id));
  return [
    expected["no-deadlock"] === "violated" ? "D" : "",
    others.some((id) => ofRuns.has(id)) ? "L" : "",
    others.some((id) => !ofRuns.has(id)) ? "S" : "",
    isReproduced ? "!" : suspicion === undefined ? "" : "?",
  ].join("");
}

function toJson(entry: CatalogueEntry): object {
  const { id, architecture, title, source, why, doubt, suspicion } = entry;
  const parameters = Object.entries(entry.parameters).map(([name, parameter]) => [
    name,
    { default: parameter.default, allowed: parameter.allowed, means: parameter.means },
  ]);
  return {
    id,
    architecture,
    title,
    source,
    why,
    ...(doubt === undefined ? {} : { doubt }),
    ...(suspicion === undefined ? {} : { suspicion }),
    expected: entry.expected(),
    parameters: Object.fromEntries(parameters) as unknown,
  };
}
