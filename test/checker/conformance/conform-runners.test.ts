/** `conform` is one call in a test of another runner too: node:test reports a failure with its chart. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { temporaryFolder } from "../../cli/run.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const folder = temporaryFolder();
afterAll(() => folder.remove());

const FILE = `
import assert from "node:assert";
import { test } from "node:test";
import { createJiti } from "${root}node_modules/jiti/lib/jiti.mjs";

const jiti = createJiti(import.meta.url, { fsCache: false, alias: { "irqproof/checker": "${root}checker/index.ts" } });
const { conform } = await jiti.import("irqproof/checker");
const { default: queue, correct, faulty } = await jiti.import("${root}examples/conformance/bounded-queue.ts");

test("the correct queue", async () => {
  const { runs } = await conform(queue, correct);
  assert.equal(runs, 100);
});
test("the faulty queue", () => conform(queue, faulty, { seed: 7 }));
`;

test("node:test", () => {
  const file = folder.write("queue.test.mjs", FILE);
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { status, stdout } = spawnSync(process.execPath, ["--test", "--test-reporter=tap", file], {
    encoding: "utf8",
    env: { ...env, NODE_TEST_CONTEXT: undefined },
  });
  expect(status).toBe(1);
  expect(stdout).toMatch(/^ *ok \d+ - the correct queue$/m);
  expect(stdout).toMatch(/^ *not ok \d+ - the faulty queue$/m);
  expect(stdout).toContain("The system does not conform to model bounded-queue: in a run of 5 calls,");
  expect(stdout).toContain("{ seed: 7 }");
});

test("vitest: the call is the test", async () => {
  const { conform } = await import("../../../checker/index.ts");
  const { default: queue, correct, faulty } = await import("../../../examples/conformance/bounded-queue.ts");
  await conform(queue, correct, { runs: 5 });
  await expect(conform(queue, faulty)).rejects.toThrow("The system does not conform to model bounded-queue");
});
