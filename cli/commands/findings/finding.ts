import { isEndedFromOutside } from "../../../checker/index.ts";
import { onlyWord } from "../../arguments/call.ts";
import type { Command } from "../../command.ts";
import { findingReport, sideChecker } from "./report.ts";
import { findingSubject } from "./subject.ts";
import { interruptibly, searched } from "../search.ts";
import { HTML, htmlFile, writeHtml } from "../../arguments/html-file.ts";
import { entrySubject } from "../../arguments/subject.ts";

/** `irqproof report`. */
export const command: Command = {
  usage: ["ID|BUG [--html FILE]"],
  about: [
    "Writes a report on a catalogue entry or on a row of the corpus of bugs, as a mail to a kernel list: plain text of at most 72 columns. The report has the affected kernels, a shortest run with the kernel function of each step, the dependence on coverage and device, the way to observe it on a machine, the repair with its verdict, and what would refute it.",
    "Statements about the model are checked while the report is written. The reports on faults in code in use are kept in findings/.",
  ],
  options: HTML,
  parameters: false,
  async run(call, terminal) {
    const subject = await findingSubject(onlyWord(call, "an entry (irqproof list) or a bug (irqproof bugs)"));
    const html = await htmlFile(call);
    return interruptibly({}, terminal, async (interruptible) => {
      let isCut = false;
      const check = sideChecker(async (model, property, explored) => {
        const options = {
          ...interruptible,
          properties: [property],
          engine: "direct",
          purity: "assumed",
          explored,
        } as const;
        const report = await searched(model, options, terminal);
        isCut ||= isEndedFromOutside(report.stopped);
        return report;
      });
      const lines = await findingReport(subject, check);
      // A partial report could be mistaken for a complete one.
      if (isCut) {
        terminal.complain("report: interrupted; nothing is written");
        return 3;
      }
      const text = lines.join("\n");
      terminal.printText(text);
      if (html === undefined) return 0;
      const { entry, before } = subject;
      await writeHtml(html, {
        subject: await entrySubject(entry.id),
        given: before.parameters ?? {},
        report: (await check(before)).report,
        summary: lines.at(-1) ?? "",
        text,
      });
      return 0;
    });
  },
};
