/** The program itself, with a model whose recipe, which is not read, starts something that fails when the check is over. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { temporaryFolder } from "./run.ts";

const program = new URL("../../bin/irqproof.js", import.meta.url).pathname;
const built = existsSync(new URL("../../dist/program/main.cjs", import.meta.url));

const folder = temporaryFolder();
afterAll(() => folder.remove());

test.runIf(built)("what a recipe has started and left fails in one sentence, and without a verdict's status", () => {
  const file = folder.write(
    "late.ts",
    `import { boolean, model, record } from "irqproof/checker";
    const fail = () => { throw new Error("too late"); };
    export default model({
      name: "late",
      state: record({ on: boolean }),
      initial: { on: false },
      actions: { toggle: { then: (draft) => { if (/late/.test("late")) setTimeout(fail); draft.on = !draft.on; } } },
      properties: ({ always }) => ({ held: always("whatever happens", () => true) }),
    });`,
  );
  const { status, stderr } = spawnSync(process.execPath, [program, "check", file]);
  expect(String(stderr)).toBe("irqproof: something failed that nobody waited for: too late\n");
  expect(status).toBe(2);
});
