/** Mistakes that are seen in the source of a model's functions, with their places. */
import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { performance as clock } from "node:perf_hooks";
import {
  array,
  because,
  boolean,
  ModelError,
  model,
  oneOf,
  range,
  record,
  type DeepReadonly,
  type Model,
  type ValueOf,
} from "irqproof/checker";
import { describe, expect, test } from "vitest";
import { createReading } from "../../../checker/reading/index.ts";

const state = record({
  n: range(0, 3),
  at: oneOf("idle", "busy"),
  on: boolean,
  cpu: array(2, record({ x: range(0, 1) })),
});
const initial: ValueOf<typeof state> = { n: 0, at: "idle", on: false, cpu: [{ x: 0 }, { x: 0 }] };
type State = DeepReadonly<typeof initial>;

let count = 0;
const counts = { n: 0 };
const list: number[] = [];
const seen = new Set<number>();
const known = new Map<number, number>();
const { random } = Math;
const now = Date.now.bind(Date);
void now;
const time = Date.now;
const helper = (limit: number): boolean => Math.random() < limit;

/** The message with which a predicate is refused. */
function ofPredicate(holds: (s: State) => unknown): string {
  const made = model({
    name: "m",
    state,
    initial,
    actions: { stay: { then: () => undefined } },
    properties: ({ always }) => ({ p: always("p", holds as never) }),
  });
  return messageOf(made, () => {
    const property = made.properties.get("p");
    if (property?.kind === "always") createReading(made).state("p", property.holds);
  });
}

/** The message with which a recipe is refused. */
function ofRecipe(then: (d: typeof initial) => unknown): string {
  const made = model({ name: "m", state, initial, actions: { go: { then: then as never } } });
  return messageOf(made, () => createReading(made).action(made.instances[0]!));
}

function messageOf<S>(_: Model<S>, read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof ModelError) return error.message;
    throw error;
  }
  return "it is read";
}

describe("what depends on more than the state is refused, on whatever path it is", () => {
  // Hardly a state gets there.
  const cases: readonly (readonly [string, (s: State) => unknown])[] = [
    ["depends on Math.random", (s) => (s.n === 3 && s.on ? Math.random() < 2 : true)],
    ["depends on Math.random", (s) => s.n < 3 || random() < 0.5],
    ["depends on Math.random", (s) => s.n < 3 || helper(2)],
    ["depends on Math.random", (s) => s.n < 3 || [1, 2].some(Math.random)],
    ["depends on Math.random", (s) => s.n < 3 || because(`drawn ${Math.random()}`)],
    ["depends on Math.random", (s) => s.n < 3 || globalThis.Math["random"]() < 2],
    ["depends on Date.now", (s) => (Date.now() % 2 === 0 ? true : s.n <= 2)],
    ["depends on Date.now", (s) => s.n < 3 || time() > 0],
    ["depends on Date", (s) => s.n < 3 || Date().length > 0],
    ["depends on new Date()", (s) => s.n < 3 || new Date().getTime() > 0],
    ["depends on performance", (s) => s.n < 3 || performance.now() > 0],
    ["depends on performance", (s) => s.n < 3 || clock.now() > 0],
    ["depends on crypto", (s) => s.n < 3 || crypto.randomUUID().length > 0],
    ["uses randomInt of node:crypto", (s) => s.n < 3 || randomInt(2) === 0],
    ["uses readFileSync of node:fs", (s) => s.n < 3 || readFileSync("/etc/hostname").length > 0],
    ["uses hrtime of node:process", (s) => s.n < 3 || process.hrtime()[0]! > 0],
    ["depends on the environment", (s) => s.n < 3 || process.env["HOME"] === "x"],
    ["depends on the command line", (s) => s.n < 3 || process.argv.length === 0],
    ["depends on process.pid", (s) => s.n < 3 || process.pid === 1],
    ["uses setTimeout of node:timers", (s) => s.n < 3 || setTimeout(() => undefined, 1) === undefined],
    ["writes to the console", (s) => s.n < 3 || console.log("here") === undefined],
    ["uses queueMicrotask", (s) => s.n < 3 || queueMicrotask(() => undefined) === undefined],
  ];
  test.each(cases)("%s: %s", (what, holds) => {
    expect(ofPredicate(holds)).toMatch(
      new RegExp(
        `^model m: property p ${what.replace(/[.()]/g, "\\$&")} \\(\\S*refusals\\.test\\.ts:\\d+:\\d+\\): guards, recipes and predicates may use only the state and their parameters$`,
      ),
    );
  });
});

