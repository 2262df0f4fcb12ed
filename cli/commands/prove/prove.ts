import type { Model } from "../../../checker/index.ts";
import { PROVE_DEFAULTS, type ProveOptions, provable, prove } from "../../../checker/proof/index.ts";
import { type Call, type Options, choiceOption, countOption, onlyWord, sizeOption } from "../../arguments/call.ts";
import { outputFile } from "../../arguments/output-file.ts";
import { parametersGiven, subjectOf } from "../../arguments/subject.ts";
import type { Command } from "../../command.ts";
import { plainStyle, type Terminal } from "../../output/terminal.ts";
import { MAIN_PROPERTY } from "../../output/verdict-line.ts";
import { searched } from "../search.ts";
import { proofLines, show } from "./report.ts";
import { HTML, htmlFile, writeHtml } from "../../arguments/html-file.ts";
import { verdictText } from "../../output/report.ts";

/** The form of the catalogue's main property that induction can begin with: it speaks of every state, not only at rest. */
const MAIN_LEMMA = "carrier-exists";

const options: Options = {
  property: { value: "ID", repeatable: true, help: `prove only this property; may be given again (${MAIN_PROPERTY})` },
  lemma: {
    value: "ID",
    repeatable: true,
    help: `a property of states that is proved along with it, and is of help; may be given again (${MAIN_LEMMA})`,
  },
  samples: {
    value: "N",
    help: `reachable states that are visited at random, to guess facts from (${PROVE_DEFAULTS.samples})`,
  },
  "time-limit": {
    value: "SECONDS",
    help: "seconds until the search for an invariant ends, and as many to confirm it (3600)",
  },
  "memory-limit": {
    value: "SIZE",
    help: "memory that the solver that confirms it may take, all its processes together (8G)",
  },
  "max-states": { value: "N", help: "where a violation seems to be reachable, stop looking for it before more states" },
  solver: { value: "NAME", help: "z3 or cvc5: who confirms the invariant; default whichever is installed" },
  facts: { help: "print the invariant, fact by fact" },
  out: { value: "FILE", help: "write the invariant to this file, as questions in SMT-LIB that any solver can answer" },
  ...HTML,
  json: { help: "print one JSON object" },
  quiet: { help: "print errors only; see the exit status" },
};

/** `irqproof prove`. */
export const command: Command = {
  usage: ["ID|FILE.ts [--PARAMETER VALUE ...] [OPTION ...]"],
  about: [
    "Proves safety properties by induction, at sizes at which the reachable states cannot be enumerated. Facts about all reachable states are guessed from states that a random walk visits, and corrected until no step leads out of them; together with the lemmas they then exclude every violation. Where there are more than three of something, a million states are searched first, unless --facts or --out asks for the invariant; then a smaller model is proved, without limits of how often something may happen: what makes it safe is a guess about the larger one, and a run that violates it is tried there.",
    "A property holds only if Z3 or cvc5 confirms that: the initial states, one question for each action, and the violations. What they are given is the SMT-LIB export, made in another way. Where a violation seems to be reachable it is searched for, and shown.",
    "Exit status: 0 every property holds, 1 a property is violated, 2 the call or the model is wrong, 3 inconclusive.",
  ],
  options,
  parameters: true,
  async run(call, terminal) {
    const timeLimit = countOption(call, "time-limit");
    const memoryLimit = sizeOption(call, "memory-limit");
    const samples = countOption(call, "samples");
    const maxStates = countOption(call, "max-states");
    const solver = choiceOption(call, "solver", ["z3", "cvc5"]);
    const file = await outputFile(call);
    const html = await htmlFile(call);
    const subject = await subjectOf(onlyWord(call, "ID or FILE.ts, the model to prove,"));
    const given = parametersGiven(call, options, subject.word, subject.family.parameters);
    const model = subject.family.instantiate(given);
    const report = await prove(subject.family, given, {
      ...goals(call, model),
      ...(timeLimit === undefined ? {} : { timeLimit }),
      ...(memoryLimit === undefined ? {} : { memoryLimit }),
      ...(samples === undefined ? {} : { samples }),
      ...(maxStates === undefined ? {} : { maxStates }),
      ...(solver === undefined ? {} : { solver }),
      invariant: file !== undefined || call.has("facts"),
      onProgress: progressOn(terminal, model.name),
      onQuestions: (smtlib) => file?.write(smtlib),
      search: (one, searching) => searched(one, searching, terminal),
    });
    const status = show(call, subject.title, terminal, report);
    if (html !== undefined) {
      const { verdict, seconds, properties, confirmation } = report;
      const engine = confirmation?.outcome === "confirmed" ? `induction, confirmed by ${confirmation.by}` : "induction";
      await writeHtml(html, {
        subject,
        given,
        report: { verdict, seconds, properties, engine },
        summary: `${model.name}: ${verdictText(verdict)}`,
        text: proofLines(call, subject.title, report, plainStyle).join("\n"),
      });
    }
    return status;
  },
};

function progressOn(terminal: Terminal, name: string): (text: string) => void {
  let last = 0;
  return (text) => {
    if (performance.now() - last < 250) return;
    last = performance.now();
    terminal.showProgress(`${name}: ${text}`);
  };
}

/** What is to be proved, and with which lemmas: of an entry of the catalogue its main property, by its other form. */
function goals(call: Call, model: Model<unknown>): Pick<ProveOptions, "properties" | "lemmas"> {
  const names = provable(model);
  const given = call.values("property");
  const properties = given.length > 0 ? given : names.includes(MAIN_PROPERTY) ? [MAIN_PROPERTY] : names;
  const helping = call.values("lemma");
  const main = properties.includes(MAIN_PROPERTY) && names.includes(MAIN_LEMMA) ? [MAIN_LEMMA] : [];
  return { properties, lemmas: helping.length > 0 ? helping : main };
}
