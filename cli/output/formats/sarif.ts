import { pathToFileURL } from "node:url";
import { isAbsolute } from "node:path";
import { closingOf, type Mistake, type Severity, type Trace, type TraceStep } from "../../../checker/index.ts";
import { oneLine } from "../../../checker/plain-text.ts";
import { differences, valueText } from "../../../checker/trace/changes.ts";
import { lengthText } from "../traces.ts";
import { version } from "../../version.ts";
import { mistakeText, subjectOf } from "../model-mistakes.ts";
import { outcomesOf, type Checked, type Outcome } from "./checked.ts";

/** SARIF level of a failure of each severity. An expected violation of any severity is a "note". */
const LEVELS: Readonly<Record<Severity, "error" | "warning">> = {
  loss: "error",
  danger: "error",
  rule: "warning",
  liveness: "warning",
  bookkeeping: "warning",
};

/**
 * SARIF 2.1.0 (OASIS): the properties are rules, a violated or unexpected one is a result, and a
 * counterexample is its code flow, with the actor of a step as its logical location. An expected violation is a note;
 * an inconclusive property is a result of kind "open". A failing function of the model is a result of the rule
 * "model-error", at its place in the model's file.
 */
export function sarif(checked: readonly Checked[], withTraces: boolean, exitCode: number): object {
  const rules = [...new Map(checked.flatMap(({ report }) => report.properties).map((one) => [one.id, one])).values()];
  const indexOf = new Map(rules.map(({ id }, index) => [id, index]));
  const hasMistakes = checked.some(({ report }) => report.mistakes !== undefined);
  return inPlainText({
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "irqproof",
            version: version(),
            rules: [
              ...rules.map(({ id, kind, title, severity }) => ({
                id,
                shortDescription: { text: title },
                defaultConfiguration: { level: LEVELS[severity] },
                properties: { kind, severity },
              })),
              ...(hasMistakes ? [MISTAKE_RULE] : []),
            ],
          },
        },
        invocations: [{ executionSuccessful: true, exitCode }],
        columnKind: "utf16CodeUnits",
        results: checked.flatMap((one) => [
          ...outcomesOf(one).flatMap((outcome) => resultsOf(one, outcome, indexOf, withTraces)),
          ...(one.report.mistakes ?? []).map((mistake) => mistakeResult(one, mistake, rules.length, withTraces)),
        ]),
        properties: { models: checked.map(modelOf) },
      },
    ],
  }) as object;
}

const MISTAKE_RULE = {
  id: "model-error",
  shortDescription: { text: "a guard, recipe or predicate of the model fails in a reachable state" },
  defaultConfiguration: { level: "error" },
};

function mistakeResult(checked: Checked, mistake: Mistake<unknown>, ruleIndex: number, withTraces: boolean): object {
  const { place, trace } = mistake;
  return {
    ruleId: MISTAKE_RULE.id,
    ruleIndex,
    kind: "fail",
    level: "error",
    message: { text: `${subjectOf(mistake)}: ${mistakeText(mistake)}.` },
    locations: [
      place === undefined
        ? locationOf(checked, subjectOf(mistake))
        : {
            physicalLocation: {
              artifactLocation: { uri: uriOf(place.file) },
              region: { startLine: place.line, startColumn: place.column },
            },
            logicalLocations: [{ name: subjectOf(mistake) }],
          },
    ],
    partialFingerprints: { "modelAndParameters/v1": checked.hash },
    ...(withTraces ? { codeFlows: [{ threadFlows: [flowOf(checked, trace)] }] } : {}),
  };
}

/** The same with every text, including keys, escaped: viewers of logs show these texts verbatim. */
function inPlainText(value: unknown): unknown {
  if (typeof value === "string") return oneLine(value);
  if (Array.isArray(value)) return value.map(inPlainText);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [oneLine(key), inPlainText(part)]));
}

function modelOf({ report, hash, summary }: Checked): object {
  const { model, parameters, verdict, states } = report;
  return { model, parameters, hash, verdict, states, summary };
}

function resultsOf(
  checked: Checked,
  outcome: Outcome,
  indexOf: ReadonlyMap<string, number>,
  withTraces: boolean,
): object[] {
  const { property, result, expectedViolation } = outcome;
  const isOpen = property.verdict === "inconclusive";
  if (result === "error" || (result === "pass" && !expectedViolation)) return [];
  if (result === "skip" && !isOpen && property.verdict !== "violated") return [];
  const { trace } = property;
  return [
    {
      ruleId: property.id,
      ruleIndex: indexOf.get(property.id),
      kind: isOpen ? "open" : "fail",
      level: isOpen ? "none" : result === "fail" ? LEVELS[property.severity] : "note",
      message: { text: messageOf(checked, outcome) },
      locations: [locationOf(checked, checked.model.name)],
      partialFingerprints: { "modelAndParameters/v1": checked.hash },
      ...(withTraces && trace !== undefined && property.verdict === "violated"
        ? { codeFlows: [{ threadFlows: [flowOf(checked, trace)] }] }
        : {}),
    },
  ];
}

function messageOf({ report }: Checked, { property: { id, verdict, trace }, reason, notes }: Outcome): string {
  const shown = verdict === "violated" ? trace : undefined;
  const closing = shown === undefined ? [] : closingOf(shown, Number.MAX_SAFE_INTEGER);
  const length = shown === undefined ? "" : `; counterexample, ${lengthText(shown)}`;
  return [`${[`${report.model}: ${id}: ${reason}`, ...notes].join(", ")}${length}.`, ...closing].join(" ");
}

function flowOf(checked: Checked, { steps, loopFrom }: Trace<unknown>): object {
  const locations = steps.map(({ action, actor, label, state }, index) => {
    const before = (steps[index - 1] as TraceStep<unknown> | undefined)?.state;
    const changed = action === null ? [] : differences(before, state);
    return {
      executionOrder: index + 1,
      location: {
        ...locationOf(checked, actor === "" ? checked.model.name : actor),
        message: { text: action === null ? "the initial state" : label },
      },
      state: Object.fromEntries(changed.map(({ path, after }) => [path, { text: valueText(after) }])),
    };
  });
  // As in the report's JSON: index of the state at which the loop starts.
  return { locations, ...(loopFrom === undefined ? {} : { properties: { loopFrom } }) };
}

/** The name of a place in a model, with the file if the model is from one. */
function locationOf({ file }: Checked, name: string): object {
  const uri = file === undefined ? undefined : uriOf(file);
  return {
    ...(uri === undefined ? {} : { physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } } }),
    logicalLocations: [{ name }],
  };
}

function uriOf(file: string): string {
  return isAbsolute(file) ? pathToFileURL(file).href : encodeURI(file.replaceAll("\\", "/"));
}
