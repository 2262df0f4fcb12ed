import { fingerprint } from "../checker/index.ts";
import { wrap } from "../checker/trace/text.ts";
import { noWords } from "./call.ts";
import { compareAll, statusOf, tally } from "./check-all.ts";
import { explanations, familyOf, loadCatalogue } from "./catalogue.ts";
import type { Command } from "./command.ts";
import { summaryLines } from "./report.ts";
import { interruptibly, searched } from "./search.ts";
import { WIDTH } from "./terminal.ts";
import { traceSections } from "./traces.ts";
import { verdictLine } from "./verdict-line.ts";

/** What the tour shows in full, and what it says first. */
const STOPS: readonly { readonly id: string; readonly says: string }[] = [
  {
    id: "x86-direct",
    says: "A device is told to interrupt CPU1 instead of CPU0 by two writes: the address, which holds the CPU, then the data, which holds the vector. An interrupt raised before the first write goes to the old CPU and vector, one raised after the second to the new ones; both have a handler. Raised between the two, it goes to the new CPU with the old vector. Is it lost?",
  },
  {
    id: "x86-two-step",
    says: "The repair: first write the new vector for the old CPU, then the new CPU, on the old CPU with its interrupts off; then look there for an interrupt that arrived in between, and send it again. Is anything lost now?",
  },
];

/** `irqproof tour`: what `npm start` shows. */
export const command: Command = {
  usage: [""],
  about: [
    "Shows the main job: the direct update of an interrupt's target refuted with its shortest counterexample, the two-step update proved, then the whole catalogue against its expected verdicts.",
    "Exit status: 0 when everything is as expected.",
  ],
  options: {},
  parameters: false,
  async run(call, terminal) {
    noWords(call);
    const catalogue = await loadCatalogue();
    for (const { id, says } of STOPS) {
      const entry = catalogue.find((one) => one.id === id);
      if (entry === undefined) throw new Error(`the catalogue has lost ${id}`);
      const { style } = terminal;
      terminal.print(...wrap(says, WIDTH), "", style.quiet(`$ irqproof check ${id}`));
      const family = await familyOf(entry);
      const model = family.instantiate();
      const report = await searched(model, { purity: "assumed" }, terminal);
      const view = { format: "chart", style, all: false, fold: true } as const;
      terminal.print(
        ...summaryLines(report, entry.title, style, await explanations()),
        ...traceSections(model, report, view),
        "",
      );
      terminal.print(verdictLine(report, family, fingerprint(model)), "");
    }
    terminal.print(
      ...wrap(
        "Every way to move an interrupt that the catalogue has. The verdict is that of no-interrupt-lost, for the sizes and assumptions that irqproof list --json tells:",
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
