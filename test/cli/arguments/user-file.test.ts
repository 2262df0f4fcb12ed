/** The program itself, with files that would end it, hold it up, or write where a report is written. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../run.ts";

const program = new URL("../../../bin/irqproof.js", import.meta.url).pathname;
const built = existsSync(new URL("../../../dist/program/supervisor.js", import.meta.url));

const folder = temporaryFolder();
afterAll(() => folder.remove());

interface Parts {
  readonly before?: string;
  readonly most?: number;
  readonly recipe?: string;
  readonly guard?: string;
}

/** A model that holds, with parts of it changed. */
function counter(name: string, { before = "", most = 5, recipe = "draft.n += 1", guard = "true" }: Parts = {}): string {
  folder.write(
    name,
    `import { model, range, record } from "irqproof/checker";
    ${before}
    export default model({
      name: "counter",
      state: record({ n: range(0, ${most}) }),
      initial: { n: 0 },
      actions: { go: { when: ({ n }) => n < ${most} && ${guard}, then: (draft) => { ${recipe}; } } },
      properties: ({ always }) => ({ low: always("n is low", ({ n }) => n <= ${most}) }),
    });`,
  );
  return name;
}

class Running {
  readonly child: ChildProcess;
  out = "";
  err = "";

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [program, ...args], { cwd: folder.path, env: { ...process.env, ...env } });
    this.child.stdout!.on("data", (data) => (this.out += String(data)));
    this.child.stderr!.on("data", (data) => (this.err += String(data)));
  }

  /** Waits until standard error has a text this many times. */
  async says(text: string, times = 1): Promise<void> {
    while (this.err.split(text).length <= times) {
      if (this.child.exitCode !== null) throw new Error(`it has ended without "${text}": ${this.err}`);
      await new Promise((later) => setTimeout(later, 20));
    }
  }

  /** The exit status, or the signal that has ended it. */
  ended(): Promise<number | NodeJS.Signals | null> {
    return new Promise((resolve) => this.child.once("close", (status, signal) => resolve(signal ?? status)));
  }
}

async function ran(...args: Parameters<typeof check>): Promise<{ status: unknown; out: string; err: string }> {
  const running = check(...args);
  const status = await running.ended();
  return { status, out: running.out, err: running.err };
}

