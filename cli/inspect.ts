import { inspect, type InspectedFunction } from "../checker/index.ts";
import { jsonLines } from "../checker/plain-text.ts";
import { wrap } from "../checker/trace/text.ts";
import { onlyWord, type Options } from "./call.ts";
import type { Command } from "./command.ts";
import { count, counted, duration } from "./format.ts";
import { parametersGiven, subjectOf } from "./subject.ts";
import { table } from "./table.ts";
import { WIDTH } from "./terminal.ts";

const options: Options = {
  cells: { help: "name the parts of the state that each reads and writes" },
  json: { help: "print one JSON object" },
};

/** `irqproof inspect`. */
export const command: Command = {
  usage: ["ID|FILE.ts [--PARAMETER VALUE ...] [--cells] [--json]"],
  about: [
    "Learns each action and property of a model without searching it, and shows what was learned: how many cells of the state decide what it does, how many it changes, the leaves of its decision tree, the nodes of its diagram, and how the compiled engine runs it.",
    "compiled: as generated code. partly: but for values where it throws or leaves its types, which reachable states need not have. direct: it takes more runs to learn than it is worth; a search learns what it meets, or calls the function itself.",
  ],
  options,
  parameters: true,
  async run(call, terminal) {
    const subject = await subjectOf(onlyWord(call, "ID or FILE.ts, the model to inspect,"));
    const given = parametersGiven(call, options, subject.word, subject.family.parameters);
    const inspection = inspect(subject.family.instantiate(given));
    if (call.has("json")) {
      terminal.print(jsonLines({ schema: 1, ...inspection }));
      return 0;
    }
    const { bitsPerState, bytesPerState, functions, seconds } = inspection;
    terminal.print(
      terminal.style.strong(`${subject.word}: ${subject.title}`),
      `  ${bitsPerState} bits a state, ${bytesPerState} bytes in the visited set, learned in ${duration(seconds)}`,
      "",
    );
    // A property of steps is learned for each action; where no cell decides it there, it says nothing of the model.
    const telling = functions.filter(({ kind, reads }) => kind === "action" || reads.length > 0);
    const silent = functions.length - telling.length;
    if (call.has("cells")) {
      for (const each of telling) terminal.print(...cellsOf(each));
      return 0;
    }
    const number = (heading: string): { heading: string; align: "right" } => ({ heading, align: "right" });
    terminal.print(
      ...table(
        [
          { heading: "function" },
          number("reads"),
          number("writes"),
          number("leaves"),
          number("nodes"),
          { heading: "runs" },
        ],
        telling.map(({ name, reads, writes, leaves, nodes, path }) => [
          // Names that leave no room for the figures are cut; --cells and --json have them in full.
          name.length > 38 ? `${name.slice(0, 35)}...` : name,
          String(reads.length),
          String(writes.length),
          count(leaves),
          count(nodes),
          path,
        ]),
        terminal.style.strong,
      ),
    );
    if (silent > 0)
      terminal.print("", `and ${counted(silent, "step property", "step properties")} that the state does not decide`);
    return 0;
  },
};

function cellsOf({ name, reads, writes, path }: InspectedFunction): string[] {
  const cells = (what: string, paths: readonly string[]): string[] =>
    wrap(`${what} ${paths.join(", ") || "nothing"}`, WIDTH - 4).map((line) => `    ${line}`);
  return [`${name} (${path})`, ...cells("reads", reads), ...(writes.length > 0 ? cells("writes", writes) : [])];
}
