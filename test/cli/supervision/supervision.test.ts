/** The choice of calls that are supervised, and the supervisor's decisions; the program is in user-file.test.ts. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { commands } from "../../../cli/commands/commands.ts";
import { memoryShortage } from "../../../cli/memory-shortage.ts";
import { CallWatch } from "../../../cli/supervision/call-watch.ts";
import { placeIn } from "../../../cli/supervision/caller.ts";
import { Cell } from "../../../cli/supervision/protocol.ts";
import { hasSwitch, runsUserFile, SWITCHES } from "../../../cli/arguments/user-file.ts";
import { callBegins, callEnds, callNumber, shareCurrentCall } from "../../../checker/language/current-call.ts";
import { check, model, range, record } from "../../../checker/index.ts";
import { main } from "../../../cli/main.ts";
import { irqproof, LAMPS, temporaryFolder } from "../run.ts";

describe("a call that runs a user's file", () => {
  test.each([
    [true, "check m.ts"],
    [true, "check --json m.ts"],
    [true, "check --quiet --max-states 10 ./m --cpus 2"],
    [true, "check --cpus=2 m.ts"],
    [true, "check m.ts --help"],
    [true, "help check m.ts"],
    [true, "verify x.cert m.ts"],
    [true, "check -- m.ts"],
    [true, String.raw`check models\m`],
    [true, "check x86-direct m.ts"],
    [true, "a-later-command m.ts"],
    [false, ""],
    [false, "check x86-direct"],
    [false, "check x86-direct --out report.txt"],
    [false, "check x86-direct --out=./report --max-time 1.5s"],
    [false, "verify x.cert"],
    [false, "replay --qemu a.log"],
    [false, "new m.ts"],
    [false, "list"],
  ])("%s: %s", (expected, words) => {
    expect(runsUserFile(words === "" ? [] : words.split(" "))).toBe(expected);
  });

  test("the switches are those of the commands", async () => {
    const loaded = await Promise.all(Object.values(commands).map((entry) => entry.load()));
    const options = loaded.flatMap((command) => Object.entries(command.options));
    const switches = options.flatMap(([name, { value }]) => (value === undefined ? [name] : []));
    expect([...SWITCHES].sort()).toEqual([...new Set([...switches, "help"])].sort());
    expect(options.filter(([name, { value }]) => value !== undefined && SWITCHES.has(name))).toEqual([]);
  });

  test("a switch may stand anywhere, and not as a value", () => {
    expect(hasSwitch(["check", "--watch", "m.ts"], "watch")).toBe(true);
    expect(hasSwitch(["check", "m.ts", "--out", "--watch"], "watch")).toBe(false);
  });
});

describe("a call of a user's function", () => {
  let said: string[];
  let cells: Int32Array;
  let watch: CallWatch;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    said = [];
    cells = new Int32Array(new SharedArrayBuffer(4 * Cell.count));
    watch = new CallWatch(cells, (text) => said.push(text));
    watch.name(3, "the recipe of action go");
  });
  afterEach(() => {
    watch.end();
    vi.useRealTimers();
  });

  test("that takes long is named once", () => {
    [cells[Cell.function], cells[Cell.calls]] = [3, 7];
    vi.advanceTimersByTime(5_000);
    expect(said).toEqual([]);
    vi.advanceTimersByTime(20_000);
    expect(said).toEqual(["the recipe of action go has been running for 5 s: does it end?"]);
    cells[Cell.calls] = 8;
    vi.advanceTimersByTime(7_000);
    expect(said).toHaveLength(2);
  });

  test("is not named where there are many short ones", () => {
    cells[Cell.function] = 3;
    for (let calls = 0; calls < 100; calls++) {
      cells[Cell.calls] = calls;
      vi.advanceTimersByTime(250);
    }
    expect(said).toEqual([]);
  });

  test("is named where nothing else keeps a report from coming", () => {
    [cells[Cell.function], cells[Cell.calls]] = [3, 7];
    vi.advanceTimersByTime(3_000);
    expect(watch.interrupted).toBe(false);
    watch.interrupt(undefined);
    expect(watch.interrupted).toBe(true);
    vi.advanceTimersByTime(1_500);
    expect(said).toEqual([
      "the report follows when the recipe of action go returns; Ctrl-C again ends the program at once",
    ]);
  });

  test("does not outlive the patience of a service manager", () => {
    const end = vi.fn<() => void>();
    watch.interrupt({ patience: 2_000, end });
    vi.advanceTimersByTime(10_000);
    expect(end).not.toHaveBeenCalled();
    [cells[Cell.function], cells[Cell.calls]] = [3, 7];
    vi.advanceTimersByTime(2_000);
    expect(end).not.toHaveBeenCalled();
    vi.advanceTimersByTime(500);
    expect(end).toHaveBeenCalled();
    expect(said).toEqual(["the report follows when the recipe of action go returns"]);
  });
});

test("every kind of function of a model is noted while it runs", async () => {
  const cells = new Int32Array(2);
  const names = new Map<number, string>();
  shareCurrentCall(cells, (number, name) => names.set(number, name));
  const seen = new Set<string>();
  // Not read, because of the regular expression, and so called.
  const note = (): boolean => {
    if (/x/.test("x")) seen.add(names.get(cells[0]!) ?? "none");
    return true;
  };
  const outer = callBegins(callNumber("outer"));
  await check(
    model({
      name: "noted",
      state: record({ n: range(0, 2) }),
      initial: { n: 0 },
      actions: {
        go: {
          when: (state) => note() && state.n < 2,
          then: (draft) => {
            note();
            draft.n += 1;
          },
          actor: () => `${note()}`,
          label: () => `${note()}`,
        },
      },
      properties: ({ always, noDeadlock, eventually, step }) => ({
        low: always("low", ({ n }) => note() && n < 2),
        step: step("step", () => note()),
        live: noDeadlock("live", { unless: ({ n }) => note() && n === 2 }),
        ends: eventually("ends", ({ n }) => note() && n === 2),
      }),
    }),
    { engine: "direct", purity: "assumed" },
  );
  expect([...seen].sort()).toEqual([
    "the actor of action go",
    "the guard of action go",
    "the label of action go",
    "the predicate of property ends",
    "the predicate of property live",
    "the predicate of property low",
    "the predicate of property step",
    "the recipe of action go",
  ]);
  expect(names.get(cells[0]!)).toBe("outer");
  callEnds(outer);
  expect(cells[0]).toBe(0);
  shareCurrentCall(new Int32Array(2), () => {});
});

test("the caller is the first file of a stack that is none of ours", () => {
  const stack = [
    "Error",
    "    at placeOfCaller (/program/main.cjs:12:3)",
    "    at process.exit (node:internal/process:1:2)",
    "    at new Thing (file:///home/user/model%20two.ts:7:11)",
    "    at async /home/user/other.ts:1:1",
  ].join("\n");
  const isOwn = (path: string): boolean => path.startsWith("/program/");
  expect(placeIn(stack, isOwn)).toBe("/home/user/model two.ts:7 (from /home/user/other.ts:1)");
  expect(placeIn(stack, (path) => isOwn(path) || path.includes("other"))).toBe("/home/user/model two.ts:7");
  expect(placeIn(stack, (path) => isOwn(path) || path.includes("model"))).toBe("/home/user/other.ts:1");
  expect(placeIn(stack, () => true)).toBeUndefined();
});

test("memory that cannot be had is no fault of the checker", () => {
  const thrownBy = (act: () => unknown): unknown => {
    try {
      return act();
    } catch (error) {
      return error;
    }
  };
  const buffer = thrownBy(() => new ArrayBuffer(2 ** 52));
  expect(memoryShortage(buffer)).toBe(
    "not enough memory (Array buffer allocation failed): raise the limit, or give a smaller --max-memory",
  );
  expect(memoryShortage(new RangeError("WebAssembly.Memory(): could not allocate memory"))).toContain("ulimit -v");
  expect(memoryShortage(new RangeError("Maximum call stack size exceeded"))).toBeUndefined();
  expect(memoryShortage("Array buffer allocation failed")).toBeUndefined();
});

describe("action instances", () => {
  const folder = temporaryFolder();
  const file = folder.write(
    "many.ts",
    `import { family, integer, model, range, record } from "irqproof/checker";
    export default family({
      name: "many", title: "many", parameters: { size: integer(2, 1, 1000, "values of a parameter") },
      build: ({ size }) => model({
        name: "many", state: record({ n: range(0, 1) }), initial: { n: 0 },
        actions: { go: { over: { a: range(1, size), b: range(1, size) }, when: ({ n }) => n > 1, then: () => {} } },
        properties: ({ always }) => ({ low: always("low", ({ n }) => n < 1) }),
      }),
    });`,
  );

  test("their number is reported before a long search", async () => {
    const { status, err } = await irqproof(["check", file, "--size", "100", "--quiet"]);
    expect(err).toBe("many: 10,000 action instances, each tried in every state\n");
    expect(status).toBe(0);
    expect((await irqproof(["check", file, "--quiet"])).err).toBe("");
  });

  test("too many are refused", async () => {
    const { status, err } = await irqproof(["check", file, "--size", "1000"]);
    expect(err).toContain(
      "model many: action go has 1000000 instances, each tried in every state: at most 100000 are possible",
    );
    expect(status).toBe(2);
    folder.remove();
  });
});

test("an interrupt between two of several checks ends all of them, with a report", async () => {
  const folder = temporaryFolder();
  const file = folder.write("lamps.ts", LAMPS);
  for (const [args, first, tail] of [
    [["sweep", file, "--count", "1..4"], " 1  ", "sweep: 2 points not checked\n"],
    [["check", "--all", "x86-direct,x86-two-step,x86-direct-in-irq"], "x86-direct ", ""],
  ] as const) {
    const listeners = new Set<() => void>();
    let [out, err] = ["", ""];
    const status = await main(args, {
      stdout: {
        write(text: string) {
          out += text;
          // The row is printed when its own search has ended.
          if (text.includes(first) && !text.includes("id  ")) for (const listener of listeners) listener();
        },
      },
      stderr: { write: (text: string) => (err += text) },
      env: {},
      onInterrupt(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    });
    expect(err).toBe(tail);
    expect(out).toMatch(/stopped|inconclusive/);
    expect(status).toBeGreaterThan(0);
    expect(listeners.size).toBe(0);
  }
  folder.remove();
});
