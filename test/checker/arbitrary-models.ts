/** Random small models: a fixed kind of state in random sizes, and actions that are random little programs. */
import {
  array,
  because,
  model,
  oneOf,
  optional,
  range,
  record,
  sequence,
  type Model,
  type ValueOf,
} from "irqproof/checker";
import * as fc from "fast-check";

const stateOf = (cells: number, highest: number) =>
  record({
    cell: array(cells, range(0, highest)),
    mode: oneOf("idle", "busy"),
    token: optional(record({ owner: range(0, 2) })),
    queue: sequence(2, range(0, 1)),
  });

export type RandomState = ValueOf<ReturnType<typeof stateOf>>;

type Condition =
  | { readonly kind: "cell"; readonly cell: number; readonly atLeast: number }
  | { readonly kind: "own"; readonly below: number }
  | { readonly kind: "mode"; readonly mode: "idle" | "busy" }
  | { readonly kind: "token"; readonly held: boolean }
  | { readonly kind: "queue"; readonly empty: boolean };

type Effect =
  | { readonly kind: "set"; readonly cell: number; readonly value: number }
  | { readonly kind: "add"; readonly value: number }
  | { readonly kind: "copy"; readonly from: number; readonly to: number }
  | { readonly kind: "mode"; readonly mode: "idle" | "busy" }
  | { readonly kind: "token"; readonly owner: number | null }
  | { readonly kind: "push"; readonly value: number }
  | { readonly kind: "shift" };

const small = fc.nat(3);
const mode = fc.constantFrom("idle" as const, "busy" as const);

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ kind: fc.constant("cell" as const), cell: small, atLeast: small }),
  fc.record({ kind: fc.constant("own" as const), below: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant("mode" as const), mode }),
  fc.record({ kind: fc.constant("token" as const), held: fc.boolean() }),
  fc.record({ kind: fc.constant("queue" as const), empty: fc.boolean() }),
);

const effect: fc.Arbitrary<Effect> = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), cell: small, value: small }),
  fc.record({ kind: fc.constant("add" as const), value: fc.integer({ min: 1, max: 2 }) }),
  fc.record({ kind: fc.constant("copy" as const), from: small, to: small }),
  fc.record({ kind: fc.constant("mode" as const), mode }),
  fc.record({ kind: fc.constant("token" as const), owner: fc.option(fc.nat(2)) }),
  fc.record({ kind: fc.constant("push" as const), value: fc.nat(1) }),
  fc.record({ kind: fc.constant("shift" as const) }),
);

const action = fc.record({
  actor: fc.constantFrom("A", "B", "C", "A", "B", "C", ""),
  /** Whether there is one instance for each cell, acting for that cell. */
  each: fc.boolean(),
  when: fc.array(condition, { minLength: 1, maxLength: 2 }),
  then: fc.array(effect, { minLength: 1, maxLength: 3 }),
});

const programs = fc.record({
  cells: fc.integer({ min: 2, max: 3 }),
  highest: fc.integer({ min: 1, max: 2 }),
  starts: fc.array(fc.record({ value: small, mode, queue: fc.array(fc.nat(1), { maxLength: 2 }) }), {
    minLength: 1,
    maxLength: 3,
  }),
  actions: fc.array(action, { minLength: 2, maxLength: 6 }),
  bound: small,
  ignored: fc.boolean(),
});

