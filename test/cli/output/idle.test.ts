/** Models without steps: "holds" does not stand alone. */
import { afterAll, expect, test } from "vitest";
import { irqproof, temporaryFolder } from "../run.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const lastOf = (out: string): string => out.trimEnd().split("\n").at(-1)!;

/** A scheme whose program begins with a step that is never enabled, or does not. */
const scheme = (waits: boolean): string => `
import { steps } from "irqproof/model";
import { scheme } from "irqproof/properties";
const { writeMessage } = steps;
export default scheme({
  name: "own",
  title: "own",
  strategy: {
    context: { kind: "interrupt" },
    program: [
      ${waits ? `{ name: "wait", label: () => "wait", when: (state) => state.vectorLock, then: () => {} },` : ""}
      ...writeMessage("new-cpu"),
    ],
  },
});
`;

test("a scheme of which no step is ever taken", async () => {
  const { out } = await irqproof(["check", folder.write("waits.ts", scheme(true)), "--property", "no-stray"]);
  expect(lastOf(out)).toMatch(
    /^own: no-stray holds, but no step (of the program is ever )?taken; \d+ states; [0-9a-f]{12}$/,
  );
  expect(out).toContain("no step of the program is ever taken, so the verdicts are vacuous\n");
  const sound = await irqproof(["check", folder.write("moves.ts", scheme(false)), "--property", "no-deadlock"]);
  expect(lastOf(sound.out)).toMatch(/^own: no-deadlock holds; /);
  expect(sound.out).not.toContain("no step of the program");
});

test("a model in which nothing is possible", async () => {
  const file = folder.write(
    "still.ts",
    `import { model, range, record } from "irqproof/checker";
export default model({
  name: "still",
  state: record({ count: range(0, 3) }),
  initial: { count: 0 },
  actions: { up: { when: ({ count }) => count > 0, then: (draft) => void draft.count++ } },
  properties: ({ always }) => ({ low: always("low", ({ count }) => count < 2) }),
});`,
  );
  const { status, out } = await irqproof(["check", file]);
  expect(status).toBe(0);
  expect(lastOf(out)).toMatch(/^still: low holds, but no action is ever enabled; 1 state; /);
  expect(out).toContain("never enabled: up\n");
});
