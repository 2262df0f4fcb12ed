import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { replayRecording, type RecordingReport } from "../../recordings/index.ts";
import { irqproof } from "../cli/run.ts";
import { fixture, linesOfFixture, resultsOf, withFile } from "./recordings.ts";

const twoStep = {
  qemu: fixture("two-step-6.1.qemu.log"),
  guest: fixture("two-step-6.1.guest.txt"),
  threads: fixture("two-step-6.1.threads.txt"),
};
const direct = { qemu: fixture("direct-6.12.qemu.log.gz"), threads: fixture("direct-6.12.threads.txt") };
const imsic = { qemu: fixture("imsic-6.12.qemu.txt.gz") };

function explaining(report: RecordingReport): string[] {
  return resultsOf(report)
    .filter(({ contradictions, moves }) => contradictions === 0 && moves > 0)
    .map(({ entry }) => entry);
}

describe("a two-step recording", () => {
  test("fits the two-step entry with the cleanup that it shows, and no direct one", async () => {
    const report = await replayRecording(twoStep);
    expect(report.verdict).toBe("fits");
    expect(report.strategies).toMatchObject([{ strategy: "two-step", moves: 3 }]);
    expect(report.sums).toMatchObject({ checked: 3, checkedOne: 0, cleanups: 3, misdirected: 0 });
    expect(explaining(report)).toContain("x86-two-step");
    expect(explaining(report)).toContain("x86-cleanup-ipi");
    for (const entry of ["x86-direct-in-irq", "x86-shipped-guard", "x86-two-step-no-check", "x86-cleanup-timer"]) {
      expect(explaining(report)).not.toContain(entry);
    }
    // The guest's trace says that it moves in an interrupt, so no entry that moves in a task is asked.
    expect(resultsOf(report).map(({ entry }) => entry)).not.toContain("x86-direct");
  });

  test("its device, its CPUs and its kinds of line are found in it", async () => {
    const report = await replayRecording({ ...twoStep, entry: "x86-two-step" });
    expect(report.machine).toMatchObject({
      controller: "local-apic",
      cpus: 2,
      destinations: "logical",
      cleanup: "ipi",
    });
    expect(report.replayed[0]!.device).toMatchObject({ form: "MSI", capability: 0x40, wide: true, maskable: false });
    expect(report.paired).toBe(7);
    expect(Object.fromEntries(report.qemu!.unused)).toMatchObject({ "apic_mem_writel 0x380": 30 });
  });

  test("every window of a merged file is replayed, and each hit is where the file marks it", async () => {
    const name = "two-step-6.1.merged.txt";
    const report = await replayRecording({ merged: fixture(name), entry: "x86-two-step" });
    expect(report.verdict).toBe("fits");
    expect(report.sums).toMatchObject({ intermediateMoves: 6, checkedOne: 6, retriggers: 6, swallowed: 6 });
    const marked = linesOfFixture(name).flatMap((line, index) => (line.includes("<== HIT") ? [index + 1] : []));
    const hits = report.interesting.flatMap((move) => move.hits.map(({ line }) => line));
    expect(marked).toHaveLength(6);
    for (const line of marked) expect(hits).toContain(line);
  });
});

describe("a direct recording", () => {
  test("fits the shipped guard, contradicts two steps, and has its misdirected message", async () => {
    const report = await replayRecording(direct);
    expect(report.verdict).toBe("fits");
    expect(report.strategies).toMatchObject([{ strategy: "direct, address first", moves: 2, hit: 1 }]);
    expect(report.interesting[0]!.hits).toMatchObject([{ kind: "misdirected", to: { cpu: 0, vector: 37 } }]);
    expect(explaining(report)).toContain("x86-shipped-guard");
    expect(explaining(report)).not.toContain("x86-two-step");
  });

  test("in the interrupt something still leads to the handler; in a task nothing need to", async () => {
    const merged = fixture("direct-6.12.merged.txt");
    const inInterrupt = await replayRecording({ merged, entry: "x86-shipped-guard" });
    const inTask = await replayRecording({ merged, entry: "x86-direct" });
    expect(resultsOf(inInterrupt)[0]!.strays).toHaveLength(6);
    expect(resultsOf(inInterrupt)[0]!.strays.every(({ lost }) => lost === 0)).toBe(true);
    expect(resultsOf(inTask)[0]!.strays.some(({ lost }) => lost > 0)).toBe(true);
  });

  test("the first contradiction lists the allowed lines, and shows a run until then", async () => {
    const first = resultsOf(await replayRecording({ ...direct, entry: "x86-two-step" }))[0]!.first!;
    expect(first.recorded).toBe("CPU0 writes the address: CPU1");
    expect(first.allowed).toContain("CPU0 writes the data: vector 37");
    expect(first.run!.steps.map(({ action }) => action)).toContain("move.mark_retriggered");
  });
});

