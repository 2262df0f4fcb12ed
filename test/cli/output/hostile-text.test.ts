/** Texts of a model, a file or a recording that would act on whatever shows them: each is escaped, wherever it goes. */
import { gunzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { check, fingerprint, model, range, record, type Model } from "irqproof/checker";
import { afterAll, describe, expect, test } from "vitest";
import { ascii, jsonLines, oneLine } from "../../../checker/plain-text.ts";
import type { Checked } from "../../../cli/output/formats/checked.ts";
import { junit } from "../../../cli/output/formats/junit.ts";
import { ktap } from "../../../cli/output/formats/ktap.ts";
import { sarif } from "../../../cli/output/formats/sarif.ts";
import { verdictLine } from "../../../cli/output/verdict-line.ts";
import { elementsOf, parseKtap, sarifMistakes } from "./format-readers.ts";
import { irqproof, temporaryFolder } from "../run.ts";
import { sampled } from "../../thorough.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** A line of a report, a result of KTAP, the end of a file; ESC, CSI, BEL; a mark that reverses what follows. */
const HOSTILE = "x\nok 9 forged\r\nnever: Never lost\u2028\u001b[2J\u009b31m\u0007\u202eslat\u2066\u200b\ud800é";
const ESCAPED = "x ok 9 forged  never: Never lost \\u{1b}[2J\\u{9b}31m\\u{7}\\u{202e}slat\\u{2066}\\u{200b}\\u{d800}é";

/** Forbidden in all output: everything unprintable but the line feeds that end lines. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/u;
const isClean = (text: string): boolean => !UNPRINTABLE.test(text.replaceAll("\n", ""));

const literal = JSON.stringify(HOSTILE);
/** A model whose name, title, id, action, actor, label, reason, parameter and value are hostile. */
const file = folder.write(
  "hostile.ts",
  `import { because, choice, family, model, oneOf, record } from "irqproof/checker";
   const text = ${literal};
   export default family({
     name: text, title: text,
     parameters: { ["p" + text]: choice("a" + text, ["a" + text, "b"], text) },
     build: () => model({
       name: text,
       state: record({ [text]: oneOf("idle", text) }),
       initial: { [text]: "idle" } as never,
       actors: [text],
       actions: { [text]: { actor: text, label: text, fairness: "weak",
         when: (state) => state[text] === "idle", then: (draft) => { draft[text] = text; } } },
       properties: ({ always, sometimes, eventually }) => ({
         [text]: { ...always(text, (state) => state[text] === "idle" || because(text)), narrate: () => text },
         seen: sometimes(text, (state) => state[text] === text),
         never: sometimes(text, () => false),
         later: eventually(text, (state) => state[text] === text),
       }),
     }),
   });`,
);

describe("one line", () => {
  test("of anything has nothing unprintable, and what is printable stays", () => {
    const text = fc.string({ unit: "binary", maxLength: 60 });
    fc.assert(
      fc.property(text, (given) => {
        expect(isClean(oneLine(given))).toBe(true);
        expect(oneLine(given)).not.toContain("\n");
        expect(ascii(given)).toMatch(/^[ -~]*$/);
        expect(oneLine(oneLine(given))).toBe(oneLine(given));
      }),
    );
    expect(oneLine("größer als 中, 🙂")).toBe("größer als 中, 🙂");
    expect(oneLine(HOSTILE)).toBe(ESCAPED);
  });

  test("JSON is escaped by its own escapes: the same value is read back", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.string({ unit: "binary" })), (value) => {
        const lines = jsonLines(value);
        for (const line of lines) expect(UNPRINTABLE.test(line)).toBe(false);
        expect(JSON.parse(lines.join("\n"))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("every output of a check", () => {
  test.each<readonly string[]>([
    ["check"],
    ["check", "--trace", "steps"],
    ["check", "--trace", "mermaid"],
    ["check", "--trace", "json"],
    ["check", "--trace", "itf"],
    ["check", "--format", "ktap"],
    ["check", "--format", "junit"],
    ["check", "--format", "sarif"],
    ["check", "--json"],
    ["check", "--help"],
    ["check", "--property", HOSTILE],
    ["check", "--property", `no ${HOSTILE}`],
    ["check", "--engine", HOSTILE],
    ["check", HOSTILE],
    ["inspect"],
    ["inspect", "--cells"],
    ["inspect", "--json"],
    ["sweep", `--p${HOSTILE}`, "b"],
    ["sweep", `--p${HOSTILE}`, "b", "--csv"],
    [`${HOSTILE}`],
  ])("%j", async (command, ...more) => {
    const { out, err } = await irqproof([command, file, ...more]);
    expect(out + err).not.toBe("");
    expect(isClean(out)).toBe(true);
    expect(isClean(err)).toBe(true);
    expect(out).not.toMatch(/^ok 9/m);
  });

  test("with colours, which are all that is left of control sequences", async () => {
    const { out } = await irqproof(["check", file], { env: { FORCE_COLOR: "1" } });
    // oxlint-disable-next-line eslint/no-control-regex -- colours begin with ESC
    const colour = /\u001b\[(1|2|22|31|32|33|39)m/g;
    expect(out).toMatch(colour);
    expect(isClean(out.replace(colour, ""))).toBe(true);
  });

  test("a progress line and a file", async () => {
    const { err } = await irqproof(["check", file], { terminal: true });
    expect(isClean(err.replaceAll("\r\u001b[2K", ""))).toBe(true);
    for (const more of [[], ["--format", "ktap"], ["--format", "sarif"], ["--json"]]) {
      const report = join(folder.path, "report");
      await irqproof(["check", file, ...more, "--out", report]);
      expect(isClean(readFileSync(report, "utf8"))).toBe(true);
    }
  });

  test("JSON has the texts as they are", async () => {
    const { out } = await irqproof(["check", file, "--json"]);
    const { model: name, properties } = JSON.parse(out) as { model: string; properties: readonly { id: string }[] };
    expect(name).toBe(HOSTILE);
    expect(properties[0]?.id).toBe(HOSTILE);
  });

  test("what a file throws is one line", async () => {
    const throwing = folder.write("throws.ts", `throw new Error(${literal});`);
    const { status, err } = await irqproof(["check", throwing]);
    expect(status).toBe(2);
    expect(err.split("\n")).toHaveLength(2);
    expect(isClean(err)).toBe(true);
  });
});

describe("the formats for machines", () => {
  const hostile = model({
    name: HOSTILE,
    parameters: { [HOSTILE]: HOSTILE },
    state: record({ count: range(0, 1) }),
    initial: { count: 0 },
    actions: { up: { actor: HOSTILE, label: HOSTILE, then: (draft) => void (draft.count = 1) } },
    properties: ({ always, sometimes }) => ({
      [HOSTILE]: always(HOSTILE, ({ count }) => count === 0),
      seen: sometimes(HOSTILE, ({ count }) => count === 1),
    }),
  }) as unknown as Model<unknown>;

  const checked = async (expected?: Checked["expected"]): Promise<Checked> => {
    const report = await check(hostile);
    return { model: hostile, report, title: HOSTILE, hash: fingerprint(hostile), summary: HOSTILE, expected };
  };

  test("KTAP has as many results as there are properties, and none is forged", async () => {
    const all = [await checked(), await checked({ [HOSTILE]: "violated" }), await checked({})];
    const { results } = parseKtap(ktap(all, false, "chart").join("\n"));
    expect(results.map(({ ok }) => ok)).toEqual([false, true, true]);
    for (const { name, subtests } of results) {
      expect(name).toBe(ESCAPED);
      expect(subtests.map((one) => one.name)).toEqual([ESCAPED, "seen"]);
    }
    const { out } = await irqproof(["check", file, "--format", "ktap"]);
    expect(parseKtap(out).results.map(({ ok, name }) => [ok, name])).toEqual([
      [false, ESCAPED],
      [true, "seen"],
      [false, "never"],
      [true, "later"],
    ]);
  });

  test("JUnit is well-formed", async () => {
    const elements = elementsOf(junit([await checked()], "chart").join("\n"));
    expect(elements.find(({ name }) => name === "testcase")?.attributes["name"]).toBe(ESCAPED);
  });

  test("SARIF is valid, and its texts and keys are escaped", async () => {
    const log = JSON.stringify(sarif([await checked()], true, 1));
    expect(sarifMistakes(JSON.parse(log))).toEqual([]);
    expect(isClean(log)).toBe(true);
    expect(log).not.toContain("\\n");
    expect(log).not.toContain("\\u001b");
  });

  test("the last line is ASCII, and still ends in the hash", async () => {
    const { report, hash } = await checked();
    const line = verdictLine(report, { parameters: {} }, hash);
    expect(line).toMatch(/^[ -~]{1,78}$/);
    expect(line.endsWith(hash)).toBe(true);
  });
});

test("a counterexample of more lines than a call can have arguments", async () => {
  const long = folder.write(
    "long.ts",
    `import { model, range, record } from "irqproof/checker";
     export default model({
       name: "long", state: record({ n: range(0, 20000), m: range(0, 20000) }), initial: { n: 0, m: 0 },
       actions: { up: { when: ({ n }) => n < 20000, then: (draft) => { draft.n++; draft.m++; } } },
       properties: ({ always }) => ({ low: always("n stays low", ({ n }) => n < 20000) }),
     });`,
  );
  for (const more of sampled([["--json"], ["--trace", "json"]], 2)) {
    const { status, out, err } = await irqproof(["check", long, ...more]);
    expect({ status, err }).toEqual({ status: 1, err: "" });
    expect(out.split("\n").length).toBeGreaterThan(150_000);
  }
});

test("device names of a recording", async () => {
  const fixture = new URL("../../recordings/fixtures/direct-6.12.qemu.log.gz", import.meta.url);
  const log = gunzipSync(readFileSync(fixture)).toString("utf8");
  const hostile = log.replaceAll(/(?<=pci_cfg_write )\S+/g, "e\u001b[2Jd\u202e\u0007");
  expect(hostile).not.toBe(log);
  const recording = folder.write("hostile.log", hostile);
  for (const more of sampled([[], ["--json"]], 2)) {
    const { out, err } = await irqproof(["replay", "--qemu", recording, ...more]);
    expect(out).toContain(more.length === 0 ? "e\\u{1b}[2Jd\\u{202e}\\u{7}" : "e\\u001b[2Jd\\u202e\\u0007");
    expect(isClean(out + err)).toBe(true);
  }
});
