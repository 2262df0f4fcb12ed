import { ModelError } from "../../checker/errors.ts";
import {
  declaredRefinement,
  exitStatus,
  refinementStopText,
  refines,
  sideBySide,
  traceToJson,
  type Model,
  type Refinement,
  type RefinementReport,
} from "../../checker/index.ts";
import { jsonLines } from "../../checker/plain-text.ts";
import { chart } from "../../checker/trace/chart.ts";
import { MAIL_WIDTH, wrap } from "../../checker/trace/text.ts";
import { countOption, durationOption, onlyWord, sizeOption, type Call, type Options } from "../arguments/call.ts";
import { loadModelModule } from "../arguments/model-file.ts";
import { outputFile } from "../arguments/output-file.ts";
import { SEARCH_OPTIONS } from "../arguments/search-options.ts";
import { parametersGiven } from "../arguments/subject.ts";
import { isFileName } from "../arguments/user-file.ts";
import type { Command } from "../command.ts";
import { counted, duration, rough, indented } from "../output/format.ts";
import { withPlace } from "../output/model-mistakes.ts";
import { table } from "../output/table.ts";
import { plainStyle, WIDTH, type Style } from "../output/terminal.ts";
import { announceSize } from "./search.ts";
import { modelLines } from "../output/report.ts";

const options: Options = {
  "max-states": SEARCH_OPTIONS["max-states"]!,
  "max-memory": SEARCH_OPTIONS["max-memory"]!,
  "max-fitting": { value: "N", help: "abstract states that may fit one run; default 10000" },
  "max-time": SEARCH_OPTIONS["max-time"]!,
  json: { help: "print one JSON object" },
  out: { value: "FILE", help: "also write the report to this file" },
  quiet: { help: "print errors only; see the exit status" },
  watch: { help: "again whenever the file or a file that it reads changes, until Ctrl-C" },
};

/** Longer timers would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** `irqproof refine`. */
export const command: Command = {
  usage: ["FILE.ts [--PARAMETER VALUE ...] [OPTION ...]"],
  about: [
    "Decides whether a model refines a more abstract one: whether, seen through a mapping, each of its initial states is an initial state of the abstract model, and each of its steps a step of the abstract model or no step at all. docs/refinement.md describes what that shows.",
    "FILE.ts exports the concrete model or family as its default, and beside it refinement: { abstract, mapping }, or a function of the parameters that returns it. The mapping gives for a state of the concrete model the state of the abstract one, or a part of it.",
    "The first step that is none of the abstract model is shown at the end of a shortest run, with the abstract run beside it and the allowed alternatives.",
    "Exit status: 0 the model refines the abstract one, 1 it does not, 2 the call, a model or the mapping is wrong, 3 inconclusive, because a bound was reached.",
  ],
  options,
  parameters: true,
  async run(call, terminal) {
    const word = onlyWord(call, "FILE.ts, the model with a refinement,");
    if (!isFileName(word))
      throw new ModelError(`refine: ${word} is no FILE.ts; a file declares what its model refines`);
    const bounds = boundsOf(call);
    const file = await outputFile(call);
    const { family, exports } = await loadModelModule(word);
    if (exports["refinement"] === undefined) {
      throw new ModelError(
        `${word} has no export refinement, such as { abstract, mapping }; see irqproof refine --help`,
      );
    }
    const concrete = family.instantiate(parametersGiven(call, options, word, family.parameters));
    const refinement = declaredRefinement(exports["refinement"], concrete.parameters, `${word}: its refinement`);
    announceSize(concrete, terminal);
    const { signal: timeout, ...others } = bounds;
    const report = await terminal.interruptible((interrupted) =>
      refines(concrete, refinement.abstract, refinement.mapping, {
        ...others,
        signal: timeout === undefined ? interrupted : AbortSignal.any([interrupted, timeout]),
        onProgress: ({ states, depth, seconds }) =>
          terminal.showProgress(
            `${concrete.name}: ${rough(states)} states, ${rough(states / Math.max(seconds, 0.001))}/s, depth ${depth}`,
          ),
      }),
    );
    const lines = (style: Style): string[] =>
      call.has("json") ? jsonLines(asJson(report, word)) : textOf(concrete, refinement, report, family.title, style);
    await file?.write(lines(plainStyle));
    if (!call.has("quiet")) terminal.print(lines(terminal.style));
    return exitStatus(report.verdict);
  },
};

function boundsOf(call: Call): NonNullable<Parameters<typeof refines>[3]> {
  const [maxStates, maxFitting] = [countOption(call, "max-states"), countOption(call, "max-fitting")];
  const maxMemory = sizeOption(call, "max-memory");
  const seconds = durationOption(call, "max-time");
  return {
    ...(maxStates === undefined ? {} : { maxStates }),
    ...(maxFitting === undefined ? {} : { maxFitting }),
    ...(maxMemory === undefined ? {} : { maxMemory }),
    ...(seconds === undefined ? {} : { signal: AbortSignal.timeout(Math.min(seconds * 1000, MAX_TIMER_MS)) }),
  };
}

