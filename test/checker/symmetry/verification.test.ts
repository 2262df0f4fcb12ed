/** Interchangeable indices, and others with the reason. */
import {
  array,
  boolean,
  check,
  indices,
  model,
  ModelError,
  oneOf,
  range,
  record,
  repeat,
  sequence,
  type Model,
  type Reduction,
} from "irqproof/checker";
import { describe, expect, test } from "vitest";
import migration from "../../../examples/migration.ts";
import { sampled } from "../../thorough.ts";

interface Lock {
  want: boolean[];
  holder: number | "none";
  turns: number;
}

interface Variant {
  readonly cpus?: number;
  readonly guard?: (cpu: number, state: Readonly<Lock>) => boolean;
  readonly recipe?: (cpu: number, draft: Lock) => void;
  readonly property?: (state: Readonly<Lock>) => boolean;
}

/** A lock, which any CPU that wants it takes, unless the variant has preferences. */
function lock({ cpus = 3, guard = () => true, recipe = () => {}, property = () => true }: Variant = {}): Model<Lock> {
  const cpu = indices("cpu", cpus);
  return model<Lock, { ask: { cpu: number }; take: { cpu: number }; release: object }>({
    name: "lock",
    state: record({ want: array(cpu, boolean), holder: oneOf("none", cpu), turns: range(0, 3) }),
    initial: { want: repeat(cpu, false), holder: "none", turns: 0 },
    actions: {
      ask: {
        over: { cpu },
        when: (state, { cpu }) => !state.want[cpu] && state.holder !== cpu,
        then: (draft, { cpu }) => {
          draft.want[cpu] = true;
        },
      },
      take: {
        over: { cpu },
        when: (state, { cpu }) => state.want[cpu]! && state.holder === "none" && guard(cpu, state as Lock),
        then: (draft, { cpu }) => {
          draft.want[cpu] = false;
          draft.holder = cpu;
          recipe(cpu, draft);
        },
      },
      release: {
        when: ({ holder }) => holder !== "none",
        then: (draft) => {
          draft.holder = "none";
          draft.turns = Math.min(3, draft.turns + 1);
        },
      },
    },
    properties: ({ always, sometimes, noDeadlock }) => ({
      fair: always("a holder does not ask", (state) => state.holder === "none" || !state.want[state.holder]),
      own: always("the variant's own", (state) => property(state as Lock)),
      busy: sometimes("all ask", ({ want }) => want.every(Boolean)),
      live: noDeadlock("something happens"),
    }),
  });
}

async function reductionOf<S>(made: Model<S>, symmetry: "declared" | "auto" = "declared"): Promise<Reduction> {
  const { symmetry: reduction } = await check(made, { symmetry });
  if (reduction === undefined) throw new Error("the report has no symmetry");
  return reduction;
}

describe("interchangeable are", () => {
  test("all CPUs, where nothing distinguishes them", async () => {
    const report = await check(lock(), { symmetry: "declared" });
    const plain = await check(lock());
    expect(report.symmetry).toMatchObject({
      interchangeable: [{ dimension: "cpu", indices: [0, 1, 2] }],
      distinguished: [],
      permutations: 6,
      isClosed: true,
    });
    expect(report.states).toEqual(plain.states);
    expect(report.symmetry!.orbits).toBeLessThan(plain.states.distinct / 2);
    expect(report.actions.map(({ taken }) => taken)).toEqual(plain.actions.map(({ taken }) => taken));
  });

  test("those of a form that differs, which a solver compares", async () => {
    const found = await reductionOf(
      // The first CPU that wants it, in the order of the numbers, is any that wants it: at least one does.
      lock({ guard: (cpu, { want }) => want.findIndex(Boolean) <= cpu || want.lastIndexOf(true) >= cpu }),
    );
    expect(found.permutations).toBe(6);
  });

  test("all but the CPU that is preferred", async () => {
    const found = await reductionOf(lock({ cpus: 4, guard: (cpu, { want }) => cpu === 0 || !want[0] }));
    expect(found.interchangeable).toEqual([{ dimension: "cpu", indices: [1, 2, 3] }]);
    expect(found.distinguished[0]).toMatchObject({ indices: [0, 1], kind: "asymmetric" });
    expect(found.distinguished[0]!.why).toMatch(/^action take\(cpu=\d\): its guard$/);
  });

  test("two pairs, whose members are not neighbours", async () => {
    const found = await reductionOf(lock({ cpus: 4, guard: (cpu, { turns }) => turns < 2 || cpu % 2 === 0 }));
    expect(found.interchangeable.map((one) => one.indices)).toEqual([[0, 2], [1, 3]]); // prettier-ignore
  });

  test("only some of many", async () => {
    const cpu = indices("cpu", 8);
    const made = model({
      name: "many",
      state: record({ on: array(cpu, boolean) }),
      initial: { on: repeat(cpu, false) },
      actions: {
        flip: {
          over: { cpu },
          then: (draft, { cpu }) => {
            draft.on[cpu] = !draft.on[cpu];
          },
        },
      },
      properties: ({ noDeadlock }) => ({ live: noDeadlock("some action is enabled") }),
    });
    const report = await check(made, { symmetry: "declared" });
    expect(report.symmetry).toMatchObject({ cut: ["cpu"], permutations: 720, orbits: 7 * 4 });
    expect(report.states).toMatchObject({ distinct: 256, transitions: 2048, depth: 9 });
  });
});

