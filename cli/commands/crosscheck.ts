import { join } from "node:path";
import { traceToJson, type Model, type Report } from "../../checker/index.ts";
import { messageOf, ModelError } from "../../checker/errors.ts";
import { requireWritable } from "../../checker/files.ts";
import { closingOf } from "../../checker/trace/chart.ts";
import {
  abc,
  crosscheck,
  cvc5,
  rumur,
  spin,
  tlc,
  z3,
  type ComparedTool,
  type Tool,
} from "../../checker/crosscheck/index.ts";
import { readSystem } from "../../checker/export/index.ts";
import { jsonLines } from "../../checker/plain-text.ts";
import { wrap } from "../../checker/trace/text.ts";
import { countOption, onlyWord, sizeOption, type Call, type Options } from "../arguments/call.ts";
import type { Command } from "../command.ts";
import { count, counted, shortDuration } from "../output/format.ts";
import { searched } from "./search.ts";
import { parametersGiven, subjectOf } from "../arguments/subject.ts";
import { didYouMean } from "../../checker/definition/suggest.ts";
import { table } from "../output/table.ts";
import { WIDTH, type Style } from "../output/terminal.ts";
import { traceLines } from "../output/trace-format.ts";
import { modelLines } from "../output/report.ts";

const options: Options = {
  with: {
    value: "TOOL[,TOOL]",
    help: "run only these checkers: spin, rumur, tlc, abc, z3, cvc5; default: all but z3 and cvc5",
  },
  property: { value: "ID", repeatable: true, help: "compare only this property; repeatable" },
  "max-states": {
    value: "N",
    help: "stop irqproof's own search at this number of states; verdicts of other checkers beyond that are not compared",
  },
  "time-limit": { value: "SECONDS", help: "time limit in seconds of each process of a checker; default 600" },
  "memory-limit": { value: "SIZE", help: "memory limit of each process of a checker; default 4G" },
  tla2tools: { value: "PATH", help: "path of TLC's tla2tools.jar; default: the environment variable TLA2TOOLS" },
  keep: { value: "FOLDER", help: "keep the exported files and the output of the checkers in this folder" },
  json: { help: "print one JSON object" },
  quiet: { help: "print errors only; see the exit status" },
};

/** `irqproof crosscheck`. */
export const command: Command = {
  usage: ["ID|FILE.ts [--with TOOL,...] [--PARAMETER VALUE ...] [OPTION ...]"],
  about: [
    "Checks the same model with independent checkers. Exports it, runs the installed checkers, and compares states, transitions and the verdict on each property with irqproof check. A counterexample of another checker is read back, replayed by the reference semantics, and shown.",
    "Exit status: 0 all agree, 1 there is a difference, 2 the call or the model is wrong, 3 nothing could be compared.",
  ],
  options,
  parameters: true,
  async run(call, terminal) {
    const word = onlyWord(call, "ID or FILE.ts, the model to check,");
    const tools = chosen(call);
    const timeLimit = countOption(call, "time-limit") ?? 600;
    const memoryLimit = sizeOption(call, "memory-limit") ?? 4 * 2 ** 30;
    const maxStates = countOption(call, "max-states");
    const keep = call.value("keep");
    if (keep !== undefined) {
      try {
        await requireWritable(join(keep, "model"));
      } catch (error) {
        const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
        const why = isMissing
          ? "does not exist; create the folder first"
          : `is not a writable folder: ${messageOf(error)}`;
        throw new ModelError(`crosscheck: --keep ${keep} ${why}`);
      }
    }
    const subject = await subjectOf(word);
    const model = subject.family.instantiate(parametersGiven(call, options, subject.word, subject.family.parameters));
    const given = call.values("property");
    const properties = given.length === 0 ? {} : { properties: given };
    const bound = maxStates === undefined ? {} : { maxStates };
    const report = await searched(model, { ...properties, ...bound, whole: true }, terminal);
    terminal.showProgress(`${model.name}: reading`);
    const system = readSystem(model, properties);
    const results: ComparedTool[] = [];
    const found = crosscheck(system, report, tools, {
      timeLimit,
      memoryLimit,
      ...(keep === undefined ? {} : { keep }),
    });
    terminal.showProgress(`${model.name}: ${tools.map(({ name }) => name).join(", ")}`);
    for await (const result of found) results.push(result);
    terminal.endProgress();
    if (call.has("json")) terminal.print(jsonLines(asJson(report, results)));
    else if (!call.has("quiet")) terminal.print(lines(model, subject.title, report, results, terminal.style));
    return statusOf(results);
  },
};

function statusOf(results: readonly ComparedTool[]): 0 | 1 | 3 {
  if (results.some(({ outcome }) => outcome === "different")) return 1;
  return results.some(({ outcome }) => outcome === "equal") ? 0 : 3;
}

function chosen(call: Call) {
  const all = otherCheckers(call);
  const wanted = call.value("with")?.split(",");
  if (wanted === undefined) return all.filter(({ onlyNamed }) => onlyNamed !== true);
  return wanted.map((name) => {
    const tool = all.find((one) => one.name === name);
    if (tool !== undefined) return tool;
    const known = all.map((one) => one.name);
    throw new ModelError(
      `crosscheck: --with ${name}: unknown checker${didYouMean(name, known) || `; the checkers are ${known.join(", ")}`}`,
    );
  });
}

