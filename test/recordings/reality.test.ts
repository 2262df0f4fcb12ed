/** Recordings of unchanged kernels that were judged wrongly once: what a person or a serial line does to a recording. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { replayRecording } from "../../recordings/index.ts";
import { irqproof } from "../cli/run.ts";
import { fixture, linesOfFixture, resultsOf, withFile } from "./recordings.ts";

const offline = {
  qemu: fixture("offline-6.12.qemu.log.gz"),
  guest: fixture("offline-6.12.guest.txt.gz"),
  threads: fixture("offline-6.12.threads.txt"),
};
const masked = {
  qemu: fixture("masked-6.12.cleanup.qemu.log.gz"),
  threads: fixture("masked-6.12.cleanup.threads.txt"),
};
const twoStep = "two-step-6.1.qemu.log";
const twoStepThreads = fixture("two-step-6.1.threads.txt");

test("four CPUs: a stock kernel's moves fit the guard as shipped, with address and data or one word", async () => {
  const report = await replayRecording({
    qemu: fixture("four-cpus-6.12.qemu.log.gz"),
    threads: fixture("four-cpus-6.12.threads.txt"),
    entry: "x86-shipped-guard",
  });
  expect(report.machine).toMatchObject({ cpus: 4, hotplug: false });
  expect(report.strategies).toMatchObject([
    { strategy: "direct, address first", moves: 27 },
    { strategy: "one word", moves: 23 },
  ]);
  expect(report.verdict).toBe("fits");
  const [result] = resultsOf(report);
  expect(result).toMatchObject({ moves: 50, contradictions: 0 });
  // Four CPUs have more states that fit, but not many.
  expect(result!.most).toBeLessThan(2000);
}, 60_000);

describe("a CPU goes offline", () => {
  test("with eight devices that move at once: each is explained, and the loss has its device, command and vector", async () => {
    const report = await replayRecording({
      qemu: fixture("offline-eight-6.12.qemu.log.gz"),
      threads: fixture("offline-eight-6.12.threads.txt"),
      entry: "x86-offline-direct",
    });
    // Other devices' requests, IPIs and ends are among the lines of each.
    expect(report.flaws).toEqual([]);
    expect(report.verdict).toBe("fits");
    const results = resultsOf(report);
    expect(results).toHaveLength(8);
    for (const { contradictions, moves } of results)
      expect({ contradictions, moves }).toEqual({ contradictions: 0, moves: expect.any(Number) });
    // Moves by a task and in the interrupt both fit what is recorded.
    expect(results.flatMap(({ as }) => as)).not.toContain("moves by a task");
    const [stall, ...more] = report.stalls;
    expect(more).toEqual([]);
    expect(stall).toMatchObject({ device: "00:06.0", hit: { to: { cpu: 0, vector: 32 } } });
    expect(stall!.hit.command).toMatch(
      /^ahci 0xfebfd138 <- 0x400: port 0, command slot 10 \(line \d+, 10538 us before\)$/,
    );
    // On the new CPU the old vector is another controller's: two devices have one target for a moment.
    expect(resultsOf(report).reduce((sum, { strayCount }) => sum + strayCount, 0)).toBe(1);
  });

  test("the recording explains x86-offline-direct and no other entry with CPUs that go offline", async () => {
    const report = await replayRecording(offline);
    expect(report.machine).toMatchObject({ hotplug: true });
    expect(report.verdict).toBe("fits");
    const results = resultsOf(report);
    expect(results.filter(({ contradictions }) => contradictions === 0).map(({ entry }) => entry)).toEqual([
      "x86-offline-direct",
    ]);
    expect(results.map(({ entry }) => entry)).toContain("x86-offline");
  });

  test("the loss has its message, its command slot and its 30.4 s, and nothing carries it in any state", async () => {
    const report = await replayRecording({ ...offline, entry: "x86-offline-direct" });
    expect(report.flaws).toEqual([]);
    expect(report.stalls).toHaveLength(1);
    const [stall] = report.stalls;
    expect(stall).toMatchObject({ move: 4, hit: { to: { cpu: 0, vector: 32 } } });
    expect(stall!.hit.command).toContain("command slot 24");
    expect(stall!.to! - stall!.from).toBeCloseTo(30.41, 2);
    const [stray] = resultsOf(report)[0]!.strays;
    expect(stray!.lost).toBe(stray!.states);
  });

  test("moves in fixup_irqs have no tracepoints and no handler that follows", async () => {
    const report = await replayRecording({ ...offline, entry: "x86-offline-direct" });
    const [hit] = report.interesting;
    expect(hit!.guest).toMatchObject({ hardIrq: false, handlerFollows: false });
    // The trace ends behind the last of them: what follows that is not known.
    expect(report.guest).toMatchObject({ moves: 6, withHandler: 3, withoutHandler: 2 });
  });

  test("status 1, and the report names what happened", async () => {
    const { status, out } = await irqproof([
      "replay",
      ...Object.entries(offline).flatMap(([option, file]) => [`--${option}`, file]),
      "--entry",
      "x86-offline-direct",
      "--migration",
      "4",
    ]);
    expect(status).toBe(1);
    const text = out.replaceAll(/\s+/g, " ");
    expect(text).toContain("STALE: 00:1f.2 raises at line 283, in move 4, to CPU0/32");
    expect(text).toContain("no handler follows: not moved in an interrupt");
    // Each recorded step of the chart has its line; what no line shows is marked.
    expect(out).toMatch(/write_address\(CPU0\) @\d+\n/);
    expect(out).toMatch(/~ CPU goes offline: all CPUs stopped\n/);
    expect(out).not.toContain("EBUSY, -");
  });

  test("an entry whose moves off the CPU are two steps contradicts it at the first such move", async () => {
    const report = await replayRecording({ ...offline, entry: "x86-offline" });
    expect(report.verdict).toBe("contradiction");
  });
});

describe("a cleanup between the mask and the words", () => {
  test("of a move on another CPU is explained", async () => {
    const report = await replayRecording({ ...masked, entry: "x86-shipped-guard" });
    expect(report.verdict).toBe("fits");
    expect(report.qemu).toMatchObject({ refused: 40, unchanged: 1 });
    expect(resultsOf(report)[0]).toMatchObject({ moves: 3, contradictions: 0 });
  });

  test("that comes too late for the move is not", async () => {
    const lines = linesOfFixture("masked-6.12.cleanup.qemu.log.gz");
    const cleanup = lines.findLastIndex((line) => line.startsWith("20706@") && line.includes("apic_mem_readl 0x210"));
    const words = lines.findIndex((line, at) => at > cleanup && line.includes("addr 0xfebf7008"));
    // Behind the data of the move: it would have been refused.
    const read = lines[cleanup]!.replace(/@[^:]*/, lines[words]!.match(/@[^:]*/)![0]);
    const late = lines.toSpliced(words + 1, 0, read).toSpliced(cleanup, 1);
    const report = await withFile(late, (qemu) => replayRecording({ ...masked, qemu, entry: "x86-shipped-guard" }));
    expect(report.verdict).toBe("contradiction");
  });
});

