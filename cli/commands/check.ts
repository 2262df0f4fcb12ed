import { ModelError } from "../../checker/errors.ts";
import { ExploredSpaces, fingerprint } from "../../checker/index.ts";
import { wrap } from "../../checker/trace/text.ts";
import { type Call, type Options, onlyWord } from "../arguments/call.ts";
import { explanations } from "../arguments/catalogue.ts";
import { certifying } from "../arguments/certificate.ts";
import { FAIL_ON, failOn, statusOf } from "../arguments/fail-on.ts";
import { type OutputFile, outputFile, written } from "../arguments/output-file.ts";
import { ALL_TRACES, REPORT_FORMATS, type Wanted, machineReport, wantedFormat } from "../arguments/report-format.ts";
import { SEARCH_OPTIONS, searchOptions } from "../arguments/search-options.ts";
import { type Subject, parametersGiven, purityOf, requireFile, subjectOf } from "../arguments/subject.ts";
import { requireTypes } from "../arguments/type-check.ts";
import { isFileName } from "../arguments/user-file.ts";
import type { Command } from "../command.ts";
import { type Basis, basisLines, basisOf } from "../output/assumptions.ts";
import { counted } from "../output/format.ts";
import type { Checked } from "../output/formats/checked.ts";
import { mistakeSections } from "../output/model-mistakes.ts";
import { actionLines, summaryLines } from "../output/report.ts";
import { statsLines } from "../output/stats.ts";
import { type Terminal, WIDTH, plainStyle } from "../output/terminal.ts";
import { TRACE_FORMATS } from "../output/trace-format.ts";
import { traceSections } from "../output/traces.ts";
import { verdictLine } from "../output/verdict-line.ts";
import { checkAll } from "./check-all.ts";
import { explored } from "./search.ts";
import { HTML, htmlFile, writeHtml } from "../arguments/html-file.ts";

const options: Options = {
  ...SEARCH_OPTIONS,
  ...FAIL_ON,
  trace: { value: "FORMAT", help: `form of a counterexample: ${TRACE_FORMATS.join(", ")}; default chart` },
  ...ALL_TRACES,
  all: {
    help: "check the whole catalogue, or the entries that are named or match a pattern such as 'imsic-*'; the table shows the verdict of no-interrupt-lost and every unexpected verdict",
  },
  actions: {
    help: "print a table of all actions and their instances: the number of states in which each was taken, and the first such level of the search",
  },
  stats: { help: "print the time of each phase of the check, and the memory" },
  assumptions: { help: "also print the assumptions behind the verdicts, on the scheme and on the hardware" },
  format: {
    value: "FORMAT",
    help: `format of the report: ${REPORT_FORMATS.join(", ")}; default text. A property is a test in KTAP and JUnit and a rule in SARIF; with --all a test fails if its verdict is not the expected one`,
  },
  json: { help: "short for --format json: one object (with --all, an array)" },
  certificate: {
    value: "FILE",
    help: "write all reachable states to this file, as a proof of the safety properties that hold; see irqproof verify",
  },
  out: {
    value: "FILE",
    help: "write the report to this file, with every counterexample in full; print only a summary",
  },
  ...HTML,
  strict: { help: "exit with status 2 if the report has a note, such as a comparison that can never be true" },
  quiet: { help: "print errors only; see the exit status" },
  types: { help: "for FILE.ts: first check its types using the TypeScript compiler installed beside it" },
  watch: { help: "for FILE.ts: check again whenever it or a file that it reads changes, until Ctrl-C" },
};

const REPRODUCED =
  "This was reproduced on an unchanged kernel and is not repaired. irqproof report ID shows the recording beside the model, the repair, and what would refute it.";

const SUSPECTED =
  "This is a suspicion about code in use, not a confirmed fault. --assumptions lists what was modelled, the basis, and what would refute it.";

