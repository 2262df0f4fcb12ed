import { oneLine } from "../../checker/plain-text.ts";
import type { TraceFormat } from "../trace-format.ts";
import { outcomesOf, traceOf, type Checked, type Outcome } from "./checked.ts";

/** Subtests stand this far to the right of their test. */
const INDENT = "  ";

/**
 * The Kernel Test Anything Protocol, version 1 (Documentation/dev-tools/ktap.rst). A single model is a test of its
 * properties; of several, each is a test with its properties as subtests. What is inconclusive is skipped. A violation
 * that is expected is "ok" with the directive XFAIL, as kselftest prints it. A counterexample stands as a diagnostic
 * before its result.
 */
export function ktap(checked: readonly Checked[], single: boolean, trace: TraceFormat): string[] {
  const [only] = checked;
  if (single && only !== undefined) return testsOf(only, trace);
  return [
    "KTAP version 1",
    `1..${checked.length}`,
    ...checked.flatMap((one, index) => [
      ...testsOf(one, trace).map((line) => INDENT + line),
      result(index + 1, one.model.name, overall(outcomesOf(one))),
    ]),
  ];
}

function testsOf(checked: Checked, trace: TraceFormat): string[] {
  const { model, title, summary } = checked;
  const outcomes = outcomesOf(checked);
  return [
    "KTAP version 1",
    `1..${outcomes.length}`,
    ...diagnostics([title === "" ? model.name : `${model.name}: ${title}`, summary]),
    ...outcomes.flatMap((outcome, index) => [
      ...diagnostics(outcome.notes.map((note) => `${outcome.property.id}: ${note}`)),
      ...(outcome.result === "fail" ? diagnostics([outcome.reason, ...traceOf(checked, outcome.property, trace)]) : []),
      result(index + 1, outcome.property.id, outcome),
    ]),
  ];
}

type Told = Pick<Outcome, "result" | "expectedViolation" | "reason">;

function result(number: number, name: string, { result, expectedViolation, reason }: Told): string {
  // A number sign would begin a directive.
  const line = `${result === "fail" ? "not ok" : "ok"} ${number} ${oneLine(name).replaceAll("#", "")}`;
  if (result === "skip") return `${line} # SKIP ${oneLine(reason)}`;
  return expectedViolation ? `${line} # XFAIL ${oneLine(reason)}` : line;
}

function overall(outcomes: readonly Outcome[]): Told {
  const passed: Told = { result: "pass", expectedViolation: false, reason: "" };
  return (
    outcomes.find(({ result }) => result === "fail") ??
    outcomes.find(({ property }) => property.verdict === "inconclusive") ??
    passed
  );
}

function diagnostics(lines: readonly string[]): string[] {
  return lines.map((line) => `# ${oneLine(line)}`.trimEnd());
}
