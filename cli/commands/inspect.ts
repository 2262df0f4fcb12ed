import { inspect, type InspectedFunction } from "../../checker/index.ts";
import { jsonLines } from "../../checker/plain-text.ts";
import { wrap } from "../../checker/trace/text.ts";
import { onlyWord, type Options } from "../arguments/call.ts";
import type { Command } from "../command.ts";
import { count, counted, duration } from "../output/format.ts";
import { parametersGiven, requireFile, subjectOf } from "../arguments/subject.ts";
import { table } from "../output/table.ts";
import { WIDTH } from "../output/terminal.ts";

const options: Options = {
  cells: { help: "list the parts of the state that each function reads and writes" },
  json: { help: "print one JSON object" },
  watch: { help: "for FILE.ts: inspect again whenever it or a file that it reads changes, until Ctrl-C" },
};

/** `irqproof inspect`. */
export const command: Command = {
  usage: ["ID|FILE.ts [--PARAMETER VALUE ...] [--cells] [--json]"],
  about: [
    "Reads each action and property of a model without a search, and shows the result: the number of cells of the state that it reads and writes, the number of its terms and of those shared with other functions, and the way the compiled engine runs it.",
    "compiled: as generated code. partly: as generated code except in states, not necessarily reachable, where it throws or leaves its types. called: it could not be read, so the function itself is called; the reason follows below.",
  ],
  options,
  parameters: true,
  async run(call, terminal) {
    const word = onlyWord(call, "ID or FILE.ts, the model to inspect,");
    requireFile(call, word);
    const subject = await subjectOf(word);
    const given = parametersGiven(call, options, subject.word, subject.family.parameters);
    const inspection = inspect(subject.family.instantiate(given));
    if (call.has("json")) {
      terminal.print(jsonLines({ schema: 1, ...inspection }));
      return 0;
    }
    const { bitsPerState, bytesPerState, functions, seconds, terms } = inspection;
    terminal.print(
      terminal.style.strong(`${subject.word}: ${subject.title}`),
      `  ${bitsPerState} bits a state, ${bytesPerState} bytes in the visited set, ${counted(terms, "term")}, read in ${duration(seconds)}`,
      "",
    );
    if (call.has("cells")) {
      for (const each of functions) terminal.print(...cellsOf(each));
      return 0;
    }
    const number = (heading: string): { heading: string; align: "right" } => ({ heading, align: "right" });
    terminal.print(
      ...table(
        [
          { heading: "function" },
          number("reads"),
          number("writes"),
          number("terms"),
          number("shared"),
          { heading: "runs" },
        ],
        functions.map(({ name, reads, writes, terms: own, shared, path }) => [
          // Long names are cut to leave room for the figures; --cells and --json have them in full.
          name.length > 38 ? `${name.slice(0, 35)}...` : name,
          String(reads.length),
          String(writes.length),
          count(own),
          count(shared),
          path,
        ]),
        terminal.style.strong,
      ),
    );
    const called = functions.filter(({ unread }) => unread !== undefined);
    if (called.length > 0) terminal.print("", ...called.flatMap(reasonOf));
    return 0;
  },
};

function reasonOf({ name, unread }: InspectedFunction): string[] {
  const { why, where } = unread as NonNullable<InspectedFunction["unread"]>;
  return wrap(`${name} is called: ${why}${where === undefined ? "" : ` (${where})`}`, WIDTH);
}

function cellsOf({ name, reads, writes, path }: InspectedFunction): string[] {
  const cells = (what: string, paths: readonly string[]): string[] =>
    wrap(`${what} ${paths.join(", ") || "nothing"}`, WIDTH - 4).map((line) => `    ${line}`);
  return [`${name} (${path})`, ...cells("reads", reads), ...(writes.length > 0 ? cells("writes", writes) : [])];
}
