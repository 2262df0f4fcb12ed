import { ActivityHeap } from "./activity.ts";
import { Clauses } from "./clauses.ts";
import { now, OutOfTime } from "./deadline.ts";
import { negated, type Literal } from "./literal.ts";

const UNDEFINED = -1;
const NO_CLAUSE = -1;
/** Conflicts before the first restart, growth of that number from one restart to the next, and its bound. */
const INITIAL_RESTART_CONFLICTS = 100;
const RESTART_GROWTH = 1.2;
const MAX_RESTART_CONFLICTS = 1_000;

/**
 * A solver for propositional formulas in conjunctive normal form, to which clauses can be added between questions, and
 * which is asked under assumptions: conflict-driven clause learning with two watched literals (Moskewicz et al., Chaff,
 * DAC 2001; Eén and Sörensson, An extensible SAT-solver, SAT 2003).
 *
 * It is not trusted: the caller evaluates its models, and what is proved with its help is confirmed by an independent
 * solver.
 */
export class Solver {
  readonly #clauses = new Clauses();
  #value = new Int8Array(0);
  #level = new Int32Array(0);
  #reason = new Int32Array(0);
  #phase = new Int8Array(0);
  #seen = new Int8Array(0);
  #decides = new Int8Array(0);
  #count = 0;
  readonly #order = new ActivityHeap();
  readonly #trail: Literal[] = [];
  readonly #limits: number[] = [];
  #head = 0;
  #contradiction = false;
  #failed: readonly Literal[] = [];
  #model = new Int8Array(0);
  /** Conflicts so far: a measure of work. */
  conflicts = 0;

