/**
 * Definitions are checked whole: an unknown key, a missing one and a value of another kind are each one sentence, with
 * what was probably meant. None of them is taken in silence.
 */
import * as fc from "fast-check";
import {
  alwaysPossible,
  array,
  boolean,
  check,
  choice,
  eventually,
  family,
  flag,
  integer,
  integerOrUnbounded,
  leadsTo,
  leadsToForEach,
  model,
  ModelError,
  noDeadlock,
  oneOf,
  optional,
  range,
  record,
  sequence,
  strongFairness,
  verifyCertificate,
  weakFairness,
  withProperties,
} from "irqproof/checker";
import { describe, expect, test } from "vitest";
import * as rules from "../../../checker/definition/index.ts";
import { mistake } from "../mistake.ts";

/** Passes a value that the types forbid. */
const wrong = (value: unknown): never => value as never;

const stay = { then: () => {} };
const definition = {
  name: "counter",
  state: record({ count: range(0, 3) }),
  initial: { count: 0 },
  actions: { stay },
};
const counter = model(definition);
const built = { name: "counters", title: "", parameters: {}, build: () => counter };

const withModel = (part: object) => () => model(wrong({ ...definition, ...part }));
const withAction = (part: object) => withModel({ actions: { up: { ...stay, ...part } } });
const withProperty = (property: unknown) => withModel({ properties: { low: property } });
const withFamily = (part: object) => () => family(wrong({ ...built, ...part }));
const withOptions = (options: unknown) => () => check(counter, wrong(options));

const ACTION = "known: over, when, then, actor, label, fairness";
const MODEL = "known: name, parameters, state, initial, actions, fairness, properties, lemmas, actors, changes";

