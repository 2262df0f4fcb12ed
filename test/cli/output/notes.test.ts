import { afterAll, describe, expect, test } from "vitest";
import { irqproof, temporaryFolder } from "../run.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const model = (property: string): string => `
import { model, oneOf, record } from "irqproof/checker";

export default model({
  name: "turns",
  state: record({ at: oneOf("idle", "busy") }),
  initial: { at: "idle" },
  actions: { go: { then: (draft) => { draft.at = draft.at === "idle" ? "busy" : "idle"; } } },
  properties: ({ always }) => ({ p: always("p", ${property}) }),
});
`;

describe("a comparison with a name that the state never has", () => {
  const file = folder.write("idel.ts", model('(s) => (s.at as string) !== "idel"'));

  test("is a note of the report, with its place", async () => {
    const { out, status } = await irqproof(["check", file]);
    expect(status).toBe(0);
    expect(out.replace(/\s+/g, " ")).toMatch(
      /note: at is compared with "idel", which is not one of its values: "idle", "busy"; did you mean "idle"\? \(.*idel\.ts:\d+:\d+\)/,
    );
  });

  test("with --strict ends with status 2", async () => {
    const { err, status } = await irqproof(["check", file, "--strict"]);
    expect([status, err]).toEqual([2, "check: --strict: the report has 1 note\n"]);
  });

  test("is in the JSON of the report", async () => {
    const { out } = await irqproof(["check", file, "--json"]);
    expect((JSON.parse(out) as { notes: unknown[] }).notes).toHaveLength(1);
  });
});

test("a variable that other code changes while the model is checked is noticed", async () => {
  const file = folder.write(
    "limit.ts",
    `
import { model, range, record } from "irqproof/checker";
const setting = { limit: 2 };
setImmediate(() => { setting.limit = 1; });
export default model({
  name: "limits",
  state: record({ n: range(0, 9_999), m: range(0, 9) }),
  initial: { n: 0, m: 0 },
  actions: { up: { when: (s) => s.n < 9_999, then: (d) => { d.n += 1; } } },
  properties: ({ always }) => ({ p: always("p", (s) => s.m < setting.limit) }),
});
`,
  );
  const { err, status } = await irqproof(["check", file, "--engine", "direct"]);
  expect(status).toBe(2);
  expect(err).toMatch(/setting\.limit changed during the check/);
});
