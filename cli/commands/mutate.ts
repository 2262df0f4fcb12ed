import { relative } from "node:path";
import {
  type Model,
  type Mutant,
  type MutantOutcome,
  type Mutation,
  type Variant,
  mutants,
  stopText,
  traceToJson,
} from "../../checker/index.ts";
import { ModelError } from "../../checker/errors.ts";
import { jsonLines } from "../../checker/plain-text.ts";
import { wrap } from "../../checker/trace/text.ts";
import { type Call, type Options, choiceOption, countOption, onlyWord } from "../arguments/call.ts";
import { outputFile } from "../arguments/output-file.ts";
import { searchOptions } from "../arguments/search-options.ts";
import { type Subject, parametersGiven, purityOf, requireFile, subjectOf } from "../arguments/subject.ts";
import type { Command } from "../command.ts";
import { counted, duration, listed, indented } from "../output/format.ts";
import { mistakeSections, mistakeText } from "../output/model-mistakes.ts";
import { type TableCell, table } from "../output/table.ts";
import { type Style, WIDTH, plainStyle } from "../output/terminal.ts";
import { TRACE_FORMATS, type TraceFormat } from "../output/trace-format.ts";
import { traceSections } from "../output/traces.ts";
import { announceSize } from "./search.ts";
import { modelLines } from "../output/report.ts";

const FORMATS = ["text", "json"] as const;

const options: Options = {
  property: { value: "ID", repeatable: true, help: "use only this property to catch mutants; repeatable" },
  mutant: { value: "N", help: "check only mutant N of the table, and show its counterexample" },
  "max-states": {
    value: "N",
    help: "explore at most this many states of a mutant, such as 1e6 or 1M; default 1000000",
  },
  "max-memory": { value: "SIZE", help: "use at most this much memory for a mutant, such as 4G" },
  "max-mutants": { value: "N", help: "check only the first N mutants; default 1000" },
  "max-time": { value: "TIME", help: "stop after this time, such as 60s or 5m; the remaining mutants are skipped" },
  trace: {
    value: "FORMAT",
    help: `with --mutant, form of the counterexample: ${TRACE_FORMATS.join(", ")}; default chart`,
  },
  format: { value: "FORMAT", help: `format of the report: ${FORMATS.join(", ")}; default text` },
  json: { help: "short for --format json" },
  out: { value: "FILE", help: "also write the report to this file" },
  watch: { help: "for FILE.ts: again whenever it or a file that it reads changes, until Ctrl-C" },
};

/** `irqproof mutate`. */
export const command: Command = {
  usage: ["ID|FILE.ts [--PARAMETER VALUE ...] [OPTION ...]"],
  about: [
    "Puts faults into a model, one at a time, and checks each mutant with the properties that hold without the fault. A fault drops a part of a guard or an assignment, changes an integer constant by one, or swaps two neighbouring steps of a scheme's program. A surviving mutant shows a gap in the properties.",
    "A mutant is equivalent if it has the same reachable states and transitions: no property could catch it. The properties violated first are listed after ->.",
    "A set of properties that catches every mutant is not necessarily complete (docs/mutation.md).",
    "Exit status: 0 every mutant is caught or equivalent, 1 a mutant survives, 2 the call or the model is wrong, 3 otherwise, because mutants are undecided, skipped or left out.",
  ],
  options,
  parameters: true,
  async run(call, terminal) {
    const word = onlyWord(call, "ID or FILE.ts, the model to put faults into,");
    requireFile(call, word);
    const isJson = wantsJson(call);
    const format = choiceOption(call, "trace", TRACE_FORMATS) ?? "chart";
    const only = countOption(call, "mutant");
    if (call.has("trace") && only === undefined) {
      throw new ModelError("mutate: --trace shows one mutant; add --mutant N, with a number of the table");
    }
    const maxMutants = countOption(call, "max-mutants");
    const { properties, maxStates, maxMemory, signal: timeout } = searchOptions(call);
    const file = await outputFile(call);
    const subject = await subjectOf(word);
    const given = parametersGiven(call, options, subject.word, subject.family.parameters);
    const model = subject.family.instantiate(given);
    if (model.properties.size === 0) {
      throw new ModelError(`mutate: ${subject.word} has no properties, so there is nothing that could catch a mutant`);
    }
    announceSize(model, terminal);
    const variants = await variantsOf(subject, given);
    const mutation = await terminal.interruptible((interrupted) =>
      mutants(model, {
        ...(properties === undefined ? {} : { properties }),
        ...(maxStates === undefined ? {} : { maxStates }),
        ...(maxMemory === undefined ? {} : { maxMemory }),
        ...(maxMutants === undefined ? {} : { maxMutants }),
        ...(only === undefined ? {} : { only }),
        variants,
        purity: purityOf(subject),
        signal: timeout === undefined ? interrupted : AbortSignal.any([interrupted, timeout]),
        onProgress: ({ number, mutants: count }) =>
          terminal.showProgress(`${model.name}: mutant ${number} of ${count}`),
      }),
    );
    const lines = (style: Style, isFile: boolean): string[] => {
      if (isJson) return jsonLines(toJson(mutation, only));
      const head = headLines(mutation, subject, style);
      if (only === undefined) return [...head, ...tableLines(mutation, style), ...closingLines(mutation, style)];
      const mutant = mutation.mutants[only - 1] as Mutant<unknown>;
      return [...head, ...mutantLines(mutant, format, style, !isFile)];
    };
    await file?.write(lines(plainStyle, true));
    terminal.print(lines(terminal.style, false));
    return statusOf(mutation, only);
  },
};