/** A random model with one property of each kind; it never leaves its types. */
export const randomModel: fc.Arbitrary<Model<RandomState>> = programs.map((program) => {
  const { cells, highest } = program;
  const holds = (state: Readonly<RandomStateView>, self: number, condition: Condition): boolean => {
    switch (condition.kind) {
      case "cell":
        return state.cell[condition.cell % cells]! >= condition.atLeast;
      case "own":
        return state.cell[self]! < condition.below;
      case "mode":
        return state.mode === condition.mode;
      case "token":
        return (state.token !== null) === condition.held;
      case "queue":
        return (state.queue.length === 0) === condition.empty;
    }
  };
  const apply = (draft: RandomState, self: number, effect: Effect): void => {
    switch (effect.kind) {
      case "set":
        draft.cell[effect.cell % cells] = effect.value % (highest + 1);
        break;
      case "add":
        draft.cell[self] = (draft.cell[self]! + effect.value) % (highest + 1);
        break;
      case "copy":
        draft.cell[effect.to % cells] = draft.cell[effect.from % cells]!;
        break;
      case "mode":
        draft.mode = effect.mode;
        break;
      case "token":
        draft.token = effect.owner === null ? null : { owner: effect.owner };
        break;
      case "push":
        if (draft.queue.length < 2) draft.queue.push(effect.value);
        break;
      case "shift":
        draft.queue.shift();
    }
  };
  return model({
    name: "random",
    state: stateOf(cells, highest),
    initial: program.starts.map(({ value, mode, queue }) => ({
      cell: Array.from({ length: cells }, () => value % (highest + 1)),
      mode,
      token: null,
      queue,
    })),
    actions: Object.fromEntries(
      program.actions.map(({ actor, each, when, then }, index) => [
        `action${index}`,
        {
          over: { self: range(0, each ? cells - 1 : 0) },
          actor: (_: unknown, { self }: { self: number }) => (each && actor !== "" ? `${actor}${self}` : actor),
          when: (state: Readonly<RandomStateView>, { self }: { self: number }) =>
            when.every((condition) => holds(state, self, condition)),
          then: (draft: RandomState, { self }: { self: number }) => {
            for (const effect of then) apply(draft, self, effect);
          },
        },
      ]),
    ),
    properties: ({ always, sometimes, step, noDeadlock }) => ({
      low: always(
        "a full queue keeps a cell low",
        ({ cell, queue }) =>
          queue.length < 2 || cell.some((value) => value <= program.bound % highest) || because(`cells ${cell.join()}`),
      ),
      met: sometimes("high and a token", ({ cell, token }) => token !== null && !cell.includes(0)),
      steady: step(
        "a busy system lets no cell fall",
        (before, { action }, after) =>
          action === "action0" || before.mode === "idle" || before.cell.every((value, i) => value <= after.cell[i]!),
      ),
      live: noDeadlock("something can happen", {
        ignoring: program.ignored ? ["action0"] : [],
        unless: ({ mode, queue }) => mode === "idle" && queue.length === 0,
      }),
    }),
  });
});

const NODES = 9;

/** A random graph to walk on, with many ways to each place: shortest traces differ in their actors. */
export const randomWalk: fc.Arbitrary<Model<{ node: number }>> = fc
  .array(
    fc.record({
      from: fc.nat(NODES - 2),
      ahead: fc.constantFrom(1, 1, 1, 1, 2, -1),
      actor: fc.constantFrom("A", "B", "C", "D", ""),
    }),
    { minLength: 20, maxLength: 50 },
  )
  .map((edges) =>
    model({
      name: "walk",
      state: record({ node: range(0, NODES - 1) }),
      initial: [{ node: 1 }, { node: 0 }],
      actions: {
        go: {
          over: { edge: range(0, edges.length - 1) },
          actor: (_, { edge }) => edges[edge]!.actor,
          when: ({ node }, { edge }) => node === edges[edge]!.from,
          then: (draft, { edge }) => {
            draft.node = Math.min(NODES - 1, Math.max(0, draft.node + edges[edge]!.ahead));
          },
        },
      },
      properties: ({ always, sometimes, step, noDeadlock }) => ({
        far: always("nobody gets far", ({ node }) => node < NODES - 2),
        end: sometimes("somebody gets to the end", ({ node }) => node === NODES - 1),
        jump: step("nobody jumps late", (before, _, after) => before.node < 4 || after.node < before.node + 2),
        stuck: noDeadlock("the way goes on", { unless: ({ node }) => node < 5 }),
      }),
    }),
  );

interface RandomStateView {
  readonly cell: readonly number[];
  readonly mode: "idle" | "busy";
  readonly token: { readonly owner: number } | null;
  readonly queue: readonly number[];
}