describe("what is not interchangeable is named, and not reduced:", () => {
  test.each<readonly [string, Variant, RegExp]>([
    [
      "a recipe",
      { recipe: (cpu, draft) => void (cpu === 1 && (draft.turns = 0)) },
      /action take\(cpu=\d\): what it makes of turns/,
    ],
    [
      "a choice of the lowest",
      { recipe: (_, draft) => void (draft.want[draft.want.indexOf(true)] = false) },
      /action take\(cpu=\d\): (what it makes of want\[\d\]|whether it fails)/,
    ],
    ["a property", { property: ({ want, turns }) => turns < 3 || !want[2] }, /property own/],
  ])("%s", async (_, variant, why) => {
    const made = lock({ cpus: 3, ...variant });
    const found = await reductionOf(made);
    expect(found.distinguished.length).toBeGreaterThan(0);
    expect(found.distinguished.every((one) => why.test(one.why))).toBe(true);
    expect(found.permutations).toBeLessThan(6);
  });

  test("a function that cannot be read", async () => {
    const found = await reductionOf(lock({ guard: (cpu) => /[0-9]/.test(String(cpu)) }));
    expect(found).toMatchObject({ permutations: 1, unused: "no two indices are interchangeable" });
    expect(found.distinguished[0]!.why).toMatch(/^action take\(cpu=0\) was not read: /);
    expect(found.distinguished[0]!.kind).toBe("undecided");
  });

  test("a property that is not asked for does not matter", async () => {
    const made = lock({ property: ({ want }) => !want[2] });
    const { symmetry } = await check(made, { symmetry: "declared", properties: ["fair"], whole: true });
    expect(symmetry!.permutations).toBe(6);
  });
});

describe("without declarations", () => {
  test("nothing is declared, so nothing is reduced", async () => {
    const plain = plainQueue();
    expect(await reductionOf(plain)).toMatchObject({ unused: "no dimension is declared by indices", permutations: 1 });
  });

  test("auto finds arrays, values and parameters that belong together", async () => {
    const found = await reductionOf(plainQueue(), "auto");
    expect(found.interchangeable).toEqual([{ dimension: "device", indices: [0, 1, 2] }]);
    // The counter has as many values as there are devices, and is none of them.
    expect(found.orbits).toBeLessThan(found.states);
  });
});

/** Devices in a queue, and a counter with as many values as there are devices. */
function plainQueue(): Model<unknown> {
  const device = range(0, 2);
  return model({
    name: "queue",
    state: record({ waiting: array(3, boolean), queue: sequence(3, device), served: range(0, 2) }),
    initial: { waiting: [false, false, false], queue: [], served: 0 },
    actions: {
      arrive: {
        over: { device },
        when: (state, { device }) => !state.waiting[device],
        then: (draft, { device }) => {
          draft.waiting[device] = true;
          draft.queue.push(device);
        },
      },
      serve: {
        when: ({ queue }) => queue.length > 0,
        then: (draft) => {
          const [first] = draft.queue;
          draft.waiting[first!] = false;
          draft.queue.shift();
          draft.served = Math.min(2, draft.served + 1);
        },
      },
    },
    properties: ({ always }) => ({ bounded: always("at most three", ({ queue }) => queue.length <= 3) }),
  }) as Model<unknown>;
}

