import { exitStatus, reportToJson, type Model, type Report } from "../checker/index.ts";
import { ModelError } from "../checker/errors.ts";
import { choiceOption, onlyWord, noWords, type Call, type Options } from "./call.ts";
import { checkAll } from "./check-all.ts";
import type { Command } from "./command.ts";
import { outputFile, type OutputFile } from "./output-file.ts";
import { summaryLines, traceSections, verdictLine } from "./report.ts";
import { searched } from "./search.ts";
import { SEARCH_OPTIONS, searchOptions } from "./search-options.ts";
import { parametersGiven, subjectOf } from "./subject.ts";
import type { Terminal } from "./terminal.ts";
import { plainStyle } from "./terminal.ts";
import { TRACE_FORMATS, type TraceFormat } from "./trace-format.ts";

const options: Options = {
  ...SEARCH_OPTIONS,
  trace: { value: "FORMAT", help: `how a counterexample is shown: ${TRACE_FORMATS.join(", ")}; default chart` },
  all: {
    help: "check the whole catalogue; the table shows the verdict of no-interrupt-lost, and everything that is not as expected",
  },
  json: { help: "print one JSON object (with --all, an array of them) instead of text" },
  out: { value: "FILE", help: "write the report to this file, and only a summary to the terminal" },
  quiet: { help: "print nothing but mistakes: the exit status tells" },
};

/** `irqproof check`. */
export const command: Command = {
  usage: ["ID|FILE.ts [--PARAMETER VALUE ...] [OPTION ...]", "--all [--PARAMETER VALUE ...] [OPTION ...]"],
  about: [
    "Explores every state that the model can reach and decides each of its properties. A violated property is shown with a shortest counterexample.",
    "ID is an entry of the catalogue (irqproof list). FILE.ts exports a model or a family of models as its default. The model's parameters are options too: irqproof check ID --help shows them.",
    "Exit status: 0 every property holds (with --all: everything is as expected), 1 a property is violated, 2 the call or the model is wrong, 3 inconclusive.",
  ],
  options,
  parameters: true,
  async run(call, terminal) {
    const search = searchOptions(call);
    const file = await outputFile(call);
    if (call.has("all")) {
      noWords(call);
      return checkAll(call, options, search, file, terminal);
    }
    const subject = await subjectOf(onlyWord(call, "ID or FILE.ts, the model to check,"));
    const given = parametersGiven(call, options, subject.word, subject.family.parameters);
    const format = traceFormat(call);
    const model = subject.family.instantiate(given);
    const report = await searched(model, search, terminal);
    await show({ call, model, report, title: subject.title, format, file, terminal });
    return exitStatus(report.verdict);
  },
};

function traceFormat(call: Call): TraceFormat {
  const format = choiceOption(call, "trace", TRACE_FORMATS);
  if (call.has("json") && format !== undefined && format !== "json" && format !== "none") {
    throw new ModelError(`check: --trace ${format} does not go with --json, whose traces are JSON; leave one out`);
  }
  return format ?? "chart";
}

async function show(shown: {
  readonly call: Call;
  readonly model: Model<unknown>;
  readonly report: Report<unknown>;
  readonly title: string;
  readonly format: TraceFormat;
  readonly file: OutputFile | undefined;
  readonly terminal: Terminal;
}): Promise<void> {
  const { call, model, report, title, format, file, terminal } = shown;
  const summary = (style: Terminal["style"]): string[] => summaryLines(report, title, style);
  const full = (style: Terminal["style"]): string[] => {
    if (call.has("json"))
      return [JSON.stringify(reportToJson(format === "none" ? withoutTraces(report) : report), null, 2)];
    const traces = format === "none" ? [] : traceSections(model, report, format, style);
    return [...summary(style), ...traces, "", verdictLine(report)];
  };
  if (file !== undefined) {
    await file.write(full(plainStyle));
    if (!call.has("quiet")) terminal.print(...summary(terminal.style), "", verdictLine(report));
  } else if (call.has("json") || !call.has("quiet")) {
    terminal.print(...full(terminal.style));
  }
}

function withoutTraces(report: Report<unknown>): Report<unknown> {
  return { ...report, properties: report.properties.map((property) => ({ ...property, trace: undefined })) };
}
