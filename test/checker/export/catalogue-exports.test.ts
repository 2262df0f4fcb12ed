/** Every entry is exported at a size at which its functions have millions of paths, and SPIN counts one such export. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Model } from "irqproof/checker";
import { afterAll, describe, expect, test } from "vitest";
import { toAiger } from "../../../checker/export/aiger/aiger.ts";
import { toMurphi } from "../../../checker/export/murphi.ts";
import { programOf } from "../../../checker/system/guarded-commands.ts";
import { toPromela } from "../../../checker/export/promela.ts";
import { toSmtlib } from "../../../checker/export/smtlib/smtlib.ts";
import { systemOf } from "../../../checker/system/system.ts";
import { toTla } from "../../../checker/export/tla.ts";
import { spin } from "../../../checker/crosscheck/spin.ts";
import { createReading } from "../../../checker/reading/index.ts";
import { familyOf, loadCatalogue } from "../../../cli/arguments/catalogue.ts";
import { irqproof, temporaryFolder } from "../../cli/run.ts";
import { comparedWith, differences, isThere, WHOLE } from "../crosscheck/peers.ts";
import { thorough } from "../../thorough.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const SIZE = { cpus: 3, vectors: 3, devices: 2 };

/** An entry whose harts come in groups of two gets one more. */
const OTHER_SIZES: Readonly<Record<string, object>> = { "imsic-merged-two-words": { ...SIZE, cpus: 4 } };

/** The thorough suite takes one of every this many entries, the default suite the first of them. */
const SHARE = 24;

const catalogue = await loadCatalogue();
const entries = catalogue.filter((_, index) => WHOLE || (thorough ? index % SHARE : index) === 3);

describe("exports at a size that cannot be written as trees", () => {
  test.each(entries.map((entry) => [entry.id, entry] as const))("%s", async (id, entry) => {
    const model = (await familyOf(entry)).instantiate((OTHER_SIZES[id] ?? SIZE) as never) as Model<unknown>;
    const system = systemOf(createReading(model));
    const program = programOf(system);
    const aiger = toAiger(system);
    const texts = [
      toPromela(program).text,
      toMurphi(program).text,
      toTla(program).text,
      toSmtlib(program),
      aiger.ascii(),
    ];
    for (const { length } of texts) {
      expect(length).toBeGreaterThan(10_000);
      // With four CPUs it is 12.3 MB of Promela. As trees some would take gigabytes.
      expect(length).toBeLessThan(id in OTHER_SIZES ? 13_000_000 : 10_000_000);
    }
    expect(aiger.bits.circuit.gates.length / 2).toBeLessThan(100_000);
  });
});

test("the command line writes them", async () => {
  for (const [to, name] of Object.entries({
    promela: "x.pml",
    murphi: "x.m",
    tla: "x.tla",
    smtlib: "x.smt2",
    aiger: "x.aag",
  })) {
    const out = join(folder.path, name);
    const size = ["--cpus", "3", "--vectors", "3", "--devices", "2"];
    const { status, err } = await irqproof(["export", "gicv2m", "--to", to, "--out", out, ...size]);
    expect({ to, status, err }).toEqual({ to, status: 0, err: "" });
    expect(readFileSync(out).length).toBeGreaterThan(10_000);
  }
});

test.skipIf(!WHOLE || !(await isThere(spin)))(
  "SPIN counts 29,000 states of x86-two-step, and says the same",
  async () => {
    const entry = (await loadCatalogue()).find(({ id }) => id === "x86-two-step")!;
    const model = (await familyOf(entry)).instantiate({ cpus: 3, vectors: 3, devices: 2 });
    const properties = [...model.properties].flatMap(([id, { kind }]) => (kind === "leadsTo" ? [] : [id]));
    const { ours, theirs } = await comparedWith(spin, model, { properties });
    expect(differences(theirs)).toEqual([]);
    expect({ states: theirs.states, transitions: theirs.transitions }).toEqual(ours);
    expect(ours).toEqual({ states: 29_000, transitions: 130_612 });
  },
);
