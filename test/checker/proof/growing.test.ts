/** Induction by way of a smaller model: facts with more things, and runs that are taken again. */
import { array, because, family, integer, model, oneOf, optional, range, record, type Model } from "irqproof/checker";
import { expect, test } from "vitest";
import { confirmationOf, confirmed } from "../../../checker/proof/confirm.ts";
import { fewer, provedByWayOf } from "../../../checker/proof/by-smaller-model.ts";
import { provedByInduction, type ProofOptions, type Resized } from "../../../checker/proof/induction.ts";
import { programOf } from "../../../checker/system/guarded-commands.ts";
import { createReading } from "../../../checker/reading/index.ts";
import { systemOf, type TransitionSystem } from "../../../checker/system/system.ts";
import { z3 } from "../../../checker/crosscheck/smt.ts";
import { readBack } from "../../../checker/crosscheck/read-back.ts";
import { irqproof } from "../../cli/run.ts";
import { isThere, LONG } from "../crosscheck/peers.ts";

const thereIsZ3 = await isThere(z3);

/** Clerks share one key. The last of them takes it without a look if `rude`. */
function office(rude: boolean) {
  return family({
    name: "office",
    title: "",
    parameters: { clerks: integer(4, 1, 6, "how many clerks there are") },
    build: ({ clerks }) => {
      const clerk = range(0, clerks - 1);
      const one = { over: { self: clerk } };
      return model({
        name: "office",
        state: record({ at: array(clerks, oneOf("away", "waiting", "inside")), key: optional(clerk) }),
        initial: { at: Array.from({ length: clerks }, () => "away" as const), key: null },
        actions: {
          come: {
            ...one,
            when: (state, { self }) => state.at[self] === "away",
            then: (draft, { self }) => void (draft.at[self] = "waiting"),
          },
          enter: {
            ...one,
            when: ({ at, key }, { self }) =>
              at[self] === "waiting" &&
              (key === null || (rude && self > 0 && self === clerks - 1 && at[0] === "inside")),
            then: (draft, { self }) => {
              draft.at[self] = "inside";
              draft.key = self;
            },
          },
          leave: {
            ...one,
            when: ({ at, key }, { self }) => at[self] === "inside" && key === self,
            then: (draft, { self }) => {
              draft.at[self] = "away";
              draft.key = null;
            },
          },
        },
        properties: ({ always }) => ({
          alone: always("only one is inside", ({ at }) =>
            at.filter((one) => one === "inside").length < 2 ? true : because("two are inside"),
          ),
        }),
      });
    },
  });
}

function sized(rude: boolean, clerks: number): { system: TransitionSystem<unknown>; resized: Resized[] } {
  const of = (count: number): Model<unknown> => office(rude).instantiate({ clerks: count }) as Model<unknown>;
  const other = clerks + 1;
  return {
    system: systemOf(createReading(of(clerks))),
    resized: [{ name: "clerks", count: clerks, other, root: of(other).layout.root }],
  };
}

function told(resized: readonly Resized[], samples = 200): ProofOptions {
  return { lemmas: [], resized, samples, until: performance.now() + 60_000 };
}

async function answerOf(system: TransitionSystem<unknown>, proof: ReturnType<typeof provedByInduction>) {
  if (proof.kind !== "proved") throw new Error(proof.kind);
  const asked = confirmationOf(programOf(system), proof.invariant);
  return (await confirmed(asked, "z3", { timeLimit: 60, memoryLimit: 4 * 2 ** 30 })).outcome;
}

test("less is taken of what there is much of", () => {
  const { system, resized } = sized(false, 5);
  expect(fewer(system.model.layout, resized)).toEqual({ clerks: 3 });
  expect(fewer(system.model.layout, [{ ...resized[0]!, name: "other", count: 9, other: 8 }])).toBeUndefined();
  const few = sized(false, 3);
  expect(fewer(few.system.model.layout, few.resized)).toBeUndefined();
});

test.skipIf(!thereIsZ3)("what makes three safe makes five safe", async () => {
  const { system, resized } = sized(false, 5);
  const proof = provedByWayOf(sized(false, 3), system, told(resized));
  expect(await answerOf(system, proof)).toBe("confirmed");
});

test.skipIf(!thereIsZ3)("guesses that are wrong do no harm", async () => {
  const { system, resized } = sized(false, 4);
  const known = provedByInduction(system, told(resized));
  if (known.kind !== "proved") throw new Error(known.kind);
  const { parts } = known.invariant;
  const cubes = parts.flatMap((part) =>
    part === undefined ? [] : Array.from({ length: part.values }, (_, value) => new Map([[part.number, 1 << value]])),
  );
  const facts = cubes.map((cube, number) => ({ number, cube, cubes: [cube] }));
  for (const thorough of [false, true]) {
    const proof = provedByInduction(system, { ...told(resized, 3), guesses: { parts, facts }, thorough });
    expect(await answerOf(system, proof)).toBe("confirmed");
  }
});

test("a run that violates a small model is taken by others in the larger one", () => {
  const { system, resized } = sized(true, 5);
  const proof = provedByWayOf(sized(true, 3), system, told(resized));
  if (proof.kind !== "violated") throw new Error(proof.kind);
  expect(proof.id).toBe("alone");
  const trace = readBack(system.model, proof.id, proof.path);
  expect(trace?.steps.at(-1)).toMatchObject({ action: "enter", parameters: { self: 4 } });
});

test.runIf(LONG && thereIsZ3)("proves and refutes where there is far too much to enumerate", async () => {
  const much = ["--moves", "unbounded", "--cpus", "4", "--vectors", "4", "--devices", "3", "--json"];
  const direct = await irqproof(["prove", "x86-direct", ...much]);
  expect([direct.status, JSON.parse(direct.out)]).toMatchObject([1, { verdict: "violated" }]);
  const twoStep = await irqproof(["prove", "x86-two-step", ...much]);
  expect([twoStep.status, JSON.parse(twoStep.out)]).toMatchObject([
    0,
    { verdict: "holds", confirmation: { outcome: "confirmed" } },
  ]);
});
