import { exitStatus, traceToJson } from "../../../checker/index.ts";
import {
  failureTable,
  openBelow,
  sizesIn,
  type AnySizeProof,
  type AnySizeReport,
} from "../../../checker/any-size/index.ts";
import { jsonLines } from "../../../checker/plain-text.ts";
import { wrap } from "../../../checker/trace/text.ts";
import type { Call } from "../../arguments/call.ts";
import { count, counted, duration, listed, paragraph, indented } from "../../output/format.ts";
import { modelLines, verdictLines } from "../../output/report.ts";
import { table } from "../../output/table.ts";
import { WIDTH, type Style, type Terminal } from "../../output/terminal.ts";
import { traceSections } from "../../output/traces.ts";
import { MAIN_PROPERTY } from "../../output/verdict-line.ts";

/** Rows of a step that the claims do not exclude, at most: larger states are not for people. */
const MAX_FAILURE_ROWS = 60;

/** Prints the report on a proof for any number; the exit status. */
export function showAnySize(
  call: Call,
  title: string,
  terminal: Terminal,
  report: AnySizeReport,
): ReturnType<typeof exitStatus> {
  terminal.endProgress();
  if (call.has("json")) terminal.print(jsonLines(asJson(report)));
  else if (!call.has("quiet")) terminal.print(linesOf(call, title, report, terminal.style));
  return exitStatus(report.verdict);
}

function linesOf(call: Call, title: string, report: AnySizeReport, style: Style): string[] {
  const { model, parameters, properties, proof, because, searched } = report;
  const result = modelLines(model, title, parameters, style);
  for (const text of workOf(proof)) result.push(...indented(text));
  for (const one of report.smaller) {
    for (const text of workOf(one.proof)) result.push(...indented(`${sizesIn(one, report.dimensions)}: ${text}`));
  }
  for (const { lemma, sizes } of proof?.contradicted ?? []) {
    const size = Object.entries(sizes).map(([name, one]) => `${name}=${one}`);
    result.push(...indented(`a reachable state at ${size.join(" ")} contradicts: ${lemma}`, style.doubtful));
  }
  if (because !== undefined) result.push(...indented(because, style.doubtful));
  if (report.verdict !== "holds" && searched.length > 0) result.push(...indented(`searched: ${searchedText(report)}`));
  result.push("", ...verdictLines(properties, style));
  if (report.violated !== undefined) {
    result.push(...traceSections(report.violated, { properties }, { format: "chart", style, all: false, fold: true }));
  }
  if (proof !== undefined) {
    result.push(...failureLines(proof), ...restsOn(report, proof));
    if (call.has("facts") && proof.invariant.length > 0) result.push("", ...invariantLines(proof));
  }
  result.push("", ...paragraph(lastLine(report)));
  return result;
}

/** The invariant that was found, and the solver that confirmed it. */
function workOf(proof: AnySizeProof | undefined): string[] {
  if (proof === undefined) return [];
  const { invariant, excluded, candidates, seconds, answers } = proof;
  const from = counted(excluded, "counterexample");
  const found =
    invariant.length === 0
      ? `no invariant: ${counted(candidates, "claim")} from ${from} to induction, ${duration(seconds)}`
      : `invariant of ${counted(invariant.length, "claim")}; from ${from} to induction, ${duration(seconds)}`;
  return [
    found,
    ...answers
      .filter(({ outcome }) => outcome === "confirmed")
      .map(
        ({ by, questions, seconds: own }) =>
          `confirmed by ${by}: ${counted(questions, "query", "queries")}, ${duration(own)}`,
      ),
  ];
}

function searchedText({ searched }: AnySizeReport): string {
  return searched
    .map(({ sizes, states, isComplete }) => {
      const values = Object.entries(sizes).map(([name, size]) => `${name}=${size}`);
      return `${values.join(" ")} (${count(states)}${isComplete ? "" : "+"} ${states === 1 ? "state" : "states"})`;
    })
    .join("; ");
}

/** Abstractions and assumptions: what the verdict rests on. */
function restsOn(report: AnySizeReport, { system, weakened }: AnySizeProof): string[] {
  const lines: string[] = [];
  const added = [...system.abstractions, ...weakened];
  const below = report.smaller.flatMap(({ proof }) => proof ?? []);
  for (const proof of below) {
    for (const text of [...proof.system.abstractions, ...proof.weakened]) if (!added.includes(text)) added.push(text);
  }
  if (added.length > 0) {
    lines.push("", ...wrap("The proof is of a system that can do more than the model:", WIDTH));
    for (const text of added) lines.push(...paragraph(`- ${text}`, 2));
  }
  const assumptions = [
    ...leastOf(report).map((text) => `${text}; at smaller sizes the model differs in its form`),
    ...system.assumptions,
    ...report.smaller.flatMap((one) =>
      (one.proof?.system.assumptions ?? [])
        .filter((text) => !system.assumptions.includes(text))
        .map((text) => `${sizesIn(one, report.dimensions)}: ${text}`),
    ),
  ];
  if (assumptions.length > 0) {
    lines.push("", ...wrap("Assumed for all sizes:", WIDTH));
    for (const text of assumptions) lines.push(...paragraph(`- ${text}`, 2));
  }
  return lines;
}

