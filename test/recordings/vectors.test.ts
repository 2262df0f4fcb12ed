import { describe, expect, test } from "vitest";
import { replayRecording } from "../../recordings/index.ts";
import { resultsOf, withFile } from "./recordings.ts";

/**
 * Direct moves from CPU to CPU, each to a vector with a number of its own, as kernels log them: the interrupt, the rewrite
 * in it, its end, the first arrival on the new target, the cleanup on the old one.
 *
 * @param torn in every so many moves a message goes astray, and other interrupts end on all CPUs; 0: in none
 */
function manyMoves(moves: number, cpus: number, torn = 0): string[] {
  const lines: string[] = [];
  const log = (cpu: number, text: string): void => {
    lines.push(`${200 + cpu}@1.${String(lines.length).padStart(6, "0")}:${text}`);
  };
  const write = (cpu: number, offset: number, value: number): void =>
    log(cpu, `pci_cfg_write nic 03:00.0 @0x${offset.toString(16)} <- 0x${value.toString(16)}`);
  const rewrite = (by: number, cpu: number, vector: number, stray = 0): void => {
    write(by, 0x52, 0x81);
    write(by, 0x54, 0xfee00000 + cpu * 0x1000);
    if (stray > 0) message(cpu, stray);
    write(by, 0x58, 0);
    write(by, 0x5c, vector);
  };
  const message = (cpu: number, vector: number): void =>
    log(-100, `apic_deliver_irq dest ${cpu} dest_mode 0 delivery_mode 0 vector ${vector} trigger_mode 0`);
  for (let cpu = 0; cpu < cpus; cpu++) log(cpu, "apic_mem_writel 0x380 = 0x00000000");
  let cpu = 0;
  let vector = 40;
  rewrite(0, cpu, vector);
  for (let move = 0; move < moves; move++) {
    const next = (cpu + 1 + (move % (cpus - 1))) % cpus;
    const to = vector === 200 ? 40 : vector + 1;
    message(cpu, vector);
    const isTorn = torn > 0 && move % torn === 0;
    rewrite(cpu, next, to, isTorn ? vector : 0);
    log(cpu, "apic_mem_writel 0xb0 = 0x00000000");
    message(next, to);
    log(next, "apic_mem_writel 0xb0 = 0x00000000");
    log(cpu, `apic_mem_readl 0x${(0x200 + (vector >> 5) * 16).toString(16)} = 0x00000000`);
    for (let end = 0; end < (torn > 0 ? 12 : 0); end++) {
      for (let other = 0; other < cpus; other++) log(other, "apic_mem_writel 0xb0 = 0x00000000");
    }
    cpu = next;
    vector = to;
  }
  return lines;
}

describe("CPUs and vectors of the machine", () => {
  test.each(process.env["IRQPROOF_LONG"] === undefined ? [2, 4] : [2, 4, 7])(
    "%i CPUs and far more vectors than the model has",
    async (cpus) => {
      const report = await withFile(manyMoves(24, cpus), (qemu) =>
        replayRecording({ qemu, entry: "x86-shipped-guard" }),
      );
      expect(report.machine).toMatchObject({ cpus, threads: "taken in order of their ids" });
      expect(report.strategies).toMatchObject([{ strategy: "direct, address first", moves: 24 }]);
      expect(resultsOf(report)[0]).toMatchObject({ moves: 24, contradictions: 0, outOfVectors: 0 });
      expect(report.verdict).toBe("fits");
    },
  );

  // The states that fit would double with each message without a handler, if it could be pending for ever.
  test("4 CPUs with a message astray in every second move: few states fit at once", async () => {
    const report = await withFile(manyMoves(30, 4, 2), (qemu) => replayRecording({ qemu, entry: "x86-shipped-guard" }));
    expect(report.verdict).toBe("fits");
    const [result] = resultsOf(report);
    expect(result).toMatchObject({ moves: 30, contradictions: 0, strayCount: 15 });
    expect(result!.most).toBeLessThan(2000);
  });
});
