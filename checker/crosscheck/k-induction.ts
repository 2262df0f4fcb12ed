import { InternalError } from "../errors.ts";
import type { Path } from "../trace/shortest.ts";
import type { Check, Program } from "../system/guarded-commands.ts";
import type { SmtSystem } from "../export/smtlib/definitions.ts";
import type { SmtCell } from "../export/smtlib/writer.ts";
import { Late, type Session } from "./session.ts";
import { ToolError } from "./tool.ts";

/** Result of k-induction. */
export interface Induction {
  /** Reachable targets, each with a run. */
  readonly reached: ReadonlyMap<string, Path>;
  /** Unreachable targets, each with the k of the proof. */
  readonly excluded: ReadonlyMap<string, number>;
  /** Other targets cannot be reached in this many steps or fewer; -1 where not even the initial states were checked. */
  readonly depth: number;
  /** The largest k for which the induction was tried to the end. */
  readonly k: number;
  /** Failure of a solver before its time was up: a clause. */
  readonly failure: string | undefined;
}

/**
 * Decides what can be reached by k-induction, with growing k, until all is decided or the time of the sessions is up.
 *
 * One session searches for a run of k steps from an initial state. The other asks whether k states in a row, of
 * which none has anything that is sought, can be followed by one that has; first of all that is open together, then
 * without what such a run can end in, until none can. What is left is excluded, because the one supports the other and
 * the first k states of every run were looked at.
 */
export async function kInduction(
  smt: SmtSystem,
  program: Program<unknown>,
  base: Session,
  step: Session,
): Promise<Induction> {
  const search = new Search(smt, program);
  let failure: string | undefined;
  const both = Promise.all([search.fromInitial(base), search.byInduction(step)].map(untilLate));
  // Where one of them has decided the last question, the other may still work on it.
  await Promise.race([both, search.decided]);
  return { ...search.found(), failure };

  /** The results of one session stay valid if the other fails. */
  async function untilLate(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (error instanceof ToolError) failure ??= error.message;
      else if (!(error instanceof Late)) throw error;
    } finally {
      search.wake();
    }
  }
}

class Search {
  readonly #smt: SmtSystem;
  readonly #program: Program<unknown>;
  readonly #reached = new Map<string, Path>();
  readonly #excluded = new Map<string, number>();
  #depth = -1;
  #k = 0;
  /** Whether the search from the initial states goes no deeper. */
  #isOver = false;
  #waiting: (() => void)[] = [];
  /** When nothing is open any more. */
  readonly decided: Promise<void>;
  #isDecided: () => void = () => {};