function invariantLines({ invariant }: AnySizeProof): string[] {
  const lines = wrap("Invariant, true of every reachable state at every size:", WIDTH);
  for (const { text } of invariant) lines.push(...paragraph(`- ${text}`, 2));
  return lines;
}

/** The steps that the claims do not exclude, each with its state. */
function failureLines(proof: AnySizeProof): string[] {
  return proof.properties.flatMap(({ id, failure }) => {
    if (failure === undefined) return [];
    const { sizes, step, rows } = failureTable(proof.system, failure);
    const shown = rows.length <= MAX_FAILURE_ROWS ? rows : rows.filter(({ after }) => after !== undefined);
    return [
      "",
      ...wrap(
        `${id}: this step violates it, from a state that no claim excludes and that need not be reachable.`,
        WIDTH,
      ),
      ...paragraph(`With ${sizes}: ${step}`, 2),
      ...table(
        [{ heading: "    part" }, { heading: "before" }, { heading: "after" }],
        shown.map(({ path, before, after }) => [`    ${path}`, before, after ?? ""]),
      ),
    ];
  });
}

/** The line for a mail. */
function lastLine(report: AnySizeReport): string {
  const { model, verdict, properties, dimensions, violated, parameters } = report;
  const main = properties.find(({ id }) => id === MAIN_PROPERTY)?.verdict;
  const others = properties.filter((one) => one.id !== MAIN_PROPERTY && one.verdict !== "holds");
  const said = (): string => {
    if (main === "holds") return others.length === 0 ? "Never lost" : "Never lost, others open";
    if (main === "violated") return "Sometimes lost";
    return verdict === "holds" ? "holds" : verdict === "violated" ? "VIOLATED" : "inconclusive";
  };
  const sizes = violated?.parameters ?? {};
  const where =
    violated === undefined
      ? [`any number of ${listed(dimensions.map(plural))}`, ...leastOf(report)].join(", ")
      : dimensions.map((name) => `${name}=${sizes[name]}`).join(" ");
  const fixed = Object.entries(parameters).filter(
    ([name, value]) => !dimensions.includes(name) && value === "unbounded",
  );
  const events =
    violated === undefined ? fixed.map(([name]) => `any ${name}`) : fixed.map(([name]) => `${name}=unbounded`);
  return `${model}: ${said()}; ${[where, ...events].join("; ")}`;
}

/** The sizes below which the model has another form, where there is no proof for all of these. */
function leastOf(report: AnySizeReport): string[] {
  return openBelow(report).map(([name, count]) => `from ${count} ${plural(name)} on`);
}

/** A parameter's name as a noun: `cpus` counts CPUs. */
function plural(name: string): string {
  return name === "cpus" ? "CPUs" : name;
}

function asJson(report: AnySizeReport): object {
  const { model, parameters, dimensions, verdict, properties, proof, because, searched, smaller } = report;
  return {
    schema: 1,
    model,
    parameters,
    any: dimensions,
    verdict,
    ...(because === undefined ? {} : { because }),
    searched,
    ...(proof === undefined ? {} : { proof: proofJson(proof) }),
    ...(smaller.length === 0 ? {} : { smaller: smaller.map(asJson) }),
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

function proofJson(proof: AnySizeProof): object {
  const { system, invariant, answers, weakened, refinedAt, excluded, candidates, seconds } = proof;
  return {
    seconds,
    ...(refinedAt === undefined ? {} : { refinedAt }),
    excluded,
    candidates,
    invariant: invariant.map(({ text }) => text),
    implied: proof.implied.map(({ text }) => text),
    ...(proof.contradicted.length === 0 ? {} : { contradicted: proof.contradicted }),
    ...(system.least === undefined ? {} : { least: system.least }),
    confirmations: answers,
    abstractions: [...system.abstractions, ...weakened],
    assumptions: system.assumptions,
    open: proof.properties.flatMap(({ id, isProved, because: why, failure }) =>
      isProved ? [] : [{ id, because: why, ...(failure === undefined ? {} : { step: failureTable(system, failure) }) }],
    ),
  };
}
