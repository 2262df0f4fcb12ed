import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { irqproof, temporaryFolder } from "../run.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const increment = "examples/increment.ts";

function widest(out: string): number {
  return Math.max(...out.split("\n").map((line) => line.length));
}

describe("irqproof mutate", () => {
  test("prints a table of at most 80 columns, by action, with what catches each mutant", async () => {
    const { out, status } = await irqproof(["mutate", "examples/peterson.ts"]);
    expect(status).toBe(1);
    expect(out).toMatch(/^enter \(.*examples\/peterson\.ts:\d+:\d+\)$/m);
    expect(out).toMatch(/^ +\d+ {2}caught {6}.* -> mutual-exclusion/m);
    expect(out).toMatch(/^ +\d+ {2}SURVIVED {4}\S/m);
    expect(out).toMatch(/^\d+ mutants: \d+ caught, \d+ survived/m);
    expect(widest(out)).toBeLessThanOrEqual(80);
  });

  test("the same call prints the same table", async () => {
    const withoutTime = ({ out }: { readonly out: string }): string => out.replaceAll(/\d+\.\d+ s/g, "");
    const [one, other] = [await irqproof(["mutate", increment]), await irqproof(["mutate", increment])];
    expect(withoutTime(one)).toBe(withoutTime(other));
  });

  test("shows one mutant with its counterexample", async () => {
    const { out } = await irqproof(["mutate", "examples/peterson.ts", "--json"]);
    const { mutants } = JSON.parse(out) as { mutants: { number: number; outcome: string; caughtBy: string[] }[] };
    const caught = mutants.find(({ caughtBy }) => caughtBy.includes("mutual-exclusion"))!;
    const shown = await irqproof(["mutate", "examples/peterson.ts", "--mutant", String(caught.number)]);
    expect(shown.status).toBe(0);
    expect(shown.out).toMatch(new RegExp(`^mutant ${caught.number}: `, "m"));
    expect(shown.out).toMatch(/mutual-exclusion: counterexample, \d+ steps/);
    expect(widest(shown.out)).toBeLessThanOrEqual(80);
    const json = await irqproof(["mutate", "examples/peterson.ts", "--mutant", String(caught.number), "--json"]);
    const [only] = (JSON.parse(json.out) as { mutants: { counterexamples: { id: string; trace: unknown[] }[] }[] })
      .mutants;
    expect(only!.counterexamples.map(({ id }) => id)).toEqual(caught.caughtBy);
    expect(only!.counterexamples[0]!.trace.length).toBeGreaterThan(1);
    const survivor = mutants.find(({ outcome }) => outcome === "survived")!;
    const survived = await irqproof(["mutate", "examples/peterson.ts", "--mutant", String(survivor.number)]);
    expect(survived.status).toBe(1);
    expect(survived.out).toMatch(/survived: every property still holds/);
  });

  test("swaps the steps of a scheme's program", async () => {
    const { out } = await irqproof(["mutate", "x86-two-step", "--max-mutants", "1", "--json"]);
    const { left } = JSON.parse(out) as { left: number };
    expect(left).toBeGreaterThan(1);
    const last = await irqproof(["mutate", "x86-two-step", "--mutant", String(left + 1), "--json"]);
    const { mutants } = JSON.parse(last.out) as { mutants: { kind: string; change: string; outcome: string }[] };
    expect(mutants).toHaveLength(1);
    expect(mutants[0]).toMatchObject({ kind: "order" });
    expect(mutants[0]!.change).toMatch(/^step \d+ \w+ before step \d+ \w+$/);
  });

  test("swaps the steps of a scheme of one's own", async () => {
    const file = join(folder.path, "own.ts");
    expect((await irqproof(["new", file])).status).toBe(0);
    const { out } = await irqproof(["mutate", file, "--max-mutants", "1", "--json"]);
    const { left } = JSON.parse(out) as { left: number };
    const last = await irqproof(["mutate", file, "--mutant", String(left + 1)]);
    expect(last.out).toMatch(/^mutant \d+: step \d+ \w+ before step \d+ \w+$/m);
  });

  test("a mutant for which the model fails is shown with the run to the failure", async () => {
    const { out, status } = await irqproof(["mutate", increment, "--mutant", "1"]);
    expect(status).toBe(0);
    expect(out).toMatch(/^ {2}caught: the model fails$/m);
    expect(out).toMatch(/leaves the state's type: counter is 3/);
  });

  test("bounds make the exit status 3 where no mutant survives among those that were checked", async () => {
    const { status, out } = await irqproof(["mutate", increment, "--max-mutants", "1"]);
    expect(status).toBe(3);
    expect(out).toMatch(/more mutants left out: --max-mutants \d+ takes them all/);
  });

  test("writes the report to a file as well", async () => {
    const file = join(folder.path, "mutants.txt");
    const { out } = await irqproof(["mutate", increment, "--out", file]);
    expect(readFileSync(file, "utf8").replaceAll(/\d+\.\d+ s/g, "")).toBe(out.replaceAll(/\d+\.\d+ s/g, ""));
  });

  test.each([
    [["--mutant", "1000"], /has no mutant 1000: its mutants are 1 to \d+/],
    [["--max-states", "2"], /its states were not explored to the end, because the bound of 2 states was reached/],
    [["--trace", "steps"], /--trace shows one mutant; add --mutant N/],
    [["--format", "yaml"], /--format is yaml: it must be text \| json/],
    [["--format", "text", "--json"], /--format text does not go with --json/],
    [["--threads", "3", "--property", "none"], /has no property "none"/],
  ])("names what is wrong with %s", async (args, message) => {
    const { err, status } = await irqproof(["mutate", increment, ...args]);
    expect(status).toBe(2);
    expect(err).toMatch(message);
  });
});