describe.each<readonly [string, readonly (readonly [() => unknown, string])[]]>([
  [
    "a model",
    [
      [() => model(wrong(undefined)), "model: its definition is undefined, not a model's definition such as { name"],
      [withModel({ invariants: {} }), `model counter: unknown key invariants (${MODEL}); did you mean properties?`],
      [withModel({ propertys: {} }), `model counter: unknown key propertys (${MODEL}); did you mean properties?`],
      [withModel({ zzz: 1 }), `model counter: unknown key zzz (${MODEL})`],
      [withModel({ parameters: 3 }), "model counter: its parameters are 3, not an object such as { cpus: 2 }"],
      [
        withModel({ parameters: { most: [1] } }),
        "model counter: its parameter most is [1], not a number, string, true or false",
      ],
      [withModel({ lemma: {} }), `model counter: unknown key lemma (${MODEL}); did you mean lemmas?`],
      [withModel({ lemmas: [] }), "model counter: its lemmas are [], not an object such as {"],
      [withModel({ lemmas: { low: true } }), "model counter: lemma low"],
      [withModel({ actors: "CPU0" }), 'model counter: its actors are "CPU0", not a list such as ["CPU0"]'],
      [withModel({ actors: ["CPU0", 1] }), 'model counter: its actors: element 1 is 1, not a string such as "CPU0"'],
      [withModel({ changes: [] }), "model counter: its changes is [], not a function such as (before, after) => [...]"],
      [withModel({ actions: [stay] }), "model counter: its actions are [{}], not an object such as { up: { then:"],
      [withModel({ actions: () => ({}) }), "model counter: its actions are a function, not an object such as"],
      [
        withModel({ properties: [] }),
        'model counter: its properties are [], not an object such as { low: always("...",',
      ],
      [
        withModel({ properties: () => {} }),
        'model counter: the function of its properties returned undefined, not an object such as { low: always("...", (state) => ...) }, by id; is a return missing?',
      ],
      [
        withModel({ properties: async () => ({}) }),
        'model counter: the function of its properties returned a promise, not an object such as { low: always("...", (state) => ...) }, by id; it must not be asynchronous',
      ],
    ],
  ],
  [
    "an action",
    [
      [
        withAction({ guard: () => true }),
        `model counter: action up: unknown key guard (${ACTION}); did you mean when?`,
      ],
      [withAction({ do: () => {} }), `model counter: action up: unknown key do (${ACTION}); did you mean then?`],
      [withAction({ wen: () => true }), `model counter: action up: unknown key wen (${ACTION}); did you mean when?`],
      [withAction({ zzz: 1 }), `model counter: action up: unknown key zzz (${ACTION})`],
      [withAction({ then: undefined }), "model counter: action up has no recipe; give it then: (draft) => { ... }"],
      [withAction({ then: 3 }), "model counter: action up: its recipe is 3, not a function such as (draft) => { ... }"],
      [withModel({ actions: { up: null } }), "model counter: action up is null, not an action such as { then: (draft)"],
      [
        withAction({ when: async () => true }),
        "model counter: action up: its guard is asynchronous; it must be a plain function",
      ],
      [
        withAction({
          *when() {
            yield true;
          },
        }),
        "model counter: action up: its guard is a generator; it must be a plain function",
      ],
      [
        withAction({ over: 3 }),
        "model counter: action up: its parameters are 3, not an object of finite types such as",
      ],
      [withAction({ over: [boolean] }), "model counter: action up: its parameters are [null], not an object of finite"],
      [
        withAction({ actor: 3 }),
        "model counter: action up: its actor is 3, not a string or a function that returns one",
      ],
      [
        withAction({ label: async () => "" }),
        "model counter: action up: its label is asynchronous; it must be a plain",
      ],
      [
        withAction({ fairness: { strength: "weka", per: [] } }),
        'model counter: action up: its fairness\'s strength is "weka": it must be "weak" or "strong"; did you mean "weak"?',
      ],
      [
        withAction({ fairness: { strength: "weak", pre: ["cpu"] } }),
        "model counter: action up: its fairness: unknown key pre (known: strength, per); did you mean per?",
      ],
      [
        withAction({ fairness: { strength: "weak", per: "cpu" } }),
        'model counter: action up: its fairness\'s per is "cpu", not a list such as ["cpu"]',
      ],
    ],
  ],
  [
    "a property",
    [
      [
        withProperty({ ...alwaysPossible("", () => true), narate: () => "" }),
        "model counter: property low: unknown key narate (known: kind, title, severity, narrate, goal); did you mean narrate?",
      ],
      [
        withProperty(
          eventually(
            wrong(() => true),
            () => true,
          ),
        ),
        'model counter: property low: its title is a function, not a string such as "the count stays below three"',
      ],
      [
        withProperty(
          alwaysPossible(
            "",
            wrong(async () => true),
          ),
        ),
        "model counter: property low: its predicate is asynchronous; it must be a plain function",
      ],
      [
        () => withProperties(counter, { low: wrong({ kind: "always", title: "", holds: () => true, when: 1 }) }),
        "model counter: property low: unknown key when (known: kind, title, severity, narrate, holds)",
      ],
      [
        () => noDeadlock("", wrong({ ignore: ["up"] })),
        "noDeadlock: its options: unknown key ignore (known: ignoring, unless, severity); did you mean ignoring?",
      ],
      [
        () =>
          noDeadlock(
            "",
            wrong(() => true),
          ),
        'noDeadlock: its options are a function, not an object such as { ignoring: ["raise"] }',
      ],
      [
        () => noDeadlock("", { ignoring: wrong("up") }),
        'noDeadlock: its options\' ignoring is "up", not a list such as ["raise"]',
      ],
      [
        () => leadsTo("", wrong(1), wrong(2), wrong({ fair: [] })),
        "leadsTo: its options: unknown key fair (known: fairness, severity); did you mean fairness?",
      ],
      [() => eventually("", () => true, wrong([])), "eventually: its options are [], not an object such as { fairness"],
      [() => leadsToForEach("", wrong(2), wrong(1), wrong(2)), "leadsToForEach: its items are 2, not a list such as"],
      [
        () => leadsToForEach("", [1], wrong(undefined), () => true),
        "leadsToForEach has undefined as its predicate; give it a function such as (state) => state.count < 3",
      ],
      [
        () => weakFairness("up", wrong("down")),
        'weakFairness: its grouping is "down", not a grouping such as { per: ["cpu"] }',
      ],
      [
        () => strongFairness(wrong({ per: ["cpu"] })),
        'strongFairness: its actions are {"per":["cpu"]}, not a list such',
      ],
      [() => weakFairness(["up", wrong(1)]), 'weakFairness: its actions: element 1 is 1, not a name such as "deliver"'],
      [
        withModel({ fairness: [{ strength: "weak", action: ["stay"] }] }),
        "model counter: its fairness: unknown key action (known: strength, actions, per); did you mean actions?",
      ],
    ],
  ],
  [
    "a family",
    [
      [() => family(wrong(null)), "family: its definition is null, not a family's definition such as { name, title,"],
      [
        withFamily({ param: {} }),
        "family counters: unknown key param (known: name, title, parameters, build); did you mean parameters?",
      ],
      [
        withFamily({ parameters: undefined }),
        "family counters has no parameters; give it parameters: { cpus: integer(",
      ],
      [withFamily({ title: undefined }), 'family counters has no title; give it title: "lamps that anyone may toggle"'],
      [withFamily({ build: counter }), "family counters: its build is {"],
      [
        withFamily({ parameters: { cpus: 3 } }),
        'counters: parameter cpus is 3, not a parameter such as integer(2, 1, 8, "how many CPUs")',
      ],
      [
        withFamily({ parameters: { cpus: { default: 2, allowed: "2", read: () => 2 } } }),
        'counters: parameter cpus has no meaning; give it means: "how many CPUs"',
      ],
      [
        () => family({ ...built, build: wrong(() => {}) }).instantiate(),
        "counters: its build returned undefined, not a model; is a return missing?",
      ],
      [
        () => family({ ...built, parameters: { cpus: integer(2, 1, 4, "") } }).instantiate({ cpu: 2 }),
        'counters has no parameter "cpu": its parameters are cpus; did you mean cpus?',
      ],
      [() => integer(2, wrong("1"), 4, "n"), 'integer: its bounds are "1" and 4, not two integers in order: integer'],
      [() => integer(2, 4, 1, "n"), "integer: its bounds are 4 and 1, not two integers in order: integer(2, 1, 8,"],
      [
        () => integer(2, 1, 4, wrong(undefined)),
        'integer: its meaning is undefined, not a string such as "how many CPUs"',
      ],
      [
        () => integerOrUnbounded(2, 1, wrong(undefined), "n"),
        "integerOrUnbounded: its bounds are 1 and undefined, not",
      ],
      [() => choice(wrong("a"), wrong("b"), "n"), 'choice: its choices are "b", not a list such as ["none"]'],
      [() => flag(wrong("no"), "n"), 'flag: its default is "no", not true or false'],
    ],
  ],
  [
    "options of a check",
    [
      [
        withOptions({ maxState: 3 }),
        "check: its options: unknown key maxState (known: properties, whole, maxStates, maxMemory, workers, audit, engine, purity, untilViolation, symmetry, signal, onProgress, onReached, explored); did you mean maxStates?",
      ],
      [withOptions(3), "check: its options are 3, not an object such as { maxStates: 100000 }"],
      [withOptions({ properties: "low" }), 'option properties is "low", not a list such as ["no-interrupt-lost"]'],
      [
        withOptions({ engine: "compield" }),
        'option engine is "compield": it must be "automatic", "compiled", "direct" or "reference"; did you mean "compiled"?',
      ],
      [withOptions({ untilViolation: "yes" }), 'option untilViolation is "yes", not true or false'],
      [withOptions({ signal: 3 }), "option signal is 3, not an AbortSignal"],
      [withOptions({ onProgress: true }), "option onProgress is true, not a function such as"],
      [() => check(wrong(built)), 'check: its argument is {"name":"counters","title":"","parameters":{}}, not a model'],
      [
        () => check(wrong(family(built))),
        "check: its argument is a family; check one of its models: family.instantiate()",
      ],
      [
        () => verifyCertificate("none", counter, wrong({ onprogress: () => {} })),
        "verifyCertificate: its options: unknown key onprogress (known: signal, onProgress); did you mean onProgress?",
      ],
    ],
  ],
  [
    "a type",
    [
      [() => array(wrong(boolean), wrong(3)), "array: the length comes first, then the type: array(3, ...)"],
      [
        () => sequence(wrong(range(0, 1)), wrong(2)),
        "sequence: the length comes first, then the type: sequence(2, ...)",
      ],
      [
        () => array(wrong(boolean), boolean),
        "array: its length is the type boolean; of types, only those made by indices are possible",
      ],
      [() => wrong((boolean as unknown as () => void)()), "boolean() is a call: boolean itself is the type, so write"],
      [
        () => record({ count: wrong(range) }),
        'record: field "count" is a function, not a finite type such as boolean or range(0, 3); call it, if it makes one',
      ],
      [() => array(2, wrong(oneOf)), "array(2, ...): a function is not a finite type; call it, if it makes one"],
      [() => optional(wrong(range)), "optional: a function is not a finite type; call it, if it makes one"],
      [() => range(wrong(boolean), 3), "range(the type boolean, 3): both bounds must be integers"],
    ],
  ],
])("%s", (_, mistakes) => {
  test.each(mistakes)("%o: %s", async (attempt, sentence) => {
    const said = await mistake(attempt);
    expect(said.slice(0, sentence.length)).toBe(sentence);
    expect(said).not.toContain("\n");
  });
});

