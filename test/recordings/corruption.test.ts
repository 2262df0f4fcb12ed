import { assert, asyncProperty, boolean, constantFrom, integer, pre, sample } from "fast-check";
import { describe, expect, test } from "vitest";
import { replayRecording, type RecordingReport } from "../../recordings/index.ts";
import { fixture, linesOfFixture, resultsOf, withFile } from "./recordings.ts";

const threads = fixture("two-step-6.1.threads.txt");
// The first moves, and as little around them as will do.
const good = linesOfFixture("two-step-6.1.qemu.log").slice(40, 330);

const indices = (pattern: RegExp): number[] => good.flatMap((line, index) => (pattern.test(line) ? [index] : []));
/** The first rewrite only shows where the device was. */
const rewriteWords = indices(/pci_cfg_write/).slice(4);
const messages = indices(/apic_deliver_irq/);
const requestReads = indices(/apic_mem_readl 0x210/);

const replay = (lines: readonly string[]): Promise<RecordingReport> =>
  withFile(lines, (qemu) => replayRecording({ qemu, threads, entry: "x86-two-step" }));

/** Places where a report shows an error. */
function placesOf(report: RecordingReport): number[] {
  return [
    ...report.flaws.map(({ line }) => line),
    ...resultsOf(report).flatMap(({ first }) => (first === null ? [] : [first.line])),
  ];
}

const runs = { numRuns: 6 };

