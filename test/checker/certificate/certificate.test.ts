import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import * as fc from "fast-check";
import {
  array,
  check,
  model,
  ModelError,
  range,
  record,
  verifyCertificate,
  withProperties,
  writeCertificate,
  type Model,
  type ReachedStates,
} from "irqproof/checker";
import { afterAll, describe, expect, test } from "vitest";
import { inOrder } from "../../../checker/certificate/sorted.ts";
import { randomModel } from "../arbitrary-models.ts";
import { irqproof, temporaryFolder } from "../../cli/run.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());
const file = join(folder.path, "certificate");

/** Tokens that wander: sum and bound are invariant, and the states need two words. */
const tokens = (most: number, title = "few tokens") =>
  model({
    name: "tokens",
    parameters: { most },
    state: record({ at: array(5, range(0, 200)) }),
    initial: { at: [most, 0, 0, 0, 0] },
    actions: {
      move: {
        over: { from: range(0, 4) },
        when: ({ at }, { from }) => (at[from] as number) > 0,
        then: (draft, { from }) => {
          (draft.at[from] as number)--;
          (draft.at[(from + 1) % 5] as number)++;
        },
      },
    },
    properties: ({ always, step, noDeadlock, sometimes }) => ({
      sum: always(title, ({ at }) => at.reduce((sum, value) => sum + value, 0) === most),
      "moves-on": step("a step changes something", (before, _, after) => before.at.join() !== after.at.join()),
      live: noDeadlock("no deadlock"),
      spread: sometimes("two places have one", ({ at }) => at.filter((value) => value === 1).length === 2),
      first: always("the first place is never empty", ({ at }) => (at[0] as number) > 0),
    }),
  });

const compareWords = ([a = 0, b = 0]: readonly number[], [c = 0, d = 0]: readonly number[]): number => a - c || b - d;

async function reachedOf<S>(given: Model<S>, visit: (reached: ReachedStates) => Promise<void>, workers = 0) {
  return check(given, {
    ...(workers > 0 ? ({ engine: "compiled", workers } as const) : {}),
    onReached: visit,
  });
}

async function certified<S>(given: Model<S>, change: (states: Uint32Array[]) => Uint32Array[] = (all) => all) {
  await reachedOf(given, async (reached) => {
    const states = change([...reached.states()]);
    await writeCertificate(file, given, { ...reached, distinct: states.length, states: () => states });
  });
  return readFileSync(file);
}

describe("a certificate proves what it claims", () => {
  test.each([0, 1, 3])("whichever engine found the states, with %i workers of the compiled one", async (workers) => {
    const given = tokens(6);
    const report = await reachedOf(
      given,
      async (reached) => void (await writeCertificate(file, given, reached)),
      workers,
    );
    const verification = await verifyCertificate(file, given);
    expect(verification).toMatchObject({
      proved: true,
      properties: ["sum", "moves-on", "live"],
      states: report.states.distinct,
      transitions: report.states.transitions,
    });
  });

  test("for random models, of their safety properties that hold", async () => {
    let proofs = 0;
    await fc.assert(
      fc.asyncProperty(randomModel, async (given) => {
        const report = await reachedOf(given, async (reached) => {
          if (reached.proved.length === 0) return;
          proofs++;
          await writeCertificate(file, given, reached);
          const { proved, states, properties } = await verifyCertificate(file, given);
          expect({ proved, states, properties }).toEqual({
            proved: true,
            states: reached.distinct,
            properties: reached.proved,
          });
        });
        const { verdict } = report;
        expect(["holds", "violated"]).toContain(verdict);
      }),
      { numRuns: 40 },
    );
    expect(proofs).toBeGreaterThan(5);
  });

  test("states are sorted whatever room there is", async () => {
    await reachedOf(tokens(5), async (reached) => {
      const sorted = (room?: number): number[][] => {
        const found: number[][] = [];
        for (const state of inOrder(reached, 2, room)) found.push([...state]);
        return found;
      };
      const all = sorted();
      expect(all).toHaveLength(reached.distinct);
      expect(all.every((state, index) => index === 0 || compareWords(all[index - 1] as number[], state) < 0)).toBe(
        true,
      );
      for (const room of [2, 3, 50]) expect(sorted(room)).toEqual(all);
    });
  });

  test("it may have states that cannot be reached, if they prove as much", async () => {
    // Another token never disappears, but its sum is not six.
    const given = withProperties(tokens(1), {
      "moves-on": tokens(1).properties.get("moves-on") as never,
    });
    let others: Uint32Array[] = [];
    await reachedOf(tokens(2), async (reached) => void (others = [...reached.states()]));
    await certified(given, (states) => [...states, ...others]);
    expect(await verifyCertificate(file, given)).toMatchObject({ proved: true, states: 5 + 15 });
  });
});

