import { catalogue, entryOf } from "irqproof/catalogue";
import { describe, expect, test } from "vitest";
import { assumptionsOf, type Assumption } from "../../catalogue/assumptions.ts";
import { irqproof } from "../cli/run.ts";

const of = (id: string, given?: Readonly<Record<string, unknown>>): Assumption[] =>
  assumptionsOf(entryOf(id)!.system(given));
const ids = (assumptions: readonly Assumption[]): string => assumptions.map(({ id }) => id).join(" ");

describe("what a verdict rests on", () => {
  test.each<[string, Readonly<Record<string, unknown>> | undefined, string]>([
    ["x86-direct", undefined, "A3 A4 O1 O2 O3 O11 F1 F2 F3"],
    ["x86-two-step", undefined, "A1 A2 A3 A4 A5 O1 O2 O3 O4 O8 O11 F1 F2 F3"],
    // Properties of infinite runs are of one device, and of those that keep firing.
    ["x86-two-step", { devices: 2 }, "A1 A2 A3 A4 A5 O1 O2 O3 O4 O8 O11"],
    ["x86-two-step", { raises: 2 }, "A1 A2 A3 A4 A5 O1 O2 O3 O4 O8 O11 F1 F2"],
    // What is modelled as late is not assumed to be there.
    ["x86-two-step", { fabric: "fifo" }, "A2 A3 A4 A5 O1 O2 O3 O4 O5 O8 O11 F1 F2 F3"],
    ["x86-two-step", { fabric: "fifo-drain" }, "A1 A2 A3 A4 A5 O1 O2 O3 O4 O5 O8 O11 F1 F2 F3"],
    // With interrupts on, or elsewhere, the check does not have what A2 says.
    ["x86-two-step-irqs-on", undefined, "A1 A3 A4 A5 O1 O2 O3 O4 O8 O11 F1 F2 F3"],
    ["x86-two-step-remote", undefined, "A1 A3 A4 A5 O1 O2 O3 O4 O8 O11 F1 F2 F3"],
    ["x86-cleanup-at-once", undefined, "A1 A2 A4 A5 O1 O2 O3 O4 O8 O11 F1 F2 F3"],
    ["msix-masked", undefined, "A3 A4 O1 O2 O3 O6 O7 O11 F1 F2 F3"],
  ])("%s %j", (id, given, expected) => {
    expect(ids(of(id, given))).toBe(expected);
  });

  test("describes how the fabric is modelled", () => {
    const here = (fabric: string): string | undefined =>
      of("x86-two-step", { fabric }).find(({ id }) => id === "O3")?.here;
    expect(here("none")).toContain("fabric=none: a message arrives in the step");
    expect(here("fifo-drain")).toContain("waits for the device's messages");
    expect(here("fifo")).toContain("a message may arrive late");
  });

  test("every assumption is that of some entry, and every entry has one", () => {
    const used = new Set(
      catalogue
        .flatMap(({ id }) => [of(id), of(id, { fabric: "fifo" })])
        .flat()
        .map(({ id }) => id),
    );
    const all = [1, 2, 3, 4, 5].map((number) => `A${number}`);
    for (let number = 1; number <= 17; number++) all.push(`O${number}`);
    for (let number = 1; number <= 3; number++) all.push(`F${number}`);
    expect([...used].toSorted()).toEqual(all.toSorted());
  });
});

describe("check --assumptions", () => {
  const check = ["check", "x86-two-step-irqs-on", "--property", "no-interrupt-lost", "--assumptions"];

  test("says it before the last line, with the entry's doubt, within 80 columns", async () => {
    const { out } = await irqproof(check);
    expect(out).toMatch(
      /\nThe verdicts rest on the model and these assumptions:\n {2}A1 {3}every message [^]*\n {2}Doubt: [^]*\n\nx86/,
    );
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    const text = out.replaceAll(/\s+/g, " ");
    expect(text).toContain("unconfirmed: relied on, but the authoritative text was not read;");
    expect(text).toContain("by the code: ensured by the code of the scheme");
  });

  test("of a suspicion it says what was modelled, what it rests on, and what would refute it", async () => {
    const suspicion = ["check", "imsic-offline", "--property", "no-interrupt-lost"];
    const flat = async (...more: readonly string[]): Promise<string> =>
      (await irqproof([...suspicion, ...more])).out.replaceAll(/\s+/g, " ");
    expect(await flat()).toContain("This is a suspicion about code in use, not a confirmed fault. --assumptions lists");
    const { modelled, restsOn, refutedBy } = entryOf("imsic-offline")!.suspicion!;
    expect(await flat("--assumptions")).toContain(
      `Modelled: ${modelled}. Basis: ${restsOn}. Refuted by: ${refutedBy}.`,
    );
    // What holds is no suspicion.
    expect(await flat("--dying-sync", "true")).not.toContain("suspicion");
    expect(JSON.parse((await irqproof([...suspicion, "--assumptions", "--json"])).out)).toMatchObject({
      suspicion: { modelled, restsOn, refutedBy },
    });
  });

  test("in JSON too", async () => {
    const report = JSON.parse((await irqproof([...check, "--json"])).out) as {
      assumptions: Assumption[];
      doubt: string;
    };
    expect(ids(report.assumptions)).toBe(ids(of("x86-two-step-irqs-on")));
    expect(report.doubt).toBe(entryOf("x86-two-step-irqs-on")?.doubt);
    expect(report.assumptions[0]).toMatchObject({ id: "A1", status: "unconfirmed" });
  });
});