function textOf(
  concrete: Model<unknown>,
  { abstract }: Refinement<unknown, unknown>,
  report: RefinementReport<unknown, unknown>,
  title: string,
  style: Style,
): string[] {
  const { parameters, states, mostFitting, stopped, verdict, seconds } = report;
  const fitting = mostFitting > 1 ? `; at most ${counted(mostFitting, "abstract state")} fitted one run` : "";
  const lines = modelLines(report.concrete, title, parameters, style);
  lines.push(
    ...indented(
      `${counted(states.distinct, "state")}, ${counted(states.transitions, "transition")}, depth ${states.depth}${fitting}; ${duration(seconds)}`,
    ),
    "",
    ...counterpartLines(report, style),
    "",
  );
  if (verdict === "inconclusive") {
    const reason = stopped === undefined ? "" : refinementStopText(stopped);
    return [...lines, ...wrap(`inconclusive: ${reason}`, WIDTH).map(style.doubtful)];
  }
  if (verdict === "error") return [...lines, ...mistakeLines(concrete, report, style)];
  if (verdict === "violated") return [...lines, ...failureLines(concrete, abstract, report, style)];
  return [
    ...lines,
    ...wrap(`holds: ${report.concrete} refines ${report.abstract}`, WIDTH).map(style.good),
    ...wrap(
      `What ${report.abstract} never does, ${report.concrete} never does either. That it does anything is not shown.`,
      WIDTH,
    ),
  ];
}

/** The actions with their counterparts, and what is surprising about them. */
function counterpartLines(report: RefinementReport<unknown, unknown>, style: Style): string[] {
  const { actions, unused, stopped } = report;
  const columns = [{ heading: `  ${report.concrete}` }, { heading: report.abstract }];
  const rows = actions.map(({ action, steps, abstract, stutters }) => {
    const counterparts = [...abstract, ...(stutters ? ["no step"] : [])].join(", ");
    const none = steps === 0 && stopped === undefined ? "(never enabled)" : "(undecided)";
    return [`  ${action}`, counterparts === "" ? none : counterparts];
  });
  const isIdle = stopped === undefined && actions.every(({ abstract }) => abstract.length === 0);
  const remarks = [
    ...(isIdle ? [`no step of ${report.concrete} is a step of ${report.abstract}: its state never changes`] : []),
    ...(unused.length > 0 && !isIdle ? [`never used of ${report.abstract}: ${unused.join(", ")}`] : []),
  ];
  return [...table(columns, rows), ...remarks.flatMap((remark) => indented(remark, style.doubtful))];
}

function failureLines(
  concrete: Model<unknown>,
  abstract: Model<unknown>,
  { failure }: RefinementReport<unknown, unknown>,
  style: Style,
): string[] {
  const { trace } = failure!;
  const last = trace.steps.length - 1;
  const what =
    last === 0
      ? `an initial state of ${concrete.name} is none of ${abstract.name}`
      : `step ${last} of this run is no step of ${abstract.name}`;
  return [
    ...wrap(`DOES NOT REFINE: ${what}`, WIDTH).map(style.bad),
    "",
    ...sideBySide(concrete, abstract, failure!).split("\n"),
  ];
}

function mistakeLines(
  concrete: Model<unknown>,
  { mistake }: RefinementReport<unknown, unknown>,
  style: Style,
): string[] {
  const { message, place, trace, of, abstractState, step } = mistake!;
  const count = trace.steps.length - 1;
  const when = count === 0 ? "in the initial state" : `after ${counted(count, "step")}`;
  const lines = [
    ...wrap(`model error ${when}: ${withPlace(message, place)}`, WIDTH).map(style.bad),
    "",
    ...chart(concrete, trace, { closing: false }).split("\n"),
  ];
  if (step !== undefined) {
    const where = of === "abstract" ? `in the abstract state ${JSON.stringify(abstractState)}` : "in the last state";
    lines.push("", ...wrap(`Then ${step} fails, ${where}.`, MAIL_WIDTH));
  }
  return lines;
}

function asJson({ failure, mistake, ...rest }: RefinementReport<unknown, unknown>, file: string): object {
  return {
    schema: 1,
    file,
    ...rest,
    ...(failure === undefined ? {} : { failure: { ...failure, trace: traceToJson(failure.trace) } }),
    ...(mistake === undefined ? {} : { mistake: { ...mistake, trace: traceToJson(mistake.trace) } }),
  };
}
