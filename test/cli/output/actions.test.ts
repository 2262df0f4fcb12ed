/** Lines about actions, and about a search that ends when its properties are decided. */
import { afterAll, expect, test } from "vitest";
import { irqproof, temporaryFolder } from "../run.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const file = folder.write(
  "counter.ts",
  `import { model, range, record } from "irqproof/checker";
export default model({
  name: "counter",
  state: record({ count: range(0, 9) }),
  initial: { count: 0 },
  actions: {
    up: { over: { by: range(1, 2) }, when: ({ count }, { by }) => count + by < 9 && by < 2, then: (draft, { by }) => void (draft.count += by) },
    "fail \\u001b[31m": { when: ({ count }) => count > 8, then: (draft) => void (draft.count = 0) },
  },
  properties: ({ always }) => ({ low: always("low", ({ count }) => count < 3), small: always("small", ({ count }) => count < 9) }),
});`,
);

test("one line names what is never enabled, and --actions has a table", async () => {
  const { out } = await irqproof(["check", file, "--actions", "--trace", "none"]);
  expect(out).toContain("  never enabled: up(by=2), fail \\u{1b}[31m\n");
  expect(out).toContain(
    "  taken  level  action\n      8      1  up\n      8      1    up(by=1)\n      0      -    up(by=2)\n",
  );
  expect(out).not.toContain("\u001b");
  expect(out).not.toContain("because");
  const entry = await irqproof(["check", "x86-direct", "--actions", "--trace", "none"]);
  expect(entry.out).toContain("  never enabled, as --actions explains: ");
  expect(entry.out).toMatch(
    /\nNever enabled, because:\n(.*\n)* {2}move\.give_up {2,}a vector is free for every move\n/,
  );
});

test("JSON has the same", async () => {
  const { out } = await irqproof(["check", file, "--json"]);
  const { actions, neverEnabled } = JSON.parse(out);
  expect(actions[0]).toMatchObject({
    action: "up",
    taken: 8,
    level: 1,
    instances: [{ taken: 8 }, { taken: 0, level: null }],
  });
  expect(neverEnabled).toEqual([{ name: "up(by=2)" }, { name: "fail \u001b[31m" }]);
});

test("a search for one property stops when it is decided, unless --whole is given", async () => {
  const { status, out } = await irqproof(["check", file, "--property", "low"]);
  expect(status).toBe(1);
  expect(out).toContain("  stopped early: all selected properties are decided; the figures are those so\n  far");
  expect(out).not.toContain("never enabled");
  expect(out).toContain("  5 states, 4 transitions, depth 5\n");
  const whole = await irqproof(["check", file, "--property", "low", "--whole"]);
  expect([whole.status, whole.out.includes("stopped early")]).toEqual([1, false]);
  expect(whole.out).toContain("  9 states, 8 transitions, depth 9\n");
  const open = await irqproof(["check", file, "--property", "low", "--property", "small"]);
  expect(open.out).toContain("  9 states, 8 transitions, depth 9\n");
});
