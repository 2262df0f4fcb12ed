import { ModelError } from "../../checker/errors.ts";
import { type Simulation, simulate } from "../../checker/index.ts";
import { propertyToJson } from "../../checker/report.ts";
import { wrap } from "../../checker/trace/text.ts";
import { type Call, type Options, choiceOption, countOption, durationOption, onlyWord } from "../arguments/call.ts";
import { FAIL_ON, failOn, statusOf } from "../arguments/fail-on.ts";
import { outputFile } from "../arguments/output-file.ts";
import { ALL_TRACES } from "../arguments/report-format.ts";
import { type Subject, parametersGiven, purityOf, requireFile, subjectOf } from "../arguments/subject.ts";
import type { Command } from "../command.ts";
import { counted, duration, rough, indented } from "../output/format.ts";
import { verdictTable, verdictText, modelLines } from "../output/report.ts";
import { type Style, WIDTH, plainStyle } from "../output/terminal.ts";
import { TRACE_FORMATS } from "../output/trace-format.ts";
import { traceSections } from "../output/traces.ts";
import { announceSize } from "./search.ts";

const options: Options = {
  property: { value: "ID", repeatable: true, help: "check only this property; repeatable" },
  seed: { value: "N", help: "seed of the walks, as printed by an earlier call, to repeat them" },
  depth: { value: "N", help: "maximal number of steps of one walk; default 1000" },
  steps: { value: "N", help: "maximal number of steps of all walks together; default 1000000" },
  "max-time": { value: "TIME", help: "stop after this time, such as 10s or 5m" },
  "until-violation": { help: "stop at the first violation, without a search for violations of other properties" },
  ...FAIL_ON,
  trace: { value: "FORMAT", help: `form of a counterexample: ${TRACE_FORMATS.join(", ")}; default chart` },
  ...ALL_TRACES,
  json: { help: "print one JSON object" },
  out: { value: "FILE", help: "also write the report to this file" },
  watch: { help: "for FILE.ts: simulate again whenever it or a file that it reads changes, until Ctrl-C" },
};

const CAUTION =
  "Random walks prove nothing: a property without a violation on any walk is undecided. irqproof check decides it if the state space is small enough, irqproof prove if induction succeeds.";

/** `irqproof simulate`. */
export const command: Command = {
  usage: ["ID|FILE.ts [--PARAMETER VALUE ...] [OPTION ...]"],
  about: [
    "Takes random walks through a model and checks its safety properties along the way, for state spaces too large to explore. In each state, every enabled action instance is equally likely.",
    "A run that violates a property is shortened by removing loops and unnecessary steps, then replayed step by step. It is not necessarily a shortest one. The same seed gives the same walks on every machine.",
    "Exit status: 1 a property is violated, 2 the call or the model is wrong, 3 otherwise, because nothing is proved; 0 only if every selected property is a sometimes property with a witness.",
  ],
  options,
  parameters: true,
  async run(call, terminal) {
    const word = onlyWord(call, "ID or FILE.ts, the model to simulate,");
    requireFile(call, word);
    const subject = await subjectOf(word);
    const format = choiceOption(call, "trace", TRACE_FORMATS) ?? "chart";
    const bounds = boundsOf(call);
    const least = failOn(call);
    const file = await outputFile(call);
    const model = subject.family.instantiate(parametersGiven(call, options, subject.word, subject.family.parameters));
    if (model.properties.size === 0) {
      throw new ModelError(`simulate: ${subject.word} has no properties to check`);
    }
    announceSize(model, terminal);
    const simulation = await terminal.interruptible((signal) =>
      simulate(model, {
        ...bounds,
        purity: purityOf(subject),
        signal,
        onProgress: ({ walks, steps, distinct, seconds }) =>
          terminal.showProgress(
            `${model.name}: ${counted(walks, "walk")}, ${rough(steps)} steps, ${rough(steps / Math.max(seconds, 0.001))}/s, ${rough(distinct)} states`,
          ),
      }),
    );
    const lines = (style: Style, isFile: boolean): string[] => {
      if (call.has("json")) return [JSON.stringify(toJson(simulation), null, 2)];
      const view = { style, all: isFile || call.has("all-traces"), fold: !isFile };
      const traces = format === "none" ? [] : traceSections(model, simulation, { format, ...view });
      return [...summary(simulation, subject, style), ...traces, "", ...wrap(CAUTION, WIDTH)];
    };
    await file?.write(lines(plainStyle, true));
    terminal.print(...lines(terminal.style, false));
    return statusOf(simulation, least);
  },
};

function boundsOf(call: Call): Parameters<typeof simulate>[1] {
  const properties = call.values("property");
  const seed = call.value("seed");
  if (seed !== undefined && !(/^\d+$/.test(seed) && Number(seed) < 2 ** 32)) {
    throw new ModelError(`simulate: --seed is ${seed}: it must be an integer from 0 to ${2 ** 32 - 1}`);
  }
  const [depth, steps] = [countOption(call, "depth"), countOption(call, "steps")];
  const seconds = durationOption(call, "max-time");
  return {
    ...(properties.length > 0 ? { properties } : {}),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(depth === undefined ? {} : { depth }),
    ...(steps === undefined ? {} : { steps }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(call.has("until-violation") ? { untilViolation: true } : {}),
  };
}

function summary(simulation: Simulation<unknown>, { title }: Subject, style: Style): string[] {
  const { model, parameters, seed, walks, steps, depth, stuck, distinct, isDistinctComplete, seconds } = simulation;
  const lines = modelLines(model, title, parameters, style);
  const rate = `${rough(steps / Math.max(seconds, 0.001))} steps a second`;
  const states = `${isDistinctComplete ? "" : "more than "}${counted(distinct, "distinct state")}`;
  lines.push(
    ...indented(
      `${counted(walks, "random walk")}, ${counted(steps, "step")}, the longest walk ${depth}; ${states}${stuck > 0 ? `; ${counted(stuck, "walk")} ended in a deadlock` : ""}`,
    ),
    `  seed ${seed}, ${duration(seconds)}, ${rate}`,
    "",
  );
  return [...lines, ...verdictTable(simulation.properties, style, ({ kind, verdict }) => word(kind, verdict))];
}

/** Result of the walks for a property. */
function word(kind: string, verdict: Simulation<unknown>["verdict"]): string {
  if (verdict === "inconclusive") return "undecided";
  return kind === "sometimes" ? "witnessed" : verdictText(verdict);
}

function toJson({ properties, ...rest }: Simulation<unknown>): object {
  return { schema: 1, ...rest, properties: properties.map(propertyToJson) };
}
