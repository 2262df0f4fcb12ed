/** Lemmas of a model in proofs for any size: used where they are true, and never believed. */
import { describe, expect, test } from "vitest";
import { proveForAnySize, type AnySizeReport } from "../../../checker/any-size/index.ts";
import { z3, cvc5 } from "../../../checker/crosscheck/smt.ts";
import { array, boolean, check, family, indices, integer, model, optional, record } from "../../../checker/index.ts";
import { isThere } from "../crosscheck/peers.ts";

const areThere = (await isThere(z3)) && (await isThere(cvc5));

interface State {
  readonly owner: number | null;
  readonly inside: readonly boolean[];
}

/** CPUs that take a lock. @param tests whether it is tested before it is taken */
const locks = (lemmas: Readonly<Record<string, (state: State) => boolean>>, tests = true) =>
  family({
    name: "locks",
    title: "a lock",
    parameters: { cpus: integer(2, 1, 8, "number of CPUs") },
    build: ({ cpus }) => {
      const cpu = indices("cpu", cpus);
      return model({
        name: "locks",
        state: record({ owner: optional(cpu), inside: array(cpu, boolean) }),
        initial: { owner: null, inside: Array.from({ length: cpus }, () => false) },
        actions: {
          lock: {
            over: { cpu },
            when: (state) => !tests || state.owner === null,
            then: (draft, { cpu: one }) => {
              draft.owner = one;
              draft.inside[one] = true;
            },
          },
          unlock: {
            over: { cpu },
            when: (state, { cpu: one }) => state.inside[one]!,
            then: (draft, { cpu: one }) => {
              draft.owner = null;
              draft.inside[one] = false;
            },
          },
        },
        properties: ({ always }) => ({
          exclusion: always("at most one CPU is inside", (state) =>
            state.inside.every((is, one) => state.inside.every((too, other) => !is || !too || one === other)),
          ),
        }),
        lemmas,
      });
    },
  });

const inside = { "a CPU inside is the owner": (s: State) => s.inside.every((is, cpu) => !is || s.owner === cpu) };
const wrong = { "no CPU is inside": (s: State) => s.inside.every((is) => !is) };

const prove = (...given: Parameters<typeof locks>): Promise<AnySizeReport> =>
  proveForAnySize(locks(...given) as never, { cpus: "any" });

describe.skipIf(!areThere)("a proof with lemmas", () => {
  test("needs no counterexamples to induction, and the property follows", async () => {
    const { verdict, proof } = await prove(inside);
    expect(verdict).toBe("holds");
    expect(proof).toMatchObject({ excluded: 0, candidates: 1, contradicted: [] });
    expect(proof!.implied.map(({ text }) => text)).toEqual(["at most one CPU is inside"]);
    expect(proof!.invariant.map(({ text }) => text)).toContain("a CPU inside is the owner");
  });

  test("does not keep a lemma that a reachable state contradicts", async () => {
    const { verdict, proof } = await prove({ ...wrong, ...inside });
    expect(verdict).toBe("holds");
    expect(proof!.invariant.map(({ text }) => text)).not.toContain("no CPU is inside");
  });

  test("names such a lemma where lemmas are not enough", async () => {
    const { verdict, proof } = await prove(wrong);
    expect(verdict).toBe("holds");
    expect(proof!.contradicted).toMatchObject([{ lemma: "no CPU is inside" }]);
    expect(proof!.excluded).toBeGreaterThan(0);
  });

  test("is found for no violated property, whatever the lemmas are", async () => {
    const { verdict } = await prove({ ...inside, never: () => false }, false);
    expect(verdict).toBe("violated");
  });
});

test("a lemma that cannot be read is named", async () => {
  const counts = { "one is inside": (s: State) => s.inside.reduce((sum, is) => sum + (is ? 1 : 0), 0) < 2 };
  const { verdict, because } = await prove(counts);
  expect(verdict).toBe("inconclusive");
  expect(because).toContain("lemma one is inside cannot be read for any size");
});

test("a search does not check lemmas", async () => {
  const report = await check(locks(wrong).instantiate());
  expect([report.verdict, report.properties.map(({ id }) => id)]).toEqual(["holds", ["exclusion"]]);
});
