import { availableParallelism } from "node:os";
import type { Program } from "../system/guarded-commands.ts";
import { smtSystemOf, type SmtSystem } from "../export/smtlib/definitions.ts";
import type { SmtCell } from "../export/smtlib/writer.ts";
import { headingOf } from "../export/text.ts";
import { Late, Session } from "../crosscheck/session.ts";
import { commandOf } from "../crosscheck/smt.ts";
import { ToolError } from "../crosscheck/tool.ts";
import { now } from "../sat/deadline.ts";
import type { Invariant } from "./induction.ts";
import type { Cube, Mask } from "./states/states.ts";

/** One of the questions that must all be answered "unsat". */
interface Question {
  /** Meaning of a failed question. */
  readonly flaw: string;
  /** Commands between `push` and `check-sat`. */
  readonly commands: string;
}

/** The questions by which a solver confirms an invariant, and what they rest on. */
export interface Confirmation {
  readonly preamble: string;
  /** Assumption that stays after the first question: the state before is inside. */
  readonly inside: string;
  readonly questions: readonly Question[];
}

/**
 * The questions to a solver: that the initial states are in the invariant, that no action leads out of it, one question
 * for each, and that no state in it violates what is proved. The system is that of the SMT-LIB export; nothing of what
 * found the invariant is used.
 */
export function confirmationOf(program: Program<unknown>, invariant: Invariant): Confirmation {
  const smt = smtSystemOf(program);
  const terms = new Terms(smt, invariant);
  const { lemmas, ids, facts } = invariant;
  const cubes = facts.flatMap((fact) => fact.cubes);
  const kept = smt.checks.filter(({ id }) => lemmas.includes(id));
  const holdsAt = (state: number): string[] => [
    smt.typed(state),
    ...terms.rest(state),
    ...kept.map((check) => `(not ${smt.sought(check, state)})`),
  ];
  const preamble = [
    ...headingOf(program.model, "SMT-LIB").map((line) => `; ${line}`),
    ";",
    "; An inductive invariant: every answer must be unsat. The first query asks for an initial state outside it, the",
    "; second for a state inside it that violates a property, and each other one for a step that leads out of it.",
    "(set-logic QF_BV)",
    smt.definitions,
    ...smt.declare(0),
    ...terms.definitions(0),
    ...terms.literals(cubes, 0),
    "(define-fun |inside'@0| () Bool (and",
    ...holdsAt(0),
    ...cubes.map((cube) => `(not ${terms.cube(cube, 0)})`),
    "))",
  ].join("\n");
  const sought = smt.checks
    .filter(({ id, kind }) => kind === "fault" || ids.includes(id))
    .map((check) => smt.sought(check, 0));
  const steps = program.commands.map(({ instance, next }, index): Question => {
    const changed = new Set(next.keys());
    const touched = terms.touchedBy(changed);
    const outside = cubes.filter((cube) => [...cube.keys()].some((part) => touched.has(part)));
    return {
      flaw: `a step by ${instance.text} leads out of it`,
      commands: [
        ...smt.cells.map((cell) => {
          const value = changed.has(cell.number) ? smt.next(cell, 0, index) : smt.cell(cell, 0);
          return `(define-fun ${smt.cell(cell, 1)} () ${sortOf(cell)} ${value})`;
        }),
        ...smt.define(1, kept),
        ...terms.definitions(1),
        ...terms.literals(outside, 1),
        `(assert ${smt.enabled(0, index)})`,
        "(assert (or",
        ...holdsAt(1).map((term) => `(not ${term})`),
        ...outside.map((cube) => terms.cube(cube, 1)),
        "))",
      ].join("\n"),
    };
  });
  return {
    preamble,
    inside: "(assert |inside'@0|)",
    questions: [
      { flaw: "an initial state is not in it", commands: `(assert ${smt.initial(0)})\n(assert (not |inside'@0|))` },
      {
        flaw: "a state in it violates a property",
        commands: `(assert (or ${sought.join(" ")} false))`,
      },
      ...steps,
    ],
  };
}

/** The same as a file that a solver reads. */
export function confirmationText({ preamble, inside, questions }: Confirmation): string {
  const [first, ...steps] = questions.map(
    ({ flaw, commands }) => `(push 1)\n(echo "${flaw.replaceAll('"', "'")}:")\n${commands}\n(check-sat)\n(pop 1)`,
  );
  return `${[preamble, first, inside, ...steps].join("\n\n")}\n`;
}

/** Answer of a solver about an invariant: confirmed, refused, or undecided where it did not come to an end. */
export interface Confirmed {
  readonly outcome: "confirmed" | "refused" | "undecided";
  readonly because: string | undefined;
}

/** Processes of the solver that share the questions. */
const PROCESSES = Math.min(2, availableParallelism());

/**
 * Has a solver answer all questions.
 *
 * @param limits `timeLimit`: seconds; `memoryLimit`: bytes, of all processes together
 */
