import type { Model } from "../../../checker/index.ts";
import { PROVE_DEFAULTS, type ProveOptions, provable, prove } from "../../../checker/proof/index.ts";
import { type Call, type Options, choiceOption, countOption, onlyWord, sizeOption } from "../../arguments/call.ts";
import { outputFile } from "../../arguments/output-file.ts";
import { parametersGiven, subjectOf } from "../../arguments/subject.ts";
import type { Command } from "../../command.ts";
import { plainStyle, type Terminal } from "../../output/terminal.ts";
import { MAIN_PROPERTY } from "../../output/verdict-line.ts";
import { searched } from "../search.ts";
import { ANY_SIZE_DEFAULTS, dimensionsIn } from "../../../checker/any-size/index.ts";
import { proveAny } from "./any-size.ts";
import { proofLines, show } from "./report.ts";
import { HTML, htmlFile, writeHtml } from "../../arguments/html-file.ts";
import { verdictText } from "../../output/report.ts";

/** The form of the catalogue's main property for induction: about every state, not only idle ones. */
const MAIN_LEMMA = "carrier-exists";

const options: Options = {
  property: {
    value: "ID",
    repeatable: true,
    help: `prove only this property; repeatable; default ${MAIN_PROPERTY} for an entry of the catalogue`,
  },
  lemma: {
    value: "ID",
    repeatable: true,
    help: `a property of states that is proved together with it as a lemma; repeatable; default ${MAIN_LEMMA} for an entry of the catalogue`,
  },
  samples: {
    value: "N",
    help: `number of reachable states to sample at random, as a basis for facts; default ${PROVE_DEFAULTS.samples}; where a number is any, of those at the smallest size, default ${ANY_SIZE_DEFAULTS.samples}`,
  },
  "time-limit": {
    value: "SECONDS",
    help: `time limit in seconds of the search for an invariant, and again of its confirmation; default 3600, or ${ANY_SIZE_DEFAULTS.timeLimit} where a number is any`,
  },
  "memory-limit": {
    value: "SIZE",
    help: "memory limit of the solver that confirms it, for all its processes together; default 8G",
  },
  "max-states": { value: "N", help: "search at most this many states for a violation that seems reachable" },
  solver: { value: "NAME", help: "z3 or cvc5, to confirm the invariant; default: whichever is installed" },
  facts: { help: "print the invariant: each fact once, for all CPUs, vectors and devices that it is true of" },
  "next-sizes": {
    help: "print the invariant, and check with one more of each component, such as CPUs, which facts hold there, too",
  },
  out: { value: "FILE", help: "write the invariant to this file, as SMT-LIB queries for any solver" },
  ...HTML,
  json: { help: "print one JSON object" },
  quiet: { help: "print errors only; see the exit status" },
};

/** `irqproof prove`. */
export const command: Command = {
  usage: ["ID|FILE.ts [--PARAMETER VALUE ...] [OPTION ...]"],
  about: [
    "Proves safety properties by induction, at sizes where the reachable states cannot be enumerated. Facts are guessed from the states of a random walk, and corrected until no step leads out of them. Together with the lemmas they then exclude every violation.",
    "If the model has more than three of any component, such as CPUs, up to a million states are searched first, unless --facts, --next-sizes or --out is given. Then a smaller model without bounds on the number of events is proved. Its invariant is a guess for the larger model, and a run that violates it is tried there.",
    "A property holds only if Z3 or cvc5 confirms it, with one query for the initial states, one for each action, and one for the violations. The queries are made from the SMT-LIB export, independently of the search. A violation that seems reachable is searched for and shown.",
    "A number, such as --cpus, can be any: then the properties are proved for every value of it, by an invariant with quantifiers that Z3 and cvc5 must both confirm. Numbers that may be unbounded and are not given are unbounded then. Small sizes are searched for a violation first. docs/any-size.md describes what the proof rests on.",
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
    if (dimensionsIn(given).length > 0) {
      return proveAny(call, terminal, subject, given, file, progressOn(terminal, subject.family.name));
    }
    const model = subject.family.instantiate(given);
    const report = await prove(subject.family, given, {
      ...goals(call, model),
      ...(timeLimit === undefined ? {} : { timeLimit }),
      ...(memoryLimit === undefined ? {} : { memoryLimit }),
      ...(samples === undefined ? {} : { samples }),
      ...(maxStates === undefined ? {} : { maxStates }),
      ...(solver === undefined ? {} : { solver }),
      invariant: file !== undefined || call.has("facts") || call.has("next-sizes"),
      nextSizes: call.has("next-sizes"),
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

/** Properties to prove, and lemmas; for a catalogue entry by default its main property, in the form for induction. */
function goals(call: Call, model: Model<unknown>): Pick<ProveOptions, "properties" | "lemmas"> {
  const names = provable(model);
  const given = call.values("property");
  const properties = given.length > 0 ? given : names.includes(MAIN_PROPERTY) ? [MAIN_PROPERTY] : names;
  const helping = call.values("lemma");
  const main = properties.includes(MAIN_PROPERTY) && names.includes(MAIN_LEMMA) ? [MAIN_LEMMA] : [];
  return { properties, lemmas: helping.length > 0 ? helping : main };
}
