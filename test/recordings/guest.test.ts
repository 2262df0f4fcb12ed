import { assert, asyncProperty, constantFrom, integer } from "fast-check";
import { describe, expect, test } from "vitest";
import { replayRecording, type RecordingReport } from "../../recordings/index.ts";
import { fixture, linesOfFixture, withFile } from "./recordings.ts";

const traces = {
  "two-step, cleanup by IPI": linesOfFixture("two-step-6.1.guest.txt"),
  "direct, with refused moves and a cleanup timer": linesOfFixture("direct-6.12.guest.txt.gz"),
} as const;

const guestAlone = (lines: readonly string[]): Promise<RecordingReport> =>
  withFile(lines, (guest) => replayRecording({ guest }));

/** The lines of these kinds with enough of the trace around them that something can be wrong with them. */
function indices(lines: readonly string[], kinds: RegExp): number[] {
  return lines.flatMap((line, index) =>
    index > 40 && index < lines.length - 40 && kinds.test(line) && !line.startsWith("#") ? [index] : [],
  );
}

/** Kinds of which each line requires another. */
const required = /: (irq_handler_entry|irq_handler_exit|move_masked|msi_setaff|msi_setaff_ret):/;
const replaced = (line: string, pattern: RegExp, by: string): string => {
  expect(line).toMatch(pattern);
  return line.replace(pattern, by);
};