describe("a set that proves nothing is found out", () => {
  test("without any one of its states", async () => {
    const given = tokens(2);
    for (let dropped = 0; dropped < 15; dropped++) {
      await certified(given, (states) => states.filter((_, index) => index !== dropped));
      const { proved, flaw } = await verifyCertificate(file, given);
      expect(proved).toBe(false);
      expect(["initial", "successor"]).toContain(flaw?.kind);
    }
  });

  test("with a state that violates a property", async () => {
    const given = tokens(1);
    let others: Uint32Array[] = [];
    await reachedOf(tokens(2), async (reached) => void (others = [...reached.states()]));
    await certified(given, (states) => [...states, ...others]);
    const { proved, flaw } = await verifyCertificate(file, given);
    expect(proved).toBe(false);
    expect(flaw).toMatchObject({ kind: "property", id: "sum" });
  });

  test("when it claims a property that does not hold", async () => {
    const given = tokens(2);
    await reachedOf(given, async (reached) => {
      await writeCertificate(file, given, { ...reached, proved: ["first"] });
    });
    const { flaw } = await verifyCertificate(file, given);
    expect(flaw).toMatchObject({
      kind: "property",
      id: "first",
      state: { at: [0, expect.any(Number), 0, 0, 0].map(() => expect.any(Number)) },
    });
  });
});

describe("a function that writes to the state it looks at is found out", () => {
  let isNaughty = false;
  const touch = (state: { readonly n: number; readonly m: number }): boolean => {
    // The sample for the hash does not come so far.
    if (isNaughty && state.n === 800) (state as { m: number }).m = 1;
    return true;
  };
  const counter = (by: "guard" | "always" | "step") =>
    model({
      name: "counter",
      state: record({ n: range(0, 999), m: range(0, 1) }),
      initial: { n: 0, m: 0 },
      actions: {
        up: { when: (state) => by !== "guard" || touch(state), then: (draft) => void (draft.n = (draft.n + 1) % 1000) },
      },
      properties: ({ always, step }) => ({
        small: always("n is below 1000", (state) => (by !== "always" || touch(state)) && state.n < 1000),
        counts: step("n changes", (before, _, after) => (by !== "step" || touch(before)) && before.n !== after.n),
      }),
    });
  test.each(["guard", "always", "step"] as const)("%s", async (by) => {
    isNaughty = false;
    const given = counter(by);
    await certified(given);
    expect(await verifyCertificate(file, given)).toMatchObject({ proved: true, states: 1000 });
    isNaughty = true;
    const where = { guard: "action up: its guard", always: "property small", step: "property counts" }[by];
    await expect(verifyCertificate(file, given)).rejects.toThrow(
      `model counter: ${where} threw: Cannot assign to read only property 'm' of object`,
    );
  });
});