describe("a corrupted recording", () => {
  test("the good one fits", async () => {
    const report = await replay(good);
    expect(report.verdict).toBe("fits");
    expect(report.moves).toBeGreaterThan(1);
  });

  test("a word of a rewrite removed: the place is named", async () => {
    await assert(
      asyncProperty(constantFrom(...rewriteWords.slice(0, -4)), async (at) => {
        const report = await replay(good.toSpliced(at, 1));
        expect(report.verdict).toBe("contradiction");
        // Within the rewrite, or at its other half.
        expect(placesOf(report).some((line) => Math.abs(line - at) <= 12)).toBe(true);
      }),
      runs,
    );
  });

  test("two words of a rewrite swapped: the place is named", async () => {
    const pairs = rewriteWords.filter((at) => rewriteWords.includes(at + 1) && !/@0x4c/.test(good[at]!));
    await assert(
      asyncProperty(constantFrom(...pairs), async (at) => {
        const lines = good.with(at, good[at + 1]!).with(at + 1, good[at]!);
        const report = await replay(lines);
        expect(report.verdict).toBe("contradiction");
        expect(placesOf(report).some((line) => Math.abs(line - at) <= 12)).toBe(true);
      }),
      runs,
    );
  });

  test("the vector in a data word changed: the place is named", async () => {
    const data = rewriteWords.filter((at) => /@0x4c/.test(good[at]!));
    await assert(
      asyncProperty(constantFrom(...data), integer({ min: 0x50, max: 0xe0 }), async (at, vector) => {
        const report = await replay(good.with(at, good[at]!.replace(/<- .*/, `<- 0x${vector.toString(16)}`)));
        expect(report.verdict).toBe("contradiction");
        expect(placesOf(report).some((line) => line >= at - 12)).toBe(true);
      }),
      runs,
    );
  });

  test("a bit of a request read changed: the place is named, unless the recording ends before it matters", async () => {
    await assert(
      asyncProperty(constantFrom(...requestReads), async (at) => {
        // Both vectors the other way round: neither check nor cleanup can have seen this.
        const lines = good.map((line, index) =>
          index === at
            ? line.replace(
                /= 0x([0-9a-f]+)/,
                (_, bits: string) => `= 0x${(Number.parseInt(bits, 16) ^ 0x60).toString(16).padStart(8, "0")}`,
              )
            : line,
        );
        const report = await replay(lines);
        expect(report.verdict).toBe("contradiction");
        expect(placesOf(report).some((line) => line >= at)).toBe(true);
      }),
      runs,
    );
  });

  test("a message removed is one less in the count of messages, whether or not anything misses it", async () => {
    const { qemu } = await replay(good);
    await assert(
      asyncProperty(constantFrom(...messages.slice(20)), async (at) => {
        const report = await replay(good.toSpliced(at, 1));
        const seen = report.qemu!.messages + report.qemu!.others;
        expect(seen).toBe(qemu!.messages + qemu!.others - 1);
      }),
      runs,
    );
  });

  test("the message with which the interrupt arrives on its new CPU is missed by the cleanup that it begins", async () => {
    // By the data of the second step; the recording ends with the last move.
    const moved = rewriteWords.filter((at) => /@0x4c/.test(good[at]!) && /@0x4c/.test(good[at - 4] ?? ""));
    expect(moved).toHaveLength(2);
    for (const at of moved) {
      const arrival = messages.find((message) => message > at)!;
      const [first] = resultsOf(await replay(good.toSpliced(arrival, 1))).map((result) => result.first);
      expect(first).toMatchObject({ recorded: expect.stringContaining("sends the cleanup IPI") as string });
      expect(first!.line - arrival).toBeLessThan(4);
    }
  });

  test("one end of an interrupt is as good as another; where none is left, what its CPU does next is named", async () => {
    // After a move, until the CPU that moved the interrupt gives the old vector back.
    const [read] = requestReads;
    const cpu = good[read!]!.split("@")[0]!;
    const cleanup = requestReads.find((at) => at > read! && good[at]!.startsWith(cpu))!;
    const ends = indices(/0xb0 =/).filter((at) => at > read! && at < cleanup && good[at]!.startsWith(cpu));
    expect(ends.length).toBeGreaterThan(1);
    for (const at of ends) expect((await replay(good.toSpliced(at, 1))).verdict).toBe("fits");
    const [first] = resultsOf(await replay(good.filter((_, index) => !ends.includes(index)))).map(
      (result) => result.first,
    );
    expect(first).toMatchObject({ recorded: expect.stringContaining("reads its IRR") as string });
    expect(first!.line).toBe(cleanup + 1 - ends.length);
  });

  test("a line that is there twice, and two that have changed places, are named", async () => {
    const used = indices(/apic_deliver_irq|0xb0|pci_cfg_write|apic_mem_readl 0x2/);
    await assert(
      asyncProperty(constantFrom(...used), boolean(), async (at, twice) => {
        const other = used[used.indexOf(at) + 1] ?? used[0]!;
        const lines = twice ? good.toSpliced(at, 0, good[at]!) : good.with(at, good[other]!).with(other, good[at]!);
        // Two of one microsecond: each order is as good.
        const stamp = (index: number): string => /@([\d.]+)/.exec(good[index]!)![1]!;
        if (!twice) pre(stamp(at) !== stamp(other));
        const report = await replay(lines);
        expect(report.verdict).toBe("contradiction");
        expect(placesOf(report).some((line) => line > Math.min(at, other))).toBe(true);
      }),
      runs,
    );
  });

  test("a message to another vector is unassigned, or contradicts the device's registers", async () => {
    const { qemu } = await replay(good);
    const ours = messages.filter((at) => at > rewriteWords[4]!);
    await assert(
      asyncProperty(constantFrom(...ours), async (at) => {
        const report = await replay(good.with(at, good[at]!.replace(/vector \d+/, "vector 99")));
        const isNamed = placesOf(report).length > 0;
        expect(isNamed || report.qemu!.others === qemu!.others + 1 || report.qemu!.messages === qemu!.messages).toBe(
          true,
        );
      }),
      runs,
    );
  });
});