describe("an IMSIC recording", () => {
  test("fits the driver of that kernel, and names the raise that went astray with its command", async () => {
    const report = await replayRecording(imsic);
    expect(report.verdict).toBe("fits");
    expect(explaining(report)).toEqual(["imsic-original"]);
    expect(report.stalls).toMatchObject([
      { hit: { line: 102, to: { cpu: 0, vector: 3 }, command: expect.stringContaining("command slot 16") as string } },
    ]);
  });
});

/** MSI-X as QEMU logs it: kernels mask the entry, rewrite it twice and unmask it. */
function msix(mask: boolean): string[] {
  const at = (line: number, thread: number): string => `${thread}@5.${String(line).padStart(6, "0")}:`;
  const table = (offset: number, value: number): string =>
    `memory_region_ops_write cpu 0 mr 0x55 addr 0xfebf30${offset.toString(16).padStart(2, "0")} value 0x${value.toString(16)} size 4 name 'msix-table'`;
  const message = "apic_deliver_irq dest 0 dest_mode 0 delivery_mode 0 vector 40 trigger_mode 0";
  const rewrite = (address: number, data: number): string[] => [
    table(0x10, address),
    table(0x14, 0),
    table(0x18, data),
  ];
  const body = [
    ...rewrite(0xfee00000, 40),
    message,
    "memory_region_ops_write cpu 1 mr 0x77 addr 0x10 value 0x0 size 4 name 'nic'",
    ...(mask ? [table(0x1c, 1)] : []),
    ...rewrite(0xfee00000, 41),
    ...rewrite(0xfee01000, 41),
    "apic_mem_readl 0x210 = 0x00000000",
    ...(mask ? [table(0x1c, 0)] : []),
    "apic_mem_writel 0xb0 = 0x00000000",
    "apic_deliver_irq dest 1 dest_mode 0 delivery_mode 0 vector 41 trigger_mode 0",
  ];
  return body.map((text, line) => at(line, text.includes("cpu 1") ? 1002 : 1001) + text);
}

describe("MSI-X", () => {
  test("an entry of the table is a device, masked around its two steps", async () => {
    const report = await withFile(msix(true), (qemu) => replayRecording({ qemu }));
    expect(report.replayed[0]!.device).toMatchObject({ form: "MSI-X", maskable: true });
    expect(report.strategies).toMatchObject([{ strategy: "masked, two-step", moves: 1 }]);
    expect(explaining(report)).toContain("x86-shipped-guard");
  });

  test("without the mask no entry for maskable devices that masks explains it", async () => {
    const report = await withFile(msix(false), (qemu) => replayRecording({ qemu, entry: "x86-shipped-guard" }));
    expect(report.verdict).toBe("contradiction");
    expect(resultsOf(report)[0]!.first!.allowed).toContain("CPU0 masks the device");
  });
});

describe("a recording of MSI-X", () => {
  const masked = { qemu: fixture("masked-6.12.qemu.log.gz"), threads: fixture("masked-6.12.threads.txt") };
  const lines = linesOfFixture("masked-6.12.qemu.log.gz");

  test("fits the shipped guard, which masks and takes two steps, with its refused moves", async () => {
    const report = await replayRecording(masked);
    expect(report.verdict).toBe("fits");
    expect(report.strategies).toMatchObject([{ strategy: "masked, two-step", moves: 5 }]);
    expect(report.qemu).toMatchObject({ refused: 8, unchanged: 1 });
    expect(explaining(report)).toEqual(["x86-shipped-guard"]);
  });

  test("a move that is refused with nothing in its way contradicts it", async () => {
    // The interrupt is accepted, and then masked and unmasked on its CPU; its old vector was given back long before.
    const last = lines.findLastIndex((line) => line.includes("apic_deliver_irq"));
    const write = lines.find((line) => line.includes("msix-table"))!;
    const [, event] = /:(.*) addr 0x/.exec(write)!;
    const [stamp] = lines[last]!.split(":");
    const corrupted = lines.toSpliced(
      last + 1,
      0,
      ...[1, 0].map(
        (value) =>
          `${stamp}:${event!.replace("cpu 0", "cpu 1")} addr 0xfebfb00c value 0x${value} size 4 name 'msix-table'`,
      ),
    );
    const report = await withFile(corrupted, (qemu) =>
      replayRecording({ ...masked, qemu, entry: "x86-shipped-guard" }),
    );
    expect(report.verdict).toBe("contradiction");
    expect(resultsOf(report)[0]!.first).toMatchObject({
      line: last + 3,
      recorded: "CPU1 unmasks the device after a move that is refused (-EBUSY)",
    });
  });
});

