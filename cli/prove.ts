import { severityOf, type Family, type Model, type PropertyReport, type Verdict } from "../checker/index.ts";
import { InternalError, ModelError } from "../checker/errors.ts";
import {
  confirmationOf,
  confirmationText,
  confirmed,
  type Confirmation,
} from "../checker/interchange/induction/confirm.ts";
import { fewer, provedByWayOf, type Smaller } from "../checker/interchange/induction/growing.ts";
import { provedByInduction, type ProofOptions, type Resized } from "../checker/interchange/induction/prove.ts";
import { programOf } from "../checker/interchange/program.ts";
import { createReading } from "../checker/reading/index.ts";
import { systemOf, type SystemOptions } from "../checker/interchange/system.ts";
import { readBack } from "../checker/interchange/tools/read-back.ts";
import { cvc5, installedSolver, z3 } from "../checker/interchange/tools/smt.ts";
import { choiceOption, countOption, onlyWord, sizeOption, type Call, type Options } from "./call.ts";
import { MAIN_PROPERTY } from "./catalogue.ts";
import type { Command } from "./command.ts";
import { counted, listed } from "./format.ts";
import { HTML, htmlFile } from "./html-file.ts";
import { outputFile } from "./output-file.ts";
import { show, type Outcome } from "./prove-report.ts";
import { searched } from "./search.ts";
import { parametersGiven, subjectOf } from "./subject.ts";
import type { Terminal } from "./terminal.ts";

/** The form of the catalogue's main property that induction can begin with: it speaks of every state, not only at rest. */
const MAIN_LEMMA = "carrier-exists";
const SAMPLES = 150_000;
/** States that are searched where there is much of something, before an invariant is looked for. */
const FIRST_STATES = 1_000_000;
/** The value of a parameter for any number. */
const UNBOUNDED = "unbounded";