test("the code that unpacks states is not believed", async () => {
  const given = model({
    name: "counter",
    state: record({ n: range(0, 9) }),
    initial: { n: 0 },
    actions: { up: { then: (draft) => void (draft.n = (draft.n + 1) % 10) } },
    properties: ({ always }) => ({ small: always("n is below 10", ({ n }) => n < 10) }),
  });
  await certified(given);
  // The code is made from `root`, and takes 3 for 4 and 4 for 3, to and fro.
  const { root, ...layout } = given.layout;
  if (root.kind !== "record") throw new Error("it is a record");
  const [[name, place]] = root.fields as [(typeof root.fields)[number]];
  if (place.kind !== "cell") throw new Error("it has a cell");
  const other = <T>(value: T): T => (value === 3 ? 4 : value === 4 ? 3 : value) as T;
  const { shape } = place.cell;
  const wrong: typeof shape = {
    ...shape,
    valueAt: (index) => other(shape.valueAt(index)),
    indexOf: (value) => shape.indexOf(other(value)),
  };
  const cell = { ...place.cell, shape: wrong };
  const changed = { ...given, layout: { ...layout, root: { ...root, fields: [[name, { ...place, cell }]] } } };
  await expect(verifyCertificate(file, changed as unknown as typeof given)).rejects.toThrow(
    "model counter: a state was unpacked contrary to its layout",
  );
  expect((await verifyCertificate(file, given)).proved).toBe(true);
});

describe("what is no certificate of the model is refused with a sentence", () => {
  const refusal = async (given: Model<never>): Promise<string> => {
    const error: unknown = await verifyCertificate(file, given).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ModelError);
    return (error as ModelError).message.replaceAll(folder.path, "DIR");
  };
  const given = tokens(3);

  test("after any byte was changed, lost or added", async () => {
    const whole = await certified(given);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(2), async (at, by, how) => {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] as number) ^ by;
        writeFileSync(
          file,
          how === 0 ? bytes : how === 1 ? whole.subarray(0, at) : Buffer.concat([whole, bytes.subarray(0, by)]),
        );
        expect(await refusal(given as never)).toMatch(
          /^DIR\/certificate is (damaged|not a certificate|a certificate of format)/,
        );
      }),
      { numRuns: 150 },
    );
  });

  test("of other parameters, another model, or a model that was changed", async () => {
    await certified(given);
    expect(await refusal(tokens(4) as never)).toBe(
      "DIR/certificate is a certificate of tokens with most 3, not with most 4",
    );
    expect(await refusal({ ...given, name: "coins" } as never)).toBe(
      "DIR/certificate is a certificate of model tokens, not of coins",
    );
    expect(await refusal(tokens(3, "another title") as never)).toMatch(
      /^DIR\/certificate is a certificate of a tokens with hash \w{12}: this one has \w{12}, so one of them has changed$/,
    );
  });

  test("a file of something else, and no file", async () => {
    writeFileSync(file, "hello\n");
    expect(await refusal(given as never)).toBe(
      "DIR/certificate is not a certificate: its first line is not that of a certificate",
    );
    const error: unknown = await verifyCertificate(join(folder.path, "none"), given).catch((thrown: unknown) => thrown);
    expect((error as ModelError).message).toMatch(/^the certificate .* cannot be read: ENOENT/);
  });
});

