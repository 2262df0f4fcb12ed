import { exitStatus, traceToJson } from "../../../checker/index.ts";
import { factTexts, type Invariant, type ProofReport } from "../../../checker/proof/index.ts";
import { jsonLines } from "../../../checker/plain-text.ts";
import { wrap } from "../../../checker/trace/text.ts";
import type { Call } from "../../arguments/call.ts";
import { counted, duration, indented } from "../../output/format.ts";
import { modelLines, verdictLines } from "../../output/report.ts";
import { WIDTH, type Style, type Terminal } from "../../output/terminal.ts";
import { traceSections } from "../../output/traces.ts";

/** Prints a proof report; the exit status. */
export function show(
  call: Call,
  title: string,
  terminal: Terminal,
  report: ProofReport,
): ReturnType<typeof exitStatus> {
  terminal.endProgress();
  if (call.has("json")) terminal.print(jsonLines(asJson(report)));
  else if (!call.has("quiet")) terminal.print(proofLines(call, title, report, terminal.style));
  return exitStatus(report.verdict);
}

/** A proof report for people. */
export function proofLines(call: Call, title: string, report: ProofReport, style: Style): string[] {
  const { model, invariant, samples, seconds, confirmation, properties, because } = report;
  const result = modelLines(model.name, title, model.parameters, style);
  if (invariant === undefined)
    result.push(...indented(`no invariant, ${counted(samples, "sample")}, ${duration(seconds)}`));
  else {
    const clauses = invariant.facts.reduce((sum, { cubes }) => sum + cubes.length, 0);
    result.push(
      ...indented(
        `invariant of ${counted(invariant.facts.length, "fact")}, ${counted(clauses, "clause")} with symmetric copies; from ${counted(samples, "sample")}, ${duration(seconds)}`,
      ),
    );
  }
  if (confirmation?.outcome === "confirmed") {
    const { by, questions } = confirmation;
    result.push(
      ...indented(`confirmed by ${by}: ${counted(questions, "query", "queries")}, ${duration(confirmation.seconds)}`),
    );
  }
  if (because !== undefined) result.push(...indented(because, style.doubtful));
  result.push("", ...verdictLines(properties, style));
  result.push(...traceSections(model, { properties }, { format: "chart", style, all: false, fold: true }));
  if (invariant !== undefined && call.has("facts")) {
    result.push("", ...wrap(factsHeading(invariant), WIDTH));
    for (const text of factTexts(invariant)) {
      const [first = "", ...rest] = wrap(text, WIDTH - 4);
      result.push(`  - ${first}`, ...rest.map((line) => `    ${line}`));
    }
  }
  return result;
}

function factsHeading({ lemmas }: Invariant): string {
  const lemma = lemmas.length === 0 ? "" : `, together with ${lemmas.join(", ")}`;
  return `Invariant${lemma}: no reachable state has all parts of any of these:`;
}

function asJson(report: ProofReport): object {
  const { model, verdict, invariant, samples, seconds, confirmation, properties, because } = report;
  return {
    schema: 1,
    model: model.name,
    parameters: model.parameters,
    verdict,
    ...(because === undefined ? {} : { because }),
    seconds,
    samples,
    ...(invariant === undefined
      ? {}
      : {
          invariant: {
            clauses: invariant.facts.reduce((sum, { cubes }) => sum + cubes.length, 0),
            lemmas: invariant.lemmas,
            facts: factTexts(invariant),
          },
        }),
    ...(confirmation === undefined ? {} : { confirmation }),
    properties: properties.map(({ id, kind, title, severity, verdict: own, trace }) => ({
      id,
      kind,
      title,
      severity,
      verdict: own,
      ...(trace === undefined ? {} : { trace: traceToJson(trace) }),
    })),
  };
}
