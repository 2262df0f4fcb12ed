import { wrap } from "../checker/trace/text.ts";
import type { Assumption, AssumptionStatus } from "../model/assumptions.ts";
import type { CatalogueEntry, InterruptSystem, Suspicion } from "../model/index.ts";
import { table } from "./table.ts";
import { WIDTH, type Style } from "./terminal.ts";

/** What a verdict on a modelled system rests on. */
export interface Basis {
  readonly assumptions: readonly Assumption[];
  /** What the catalogue's entry rests on that nobody has confirmed. */
  readonly doubt?: string | undefined;
  /** Where the entry is a suspicion about code in use. */
  readonly suspicion?: Suspicion | undefined;
}

const MEANING: Readonly<Record<AssumptionStatus, string>> = {
  confirmed: "was read in code or a specification",
  unconfirmed: "is relied on, but the authoritative text was not read",
  "by the code": "is ensured by the scheme's own code",
  taken: "is assumed by the model",
};

/** The basis of verdicts on a system, which may be that of an entry of the catalogue. */
export async function basisOf(
  system: InterruptSystem,
  entry?: Pick<CatalogueEntry, "doubt" | "suspicion">,
): Promise<Basis> {
  const { assumptionsOf } = await import("../model/assumptions.ts");
  return { assumptions: assumptionsOf(system), doubt: entry?.doubt, suspicion: entry?.suspicion };
}

/** The basis as a part of a report for people. */
export function basisLines({ assumptions, doubt, suspicion }: Basis, style: Style): string[] {
  const rows = assumptions.map(({ id, says, status, source, here }) => {
    const origin = source === undefined ? status : `${status}: ${source}`;
    return [`  ${id}`, `${says} (${origin})${here === undefined ? "" : `; ${here}`}`];
  });
  const used = [...new Set(assumptions.map(({ status }) => status))];
  const legend = used.map((status) => `${status}: ${MEANING[status]}`).join("; ");
  return [
    style.strong("The verdicts rest on the model and on this:"),
    ...table([{ heading: "" }, { heading: "" }], rows).slice(1),
    ...wrap(`(${legend}.)`, WIDTH - 2).map((line) => style.quiet(`  ${line}`)),
    ...(doubt === undefined ? [] : wrap(`Doubt: ${doubt}.`, WIDTH - 2).map((line) => style.doubtful(`  ${line}`))),
    ...(suspicion === undefined ? [] : suspicionLines(suspicion, style)),
  ];
}

function suspicionLines({ modelled, restsOn, refutedBy }: Suspicion, style: Style): string[] {
  const said = [
    ["Modelled", modelled],
    ["It rests on", restsOn],
    ["It would be refuted by", refutedBy],
  ];
  return [
    "",
    style.strong("A suspicion about code in use, which nobody has confirmed:"),
    ...said.flatMap(([what, text]) => wrap(`${what}: ${text}.`, WIDTH - 2).map((line) => style.doubtful(`  ${line}`))),
  ];
}
