import { basename, dirname, extname, join } from "node:path";
import { ModelError } from "../../checker/errors.ts";
import { choiceOption, countOption, onlyWord, type Options } from "../arguments/call.ts";
import type { Command } from "../command.ts";
import { LANGUAGES, type Language } from "./languages.ts";
import { fileOf, outputFile } from "../arguments/output-file.ts";
import { parametersGiven, subjectOf } from "../arguments/subject.ts";

const names = Object.keys(LANGUAGES);

const options: Options = {
  to: { value: "LANGUAGE", help: names.join(" | ") },
  out: { value: "FILE", help: "write to this file, and companion files beside it" },
  property: { value: "ID", repeatable: true, help: "export only this property; repeatable" },
  "max-states": {
    value: "N",
    help: "with --to dot: maximal number of states in the drawing; default 500",
  },
  k: { value: "N", help: "with --to smtlib: number of states that the induction assumes; default 1" },
  distributed: { help: "with --to tla --out: also write the commands for TLC on several machines" },
};

/** `irqproof export`. */
export const command: Command = {
  usage: ["ID|FILE.ts --to LANGUAGE [--out FILE] [--PARAMETER VALUE ...] [OPTION ...]"],
  about: [
    "Writes the model in the language of another checker, as read from its actions and properties. The other checker counts the same states and transitions as irqproof check. irqproof crosscheck runs the installed checkers and compares the results.",
    `LANGUAGE is one of: ${Object.entries(LANGUAGES)
      .map(([name, { means }]) => `${name} (${means})`)
      .join(", ")}.`,
    "docs/second-opinion.md describes the exports.",
  ],
  options,
  parameters: true,
  async run(call, terminal) {
    const word = onlyWord(call, "ID or FILE.ts, the model to export,");
    const to = choiceOption(call, "to", names);
    if (to === undefined) throw new ModelError(`export: --to is missing; give --to ${names.join(" | ")}`);
    if (call.has("distributed") && (to !== "tla" || !call.has("out"))) {
      throw new ModelError("export: --distributed needs --to tla and --out FILE.tla");
    }
    if (call.has("k") && to !== "smtlib") throw new ModelError("export: --k needs --to smtlib");
    if (call.has("max-states") && to !== "dot") throw new ModelError("export: --max-states needs --to dot");
    const properties = call.values("property");
    const maxStates = countOption(call, "max-states");
    const language = LANGUAGES[to] as Language;
    const file = await outputFile(call);
    for (const suffix of language.suffixes?.(call) ?? [])
      if (file !== undefined) await besideOf(file.name, suffix).require();
    const subject = await subjectOf(word);
    const model = subject.family.instantiate(parametersGiven(call, options, subject.word, subject.family.parameters));
    for (const id of properties) {
      if (model.properties.has(id)) continue;
      throw new ModelError(
        `export: ${word} has no property ${id}: its properties are ${[...model.properties.keys()].join(", ") || "none"}`,
      );
    }
    const { text, beside } = await language.write({
      model,
      options: properties.length > 0 ? { properties } : {},
      maxStates,
      stem: file === undefined ? undefined : stemOf(file.name),
      call,
      terminal,
    });
    if (file === undefined) {
      terminal.printText(String(text).trimEnd());
      return 0;
    }
    await file.write(typeof text === "string" ? `${text.trimEnd()}\n` : text);
    const written = [file.name];
    for (const { suffix, text: other } of beside) {
      const one = besideOf(file.name, suffix);
      await one.write(other);
      written.push(one.name);
    }
    terminal.print(`wrote ${written.join(", ")}`);
    return 0;
  },
};

/** A companion file of the exported one. */
function besideOf(exported: string, suffix: string): ReturnType<typeof fileOf> {
  const name = join(dirname(exported), `${stemOf(exported)}${suffix}`);
  return fileOf(`export: ${name}`, name);
}

function stemOf(name: string): string {
  return basename(name, extname(name));
}