describe("a check with symmetry", () => {
  test("does not use it with an engine that explores every state, and says so", async () => {
    for (const engine of ["direct", "reference"] as const) {
      const report = await check(lock(), { symmetry: "declared", engine });
      expect(report.symmetry?.unused).toBe(`the ${engine} engine explores every state`);
      expect(report.states).toEqual((await check(lock())).states);
    }
  });

  test("decides properties of infinite runs on all states", async () => {
    const made = model({
      name: "turns",
      state: record({ at: indices("cpu", 3) }),
      initial: { at: 0 },
      actions: {
        go: {
          over: { cpu: indices("cpu", 3) },
          fairness: "weak",
          then: (draft, { cpu }) => {
            draft.at = cpu;
          },
        },
      },
      properties: ({ always, leadsTo }) => ({
        there: always("somewhere", ({ at }) => at < 3),
        // Up to permutations, this state follows itself for ever.
        back: leadsTo(
          "the first CPU has its turn again",
          ({ at }) => at !== 0,
          ({ at }) => at === 0,
        ),
      }),
    });
    const report = await check(made, { symmetry: "declared" });
    expect(report.symmetry).toMatchObject({ permutations: 6, orbits: 1, decidedWithout: ["back"] });
    expect(report.properties.map(({ verdict }) => verdict)).toEqual(["holds", "holds"]);
    expect(report.states).toMatchObject({ distinct: 3, transitions: 9 });
  });

  test("leaves the numbers of states open where permuted initial states may not be reachable", async () => {
    const cpu = indices("cpu", 3);
    const made = model({
      name: "one way",
      state: record({ on: array(cpu, boolean) }),
      initial: { on: [true, false, false] },
      actions: {
        more: {
          over: { cpu },
          then: (draft, { cpu }) => {
            draft.on[cpu] = true;
          },
        },
      },
      properties: ({ sometimes }) => ({ all: sometimes("all on", ({ on }) => on.every(Boolean)) }),
    });
    const report = await check(made, { symmetry: "declared" });
    expect((await check(made)).states).toEqual({ distinct: 4, transitions: 12, depth: 3 });
    expect(report.states).toEqual({ distinct: NaN, transitions: NaN, depth: NaN });
    expect(report.symmetry).toMatchObject({ orbits: 3, levels: 3, states: 7, transitions: 21, isClosed: false });
    expect(report.properties[0]).toMatchObject({ verdict: "holds" });
    expect(report.properties[0]!.trace!.steps).toHaveLength(3);
  });

  test("finds functions that fail after as many steps as one without", async () => {
    const fails = (what: unknown): boolean => {
      throw new Error(`failed at ${String(what)}`);
    };
    const ofRecipe = lock({ recipe: (cpu, { want, turns }) => void (turns === 2 && want.some(Boolean) && fails(cpu)) });
    const ofGuard = lock({ guard: (cpu, { turns }) => turns < 2 || fails(cpu) });
    const ofProperty = lock({ property: ({ holder, turns }) => turns < 1 || holder === "none" || fails(holder) });
    for (const made of [ofRecipe, ofGuard, ofProperty]) {
      const [one, other] = [await check(made, { symmetry: "declared" }), await check(made)];
      expect(one.symmetry!.permutations).toBe(6);
      expect(one.mistakes).toHaveLength(1);
      expect(one.verdict).toBe("error");
      const [found, plain] = [one.mistakes![0]!, other.mistakes![0]!];
      expect([found.part, found.trace.steps.length]).toEqual([plain.part, plain.trace.steps.length]);
    }
  });

  test("writes no certificate", async () => {
    const check1 = check(lock(), { symmetry: "declared", onReached: async () => {} });
    await expect(check1).rejects.toThrow(ModelError);
    await expect(check1).rejects.toThrow(
      "option onReached needs every reachable state, and symmetry leaves states out",
    );
  });
});

describe("the migration example has the published numbers of orbits and states", () => {
  const published = [
    [2, 3, 2, 87_694, 2_099_022, 8_404_572],
    [2, 2, 2, 3_704, 29_292, 104_976],
    [2, 3, 3, 297_544, 21_324_096, 102_982_464],
  ] as const;
  test.each(sampled(published, 3))(
    "%i CPUs, %i vectors, %i devices",
    async (cpus, vectors, devices, orbits, distinct, transitions) => {
      const report = await check(migration.instantiate({ cpus, vectors, devices }), { symmetry: "declared" });
      expect(report.symmetry).toMatchObject({ orbits, states: distinct, transitions, isClosed: true });
      expect(report.states).toMatchObject({ distinct, transitions });
      expect(report.verdict).toBe("holds");
    },
  );

  test("and several workers find the same", async () => {
    const report = await check(migration.instantiate({ vectors: 3, devices: 2 }), { symmetry: "declared", workers: 3 });
    expect(report.symmetry).toMatchObject({ orbits: 87_694, states: 2_099_022, transitions: 8_404_572 });
    expect(report.engine.workers).toBe(3);
  });

  test("and the counterexample of one without symmetry, up to a permutation", async () => {
    const made = migration.instantiate({ devices: 2, scheme: "direct" });
    const [one, other] = [await check(made, { symmetry: "declared" }), await check(made)];
    expect(one.states.distinct).toBe(other.states.distinct);
    expect(one.verdict).toBe("violated");
    for (const [index, { verdict, trace }] of one.properties.entries()) {
      expect(verdict).toBe(other.properties[index]!.verdict);
      expect(trace?.steps.length).toBe(other.properties[index]!.trace?.steps.length);
    }
  });
});
