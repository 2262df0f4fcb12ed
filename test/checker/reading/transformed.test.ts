/** The same functions as tools leave them: minified, bundled, counted for coverage, translated by loaders. */
import { model, oneOf, optional, range, record, sequence, type Model } from "irqproof/checker";
import { describe, expect, test } from "vitest";
import { createReading } from "../../../checker/reading/index.ts";
import { evaluator } from "../../../checker/terms/index.ts";
import { compareReading } from "./compare.ts";

const state = record({
  n: range(0, 3),
  at: oneOf("idle", "busy"),
  q: sequence(2, range(0, 3)),
  who: optional(range(0, 1)),
});
const initial = { n: 0, at: "idle" as const, q: [], who: null };

/** A model whose functions are made of texts, in a scope of its own. */
function modelOf(around: string, when: string, then: string, holds: string): Model<unknown> {
  // oxlint-disable-next-line typescript/no-implied-eval -- the texts stand below
  const make = new Function(`"use strict"; ${around}; return { when: ${when}, then: ${then}, holds: ${holds} };`);
  const made = make() as { when: never; then: never; holds: never };
  return model({
    name: "transformed",
    state,
    initial,
    actions: {
      act: { when: made.when, then: made.then },
      turn: { then: (d) => void (d.at = d.at === "idle" ? "busy" : "idle") },
    },
    properties: ({ always }) => ({ p: always("p", made.holds) }),
  }) as Model<unknown>;
}

const plain = modelOf(
  "const limit = 3; const rest = (x) => x % 4;",
  "(s) => s.n < limit && s.q.length < 2",
  "(d) => { d.n = rest(d.n + 1); if (d.at === 'idle') d.q.push(d.n); else d.q.shift(); d.who = d.n === 2 ? null : d.n % 2; }",
  "(s) => s.q.every((x) => x <= s.n) && (s.who === null || s.who < 2)",
);