/** `irqproof check`. */
export const command: Command = {
  usage: [
    "ID|FILE.ts [--PARAMETER VALUE ...] [OPTION ...]",
    "--all [PATTERN ...] [--PARAMETER VALUE ...] [OPTION ...]",
  ],
  about: [
    "Explores every state that the model can reach and decides each of its properties. The table of verdicts is sorted by severity. The most severe violation is shown with a shortest counterexample. Each other violation has one line: the step of this counterexample at which it occurs, or the length of its own.",
    "ID is an entry of the catalogue (irqproof list). FILE.ts exports a model or a family of models as its default. The parameters of the model are also options: irqproof check ID --help lists them.",
    'The last line is a summary for a mail, in fields separated by "; ": the model with parameters other than the defaults and, after a colon, Never lost or Sometimes lost (for a model of your own: the properties that hold or are VIOLATED); the number of reachable states (with a + if the search stopped early); the coverage and the fabric, for a scheme; a hash.',
    "The hash identifies the model and its parameters, on any machine and with any engine. It is the first 12 digits of a SHA-256 over the name, the parameters, the type of the state, the initial states, the actions, the ids, kinds and titles of the properties, and a sample of transitions and judgements. Equal hashes and equal numbers of states almost certainly mean the same model.",
    "Ctrl-C, SIGTERM and SIGHUP end a search early, with a report. A second signal ends the program. The code of FILE.ts cannot end the program or change its exit status (docs/running.md).",
    "Exit status: 0 every property holds (with --all: everything is as expected), 1 a property of any severity is violated (see --fail-on), 2 the call or the model is wrong, 3 inconclusive, 70 a fault in irqproof. If several apply, the first of 70, 2, 1, 3, 0 is used.",
  ],
  options,
  parameters: true,
  async run(call, terminal) {
    const search = searchOptions(call);
    const wanted = wantedFormat(call);
    const least = failOn(call);
    const file = await outputFile(call);
    const certificateFile = await outputFile(call, "certificate");
    if (call.has("all") && call.has("html")) throw new ModelError("check: --html is for one model; leave --all out");
    const html = await htmlFile(call);
    if (call.has("all")) {
      requireFile(call, undefined);
      return checkAll(call, options, search, wanted, file, terminal);
    }
    if (call.words.length > 1 && !call.words.some(isFileName)) {
      throw new ModelError(
        `check: unexpected argument ${call.words[1]}; check --all ${call.words.join(" ")} checks several entries`,
      );
    }
    const word = onlyWord(call, "ID or FILE.ts, the model to check,");
    requireFile(call, word);
    if (call.has("types")) await requireTypes(call.command, word, terminal);
    const subject = await subjectOf(word);
    const given = parametersGiven(call, options, subject.word, subject.family.parameters);
    const model = subject.family.instantiate(given);
    if (model.properties.size === 0) {
      throw new ModelError(
        `check: ${subject.word} has no properties to check; add some to its model, such as properties: ({ noDeadlock }) => ({ live: noDeadlock("some action is enabled") })`,
      );
    }
    const basis = call.has("assumptions") ? await basisOfSubject(subject, given) : undefined;
    if (certificateFile !== undefined && (search.symmetry ?? "off") !== "off") {
      throw new ModelError(
        "check: --certificate needs every reachable state, and --symmetry leaves states out; leave one of them out",
      );
    }
    const certificate = certificateFile === undefined ? undefined : certifying(certificateFile.name, model);
    const before = process.uptime();
    const spaces = new ExploredSpaces();
    const searching = { ...search, ...certificate?.options, purity: purityOf(subject), explored: spaces };
    const report = await explored(model, searching, terminal);
    const status = statusOf(report, least);
    const isShown = !call.has("quiet") || wanted.format !== "text" || file !== undefined;
    if (isShown || html !== undefined) {
      const hash = fingerprint(model, spaces);
      const summary = verdictLine(report, subject.family, hash);
      const path = subject.entry === undefined ? subject.word : undefined;
      const isReproduced = await isReproducedWith(subject);
      const isSuspicion = subject.entry?.suspicion !== undefined;
      const explain = subject.system === undefined ? undefined : await explanations();
      const checked = {
        model,
        report,
        explain,
        title: subject.title,
        hash,
        summary,
        file: path,
        basis,
        isSuspicion,
        isReproduced,
        status,
        before,
      };
      if (isShown) await show(call, checked, wanted, file, terminal);
      if (html !== undefined) await writeHtml(html, { subject, given, report, summary });
    }
    const certified = certificate?.lines() ?? [];
    // Machine-readable output must have no other lines.
    if (certified.length > 0 && !call.has("quiet")) {
      if (wanted.format === "text") terminal.print("", ...certified);
      else terminal.complain(...certified);
    }
    const { notes = [] } = report;
    if (!call.has("strict") || notes.length === 0) return status;
    terminal.complain(`check: --strict: the report has ${counted(notes.length, "note")}`);
    return 2;
  },
};

/** Whether the entry shows a fault that was reproduced on an unchanged kernel. */
async function isReproducedWith({ entry }: Subject): Promise<boolean> {
  if (entry === undefined) return false;
  const { bugs } = await import("../../catalogue/bugs.ts");
  return bugs.some(({ state, before }) => state === "reproduced" && before?.entry === entry.id);
}

async function basisOfSubject(
  { word, entry, system }: Subject,
  given: Readonly<Record<string, unknown>>,
): Promise<Basis> {
  if (system === undefined) {
    throw new ModelError(
      `check: --assumptions: the assumptions of ${word} are unknown, because it is not made with irqproof/model`,
    );
  }
  return basisOf(system(given), entry);
}

async function show(
  call: Call,
  checked: Checked & { readonly status: number; readonly isReproduced: boolean; readonly before: number },
  { format, trace }: Wanted,
  file: OutputFile | undefined,
  terminal: Terminal,
): Promise<void> {
  const { model, report, title, summary, basis, isSuspicion, isReproduced, explain, before } = checked;
  const brief = (style: Terminal["style"]): string[] => summaryLines(report, title, style, explain);
  // A violation in code in use must not be quoted without its basis.
  const suspected = (style: Terminal["style"]): string[] =>
    (isSuspicion === true || isReproduced) && report.verdict === "violated"
      ? [
          "",
          ...wrap(isReproduced ? REPRODUCED.replace("ID", model.name) : SUSPECTED, WIDTH).map((line) =>
            style.doubtful(line),
          ),
        ]
      : [];
  const full = (style: Terminal["style"]): string[] => {
    // A file has everything.
    const view = { style, all: file !== undefined || call.has("all-traces"), fold: file === undefined };
    if (format !== "text") return machineReport([checked], true, { format, trace }, checked.status);
    const traces =
      trace === "none"
        ? []
        : [
            ...mistakeSections(model, report, { format: trace, ...view }),
            ...traceSections(model, report, { format: trace, ...view }),
          ];
    const rests = basis === undefined ? suspected(style) : ["", ...basisLines(basis, style)];
    const actions = call.has("actions") ? actionLines(report, style, explain) : [];
    const stats = call.has("stats") ? statsLines(report, before, style) : [];
    return [...brief(style), ...actions, ...stats, ...traces, ...rests, "", summary];
  };
  if (file === undefined) return terminal.print(full(terminal.style));
  await written(file, full(plainStyle), terminal);
  if (!call.has("quiet")) terminal.print(...brief(terminal.style), "", summary);
}
