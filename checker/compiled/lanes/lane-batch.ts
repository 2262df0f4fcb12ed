import { FALSE } from "../../system/gates.ts";
import { block, br, brIf, brTable, call, get, I32, i32, I64, i64, loop, set, when, type Code, type FunctionBuilder } from "../../wasm/assembler.ts"; // prettier-ignore
import type { Value } from "../../terms/index.ts";
import type { JudgedState, StepDecision } from "../entries.ts";
import type { Notes } from "../notes.ts";
import { OUT } from "../routine.ts";
import { conditionsUnder, hasFewValues, wordsUnder } from "./lane-cells.ts";
import { BASE, type Target } from "./lane-code.ts";
import { LANES, PLANE_BYTES } from "./lane-map.ts";
import type { Lanes } from "./lanes.ts";

/** Guards up to which they are computed in lanes: a tree of tests passes over very many without a look at them. */
const MAX_STEPS = 512;

/** Decisions and judgements of a batch, those in lanes apart from the others. */
export interface Divided {
  readonly steps: readonly StepDecision[];
  readonly judged: readonly JudgedState[];
  readonly otherSteps: readonly StepDecision[];
  readonly otherJudged: readonly JudgedState[];
}

/**
 * Finds out which conditions about the states of a batch are computed in lanes.
 *
 * @param minConditions conditions from which on that is worth transposing the states
 */
export function divided(
  steps: readonly StepDecision[],
  judged: readonly JudgedState[],
  minConditions: number,
): Divided {
  const conditions = [...steps.map(({ condition }) => condition), ...judged.flatMap(({ hit, fault }) => [hit, fault])];
  if (conditionsUnder(conditions) < minConditions)
    return { steps: [], judged: [], otherSteps: steps, otherJudged: judged };
  const isStepInLanes = ({ condition }: StepDecision): boolean =>
    steps.length <= MAX_STEPS && hasFewValues([condition]);
  const isJudgedInLanes = ({ hit, fault }: JudgedState): boolean => hasFewValues([hit, fault]);
  return {
    steps: steps.filter(isStepInLanes),
    judged: judged.filter(isJudgedInLanes),
    otherSteps: steps.filter((step) => !isStepInLanes(step)),
    otherJudged: judged.filter((each) => !isJudgedInLanes(each)),
  };
}

/**
 * The conditions of all decisions about 64 states at once. Those of the steps are transposed, so that a state has a bit
 * for each decision, and takes the decisions whose bits are set.
 */
export class LaneBatch {
  readonly #lanes: Lanes;
  readonly #notes: Notes;
  readonly #judged: readonly JudgedState[];
  readonly #looking: FunctionBuilder;
  readonly #judging: FunctionBuilder;
  /** Each takes up to 64 of the decisions. */
  readonly #deciding: readonly FunctionBuilder[];

  constructor(lanes: Lanes, notes: Notes, steps: readonly StepDecision[], judged: readonly JudgedState[]) {
    this.#lanes = lanes;
    this.#notes = notes;
    this.#judged = judged;
    const { cells, map } = lanes;
    const groups = Array.from({ length: Math.ceil(steps.length / LANES) }, (_, group) =>
      steps.slice(group * LANES, (group + 1) * LANES),
    );
    const planeAt = (index: number): number => map.results + index * PLANE_BYTES;
    const masks = groups.flatMap((group, number) =>
      Array.from({ length: LANES }, (_, index): Target => {
        const condition = group[index]?.condition;
        const signal = condition === undefined ? FALSE : cells.condition(condition);
        return { at: planeAt(number * LANES + index), signal };
      }),
    );
    const hits = judged.flatMap(({ hit, fault }, index): Target[] => {
      const at = planeAt(groups.length * LANES + 2 * index);
      return [
        { at, signal: cells.condition(hit) },
        { at: at + PLANE_BYTES, signal: cells.condition(fault) },
      ];
    });
    this.#looking = this.#look(groups.length, masks, hits, [
      ...steps.map(({ condition }) => condition),
      ...judged.flatMap(({ hit, fault }) => [hit, fault]),
    ]);
    this.#judging = this.#judge(hits);
    this.#deciding = groups.map((group) => this.#decide(group));
  }

  /** Computes all conditions for up to 64 states of the input. */
  look(base: Code, from: Code, end: Code): Code {
    return call(this.#looking.index, base, from, end);
  }

  /** Takes the decisions of the current state. @param lane distance of the state's lane from the first, in bytes */
  decide(out: number, at: Code, base: number, lane: Code): Code {
    return this.#deciding.map((made, group) => {
      const masks = i32.const(base + this.#lanes.map.results + group * LANES * PLANE_BYTES);
      return set(out, call(made.index, at, get(out), i32.add(masks, lane)));
    });
  }

  /** Notes what the first of these states violate, and asks where that is left to the model's own functions. */
  judge(base: Code, from: Code, end: Code): Code {
    return call(this.#judging.index, base, from, end);
  }

  #look(groups: number, masks: Target[], hits: Target[], roots: readonly Value[]): FunctionBuilder {
    const { module, packing, transposition, map } = this.#lanes;
    const code = this.#lanes.code();
    const [from, end] = [1, 2];
    const gathering = [...wordsUnder(roots, packing)].map((word) => transposition.gatherInput(word));
    const computing = code.computing([...masks, ...hits], true);
    const made = module.function(3);
    made.body = [
      gathering.map((routine) => call(routine.index, get(BASE), get(from), get(end))),
      computing,
      Array.from({ length: groups }, (_, group) =>
        transposition.transpose(i32.add(get(BASE), i32.const(map.results + group * LANES * PLANE_BYTES))),
      ),
    ];
    return made;
  }

  #judge(hits: readonly Target[]): FunctionBuilder {
    const { module, packing } = this.#lanes;
    const made = module.function(3);
    const range = [1, 2] as const;
    const where = ({ at, signal }: Target, note: (state: Code) => Code): Code =>
      signal === FALSE ? [] : this.#lanes.eachLane(made, at, range, packing.bytes, note);
    made.body = this.#judged.map(({ entry }, index) => {
      const [hit, fault] = hits.slice(2 * index) as [Target, Target];
      return when(this.#notes.isActive(entry), [
        where(hit, (state) => this.#notes.note(entry, state)),
        where(fault, (state) => this.#notes.askProperty(entry, state)),
      ]);
    });
    return made;
  }

  /** A function of a state's address, the end of the output and the address of the bits of the decisions. */
  #decide(group: readonly StepDecision[]): FunctionBuilder {
    const made = this.#lanes.module.function(3, [I32]);
    const bits = made.local(I64);
    const cases = group.map((_, index) => index);
    made.body = [
      set(bits, i64.load(get(2))),
      block(
        loop(
          brIf(1, i64.eqz(get(bits))),
          // The code of a case stands behind the end of a block, and leaves the blocks around it.
          group.reduce<Code>(
            (before, { code }, index) => block(before, code, br(group.length - 1 - index)),
            block(brTable([i32.wrap(i64.ctz(get(bits)))], cases, group.length)),
          ),
          set(bits, i64.and(get(bits), i64.sub(get(bits), i64.const(1)))),
          br(0),
        ),
      ),
      get(OUT),
    ];
    return made;
  }
}