describe("a vector that changes on the same CPU", () => {
  test("is one word, and messages to it are not astray, though the device is silent for long", async () => {
    let line = 0;
    const log = (thread: number, text: string, seconds = 1): string =>
      `${thread}@${seconds}.${String(line++).padStart(6, "0")}:${text}`;
    const rewrite = (cpu: number, vector: number): string[] =>
      [`52 <- 0x81`, `54 <- 0xfee0${cpu}000`, `58 <- 0x0`, `5c <- 0x${vector.toString(16)}`].map((word) =>
        log(200, `pci_cfg_write nic 03:00.0 @0x${word}`),
      );
    const message = (vector: number, seconds?: number): string =>
      log(100, `apic_deliver_irq dest 0 dest_mode 0 delivery_mode 0 vector ${vector} trigger_mode 0`, seconds);
    const lines = [
      log(201, "apic_mem_writel 0x380 = 0x00000000"),
      ...rewrite(0, 40),
      ...Array.from({ length: 6 }, () => message(40)),
      ...rewrite(0, 41),
      message(41),
      log(200, "apic_mem_writel 0xb0 = 0x00000000"),
      message(41),
      message(41, 60),
      log(200, "apic_mem_writel 0xb0 = 0x00000000", 60),
      ...rewrite(1, 42).map((text) => text.replace("@1.", "@61.")),
    ];
    const report = await withFile(lines, (qemu) => replayRecording({ qemu, entry: "x86-shipped-guard" }));
    expect(report.strategies.map(({ strategy, moves, hit }) => [strategy, moves, hit])).toContainEqual([
      "one word",
      1,
      0,
    ]);
    expect(report.sums).toMatchObject({ misdirected: 0, intermediate: 0 });
    expect(report.stalls).toEqual([]);
  });
});

describe("two devices that move", () => {
  test("each is replayed by itself; one that never moves is only observed", async () => {
    const lines = linesOfFixture("two-step-6.1.qemu.log").slice(40, 330);
    // The same again for another device, at other vectors; and one that is only set up.
    const other = lines.flatMap((line) => {
      if (/pci_cfg_write/.test(line)) {
        return [
          line
            .replace("edu 00:02.0", "nic 03:00.0")
            .replace(/@0x4c <- 0x(\w+)/, (_, v: string) => `@0x4c <- 0x${(Number.parseInt(v, 16) + 64).toString(16)}`),
        ];
      }
      return [];
    });
    const stamp = lines[0]!.slice(0, lines[0]!.indexOf(":"));
    const idle = other
      .slice(0, 4)
      .map((line) => stamp + line.slice(line.indexOf(":")).replace("nic 03:00.0", "idle 04:00.0"));
    const both = lines.flatMap((line) => {
      if (!line.includes("pci_cfg_write")) return [line];
      // Behind the whole rewrite: each device is rewritten by itself.
      return line.includes("@0x4c")
        ? [line, ...other.splice(0, 4).map((copy) => line.slice(0, line.indexOf(":")) + copy.slice(copy.indexOf(":")))]
        : [line];
    });
    const report = await withFile([...idle, ...both], (qemu) =>
      replayRecording({ qemu, threads: twoStep.threads, entry: "x86-two-step" }),
    );
    expect(report.flaws).toEqual([]);
    expect(report.replayed.map(({ device, moves }) => [device.title, moves])).toEqual([
      ["edu 00:02.0", report.replayed[0]!.moves],
      ["nic 03:00.0", report.replayed[0]!.moves],
    ]);
    expect(report.machine!.devices.map(({ title, changes }) => [title, changes > 0])).toContainEqual([
      "idle 04:00.0",
      false,
    ]);
    expect(resultsOf(report).map(({ device }) => device)).toEqual(["00:02.0", "03:00.0"]);
  });
});