describe.each(Object.entries(traces))("the guest's trace alone: %s", (_, lines) => {
  const some = indices(lines, required);

  test("nothing is wrong with it", async () => {
    const report = await guestAlone(lines);
    expect(report.flaws).toEqual([]);
    expect(report.guest!.handlers).toBeGreaterThan(50);
  });

  test("a line removed is named", async () => {
    await assert(
      asyncProperty(constantFrom(...some), async (at) => {
        const { flaws } = await guestAlone(lines.toSpliced(at, 1));
        // In that CPU's next line of that kind; without one nothing is required, and before the first nothing is known.
        const [cpu] = /\[\d+\]/.exec(lines[at]!)!;
        const isOfCpu = (line: string): boolean => line.includes(cpu) && required.test(line);
        const isWithin = lines.slice(0, at).some(isOfCpu) && lines.slice(at + 1).some(isOfCpu);
        expect(flaws.some(({ line }) => line > at) || !isWithin).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  test("a line that is there twice, and two that have changed places, are named", async () => {
    await assert(
      asyncProperty(constantFrom(...indices(lines, /./)), constantFrom("twice", "swapped"), async (at, how) => {
        const [first, second] = [lines[at]!, lines[at + 1]!];
        const corrupted = how === "twice" ? lines.toSpliced(at, 0, first) : lines.with(at, second).with(at + 1, first);
        const { flaws } = await guestAlone(corrupted);
        // Lines of kinds that are not used say nothing.
        const isUsed = [first, ...(how === "twice" ? [] : [second])].every((line) => !/tracing_mark_write/.test(line));
        expect(flaws.some(({ line }) => line > at && line <= at + 3) || !isUsed).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  test("a handler on another CPU is named", async () => {
    await assert(
      asyncProperty(constantFrom(...indices(lines, /irq_handler_entry/)), async (at) => {
        const other = lines[at]!.includes("[000]") ? "[001]" : "[000]";
        const { flaws } = await guestAlone(lines.with(at, replaced(lines[at]!, /\[00[01]\]/, other)));
        // Its end on the CPU where it was, unless nothing is known of that CPU yet.
        const cpu = other === "[000]" ? "[001]" : "[000]";
        const isKnown = lines.slice(0, at).some((line) => line.includes(cpu) && required.test(line));
        expect(flaws.some(({ line }) => line > at && line < at + 60) || !isKnown).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  test("a changed vector is named", async () => {
    await assert(
      asyncProperty(
        constantFrom(...indices(lines, /vector_(alloc|update|config|free_moved)|msi_write/)),
        integer({ min: 80, max: 200 }),
        async (at, vector) => {
          const line = lines[at]!;
          const corrupted = line.includes("msi_write")
            ? replaced(line, /data=\S+/, `data=0x${vector.toString(16)}`)
            : replaced(line, / vector=\d+/, ` vector=${vector}`);
          const { flaws } = await guestAlone(lines.with(at, corrupted));
          // Of a two-step move only the second rewrite has the last word: QEMU's side reports the first.
          const isFirstOfTwo = line.includes("msi_write") && lines[at + 1]!.includes("msi_write");
          // Nor is it known before the first move what is given back.
          const isUnknown = !lines.slice(0, at).some((before) => before.includes("vector_update"));
          const saysNothing = line.includes("vector_config") || (line.includes("vector_free_moved") && isUnknown);
          expect(flaws.some((flaw) => flaw.line > at && flaw.line < at + 60) || isFirstOfTwo || saysNothing).toBe(true);
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe("refused moves", () => {
  const lines = traces["direct, with refused moves and a cleanup timer"];
  const refusals = indices(lines, /ret=-16/);

  test("one that writes is named", async () => {
    const at = refusals[0]!;
    const write = lines.find((line) => line.includes("msi_write"))!.replace(/^.*?: msi_write/, "msi_write");
    const before = lines[at]!.replace(/(\[\d+\].*?: ).*/, `$1${write}`);
    const { flaws } = await guestAlone(lines.toSpliced(at, 0, before));
    expect(flaws.map(({ what }) => what).join()).toContain("is refused (-16), but rewrites the message");
  });

  test("one with nothing in its way is named", async () => {
    const freed = lines.findIndex((line) => line.includes("vector_free_moved"));
    const moved = lines.findIndex((line, index) => index > freed && /msi_setaff_ret.*ret=0/.test(line));
    expect(moved).toBeGreaterThan(freed);
    // As if the move that comes when the way is free were refused.
    const begun = lines.findLastIndex((line, index) => index < moved && line.includes("msi_setaff:"));
    const cpu = /\[\d+\]/.exec(lines[moved]!)![0];
    const corrupted = lines
      .with(moved, lines[moved]!.replace("ret=0", "ret=-16"))
      .filter(
        (line, index) =>
          index <= begun ||
          index >= moved ||
          !line.includes(cpu) ||
          !/vector_(alloc|update|config)|msi_write/.test(line),
      );
    const { flaws } = await guestAlone(corrupted);
    expect(flaws[0]!.what).toMatch(/is refused \(-EBUSY\), but its old vector was freed in line/);
  });
});

describe("both sides", () => {
  const files = {
    qemu: fixture("two-step-6.1.qemu.log"),
    guest: fixture("two-step-6.1.guest.txt"),
    threads: fixture("two-step-6.1.threads.txt"),
    entry: "x86-two-step",
  };
  const lines = traces["two-step, cleanup by IPI"];
  const writes = lines.flatMap((line, index) => (line.includes("msi_write") ? [index] : []));

  test("a rewrite of the guest's removed, or on another CPU, is named", async () => {
    const at = writes[3]!;
    const removed = await withFile(lines.toSpliced(at, 1), (guest) => replayRecording({ ...files, guest }));
    expect(removed.flaws.map(({ what }) => what).join()).toContain("the guest's trace has no such rewrite");
    const moved = lines.with(at, replaced(lines[at]!, /\[00[01]\]/, "[003]"));
    const elsewhere = await withFile(moved, (guest) => replayRecording({ ...files, guest }));
    expect(elsewhere.flaws.map(({ what }) => what).join()).toContain("but CPU3 according to");
  });

  test("traces of different recordings have no rewrite in common", async () => {
    const { flaws, verdict } = await replayRecording({ ...files, guest: fixture("direct-6.12.guest.txt.gz") });
    expect(verdict).toBe("contradiction");
    expect(flaws).toHaveLength(1);
    expect(flaws[0]!.what).toContain("have no rewrite in common");
  });

  test("one side may begin later", async () => {
    const late = await withFile(lines.slice(writes[0]! + 1), (guest) => replayRecording({ ...files, guest }));
    expect(late.flaws).toEqual([]);
    expect(late.paired).toBe(6);
  });
});
