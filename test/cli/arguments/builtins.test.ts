/** A model that changes what is built in could decide nothing and end with status 0: it is refused, and the change undone. */
import { afterAll, describe, expect, test } from "vitest";
import { irqproof, temporaryFolder } from "../run.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const file = (name: string, head: string, guard: string = "state.n < 3"): string =>
  folder.write(
    name,
    `import { model, range, record } from "irqproof/checker";
${head}
export default model({
  name: "changing",
  state: record({ n: range(0, 3) }),
  initial: { n: 0 },
  actions: { up: { when: (state) => ${guard}, then: (draft) => { draft.n += 1; } } },
  properties: ({ always }) => ({ low: always("low", (state) => state.n < 4) }),
});
`,
  );

describe("at the top level", () => {
  const { every, filter } = Array.prototype;
  const { entries } = Object;
  test.each([
    ["Array.prototype.every", "Array.prototype.every = () => true;"],
    ["Array.prototype.filter", "Array.prototype.filter = () => [];"],
    ["Object.entries", "Object.entries = () => [];"],
    ["Math.max", "delete Math.max;"],
    ["Map", "globalThis.Map = class extends Map {};"],
    ["Set.prototype.size", 'Object.defineProperty(Set.prototype, "size", { get: () => 0 });'],
  ])("%s", async (name, head) => {
    const { status, out, err } = await irqproof(["check", file("head.ts", head)]);
    expect([status, out]).toEqual([2, ""]);
    expect(err).toContain(`head.ts: changes ${name}, on which this program relies`);
    expect([Array.prototype.every, Array.prototype.filter, Object.entries]).toEqual([every, filter, entries]);
  });

  test("an addition is none", async () => {
    const added = file("added.ts", "Array.prototype.last = function () { return this.at(-1); };");
    expect((await irqproof(["check", added])).status).toBe(0);
    Reflect.deleteProperty(Array.prototype, "last");
  });
});

test("in a guard that is not read: the report is no verdict", async () => {
  const late = file(
    "late.ts",
    "",
    '(/a/.test("a") && (globalThis["Arr" + "ay"].prototype.some = () => true), state.n < 3)',
  );
  const { some } = Array.prototype;
  const { status, err } = await irqproof(["check", late]);
  expect(status).toBe(2);
  expect(err).toContain("the model changes Array.prototype.some");
  expect(Array.prototype.some).toBe(some);
});
