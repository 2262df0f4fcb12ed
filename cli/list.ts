import { noWords } from "./call.ts";
import { loadCatalogue, MAIN_PROPERTY } from "./catalogue.ts";
import type { Command } from "./command.ts";
import { verdictPaint, verdictText } from "./report.ts";
import { table } from "./table.ts";

/** `irqproof list`. */
export const command: Command = {
  usage: ["[--json]"],
  about: [
    `Lists the catalogue: each way to move an interrupt with its id, the row of the strategy table, the expected verdict of ${MAIN_PROPERTY} and a title. --json has the source, the reason and the parameters too.`,
  ],
  options: { json: { help: "print a JSON array" } },
  parameters: false,
  async run(call, terminal) {
    noWords(call);
    const catalogue = await loadCatalogue();
    if (call.has("json")) {
      const entries = catalogue.map((entry) => {
        const { id, architecture, title, row, source, why, doubt } = entry;
        const parameters = Object.entries(entry.parameters).map(([name, parameter]) => [
          name,
          { default: parameter.default, allowed: parameter.allowed, means: parameter.means },
        ]);
        return {
          id,
          architecture,
          title,
          row,
          source,
          why,
          ...(doubt === undefined ? {} : { doubt }),
          expected: entry.expected(),
          parameters: Object.fromEntries(parameters) as unknown,
        };
      });
      terminal.print(JSON.stringify(entries, null, 2));
      return 0;
    }
    const rows = catalogue.map((entry) => {
      const verdict = entry.expected()[MAIN_PROPERTY] ?? "holds";
      const shown = { text: verdictText(verdict), paint: verdictPaint(verdict, terminal.style) };
      return [entry.id, entry.row, shown, entry.title];
    });
    const columns = [{ heading: "id" }, { heading: "row" }, { heading: "expected" }, { heading: "title" }];
    terminal.print(...table(columns, rows, terminal.style.strong));
    return 0;
  },
};
