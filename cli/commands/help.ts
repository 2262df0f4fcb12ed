import { wrap } from "../../checker/trace/text.ts";
import type { Call, Options } from "../arguments/call.ts";
import type { Command } from "../command.ts";
import { commands } from "./commands.ts";
import { table } from "../output/table.ts";
import { WIDTH } from "../output/terminal.ts";

/** The help text of the whole program. */
export function programHelp(): string[] {
  const rows = Object.entries(commands).map(([name, { summary }]) => [`  ${name}`, summary]);
  return [
    ...wrap("irqproof proves or refutes that no interrupt is lost while it is moved between CPUs.", WIDTH),
    "",
    "usage: irqproof COMMAND [...]",
    "",
    ...withoutHeading(rows),
    "",
    "irqproof COMMAND --help describes a command, irqproof --version the version.",
  ];
}

/** The help text of a command; if its arguments name a model, with the parameters of that model. */
export async function commandHelp(name: string, command: Command, call: Call): Promise<string[]> {
  const lines = command.usage.map((usage, index) =>
    `${index === 0 ? "usage:" : "      "} irqproof ${name} ${usage}`.trimEnd(),
  );
  for (const paragraph of command.about) lines.push("", ...wrap(paragraph, WIDTH));
  const options = Object.keys(command.options);
  if (options.length > 0) lines.push("", "options:", ...optionLines(command.options));
  const [word] = call.words;
  if (command.parameters && word !== undefined) lines.push(...(await parameterLines(word)));
  return lines;
}

function optionLines(options: Options): string[] {
  return withoutHeading(
    Object.entries(options).map(([name, { value, help }]) => [
      `  --${name}${value === undefined ? "" : ` ${value}`}`,
      help,
    ]),
  );
}

async function parameterLines(word: string): Promise<string[]> {
  const { optionName, subjectOf } = await import("../arguments/subject.ts");
  const { family } = await subjectOf(word);
  const parameters = Object.entries(family.parameters);
  if (parameters.length === 0) return ["", `${word} has no parameters.`];
  const rows = parameters.map(([name, parameter]) => [
    `  --${optionName(name)}`,
    `${parameter.means}: ${parameter.allowed}; default ${parameter.default}`,
  ]);
  return ["", `parameters of ${word}:`, ...withoutHeading(rows)];
}

function withoutHeading(rows: readonly (readonly string[])[]): string[] {
  return table([{ heading: "" }, { heading: "" }], rows).slice(1);
}