describe("the command line", () => {
  const call = async (...args: readonly string[]) => irqproof([...args]);

  test("check writes it, verify reads it and finds the entry by itself", async () => {
    const written = await call("check", "x86-two-step", "--certificate", file);
    expect(written.status).toBe(0);
    expect(written.out).toMatch(/certificate .*: [\d,]+ states that\s+prove\s+no-interrupt-lost/);
    const verified = await call("verify", file);
    expect(verified.status).toBe(0);
    expect(verified.out).toMatch(/^proved: no-interrupt-lost/m);
    expect((await call("verify", file, "x86-two-step")).status).toBe(0);
    const json = await call("verify", file, "--json");
    expect(JSON.parse(json.out)).toMatchObject({ schema: 1, model: "x86-two-step", verdict: "proved" });
    const foreign = await call("verify", file, "x86-direct");
    expect(foreign.status).toBe(2);
    expect(foreign.err).toContain("is a certificate of model x86-two-step, not of x86-direct");
    const other = await call("verify", file, "--cpus", "3");
    expect(other.status).toBe(2);
    expect(other.err).toContain("with cpus 2, not with cpus 3");
  });

  /** A certificate that is whole, of a model by any name. */
  const forged = (name: string): Buffer => {
    const header = { model: name, parameters: {}, hash: "0".repeat(12), properties: ["small"], states: 1, words: 1 };
    const states = deflateSync(Buffer.from([0, 0, 0, 0, 0]));
    const whole = Buffer.concat([Buffer.from(`irqproof certificate 1\n${JSON.stringify(header)}\n`), states]);
    return Buffer.concat([whole, createHash("sha256").update(whole).digest()]);
  };

  test.each(["./payload.ts", "payload.ts", "PAYLOAD", "DIR/payload.ts", "../x86-two-step", "none"])(
    "a certificate that names %s runs no code and proves nothing",
    async (name) => {
      const ran = join(folder.path, "ran");
      const payload = folder.write(
        "payload.ts",
        `import { writeFileSync } from "node:fs"; writeFileSync(${JSON.stringify(ran)}, "");`,
      );
      const cwd = process.cwd();
      const named = name.replace("DIR", folder.path).replace("PAYLOAD", payload);
      writeFileSync(file, forged(named));
      try {
        process.chdir(folder.path);
        const { status, out, err } = await call("verify", file);
        expect({ status, out }).toEqual({ status: 2, out: "" });
        expect(err).toBe(
          `irqproof: ${file} is a certificate of ${named}, which is not in the catalogue; give its model too: irqproof verify ${file} FILE.ts\n`,
        );
      } finally {
        process.chdir(cwd);
      }
      expect(existsSync(ran)).toBe(false);
    },
  );

  test("the report says which model the claim was checked against, whatever that calls itself", async () => {
    await call("check", "x86-two-step", "--certificate", file);
    const entry = await call("verify", file);
    expect(entry.out.replaceAll(/\s+/g, " ")).toContain(
      "using the guards and recipes of x86-two-step in the catalogue, ",
    );
    expect(JSON.parse((await call("verify", file, "--json")).out)).toMatchObject({
      checkedAgainst: { entry: "x86-two-step" },
    });
    const own = folder.write(
      "own.ts",
      `import { model, range, record } from "irqproof/checker";
       export default model({
         name: "x86-two-step", state: record({ n: range(0, 9) }), initial: { n: 0 },
         actions: { up: { then: (draft) => { draft.n = (draft.n + 1) % 10; } } },
         properties: ({ always }) => ({ "no-interrupt-lost": always("n is below 10", ({ n }) => n < 10) }),
       });`,
    );
    await call("check", own, "--certificate", file);
    // A model by the name of an entry is not that entry.
    const forgery = await call("verify", file);
    expect(forgery.status).toBe(2);
    expect(forgery.err).toContain("is a certificate of x86-two-step with cpus undefined, not with cpus 2");
    const proved = await call("verify", file, own);
    expect(proved.status).toBe(0);
    expect(proved.out.replaceAll(/\s+/g, "")).toContain(`usingtheguardsandrecipesofthemodelin${own},without`);
    expect(JSON.parse((await call("verify", file, own, "--json")).out)).toMatchObject({
      checkedAgainst: { file: own },
    });
  });

  test("a violated property is not claimed; a search that was stopped certifies nothing", async () => {
    const violated = await call("check", "x86-direct", "--certificate", file);
    expect(violated.status).toBe(1);
    const verified = await call("verify", file);
    expect(verified.status).toBe(0);
    expect(verified.out).not.toContain("no-interrupt-lost");
    const stopped = await call("check", "x86-two-step", "--certificate", file, "--max-states", "100");
    expect(stopped.status).toBe(3);
    expect(stopped.out).toContain("no certificate: the search stopped early");
  });
});
