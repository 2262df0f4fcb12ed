import { type Family, type Report, bySeverity } from "../../checker/index.ts";
import { ascii } from "../../checker/plain-text.ts";
import { count } from "../../checker/trace/text.ts";
import { listed } from "./format.ts";
import { idleness } from "./idle.ts";

/** The main property of the catalogue, shown in tables. */
export const MAIN_PROPERTY = "no-interrupt-lost";

/** The line fits a mail, quoted once or twice. */
const LINE_WIDTH = 78;

/** Equivalent forms of the main property. */
const SAME_QUESTION: ReadonlySet<string> = new Set([MAIN_PROPERTY, "carrier-exists"]);

/**
 * Summary of a check in one line, for a mail. It always has the form
 *
 *     MODEL PARAMETER=VALUE ...: VERDICT; STATES; COVERAGE/FABRIC; HASH
 *
 * with the parameters other than the defaults, Never or Sometimes lost (of other models: the properties that hold or are
 * violated), the number of states (with a plus sign if the search stopped early), what covers an event and the fabric
 * (of interrupt systems only), and the model's hash. It has at most 78 columns: where it would be longer, words are
 * shortened first, then the parameters end in "...". The separators never go. Printable ASCII, whatever the model's
 * texts are.
 */
export function verdictLine(
  report: Report<unknown>,
  family: Pick<Family<unknown>, "parameters">,
  hash: string,
): string {
  const model = ascii(report.model);
  const { parameters } = report;
  const isSystem = report.properties.some(({ id }) => id === MAIN_PROPERTY) && parameters["coverage"] !== undefined;
  const given = Object.entries(parameters).flatMap(([name, value]) => {
    // These two have a field of their own.
    if (isSystem && (name === "coverage" || name === "fabric")) return [];
    return value === family.parameters[name]?.default ? [] : [ascii(`${name}=${value}`)];
  });
  const said = verdicts(report).map(ascii);
  const lines: string[] = [];
  // Naming the violated properties takes precedence over naming the parameters.
  for (const verdict of said.length > 1 ? [said.slice(0, -1), said] : [said]) {
    for (let shown = given.length; shown >= 0; shown--) {
      const subject = [model, ...given.slice(0, shown), ...(shown < given.length ? ["..."] : [])].join(" ");
      lines.push(...forms(subject, verdict, report, isSystem));
    }
  }
  const room = LINE_WIDTH - hash.length;
  const fitting = lines.find((line) => line.length <= room);
  if (fitting !== undefined) return fitting + hash;
  // Only a name can be that long.
  const subject = given.length === 0 ? model : `${model} ...`;
  const behind = (lines.at(-1) as string).slice(subject.length);
  return `${model.slice(0, room - behind.length - 2)}..${behind}${hash}`;
}

/** The line without its hash, the longest form first. */
function forms(subject: string, verdict: readonly string[], report: Report<unknown>, isSystem: boolean): string[] {
  const { parameters, states, stopped } = report;
  const assumptions = isSystem ? [`${parameters["coverage"]}/${parameters["fabric"]}`] : [];
  const more = stopped === undefined ? "" : "+";
  // Where symmetry leaves the number of states open, the orbits are counted.
  const isOpen = Number.isNaN(states.distinct);
  const seen = isOpen ? (report.symmetry?.orbits ?? 0) : states.distinct;
  const one = isOpen ? "orbit" : "state";
  const noun = seen === 1 && more === "" ? one : `${one}s`;
  const line = (said: string, counted: string): string =>
    `${subject}: ${[said, counted, ...assumptions, ""].join("; ")}`;
  return [
    ...verdict.map((said) => line(said, `${count(seen)}${more} ${noun}`)),
    ...verdict.map((said) => line(said, `${seen}${more}`)),
  ];
}

/** The verdict in words, the longest first; the last is always short. A vacuous verdict is marked. */
function verdicts(report: Report<unknown>): string[] {
  const said = ofProperties(report);
  const idle = idleness(report);
  if (idle === undefined || report.verdict === "violated" || report.verdict === "error") return said;
  const texts =
    idle === "program"
      ? ["no step of the program is ever taken", "no step taken"]
      : ["no action is ever enabled", "no action enabled"];
  return said.flatMap((text) => texts.map((more) => `${text}, but ${more}`));
}

function ofProperties({ verdict, properties }: Report<unknown>): string[] {
  const violated = bySeverity(properties.filter((property) => property.verdict === "violated")).map(({ id }) => id);
  const main = properties.find(({ id }) => id === MAIN_PROPERTY);
  if (verdict === "error") {
    const more = main?.verdict === "violated" ? ["Sometimes lost"] : violated.length > 0 ? violations(violated) : [];
    return [...more.map((text) => `MODEL ERROR, ${text}`), "MODEL ERROR"];
  }
  if (main?.verdict === "violated") return ["Sometimes lost", "lost"];
  if (main?.verdict === "holds") {
    const others = violated.filter((id) => !SAME_QUESTION.has(id));
    if (others.length > 0) return violations(others).map((text) => `Never lost, ${text}`);
    return verdict === "inconclusive" ? ["Never lost, others inconclusive", "Never lost, rest open"] : ["Never lost"];
  }
  switch (verdict) {
    case "holds":
      return [
        ...(properties.length === 1 ? [`${properties[0]?.id} holds`] : []),
        properties.length === 1 ? "holds" : `${properties.length} properties hold`,
      ];
    case "violated":
      return violations(violated);
    case "inconclusive":
      return ["inconclusive"];
  }
}

function violations(violated: readonly string[]): string[] {
  const few = violated.length === 1 ? [] : [`${violated[0]} and ${violated.length - 1} more VIOLATED`];
  return [`${listed(violated)} VIOLATED`, ...few, `${violated.length} VIOLATED`];
}
