import { ModelError } from "../../checker/errors.ts";
import {
  openCertificate,
  verifyCertificate,
  type Certificate,
  type Flaw,
  type Model,
  type Verification,
} from "../../checker/index.ts";
import { jsonLines } from "../../checker/plain-text.ts";
import { wrap } from "../../checker/trace/text.ts";
import { differences, parts, valueText } from "../../checker/trace/changes.ts";
import type { Call, Options } from "../arguments/call.ts";
import type { Command } from "../command.ts";
import { counted, duration, listed, rough, indented } from "../output/format.ts";
import { entrySubject, parametersGiven, subjectOf, type Subject } from "../arguments/subject.ts";
import { WIDTH, type Terminal } from "../output/terminal.ts";

const options: Options = {
  json: { help: "print one JSON object" },
  quiet: { help: "print errors only; see the exit status" },
};

/** `irqproof verify`. */
export const command: Command = {
  usage: ["CERTIFICATE [ID|FILE.ts] [--PARAMETER VALUE ...] [--json] [--quiet]"],
  about: [
    "Verifies a certificate written by irqproof check --certificate: every initial state is in it, no step leads out of it, and each of its states satisfies the claimed properties. Therefore they hold in every reachable state.",
    "The verifier is independent of the search: it uses no engine and no terms. It calls the model's own guards and recipes in each state, and compares a sample with the reference semantics. A million states take a minute or two.",
    "ID or FILE.ts is the model; by default it is the catalogue entry named in the certificate. A certificate cannot name a file: a file is code, and only the caller chooses what runs. The report names the model that was used. The parameters are those of the certificate; given parameters must agree with them.",
    "Exit status: 0 the certificate proves its claim, 1 it does not, 2 it is damaged or of another model, or the call is wrong.",
  ],
  options,
  parameters: true,
  async run(call, terminal) {
    const [file, word, another] = call.words;
    if (file === undefined) throw new ModelError("verify: CERTIFICATE, the file to verify, is missing");
    if (another !== undefined) throw new ModelError(`verify: unexpected argument ${another}`);
    const certificate = await openCertificate(file);
    const subject = await subjectFor(certificate, word);
    const model = modelOf(certificate, subject, call);
    const verification = await verified(certificate, model, terminal);
    if (call.has("json")) terminal.print(jsonLines(asJson(model, subject, verification)));
    else if (!call.has("quiet")) terminal.print(lines(certificate, model, subject, verification, terminal));
    return verification.proved ? 0 : 1;
  },
};

/** The subject named in the call, which may be a file; by default the catalogue entry named in the certificate. */
async function subjectFor({ file, header }: Certificate, word: string | undefined): Promise<Subject> {
  if (word !== undefined) return subjectOf(word);
  try {
    return await entrySubject(header.model);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    throw new ModelError(
      `${file} is a certificate of ${header.model}, which is not in the catalogue; give its model too: irqproof verify ${file} FILE.ts`,
    );
  }
}

function modelOf({ header }: Certificate, subject: Subject, call: Call): Model<unknown> {
  const given = parametersGiven(call, options, subject.word, subject.family.parameters);
  const wanted = Object.keys(given).length > 0;
  // A certificate of another model must be refused for that, not for an unknown parameter.
  const known = Object.entries(header.parameters).filter(([name]) => Object.hasOwn(subject.family.parameters, name));
  return subject.family.instantiate(wanted ? given : Object.fromEntries(known));
}

async function verified(
  certificate: Certificate,
  model: Model<unknown>,
  terminal: Terminal,
): Promise<Verification<unknown>> {
  return terminal.interruptible((signal) =>
    verifyCertificate(certificate, model, {
      signal,
      onProgress({ checked, states, seconds }) {
        const left = duration(((states - checked) * seconds) / checked);
        terminal.showProgress(`${model.name}: ${rough(checked)} of ${rough(states)} states verified, ${left} left`);
      },
    }),
  );
}

function lines(
  { file, header }: Certificate,
  model: Model<unknown>,
  subject: Subject,
  { flaw, states, transitions, properties, seconds }: Verification<unknown>,
  { style }: Terminal,
): string[] {
  const parameters = Object.entries(header.parameters).map(([name, value]) => `${name}=${value}`);
  const head = [style.strong(file), ...indented([model.name, ...parameters, header.hash].join(" ")), ""];
  if (flaw !== undefined) {
    const against = indented(`checked against ${sourceOf(subject)}`);
    return [...head, ...wrap(`NOT PROVED: ${sentenceOf(flaw)}`, WIDTH).map(style.bad), ...against, ...stateLines(flaw)];
  }
  const said = `${counted(states, "state")}: every initial state is among them, none of their ${counted(transitions, "step")} leads to another state, and each satisfies the claimed properties. So every reachable state is among them.`;
  return [
    ...head,
    ...wrap(`proved: ${listed(properties)}`, WIDTH).map(style.good),
    "",
    ...indented(said),
    ...indented(`using the guards and recipes of ${sourceOf(subject)}, without a search, in ${duration(seconds)}`),
  ];
}

/** The source of the model that a claim was checked against. */
function sourceOf({ word, entry }: Subject): string {
  return entry === undefined ? `the model in ${word}` : `${word} in the catalogue`;
}

function sentenceOf(flaw: Flaw<unknown>): string {
  switch (flaw.kind) {
    case "initial":
      return "this initial state is not in the certificate";
    case "successor":
      return `${flaw.instance.text} leads from this state of the certificate to a state that is not in it`;
    case "property": {
      const reason = flaw.because === undefined ? "" : `: ${flaw.because}`;
      const what = flaw.instance === undefined ? "this state" : `${flaw.instance.text} from this state`;
      return `${what} violates ${flaw.id}${reason}`;
    }
  }
}

function stateLines(flaw: Flaw<unknown>): string[] {
  const block = (title: string, items: readonly string[]): string[] => [
    "",
    `  ${title}`,
    ...wrap(items.join(", "), WIDTH - 4).map((line) => `    ${line}`),
  ];
  const state = parts(flaw.state).map(({ path, value }) => `${path}: ${valueText(value)}`);
  const next = flaw.kind === "initial" ? undefined : flaw.next;
  if (next === undefined) return block("the state", state);
  const changes = differences(flaw.state, next).map(
    ({ path, before, after }) => `${path}: ${valueText(before)} -> ${valueText(after)}`,
  );
  return [...block("the state", state), ...block("changes of the step", changes)];
}

function asJson(model: Model<unknown>, subject: Subject, { flaw, proved, ...rest }: Verification<unknown>): unknown {
  const { name, parameters } = model;
  const checkedAgainst = subject.entry === undefined ? { file: subject.word } : { entry: subject.word };
  const verdict = proved ? "proved" : "not proved";
  const base = { schema: 1, model: name, parameters, checkedAgainst, verdict, ...rest };
  if (flaw === undefined) return base;
  if (flaw.kind === "initial") return { ...base, flaw };
  const { instance, ...said } = flaw;
  const { action, parameters: values } = instance ?? {};
  return { ...base, flaw: { ...said, action, parameters: values } };
}
