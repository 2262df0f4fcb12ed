import { inspect, type InspectedFunction } from "../checker/index.ts";
import { jsonLines } from "../checker/plain-text.ts";
import { wrap } from "../checker/trace/text.ts";
import { onlyWord, type Options } from "./call.ts";
import type { Command } from "./command.ts";
import { count, counted, duration } from "./format.ts";
import { parametersGiven, requireFile, subjectOf } from "./subject.ts";
import { table } from "./table.ts";
import { WIDTH } from "./terminal.ts";

const options: Options = {
  cells: { help: "name the parts of the state that each reads and writes" },
  json: { help: "print one JSON object" },
  watch: { help: "of FILE.ts: inspect again when the file changes, or one that it reads, until Ctrl-C" },
};

/** `irqproof inspect`. */
export const command: Command = {
  usage: ["ID|FILE.ts [--PARAMETER VALUE ...] [--cells] [--json]"],
  about: [
    "Reads each action and property of a model without searching it, and shows what was read: how many cells of the state decide what it does, how many it changes, the terms that say so, how many of these other functions share, and how the compiled engine runs it.",
    "compiled: as generated code. partly: but for states where it throws or leaves its types, which reachable states need not be. called: it was not read, and is called itself; the reason is given below.",
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
          // Names that leave no room for the figures are cut; --cells and --json have them in full.
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