test("a key that is undefined counts as missing, and one that every object has is none", () => {
  expect(() => model({ ...definition, actors: undefined, changes: undefined } as never)).not.toThrow();
  expect(withModel({ toString: () => "" })).toThrow("model counter: unknown key toString (");
  expect(withAction(Object.create({ then: () => {} }) as object)).not.toThrow();
});

test("the type boolean is one, though the slip boolean() is refused", () => {
  expect(record({ on: boolean }).shape).toMatchObject({ kind: "record" });
  expect(boolean.shape).toMatchObject({ kind: "scalar", cardinality: 2 });
});

describe("rules", () => {
  const rule = rules.object<{ kind: string; size?: number }>("a box", "{ kind }", {
    kind: rules.required(rules.word("small", "large")),
    size: rules.optional(rules.anything),
  });

  test("of an object take its keys in any combination, and nothing else", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), (given) => {
        const isRight =
          Object.keys(given).every((key) => key === "kind" || key === "size") &&
          ["small", "large"].includes(given["kind"] as string);
        const isTaken = (): boolean => {
          try {
            rule.check(given, "box");
            return true;
          } catch (error) {
            if (error instanceof ModelError) return false;
            throw error;
          }
        };
        expect(isTaken()).toBe(isRight);
      }),
    );
    rule.check({ kind: "small" }, "box");
    rule.check({ size: undefined, kind: "large" }, "box");
  });

  test("name a part of a part as such", () => {
    const nested = rules.oneOfKinds("a way", '{ kind: "a" }', { a: {}, b: { waits: rules.required(rules.truth) } });
    const said = (value: unknown): string => {
      try {
        nested.check(value, "own: its context");
      } catch (error) {
        return (error as Error).message;
      }
      return "right";
    };
    expect(said({ kind: "a" })).toBe("right");
    expect(said({ kind: "b", waits: false })).toBe("right");
    expect(said({ kind: "c" })).toBe(`own: its context's kind is "c": it must be "a" or "b"; did you mean "a"?`);
    expect(said({ kind: "b", wait: true })).toBe(
      "own: its context: unknown key wait (known: kind, waits); did you mean waits?",
    );
    expect(said({ kind: "b" })).toBe("own: its context has no waits; give it waits: true");
    expect(said({ kind: "b", waits: 1 })).toBe("own: its context's waits is 1, not true or false");
    expect(said({})).toBe(`own: its context has no kind; give it one, such as { kind: "a" }`);
    expect(said([])).toBe(`own: its context is [], not a way such as { kind: "a" }`);
  });
});
