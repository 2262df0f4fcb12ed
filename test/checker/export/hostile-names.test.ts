/** Names that mean something in other languages: each export of a model that has them is read by the tool it is for. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { array, boolean, family, integer, model, oneOf, optional, range, record, type Model } from "irqproof/checker";
import { afterAll, describe, expect, test } from "vitest";
import { abc } from "../../../checker/crosscheck/abc.ts";
import { rumur } from "../../../checker/crosscheck/rumur.ts";
import { cvc5, z3 } from "../../../checker/crosscheck/smt.ts";
import { spin } from "../../../checker/crosscheck/spin.ts";
import { readBinary } from "./circuit-evaluator.ts";
import { toAiger } from "../../../checker/export/aiger/aiger.ts";
import { programOf } from "../../../checker/system/guarded-commands.ts";
import { toSmtlib } from "../../../checker/export/smtlib/smtlib.ts";
import { systemOf } from "../../../checker/system/system.ts";
import { toTla } from "../../../checker/export/tla.ts";
import { createReading } from "../../../checker/reading/index.ts";
import { irqproof, temporaryFolder } from "../../cli/run.ts";
import { comparedWith, differences, isThere } from "../crosscheck/peers.ts";

const WORDS = oneOf(
  "true",
  "do",
  "bvadd",
  "assert",
  "end",
  "none",
  null,
  "is_1",
  1,
  "a b",
  "a_b",
  "*/",
  "|x|",
  "q\"'\n",
  "é",
  "ä",
);

const hostile = family({
  name: "hostile",
  title: "",
  parameters: { constructor: integer(2, 1, 3, "how many there are") },
  build: (given) =>
    model({
      name: 'say "hi" */ \n-- \\* (* ',
      parameters: given as never,
      state: record({
        constructor: range(0, given.constructor - 1),
        EACH: boolean,
        CHECK: boolean,
        unix: range(-1, 1),
        max: boolean,
        condition_0: boolean,
        value_0: optional(range(0, 2)),
        enabled_assert: boolean,
        "enabled assert": boolean,
        started: WORDS,
        assert: array(2, record({ length: boolean, present: range(0, 2), at: boolean, value: WORDS })),
        "check-sat": boolean,
        step: range(0, 2),
        "next step": boolean,
        inside: boolean,
        fault: boolean,
        Next: boolean,
        VAR: boolean,
        "var x": boolean,
        step_in: boolean,
        irrL: boolean,
        irr: boolean,
      }),
      initial: {
        constructor: 0,
        EACH: false,
        CHECK: true,
        unix: -1,
        max: false,
        condition_0: true,
        value_0: null,
        enabled_assert: false,
        "enabled assert": true,
        started: "true",
        assert: [
          { length: false, present: 0, at: true, value: "do" },
          { length: true, present: 1, at: false, value: null },
        ],
        "check-sat": false,
        step: 0,
        "next step": false,
        inside: false,
        fault: false,
        Next: false,
        VAR: false,
        "var x": true,
        step_in: false,
        irrL: false,
        irr: true,
      },
      actions: {
        assert: {
          over: { constructor: range(0, 1), "a\nb": oneOf("x, y", '"*/') },
          when: ({ assert, step }, { constructor: which }) => assert[which]!.present < 2 && step < 2,
          then: (draft, { constructor: which, "a\nb": word }) => {
            const one = draft.assert[which]!;
            one.present++;
            one.value = word === '"*/' ? "*/" : one.value === "*/" ? null : "é";
            draft.started = draft.assert[1 - which]!.value;
            draft.EACH = !draft.EACH;
          },
        },
        rule: {
          when: ({ EACH }) => EACH,
          then: (draft) => {
            [draft.fault, draft.irr] = [draft.irr, draft.fault];
            draft.unix = draft.step - 1;
            draft.step = (draft.step + 1) % 3;
            draft.value_0 = draft.value_0 === null ? draft.step : null;
          },
        },
        Next: { when: ({ unix }) => unix === 1, then: (draft) => void (draft.CHECK = draft.started === "é") },
      },
      properties: ({ always, sometimes, step, noDeadlock, alwaysPossible }) => ({
        irr: always("*/ #error */ \n #error \\* (* {} -- ", ({ irr, fault }) => irr !== fault),
        fault: always('"\\', ({ started, unix }) => started !== null || unix < 1),
        "check-sat": sometimes("check-sat", ({ started, value_0: value }) => started === "*/" && value === 2),
        'say "hi"\'<&>': step("&quot;", (before, { action }, after) => action === "rule" || after.unix === before.unix),
        step_in: noDeadlock("ends", { unless: ({ step: now }) => now === 0 }),
        "a\nb": alwaysPossible("|", ({ EACH }) => EACH),
        constructor: always("constructor", (state) => state.constructor < given.constructor),
      }),
    }),
});

