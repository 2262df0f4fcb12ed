import { groupsOf, type FairGroup } from "../liveness/groups.ts";
import { FALSE, TRUE, type Condition } from "../system/expression.ts";
import type { Identifiers } from "./identifiers.ts";
import type { Program, RunsCheck } from "../system/guarded-commands.ts";
import { textSizes } from "../system/sharing.ts";
import { commentOf } from "./text.ts";

/** More strongly fair groups make a claim too large: it guesses which of them stay impossible. */
const MAX_STRONG_GROUPS = 4;
/** Conditions of a claim that are longer as text, in tests, values and operators, are too large for SPIN. */
const MAX_CLAIM_SIZE = 20_000;

/** `taken` before the first state of the model, and when the last step changed nothing or its fairness is not asked for. */
const NOT_STARTED = 0;
const NO_FAIR_GROUP = 1;

/** Names that the rest of a text in Promela uses. */
export interface PromelaNames {
  readonly identifiers: Identifiers;
  /** The macro of the instance's guard. */
  guard(index: number): string;
  condition(condition: Condition): string;
}

/** A claim: what a run does that violates a property. */
export interface Claim {
  /** Name of the claim for option -N of the verifier. */
  readonly name: string;
  /** The property. */
  readonly id: string;
}

/** Part of a text in Promela for properties of runs; all of it counts only where RUNS is defined. */
export interface PromelaRuns {
  readonly claims: readonly Claim[];
  /** The properties that are not exported, each with the reason as a clause. */
  readonly omitted: ReadonlyMap<string, string>;
  /** Lines before the process. */
  readonly lines: readonly string[];
  /** First statement in the step of an instance, before anything changes; empty if there are no claims. */
  taken(index: number): string;
}

type Temporal = RunsCheck & { readonly kind: "leadsTo" | "eventually" | "eventuallyAlways" };

/**
 * Properties of runs as never claims. SPIN's own weak fairness is one of processes, and the system is one process; so
 * the claims define fairness. A variable records the instances of the last step, and a claim accepts a run that waits
 * for ever if again and again each weakly fair group is taken or not possible, and each strongly fair one is taken
 * again and again or, from some state on, not possible any more. The run may stand still. For `eventuallyAlways` the
 * run waits wherever it is, and the goal fails again and again, as if that were one more fair group.
 */
export function promelaRuns<S>(program: Program<S>, names: PromelaNames): PromelaRuns {
  const { model, runs, commands } = program;
  const sizeOf = textSizes();
  const changes = new Map<number, Condition>();
  const changeOf = (instance: number): Condition => {
    const change = changes.get(instance) ?? program.changes(instance);
    changes.set(instance, change);
    return change;
  };
  const sizeOfAll = ({ cases }: RunsCheck, groups: readonly FairGroup[]): number => {
    const conditions = cases.flatMap(({ premise, goal }) => (premise === undefined ? [goal] : [premise, goal]));
    const fair = new Set(groups.flatMap(({ instances }) => instances));
    const own = [...fair].flatMap((index) => [commands[index]?.guard as Condition, changeOf(index)]);
    return [...conditions, ...own].reduce((sum, condition) => sum + sizeOf(condition), 0);
  };
  const omitted = new Map<string, string>();
  const exported: { readonly check: Temporal; readonly groups: readonly FairGroup[] }[] = [];
  for (const check of runs) {
    const { kind } = check;
    const { groups } = groupsOf(model, check.fairness);
    const strong = groups.filter((group) => group.strong).length;
    if (kind === "alwaysPossible") omitted.set(check.id, "alwaysPossible is not a property of single runs");
    else if (strong > MAX_STRONG_GROUPS)
      omitted.set(check.id, `${strong} strongly fair groups would make the claim too large`);
    else if (sizeOfAll(check, groups) > MAX_CLAIM_SIZE)
      omitted.set(check.id, "its conditions would make the claim too large");
    else exported.push({ check: { ...check, kind }, groups });
  }
  if (exported.length === 0) return { claims: [], omitted, lines: [], taken: () => "" };

  const kinds = kindsOf(
    model.instances.length,
    exported.flatMap(({ groups }) => groups),
  );
  // Whether a step changes anything is asked of those that need be fair only.
  const changing = commands.map((_, index) =>
    kinds[index] === NO_FAIR_GROUP ? "true" : bracketed(changeOf(index), names),
  );
  const written = new GroupMacros(names, kinds, changing);
  const claims: Claim[] = [];
  const texts = exported.flatMap(({ check, groups }) => {
    const { id, title, kind, cases } = check;
    return cases.flatMap(({ name, premise, goal }) => {
      const claim = names.identifiers.take(`violates_${id}${name === undefined ? "" : `_${name}`}`);
      claims.push({ name: claim, id });
      const waits = names.identifiers.take(`waits_${claim}`);
      const begins = premise === undefined ? waits : `${waits} && ${bracketed(premise, names)}`;
      const fails = `!${bracketed(goal, names)}`;
      const repeats = kind === "eventuallyAlways" ? [names.identifiers.take(`fails_${claim}`)] : [];
      const isWaiting = `taken != ${NOT_STARTED}`;
      return [
        `/* ${commentOf(id)}${name === undefined ? "" : `, ${commentOf(name)}`}: ${commentOf(title)} */`,
        ...defined(waits, repeats.length > 0 ? `(${isWaiting})` : `(${isWaiting} && ${fails})`),
        ...repeats.flatMap((name) => defined(name, `(${fails})`)),
        `never ${claim} {`,
        ...claimBody({ waits, begins, atStart: kind === "eventually", repeats }, groups, written).map(
          (line) => `  ${line}`,
        ),
        "}",
      ];
    });
  });
  return {
    claims,
    omitted,
    lines: [
      `/* The kind of the last step: ${NOT_STARTED} before the first state, ${NO_FAIR_GROUP} if it changed nothing or is not assumed to be fair. */`,
      `${Math.max(...kinds) > 255 ? "short" : "byte"} taken;`,
      ...written.lines,
      "/* SPIN 6.5.2 does not search with the first of several claims, so the first one is unused. */",
      `never ${names.identifiers.take("unused")} { begin: if :: true -> goto begin fi }`,
      ...texts,
    ],
    taken(index) {
      const kind = kinds[index] as number;
      const change = changing[index] as string;
      if (kind === NO_FAIR_GROUP || change === "false") return `TAKEN(${NO_FAIR_GROUP})`;
      return change === "true" ? `TAKEN(${kind})` : `TAKEN(${change} -> ${kind} : ${NO_FAIR_GROUP})`;
    },
  };
}