function wantsJson(call: Call): boolean {
  const format = choiceOption(call, "format", FORMATS);
  if (call.has("json") && format === "text") {
    throw new ModelError("mutate: --format text does not go with --json; leave one out");
  }
  return call.has("json") || format === "json";
}

/** Of an interrupt scheme: its models with two steps of the program swapped. */
async function variantsOf(
  { family, strategy }: Subject,
  given: Readonly<Record<string, unknown>>,
): Promise<Variant<unknown>[]> {
  if (strategy === undefined) return [];
  const { reordered } = await import("../../properties/index.ts");
  const swapped = reordered(family.name, strategy(given), family.resolve(given) as Parameters<typeof reordered>[2]);
  return swapped.map(({ change, model, positions }) => ({ change, positions, model: model as Model<unknown> }));
}

function statusOf({ mutants: all, left }: Mutation<unknown>, only: number | undefined): number {
  const judged = only === undefined ? all : all.filter(({ number }) => number === only);
  const outcomes = new Set(judged.map(({ outcome }) => outcome));
  if (outcomes.has("survived")) return 1;
  return outcomes.has("undecided") || outcomes.has("skipped") || (left > 0 && only === undefined) ? 3 : 0;
}

function headLines(
  { model, parameters, original, judging }: Mutation<unknown>,
  { title }: Subject,
  style: Style,
): string[] {
  const lines = modelLines(model, title, parameters, style);
  const { states, stopped } = original;
  lines.push(
    `  ${counted(states.distinct, "state")}, ${counted(states.transitions, "transition")}; ${counted(judging.length, "property", "properties")} that hold${judging.length === 1 ? "s" : ""}`,
  );
  if (stopped !== undefined) lines.push(style.doubtful(`  stopped early: ${stopText(stopped)}`));
  return lines;
}

const ORDER: readonly MutantOutcome[] = ["caught", "survived", "equivalent", "undecided", "skipped"];

function outcomeCell(outcome: MutantOutcome, style: Style): TableCell {
  if (outcome === "survived") return { text: "SURVIVED", paint: style.bad };
  return outcome === "caught" || outcome === "equivalent" ? outcome : { text: outcome, paint: style.doubtful };
}

function tableLines({ mutants: all }: Mutation<unknown>, style: Style): string[] {
  const columns = [
    { heading: "", align: "right" as const, least: 5 },
    { heading: "", least: "equivalent".length },
    { heading: "" },
  ];
  const groups = new Map<string, Mutant<unknown>[]>();
  for (const mutant of all) {
    const name = mutant.action ?? "order of the program";
    groups.set(name, [...(groups.get(name) ?? []), mutant]);
  }
  return [...groups].flatMap(([name, group]) => {
    const place = nearPlace(group.find(({ where }) => where !== undefined)?.where);
    const rows = group.map((mutant): TableCell[] => [
      String(mutant.number),
      outcomeCell(mutant.outcome, style),
      `${mutant.change}${catchText(mutant)}`,
    ]);
    const heading = wrap(place === undefined ? name : `${name} (${place})`, WIDTH).map(style.strong);
    return ["", ...heading, ...table(columns, rows).slice(1)];
  });
}

/** A place relative to where the program runs, as far as it lies below. */
function nearPlace(where: string | undefined): string | undefined {
  if (where === undefined) return undefined;
  const near = relative(process.cwd(), where);
  return near === "" || near.startsWith("..") ? where : near;
}