const thereAre = { abc: await isThere(abc), z3: await isThere(z3) };
const subject = hostile.instantiate({ constructor: 2 }) as unknown as Model<unknown>;

describe.each([spin, rumur])("$name", async (tool) => {
  const there = await isThere(tool);
  test.skipIf(!there)("reads a model of hostile names, and says the same of it", async () => {
    const { ours, theirs } = await comparedWith(tool, subject);
    expect(differences(theirs)).toEqual([]);
    expect({ states: theirs.states, transitions: theirs.transitions }).toEqual(ours);
  });
});

describe.each([
  [z3, ["-in", "-smt2"]],
  [cvc5, ["--incremental", "--lang", "smt2", "-"]],
] as const)("$name", async (tool, words) => {
  test.skipIf(!(await isThere(tool)))("reads a model of hostile names, and answers", () => {
    const program = programOf(systemOf(createReading(subject)));
    const { stdout } = spawnSync(tool.name, words, { input: toSmtlib(program), encoding: "utf8" });
    expect(stdout.match(/^(?:un)?sat$/gm)).toHaveLength(2 * program.checks.length);
    expect(stdout).not.toMatch(/^\(error/m);
  });
});

describe("as files", () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());
  const counter = folder.write(
    "parameter.ts",
    `import { family, integer, model, range, record } from "irqproof/checker";
     export default family({
       name: "counter", title: "", parameters: { constructor: integer(2, 1, 5, "how far") },
       build: (given) => model({
         name: "counter", parameters: given, state: record({ count: range(0, given.constructor) }), initial: { count: 0 },
         actions: { up: { over: { constructor: range(1, 2) }, when: ({ count }, { constructor: by }) => count + by <= given.constructor,
           then: (draft, { constructor: by }) => { draft.count += by; } } },
         properties: ({ always }) => ({ low: always("low", ({ count }) => count < given.constructor) }),
       }),
     });`,
  );

  test("names of a circuit's inputs, latches and outputs differ", () => {
    const names = [...readBinary(toAiger(systemOf(createReading(subject))).binary()).symbols.values()];
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain("fault (2)");
  });

  test.skipIf(!thereAre.abc)("ABC reads the circuit", () => {
    writeFileSync(join(folder.path, "x.aig"), toAiger(systemOf(createReading(subject))).binary());
    const { stdout } = spawnSync("berkeley-abc", ["-c", "read_aiger x.aig; print_stats"], {
      cwd: folder.path,
      encoding: "utf8",
    });
    expect(stdout).toMatch(/i\/o = +\d+\/ +6 +lat = +\d+/);
  });

  test("texts of TLA+ stand in comments of one line and in quotes", () => {
    const { text } = toTla(programOf(systemOf(createReading(subject))));
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[^\x20-\x7e\n]/);
    for (const line of text.split("\n").filter((one) => one.includes("#error"))) expect(line).toMatch(/^\\\* /);
  });

  test("a parameter may be called constructor", async () => {
    for (const [to, name] of [
      ["promela", "x.pml"],
      ["murphi", "x.m"],
      ["smtlib", "x.smt2"],
      ["tla", "x.tla"],
      ["aiger", "x.aag"],
    ] as const) {
      const out = join(folder.path, name);
      const { status, err } = await irqproof(["export", counter, "--to", to, "--constructor", "3", "--out", out]);
      expect({ to, status, err }).toEqual({ to, status: 0, err: "" });
    }
  });

  test.skipIf(!thereAre.z3)("with a parameter that is called constructor, Z3 reads the export", async () => {
    const out = join(folder.path, "y.smt2");
    await irqproof(["export", counter, "--to", "smtlib", "--constructor", "3", "--out", out]);
    const { stdout } = spawnSync("z3", [out], { encoding: "utf8" });
    expect(stdout).not.toContain("error");
    expect(stdout.match(/^(?:un)?sat$/gm)).toHaveLength(2);
  });
});
