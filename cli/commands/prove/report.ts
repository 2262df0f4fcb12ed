import { exitStatus, traceToJson } from "../../../checker/index.ts";
import {
  factSentenceTexts,
  factTexts,
  sentenceText,
  type Invariant,
  type NextSize,
  type NotHolding,
  type ProofReport,
} from "../../../checker/proof/index.ts";
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
  const { model, invariant, nextSizes, samples, seconds, confirmation, properties, because } = report;
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
  if (invariant !== undefined && (call.has("facts") || call.has("next-sizes"))) {
    result.push("", ...wrap(factsHeading(invariant), WIDTH));
    for (const text of factSentenceTexts(invariant)) {
      const [first = "", ...rest] = wrap(text, WIDTH - 4);
      result.push(`  - ${first}`, ...rest.map((line) => `    ${line}`));
    }
    for (const size of nextSizes) result.push("", ...nextSizeLines(invariant, size));
  }
  return result;
}

const NOT_HOLDING: Readonly<Record<NotHolding, string>> = {
  violated: "violated by a reachable state",
  "not inductive": "not inductive: a step leads out of it, from a state that need not be reachable",
  "without meaning": "without meaning: the parts that it is about are not there",
};

/** Facts of one heading that are listed; --json has all. */
const MAX_LISTED_FACTS = 10;

/** Which facts hold with one more of something, and the others. */
function nextSizeLines({ lemmas }: Invariant, { parameter, value, facts }: NextSize): string[] {
  const at = `${parameter}=${value}`;
  if (facts === undefined) return wrap(`At ${at} it was not decided which facts hold.`, WIDTH);
  const { holding, others } = facts;
  const all = holding.length + others.length;
  const given = lemmas.length === 0 ? "" : `, if ${lemmas.join(" and ")} does`;
  if (others.length === 0) return wrap(`All ${counted(all, "fact")} also hold at ${at}${given}.`, WIDTH);
  const lines = wrap(`${holding.length} of ${counted(all, "fact")} also hold at ${at}${given}. The others:`, WIDTH);
  for (const why of Object.keys(NOT_HOLDING) as NotHolding[]) {
    const own = others.filter((other) => other.why === why);
    if (own.length === 0) continue;
    lines.push(...wrap(`${own.length} ${NOT_HOLDING[why]}`, WIDTH - 2).map((line) => `  ${line}`));
    for (const { sentence } of own.slice(0, MAX_LISTED_FACTS)) {
      const [first = "", ...rest] = wrap(sentenceText(sentence), WIDTH - 6);
      lines.push(`    - ${first}`, ...rest.map((line) => `      ${line}`));
    }
    if (own.length > MAX_LISTED_FACTS) lines.push(`    and ${own.length - MAX_LISTED_FACTS} more (--json lists them)`);
  }
  return lines;
}

function factsHeading({ lemmas }: Invariant): string {
  const lemma = lemmas.length === 0 ? "" : `, together with ${lemmas.join(", ")}`;
  return `Invariant${lemma}; true of every reachable state:`;
}

function asJson(report: ProofReport): object {
  const { model, verdict, invariant, nextSizes, samples, seconds, confirmation, properties, because } = report;
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
            sentences: factSentenceTexts(invariant),
          },
        }),
    ...(nextSizes.length === 0 ? {} : { nextSizes: nextSizes.map((size) => nextSizeJson(size)) }),
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

function nextSizeJson({ parameter, value, facts }: NextSize): object {
  return {
    parameter,
    value,
    ...(facts === undefined
      ? {}
      : {
          holding: facts.holding.length,
          others: facts.others.map(({ sentence, why }) => ({ sentence: sentenceText(sentence), why })),
        }),
  };
}
