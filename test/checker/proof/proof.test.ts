import { model, range, record, type Model } from "irqproof/checker";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, test, vi } from "vitest";
import { confirmationOf, confirmed } from "../../../checker/proof/confirm.ts";
import { factTexts } from "../../../checker/proof/facts.ts";
import { provedByInduction, type Invariant, type Proof } from "../../../checker/proof/induction.ts";
import { programOf } from "../../../checker/system/guarded-commands.ts";
import { createReading } from "../../../checker/reading/index.ts";
import { systemOf } from "../../../checker/system/system.ts";
import { z3 } from "../../../checker/crosscheck/smt.ts";
import { check } from "../../../checker/index.ts";
import nPeterson from "../../../examples/n-peterson.ts";
import { randomModel } from "../arbitrary-models.ts";
import { irqproof, temporaryFolder } from "../../cli/run.ts";
import { isThere, LONG } from "../crosscheck/peers.ts";

const thereIsZ3 = await isThere(z3);
const limits = { timeLimit: 60, memoryLimit: 4 * 2 ** 30 };

function proofOf(subject: Model<unknown>, id: string, samples = 500): Proof {
  const system = systemOf(createReading(subject), { properties: [id] });
  return provedByInduction(system, { lemmas: [], resized: [], samples, until: performance.now() + 60_000 });
}

async function answerOf(subject: Model<unknown>, id: string, invariant: Invariant) {
  return confirmed(
    confirmationOf(programOf(systemOf(createReading(subject), { properties: [id] })), invariant),
    "z3",
    limits,
  );
}

/** Two counters that go up by two in turn: both are even, which no single state shows. */
const pair = model({
  name: "pair",
  state: record({ one: range(0, 15), other: range(0, 15), turn: range(0, 1) }),
  initial: { one: 0, other: 0, turn: 0 },
  actions: {
    one: {
      when: ({ turn }) => turn === 0,
      then: (draft) => {
        draft.one = (draft.one + 2) % 16;
        draft.turn = 1;
      },
    },
    other: {
      when: ({ turn }) => turn === 1,
      then: (draft) => {
        draft.other = draft.one;
        draft.turn = 0;
      },
    },
  },
  properties: ({ always, noDeadlock, step }) => ({
    even: always("the other is not thirteen", ({ other }) => other !== 13),
    small: always("the other is not fourteen", ({ other }) => other !== 14),
    follows: step(
      "the other never goes ahead",
      ({ one, other }, _, after) => after.other === one || after.other === other,
    ),
    live: noDeadlock("no deadlock"),
  }),
}) as unknown as Model<unknown>;

describe("induction", () => {
  test.skipIf(!thereIsZ3)("proves what holds, by an invariant that Z3 confirms", async () => {
    for (const id of ["even", "follows", "live"]) {
      const proof = proofOf(pair, id);
      const answer = proof.kind === "proved" ? await answerOf(pair, id, proof.invariant) : undefined;
      expect([id, proof.kind, answer]).toEqual([id, "proved", { outcome: "confirmed", because: undefined }]);
    }
  });

  test.skipIf(!thereIsZ3)(
    "proves what only seems to be of things alike: processes that are asked in order",
    async () => {
      const [three, four] = [3, 4].map((processes) => nPeterson.instantiate({ processes }) as Model<unknown>);
      const id = "mutual-exclusion";
      const system = systemOf(createReading(three!), { properties: [id] });
      const resized = [{ name: "processes", count: 3, other: 4, root: four!.layout.root }];
      const proof = provedByInduction(system, {
        lemmas: [],
        resized,
        samples: 2_000,
        until: performance.now() + 60_000,
      });
      if (proof.kind !== "proved") throw new Error(proof.kind);
      expect(await answerOf(three!, id, proof.invariant)).toEqual({ outcome: "confirmed", because: undefined });
    },
  );

  test("never proves what is violated", () => {
    expect(proofOf(pair, "small")).toMatchObject({ kind: "violated", id: "small" });
    // Even where no sample shows it.
    expect(proofOf(pair, "small", 2).kind).not.toBe("proved");
  });

  test.skipIf(!thereIsZ3)("an invariant that is none is refused", async () => {
    const proof = proofOf(pair, "even");
    if (proof.kind !== "proved") throw new Error("not proved");
    const { invariant } = proof;
    const refused = async (facts: Invariant["facts"]) => answerOf(pair, "even", { ...invariant, facts });
    expect(await refused([])).toMatchObject({ outcome: "refused", because: expect.stringContaining("violates") });
    const without = await Promise.all(
      invariant.facts.map((fact) => refused(invariant.facts.filter((other) => other !== fact))),
    );
    expect(without.map(({ outcome }) => outcome)).toContain("refused");
    const [first] = invariant.facts;
    const initial = new Map([[0, 1]]);
    const wrong = { ...first!, cube: initial, cubes: [initial] };
    expect(await refused([...invariant.facts, wrong])).toMatchObject({ because: "an initial state is not in it" });
  });

  test("agrees with the search on random models", async () => {
    await fc.assert(
      fc.asyncProperty(randomModel, async (random) => {
        const subject = random as Model<unknown>;
        const { properties } = await check(subject);
        for (const { id, kind, verdict } of properties) {
          if (!["always", "step", "noDeadlock"].includes(kind)) continue;
          const proof = proofOf(subject, id, 200);
          const wrong = verdict === "violated" ? ["proved"] : ["refuted", "violated"];
          const answer =
            proof.kind === "proved" && thereIsZ3 ? (await answerOf(subject, id, proof.invariant)).outcome : "confirmed";
          expect([id, wrong.includes(proof.kind), answer]).toEqual([id, false, "confirmed"]);
        }
      }),
      LONG ? { numRuns: 300 } : { numRuns: 5, seed: 3, endOnFailure: true },
    );
  });

  test("says its facts in the model's words", () => {
    const proof = proofOf(pair, "even");
    if (proof.kind !== "proved") throw new Error("not proved");
    expect(factTexts(proof.invariant).join("\n")).toMatch(/\bother is\b/);
  });
});

