import { pathToFileURL } from "node:url";
import { isAbsolute } from "node:path";
import { closingOf, type PropertyReport, type Trace, type TraceStep } from "../../checker/index.ts";
import { differences, valueText } from "../../checker/trace/changes.ts";
import { counted } from "../format.ts";
import { version } from "../version.ts";
import { outcomesOf, type Checked, type Outcome } from "./checked.ts";

/**
 * SARIF 2.1.0 (OASIS): the properties are rules, what is violated or not as expected is a result, and a
 * counterexample is its code flow, with the actor of a step as its logical location. A violation that is expected is
 * a note; what is inconclusive is a result of the kind "open".
 */
export function sarif(checked: readonly Checked[], withTraces: boolean, exitCode: number): object {
  const rules = [...new Map(checked.flatMap(({ report }) => report.properties).map((one) => [one.id, one])).values()];
  const indexOf = new Map(rules.map(({ id }, index) => [id, index]));
  return {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "irqproof",
            version: version(),
            rules: rules.map(({ id, kind, title }) => ({
              id,
              shortDescription: { text: title },
              properties: { kind },
            })),
          },
        },
        invocations: [{ executionSuccessful: true, exitCode }],
        columnKind: "utf16CodeUnits",
        results: checked.flatMap((one) =>
          outcomesOf(one).flatMap((outcome) => resultsOf(one, outcome, indexOf, withTraces)),
        ),
        properties: { models: checked.map(modelOf) },
      },
    ],
  };
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
  const { property, result, expectedViolation, reason } = outcome;
  const isOpen = property.verdict === "inconclusive";
  if (result === "pass" && !expectedViolation) return [];
  if (result === "skip" && !isOpen && property.verdict !== "violated") return [];
  const { trace } = property;
  return [
    {
      ruleId: property.id,
      ruleIndex: indexOf.get(property.id),
      kind: isOpen ? "open" : "fail",
      level: isOpen ? "none" : result === "fail" ? "error" : "note",
      message: { text: messageOf(checked, property, reason) },
      locations: [locationOf(checked, checked.model.name)],
      partialFingerprints: { "modelAndParameters/v1": checked.hash },
      ...(withTraces && trace !== undefined && property.verdict === "violated"
        ? { codeFlows: [{ threadFlows: [{ locations: flowOf(checked, trace) }] }] }
        : {}),
    },
  ];
}

function messageOf({ report }: Checked, { id, verdict, trace }: PropertyReport<unknown>, reason: string): string {
  const closing = trace === undefined || verdict !== "violated" ? [] : closingOf(trace, Number.MAX_SAFE_INTEGER);
  const steps =
    trace === undefined || verdict !== "violated" ? "" : ` after ${counted(trace.steps.length - 1, "step")}`;
  return [`${report.model}: ${id}: ${reason}${steps}.`, ...closing].join(" ");
}

function flowOf(checked: Checked, { steps }: Trace<unknown>): object[] {
  return steps.map(({ action, actor, label, state }, index) => {
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
}

/** A place in a model has a name; where the model is in a file, the file is known too. */
function locationOf({ file }: Checked, name: string): object {
  const uri =
    file === undefined
      ? undefined
      : isAbsolute(file)
        ? pathToFileURL(file).href
        : encodeURI(file.replaceAll("\\", "/"));
  return {
    ...(uri === undefined ? {} : { physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } } }),
    logicalLocations: [{ name }],
  };
}