const transformed: Readonly<Record<string, Model<unknown>>> = {
  minified: modelOf(
    "const t=3,e=n=>n%4",
    "n=>n.n<t&&n.q.length<2",
    "n=>{n.n=e(n.n+1),'idle'===n.at?n.q.push(n.n):n.q.shift(),n.who=2===n.n?null:n.n%2}",
    "({q:n,n:t,who:e})=>!!n.every((n=>n<=t))&&(null===e||e<2)",
  ),
  "minified, with early returns and void": modelOf(
    "var t=3,e=function(n){return n%4}",
    "function(n){return!(n.n>=t)&&n.q.length<2}",
    "function(n){var r;if(n.n=e(n.n+1),r='idle'===n.at,n.who=2===n.n?null:n.n%2,!r)return void n.q.shift();n.q.push(n.n)}",
    "function(n){for(var t=0;t<n.q.length;t++)if(n.q[t]>n.n)return!1;return null===n.who||n.who<2}",
  ),
  "translated for old engines": modelOf(
    "var limit = 3; function rest(x) { return x % 4; }",
    "function (s) { return s.n < limit && s.q.length < 2; }",
    "function (d) { var _a; d.n = rest(d.n + 1); if (d.at === 'idle') { (_a = d.q).push.apply !== undefined; d.q.push(d.n); } else { d.q.shift(); } d.who = d.n === 2 ? null : d.n % 2; }".replace(
      "(_a = d.q).push.apply !== undefined;",
      "_a = d.q;",
    ),
    "function (s) { var _a; return s.q.every(function (x) { return x <= s.n; }) && (((_a = s.who) !== null && _a !== void 0 ? _a : 0) < 2); }",
  ),
  "imported by a bundler": modelOf(
    `const exported = {}; Object.defineProperty(exported, Symbol.toStringTag, { value: "Module" });
     const limit = 3, rest = (x) => x % 4;
     Object.defineProperty(exported, "limit", { enumerable: true, get() { try { return limit; } catch {} } });
     Object.defineProperty(exported, "rest", { enumerable: true, get() { try { return rest; } catch {} } })`,
    "(s) => s.n < exported.limit && s.q.length < 2",
    "(d) => { d.n = (0, exported.rest)(d.n + 1); if (d.at === 'idle') d.q.push(d.n); else d.q.shift(); d.who = d.n === 2 ? null : d.n % 2; }",
    "(s) => s.q.every((x) => x <= s.n) && (s.who === null || s.who < 2)",
  ),
  "imported by CommonJS": modelOf(
    `const exported = {}; Object.defineProperty(exported, "__esModule", { value: true });
     Object.defineProperty(exported, "limit", { enumerable: true, get: function () { return inner.limit; } });
     const inner = { limit: 3 };`,
    "(s) => s.n < exported.limit && s.q.length < 2",
    "(d) => { d.n = (d.n + 1) % 4; if (d.at === 'idle') d.q.push(d.n); else d.q.shift(); d.who = d.n === 2 ? null : d.n % 2; }",
    "(s) => s.q.every((x) => x <= s.n) && (s.who === null || s.who < 2)",
  ),
  "counted by istanbul": modelOf(
    `function cov_2f0x1() { const coverage = { s: {}, f: {}, b: { 0: [0, 0] } }; cov_2f0x1 = function () { return coverage; }; return coverage; }
     cov_2f0x1().s[0]++; const limit = (cov_2f0x1().s[0]++, 3); cov_2f0x1().s[1]++;
     const rest = (x) => { cov_2f0x1().f[0]++; cov_2f0x1().s[2]++; return x % 4; };`,
    "(s) => { cov_2f0x1().f[1]++; cov_2f0x1().s[3]++; return (cov_2f0x1().b[0][0]++, s.n < limit) && (cov_2f0x1().b[0][1]++, s.q.length < 2); }",
    "(d) => { cov_2f0x1().f[2]++; cov_2f0x1().s[4]++; d.n = rest(d.n + 1); cov_2f0x1().s[5]++; if (d.at === 'idle') { cov_2f0x1().b[0][0]++; cov_2f0x1().s[6]++; d.q.push(d.n); } else { cov_2f0x1().b[0][1]++; cov_2f0x1().s[7]++; d.q.shift(); } cov_2f0x1().s[8]++; d.who = d.n === 2 ? (cov_2f0x1().b[0][0]++, null) : (cov_2f0x1().b[0][1]++, d.n % 2); }",
    "(s) => { cov_2f0x1().f[3]++; return s.q.every((x) => { cov_2f0x1().f[4]++; cov_2f0x1().s[9]++; return x <= s.n; }) && (s.who === null || s.who < 2); }",
  ),
  "counted in a global variable": modelOf(
    "const __cov_a1 = { s: [0, 0], f: [0] }; const limit = 3;",
    "(s) => { __cov_a1.f[0]++; return s.n < limit && s.q.length < 2; }",
    "(d) => { ++__cov_a1.s[1]; d.n = (d.n + 1) % 4; if (d.at === 'idle') d.q.push(d.n); else d.q.shift(); d.who = d.n === 2 ? null : d.n % 2; }",
    "(s) => s.q.every((x) => x <= s.n) && (s.who === null || s.who < 2)",
  ),
};

/** A reading's terms in all states, as one text. */
function meaning(made: Model<unknown>): string {
  const reading = createReading(made);
  const act = reading.action(made.instances[0]!);
  const property = made.properties.get("p");
  const holds = property?.kind === "always" ? reading.state("p", property.holds) : undefined;
  expect([act.unread, holds?.unread]).toEqual([undefined, undefined]);
  const { cells } = made.layout;
  const lines: string[] = [];
  const walk = (values: readonly (string | number | boolean | null)[]): void => {
    const cell = cells[values.length];
    if (cell !== undefined) {
      for (let index = 0; index < cell.shape.cardinality; index++) walk([...values, cell.shape.valueAt(index)]);
      return;
    }
    const evaluate = evaluator(values);
    const isWrong = evaluate(act.fault);
    const next = cells.map((_, number) => (act.next.has(number) ? evaluate(act.next.get(number)) : values[number]));
    const isOn = isWrong !== true && evaluate(act.guard) === true;
    lines.push(`${String(isWrong)} ${isOn ? next.join() : ""} ${String(evaluate(holds!.holds))}`);
  };
  walk([]);
  return lines.join("\n");
}

describe("a model", () => {
  const expected = meaning(plain);
  test.each(Object.entries(transformed))("%s means the same", (_, made) => {
    expect(meaning(made)).toBe(expected);
    expect(compareReading(made, 40).differences).toEqual([]);
  });
});

test("a variable that only looks like a counter for coverage is none", () => {
  const made = modelOf("let counts = { n: 0 };", "() => true", "(d) => { counts.n++; }", "() => true");
  expect(() => createReading(made).action(made.instances[0]!)).toThrow("changes an object outside itself");
});
