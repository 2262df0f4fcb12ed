import { jsonLines } from "../checker/plain-text.ts";
import { noWords } from "./call.ts";
import type { Command } from "./command.ts";
import { table } from "./table.ts";

/** `irqproof properties`. */
export const command: Command = {
  usage: ["[--json]"],
  about: ["Lists the properties that the catalogue is checked for: id, title, and what a maintainer learns from each."],
  options: { json: { help: "print a JSON array" } },
  parameters: false,
  async run(call, terminal) {
    noWords(call);
    const { properties } = await import("../properties/index.ts");
    if (call.has("json")) {
      const entries = properties.map(({ id, title, learns }) => ({ id, title, learns }));
      terminal.print(jsonLines(entries));
      return 0;
    }
    const rows = properties.map(({ id, title, learns }) => [id, `${title}. Shows ${learns}.`]);
    const columns = [{ heading: "id" }, { heading: "what holds, and what a maintainer learns from it" }];
    terminal.print(...table(columns, rows, terminal.style.strong));
    return 0;
  },
};
