import type { Assumption, AssumptionStatus } from "../../catalogue/assumptions.ts";
import type { InterruptSystem } from "../../model/index.ts";
import type { CatalogueEntry, Suspicion } from "../../catalogue/index.ts";
import { table } from "./table.ts";
import { type Style } from "./terminal.ts";
import { indented } from "./format.ts";

/** Basis of a verdict on a modelled system. */
export interface Basis {
  readonly assumptions: readonly Assumption[];
  /** Unconfirmed basis of the catalogue entry. */
  readonly doubt?: string | undefined;
  /** Where the entry is a suspicion about code in use. */
  readonly suspicion?: Suspicion | undefined;
}

const MEANING: Readonly<Record<AssumptionStatus, string>> = {
  confirmed: "read in code or a specification",
  unconfirmed: "relied on, but the authoritative text was not read",
  "by the code": "ensured by the code of the scheme",
  taken: "assumed by the model",
};

/** The basis of verdicts on a system, which may be that of an entry of the catalogue. */
export async function basisOf(
  system: InterruptSystem,
  entry?: Pick<CatalogueEntry, "doubt" | "suspicion">,
): Promise<Basis> {
  const { assumptionsOf } = await import("../../catalogue/assumptions.ts");
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
    style.strong("The verdicts rest on the model and these assumptions:"),
    ...table([{ heading: "" }, { heading: "" }], rows).slice(1),
    ...indented(`(${legend}.)`, style.quiet),
    ...(doubt === undefined ? [] : indented(`Doubt: ${doubt}.`, style.doubtful)),
    ...(suspicion === undefined ? [] : suspicionLines(suspicion, style)),
  ];
}

function suspicionLines({ modelled, restsOn, refutedBy }: Suspicion, style: Style): string[] {
  const said = [
    ["Modelled", modelled],
    ["Basis", restsOn],
    ["Refuted by", refutedBy],
  ];
  return [
    "",
    style.strong("An unconfirmed suspicion about code in use:"),
    ...said.flatMap(([what, text]) => indented(`${what}: ${text}.`, style.doubtful)),
  ];
}
