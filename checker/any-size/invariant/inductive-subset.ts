import type { EncodedAction, Questions } from "../encoding/questions.ts";
import type { Solver } from "../encoding/solver.ts";
import type { Expression } from "../system.ts";

/** Multiple of the solver's limit for the last question about a goal or a lemma: there are few, and much depends on each. */
const LAST_TRY_TIMES = 10;

/** A claim about all reachable states, true or not. */
interface Claimed {
  readonly formula: Expression;
}

/** A question that claims have answered "unsat": one of them after an action, or in the state of the claims itself. */
interface Answered {
  readonly claim: number;
  readonly action: EncodedAction | undefined;
  /** Claims by which it was answered. */
  core: ReadonlySet<number>;
}

/** Claims that are inductive together, and goals that they imply. */
export interface InductiveSubset<Claim> {
  readonly inductive: Claim[];
  readonly implied: Claim[];
}

/**
 * An inductive subset of the claims that has or implies as many goals as possible, and what these need: in the manner of
 * Houdini (Flanagan and Leino, FME 2001), but from the goals. A goal that other claims imply in each state need not be
 * inductive, nor be assumed: a condition such as "some CPU carries it" is hard on solvers. A claim that may be false in an
 * initial state, or after a step from a state in which all claims that are left are true, is dropped. Of the others, those
 * by which the solver answers the questions about the goals are kept, and those by which it answers the questions about
 * these. At the end each is left out that the others do without.
 *
 * @param solver reports the assumptions that it used: Z3
 * @param conclusions claims that are left out if others imply them: other properties than the goals
 * @param lasting claims that are dropped only after a last question with a larger limit
 */
export async function inductiveSubset<Claim extends Claimed>(
  questions: Questions,
  solver: Solver,
  claims: readonly Claim[],
  goals: ReadonlySet<Claim>,
  conclusions: ReadonlySet<Claim>,
  lasting: ReadonlySet<Claim>,
  onProgress: (kept: number, dropped: number) => void = () => {},
): Promise<InductiveSubset<Claim>> {
  const wanted = claims.flatMap((claim, index) => (goals.has(claim) ? [index] : []));
  const isLasting = claims.map((claim) => lasting.has(claim));
  const search = new Search(questions, solver, claims, new Set(wanted), isLasting, onProgress);
  await search.dropInitial();
  await search.leaveOutImplied(claims.flatMap((claim, index) => (conclusions.has(claim) ? [index] : [])));
  await search.imply(wanted);
  await search.close(wanted);
  await search.minimise();
  return {
    inductive: claims.filter((_, index) => search.kept.has(index)),
    implied: claims.filter((_, index) => search.isImplied(index)),
  };
}

class Search {
  /** The goals, and the claims that have been needed so far. */
  kept = new Set<number>();
  readonly #questions: Questions;
  readonly #solver: Solver;
  readonly #claims: readonly Claimed[];
  readonly #goals: ReadonlySet<number>;
  readonly #isLasting: readonly boolean[];
  readonly #texts: readonly string[];
  readonly #onProgress: (kept: number, dropped: number) => void;
  readonly #left: Set<number>;
  #answered: Answered[] = [];
  /** Goals that the others imply; they are among neither `kept` nor what is left. */
  #implied: Answered[] = [];

  constructor(
    questions: Questions,
    solver: Solver,
    claims: readonly Claimed[],
    goals: ReadonlySet<number>,
    isLasting: readonly boolean[],
    onProgress: (kept: number, dropped: number) => void,
  ) {
    this.#questions = questions;
    this.#solver = solver;
    this.#claims = claims;
    this.#goals = goals;
    this.#isLasting = isLasting;
    this.#onProgress = onProgress;
    this.#left = new Set(claims.keys());
    this.#texts = claims.map(({ formula }) => questions.translation.formula(formula));
  }

