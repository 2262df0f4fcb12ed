import { oneLine } from "../../../checker/plain-text.ts";
import type { TraceFormat } from "../trace-format.ts";
import { mistakeText, subjectOf } from "../model-mistakes.ts";
import { failedSteps, mistakeTraceOf, outcomesOf, traceOf, type Checked, type Outcome } from "./checked.ts";

/** Indentation of subtests. */
const INDENT = "  ";

/**
 * The Kernel Test Anything Protocol, version 1 (Documentation/dev-tools/ktap.rst). A single model is a test of its
 * properties; of several, each is a test with its properties as subtests. An inconclusive property is skipped. An
 * expected violation is "ok" with the directive XFAIL, as in kselftest. A counterexample is a diagnostic before its
 * result. A step whose guard or recipe fails is a separate test, which is not ok.
 */
export function ktap(checked: readonly Checked[], single: boolean, trace: TraceFormat): string[] {
  const [only] = checked;
  if (single && only !== undefined) return testsOf(only, trace);
  return [
    "KTAP version 1",
    `1..${checked.length}`,
    ...checked.flatMap((one, index) => [
      ...testsOf(one, trace).map((line) => INDENT + line),
      result(index + 1, one.model.name, failedSteps(one).length > 0 ? FAILED : overall(outcomesOf(one))),
    ]),
  ];
}

function testsOf(checked: Checked, trace: TraceFormat): string[] {
  const { model, title, summary } = checked;
  const outcomes = outcomesOf(checked);
  const failed = failedSteps(checked);
  return [
    "KTAP version 1",
    `1..${outcomes.length + failed.length}`,
    ...diagnostics([title === "" ? model.name : `${model.name}: ${title}`, summary]),
    ...outcomes.flatMap((outcome, index) => [
      ...diagnostics(outcome.notes.map((note) => `${outcome.property.id}: ${note}`)),
      ...(outcome.result === "fail" || outcome.result === "error"
        ? diagnostics([outcome.reason, ...traceOf(checked, outcome.property, trace)])
        : []),
      result(index + 1, outcome.property.id, outcome),
    ]),
    ...failed.flatMap((mistake, index) => [
      ...diagnostics([`model error: ${mistakeText(mistake)}`, ...mistakeTraceOf(checked, mistake, trace)]),
      result(outcomes.length + index + 1, subjectOf(mistake), FAILED),
    ]),
  ];
}

type Told = Pick<Outcome, "result" | "expectedViolation" | "reason">;

const FAILED: Told = { result: "error", expectedViolation: false, reason: "" };

function result(number: number, name: string, { result, expectedViolation, reason }: Told): string {
  // A number sign would start a directive.
  const line = `${result === "fail" || result === "error" ? "not ok" : "ok"} ${number} ${oneLine(name).replaceAll("#", "")}`;
  if (result === "skip") return `${line} # SKIP ${oneLine(reason)}`;
  return expectedViolation ? `${line} # XFAIL ${oneLine(reason)}` : line;
}

function overall(outcomes: readonly Outcome[]): Told {
  const passed: Told = { result: "pass", expectedViolation: false, reason: "" };
  return (
    outcomes.find(({ result }) => result === "error") ??
    outcomes.find(({ result }) => result === "fail") ??
    outcomes.find(({ property }) => property.verdict === "inconclusive") ??
    passed
  );
}

function diagnostics(lines: readonly string[]): string[] {
  return lines.map((line) => `# ${oneLine(line)}`.trimEnd());
}
