import { spawn } from "node:child_process";
import { ModelError } from "../../../checker/errors.ts";
import type { EntryView, Explorer, Session } from "../../../explorer/index.ts";
import { loadCatalogue } from "../../arguments/catalogue.ts";
import { countOption, onlyWord, type Options } from "../../arguments/call.ts";
import type { Command } from "../../command.ts";
import { startSearchThread, type SearchSetup } from "./thread.ts";
import { exploredOf } from "../../arguments/explored.ts";
import { SEARCH_OPTIONS, searchOptions } from "../../arguments/search-options.ts";
import { parametersGiven, purityOf, subjectOf, type Subject } from "../../arguments/subject.ts";
import type { Terminal } from "../../output/terminal.ts";
import { MAIN_PROPERTY } from "../../output/verdict-line.ts";

const { engine, workers, "max-states": maxStates, "max-memory": maxMemory } = SEARCH_OPTIONS;

const options: Options = {
  open: { help: "open the page in the browser" },
  port: { value: "PORT", help: "port of the page; default: a free port" },
  engine: engine!,
  workers: workers!,
  "max-states": maxStates!,
  "max-memory": maxMemory!,
};

/** `irqproof explore`. */
export const command: Command = {
  usage: ["ID|FILE.ts [--PARAMETER VALUE ...] [OPTION ...]"],
  about: [
    "Shows a model in the browser: the verdict of each property, counterexamples as sequence diagrams, the state after each step, and the enabled steps. Steps can be taken by hand. On request, a shortest path from any state to a violation or to an idle state is searched. docs/explorer.md describes the page.",
    "The page is served on 127.0.0.1 only, to the browser that opens the printed address. Nothing is sent to another machine. Ctrl-C ends the explorer.",
    "The page can switch to any other entry of the catalogue, with default parameters.",
  ],
  options,
  parameters: true,
  async run(call, terminal) {
    const word = onlyWord(call, "ID or FILE.ts, the model to explore,");
    const port = portOption(countOption(call, "port"));
    const search = searchOptions(call);
    const subject = await subjectOf(word);
    const given = parametersGiven(call, options, word, subject.family.parameters);
    // A mistake in the model is reported here, before a page is opened.
    exploredOf(subject, given);
    const { explore, searchOver, Session } = await import("../../../explorer/index.ts");
    const open = async (id: string): Promise<Session> => {
      const isFirst = id === first;
      const opened = isFirst ? subject : await subjectOf(id);
      const parameters = isFirst ? given : {};
      const setup = { word: opened.word, parameters, options: threadOptions(opened, search) };
      return new Session(exploredOf(opened, parameters), (order) => startSearchThread({ ...setup, order }, searchOver));
    };
    const first = subject.entry === undefined ? subject.family.name : word;
    const explorer = await explore({
      first,
      entries: await entriesOf(subject, first),
      open,
      ...(port === undefined ? {} : { port }),
    });
    terminal.print(`${first}: ${explorer.address}`, "Ctrl-C ends the explorer.");
    if (call.has("open")) openBrowser(explorer, terminal);
    await terminal.interruptible(
      (signal) => new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true })),
    );
    await explorer.close();
    return 0;
  },
};

function portOption(port: number | undefined): number | undefined {
  if (port === undefined || port < 65_536) return port;
  throw new ModelError(`explore: --port is ${port}: it must be at most 65535`);
}

/** The subject first, then the catalogue by architecture. */
async function entriesOf(subject: Subject, first: string): Promise<EntryView[]> {
  const catalogue = await loadCatalogue();
  const entries = catalogue.map(({ id, architecture, title, expected }): EntryView => {
    const verdict = expected()[MAIN_PROPERTY];
    return { id, group: architecture, title, ...(verdict === undefined ? {} : { expected: verdict }) };
  });
  if (subject.entry !== undefined) return entries;
  return [{ id: first, group: "your file", title: subject.title }, ...entries.filter(({ id }) => id !== first)];
}

/** Options of the searches of a subject. */
function threadOptions(subject: Subject, search: ReturnType<typeof searchOptions>): SearchSetup["options"] {
  const { engine, workers, maxStates, maxMemory } = search;
  return {
    purity: purityOf(subject),
    ...(engine === undefined ? {} : { engine }),
    ...(workers === undefined ? {} : { workers }),
    ...(maxStates === undefined ? {} : { maxStates }),
    ...(maxMemory === undefined ? {} : { maxMemory }),
  };
}

/** Opens the page using the system's opener. The address in its command line is valid only once. */
function openBrowser(explorer: Explorer, terminal: Terminal): void {
  const address = explorer.addressForOnce();
  const [program, args] =
    process.platform === "darwin"
      ? ["open", [address]]
      : process.platform === "win32"
        ? ["cmd", ["/c", "start", "", address]]
        : ["xdg-open", [address]];
  const child = spawn(program as string, args as string[], { stdio: "ignore", detached: true });
  child.once("error", () => terminal.complain("explore: cannot start a browser; open the printed address"));
  child.unref();
}