/** For each instance, a number for the set of groups that it is in. */
function kindsOf(instances: number, groups: readonly FairGroup[]): number[] {
  const numbers = new Map<string, number>([["", NO_FAIR_GROUP]]);
  return Array.from({ length: instances }, (_, index) => {
    const key = groups.flatMap((group, number) => (group.instances.includes(index) ? [number] : [])).join();
    const known = numbers.get(key) ?? NO_FAIR_GROUP + numbers.size;
    numbers.set(key, known);
    return known;
  });
}

/** Macros for whether a group is possible and whether it was taken, each written once. */
class GroupMacros {
  readonly lines: string[] = [];
  readonly #names: PromelaNames;
  readonly #kinds: readonly number[];
  readonly #changes: readonly string[];
  readonly #made = new Map<string, { readonly possible: string; readonly taken: string }>();

  constructor(names: PromelaNames, kinds: readonly number[], changes: readonly string[]) {
    this.#names = names;
    this.#kinds = kinds;
    this.#changes = changes;
  }

  of({ text, instances }: FairGroup): { readonly possible: string; readonly taken: string } {
    const key = instances.join();
    let made = this.#made.get(key);
    if (made === undefined) {
      const possible = this.#names.identifiers.take(`possible_${text}`);
      const taken = this.#names.identifiers.take(`taken_${text}`);
      const each = instances.map((index) => {
        const change = this.#changes[index] as string;
        return change === "true" ? this.#names.guard(index) : `(${this.#names.guard(index)} && ${change})`;
      });
      const kinds = [...new Set(instances.map((index) => this.#kinds[index] as number))];
      this.lines.push(
        ...defined(possible, `(${each.join("\n  || ")})`),
        ...defined(taken, `(${kinds.map((kind) => `taken == ${kind}`).join(" || ")})`),
      );
      this.#made.set(key, (made = { possible, taken }));
    }
    return made;
  }
}

interface Waiting {
  /** The run has not met the goal. */
  readonly waits: string;
  /** It begins to wait. */
  readonly begins: string;
  readonly atStart: boolean;
  /** Conditions that it meets again and again. */
  readonly repeats: readonly string[];
}

function claimBody(
  { waits, begins, atStart, repeats }: Waiting,
  groups: readonly FairGroup[],
  macros: GroupMacros,
): string[] {
  const weak = groups.filter(({ strong }) => !strong).map((group) => macros.of(group));
  const strong = groups.filter((group) => group.strong).map((group) => macros.of(group));
  const guesses = Array.from({ length: 2 ** strong.length }, (_, guess) =>
    strong.map((_one, bit) => ((guess >> bit) & 1) === 1),
  );
  const regions = guesses.map((isNever, number) => {
    const never = strong.filter((_, index) => isNever[index]);
    const stays = [waits, ...never.map(({ possible }) => `!${possible}`)].join(" && ");
    const again = [
      ...repeats,
      ...weak.map(({ possible, taken }) => `(!${possible} || ${taken})`),
      ...strong.filter((_, index) => isNever[index] === false).map(({ taken }) => taken),
    ];
    const label = (place: number): string => (place === again.length ? `accept_${number}` : `wait_${number}_${place}`);
    return { stays, again, label };
  });
  const enter = (entered: string): string[] =>
    regions.map(({ stays, label }) => `:: ${entered}${stays.slice(waits.length)} -> goto ${label(0)}`);
  return [
    "begin:",
    "  if",
    `  :: ${atStart ? `taken == ${NOT_STARTED}` : "true"} -> goto begin`,
    ...(strong.length === 0
      ? enter(begins).map((line) => `  ${line}`)
      : [
          `  :: ${begins} -> goto waiting`,
          "  fi;",
          "waiting:",
          "  if",
          `  :: ${waits} -> goto waiting`,
          ...enter(waits).map((line) => `  ${line}`),
        ]),
    "  fi;",
    ...regions.flatMap(({ stays, again, label }) => [
      ...again.flatMap((condition, place) => [
        `${label(place)}:`,
        "  if",
        `  :: ${stays} && ${condition} -> goto ${label(place + 1)}`,
        `  :: ${stays} && !${condition} -> goto ${label(place)}`,
        "  fi;",
      ]),
      `${label(again.length)}:`,
      "  if",
      `  :: ${stays} -> goto ${label(0)}`,
      "  fi;",
    ]),
  ].map((line, index, all) => (index === all.length - 1 ? line.replace(/;$/, "") : line));
}

function bracketed(given: Condition, { condition }: PromelaNames): string {
  if (given === TRUE || given === FALSE) return given === TRUE ? "true" : "false";
  return `(${condition(given)})`;
}

function defined(name: string, text: string): string[] {
  return `#define ${name} ${text}`.replaceAll("\n", " \\\n").split("\n");
}