function lines(
  model: Model<unknown>,
  title: string,
  { states, properties, seconds }: Report<unknown>,
  results: readonly ComparedTool[],
  style: Style,
): string[] {
  const number = (heading: string): { heading: string; align: "right" } => ({ heading, align: "right" });
  const figure = (value: number | undefined): string => (value === undefined ? "-" : count(value));
  const ran = results.filter(({ outcome }) => outcome !== "missing");
  const paint = ({ outcome }: ComparedTool): ((text: string) => string) =>
    outcome === "equal" ? style.good : outcome === "different" ? style.bad : style.doubtful;
  const summary = table(
    [
      { heading: "checker" },
      { heading: "version" },
      number("states"),
      number("transitions"),
      number("time"),
      { heading: "" },
    ],
    [
      ["irqproof", "", count(states.distinct), count(states.transitions), shortDuration(seconds), ""],
      ...ran.map((tool) => [
        tool.name,
        tool.version ?? "",
        figure(tool.states),
        figure(tool.transitions),
        shortDuration(tool.seconds),
        { text: outcomeText(tool), paint: paint(tool) },
      ]),
    ],
    style.strong,
  );
  const shown = { holds: "holds", violated: "VIOLATED", inconclusive: "open", error: "ERROR" };
  const verdicts = table(
    [{ heading: "property" }, { heading: "irqproof" }, ...ran.map(({ name }) => ({ heading: name }))],
    properties.map(({ id, verdict }) => [
      id,
      shown[verdict],
      ...ran.map((tool) => {
        const one = tool.properties.find((property) => property.id === id);
        if (one === undefined) return "-";
        const text = shown[one.theirs];
        return one.equal === false ? { text: `${text} !`, paint: style.bad } : text;
      }),
    ]),
    style.strong,
  );
  const told = results.flatMap(({ name, outcome, because, omitted }) => [
    ...(because === undefined ? [] : wrap(outcome === "missing" ? because : `${name}: ${because}`, WIDTH)),
    ...notCompared(name, omitted),
  ]);
  return [
    ...modelLines(model.name, title, {}, style),
    "",
    ...summary,
    ...(ran.length === 0 ? [] : ["", ...verdicts]),
    ...(told.length === 0 ? [] : ["", ...told]),
    ...ran.flatMap((tool) => counterexample(model, tool, style)),
  ];
}

function outcomeText({ outcome, invariant }: ComparedTool): string {
  const text = outcome === "different" ? "DIFFERENT" : outcome === "alone" ? "decides alone" : outcome;
  if (invariant === undefined) return text;
  const { clauses, checked, because } = invariant;
  const said = checked === true ? "checked" : checked === false ? `WRONG: ${because}` : `not checked: ${because}`;
  return `${text}; invariant of ${counted(clauses, "clause")}, ${said}`;
}

/** Properties that a checker did not decide, by reason. */
function notCompared(name: string, omitted: ComparedTool["omitted"]): string[] {
  const reasons = new Map<string, string[]>();
  for (const { id, because } of omitted) reasons.set(because, [...(reasons.get(because) ?? []), id]);
  return [...reasons].flatMap(([because, ids]) => wrap(`${name}: not compared: ${ids.join(", ")} (${because})`, WIDTH));
}

/** The first counterexample of a checker, and any that the reference semantics cannot replay. */
function counterexample(model: Model<unknown>, { name, properties }: ComparedTool, style: Style): string[] {
  const wrong = properties.filter(({ isFalse }) => isFalse);
  const first = properties.find(({ trace, theirs }) => trace !== undefined && theirs === "violated");
  const result = wrong.flatMap(({ id }) => [
    "",
    ...wrap(`${name}'s counterexample of ${id} is wrong: the reference semantics cannot replay it.`, WIDTH).map(
      style.bad,
    ),
  ]);
  if (first?.trace === undefined) return result;
  const steps = counted(first.trace.steps.length - 1, "step");
  return [
    ...result,
    "",
    ...wrap(`${name}'s counterexample of ${first.id}, replayed by the reference semantics, ${steps}`, WIDTH).map(
      style.strong,
    ),
    "",
    ...traceLines(model, first.id, first.trace, "chart", style, true),
    ...closingOf(first.trace).flatMap((line, index) => (index === 0 ? ["", line] : [line])),
  ];
}

function asJson({ model, parameters, states, verdict }: Report<unknown>, results: readonly ComparedTool[]): object {
  return {
    schema: 1,
    model,
    parameters,
    verdict,
    states: { distinct: states.distinct, transitions: states.transitions },
    agree: results.some(({ outcome }) => outcome === "different")
      ? false
      : results.some(({ outcome }) => outcome === "equal")
        ? true
        : null,
    checkers: results.map(({ properties, ...tool }) => ({
      ...tool,
      properties: properties.map(({ trace, isFalse, ...property }) => ({
        ...property,
        ...(isFalse ? { falseCounterexample: true } : {}),
        ...(trace === undefined ? {} : { trace: traceToJson(trace) }),
      })),
    })),
  };
}

/** The checkers that `--with` may name. Without it, the default ones are run. */
function otherCheckers(call: Call): readonly Tool[] {
  return [spin, rumur, tlc(call.value("tla2tools") ?? process.env["TLA2TOOLS"]), abc, z3, cvc5];
}