describe("irqproof prove", () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  test.skipIf(!thereIsZ3)("proves a scheme that loses nothing, and writes what a solver can check", async () => {
    const file = join(folder.path, "two-step.smt2");
    const { status, out } = await irqproof(["prove", "x86-two-step", "--samples", "4000", "--facts", "--out", file]);
    expect(status).toBe(0);
    const { stdout: answers } = spawnSync("z3", [file], { encoding: "utf8" });
    expect(answers.match(/^unsat$/gm)).toHaveLength(31);
    expect(answers).not.toMatch(/^(sat|unknown|\(error)/m);
    expect(out).toMatch(/confirmed by Z3/);
    expect(out).toMatch(/holds {2}no-interrupt-lost/);
    expect(out).toMatch(/true of every reachable state/);
  });

  test.skipIf(!thereIsZ3)("checks the facts with one more of each thing", async () => {
    const given = ["--cpus", "2", "--vectors", "2", "--devices", "2", "--samples", "10000"];
    const call = ["prove", "examples/migration.ts", ...given];
    const { status, out } = await irqproof([...call, "--next-sizes", "--json"]);
    const { invariant, nextSizes } = JSON.parse(out);
    expect(status).toBe(0);
    expect(invariant.sentences).toHaveLength(invariant.facts.length);
    expect(invariant.sentences).toContainEqual(expect.stringMatching(/^for every .*device d/));
    expect(nextSizes.map(({ parameter, value }: { parameter: string; value: number }) => [parameter, value])).toEqual([
      ["cpus", 3],
      ["vectors", 3],
      ["devices", 3],
    ]);
    for (const { holding, others } of nextSizes) {
      expect(holding + others.length).toBe(invariant.facts.length);
      for (const { sentence } of others) expect(invariant.sentences).toContain(sentence);
    }
    const text = (await irqproof([...call, "--next-sizes"])).out;
    expect(text).toMatch(/facts? also hold at cpus=3/);
  });

  test.each(["x86-direct", "x86-two-step-no-check"])("shows how %s loses an interrupt", async (id) => {
    const { status, out } = await irqproof(["prove", id, "--samples", "3000", "--moves", "unbounded"]);
    expect(status).toBe(1);
    expect(out).toMatch(/VIOLATED {2}no-interrupt-lost/);
    expect(out).toMatch(/counterexample/);
  });

  test("without a solver nothing holds", async () => {
    vi.stubEnv("PATH", "/nowhere");
    const { status, out } = await irqproof(["prove", "examples/peterson.ts", "--samples", "500"]);
    vi.unstubAllEnvs();
    expect([status, out]).toEqual([3, expect.stringContaining("the invariant is not confirmed")]);
  });

  test("mistakes are told in one sentence", async () => {
    const wrong = async (...args: string[]) => (await irqproof(["prove", ...args])).err;
    expect(await wrong("x86-two-step", "--property", "nothing")).toContain("x86-two-step has no property nothing");
    expect(await wrong("x86-two-step", "--property", "eventually-served")).toContain("which induction cannot prove");
    expect(await wrong("x86-two-step", "--lemma", "no-stray")).toContain("a lemma must be an always property");
    expect(await wrong("x86-two-step", "--solver", "yices")).toContain("--solver is yices");
  });
});
