/** `irqproof validate`: a log of JSON lines against a model of the user's. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { irqproof, temporaryFolder } from "../run.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const lease = "examples/conformance/lease.ts";
const wrong = "examples/conformance/lease.jsonl";
const right = folder.write("right.jsonl", readFileSync(wrong, "utf8").split("\n").slice(0, 6).join("\n"));

test("a log that the model allows", async () => {
  const { status, out, err } = await irqproof(["validate", lease, right]);
  expect({ status, err }).toEqual({ status: 0, err: "" });
  expect(out).toContain("6 events read; at most 1 state fitted at one time");
  expect(out).toContain("allowed: a run of the model fits all events");
});

test("the planted fault of the example, as text and as JSON", async () => {
  const { status, out } = await irqproof(["validate", lease, wrong]);
  expect(status).toBe(1);
  expect(out).toContain("NOT ALLOWED: event 7 of the log fits no run of the model");
  expect(out).toContain("model:   acquire(client=1), then shows { lease: { holder: 1 } }");
  const json = await irqproof(["validate", lease, wrong, "--json"]);
  expect(json.status).toBe(1);
  const { verdict, refusal } = JSON.parse(json.out) as {
    verdict: string;
    refusal: { event: number; trace: unknown[] };
  };
  expect([verdict, refusal.event, refusal.trace.length]).toEqual(["refused", 7, 7]);
});

test("what the log leaves out, and where it begins, can be said in the call", async () => {
  const renewed = await irqproof(["validate", lease, wrong, "--unobserved", "renew"]);
  expect([renewed.status, renewed.out]).toEqual([0, expect.stringContaining("allowed")]);
  const later = folder.write("later.jsonl", '{"op":"renew","client":1,"holder":1}\n');
  expect((await irqproof(["validate", lease, later])).status).toBe(1);
  expect((await irqproof(["validate", lease, later, "--begins", "anywhere"])).status).toBe(0);
  const unknown = await irqproof(["validate", lease, wrong, "--unobserved", "renw"]);
  expect([unknown.status, unknown.err]).toEqual([2, expect.stringContaining("did you mean renew?")]);
});

test("a long log", async () => {
  const log = join(folder.path, "long.jsonl");
  const round = ['{"op":"acquire","client":0,"holder":0}', '{"op":"tick"}', '{"op":"tick"}'].join("\n");
  writeFileSync(log, `${Array(5_000).fill(round).join("\n")}\n`);
  const { status, out } = await irqproof(["validate", lease, log]);
  expect(status).toBe(0);
  expect(out).toContain("15,000 events read");
});

describe("mistakes", () => {
  const bad = folder.write("bad.jsonl", '{"op":"tick"}\n\n');
  const plain = folder.write(
    "plain.ts",
    'import { model, range, record } from "irqproof/checker";\nexport default model({ name: "m", state: record({ n: range(0, 1) }), initial: { n: 0 }, actions: { a: { then: () => {} } } });\n',
  );
  test.each([
    [[lease], "FILE.ts, the model with a mapping, and LOG.jsonl, the log, are needed"],
    [[lease, right, right], "unexpected argument"],
    [["x86-direct", right], "x86-direct is no FILE.ts; logs of a kernel are compared by irqproof replay"],
    [[plain, right], "has no export mapping"],
    [[lease, join(folder.path, "none.jsonl")], "none.jsonl cannot be read"],
    [[lease, bad], "bad.jsonl:2: not a line of JSON"],
    [[lease, right, "--max-fitting", "0"], "--max-fitting"],
  ])("%j", async (words, sentence) => {
    const { status, err } = await irqproof(["validate", ...words]);
    expect(status).toBe(2);
    expect(err).toContain(sentence);
  });

  test("an empty log decides nothing", async () => {
    const { status, out } = await irqproof(["validate", lease, folder.write("empty.jsonl", "")]);
    expect(status).toBe(3);
    expect(out).toContain("inconclusive: the log has no events");
  });
});