  constructor(smt: SmtSystem, program: Program<unknown>) {
    this.#smt = smt;
    this.#program = program;
    this.decided = new Promise((resolve) => (this.#isDecided = resolve));
  }

  found(): Omit<Induction, "failure"> {
    return { reached: this.#reached, excluded: this.#excluded, depth: this.#depth, k: this.#k };
  }

  async fromInitial(session: Session): Promise<void> {
    const smt = this.#smt;
    try {
      await session.ask([...beginning(smt), ...smt.declare(0), `(assert ${smt.initial(0)})`].join("\n"));
      for (let depth = 0; this.#open().length > 0; depth++) {
        for (let open = this.#open(); open.length > 0; open = this.#open()) {
          const hits = await this.#hits(session, depth, open, []);
          if (hits.length === 0) break;
          const path = await this.#path(session, depth);
          for (const id of hits) this.#reached.set(id, path);
          await session.ask("(pop 1)");
        }
        this.#depth = depth;
        this.wake();
        await session.ask([...smt.declare(depth + 1), `(assert ${smt.step(depth)})`].join("\n"));
      }
    } finally {
      this.#isOver = true;
      this.wake();
    }
  }

  async byInduction(session: Session): Promise<void> {
    const smt = this.#smt;
    await session.ask([...beginning(smt), ...smt.declare(0), `(assert ${smt.typed(0)})`].join("\n"));
    for (let k = 1; ; k++) {
      const differ = Array.from({ length: k - 1 }, (_, before) => `(assert ${smt.differ(before, k - 1)})`);
      const excluded = smt.checks
        .filter(({ id }) => this.#excluded.has(id))
        .map((check) => `(assert (not ${smt.sought(check, k)}))`);
      const lines = [...differ, ...smt.declare(k), `(assert ${smt.step(k - 1)})`, ...excluded];
      await session.ask(lines.join("\n"));
      // A target reached by a run of k states must have been found before.
      while (this.#depth < k - 1 && !this.#isOver) {
        await new Promise<void>((resolve) => void this.#waiting.push(resolve));
      }
      if (this.#depth < k - 1) return;
      let open = this.#open();
      while (open.length > 0) {
        const assumed = Array.from({ length: k }, (_, state) =>
          open.map((check) => `(assert (not ${smt.sought(check, state)}))`),
        );
        const hits = await this.#hits(session, k, open, assumed.flat());
        if (hits.length === 0) break;
        await session.ask("(pop 1)");
        open = open.filter(({ id }) => !hits.includes(id));
      }
      for (const { id } of open) {
        if (this.#reached.has(id)) throw new InternalError(`the solver excludes a state that it has reached: ${id}`);
        this.#excluded.set(id, k);
      }
      this.wake();
      const known = Array.from({ length: k + 1 }, (_, state) =>
        open.map((check) => `(assert (not ${smt.sought(check, state)}))`),
      );
      await session.ask(known.flat().join("\n"));
      this.#k = k;
      if (this.#open().length === 0) return;
    }
  }

  /** Wakes those that wait for new results. */
  wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
    if (this.#open().length === 0) this.#isDecided();
  }

  #open(): readonly Check[] {
    return this.#smt.checks.filter(({ id }) => !this.#reached.has(id) && !this.#excluded.has(id));
  }

  /** Targets that can be met in a state, in one run; where none can, the assertions of this question are popped. */
  async #hits(
    session: Session,
    state: number,
    checks: readonly Check[],
    assumed: readonly string[],
  ): Promise<readonly string[]> {
    const names = checks.map((check) => this.#smt.sought(check, state));
    const answer = await session.ask(
      ["(push 1)", ...assumed, `(assert (or ${names.join(" ")} false))`, "(check-sat)"].join("\n"),
    );
    if (answer === "unsat") {
      await session.ask("(pop 1)");
      return [];
    }
    if (answer !== "sat") throw new Late();
    const values = await valuesOf(session, names);
    return checks.flatMap(({ id }, index) => (values[index] === 1 ? [id] : []));
  }

  async #path(session: Session, depth: number): Promise<Path> {
    const smt = this.#smt;
    const actions = Array.from({ length: depth }, (_, state) => smt.action(state));
    const cells = smt.cells.map((cell) => smt.cell(cell, 0));
    const instances = await valuesOf(session, actions);
    const values = await valuesOf(session, cells);
    const initial = this.#program.initial.findIndex((state) =>
      smt.cells.every(({ number }: SmtCell, index) => state[number] === values[index]),
    );
    return { initial: Math.max(0, initial), instances };
  }
}

function beginning(smt: SmtSystem): string[] {
  return ["(set-option :produce-models true)", "(set-logic QF_BV)", smt.definitions];
}

/** The values of symbols in the model that a solver has found, as numbers. */
async function valuesOf(session: Session, symbols: readonly string[]): Promise<number[]> {
  if (symbols.length === 0) return [];
  const answer = await session.ask(`(get-value (${symbols.join(" ")}))`);
  const found = answer.replace(/\|[^|]*\|/g, "x").matchAll(/\s(#b[01]+|#x[0-9a-f]+|true|false)\s*\)/g);
  return Array.from(found, ([, value = ""]) => {
    if (value.startsWith("#")) return Number(`0${value.slice(1)}`);
    return value === "true" ? 1 : 0;
  });
}