describe("a merged recording with accepted vectors", () => {
  const lines = linesOfFixture("two-step-6.1.merged.txt");
  const ends = lines.flatMap((line, index) => {
    const cpu = / Q cpu\d+/.exec(line)?.[0];
    if (cpu === undefined || !/ EOI /.test(line)) return [];
    // Within a window, with something accepted on that CPU before and after.
    const window = (from: number, step: number): boolean => {
      for (let at = from; at >= 0 && at < lines.length && !lines[at]!.startsWith("#"); at += step) {
        if (lines[at]!.includes(cpu) && lines[at]!.includes("INT_ACCEPT")) return true;
      }
      return false;
    };
    return window(index, -1) && window(index, 1) ? [index] : [];
  });

  test("an end of an interrupt removed is named: on each CPU accepted vectors and ends alternate", async () => {
    await assert(
      asyncProperty(constantFrom(...ends), async (at) => {
        const report = await withFile(lines.toSpliced(at, 1), (merged) =>
          replayRecording({ merged, entry: "x86-two-step" }),
        );
        expect(report.verdict).toBe("contradiction");
        expect(placesOf(report).some((line) => line > at)).toBe(true);
      }),
      runs,
    );
  });
});

describe("a recording that does not say which CPU accepts a vector", () => {
  const lines = linesOfFixture("accepts-6.1.qemu.log.gz");
  const replayed = (all: readonly string[]): Promise<RecordingReport> =>
    withFile(all, (qemu) => replayRecording({ qemu, entry: "x86-two-step" }));

  test("the good one fits, also where one kind of line begins or ends before the other", async () => {
    const isAccept = (line: string): boolean => line.startsWith("Servicing");
    for (const part of [
      lines,
      lines.filter((line, index) => index > 30 || !isAccept(line)),
      lines.filter((line, index) => index > 30 || !line.includes("0xb0")),
      lines.filter((line, index) => index < 90 || !isAccept(line)),
      lines.filter((line, index) => index < 90 || !line.includes("0xb0")),
      lines.filter((line, index) => index < 90 || !line.includes("apic_deliver_irq")),
    ]) {
      expect(await replayed(part)).toMatchObject({ flaws: [], verdict: "fits" });
    }
  });

  test("an end or an accepted vector removed is named: some CPU must be able to", async () => {
    // Ends are missed when more are open than there are CPUs; accepted vectors once each CPU has ended one.
    const ends = lines.flatMap((line, index) => (line.includes("0xb0") && index > 10 && index < 60 ? [index] : []));
    const accepts = lines.flatMap((line, index) =>
      line.startsWith("Servicing") && index > 50 && index < 110 ? [index] : [],
    );
    expect(Math.min(ends.length, accepts.length)).toBeGreaterThan(10);
    await assert(
      asyncProperty(constantFrom(...ends, ...accepts), async (at) => {
        const report = await replayed(lines.toSpliced(at, 1));
        expect(report.verdict).toBe("contradiction");
        expect(placesOf(report).some((line) => line > at)).toBe(true);
      }),
      { numRuns: 12 },
    );
  });
});

describe("a recording with raise lines", () => {
  const lines = linesOfFixture("direct-6.12.qemu.log.gz");
  const withMessage = (all: readonly string[]): Promise<RecordingReport> =>
    withFile(all, (qemu) =>
      replayRecording({ qemu, threads: fixture("direct-6.12.threads.txt"), entry: "x86-shipped-guard" }),
    );
  const afterFirst = lines.findIndex((line) => line.includes("@0x8c")) + 20;
  const raised = lines.flatMap((line, index) =>
    line.includes("apic_deliver_irq") && /raise/.test(lines[index - 1] ?? "") && index > afterFirst ? [index] : [],
  );

  test("a message removed, duplicated or changed is named: each raise has its own", async () => {
    await assert(
      asyncProperty(
        constantFrom(...raised.slice(0, -3)),
        constantFrom("removed", "duplicated", "changed"),
        async (at, how) => {
          const message = lines[at]!;
          const corrupted =
            how === "removed"
              ? lines.toSpliced(at, 1)
              : how === "duplicated"
                ? lines.toSpliced(at, 0, message)
                : lines.with(at, message.replace(/vector \d+/, "vector 99"));
          const report = await withMessage(corrupted);
          expect(report.verdict).toBe("contradiction");
          expect(placesOf(report).some((line) => Math.abs(line - at) <= 3)).toBe(true);
        },
      ),
      runs,
    );
  });
});