describe("the command", () => {
  test("text of at most 80 columns, and status 0 when it fits", async () => {
    const { status, out } = await irqproof(["replay", "--qemu", direct.qemu, "--threads", direct.threads]);
    expect(status).toBe(0);
    expect(out).toContain("1 misdirected message in 1 move");
    expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  test("status 1 for a contradiction, with the chart of the last steps", async () => {
    const { status, out } = await irqproof(["replay", "--qemu", direct.qemu, "--entry", "x86-two-step"]);
    expect(status).toBe(1);
    expect(out.replace(/\s+/g, " ")).toContain("the nearest allows: CPU0 writes the data: vector 37");
    expect(out).toContain("mark CPU0/vector");
  });

  test("status 1 when a device went stale, though the recording fits", async () => {
    const { status, out } = await irqproof(["replay", "--qemu", imsic.qemu, "--json"]);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ schema: 1, verdict: "fits", status: 1, stalls: [{ move: 2 }] });
  });

  test("--migration draws a run that fits", async () => {
    const { out } = await irqproof([
      "replay",
      "--merged",
      fixture("two-step-6.1.merged.txt"),
      "--entry",
      "x86-two-step",
      "--migration",
      "1",
    ]);
    expect(out).toContain("Migration 1, as a fitting run of x86-two-step");
    expect(out).toMatch(/retrigger: IPI to CPU0/);
  });

  test("the guest's trace alone shows strategies, and is compared with nothing", async () => {
    const { status, out } = await irqproof(["replay", "--guest", twoStep.guest]);
    expect(status).toBe(3);
    expect(out).toContain("rewritten once (direct) 1, twice (two-step) 3");
    expect(out).toContain("followed by a handler on the same CPU 4, not followed by one 0");
  });

  test.each([
    [["replay"], "a recording is missing; give --qemu FILE"],
    [["replay", "--qemu", "/nowhere/q.log"], "no such file"],
    [["replay", "--qemu", twoStep.guest], "it looks like an ftrace text; use --guest"],
    [["replay", "--qemu", imsic.qemu, "--guest", direct.qemu], "it looks like a QEMU trace log; use --qemu"],
    [["replay", "--qemu", fixture("direct-6.12.merged.txt")], "it looks like a merged recording; use --merged"],
    [["replay", "--merged", twoStep.qemu], "this is not a merged recording"],
    [["replay", "--guest", twoStep.qemu], "this is not an ftrace text"],
    [["replay", "--qemu", twoStep.qemu, "--threads", direct.threads], "which belongs to another recording"],
    [["replay", "--qemu", twoStep.qemu, "--threads", twoStep.guest], "CPU #N: thread_id=N"],
    [["replay", "--qemu", twoStep.qemu, "--entry", "x86-two-stop"], "unknown entry x86-two-stop"],
    [["replay", "--qemu", twoStep.qemu, "--entry", "imsic-merged"], "cannot be compared with this recording"],
    [["replay", "--qemu", twoStep.qemu, "--entry", "x86-two-step", "--migration", "9"], "has 3 migrations"],
  ])("a mistake is reported in one sentence: %j", async (args, sentence) => {
    const { status, out, err } = await irqproof(args);
    expect(status).toBe(2);
    expect(out).toBe("");
    expect(err).toContain(sentence);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });

  test("a truncated file and a cut line are named", async () => {
    const packed = readFileSync(direct.qemu).subarray(0, 2000);
    await withFile(packed, async (qemu) => {
      expect((await irqproof(["replay", "--qemu", qemu])).err).toContain("the compressed data are truncated");
    });
    const lines = linesOfFixture("two-step-6.1.qemu.log").slice(0, 60);
    lines.push("18839@1795362150.068848:pci_cfg_write edu 00:02.0 @0x4");
    await withFile(lines, async (qemu) => {
      expect((await irqproof(["replay", "--qemu", qemu])).err).toContain(
        "line 61: this is not a complete pci_cfg_write line",
      );
    });
    await withFile(Buffer.from([1, 0, 2, 0]), async (qemu) => {
      expect((await irqproof(["replay", "--qemu", qemu])).err).toContain("this is not a text file");
    });
  });
});
