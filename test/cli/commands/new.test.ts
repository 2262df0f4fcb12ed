import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { irqproof, temporaryFolder } from "../run.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const written = async (name: string, ...more: readonly string[]): Promise<string> => {
  const file = join(folder.path, name);
  const { status, out, err } = await irqproof(["new", file, ...more]);
  expect({ status, out, err }).toEqual({
    status: 0,
    out: `Wrote ${file}. Next: npx irqproof check ${file}\n`,
    err: "",
  });
  return file;
};

/** The same file with a part of it changed, as its comments invite to. */
function changed(file: string, name: string, part: string | RegExp, by: string): string {
  const text = readFileSync(file, "utf8");
  const other = text.replace(part, by);
  expect(other).not.toBe(text);
  return folder.write(name, other);
}

/** The last line of a check, without the name and the hash. */
async function verdict(file: string, ...more: readonly string[]): Promise<string> {
  const { out, err } = await irqproof(["check", file, "--trace", "none", ...more]);
  expect(err).toBe("");
  const [, said = ""] = /: (.*) [0-9a-f]{12}$/.exec(out.trimEnd().split("\n").at(-1)!) ?? [];
  return said;
}

describe("new", () => {
  test("writes a scheme that holds, under the file's name", async () => {
    const file = await written("My_Scheme.ts");
    const { status, out } = await irqproof(["check", file]);
    expect(status).toBe(0);
    expect(out).toContain("my-scheme: a scheme of my own\n");
    expect(out).toMatch(/\nmy-scheme: Never lost; [\d,]+ states; dispatch\/none; [0-9a-f]{12}\n$/);
    expect(out).not.toContain("VIOLATED");
  });

  test("what its comments invite to try has the verdict that one would expect", async () => {
    const file = await written("scheme.ts");
    const context = /^ {2}context: .*$/m;
    const lost = (name: string, part: string | RegExp, by: string): Promise<string> =>
      verdict(changed(file, name, part, by), "--property", "no-interrupt-lost");
    expect(await lost("no-check.ts", "readIrr, retrigger]", "]")).toMatch(/^Sometimes lost;/);
    expect(await lost("task.ts", context, `context: { kind: "task", runsOn: "any" },`)).toMatch(/^Sometimes lost;/);
    expect(await lost("ipi.ts", context, `context: { kind: "ipi", waits: false },`)).toMatch(/^Never lost;/);
    const waiting = changed(file, "wait.ts", context, `context: { kind: "ipi", waits: true },`);
    expect(await verdict(waiting, "--property", "no-deadlock")).toMatch(/^no-deadlock VIOLATED;/);
  });

  const program = /^ {2}program: .*$/m;
  test.each<[string, string | RegExp, string, string]>([
    [
      "kind",
      /^ {2}context: .*$/m,
      `context: { kind: "interupt" },`,
      `scheme: its context's kind is "interupt": it must be`,
    ],
    [
      "wait",
      /^ {2}context: .*$/m,
      `context: { kind: "ipi", wait: true },`,
      "scheme: its context: unknown key wait (known:",
    ],
    ["no-context", /^ {2}context: .*$/m, "", "scheme has no context; give it context:"],
    ["cleanup", program, `$&\n  cleanup: "timr",`, `scheme: its cleanup is "timr": it must be "timer", `],
    ["clean-up", program, `$&\n  cleanUp: "at-once",`, "scheme: unknown key cleanUp (known: context, program,"],
    ["device", program, "$&\n  device: { maskabel: true },", "scheme: its device: unknown key maskabel (known:"],
    [
      "cpu",
      `writeAddress("new-cpu"), flush`,
      `writeAddress("newcpu"), flush`,
      `writeAddress: its CPU is "newcpu": it must`,
    ],
    [
      "no-call",
      `writeAddress("new-cpu"), flush`,
      "writeAddress, flush",
      "scheme: its program: step 4 is the function writeAddr",
    ],
    [
      "no-step",
      "readIrr, retrigger]",
      "steps.readIRR]",
      "scheme: its program: step 7 (behind unlock_vectors) is undef",
    ],
    [
      "no-dots",
      program,
      `program: [steps.writeMessage("new-cpu")],`,
      "scheme: its program: step 1 is a list of 3 steps:",
    ],
    ["no-program", program, "", "scheme has no program; give it program:"],
    [
      "no-recipe",
      "  then: (draft, { irq })",
      "  do: (draft, { irq })",
      "scheme: its program: step 2 (write_data): unknown key do",
    ],
    ["no-name", /^ {2}name: "write_data",$/m, "", "scheme: its program: step 2 has no name; give it name:"],
    [
      "own-name",
      /^ {2}name: "write_data",$/m,
      `name: "flush",`,
      "scheme: its program: step 3 (flush) has the name of step",
    ],
    ["param", "title:", "param: {}, title:", "scheme scheme: unknown key param (known: name, title, strategy,"],
  ])("a slip in it is a sentence, and no verdict: %s", async (name, part, by, sentence) => {
    const file = join(folder.path, "scheme.ts");
    if (!existsSync(file)) await written("scheme.ts");
    const slip = changed(file, `slip-${name}.ts`, part, by);
    const { status, out, err } = await irqproof(["check", slip]);
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toMatch(/^irqproof: [^\n]*\n$/);
    expect(err.slice("irqproof: ".length)).toContain(`: ${sentence}`);
  });

  test("the scheme has parameters, and lists its assumptions", async () => {
    const file = await written("parameters.ts");
    const { status, out } = await irqproof(["check", file, "--moves", "0", "--assumptions"]);
    expect(status).toBe(0);
    expect(out).toContain("\n  A1   every message that the device sent before");
  });

  test("writes a protocol, whose promise and counterexample can be seen", async () => {
    const file = await written("spin.ts", "--protocol");
    expect((await irqproof(["check", file])).status).toBe(0);
    expect(await verdict(file, "--lock", "test-then-set")).toMatch(/^exclusion VIOLATED;/);
  });

  const machines = [
    "remapped",
    "posted-msi",
    "gic-distributor",
    "gic-its",
    "plic",
    "imsic",
    "aplic",
    "avec",
    "demultiplexer",
  ];
  test.each(machines)("--machine %s writes a scheme, and a protocol around one, that hold", async (machine) => {
    const file = await written(`on-${machine}.ts`, "--machine", machine);
    const around = await written(`around-${machine}.ts`, "--protocol", "--machine", machine);
    for (const one of [file, around]) {
      const { status, out } = await irqproof(["check", one, "--trace", "none"]);
      expect({ status, out }).toEqual({ status: 0, out: expect.stringContaining("Never lost") });
      expect(out).not.toContain("VIOLATED");
    }
    expect(await verdict(around, "--thread", "wakes-once", "--property", "thread-runs-after")).toMatch(/VIOLATED/);
  });

  test("--machine takes the names that it has, and local-apic is the start without it", async () => {
    const { status, err } = await irqproof(["new", join(folder.path, "x.ts"), "--machine", "imsci"]);
    expect(status).toBe(2);
    expect(err).toMatch(/^irqproof: new: there is no machine imsci \(known: local-apic, .*\); did you mean imsic\?\n$/);
    const [plain, named] = [await written("same.ts"), await written("same.mts", "--machine", "local-apic")];
    expect(readFileSync(named, "utf8")).toBe(readFileSync(plain, "utf8").replaceAll(plain, named));
    expect(await verdict(await written("local.ts", "--protocol", "--machine", "local-apic"))).toMatch(/^Never lost/);
  });

  test("the calls in the comments name the file", async () => {
    for (const more of [[], ["--protocol"], ["--machine", "avec"], ["--protocol", "--machine", "avec"]]) {
      const file = await written(`calls${more.join("")}.ts`, ...more);
      const text = readFileSync(file, "utf8");
      const calls = [...text.matchAll(/npx irqproof (check .*?)(?: {2,}.*)?$/gm)].map((match) => match[1]!.split(" "));
      expect(calls.length).toBeGreaterThan(2);
      for (const call of calls) {
        expect(call[1]).toBe(file);
        const words = call.filter((word) => !["--help", "shows"].includes(word));
        expect((await irqproof([...words, "--help"])).status).toBe(0);
      }
    }
  });

  test.each([
    [["new"], "new: FILE.ts, the file to write, is missing"],
    [["new", "scheme.js"], "new: scheme.js must be a TypeScript file, such as my-scheme.ts"],
    [["new", "a.ts", "b.ts"], "new: unexpected argument b.ts"],
  ])("%j is refused", async (args, sentence) => {
    expect(await irqproof(args)).toEqual({ status: 2, out: "", err: `irqproof: ${sentence}\n` });
  });

  test("a file that is there is left alone, and a folder that is not there is named", async () => {
    const file = folder.write("mine.ts", "mine");
    const { status, err } = await irqproof(["new", file]);
    expect({ status, err }).toEqual({
      status: 2,
      err: `irqproof: new: ${file} exists already; give another name, or remove it\n`,
    });
    expect(readFileSync(file, "utf8")).toBe("mine");
    const nowhere = join(folder.path, "none", "x.ts");
    expect((await irqproof(["new", nowhere])).err).toContain(`new: ${nowhere} cannot be written`);
    expect(existsSync(nowhere)).toBe(false);
  });
});