describe("trace events that are switched off or on one after the other", () => {
  test("raises first, and everything off and on again in between", async () => {
    const qemu = fixture("imsic-6.12.switched-off.qemu.log.gz");
    const report = await replayRecording({ qemu, entry: "imsic-original" });
    expect({ flaws: report.flaws, verdict: report.verdict }).toEqual({ flaws: [], verdict: "fits" });
  });

  const events = {
    "ends and IPIs": "apic_mem_writel",
    "request bits": "apic_mem_readl",
    messages: "apic_deliver_irq",
    "words of messages": "pci_cfg_write",
  };
  test.each(Object.entries(events))("%s first, at the end", async (_, event) => {
    const lines = linesOfFixture(twoStep);
    const at = Math.floor(lines.length * 0.6);
    const cut = lines.filter((line, index) => index < at || !line.includes(`:${event} `));
    expect(cut.length).toBeLessThan(lines.length);
    const report = await withFile(cut, (qemu) =>
      replayRecording({ qemu, threads: twoStepThreads, entry: "x86-two-step" }),
    );
    expect({ flaws: report.flaws, verdict: report.verdict }).toEqual({ flaws: [], verdict: "fits" });
  });

  test.each(Object.entries(events).slice(0, 3))("%s last, at the start", async (_, event) => {
    const lines = linesOfFixture(twoStep);
    const at = Math.floor(lines.length * 0.4);
    const cut = lines.filter((line, index) => index > at || !line.includes(`:${event} `));
    expect(cut.length).toBeLessThan(lines.length);
    const report = await withFile(cut, (qemu) =>
      replayRecording({ qemu, threads: twoStepThreads, entry: "x86-two-step" }),
    );
    expect({ flaws: report.flaws, verdict: report.verdict }).toEqual({ flaws: [], verdict: "fits" });
  });

  test("an event that comes back was not off: what is missing in between is missed", async () => {
    const lines = linesOfFixture("imsic-6.12.switched-off.qemu.log.gz");
    // Which raises are the device's is known from its first rewrite on.
    const rewrite = lines.findIndex((line) => line.includes("@0x8c <-"));
    const third = lines.findIndex((line, at) => at > rewrite + 4 && line.includes("ahci_irq_raise"));
    const report = await withFile(lines.toSpliced(third, 1), (qemu) =>
      replayRecording({ qemu, entry: "imsic-original" }),
    );
    expect(report.flaws).not.toEqual([]);
  });
});

