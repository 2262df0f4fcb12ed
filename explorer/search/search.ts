import {
  type ActionReport,
  type Mistake,
  type Model,
  ModelError,
  type Path,
  type PropertyReport,
  type Report,
  ExploredSpaces,
  always,
  check,
  fingerprint,
  isEndedFromOutside,
  isSafety,
  noDeadlock,
  oneLine,
  stopText,
  walkerOf,
  withProperties,
} from "../../checker/index.ts";
import { type SystemState, whyNeverEnabled } from "../../model/index.ts";
import { isQuiet } from "../../properties/index.ts";
import { pathText } from "../path.ts";
import type { Explored } from "../views/viewer.ts";
import type { CheckedView, Coverage, Goal, MistakeView, PropertyView, WayView } from "../wire.ts";
import { exampleOf } from "./example.ts";
import type { ExplorerSearchOptions } from "./options.ts";

/** The property that stands for "at rest" in a search for the way there. */
const REST = "rest";

/**
 * Checks a model as `check` does.
 *
 * @throws ModelError when the model is wrong in a way that has no run
 */
export async function checkAll(explored: Explored, options: ExplorerSearchOptions): Promise<CheckedView> {
  const spaces = new ExploredSpaces();
  const report = await check(explored.model, { ...options, explored: spaces });
  const { mistakes = [], properties, stopped } = report;
  const hasRun = mistakes.length > 0 || properties.some(({ trace }) => trace !== undefined);
  const example = hasRun || isEndedFromOutside(stopped) ? undefined : await exampleOf(explored, options);
  return { ...checkedView(explored, report, spaces), ...(example === undefined ? {} : { example }) };
}

/** A report, or the part of one that a proof has: verdicts, and how they were found. */
export type Decided = Pick<Report<unknown>, "verdict" | "seconds" | "properties"> &
  Partial<Pick<Report<unknown>, "states" | "stopped" | "actions" | "mistakes">> & {
    readonly engine: Pick<Report<unknown>["engine"], "name" | "workers"> | string;
  };

/**
 * A report as the page shows it.
 *
 * @param spaces what the check has explored of the model, for its hash
 */
export function checkedView({ model, system }: Explored, report: Decided, spaces?: ExploredSpaces): CheckedView {
  const { pathOf } = walkerOf(model);
  const { verdict, stopped, states, engine, seconds, actions = [], mistakes = [] } = report;
  return {
    verdict,
    ...(stopped === undefined ? {} : { stopped: stopText(stopped) }),
    ...(states === undefined ? {} : { states }),
    engine:
      typeof engine === "string"
        ? engine
        : `${engine.name} engine, ${engine.workers === 1 ? "1 worker" : `${engine.workers} workers`}`,
    seconds,
    hash: fingerprint(model, spaces),
    properties: report.properties.map((property) => propertyView(property, pathOf)),
    coverage: actions.map((action) => coverageOf(action, system !== undefined)),
    mistakes: mistakes.map((mistake) => mistakeView(mistake, pathOf)),
  };
}

function coverageOf({ action, taken, level }: ActionReport, isSystem: boolean): Coverage {
  const because = taken === 0 && isSystem ? whyNeverEnabled(action) : undefined;
  return {
    action: oneLine(action),
    taken,
    ...(level === undefined ? {} : { level }),
    ...(because === undefined ? {} : { because }),
  };
}

function mistakeView(
  { message, property, step, place, trace }: Mistake<unknown>,
  pathOf: (trace: Mistake<unknown>["trace"]) => Path,
): MistakeView {
  const expression = place?.expression === undefined ? "" : `: ${place.expression}`;
  return {
    subject: oneLine(property ?? step?.text ?? ""),
    message: oneLine(message),
    ...(place === undefined ? {} : { place: oneLine(`${place.file}:${place.line}:${place.column}${expression}`) }),
    run: pathOf(trace),
  };
}

function propertyView(
  { id, kind, title, severity, verdict, remark, fairness, trace }: PropertyReport<unknown>,
  pathOf: (trace: NonNullable<PropertyReport<unknown>["trace"]>) => Path,
): PropertyView {
  return {
    id,
    kind,
    title,
    severity,
    verdict,
    ...(remark === undefined ? {} : { remark }),
    ...(fairness === undefined ? {} : { fairness }),
    ...(trace === undefined
      ? {}
      : {
          run: {
            ...pathOf(trace),
            ...(trace.because === undefined ? {} : { because: trace.because }),
            ...(trace.conclusion === undefined ? {} : { conclusion: trace.conclusion }),
          },
        }),
  };
}

/**
 * The shortest way from a state to a violation, or to a state at rest.
 *
 * @param from the run that leads to the state
 * @throws ModelError when the run is none of the model, or the model has no such property
 */
export async function wayTo(
  { model, system }: Explored,
  goal: Exclude<Goal, { readonly kind: "all" }>,
  from: Path,
  options: ExplorerSearchOptions,
): Promise<WayView> {
  const walker = walkerOf(model);
  let { state } = walker.start(from.initial);
  for (const instance of from.instances) ({ state } = walker.take(state, instance));
  const rest =
    system === undefined
      ? noDeadlock<unknown>("no rest")
      : always<unknown>("no rest", (here) => !isQuiet(here as SystemState));
  const ids = goal.kind === "rest" ? [REST] : goalIds(model, goal.property);
  const base = goal.kind === "rest" ? withProperties(model, { [REST]: rest }) : model;
  const report = await check(
    { ...base, initial: [state] },
    { ...options, properties: ids, untilViolation: true, purity: "assumed" },
  );
  const violated = report.properties.filter(({ verdict, trace }) => verdict === "violated" && trace !== undefined);
  const [nearest] = violated.sort((one, other) => one.trace!.steps.length - other.trace!.steps.length);
  const view = { goal, from: pathText(from) };
  const [mistake] = report.mistakes ?? [];
  if (nearest === undefined && mistake !== undefined) throw new ModelError(mistake.message);
  if (nearest === undefined) {
    return { ...view, ...(report.stopped === undefined ? {} : { stopped: stopText(report.stopped) }) };
  }
  const { instances } = walkerOf({ ...base, initial: [state] }).pathOf(nearest.trace!);
  return { ...view, instances, ...(goal.kind === "rest" ? {} : { property: nearest.id }) };
}

/** The properties that a violation may be of. */
function goalIds(model: Model<unknown>, id: string | undefined): string[] {
  if (id === undefined) {
    return [...model.properties].flatMap(([name, property]) =>
      isSafety(property) && property.kind !== "sometimes" ? [name] : [],
    );
  }
  const property = model.properties.get(id);
  if (property === undefined) throw new ModelError(`model ${model.name} has no property ${id}`);
  if (property.kind === "sometimes") throw new ModelError(`property ${id} has witnesses, not violations`);
  return [id];
}
