import { oneLine } from "../../../checker/plain-text.ts";
import type { TraceFormat } from "../trace-format.ts";
import { mistakeText, subjectOf } from "../model-mistakes.ts";
import { failedSteps, mistakeTraceOf, outcomesOf, traceOf, type Checked, type Outcome } from "./checked.ts";

/**
 * JUnit's XML, as CI servers read it: a suite for each model, a case for each property, the counterexample as the text
 * of the failure. An inconclusive property is skipped. A failing function of the model is an error: of its property, or
 * a separate case if it belongs to a step.
 */
export function junit(checked: readonly Checked[], trace: TraceFormat): string[] {
  const all = checked.flatMap(outcomesOf);
  const seconds = checked.reduce((sum, { report }) => sum + report.seconds, 0);
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites name="irqproof" ${totals(all, checked.flatMap(failedSteps).length, seconds)}>`,
    ...checked.flatMap((one) => suite(one, trace)),
    "</testsuites>",
  ];
}

function suite(checked: Checked, trace: TraceFormat): string[] {
  const { model, report, title, hash, summary } = checked;
  const outcomes = outcomesOf(checked);
  const { distinct, transitions, depth } = report.states;
  const facts = {
    ...report.parameters,
    hash,
    ...known({ states: distinct, transitions, depth }),
    ...(report.symmetry === undefined ? {} : { orbits: report.symmetry.orbits }),
    ...(title === "" ? {} : { title }),
    ...Object.fromEntries(report.properties.map(({ id, severity }) => [`severity.${id}`, severity])),
  };
  return [
    `  <testsuite ${attributes({ name: model.name })} ${totals(outcomes, failedSteps(checked).length, report.seconds)}>`,
    "    <properties>",
    ...Object.entries(facts).map(([name, value]) => `      <property ${attributes({ name, value: String(value) })}/>`),
    "    </properties>",
    ...outcomes.flatMap((outcome) => testCase(checked, outcome, trace)),
    ...failedSteps(checked).flatMap((mistake) => [
      `    <testcase ${attributes({ name: subjectOf(mistake), classname: model.name, time: "0" })}>`,
      ...element(
        `      <error ${attributes({ message: mistakeText(mistake), type: mistake.part })}>`,
        mistakeTraceOf(checked, mistake, trace),
        "</error>",
      ),
      "    </testcase>",
    ]),
    `    <system-out>${escaped(summary)}</system-out>`,
    "  </testsuite>",
  ];
}

/** Without the numbers that a search with symmetry leaves open. */
function known(numbers: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(numbers).filter(([, value]) => !Number.isNaN(value)));
}

function testCase(checked: Checked, { property, result, reason, notes }: Outcome, trace: TraceFormat): string[] {
  const { id } = property;
  const head = `    <testcase ${attributes({ name: id, classname: checked.model.name, time: "0" })}`;
  let inside: string[] = [];
  if (result === "skip") inside.push(`      <skipped ${attributes({ message: reason })}/>`);
  if (result === "fail") {
    // The text is shown verbatim, so it is not indented.
    const start = `      <failure ${attributes({ message: reason, type: property.verdict })}>`;
    inside = element(start, traceOf(checked, property, trace), "</failure>");
  }
  if (result === "error") {
    const start = `      <error ${attributes({ message: reason, type: "predicate" })}>`;
    inside = element(start, traceOf(checked, property, trace), "</error>");
  }
  if (notes.length > 0) inside.push(...element("      <system-out>", notes, "</system-out>"));
  return inside.length === 0 ? [`${head}/>`] : [`${head}>`, ...inside, "    </testcase>"];
}

function totals(outcomes: readonly Outcome[], failedSteps: number, seconds: number): string {
  const counts = { pass: 0, fail: 0, skip: 0, error: failedSteps };
  for (const { result } of outcomes) counts[result]++;
  return attributes({
    tests: String(outcomes.length + failedSteps),
    failures: String(counts.fail),
    errors: String(counts.error),
    skipped: String(counts.skip),
    time: seconds.toFixed(3),
  });
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(" ");
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** One line. XML 1.0 does not allow control characters and lone surrogates, so they are escaped. */
function escaped(text: string): string {
  return oneLine(text).replace(/[&<>"]/g, (character) => ENTITIES[character] as string);
}

/** An element whose text has several lines. */
function element(start: string, texts: readonly string[], end: string): string[] {
  const [first = "", ...more] = texts.map(escaped);
  const lines = [`${start}${first}`, ...more];
  return lines.map((line, index) => (index === lines.length - 1 ? `${line}${end}` : line));
}
