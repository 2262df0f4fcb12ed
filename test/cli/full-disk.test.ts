/** The program itself, writing to a device that is always full. */
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { expect, test } from "vitest";

const program = new URL("../../bin/irqproof.js", import.meta.url).pathname;
const built = existsSync(new URL("../../dist/program/main.cjs", import.meta.url));

test.runIf(built && existsSync("/dev/full"))("an output that cannot be written is one sentence, and no verdict", () => {
  const full = openSync("/dev/full", "w");
  const { status, stderr } = spawnSync(process.execPath, [program, "list"], { stdio: ["ignore", full, "pipe"] });
  closeSync(full);
  expect(String(stderr)).toMatch(/^irqproof: cannot write the output: ENOSPC[^\n]*\n$/);
  expect(status).toBe(2);
});
