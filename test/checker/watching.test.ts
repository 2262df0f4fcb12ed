/** Random numbers and clocks are watched while functions run, and are themselves again afterwards. */
import { expect, test } from "vitest";
import { readyToWatch, watchingPurity } from "../../checker/language/index.ts";

const uses: readonly (readonly [string, () => unknown])[] = [
  ["Math.random", () => Math.random()],
  ["Date.now", () => Date.now()],
  ["performance.now", () => performance.now()],
  ["crypto.randomUUID", () => crypto.randomUUID()],
  ["crypto.getRandomValues", () => crypto.getRandomValues(new Uint8Array(1))],
  ["new Date()", () => new Date()],
  ["Date()", () => Date()],
];

const real = { random: Math.random, now: Date.now, clock: performance.now, Date };

function expectReal(): void {
  expect(Math.random === real.random && Date.now === real.now && performance.now === real.clock).toBe(true);
  expect(Date === real.Date).toBe(true);
}

test.each(uses)("%s throws while it is watched, and is reported by name", (text, use) => {
  const found: string[] = [];
  expect(() => watchingPurity((name) => found.push(name), use)).toThrow(`${text} was used`);
  expect(found).toEqual([text]);
  expectReal();
});

test.each(uses)("%s works outside a watch, before and after one", (_, use) => {
  readyToWatch(() => {
    expect(use()).toBeDefined();
    expect(() => watchingPurity(() => {}, use)).toThrow("was used");
    expect(use()).toBeDefined();
  });
  expectReal();
});

test("a use inside is reported to the inner watcher alone, and the outer one stays", () => {
  const outer: string[] = [];
  const inner: string[] = [];
  const work = (): void => {
    expect(() => watchingPurity((name) => inner.push(name), Math.random)).toThrow("was used");
    Date.now();
  };
  expect(() => watchingPurity((name) => outer.push(name), work)).toThrow("Date.now was used");
  expect([inner, outer]).toEqual([["Math.random"], ["Date.now"]]);
  expectReal();
});

test("a date of a given time is a date like any other", () => {
  watchingPurity(
    () => expect.unreachable(),
    () => {
      expect(new Date(0).toISOString()).toBe("1970-01-01T00:00:00.000Z");
      expect(new Date(0) instanceof Date).toBe(true);
      expect(Date.UTC(1970, 0, 1)).toBe(0);
    },
  );
});

test("they are real again after a throw", () => {
  expect(() =>
    readyToWatch(() => {
      throw new Error("out");
    }),
  ).toThrow("out");
  expectReal();
});
