import type { LivenessProperty, Model } from "../language/index.ts";
import { semanticsOf, type Semantics, type State, type Verdict } from "../semantics/semantics.ts";
import type { Path } from "../trace/shortest.ts";
import { conclusionOf, contradiction, walk, type Trace, type TraceStep } from "../trace/trace.ts";
import { assumptionsOf, groupsOf } from "./groups.ts";

/** At most this many of the groups that a loop passes over are named. */
const MAX_NAMED_GROUPS = 3;

/**
 * Takes a counterexample again by the reference semantics, step by step: that its loop closes, that it is fair, and that
 * the goal stays away. Nothing of this is shared with the search for it.
 *
 * @throws InternalError when anything differs from the report of the search: then no part of it is trusted
 */
export function replayLiveness<S>(model: Model<S>, id: string, property: LivenessProperty<S>, path: Path): Trace<S> {
  const semantics = semanticsOf(model);
  const steps = walk(model, id, path);
  const goals = steps.map(({ state }) => semantics.judge(id, () => property.goal(state)));
  const last = goals.at(-1) as Verdict;
  const wrong = (what: string): Error => contradiction(model, id, what);
  if (last.holds && property.kind !== "eventuallyAlways") throw wrong("the goal holds in its last state");
  const reason = reasonText(last);
  if (property.kind === "alwaysPossible") {
    const because = `from here on, no path leads to the goal${reason}`;
    return { steps, because, conclusion: conclusionOf(property, steps) };
  }

  const { loopFrom } = path;
  if (loopFrom === undefined) throw wrong("it has no loop");
  const start = steps[loopFrom];
  const end = steps.at(-1) as TraceStep<S>;
  if (start === undefined || !sameState(model, start.state, end.state)) throw wrong("its loop does not close");
  const fates = groupFates(model, semantics, property, steps.slice(loopFrom), path.instances.slice(loopFrom));
  const unfair = fates.find(({ strong, fate }) => fate === "always" || (strong && fate === "sometimes"));
  if (unfair !== undefined) throw wrong(`its loop is not fair to ${unfair.text}`);
  if (property.kind === "eventuallyAlways") {
    const fails = goals.findIndex(({ holds }, index) => index >= loopFrom && !holds);
    if (fails < 0) throw wrong("the goal holds throughout its loop");
    const isStill = loopFrom === steps.length - 1;
    const because = `the goal fails ${isStill ? "forever" : "again and again"}, ${fails === 0 ? "initially" : `after step ${fails}`}${reasonText(goals[fails] as Verdict)}; ${ending()}`;
    return { steps, loopFrom, because, conclusion: conclusionOf(property, steps, loopFrom) };
  }
  const waits = goals.findLastIndex(({ holds }) => holds) + 1;
  let begins = 0;
  if (property.kind === "leadsTo") {
    begins = steps.findIndex(
      ({ state }, index) => index >= waits && semantics.judge(id, () => property.premise(state)).holds,
    );
    if (begins < 0) throw wrong("the premise does not hold after the goal last held");
  } else if (waits > 0) throw wrong("the goal holds on it");

  const because = `${waiting(property.kind, begins)}${reason}; ${ending()}`;
  return { steps, loopFrom, because, conclusion: conclusionOf(property, steps, loopFrom) };

  function ending(): string {
    const more = steps.length - 1 - (loopFrom as number);
    if (more > 0) return `steps ${(loopFrom as number) + 1} to ${steps.length - 1} repeat forever${passedOver()}`;
    const canHappen = model.instances.filter((instance) => semantics.enabled(instance, end.state));
    if (canHappen.length === 0) return "no action is enabled any more";
    const scratch = new Uint32Array(model.layout.words);
    const changing = canHappen.filter(
      (instance) => !sameState(model, end.state, semantics.apply(instance, end.state, scratch, 0)),
    );
    if (changing.length === 0) return "no enabled action changes the state any more";
    const names = [...new Set(changing.map(({ action }) => action))].join(", ");
    return `the run may stop here, because the enabled actions are not assumed to be fair: ${names}`;
  }

  /** Explanation for readers who take the loop for unfair. */
  function passedOver(): string {
    const texts = fates.filter(({ fate }) => fate === "sometimes").map(({ text }) => text);
    if (texts.length === 0) return "";
    const more = texts.length > MAX_NAMED_GROUPS ? ` and ${texts.length - MAX_NAMED_GROUPS} more` : "";
    const names = texts.slice(0, MAX_NAMED_GROUPS).join(", ");
    return `; weak fairness does not apply to actions that are not always enabled: ${names}${more}`;
  }
}

function reasonText({ because }: Verdict): string {
  return because === undefined ? "" : ` (${because})`;
}

function waiting(kind: "leadsTo" | "eventually", begins: number): string {
  if (kind === "eventually") return "the goal never holds";
  const when = begins === 0 ? "initially" : `after step ${begins}`;
  return `the premise holds ${when}, and the goal does not hold then or later`;
}

function sameState<S>(model: Model<S>, one: State<S>, other: State<S>): boolean {
  const { layout } = model;
  const [a, b] = [new Uint32Array(layout.words), new Uint32Array(layout.words)];
  layout.encode(one, a, 0);
  layout.encode(other, b, 0);
  return a.join() === b.join();
}

/**
 * Status of each fair group in a loop, by the definition: some step of the loop belongs to it, or it could happen
 * in no, some or every state of the loop. A step that changes nothing neither counts as possible nor as taken.
 *
 * @param loop the state before the loop, and then its steps
 * @param taken the instances of the steps
 */
function groupFates<S>(
  model: Model<S>,
  semantics: Semantics<S>,
  property: LivenessProperty<S> & { readonly kind: "leadsTo" | "eventually" | "eventuallyAlways" },
  loop: readonly TraceStep<S>[],
  taken: readonly number[],
): { readonly strong: boolean; readonly text: string; readonly fate: "taken" | "never" | "sometimes" | "always" }[] {
  const scratch = new Uint32Array(model.layout.words);
  const states = loop.length > 1 ? loop.slice(1) : loop;
  const changes = (index: number, state: State<S>): boolean => {
    const instance = model.instances[index];
    if (instance === undefined || !semantics.enabled(instance, state)) return false;
    return !sameState(model, state, semantics.apply(instance, state, scratch, 0));
  };
  return groupsOf(model, assumptionsOf(model, property)).groups.map(({ strong, text, instances }) => {
    const isTaken = taken.some(
      (index, step) => instances.includes(index) && changes(index, (loop[step] as TraceStep<S>).state),
    );
    if (isTaken) return { strong, text, fate: "taken" };
    const possible = states.filter(({ state }) => instances.some((index) => changes(index, state))).length;
    return { strong, text, fate: possible === 0 ? "never" : possible === states.length ? "always" : "sometimes" };
  });
}
