import { ExploredSpaces, fingerprint } from "../../checker/index.ts";
import { wrap } from "../../checker/trace/text.ts";
import { noWords } from "../arguments/call.ts";
import { compareAll, statusOf, tally } from "./check-all.ts";
import { explanations, familyOf, loadCatalogue } from "../arguments/catalogue.ts";
import type { Command } from "../command.ts";
import { summaryLines } from "../output/report.ts";
import { interruptibly, searched } from "./search.ts";
import { WIDTH } from "../output/terminal.ts";
import { traceSections } from "../output/traces.ts";
import { verdictLine } from "../output/verdict-line.ts";

/** Entries that the tour shows in full, each with an introduction. */
const STOPS: readonly { readonly id: string; readonly says: string }[] = [
  {
    id: "x86-direct",
    says: "Two register writes redirect a device's interrupt from CPU0 to CPU1: the address, which selects the CPU, then the data, which selects the vector. An interrupt raised before the first write goes to the old CPU and vector, and one raised after the second goes to the new ones. Both have a handler. An interrupt raised between the two writes goes to the new CPU with the old vector. Is it lost?",
  },
  {
    id: "x86-two-step",
    says: "The repair runs on the old CPU with interrupts off. It first writes the new vector with the old CPU, then the new CPU. Then it checks the old CPU for an interrupt that arrived in between, and sends it again. Is anything lost now?",
  },
];

/** `irqproof tour`, which `npm start` runs. */
export const command: Command = {
  usage: [""],
  about: [
    "Shows the direct update of an interrupt's target refuted with a shortest counterexample, the two-step update proved, and the whole catalogue compared with its expected verdicts.",
    "Exit status: 0 when everything is as expected.",
  ],
  options: {},
  parameters: false,
  async run(call, terminal) {
    noWords(call);
    const catalogue = await loadCatalogue();
    for (const { id, says } of STOPS) {
      const entry = catalogue.find((one) => one.id === id);
      if (entry === undefined) throw new Error(`the catalogue has no entry ${id}`);
      const { style } = terminal;
      terminal.print(...wrap(says, WIDTH), "", style.quiet(`$ irqproof check ${id}`));
      const family = await familyOf(entry);
      const model = family.instantiate();
      const explored = new ExploredSpaces();
      const report = await searched(model, { purity: "assumed", explored }, terminal);
      const view = { format: "chart", style, all: false, fold: true } as const;
      terminal.print(
        ...summaryLines(report, entry.title, style, await explanations()),
        ...traceSections(model, report, view),
        "",
      );
      terminal.print(verdictLine(report, family, fingerprint(model, explored)), "");
    }
    terminal.print(
      ...wrap(
        "Every way to move an interrupt in the catalogue, with the verdict of no-interrupt-lost for the sizes and assumptions of irqproof list --json:",
        WIDTH,
      ),
      "",
    );
    terminal.print(terminal.style.quiet("$ irqproof check --all"));
    const comparisons = await interruptibly({}, terminal, (interruptible) =>
      compareAll(catalogue, [], interruptible, terminal, (paint) => terminal.print(...paint(terminal.style))),
    );
    terminal.print("", tally(comparisons, catalogue.length), "");
    terminal.print(
      "Next: npx irqproof --help",
      "      npx irqproof new my-scheme.ts",
      "      npx irqproof check x86-direct --cpus 3 --vectors 3",
      "      npx irqproof list",
    );
    return statusOf(comparisons);
  },
};
