/** A change of a queue is shown as an append, a removal or a reordering. */
import * as fc from "fast-check";
import { array, chart, check, model, range, record, sequence } from "irqproof/checker";
import { describe, expect, test } from "vitest";
import { queueTexts } from "../../../checker/trace/queue.ts";

describe("the texts of a queue", () => {
  test.each([
    [[0, 1], [1], ["q.shift() -> 0"]],
    [
      [0, 1],
      [1, 2],
      ["q.shift() -> 0", "q.push(2)"],
    ],
    [[], [3], ["q.push(3)"]],
    [[3], [], ["q.shift() -> 3"]],
    [[0, 1, 2], [0, 1], ["q.pop() -> 2"]],
    [[1, 2], [0, 1, 2], ["q.unshift(0)"]],
    [[{ kind: "a" }, { kind: "b" }], [{ kind: "b" }], ["q.shift() -> { kind: a }"]],
  ])("%j -> %j", (before, after, texts) => {
    expect(queueTexts(before, after, "q")).toEqual(texts);
  });

  test.each([
    ["one element changes", [0, 1, 2], [0, 5, 2]],
    ["one of one changes", [0], [1]],
    ["all are replaced", [0, 1], [2, 3]],
    ["all of several go", [0, 1], []],
    ["one in the middle goes", [0, 1, 2], [0, 2]],
  ])("none where %s", (_, before, after) => {
    expect(queueTexts(before, after, "q")).toBeUndefined();
  });

  test("they say what happened: done to the one, they give the other", () => {
    const queue = fc.array(fc.nat({ max: 2 }), { maxLength: 5 });
    fc.assert(
      fc.property(queue, queue, (before, after) => {
        const texts = queueTexts(before, after, "q");
        if (texts === undefined) return;
        const q = [...before];
        for (const text of texts) {
          const [, method, value] = /^q\.(shift|pop|push|unshift)\(.*?(\d)/.exec(text.replace("() -> ", "(")) ?? [];
          const element = Number(value);
          if (method === "push") q.push(element);
          else if (method === "unshift") q.unshift(element);
          const gone = method === "shift" ? q.shift() : method === "pop" ? q.pop() : element;
          expect(gone).toBe(element);
        }
        expect(q).toEqual(after);
      }),
    );
  });
});

test("a chart shows queues so, and arrays element by element", async () => {
  const queues = model({
    name: "queues",
    state: record({ line: sequence(2, range(0, 3)), at: array(2, range(0, 3)) }),
    initial: { line: [0, 1], at: [0, 1] },
    actions: {
      next: {
        then: (draft) => {
          draft.line.shift();
          draft.line.push(2);
          draft.at[0] = 1;
          draft.at[1] = 2;
        },
      },
    },
    properties: ({ always }) => ({ first: always("zero is first", (s) => s.line[0] === 0) }),
  });
  const trace = (await check(queues)).properties[0]!.trace!;
  expect(chart(queues, trace)).toBe(" 1  next\n      line.shift() -> 0, line.push(2), at[0]: 0 -> 1, at[1]: 1 -> 2");
});