describe("files", () => {
  test("a threads file of another recording is refused, also where the log has CPU numbers", async () => {
    const { status, err } = await irqproof([
      "replay",
      "--qemu",
      fixture("imsic-6.12.switched-off.qemu.log.gz"),
      "--threads",
      fixture("direct-6.12.threads.txt"),
    ]);
    expect(status).toBe(2);
    expect(err).toMatch(/thread \d+ runs CPU \d+ but is not in the threads file, which belongs to another recording/);
  });

  test("CR LF is read as LF is", async () => {
    const { guest, qemu, threads } = offline;
    const dos = linesOfFixture("offline-6.12.guest.txt.gz").map((line) => `${line}\r`);
    const report = await withFile(dos, (file) =>
      replayRecording({ qemu, threads, guest: file, entry: "x86-offline-direct" }),
    );
    const { lines, moves } = (await replayRecording({ qemu, threads, guest, entry: "x86-offline-direct" })).guest!;
    expect(report.guest).toMatchObject({ lines, moves });
  });

  test("a pipe is refused with the reason", async () => {
    const folder = mkdtempSync(join(tmpdir(), "irqproof-pipe-"));
    try {
      const pipe = join(folder, "pipe");
      execFileSync("mkfifo", [pipe]);
      const { status, err } = await irqproof(["replay", "--guest", pipe]);
      expect(status).toBe(2);
      expect(err).toContain("this is a pipe, but a recording is read twice: save it to a file first");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("what a device is called cannot act on a terminal", async () => {
    const hostile = linesOfFixture("offline-6.12.qemu.log.gz").map((line) =>
      line.replace("ich9-ahci 00:1f.2", "ich9\u001b[31mPWN\u001b]0;x\u0007 00:1f.2"),
    );
    const { out } = await withFile(hostile, (qemu) =>
      irqproof(["replay", "--qemu", qemu, "--threads", offline.threads, "--entry", "x86-offline-direct"], {
        terminal: true,
      }),
    );
    expect(out).toContain("ich9\\u{1b}[31mPWN\\u{1b}]0;x\\u{7} 00:1f.2");
    expect(out).not.toContain("\u0007");
    expect(out).not.toContain("\u001b]0");
  });

  test("a trace with the kernel's own tracepoints only says what is missing", async () => {
    const own = linesOfFixture("offline-6.12.guest.txt.gz").filter(
      (line) => !/: (msi_|move_masked|retrigger)/.test(line),
    );
    const { out } = await withFile(own, (guest) => irqproof(["replay", "--guest", guest]));
    const text = out.replaceAll(/\s+/g, " ");
    expect(text).toContain("no line of msi_write, msi_setaff and msi_setaff_ret");
    expect(text).toContain("recordings/capture/guest.sh");
    expect(text).not.toContain("rewritten once");
  });
});

test("entries that explain a recording alike are told with where they are from", async () => {
  const { out } = await irqproof(["replay", "--qemu", fixture(twoStep), "--threads", twoStepThreads]);
  expect(out).toContain("The recording does not distinguish these entries");
  expect(out.replaceAll(/\s+/g, " ")).toContain(
    "x86-two-step: two-step update with IRR check (msi_set_affinity; 6f1a4891a592 (v5.6))",
  );
  expect(out).toMatch(/messages of the device during moves: before the first changed word/);
});