describe("a line that another one needs", () => {
  /** Removes some lines of a recording, one at a time. Returns those that the line named, from 0, does not miss. */
  const notMissed = async (
    lines: readonly string[],
    missing: readonly (readonly [removed: number, by: number])[],
    replayed: (path: string) => Promise<RecordingReport>,
  ): Promise<number[]> => {
    const unseen: number[] = [];
    for (const [at, by] of sample(constantFrom(...missing), 3)) {
      const { verdict, flaws } = await withFile(lines.toSpliced(at, 1), replayed);
      const isNamed = flaws.some(({ line }) => line === (by > at ? by : by + 1));
      if (verdict !== "contradiction" || !isNamed) unseen.push(at + 1);
    }
    return unseen;
  };
  /** Each line of a kind with the next of it, of those that have the same key. */
  const pairs = (lines: readonly string[], kind: RegExp, key: (line: string) => string): [number, number][] => {
    const last = new Map<string, number>();
    return lines.flatMap((line, index): [number, number][] => {
      if (!kind.test(line)) return [];
      const before = last.get(key(line));
      last.set(key(line), index);
      return before === undefined ? [] : [[before, index]];
    });
  };
  const threadOf = (line: string): string => line.slice(0, line.indexOf("@"));

  test("the last word of a rewrite: its CPU continues without it", async () => {
    const lines = linesOfFixture("direct-6.12.merged.txt");
    const words = lines.flatMap((line, index): [number, number][] =>
      line.includes("CFG_MSI_DATA")
        ? [[index, lines.findLastIndex((each, at) => at < index && /_CTL/.test(each))]]
        : [],
    );
    expect(await notMissed(lines, words, (merged) => replayRecording({ merged, entry: "x86-shipped-guard" }))).toEqual(
      [],
    );
  });

  test("the last word of a masked device's rewrite, the first one's too", async () => {
    const lines = linesOfFixture("masked-6.12.qemu.log.gz");
    const [data] = lines.flatMap((line, index) => (/8 value .*msix-table/.test(line) ? [index] : []));
    const { flaws } = await withFile(lines.toSpliced(data!, 1), (qemu) =>
      replayRecording({ qemu, threads: fixture("masked-6.12.threads.txt"), entry: "x86-shipped-guard" }),
    );
    // The unmasked device misses it. The line is that of the mask before it.
    expect(flaws.map(({ line }) => line)).toContain(data! + 1 - 3);
  });

  test("where an IPI goes, or that it is sent", async () => {
    const lines = linesOfFixture("direct-6.12.qemu.log.gz");
    // Of the first of a CPU, what was before is not known.
    const halves = pairs(lines, /apic_mem_writel 0x3[01]0/, threadOf).filter(([at]) =>
      lines.slice(0, at).some((line) => line.includes("writel 0x310") && threadOf(line) === threadOf(lines[at]!)),
    );
    expect(
      await notMissed(lines, halves, (qemu) =>
        replayRecording({ qemu, threads: fixture("direct-6.12.threads.txt"), entry: "x86-shipped-guard" }),
      ),
    ).toEqual([]);
  });

  test("the bit that masks a device, or unmasks it", async () => {
    const lines = linesOfFixture("masked-6.12.qemu.log.gz");
    const masks = pairs(lines, /c value 0x[01] size 4 name 'msix-table'/, () => "").slice(1);
    expect(
      await notMissed(lines, masks, (qemu) =>
        replayRecording({ qemu, threads: fixture("masked-6.12.threads.txt"), entry: "x86-shipped-guard" }),
      ),
    ).toEqual([]);
  });
});
