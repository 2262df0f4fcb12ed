import { SEVERITIES, type Severity } from "../../checker/index.ts";
import { jsonLines } from "../../checker/plain-text.ts";
import { wrap } from "../../checker/trace/text.ts";
import { noWords } from "../arguments/call.ts";
import type { Command } from "../command.ts";
import { drawer } from "../output/table.ts";
import { WIDTH } from "../output/terminal.ts";

const MEANING: Readonly<Record<Severity, string>> = {
  loss: "an event is lost, a device is stuck, or the system deadlocks",
  danger: "an unsafe state, such as a stray or a vector freed while pending",
  rule: "a safety rule of schemes is broken; without a loss this need not be a bug",
  liveness: "something never happens, although it must",
  bookkeeping: "kernel records disagree or leak",
};

/** `irqproof properties`. */
export const command: Command = {
  usage: ["[--json]"],
  about: [
    "Lists the properties that the catalogue is checked against, by severity: id, title, and what the verdict shows a maintainer.",
  ],
  options: { json: { help: "print a JSON array" } },
  parameters: false,
  async run(call, terminal) {
    noWords(call);
    const { properties } = await import("../../properties/index.ts");
    if (call.has("json")) {
      const entries = properties.map(({ id, title, severity, learns }) => ({ id, title, severity, learns }));
      terminal.print(jsonLines(entries));
      return 0;
    }
    const width = Math.max(...properties.map(({ id }) => id.length)) + 2;
    const draw = drawer([{ heading: "", least: width }, { heading: "" }]);
    const sections = SEVERITIES.map((severity) => [
      ...wrap(`${severity}: ${MEANING[severity]}`, WIDTH).map(terminal.style.strong),
      ...properties
        .filter((property) => property.severity === severity)
        .flatMap(({ id, title, learns }) => draw.row([`  ${id}`, `${title}. Shows ${learns}.`])),
    ]);
    terminal.print(...sections.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines])));
    return 0;
  },
};
