import { check, model, range, record, type Model } from "irqproof/checker";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toAiger } from "../../../checker/export/aiger/aiger.ts";
import { createReading } from "../../../checker/reading/index.ts";
import { systemOf } from "../../../checker/system/system.ts";
import { familyOf, loadCatalogue } from "../../../cli/arguments/catalogue.ts";
import { randomModel } from "../arbitrary-models.ts";
import { readAscii, readBinary, reachableStates, type ReadCircuit } from "./circuit-evaluator.ts";
import { LONG } from "../crosscheck/peers.ts";

const SAFETY = new Set(["always", "sometimes", "step", "noDeadlock"]);

/** The reachable states of a model, cell by cell, by guards and recipes on plain objects. */
function statesOf(subject: Model<unknown>): Set<string> {
  const { layout } = subject;
  const words = new Uint32Array(layout.words);
  const bits = (state: unknown): string => {
    layout.encode(state, words, 0);
    return layout.cells
      .flatMap(({ word, shift, width }) =>
        Array.from({ length: width }, (_, bit) => (words[word]! >>> (shift + bit)) & 1),
      )
      .join("");
  };
  const seen = new Map<string, unknown>(subject.initial.map((state) => [bits(state), state]));
  for (const state of seen.values()) {
    for (const instance of subject.instances) {
      if (!instance.guard(state as never)) continue;
      const after = structuredClone(state);
      instance.recipe(after);
      const key = bits(after);
      if (!seen.has(key)) seen.set(key, after);
    }
  }
  return new Set(seen.keys());
}

/** States that the circuit reaches, in the bits of the model: without the state before an initial one is chosen. */
function meant({ next, symbols }: ReadCircuit, states: ReadonlySet<string>): Set<string> {
  const names = next.map((_, latch) => symbols.get(`l${latch}`) ?? "");
  const started = names.indexOf("started");
  const found = new Set<string>();
  for (const state of states) {
    if (started >= 0 && state[started] === "0") continue;
    const own = [...state].filter((_, latch) => latch !== started);
    found.add(own.map((bit, latch) => (names[latch]!.startsWith("not ") ? 1 - Number(bit) : bit)).join(""));
  }
  return found;
}

/** States and findings of a circuit, beside the expected ones. */
async function compared(subject: Model<unknown>): Promise<readonly [found: object, wanted: object]> {
  const wanted = [...subject.properties].flatMap(([id, property]) => (SAFETY.has(property.kind) ? [id] : []));
  const aiger = toAiger(systemOf(createReading(subject), { properties: wanted }));
  const circuit = readAscii(aiger.ascii());
  const { states, hits } = reachableStates(circuit);
  const { properties } = await check(subject, { properties: wanted });
  const sought = new Map(
    properties.map(({ id, kind, verdict }) => [id, (kind === "sometimes") === (verdict === "holds")]),
  );
  // A fault is never met.
  const outputs = circuit.outputs.map((_, output) => circuit.symbols.get(`o${output}`) as string);
  if (outputs.includes("fault")) sought.set("fault", false);
  return [
    {
      binary: readBinary(aiger.binary()),
      states: meant(circuit, states),
      sought: new Map(outputs.map((id, output) => [id, hits.has(output)])),
    },
    { binary: circuit, states: statesOf(subject), sought },
  ];
}

describe("the circuit", () => {
  test("gets to the states of random models, and finds what their properties seek", async () => {
    await fc.assert(
      fc.asyncProperty(randomModel, async (subject) => {
        const [found, wanted] = await compared(subject as Model<unknown>);
        expect(found).toEqual(wanted);
      }),
      { numRuns: LONG ? 1000 : 15, endOnFailure: !LONG },
    );
  });

  test.each(LONG ? ["x86-direct", "gicv2m"] : ["gicv2m"])("of %s gets to its states", async (id) => {
    const entry = (await loadCatalogue()).find((one) => one.id === id)!;
    const [found, wanted] = await compared((await familyOf(entry)).instantiate());
    expect(found).toEqual(wanted);
  });

  test("of a part of the outputs is the same with fewer outputs", () => {
    const counter = model({
      name: "counter",
      state: record({ count: range(0, 5) }),
      initial: { count: 2 },
      actions: { up: { when: ({ count }) => count < 4, then: (draft) => void draft.count++ } },
      properties: ({ always }) => ({
        low: always("low", ({ count }) => count < 4),
        lower: always("lower", ({ count }) => count !== 5),
      }),
    });
    const aiger = toAiger(systemOf(createReading(counter)));
    const [whole, part] = [readBinary(aiger.binary()), readBinary(aiger.binary([1]))];
    expect(part).toEqual({ ...whole, outputs: [whole.outputs[1]], symbols: new Map() });
    expect(reachableStates(whole).hits).toEqual(new Set([0]));
    expect(reachableStates(part).hits).toEqual(new Set());
    // The initial count is 2: its second bit is stored as its opposite.
    expect(whole.symbols.get("l1")).toBe("not count:1");
  });
});