export async function confirmed(
  { preamble, inside, questions }: Confirmation,
  solver: "z3" | "cvc5",
  limits: { readonly timeLimit: number; readonly memoryLimit: number },
  onProgress: (done: number, all: number) => void = () => {},
): Promise<Confirmed> {
  const until = now() + limits.timeLimit * 1000;
  const shared = { until, memory: limits.memoryLimit / PROCESSES };
  const sessions = Array.from({ length: PROCESSES }, () => new Session(commandOf(solver, limits.timeLimit), shared));
  const [first, second, ...steps] = questions;
  let done = 0;
  let flaw: Confirmed | undefined;
  const ask = async (session: Session, question: Question): Promise<void> => {
    const answer = await session.ask(`(push 1)\n${question.commands}\n(check-sat)\n(pop 1)`);
    if (answer === "sat") flaw ??= { outcome: "refused", because: question.flaw };
    else if (answer !== "unsat") flaw ??= { outcome: "undecided", because: `${solver} answers ${answer}` };
    onProgress(++done, questions.length);
  };
  const work = async (session: Session): Promise<void> => {
    for (;;) {
      const next = flaw === undefined ? steps.shift() : undefined;
      if (next === undefined) break;
      await ask(session, next);
    }
    // The other sessions can stop.
    if (flaw !== undefined) for (const other of sessions) other.end();
  };
  const prepare = async (session: Session, index: number): Promise<void> => {
    await session.ask(preamble);
    // Flaws at the start or the end are reported first.
    if (index === 0 && first !== undefined) await ask(session, first);
    await session.ask(inside);
    if (index === 0 && second !== undefined && flaw === undefined) await ask(session, second);
  };
  try {
    await Promise.all(sessions.map(prepare));
    await Promise.all(sessions.map(work));
    return flaw ?? { outcome: "confirmed", because: undefined };
  } catch (error) {
    if (flaw !== undefined) return flaw;
    if (error instanceof Late)
      return { outcome: "undecided", because: `it needs more than ${limits.timeLimit} seconds` };
    if (error instanceof ToolError) return { outcome: "undecided", because: error.message };
    throw error;
  } finally {
    for (const session of sessions) session.end();
  }
}

function sortOf({ sort }: SmtCell): string {
  return typeof sort === "string" ? sort : `(${sort.join(" ")})`;
}

/** Terms for facts over the cells of a state. */
class Terms {
  readonly #smt: SmtSystem;
  readonly #invariant: Invariant;
  readonly #cells: ReadonlyMap<number, SmtCell>;

  constructor(smt: SmtSystem, invariant: Invariant) {
    this.#smt = smt;
    this.#invariant = invariant;
    this.#cells = new Map(smt.cells.map((cell) => [cell.number, cell]));
  }

  /** Defines for each part that may be out of use whether it is. */
  definitions(state: number): string[] {
    const defined = new Set<number>();
    const lines: string[] = [];
    const define = (number: number): void => {
      const part = this.#invariant.parts[number];
      if (part === undefined || part.unused.length === 0 || defined.has(number)) return;
      defined.add(number);
      for (const reason of part.unused) define(reason.part);
      const reasons = part.unused.map(({ part: other, values }) => {
        const mask = [...values].reduce((bits, value) => bits | (1 << value), 0);
        return this.#literal(other, mask, state);
      });
      lines.push(`(define-fun ${unused(number, state)} () Bool (or ${reasons.join(" ")} false))`);
    };
    for (const part of this.#invariant.parts) if (part !== undefined) define(part.number);
    return lines;
  }

  /** Formula: parts that are out of use have their first value. */
  rest(state: number): string[] {
    return this.#invariant.parts.flatMap((part) =>
      part === undefined || part.unused.length === 0
        ? []
        : [`(or (not ${unused(part.number, state)}) ${this.#values(part.number, [0], state)})`],
    );
  }

  /** Defines each literal of these cubes once: cubes that are copies of each other share most of theirs. */
  literals(cubes: readonly Cube[], state: number): string[] {
    const lines = new Map<string, string>();
    for (const cube of cubes) {
      for (const [part, mask] of cube) {
        const symbol = hasOneOf(part, mask, state);
        if (lines.has(symbol)) continue;
        lines.set(symbol, `(define-fun ${symbol} () Bool ${this.#literal(part, mask, state)})`);
      }
    }
    return [...lines.values()];
  }

  /** Formula: the state is in the cube, by symbols that `literals` defines. */
  cube(cube: Cube, state: number): string {
    return `(and ${Array.from(cube, ([part, mask]) => hasOneOf(part, mask, state)).join(" ")} true)`;
  }

  /** The parts that may be otherwise when these cells are. */
  touchedBy(cells: ReadonlySet<number>): ReadonlySet<number> {
    const touched = new Set(cells);
    for (let size = -1; size !== touched.size;) {
      size = touched.size;
      for (const part of this.#invariant.parts) {
        if (part?.unused.some((reason) => touched.has(reason.part)) === true) touched.add(part.number);
      }
    }
    return touched;
  }

  #literal(number: number, mask: Mask, state: number): string {
    const part = this.#invariant.parts[number];
    if (part === undefined) return "false";
    const values = Array.from({ length: part.values }, (_, value) => value).filter((value) => (mask >> value) & 1);
    const own = this.#values(number, values, state);
    if (part.unused.length === 0) return own;
    const isUnused = unused(number, state);
    return (mask >> part.values) & 1 ? `(or ${isUnused} ${own})` : `(and (not ${isUnused}) ${own})`;
  }

  #values(number: number, values: readonly number[], state: number): string {
    const cell = this.#cells.get(number) as SmtCell;
    const symbol = this.#smt.cell(cell, state);
    const equal = values.map((value) => {
      if (cell.sort === "Bool") return value === 1 ? symbol : `(not ${symbol})`;
      return `(= ${symbol} (_ bv${value} ${cell.width}))`;
    });
    return equal.length === 1 ? (equal[0] as string) : `(or ${equal.join(" ")} false)`;
  }
}

// No symbol of the model's has an apostrophe.
function unused(number: number, state: number): string {
  return `|unused'${number}@${state}|`;
}

function hasOneOf(part: number, mask: Mask, state: number): string {
  return `|in'${part}:${mask}@${state}|`;
}