const check = (file: string, more: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Running =>
  new Running(["check", file, ...more], env);

describe.runIf(built)("a file of the user's", () => {
  test("that ends the program is no verdict", async () => {
    const file = counter("exit.ts", { before: "console.log('bye'); process.exit(0);" });
    expect(await ran(file)).toEqual({
      status: 2,
      out: "",
      err: "bye\nirqproof: exit.ts:2 calls process.exit(0): a model must not end the program\n",
    });
  });

  test("neither is a library that does so, also while the model is built", async () => {
    folder.write("library.js", "export const limit = () => {\n  process.exit();\n};");
    const file = counter("imports.ts", { before: 'import { limit } from "./library.js"; limit();' });
    expect(await ran(file)).toEqual({
      status: 2,
      out: "",
      err: "irqproof: library.js:2 (from imports.ts:2) calls process.exit(): a model must not end the program\n",
    });
  });

  test("has no say in the exit status, and its output is not in a report", async () => {
    const before = `
      process.exitCode = 1;
      process.on("exit", () => { process.exitCode = 7; });
      setInterval(() => {}, 1000);
      console.log("from the model");
      process.stdout.write("and again\\n");
      process.stdout.write = () => true;`;
    const { status, out, err } = await ran(counter("meddles.ts", { before }), ["--json"]);
    expect(JSON.parse(out)).toMatchObject({ model: "counter", verdict: "holds", states: { distinct: 6 } });
    expect(err).toBe("from the model\nand again\n");
    expect(status).toBe(0);
  });

  test("cannot speak for the checker", async () => {
    const before = `
      import threads, { parentPort, workerData } from "node:worker_threads";
      if (parentPort !== null || workerData !== null || threads.workerData !== null) throw new Error("it has the port");`;
    expect(await ran(counter("port.ts", { before }), ["--quiet"])).toEqual({ status: 0, out: "", err: "" });
  });

  test("that waits forever, or fails beside the check, is a mistake", async () => {
    const waits = counter("waits.ts", { before: "await new Promise(() => {});" });
    expect(await ran(waits)).toEqual({
      status: 2,
      out: "",
      err: "irqproof: the top level of waits.ts waits forever: is there a pending await?\n",
    });
    const fails = counter("fails.ts", {
      before: `setTimeout(() => { throw new Error("too late"); }); await new Promise((done) => setTimeout(done, 2000));`,
    });
    expect(await ran(fails)).toEqual({
      status: 2,
      out: "",
      err: "irqproof: uncaught error in the model's file: too late (fails.ts:2)\n",
    });
  });

  test("that uses up the memory is named", async () => {
    const recipe = `const all = []; for (;;) { if (draft.n > 5) break; all.push({ n: draft.n, of: [1, 2, 3] }); }`;
    const { status, out, err } = await ran(counter("allocates.ts", { recipe }), [], {
      NODE_OPTIONS: "--max-old-space-size=80",
    });
    // On a busy machine the call runs for so long that it is named before.
    expect(err.replace("irqproof: the recipe of action go has been running for 5 s: does it end?\n", "")).toMatch(
      /^irqproof: out of memory in the recipe of action go: the heap limit of \d+ MB is reached; [^\n]+\n$/,
    );
    expect({ status, out }).toEqual({ status: 2, out: "" });
  });

  test("whose recipe does not return is named, and a second Ctrl-C ends the program", async () => {
    const stuck = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)";
    const running = check(counter("stuck.ts", { recipe: `draft.n += 1; if (draft.n === 3) ${stuck}` }));
    await running.says("irqproof: the recipe of action go has been running for 5 s: does it end?\n");
    running.child.kill("SIGINT");
    await running.says("the report follows when the recipe of action go returns");
    running.child.kill("SIGINT");
    expect(await running.ended()).toBe("SIGINT");
    expect(running.out).toBe("");
  });

  test.each(["SIGTERM", "SIGHUP"] as const)("has a report also when %s ends its check", async (signal) => {
    // Not read, because of the regular expression, and so slow enough.
    const file = counter(`endless-${signal}.ts`, { most: 2 ** 31, guard: `(/x/.test("x") || n >= 0)` });
    // Before the search the signal ends the program at once, and how soon it begins depends on the machine.
    for (let wait = 800; ; wait *= 2) {
      const running = check(file, ["--trace", "none", "--engine", "direct"]);
      const ended = running.ended();
      await new Promise((later) => setTimeout(later, wait));
      running.child.kill(signal);
      const status = await ended;
      if (status === signal && wait < 10_000) continue;
      expect(status).toBe(3);
      expect(running.out).toContain("stopped early: interrupted; the figures are lower bounds\n");
      return;
    }
  });

  test("is checked again when it, or what it imports, changes", async () => {
    const limit = join(folder.path, "limit.ts");
    writeFileSync(limit, "export const limit = 3;");
    const file = counter("watched.ts", { before: 'import { limit } from "./limit.ts";', guard: "n < limit" });
    const running = check(file, ["--watch", "--trace", "none"]);
    const watching = "irqproof: watching watched.ts and 1 more that it reads; Ctrl-C ends\n";
    await running.says(watching);
    writeFileSync(limit, "export const limit = ;");
    await running.says(watching, 2);
    writeFileSync(limit, "export const limit = 4; // again");
    await running.says(watching, 3);
    running.child.kill("SIGINT");
    expect(await running.ended()).toBe(0);
    expect(running.out.match(/\d+ states, /g)).toEqual(["4 states, ", "5 states, "]);
    expect(running.err).toContain("irqproof: limit.ts has changed\nirqproof: watched.ts cannot be loaded: ParseError");
  });
});

describe.runIf(built && process.platform === "linux")("too few addresses", () => {
  const limited = async (kilobytes: number, ...args: readonly string[]): Promise<{ status: unknown; err: string }> => {
    const command = [process.execPath, program, ...args];
    const child = spawn("sh", ["-c", `ulimit -v ${kilobytes}; exec "$@"`, "sh", ...command], { cwd: folder.path });
    let err = "";
    child.stderr.on("data", (data) => (err += String(data)));
    const status = await new Promise((resolve) => child.once("close", resolve));
    return { status, err };
  };

  test("for the compiled engine, or for another thread, are a sentence", async () => {
    const compiled = await limited(3_000_000, "check", "x86-two-step", "--engine", "compiled");
    expect(compiled.err).toMatch(/^irqproof: not enough memory \(WebAssembly[^\n]+--engine direct\n$/);
    expect(compiled.status).toBe(3);
    const thread = await limited(1_500_000, "check", counter("thread.ts"));
    expect(thread.err).toMatch(/^irqproof: the address space is too small for the thread [^\n]+\n$/);
    expect(thread.status).toBe(3);
  });
});