/** The property or error that catches a mutant, in brief. */
function catchText({ caughtBy, report }: Mutant<unknown>): string {
  const [first, ...others] = caughtBy;
  if (first !== undefined) return ` -> ${first}${others.length === 0 ? "" : ` and ${others.length} more`}`;
  const [mistake] = report?.mistakes ?? [];
  return mistake === undefined ? "" : " -> the model fails";
}

function closingLines({ mutants: all, judging, left, unread, seconds }: Mutation<unknown>, style: Style): string[] {
  const counts = ORDER.flatMap((outcome) => {
    const count = all.filter((mutant) => mutant.outcome === outcome).length;
    return count === 0 ? [] : [`${count} ${outcome}`];
  });
  const catches = new Set(all.flatMap(({ caughtBy }) => caughtBy));
  const idle = judging.filter((id) => !catches.has(id));
  const lines = [
    `${counted(all.length, "mutant")}${counts.length === 0 ? "" : `: ${counts.join(", ")}`}; ${duration(seconds)}`,
    ...(left === 0
      ? []
      : [`${counted(left, "more mutant")} left out: --max-mutants ${all.length + left} takes them all`]),
    ...(idle.length === 0 || all.length === 0 ? [] : [`first to catch no mutant: ${idle.join(", ")}`]),
    ...unread.map(({ action, why }) => `no mutants of ${action}: ${why}`),
    ...(all.some(({ outcome }) => outcome === "caught" || outcome === "survived")
      ? ["--mutant N shows one mutant, with its counterexample"]
      : []),
  ];
  const [first = "", ...others] = lines.map((line) => wrap(line, WIDTH).join("\n"));
  return ["", style.strong(first), ...others].flatMap((line) => line.split("\n"));
}

function mutantLines(
  { number, action, change, where, outcome, caughtBy, model, report }: Mutant<unknown>,
  format: TraceFormat,
  style: Style,
  fold: boolean,
): string[] {
  const near = nearPlace(where);
  const place = near === undefined ? "" : ` (${near})`;
  const lines = ["", ...wrap(`mutant ${number}: ${action === undefined ? "" : `${action}: `}${change}${place}`, WIDTH)];
  const catches = outcome !== "caught" ? "" : `: ${caughtBy.length === 0 ? "the model fails" : listed(caughtBy)}`;
  const text = `${OUTCOMES[outcome]}${catches}`;
  lines.push(...indented(text));
  if (report === undefined || model === undefined) return lines;
  if (report.stopped !== undefined && outcome === "undecided")
    lines.push(`  stopped early: ${stopText(report.stopped)}`);
  if (outcome === "survived") {
    const { distinct, transitions } = report.states;
    lines.push(`  with the fault ${counted(distinct, "state")}, ${counted(transitions, "transition")}`);
  }
  if (format === "none") return lines;
  const view = { format, style, all: false, fold };
  const violated = report.properties.filter(({ verdict }) => verdict === "violated");
  lines.push(...traceSections(model, { properties: violated }, view), ...mistakeSections(model, report, view));
  return lines;
}

const OUTCOMES: Readonly<Record<MutantOutcome, string>> = {
  caught: "caught",
  survived: "survived: every property still holds, though transitions of reachable states differ",
  equivalent: "equivalent: the same reachable states and transitions",
  undecided: "undecided",
  skipped: "skipped",
};

/** @param only the mutant whose counterexamples are part of the object */
function toJson({ original, mutants: all, ...rest }: Mutation<unknown>, only: number | undefined): object {
  return {
    schema: 1,
    ...rest,
    states: original.states,
    mutants: (only === undefined ? all : all.filter(({ number }) => number === only)).map(
      ({ number, action, kind, change, where, outcome, caughtBy, report }) => ({
        number,
        action: action ?? null,
        kind,
        change,
        where: where ?? null,
        outcome,
        caughtBy,
        ...(only === undefined
          ? {}
          : {
              counterexamples: caughtBy.flatMap((id) => {
                const trace = report?.properties.find((property) => property.id === id)?.trace;
                return trace === undefined ? [] : [{ id, trace: traceToJson(trace) }];
              }),
            }),
        ...(report?.mistakes === undefined ? {} : { fails: report.mistakes.map((mistake) => mistakeText(mistake)) }),
        ...(report === undefined || report.stopped !== undefined ? {} : { states: report.states }),
      }),
    ),
  };
}
