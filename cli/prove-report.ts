import { exitStatus, overall, traceToJson, type Model, type PropertyReport, type Verdict } from "../checker/index.ts";
import type { Confirmed } from "../checker/interchange/induction/confirm.ts";
import { factTexts } from "../checker/interchange/induction/facts.ts";
import type { Invariant } from "../checker/interchange/induction/prove.ts";
import { jsonLines } from "../checker/plain-text.ts";
import { wrap } from "../checker/trace/text.ts";
import type { Call } from "./call.ts";
import { counted, duration } from "./format.ts";
import { writeHtml, type HtmlContent } from "./html-file.ts";
import type { OutputFile } from "./output-file.ts";
import { verdictPaint, verdictText } from "./report.ts";
import { drawer } from "./table.ts";
import { plainStyle, WIDTH, type Style, type Terminal } from "./terminal.ts";
import { traceSections } from "./traces.ts";

/** What was found out, for people and for programs. */
export interface Outcome {
  readonly invariant: Invariant | undefined;
  readonly samples: number;
  readonly seconds: number;
  readonly confirmation:
    | (Confirmed & { readonly by: string; readonly seconds: number; readonly questions: number })
    | undefined;
  readonly properties: readonly PropertyReport<unknown>[];
  /** Why something is open: a clause. */
  readonly because: string | undefined;
}

/** How an outcome is shown beside the terminal. */
export interface ProofPage {
  /** The title of the model. */
  readonly title: string;
  /** The HTML file, and what it is about; undefined without --html. */
  readonly html: (Pick<HtmlContent, "subject" | "given"> & { readonly file: OutputFile }) | undefined;
}

/**
 * Prints it.
 *
 * @returns the exit status
 * @throws ModelError when the HTML file cannot be written
 */
export async function show(
  call: Call,
  model: Model<unknown>,
  { title, html }: ProofPage,
  terminal: Terminal,
  outcome: Outcome,
): Promise<0 | 1 | 3> {
  terminal.endProgress();
  const verdict = overall(outcome.properties.map((property) => property.verdict));
  if (call.has("json")) terminal.print(jsonLines(asJson(model, verdict, outcome)));
  else if (!call.has("quiet")) terminal.print(lines(call, model, title, outcome, terminal.style));
  if (html !== undefined) {
    const { file, subject, given } = html;
    const { seconds, properties, confirmation } = outcome;
    const engine = confirmation?.outcome === "confirmed" ? `induction, confirmed by ${confirmation.by}` : "induction";
    const text = lines(call, model, title, outcome, plainStyle).join("\n");
    const summary = `${model.name}: ${verdictText(verdict)}`;
    await writeHtml(file, { subject, given, report: { verdict, seconds, properties, engine }, summary, text });
  }
  return exitStatus(verdict);
}

function lines(call: Call, model: Model<unknown>, title: string, outcome: Outcome, style: Style): string[] {
  const { invariant, samples, seconds, confirmation, properties, because } = outcome;
  const given = Object.entries(model.parameters).map(([name, value]) => `${name}=${value}`);
  const indented = (text: string): string[] => wrap(text, WIDTH - 2).map((line) => `  ${line}`);
  const result = wrap(title === "" ? model.name : `${model.name}: ${title}`, WIDTH).map(style.strong);
  if (given.length > 0) result.push(...indented(given.join(" ")));
  if (invariant === undefined)
    result.push(...indented(`no invariant, ${counted(samples, "sample")}, ${duration(seconds)}`));
  else {
    const clauses = invariant.facts.reduce((sum, { cubes }) => sum + cubes.length, 0);
    result.push(
      ...indented(
        `invariant of ${counted(invariant.facts.length, "fact")}, ${counted(clauses, "clause")} with what can be exchanged; from ${counted(samples, "sample")}, ${duration(seconds)}`,
      ),
    );
  }
  if (confirmation?.outcome === "confirmed") {
    const { by, questions } = confirmation;
    result.push(
      ...indented(`confirmed by ${by}: ${counted(questions, "question")}, ${duration(confirmation.seconds)}`),
    );
  }
  if (because !== undefined) result.push(...indented(because).map(style.doubtful));
  result.push("");
  const draw = drawer(
    [{ heading: "  " }, { heading: "" }, { heading: "" }],
    properties.map(({ id, verdict }) => [`  ${verdictText(verdict)}`, id]),
  );
  for (const { id, title: text, verdict } of properties) {
    result.push(...draw.row([{ text: `  ${verdictText(verdict)}`, paint: verdictPaint(verdict, style) }, id, text]));
  }
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
  const along = lemmas.length === 0 ? "" : `, with ${lemmas.join(", ")},`;
  return `No reachable state has any of these together; that${along} is why it holds:`;
}

function asJson(model: Model<unknown>, verdict: Verdict, outcome: Outcome): object {
  const { invariant, samples, seconds, confirmation, properties, because } = outcome;
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
