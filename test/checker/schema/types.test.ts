/**
 * The TypeScript types that a modeller gets without writing any. `npm run typecheck` decides these tests; running them
 * only makes sure that the same lines are not nonsense at run time.
 */
import {
  array,
  boolean,
  choice,
  family,
  flag,
  integer,
  integerOrUnbounded,
  model,
  oneOf,
  optional,
  range,
  record,
  sequence,
  type DeepReadonly,
  type Family,
  type FiniteType,
  type Model,
  type ValueOf,
} from "irqproof/checker";
import { describe, expect, expectTypeOf, test } from "vitest";

const state = record({
  light: oneOf("red", "green"),
  cpu: array(2, record({ on: boolean, vector: range(0, 3) })),
  task: optional(record({ id: range(0, 9) })),
  mixed: oneOf("none", 3, null, false),
  queue: sequence(4, optional(range(0, 1))),
});

interface State {
  light: "red" | "green";
  cpu: { on: boolean; vector: number }[];
  task: { id: number } | null;
  mixed: "none" | 3 | null | false;
  queue: (number | null)[];
}

const start: State = { light: "red", cpu: [], task: null, mixed: 3, queue: [] };

describe("of values", () => {
  test("are inferred from the finite types", () => {
    expectTypeOf<ValueOf<typeof state>>().toEqualTypeOf<State>();
    expectTypeOf(state).toEqualTypeOf<FiniteType<State>>();
    expectTypeOf(start).toExtend<ValueOf<typeof state>>();
    expect(state.shape.kind).toBe("record");
  });

  test("do not mix", () => {
    // @ts-expect-error -- a truth value is no number
    const wrong: ValueOf<typeof state>["cpu"][0]["on"] = 1;
    // @ts-expect-error -- amber is no light
    const amber: ValueOf<typeof state>["light"] = "amber";
    expect([wrong, amber]).toEqual([1, "amber"]);
  });
});

describe("of actions and properties", () => {
  const cpu = range(0, 1);

  const good = () =>
    model({
      name: "types",
      state,
      initial: { light: "red", cpu: [], task: null, mixed: "none", queue: [] },
      actions: {
        withParameters: {
          over: { cpu, to: oneOf("red", "green"), pair: array(2, boolean) },
          actor: (_, parameters) => {
            expectTypeOf(parameters).toEqualTypeOf<{ cpu: number; to: "red" | "green"; pair: boolean[] }>();
            return "";
          },
          when: (state, { cpu, to }) => {
            expectTypeOf(state).toEqualTypeOf<DeepReadonly<State>>();
            expectTypeOf(cpu).toEqualTypeOf<number>();
            return state.light !== to;
          },
          then: (draft, { to }) => {
            expectTypeOf(draft).toEqualTypeOf<State>();
            draft.light = to;
          },
        },
        without: {
          when: (state) => {
            // @ts-expect-error -- a guard only reads
            state.light = "green";
            // @ts-expect-error -- to any depth
            state.cpu[0]!.on = true;
            // @ts-expect-error -- and in queues
            state.queue.push(null);
            return true;
          },
          then: (draft) => {
            // @ts-expect-error -- amber is no light
            draft.light = "amber";
          },
        },
      },
      properties: ({ always, sometimes, step, noDeadlock }) => ({
        always: always("typed", (state) => {
          expectTypeOf(state).toEqualTypeOf<DeepReadonly<State>>();
          return true;
        }),
        sometimes: sometimes("typed", ({ light }) => light === "green"),
        step: step("typed", (before, { action, parameters }, after) => {
          expectTypeOf(action).toEqualTypeOf<string>();
          expectTypeOf(parameters).toEqualTypeOf<Readonly<Record<string, unknown>>>();
          return before.light === after.light;
        }),
        noDeadlock: noDeadlock("typed", { unless: ({ light }) => light === "red" }),
      }),
    });

  test("are inferred from the state and the domains", () => {
    expectTypeOf(good).returns.toEqualTypeOf<Model<State>>();
    expect(good).toThrow("in the initial state, cpu has 0 elements, not 2");
  });

  test("a function that several actions share declares only the parameters it uses", () => {
    const actor = (_: unknown, { cpu }: { cpu: number }): string => `CPU${cpu}`;
    const shared = model({
      name: "shared",
      state: record({ on: boolean }),
      initial: { on: false },
      actions: {
        one: { over: { cpu }, actor, then: () => {} },
        two: {
          over: { cpu, vector: range(0, 1) },
          actor,
          then: (draft, { vector }) => {
            draft.on = vector === 1;
          },
        },
      },
    });
    expect(shared.instances.map((instance) => instance.actor({ on: false }))).toEqual([
      "CPU0",
      "CPU1",
      "CPU0",
      "CPU0",
      "CPU1",
      "CPU1",
    ]);
  });

  test("mistakes in the initial state and in parameters are seen", () => {
    const wrong = () =>
      model({
        name: "wrong",
        state: record({ light: oneOf("red", "green") }),
        // @ts-expect-error -- amber is no light
        initial: { light: "amber" },
        actions: {
          go: {
            over: { cpu },
            // @ts-expect-error -- it has no such parameter
            then: (_, { vector }) => String(vector),
          },
        },
      });
    expect(wrong).toThrow('light is "amber"');
  });

  test("a guard returns a boolean, and nothing that only looks like one", () => {
    const numeric = model({
      name: "numeric",
      state: record({ count: range(0, 1) }),
      initial: { count: 0 },
      actions: {
        go: {
          // @ts-expect-error -- a number is no answer
          when: ({ count }) => count,
          then: () => {},
        },
      },
    });
    expect(numeric.actions).toEqual(["go"]);
  });
});

describe("of families", () => {
  test("the parameters' values are inferred", () => {
    const typed = family({
      name: "typed",
      title: "typed",
      parameters: {
        size: integer(1, 1, 2, "a size"),
        raises: integerOrUnbounded("unbounded", 0, 2, "a bound"),
        fabric: choice("none", ["none", "fifo"], "a fabric"),
        strict: flag(true, "a switch"),
      },
      build: (parameters) => {
        expectTypeOf(parameters).toEqualTypeOf<{
          readonly size: number;
          readonly raises: number | "unbounded";
          readonly fabric: "none" | "fifo";
          readonly strict: boolean;
        }>();
        return model({
          name: "typed",
          state: record({ on: boolean }),
          initial: { on: parameters.strict },
          actions: { stay: { then: () => {} } },
        });
      },
    });
    expectTypeOf(typed).toEqualTypeOf<Family<{ on: boolean }>>();
    expect(typed.instantiate().initial).toEqual([{ on: true }]);
  });

  test("a default is one of the choices", () => {
    // @ts-expect-error -- lifo is none of them
    expect(choice("lifo", ["none", "fifo"], "a fabric").default).toBe("lifo");
  });
});
