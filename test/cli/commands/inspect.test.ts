import { describe, expect, test } from "vitest";
import { irqproof } from "../run.ts";

describe("irqproof inspect", () => {
  test("shows each action and property within 80 columns", async () => {
    const { out: stdout, status } = await irqproof(["inspect", "x86-direct"]);
    expect(status).toBe(0);
    const lines = stdout.split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.find((line) => line.startsWith("device.raise(device=0)"))).toMatch(/compiled$/);
    expect(lines.some((line) => line.startsWith("no-interrupt-lost"))).toBe(true);
  });

  test("names the cells that are read and written", async () => {
    const { out: stdout } = await irqproof(["inspect", "x86-direct", "--cells"]);
    expect(stdout).toMatch(
      /move\.write_address\(irq=0\) \(compiled\)\n {4}reads (?:[^\n]|\n {4}(?!writes))*irq\[0\]\.migration\.step/,
    );
    expect(stdout).toMatch(/writes (?:[^\n]|\n {4})*device\[0\]\.address/);
  });

  test("prints JSON", async () => {
    const { out: stdout } = await irqproof(["inspect", "x86-direct", "--cpus", "3", "--json"]);
    const inspection = JSON.parse(stdout) as {
      parameters: { cpus: number };
      functions: { name: string; reads: string[] }[];
    };
    expect(inspection.parameters.cpus).toBe(3);
    const raise = inspection.functions.find(({ name }) => name === "device.raise(device=0)");
    expect(raise?.reads).toContain("device[0].address");
  });
});