  /**
   * @param decides whether its value may be guessed. One that may not must follow from those that may, wherever its value
   *   matters.
   */
  variable(decides: boolean): number {
    const variable = this.#count++;
    if (variable >= this.#value.length) this.#grow();
    this.#value[variable] = UNDEFINED;
    this.#reason[variable] = NO_CLAUSE;
    this.#order.grow();
    this.#decides[variable] = decides ? 1 : 0;
    this.#clauses.grow();
    if (decides) this.#order.insert(variable);
    return variable;
  }

  /** Adds a clause, for good. */
  add(literals: readonly Literal[]): void {
    this.#backTo(0);
    const kept: Literal[] = [];
    for (const literal of new Set(literals)) {
      if (literals.includes(negated(literal))) return;
      const value = this.#valueOf(literal);
      if (value === 1) return;
      if (value === UNDEFINED) kept.push(literal);
    }
    const [first] = kept;
    if (first === undefined) this.#contradiction = true;
    else if (kept.length === 1) {
      this.#assign(first, NO_CLAUSE);
      if (this.#propagate() !== NO_CLAUSE) this.#contradiction = true;
    } else this.#clauses.add(kept, false);
  }

  /**
   * Whether all clauses can be satisfied together with these literals; undefined where that is not decided within this
   * many conflicts.
   *
   * @param until when to give up, by `now` of deadline.ts
   * @throws OutOfTime
   */
  solve(assumptions: readonly Literal[], conflicts = Infinity, until = Infinity): boolean | undefined {
    this.#backTo(0);
    this.#failed = [];
    if (this.#contradiction) return false;
    this.#restart();
    const last = this.conflicts + conflicts;
    let interval = INITIAL_RESTART_CONFLICTS;
    let untilRestart = interval;
    for (;;) {
      const conflict = this.#propagate();
      if (conflict !== NO_CLAUSE) {
        this.conflicts++;
        if (this.#limits.length === 0) {
          this.#contradiction = true;
          return false;
        }
        this.#learn(conflict);
        untilRestart--;
        continue;
      }
      if (this.conflicts >= last) return undefined;
      if (untilRestart <= 0) {
        interval = Math.min(RESTART_GROWTH * interval, MAX_RESTART_CONFLICTS);
        untilRestart = interval;
        this.#restart();
        if (now() > until) throw new OutOfTime();
        continue;
      }
      const level = this.#limits.length;
      const assumed = assumptions[level];
      if (assumed !== undefined) {
        const value = this.#valueOf(assumed);
        if (value === 0) {
          this.#failed = this.#failedWith(assumed);
          return false;
        }
        this.#limits.push(this.#trail.length);
        if (value === UNDEFINED) this.#assign(assumed, NO_CLAUSE);
        continue;
      }
      const next = this.#guess();
      if (next === UNDEFINED) {
        this.#model = this.#value.slice(0, this.#count);
        return true;
      }
      this.#limits.push(this.#trail.length);
      this.#assign(2 * next + (this.#phase[next] === 1 ? 0 : 1), NO_CLAUSE);
    }
  }

  /** After the answer "no": assumptions that cannot be true together; none if the clauses alone cannot be satisfied. */
  get failed(): readonly Literal[] {
    return this.#failed;
  }

  /** The assumptions from which it follows that this one is false, and itself. */
  #failedWith(assumed: Literal): Literal[] {
    const used: Literal[] = [assumed];
    const seen = this.#seen;
    seen[assumed >> 1] = 1;
    const marked: number[] = [assumed >> 1];
    const first = this.#limits[0] ?? this.#trail.length;
    for (let position = this.#trail.length - 1; position >= first; position--) {
      const literal = this.#trail[position] as Literal;
      if (seen[literal >> 1] === 0) continue;
      const reason = this.#reason[literal >> 1] as number;
      if (reason === NO_CLAUSE) {
        used.push(literal);
        continue;
      }
      const end = this.#clauses.end(reason);
      for (let at = this.#clauses.first(reason); at < end; at++) {
        const variable = (this.#clauses.data[at] as Literal) >> 1;
        if (seen[variable] === 1 || this.#level[variable] === 0) continue;
        seen[variable] = 1;
        marked.push(variable);
      }
    }
    for (const variable of marked) seen[variable] = 0;
    return used;
  }

  /** For the last formula that could be satisfied, whether the literal was true. */
  holds(literal: Literal): boolean {
    return this.#model[literal >> 1] === 1 - (literal & 1);
  }

  #grow(): void {
    const size = Math.max(64, 2 * this.#value.length);
    const grown = <A extends Int8Array | Int32Array>(old: A, made: A): A => {
      made.set(old as never);
      return made;
    };
    this.#value = grown(this.#value, new Int8Array(size));
    this.#phase = grown(this.#phase, new Int8Array(size));
    this.#seen = grown(this.#seen, new Int8Array(size));
    this.#decides = grown(this.#decides, new Int8Array(size));
    this.#level = grown(this.#level, new Int32Array(size));
    this.#reason = grown(this.#reason, new Int32Array(size));
  }

  #valueOf(literal: Literal): number {
    const value = this.#value[literal >> 1] as number;
    return value === UNDEFINED ? UNDEFINED : value ^ (literal & 1);
  }

  #assign(literal: Literal, reason: number): void {
    const variable = literal >> 1;
    this.#value[variable] = 1 - (literal & 1);
    this.#level[variable] = this.#limits.length;
    this.#reason[variable] = reason;
    this.#trail.push(literal);
  }

  /** Assigns what follows; returns a clause that is violated then, if any. */
  #propagate(): number {
    const value = this.#value;
    const { watches: watchesOf, data } = this.#clauses;
    while (this.#head < this.#trail.length) {
      const falsified = negated(this.#trail[this.#head++] as Literal);
      const watches = watchesOf[falsified] as number[];
      let kept = 0;
      for (let at = 0; at < watches.length; at += 2) {
        const clause = watches[at] as number;
        const blocker = watches[at + 1] as Literal;
        const blocked = value[blocker >> 1] as number;
        if (blocked !== UNDEFINED && (blocked ^ (blocker & 1)) === 1) {
          watches[kept++] = clause;
          watches[kept++] = blocker;
          continue;
        }
        const start = this.#clauses.first(clause);
        if (data[start] === falsified) {
          data[start] = data[start + 1] as Literal;
          data[start + 1] = falsified;
        }
        const first = data[start] as Literal;
        const firstValue = this.#valueOf(first);
        let found = false;
        if (firstValue !== 1) {
          const end = this.#clauses.end(clause);
          for (let position = start + 2; position < end; position++) {
            const literal = data[position] as Literal;
            const own = value[literal >> 1] as number;
            if (own !== UNDEFINED && (own ^ (literal & 1)) === 0) continue;
            data[start + 1] = literal;
            data[position] = falsified;
            watchesOf[literal]?.push(clause, first);
            found = true;
            break;
          }
        }
        if (found) continue;
        watches[kept++] = clause;
        watches[kept++] = first;
        if (firstValue === 1) continue;
        if (firstValue === 0) {
          for (let rest = at + 2; rest < watches.length; rest++) watches[kept++] = watches[rest] as number;
          watches.length = kept;
          this.#head = this.#trail.length;
          return clause;
        }
        this.#assign(first, clause);
      }
      if (kept < watches.length) watches.length = kept;
    }
    return NO_CLAUSE;
  }

  /** Learns why a clause is violated: a clause with one literal of the present level. */
  #learn(conflict: number): void {
    const seen = this.#seen;
    const level = this.#limits.length;
    const learned: Literal[] = [0];
    const marked: number[] = [];
    let clause = conflict;
    let open = 0;
    let position = this.#trail.length;
    let literal: Literal = UNDEFINED;
    for (;;) {
      const end = this.#clauses.end(clause);
      for (let at = this.#clauses.first(clause); at < end; at++) {
        const other = this.#clauses.data[at] as Literal;
        const variable = other >> 1;
        if (other === literal || seen[variable] === 1 || this.#level[variable] === 0) continue;
        seen[variable] = 1;
        marked.push(variable);
        this.#order.raise(variable);
        if (this.#level[variable] === level) open++;
        else learned.push(other);
      }
      do literal = this.#trail[--position] as Literal;
      while (seen[literal >> 1] === 0);
      if (--open === 0) break;
      clause = this.#reason[literal >> 1] as number;
    }
    learned[0] = negated(literal);
    const short = learned.filter((other, index) => index === 0 || !this.#isImplied(other));
    for (const variable of marked) seen[variable] = 0;
    this.#order.decay();
    let back = 0;
    for (let index = 1; index < short.length; index++) {
      const own = this.#level[(short[index] as Literal) >> 1] as number;
      if (own <= back) continue;
      back = own;
      const second = short[1] as Literal;
      short[1] = short[index] as Literal;
      short[index] = second;
    }
    this.#backTo(back);
    const asserted = short[0] as Literal;
    if (short.length === 1) this.#assign(asserted, NO_CLAUSE);
    else this.#assign(asserted, this.#clauses.add(short, true));
  }

  /** Whether the other literals of a clause that is being learned imply this one. */
  #isImplied(literal: Literal): boolean {
    const reason = this.#reason[literal >> 1] as number;
    if (reason === NO_CLAUSE) return false;
    const end = this.#clauses.end(reason);
    for (let at = this.#clauses.first(reason); at < end; at++) {
      const variable = (this.#clauses.data[at] as Literal) >> 1;
      if (variable !== literal >> 1 && this.#seen[variable] === 0 && this.#level[variable] !== 0) return false;
    }
    return true;
  }

  #backTo(level: number): void {
    if (this.#limits.length <= level) return;
    const end = this.#limits[level] as number;
    for (let position = this.#trail.length - 1; position >= end; position--) {
      const literal = this.#trail[position] as Literal;
      const variable = literal >> 1;
      this.#phase[variable] = 1 - (literal & 1);
      this.#value[variable] = UNDEFINED;
      this.#reason[variable] = NO_CLAUSE;
      if (this.#decides[variable] === 1) this.#order.insert(variable);
    }
    this.#trail.length = end;
    this.#limits.length = level;
    this.#head = end;
  }

  #restart(): void {
    this.#backTo(0);
    if (!this.#clauses.isFull) return;
    // A literal that holds without any assumption needs no reason any more.
    for (const literal of this.#trail) this.#reason[literal >> 1] = NO_CLAUSE;
    this.#clauses.forget();
  }

  #guess(): number {
    for (;;) {
      const variable = this.#order.pop() ?? UNDEFINED;
      if (variable === UNDEFINED || this.#value[variable] === UNDEFINED) return variable;
    }
  }
}
