/** Families: parameters with defaults, what they accept, and what they say to the rest. */
import {
  boolean,
  choice,
  family,
  flag,
  integer,
  integerOrUnbounded,
  model,
  ModelError,
  range,
  record,
} from "irqproof/checker";
import { describe, expect, test } from "vitest";

const queues = family({
  name: "queues",
  title: "queues of some length",
  parameters: {
    length: integer(2, 1, 4, "how long a queue is"),
    raises: integerOrUnbounded("unbounded", 0, 9, "how often the device raises"),
    order: choice("fifo", ["none", "fifo"], "whether messages overtake each other"),
    lossy: flag(false, "whether messages get lost"),
  },
  build: ({ length, raises, order, lossy }) => {
    if (order === "none" && lossy) throw new ModelError("queues: an unordered queue is never lossy");
    return model({
      name: `queues of ${length}`,
      state: record({ used: range(0, length), lost: boolean }),
      initial: { used: raises === "unbounded" ? 0 : Math.min(length, raises), lost: lossy },
      actions: { stay: { then: () => {} } },
    });
  },
});

test("defaults fill in what is not given", () => {
  expect(queues.resolve()).toEqual({ length: 2, raises: "unbounded", order: "fifo", lossy: false });
  expect(queues.resolve({ length: undefined, lossy: true })).toMatchObject({ length: 2, lossy: true });
});

test("words of a command line stand for values", () => {
  expect(queues.resolve({ length: "3", raises: "7", order: "none", lossy: "true" })).toEqual({
    length: 3,
    raises: 7,
    order: "none",
    lossy: true,
  });
  expect(queues.resolve({ raises: "unbounded", lossy: "false" })).toMatchObject({ raises: "unbounded", lossy: false });
});

test("an instance is the model for the parameters, and repeats them", () => {
  const instance = queues.instantiate({ length: 4, raises: 3 });
  expect(instance.name).toBe("queues of 4");
  expect(instance.initial).toEqual([{ used: 3, lost: false }]);
  expect(instance.parameters).toEqual({ length: 4, raises: 3, order: "fifo", lossy: false });
});

describe("what is not allowed is refused with what is", () => {
  test.each<readonly [string, Record<string, unknown>, string]>([
    [
      "an unknown parameter",
      { size: 2 },
      'queues has no parameter "size": its parameters are length, raises, order, lossy',
    ],
    ["one of every object", { toString: 2 }, 'queues has no parameter "toString": its parameters are'],
    ["a number too low", { length: 0 }, "queues: parameter length is 0: it must be 1..4"],
    ["a number too high", { length: "5" }, 'queues: parameter length is "5": it must be 1..4'],
    ["half a number", { length: 1.5 }, "queues: parameter length is 1.5: it must be 1..4"],
    ["half a number in words", { length: "1.5" }, 'queues: parameter length is "1.5": it must be 1..4'],
    ["a number in another notation", { length: "0x2" }, 'queues: parameter length is "0x2": it must be 1..4'],
    ["no word", { length: "" }, 'queues: parameter length is "": it must be 1..4'],
    ["no number", { length: null }, "queues: parameter length is null: it must be 1..4"],
    [
      "a number too high where it may be unbounded",
      { raises: 10 },
      "queues: parameter raises is 10: it must be 0..9 | unbounded",
    ],
    ["an unknown word", { order: "lifo" }, 'queues: parameter order is "lifo": it must be none | fifo'],
    ["yes", { lossy: "yes" }, 'queues: parameter lossy is "yes": it must be true | false'],
    ["a combination", { order: "none", lossy: true }, "queues: an unordered queue is never lossy"],
  ])("%s", (_, given, message) => {
    expect(() => queues.instantiate(given)).toThrow(ModelError);
    expect(() => queues.instantiate(given)).toThrow(message);
  });
});

test("a default that is not allowed is refused where the family is made", () => {
  const make = () =>
    family({
      name: "queues",
      title: "",
      parameters: { length: integer(5, 1, 4, "how long a queue is") },
      build: () => queues.instantiate(),
    });
  expect(make).toThrow("queues: the default of parameter length is 5: it must be 1..4");
});

test("a help text can be made of the parameters", () => {
  expect(Object.entries(queues.parameters).map(([name, { allowed, means }]) => `${name} ${allowed}: ${means}`)).toEqual(
    [
      "length 1..4: how long a queue is",
      "raises 0..9 | unbounded: how often the device raises",
      "order none | fifo: whether messages overtake each other",
      "lossy true | false: whether messages get lost",
    ],
  );
});
