import { ModelError } from "../../checker/errors.ts";
import {
  readJsonLines,
  refusalText,
  traceToJson,
  validateTrace,
  type Model,
  type TraceMapping,
  type TraceValidation,
} from "../../checker/index.ts";
import { jsonLines } from "../../checker/plain-text.ts";
import { wrap } from "../../checker/trace/text.ts";
import { choiceOption, countOption, type Call, type Options } from "../arguments/call.ts";
import { loadModelModule } from "../arguments/model-file.ts";
import { parametersGiven } from "../arguments/subject.ts";
import { isFileName } from "../arguments/user-file.ts";
import type { Command } from "../command.ts";
import { counted, rough, indented } from "../output/format.ts";
import { WIDTH, type Style } from "../output/terminal.ts";

const BEGINNINGS = ["initially", "anywhere"] as const;

const options: Options = {
  unobserved: {
    value: "ACTION",
    repeatable: true,
    help: "an action that the log leaves out, besides those of mapping; repeatable",
  },
  begins: { value: "WHERE", help: `where the log begins: ${BEGINNINGS.join(", ")}; default as mapping has it` },
  "max-fitting": { value: "N", help: "states of the model that may fit at one time; default 10000" },
  json: { help: "print one JSON object" },
  quiet: { help: "print errors only; see the exit status" },
};

/** `irqproof validate`. */
export const command: Command = {
  usage: ["FILE.ts LOG.jsonl [--PARAMETER VALUE ...] [OPTION ...]"],
  about: [
    "Compares a recorded log of a program with a model: is there a run of the model with these events, in this order? The log has one JSON value on each line. It is read as a stream, so memory does not grow with it.",
    "FILE.ts exports the model or family as its default, and beside it mapping: the meaning of each event for the model, and the unlogged actions. docs/conformance.md describes it.",
    "All states that fit the events so far are kept. The first event that none of them allows is reported, with the allowed alternatives.",
    "Exit status: 0 the model allows the log, 1 it does not, 2 the call, the file or a line of the log is wrong, 3 nothing was decided, because too many states fit or no event concerns the model.",
  ],
  options,
  parameters: true,
  async run(call, terminal) {
    const [file, log, another] = call.words;
    if (file === undefined || log === undefined) {
      throw new ModelError("validate: FILE.ts, the model with a mapping, and LOG.jsonl, the log, are needed");
    }
    if (another !== undefined) throw new ModelError(`validate: unexpected argument ${another}`);
    if (!isFileName(file)) {
      throw new ModelError(`validate: ${file} is no FILE.ts; logs of a kernel are compared by irqproof replay`);
    }
    const { family, exports } = await loadModelModule(file);
    const { mapping } = exports;
    if (mapping === undefined) {
      throw new ModelError(`${file} has no export mapping, which reads the events; see irqproof validate --help`);
    }
    const model = family.instantiate(parametersGiven(call, options, file, family.parameters));
    const maxFitting = countOption(call, "max-fitting");
    const complete = completed(mapping, call);
    const validation = await terminal.interruptible((signal) =>
      validateTrace(model, readJsonLines(log), complete, {
        signal,
        onProgress: (events) => terminal.showProgress(`${log}: ${rough(events)} events`),
        ...(maxFitting === undefined ? {} : { maxFitting }),
      }),
    );
    if (call.has("json")) terminal.print(jsonLines(asJson(validation, file, log)));
    else if (!call.has("quiet")) terminal.print(lines(model, validation, log, terminal.style));
    return STATUS[validation.verdict];
  },
};

/** The mapping of the file with what the call adds; a mapping that is none is refused by its own rule. */
function completed(mapping: unknown, call: Call): TraceMapping<unknown> {
  const begins = choiceOption(call, "begins", BEGINNINGS);
  const more = call.values("unobserved");
  if (typeof mapping !== "object" || mapping === null) return mapping as TraceMapping<unknown>;
  const { unobserved = [], ...rest } = mapping as TraceMapping<unknown>;
  const all = Array.isArray(unobserved) ? [...unobserved, ...more] : unobserved;
  return { ...rest, unobserved: all, ...(begins === undefined ? {} : { begins }) };
}

const STATUS = { allowed: 0, refused: 1, inconclusive: 3 } as const;

function lines(model: Model<unknown>, validation: TraceValidation<unknown>, log: string, style: Style): string[] {
  const { verdict, events, ignored, fitting, mostFitting, refusal, reason } = validation;
  const skipped = ignored === 0 ? "" : `, ${counted(ignored, "event")} of them ignored`;
  const head = [
    style.strong(`${log}, by model ${model.name}`),
    ...indented(
      `${counted(events, "event")} read${skipped}; at most ${counted(mostFitting, "state")} fitted at one time`,
    ),
    "",
  ];
  switch (verdict) {
    case "allowed":
      return [
        ...head,
        style.good(`allowed: a run of the model fits all events, ${counted(fitting, "state")} at the end`),
      ];
    case "refused":
      return [
        ...head,
        style.bad(`NOT ALLOWED: event ${refusal!.event} of the log fits no run of the model`),
        "",
        ...refusalText(model, refusal!).split("\n"),
      ];
    case "inconclusive":
      return [...head, ...wrap(`inconclusive: ${reason}`, WIDTH).map(style.doubtful)];
  }
}

function asJson({ refusal, ...rest }: TraceValidation<unknown>, file: string, log: string): object {
  const base = { schema: 1, file, log, ...rest };
  return refusal === undefined ? base : { ...base, refusal: { ...refusal, trace: traceToJson(refusal.trace) } };
}