  /** Drops claims that may be false in an initial state. */
  async dropInitial(): Promise<void> {
    const { initial, singleValued } = this.#questions;
    this.#solver.say("(push 1)", ...initial);
    const answers = await this.#solver.ask(this.#claims.map(({ formula }) => this.#questions.refuted(formula)));
    this.#solver.say("(pop 1)");
    const isOfEncoding = new Set(singleValued.map(({ formula }) => formula));
    for (const [index, { formula }] of this.#claims.entries()) {
      if (answers[index] !== "unsat" && !isOfEncoding.has(formula)) this.#left.delete(index);
    }
    this.#solver.say(
      ...this.#claims.map((_, index) => `(declare-const ${label(index)} Bool)`),
      ...this.#texts.map((text, index) => `(assert (=> ${label(index)} ${text}))`),
    );
  }

  /**
   * Sets goals aside that other claims imply, but not by goals that are set aside themselves. Goals are the last claims to
   * imply others: among them are conditions that are hard on solvers.
   */
  async imply(goals: readonly number[]): Promise<void> {
    const isNoGoal = (claim: number): boolean => !this.#goals.has(claim);
    for (const { mayUse, times } of [
      { mayUse: isNoGoal, times: 1 },
      { mayUse: () => true, times: LAST_TRY_TIMES },
    ]) {
      for (const claim of goals) {
        if (!this.#left.delete(claim)) continue;
        const assumed = new Set([...this.#left].filter(mayUse));
        const [core] = await this.#cores([{ claim, action: undefined, core: new Set() }], assumed, times);
        if (core === undefined) this.#left.add(claim);
        else this.#implied.push({ claim, action: undefined, core });
      }
    }
  }

  /** Leaves out claims that those which are neither goals nor among them imply. */
  async leaveOutImplied(claims: readonly number[]): Promise<void> {
    const assumed = new Set([...this.#left].filter((claim) => !this.#goals.has(claim) && !claims.includes(claim)));
    const questions = claims.filter((claim) => this.#left.has(claim));
    const cores = await this.#cores(
      questions.map((claim) => ({ claim, action: undefined, core: new Set<number>() })),
      assumed,
    );
    for (const [place, claim] of questions.entries()) if (cores[place] !== undefined) this.#left.delete(claim);
  }

  isImplied(goal: number): boolean {
    return this.#implied.some(({ claim }) => claim === goal);
  }

  /** Keeps goals, and what their proofs use, until every question about what is kept is answered by what is kept. */
  async close(goals: readonly number[]): Promise<void> {
    this.kept = new Set(goals.filter((goal) => this.#left.has(goal)));
    for (;;) {
      await this.#keepImplying();
      let isOpen = false;
      for (const action of this.#questions.actions) {
        const open = [...this.kept].filter(
          (claim) =>
            action.changes((this.#claims[claim] as Claimed).formula) &&
            !this.#answered.some((one) => one.claim === claim && one.action === action),
        );
        if (open.length === 0) continue;
        isOpen = true;
        await this.#answer(action, open);
        this.#onProgress(this.kept.size, this.#claims.length - this.#left.size);
      }
      if (!isOpen) return;
    }
  }

  /** Keeps what implies the goals that are set aside; a goal that is implied no longer must be inductive itself. */
  async #keepImplying(): Promise<void> {
    const isWhole = ({ core }: Answered): boolean => [...core].every((used) => this.#left.has(used));
    const broken = this.#implied.filter((one) => !isWhole(one));
    this.#implied = this.#implied.filter(isWhole);
    for (const { claim } of broken) this.#left.add(claim);
    await this.imply(broken.map(({ claim }) => claim));
    for (const { claim } of broken) if (this.#left.has(claim)) this.kept.add(claim);
    for (const { core } of this.#implied) for (const used of core) this.kept.add(used);
  }

  /** Leaves out claims that the others do without, long ones first: short ones are easier to understand. */
  async minimise(): Promise<void> {
    const length = (index: number): number => (this.#texts[index] as string).length;
    const order = [...this.kept]
      .filter((index) => !this.#goals.has(index))
      .sort((one, other) => length(other) - length(one));
    for (const index of order) await this.#leaveOut(index);
  }

  /** Asks about claims after an action: by what is kept, which is little, and if that is not enough by all that is left. */
  async #answer(action: EncodedAction, claims: readonly number[]): Promise<void> {
    const pairs = claims.map((claim): Answered => ({ claim, action, core: new Set() }));
    const byKept = await this.#cores(pairs, this.kept);
    const hard = pairs.filter((_, place) => byKept[place] === undefined);
    const byAll = await this.#cores(hard, this.#left);
    const last = hard.filter(({ claim }, place) => byAll[place] === undefined && this.#isLasting[claim] === true);
    const lastly = await this.#cores(last, this.#left, LAST_TRY_TIMES);
    for (const [place, pair] of pairs.entries()) {
      const core = byKept[place] ?? byAll[hard.indexOf(pair)] ?? lastly[last.indexOf(pair)];
      if (core === undefined) this.#drop(pair.claim);
      else this.#answered.push({ ...pair, core });
    }
    this.#answered = this.#answered.filter(({ core }) => [...core].every((used) => this.#left.has(used)));
    for (const { core, claim } of this.#answered)
      if (this.kept.has(claim)) for (const used of core) this.kept.add(used);
  }

  #drop(claim: number): void {
    this.#left.delete(claim);
    this.kept.delete(claim);
    this.#answered = this.#answered.filter((one) => one.claim !== claim);
  }

  async #leaveOut(index: number): Promise<void> {
    const others = new Set(this.kept);
    others.delete(index);
    const affected = this.#answered.filter(
      ({ claim, core }) => claim !== index && this.kept.has(claim) && core.has(index),
    );
    affected.push(...this.#implied.filter(({ core }) => core.has(index)));
    const cores = await this.#cores(affected, others);
    if (cores.includes(undefined)) return;
    for (const [place, pair] of affected.entries()) pair.core = cores[place] as ReadonlySet<number>;
    this.kept = others;
  }

  /** For each question the assumptions that answer it; undefined where they do not. */
  async #cores(
    pairs: readonly Answered[],
    assumed: ReadonlySet<number>,
    times = 1,
  ): Promise<(ReadonlySet<number> | undefined)[]> {
    if (pairs.length === 0) return [];
    const labels = [...assumed].map(label).join(" ");
    const commands = pairs.flatMap(({ claim, action }) => [
      "(push 1)",
      ...this.#refuting((this.#claims[claim] as Claimed).formula, action),
      ...this.#solver.check(`(check-sat-assuming (${labels}))`, times),
      "(get-unsat-assumptions)",
      "(pop 1)",
    ]);
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

  #refuting(formula: Expression, action: EncodedAction | undefined): readonly string[] {
    if (action === undefined) return this.#questions.refuted(formula);
    return [...action.commands, ...this.#questions.refuted(action.after(formula), action.names)];
  }
}

function label(index: number): string {
  return `|claim ${index}|`;
}
