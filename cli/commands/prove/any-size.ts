import { ModelError } from "../../../checker/errors.ts";
import { proveForAnySize } from "../../../checker/any-size/index.ts";
import { type Call, countOption, sizeOption } from "../../arguments/call.ts";
import type { OutputFile } from "../../arguments/output-file.ts";
import type { Subject } from "../../arguments/subject.ts";
import type { Command } from "../../command.ts";
import type { Terminal } from "../../output/terminal.ts";
import { MAIN_PROPERTY } from "../../output/verdict-line.ts";
import { searched } from "../search.ts";
import { showAnySize } from "./any-size-report.ts";

/** Properties that are proved together for an entry of the catalogue, as far as it has them: each helps the others. */
const CATALOGUE_PROPERTIES = [MAIN_PROPERTY, "carrier-exists", "one-owner", "target-live", "table-owner"];

/** Options of a proof at fixed sizes that have no meaning here, and why. */
const WITHOUT_MEANING: Readonly<Record<string, string>> = {
  html: "a page shows the runs at fixed numbers",
  "next-sizes": "the claims are about every size",
  lemma: "all properties are proved together here",
  solver: "Z3 and cvc5 must both confirm a proof for any number",
};

/** `irqproof prove` with parameters that may have any value. */
export async function proveAny(
  call: Call,
  terminal: Terminal,
  subject: Subject,
  given: Readonly<Record<string, string>>,
  file: OutputFile | undefined,
  onProgress: (text: string) => void,
): ReturnType<Command["run"]> {
  for (const [option, why] of Object.entries(WITHOUT_MEANING)) {
    if (call.has(option) || call.value(option) !== undefined)
      throw new ModelError(`prove: --${option} does not go with any: ${why}`);
  }
  const [timeLimit, samples, maxStates] = ["time-limit", "samples", "max-states"].map((name) =>
    countOption(call, name),
  );
  const memoryLimit = sizeOption(call, "memory-limit");
  const properties = call.values("property");
  const wanted = properties.length > 0 ? properties : ofCatalogue(subject);
  const report = await proveForAnySize(subject.family, given, {
    ...(wanted === undefined ? {} : { properties: wanted }),
    ...(timeLimit === undefined ? {} : { timeLimit }),
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
    ...(samples === undefined ? {} : { samples }),
    ...(maxStates === undefined ? {} : { maxStates }),
    onProgress,
    onQuestions: (smtlib) => file?.write(smtlib),
    search: (model, searching) => searched(model, searching, terminal),
  });
  return showAnySize(call, subject.title, terminal, report);
}

function ofCatalogue({ entry, family }: Subject): string[] | undefined {
  if (entry === undefined) return undefined;
  const { properties } = family.instantiate({});
  return CATALOGUE_PROPERTIES.filter((id) => properties.get(id)?.kind === "always");
}