const options: Options = {
  property: { value: "ID", repeatable: true, help: `prove only this property; may be given again (${MAIN_PROPERTY})` },
  lemma: {
    value: "ID",
    repeatable: true,
    help: `a property of states that is proved along with it, and is of help; may be given again (${MAIN_LEMMA})`,
  },
  samples: { value: "N", help: `reachable states that are visited at random, to guess facts from (${SAMPLES})` },
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
    const timeLimit = countOption(call, "time-limit") ?? 3600;
    const memoryLimit = sizeOption(call, "memory-limit") ?? 8 * 2 ** 30;
    const samples = countOption(call, "samples") ?? SAMPLES;
    const maxStates = countOption(call, "max-states");
    const solver = choiceOption(call, "solver", ["z3", "cvc5"]) ?? (await installedSolver());
    const file = await outputFile(call);
    const subject = await subjectOf(onlyWord(call, "ID or FILE.ts, the model to prove,"));
    const given = parametersGiven(call, options, subject.word, subject.family.parameters);
    const model = subject.family.instantiate(given);
    const { ids, lemmas } = goals(call, model);
    const html = await htmlFile(call);
    const page = { title: subject.title, html: html === undefined ? undefined : { file: html, subject, given } };
    const started = performance.now();
    const seconds = (): number => (performance.now() - started) / 1000;
    const resized = resizedBy(subject.family, given);
    // Where an invariant is not asked for, and there are few states, a search is sooner done.
    if (fewer(model.layout, resized) !== undefined && file === undefined && !call.has("facts")) {
      const bound = Math.min(maxStates ?? FIRST_STATES, FIRST_STATES);
      const report = await searched(model, { properties: ids, maxStates: bound, untilViolation: true }, terminal);
      if (report.verdict !== "inconclusive") {
        return show(call, model, page, terminal, {
          invariant: undefined,
          samples: 0,
          seconds: seconds(),
          confirmation: undefined,
          properties: report.properties,
          because: `decided by a search of ${counted(report.states.distinct, "state")}; no invariant was looked for`,
        });
      }
    }
    terminal.showProgress(`${model.name}: reading`);
    const properties = [...new Set([...ids, ...lemmas])];
    const system = systemOf(createReading(model), { properties });
    const told: ProofOptions = {
      lemmas,
      resized,
      samples,
      until: started + timeLimit * 1000,
      onProgress: progressOn(terminal, model.name),
    };
    const smaller = smallerOf(subject.family, given, model, resized, { properties });
    let proof = smaller === undefined ? provedByInduction(system, told) : provedByWayOf(smaller, system, told);
    let found = seconds();
    let confirmation: Outcome["confirmation"];
    const confirm = async (): Promise<void> => {
      found = seconds();
      const asked = proof.kind === "proved" ? confirmationOf(programOf(system), proof.invariant) : undefined;
      if (asked !== undefined) await file?.write(`${confirmationText(asked).trimEnd()}\n`);
      confirmation =
        solver === undefined || asked === undefined
          ? undefined
          : await confirmedBy(solver, asked, { timeLimit, memoryLimit }, terminal, model);
    };
    await confirm();
    if (proof.kind === "proved" && confirmation?.outcome === "refused") {
      // It may have been asked too little: what was taken to be alike may not be, and hard questions were left.
      proof = provedByInduction(system, { ...told, guesses: proof.invariant, thorough: true });
      await confirm();
    }
    if (proof.kind === "violated") {
      const trace = readBack(model, proof.id, proof.path);
      if (trace === undefined) throw new InternalError(`the run to a violation of ${proof.id} cannot be taken`);
      const reports = reportsOf(model, ids, "inconclusive").map((report): PropertyReport<unknown> =>
        report.id === proof.id ? { ...report, verdict: "violated", trace } : report,
      );
      return show(call, model, page, terminal, {
        invariant: undefined,
        samples: proof.samples,
        seconds: found,
        confirmation: undefined,
        properties: reports,
        because: "the violation was not searched for step by step: there may be a shorter run to one",
      });
    }
    if (proof.kind === "refuted") {
      const bound = maxStates === undefined ? {} : { maxStates };
      const report = await searched(model, { properties: ids, ...bound, untilViolation: true }, terminal);
      const isOpen = report.verdict !== "violated";
      const because = isOpen
        ? `a violation of ${proof.id} seems to be reachable; the search for one of ${listed(ids)} has found none`
        : undefined;
      return show(call, model, page, terminal, {
        invariant: undefined,
        samples: proof.samples,
        seconds: seconds(),
        confirmation: undefined,
        properties: report.properties,
        because,
      });
    }
    if (proof.kind === "open") {
      return show(call, model, page, terminal, {
        invariant: undefined,
        samples: proof.samples,
        seconds: found,
        confirmation: undefined,
        properties: reportsOf(model, properties, "inconclusive"),
        because: proof.because,
      });
    }
    const { invariant } = proof;
    const holds = confirmation?.outcome === "confirmed";
    return show(call, model, page, terminal, {
      invariant,
      samples: invariant.samples,
      seconds: found,
      confirmation,
      properties: reportsOf(model, properties, holds ? "holds" : "inconclusive"),
      because: holds ? undefined : unconfirmed(confirmation),
    });
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

function unconfirmed(confirmation: Outcome["confirmation"]): string {
  if (confirmation === undefined) {
    return "nobody has confirmed the invariant: neither Z3 nor cvc5 is installed; on Debian: apt-get install z3";
  }
  const { by, outcome, because } = confirmation;
  return outcome === "refused"
    ? `${by} refuses the invariant: ${because}`
    : `${by} has not confirmed the invariant: ${because}`;
}

/** What is to be proved, and by what help. */
function goals(call: Call, model: Model<unknown>): { ids: readonly string[]; lemmas: readonly string[] } {
  const known = [...model.properties].filter(([, { kind }]) => ["always", "step", "noDeadlock"].includes(kind));
  const names = known.map(([id]) => id);
  const check = (id: string): void => {
    if (names.includes(id)) return;
    const property = model.properties.get(id);
    const why =
      property === undefined
        ? `${model.name} has no property ${id}`
        : `${id} is a property of the kind ${property.kind}, which induction does not prove`;
    throw new ModelError(`prove: ${why}; what can be proved is ${names.join(", ") || "nothing"}`);
  };
  const given = call.values("property");
  const ids = given.length > 0 ? given : names.includes(MAIN_PROPERTY) ? [MAIN_PROPERTY] : names;
  const helping = call.values("lemma");
  const main = ids.includes(MAIN_PROPERTY) && names.includes(MAIN_LEMMA) ? [MAIN_LEMMA] : [];
  const lemmas = helping.length > 0 ? helping : main;
  for (const id of [...ids, ...lemmas]) check(id);
  if (ids.length === 0)
    throw new ModelError(`prove: ${model.name} has no always, step or noDeadlock properties to prove`);
  for (const id of lemmas) {
    const kind = model.properties.get(id)?.kind;
    if (kind === "always") continue;
    throw new ModelError(
      `prove: --lemma ${id}: a lemma must be a property of states (always), and this one is ${kind}`,
    );
  }
  return { ids, lemmas };
}

/** The same model with less of everything, where there is much, and with no limit where there is one. */
function smallerOf(
  family: Family<unknown>,
  given: Readonly<Record<string, unknown>>,
  model: Model<unknown>,
  resized: readonly Resized[],
  wanted: SystemOptions,
): Smaller | undefined {
  const counts = fewer(model.layout, resized);
  if (counts === undefined) return undefined;
  try {
    const less = { ...given, ...unlimited(family, given), ...counts };
    const smaller = family.instantiate(less);
    if (wanted.properties?.some((id) => !smaller.properties.has(id)) === true) return undefined;
    return { system: systemOf(createReading(smaller), wanted), resized: resizedBy(family, less) };
  } catch (error) {
    // Not every number makes a model.
    if (error instanceof ModelError) return undefined;
    throw error;
  }
}

/** Every count that may be "unbounded": what makes a model without limits safe makes it safe within limits. */
function unlimited(family: Family<unknown>, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const limits = Object.entries(family.resolve(given)).filter(([name, value]) => {
    if (typeof value !== "number") return false;
    try {
      family.resolve({ ...given, [name]: UNBOUNDED });
      return true;
    } catch (error) {
      if (error instanceof ModelError) return false;
      throw error;
    }
  });
  return Object.fromEntries(limits.map(([name]) => [name, UNBOUNDED]));
}

/** The layouts of the same model with one more, or one less, of what a parameter counts. */
function resizedBy(family: Family<unknown>, given: Readonly<Record<string, unknown>>): Resized[] {
  return Object.entries(family.resolve(given)).flatMap(([name, count]): Resized[] => {
    if (typeof count !== "number" || count < 2) return [];
    for (const other of [count + 1, count - 1]) {
      try {
        return [{ name, count, other, root: family.instantiate({ ...given, [name]: other }).layout.root }];
      } catch (error) {
        // Not every number is allowed, or makes a model.
        if (!(error instanceof ModelError)) throw error;
      }
    }
    return [];
  });
}

async function confirmedBy(
  solver: "z3" | "cvc5",
  asked: Confirmation,
  limits: { readonly timeLimit: number; readonly memoryLimit: number },
  terminal: Terminal,
  { name }: Model<unknown>,
): Promise<NonNullable<Outcome["confirmation"]>> {
  const tool = solver === "z3" ? z3 : cvc5;
  const missing = await tool.missing();
  if (missing !== undefined) throw new ModelError(`prove: --solver ${solver}: ${missing}`);
  const by = `${solver === "z3" ? "Z3" : "cvc5"} ${await tool.version()}`;
  const started = performance.now();
  const answer = await confirmed(asked, solver, limits, (done, all) =>
    terminal.showProgress(`${name}: ${by} has answered ${done} of ${all} questions`),
  );
  return { ...answer, by, seconds: (performance.now() - started) / 1000, questions: asked.questions.length };
}

function reportsOf(model: Model<unknown>, ids: readonly string[], verdict: Verdict): PropertyReport<unknown>[] {
  return ids.map((id) => {
    const property = model.properties.get(id);
    const { kind = "always", title = "" } = property ?? {};
    const severity = severityOf(property ?? {});
    return { id, kind, title, severity, verdict, trace: undefined, remark: undefined, fairness: undefined };
  });
}