describe("what changes something outside itself is refused", () => {
  const cases: readonly (readonly [string, (d: typeof initial) => unknown])[] = [
    ["changes the variable count, which is outside itself", (d) => (d.on ? (count = 1) : 0)],
    ["changes the variable count, which is outside itself", (d) => (d.on ? count++ : 0)],
    ["changes the variable count, which is outside itself", (d) => ([count] = [d.n])],
    ["changes an object outside itself", (d) => (d.on ? (counts.n = 2) : 0)],
    ["changes an object outside itself", (d) => (d.on ? Object.assign(counts, { n: d.n }) : 0)],
    ["changes an array outside itself", (d) => (d.on ? list.push(d.n) : 0)],
    ["changes an object outside itself", (d) => (d.on ? (list[0] = d.n) : 0)],
    ["changes an array outside itself", (d) => (d.on ? list.sort() : 0)],
    ["changes a collection outside itself", (d) => (d.on ? seen.add(d.n) : 0)],
    ["changes a collection outside itself", (d) => (d.on ? known.set(d.n, 1) : 0)],
    ["changes a collection outside itself", (d) => (d.on ? known.clear() : 0)],
  ];
  test.each(cases)("%s: %s", (what, then) => {
    const message = ofRecipe(then);
    expect(message).toContain(`model m: action go: its recipe ${what} (`);
    expect(message).toMatch(/refusals\.test\.ts:\d+:\d+\)/);
  });

  test("a guard that keeps a state for its recipe", () => {
    let kept: { readonly n: number } = { n: 0 };
    const made = model({
      name: "m",
      state,
      initial,
      actions: {
        up: {
          when: (s) => {
            kept = s;
            return s.n < 3;
          },
          then: (d) => void (d.n = kept.n + 1),
        },
      },
    });
    expect(messageOf(made, () => createReading(made).action(made.instances[0]!))).toContain(
      "model m: action up: its guard changes the variable kept, which is outside itself (",
    );
  });

  test("but what belongs to the function may be changed", () => {
    const reading = ofRecipe((d) => {
      let own = 0;
      const tally = { n: 0, of: [] as number[] };
      const names = new Set<number>();
      for (const { x } of d.cpu) {
        own += x;
        tally.n++;
        tally.of.push(x);
        names.add(x);
      }
      d.n = own;
      void tally;
    });
    expect(reading).toBe("it is read");
  });
});

describe("a field that does not exist is an error", () => {
  const wrong = (f: (s: { sn: number; cpus: unknown[]; cpu: { y: number }[] }) => unknown) => ofPredicate(f as never);

  test("with its place, and the field that was meant", () => {
    expect(wrong((s) => s.sn === 1)).toMatch(
      /^model m: property p reads sn, which is not a field \(\S*refusals\.test\.ts:\d+:\d+\); the fields are n, at, on, cpu; did you mean n\?$/,
    );
    expect(wrong((s) => s.cpus.length === 1)).toMatch(/reads cpus, .*; did you mean cpu\?$/);
    expect(wrong((s) => s.cpu[1]!.y === 1)).toMatch(/reads cpu\[1\]\.y, which is not a field/);
  });

  test("but not where it is only asked whether it exists, or by what may be another name", () => {
    expect(ofPredicate((s) => !("sn" in s))).toBe("it is read");
    expect(ofPredicate((s) => (s as unknown as Record<string, number>)[s.on ? "n" : "m"] !== 7)).toBe("it is read");
    expect(ofPredicate((s) => (s as unknown as { then?: unknown }).then === undefined)).toBe("it is read");
  });
});

describe("a captured variable that changes is noticed", () => {
  const reading = (holds: (s: State) => boolean) => {
    const made = model({
      name: "m",
      state,
      initial,
      actions: { stay: { then: () => undefined } },
      properties: ({ always }) => ({ p: always("p", holds) }),
    });
    const property = made.properties.get("p");
    const read = createReading(made);
    if (property?.kind === "always") read.state("p", property.holds);
    return read;
  };

  test("a variable", () => {
    let limit = 2;
    const read = reading((s) => s.n < limit);
    expect(read.changed()).toBeUndefined();
    limit = 3;
    expect(read.changed()).toBe("limit");
  });

  test("a property, an element, a member", () => {
    const limits = { inner: { n: 2 } };
    const all = [1, 2];
    const some = new Set([1]);
    const few = new Map([[1, { n: 1 }]]);
    const read = reading((s) => s.n < limits.inner.n && all.includes(s.n) && some.has(s.n) && few.get(1)!.n < 2);
    expect(read.changed()).toBeUndefined();
    limits.inner.n = 1;
    expect(read.changed()).toBe("limits.inner.n");
    limits.inner.n = 2;
    all.push(3);
    expect(read.changed()).toBe("all");
    all.pop();
    some.add(2);
    expect(read.changed()).toBe("some");
    some.delete(2);
    few.get(1)!.n = 2;
    expect(read.changed()).toBe("few[1].n");
  });

  test("but not one that no function uses", () => {
    let other = 1;
    const read = reading((s) => s.n < 4);
    other++;
    void other;
    expect(read.changed()).toBeUndefined();
  });
});

describe("a comparison with a name that is none is noted", () => {
  const notes = (holds: (s: { at: string; n: number; cpu: unknown[] }) => boolean) => {
    const made = model({
      name: "m",
      state,
      initial,
      actions: { stay: { then: () => undefined } },
      properties: ({ always }) => ({ p: always("p", holds as never) }),
    });
    const property = made.properties.get("p");
    const read = createReading(made);
    if (property?.kind === "always") read.state("p", property.holds);
    return read.notes;
  };
  const text = 'at is compared with "idel", which is not one of its values: "idle", "busy"; did you mean "idle"?';

  test("by an operator, in a switch, among a list of names", () => {
    for (const holds of [
      (s: { at: string }) => s.at === "idel",
      (s: { at: string }) => "idel" !== s.at,
      (s: { at: string }) => ["idle", "idel"].includes(s.at),
      ({ at }: { at: string }) => {
        switch (at) {
          case "idel":
            return false;
          default:
            return true;
        }
      },
    ]) {
      const [note, ...more] = notes(holds);
      expect(note?.text).toBe(text);
      expect(note?.where).toMatch(/refusals\.test\.ts:\d+:\d+$/);
      expect(more).toEqual([]);
    }
  });

  test("once for each place, and not where the name is one", () => {
    const twice = (s: { at: string; cpu: unknown[] }): boolean => {
      const some = s.cpu.some(() => s.at === "idel");
      return some || s.at !== "idel";
    };
    expect(notes(twice)).toHaveLength(2);
    expect(notes((s) => s.at === "idle" || s.n === 7)).toEqual([]);
  });
});
