import type { EncodedAction, Questions } from "../encoding/questions.ts";
import type { Solver } from "../encoding/solver.ts";
import type { Expression } from "../system.ts";

/** A question that an inductive set has answered "unsat": one of its claims, in the initial states or after an action. */
interface Asked {
  readonly claim: number;
  readonly action: EncodedAction;
  /** Claims by which it was answered. */
  core: ReadonlySet<number>;
}

/**
 * A subset of an inductive set that has the goals and is inductive itself. First the claims are kept by which the solver
 * answers the questions about the goals, and about what is kept; then each is left out that the others do without.
 *
 * The solver has to report which assumptions it used: Z3.
 */
export async function neededFor<Claim extends { readonly formula: Expression }>(
  questions: Questions,
  solver: Solver,
  claims: readonly Claim[],
  goals: ReadonlySet<Claim>,
): Promise<Claim[]> {
  const minimising = new Minimising(questions, solver, claims);
  const needed = await minimising.closure(claims.flatMap((claim, index) => (goals.has(claim) ? [index] : [])));
  // Long claims are left out first: short ones are easier to understand.
  const order = [...needed]
    .filter((index) => !goals.has(claims[index] as Claim))
    .sort((one, other) => minimising.length(other) - minimising.length(one));
  for (const index of order) await minimising.leaveOut(index);
  return claims.filter((_, index) => minimising.kept.has(index));
}

class Minimising {
  kept = new Set<number>();
  readonly #questions: Questions;
  readonly #solver: Solver;
  readonly #claims: readonly { readonly formula: Expression }[];
  readonly #texts: readonly string[];
  #asked: Asked[] = [];

  constructor(questions: Questions, solver: Solver, claims: readonly { readonly formula: Expression }[]) {
    this.#questions = questions;
    this.#solver = solver;
    this.#claims = claims;
    this.#texts = claims.map(({ formula }) => questions.translation.formula(formula));
    solver.say(
      ...claims.map((_, index) => `(declare-const ${label(index)} Bool)`),
      ...this.#texts.map((text, index) => `(assert (=> ${label(index)} ${text}))`),
    );
  }

  length(index: number): number {
    return (this.#texts[index] as string).length;
  }

  /** Keeps claims, and all that their proofs use. */
  async closure(wanted: readonly number[]): Promise<ReadonlySet<number>> {
    const all = new Set(this.#claims.keys());
    const open = [...wanted];
    this.kept = new Set(open);
    for (let index = open.shift(); index !== undefined; index = open.shift()) {
      const pairs = this.#pairsOf(index);
      const cores = await this.#cores(pairs, all);
      for (const [place, pair] of pairs.entries()) {
        // What was inductive with all is taken to be so where the solver no longer says so: the whole set is used.
        pair.core = cores[place] ?? all;
        for (const used of pair.core) {
          if (this.kept.has(used)) continue;
          this.kept.add(used);
          open.push(used);
        }
      }
      this.#asked.push(...pairs);
    }
    return this.kept;
  }

  /** Leaves a claim out if the others are inductive without it. */
  async leaveOut(index: number): Promise<void> {
    const others = new Set(this.kept);
    others.delete(index);
    const affected = this.#asked.filter(({ claim, core }) => claim !== index && core.has(index));
    const cores = await this.#cores(affected, others);
    if (cores.includes(undefined)) return;
    for (const [place, pair] of affected.entries()) pair.core = cores[place] as ReadonlySet<number>;
    this.#asked = this.#asked.filter(({ claim }) => claim !== index);
    this.kept = others;
  }

  #pairsOf(claim: number): Asked[] {
    const { formula } = this.#claims[claim] as { readonly formula: Expression };
    return this.#questions.actions
      .filter((action) => action.changes(formula))
      .map((action) => ({ claim, action, core: new Set() }));
  }

  /** For each pair the assumptions that answer it; undefined where they do not. */
  async #cores(pairs: readonly Asked[], assumed: ReadonlySet<number>): Promise<(ReadonlySet<number> | undefined)[]> {
    if (pairs.length === 0) return [];
    const labels = [...assumed].map(label).join(" ");
    const commands = pairs.flatMap(({ claim, action }) => {
      const { formula } = this.#claims[claim] as { readonly formula: Expression };
      return [
        "(push 1)",
        ...action.commands,
        ...this.#questions.refuted(action.after(formula), action.names),
        ...this.#solver.check(`(check-sat-assuming (${labels}))`),
        "(get-unsat-assumptions)",
        "(pop 1)",
      ];
    });
    this.#solver.questions += pairs.length;
    const output = await this.#solver.output(...commands);
    // An answer is a line, and the assumptions are a list; where the answer is not "unsat", there is an error instead.
    const answers = output.match(/^(?:sat|unsat|unknown|timeout)$|^\((?!error)[^()]*\)/gm) ?? [];
    const cores: (ReadonlySet<number> | undefined)[] = [];
    for (let at = 0; at < answers.length; at++) {
      if (answers[at] !== "unsat") cores.push(undefined);
      else
        cores.push(
          new Set(Array.from((answers[++at] ?? "").matchAll(/\|claim (\d+)\|/g), ([, number]) => Number(number))),
        );
    }
    return pairs.map((_, place) => cores[place]);
  }
}

function label(index: number): string {
  return `|claim ${index}|`;
}
