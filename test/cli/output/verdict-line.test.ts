import type { PropertyReport, Report, Verdict } from "irqproof/checker";
import { catalogue } from "irqproof/catalogue";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { verdictLine } from "../../../cli/output/verdict-line.ts";
import { irqproof } from "../run.ts";

const HASH = "0123456789ab";

const base = { kind: "always", title: "", trace: undefined };
const properties = (verdicts: Readonly<Record<string, Verdict>>): PropertyReport<unknown>[] =>
  Object.entries(verdicts).map(([id, verdict]) => ({ ...base, id, verdict }) as PropertyReport<unknown>);

const report = (more: Partial<Report<unknown>> = {}): Report<unknown> => ({
  model: "x86-two-step",
  parameters: { cpus: 2, vectors: 2, coverage: "dispatch", fabric: "none" },
  verdict: "holds",
  stopped: undefined,
  states: { distinct: 1234, transitions: 5678, depth: 9 },
  actions: [],
  engine: { name: "reference", workers: 1, bitsPerState: 8, bytesPerState: 8, exact: true, phases: [] },
  seconds: 1,
  properties: properties({ "no-interrupt-lost": "holds", "carrier-exists": "holds", "no-stray": "holds" }),
  ...more,
});

const parameter = (value: string | number) => ({ default: value, means: "", allowed: "", read: () => value });
const family = {
  parameters: {
    cpus: parameter(2),
    vectors: parameter(2),
    coverage: parameter("dispatch"),
    fabric: parameter("none"),
  },
};
const line = (more?: Partial<Report<unknown>>): string => verdictLine(report(more), family, HASH);

describe("the line for a mail", () => {
  test.each<[string, Partial<Report<unknown>>, string]>([
    ["of a scheme that holds", {}, "x86-two-step: Never lost; 1,234 states; dispatch/none; 0123456789ab"],
    [
      "of one that loses",
      {
        verdict: "violated",
        properties: properties({
          "no-interrupt-lost": "violated",
          "carrier-exists": "violated",
          "no-stray": "violated",
        }),
      },
      "x86-two-step: Sometimes lost; 1,234 states; dispatch/none; 0123456789ab",
    ],
    [
      "of one that loses nothing and violates something else",
      { verdict: "violated", properties: properties({ "no-interrupt-lost": "holds", "no-stray": "violated" }) },
      "x86-two-step: Never lost, no-stray VIOLATED; 1234; dispatch/none; 0123456789ab",
    ],
    [
      "names parameters other than the defaults, in fewer words",
      { parameters: { cpus: 3, vectors: 2, coverage: "service", fabric: "fifo" } },
      "x86-two-step cpus=3: Never lost; 1,234 states; service/fifo; 0123456789ab",
    ],
    [
      "leaves parameters out where even so it is too long",
      { model: "x86-two-step-with-a-name", parameters: { cpus: 3, vectors: 3, coverage: "service", fabric: "fifo" } },
      "x86-two-step-with-a-name ...: Never lost; 1234; service/fifo; 0123456789ab",
    ],
    [
      "of a search that was stopped",
      {
        verdict: "inconclusive",
        stopped: { kind: "states", limit: 1234 },
        properties: properties({ "no-interrupt-lost": "inconclusive" }),
      },
      "x86-two-step: inconclusive; 1,234+ states; dispatch/none; 0123456789ab",
    ],
    [
      "of the main property alone",
      { properties: properties({ "no-interrupt-lost": "holds" }) },
      "x86-two-step: Never lost; 1,234 states; dispatch/none; 0123456789ab",
    ],
    [
      "of another property",
      { properties: properties({ "no-stray": "holds" }) },
      "x86-two-step: no-stray holds; 1,234 states; 0123456789ab",
    ],
    [
      "of a user's model",
      {
        model: "lamps",
        verdict: "violated",
        properties: properties({ dark: "violated", bright: "holds", dim: "violated" }),
      },
      "lamps: dark and dim VIOLATED; 1,234 states; 0123456789ab",
    ],
    [
      "of a user's model that holds",
      { model: "lamps", parameters: { cpus: 4 }, properties: properties({ dark: "holds", bright: "holds" }) },
      "lamps cpus=4: 2 properties hold; 1,234 states; 0123456789ab",
    ],
  ])("%s", (_, more, expected) => {
    expect(line(more)).toBe(expected);
  });

  test("is one line of at most 78 columns in separated fields, and ends in the hash", () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,60}$/);
    const verdict = fc.constantFrom<Verdict>("holds", "violated", "inconclusive");
    fc.assert(
      fc.property(
        word,
        fc.dictionary(word, verdict, { minKeys: 1, maxKeys: 8 }),
        fc.dictionary(word, fc.oneof(fc.nat(), word), { maxKeys: 6 }),
        verdict,
        fc.boolean(),
        fc.nat({ max: 1e12 }),
        (model, named, parameters, main, isSystem, distinct) => {
          const text = line({
            model,
            verdict: main,
            parameters: isSystem ? { ...parameters, coverage: "occurrence", fabric: "fifo-drain" } : parameters,
            properties: properties(isSystem ? { "no-interrupt-lost": main, ...named } : named),
            states: { distinct, transitions: 0, depth: 0 },
          });
          expect(text.length).toBeLessThanOrEqual(78);
          expect(text).not.toContain("\n");
          expect(text.endsWith(HASH)).toBe(true);
          const [subject, states, ...rest] = text.split("; ");
          expect(subject).toMatch(/^\S.*: /);
          expect(states).toMatch(/^[\d,]+( states?)?$/);
          expect(Number(states!.replaceAll(/[^\d]/g, ""))).toBe(distinct);
          expect(rest).toEqual(isSystem ? ["occurrence/fifo-drain", HASH] : [HASH]);
        },
      ),
    );
  });

  test("no id of the catalogue is cut off", () => {
    for (const { id } of catalogue) {
      for (const main of ["holds", "violated"] as const) {
        const text = line({ model: id, verdict: main, properties: properties({ "no-interrupt-lost": main }) });
        expect(text.startsWith(`${id}: `)).toBe(true);
      }
    }
  });

  test("is the last line of a check, the same with every engine and bound but for the counts", async () => {
    const lines = await Promise.all(
      [[], ["--engine", "compiled"], ["--max-states", "50"]].map(async (more) => {
        const { out } = await irqproof(["check", "x86-same-cpu", "--property", "no-interrupt-lost", ...more]);
        return out.trimEnd().split("\n").at(-1)!;
      }),
    );
    expect(lines[0]).toMatch(/^x86-same-cpu: Never lost; [\d,]+ states; dispatch\/none; [0-9a-f]{12}$/);
    expect(lines[1]).toBe(lines[0]);
    expect(lines[2]!.slice(-12)).toBe(lines[0]!.slice(-12));
    expect(lines[2]).toContain("inconclusive; 50+ states; dispatch/none; ");
  });
});
