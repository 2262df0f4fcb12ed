import {
  anyFunction,
  anything,
  didYouMean,
  listOf,
  nonEmptyText,
  object,
  optional,
  plainFunction,
  required,
  type Rule,
} from "../definition/index.ts";
import { ModelError } from "../errors.ts";
import type { ActionInstance, Model, ParameterValues } from "../language/index.ts";
import type { DeepReadonly, Method } from "../schema/index.ts";

/** Call of a test for an action of the model; a promise is awaited. */
export type Call<Live> = Method<[live: Live, parameters: ParameterValues], unknown>;

/** A call, and its result by the model. */
export interface CheckedCall<S, Live> {
  readonly run: Call<Live>;
  /** The value that the call returns, or that its promise resolves to, in a step from `before` to `after`. */
  readonly returns: Method<[before: DeepReadonly<S>, parameters: ParameterValues, after: DeepReadonly<S>], unknown>;
}

/**
 * Control of an implementation by a test, and the observable part of it. Every action of the model is in exactly one of
 * `actions`, `internal` and `absent`.
 */
export interface SystemUnderTest<S, Live> {
  /** Makes a new system, in an initial state of the model. It is called once for each run. */
  readonly start: () => Live | Promise<Live>;
  /**
   * By the name of the action, what the test calls: operations of the system, and what the environment does, such as a
   * message that is lost. An action is called only where the model allows it in every state that fits.
   */
  readonly actions: Readonly<Record<string, Call<Live> | CheckedCall<S, Live>>>;
  /** Actions that the system may take by itself at any time, unseen. Default: none. */
  readonly internal?: readonly string[];
  /** Actions that do not happen in this test. Default: none. */
  readonly absent?: readonly string[];
  /**
   * Observation of the system after the start and after each call. Without `project`, it is a part of the state:
   * the fields that are there are compared. Without `observe`, only the values that calls return are.
   */
  readonly observe?: (live: Live) => unknown;
  /** Expected result of `observe` in a state, where that is not a part of the state. */
  readonly project?: (state: DeepReadonly<S>) => unknown;
  /** Waits until the system takes no step by itself any more. Only states without a possible internal step fit then. */
  readonly settle?: (live: Live) => unknown;
  /** Ends a system at the end of a run, also after a failure. */
  readonly stop?: (live: Live) => unknown;
}

/** The actions of a model, by what a test does with them. */
export interface Roles<S, Live> {
  readonly driven: readonly ActionInstance<S>[];
  readonly internal: readonly ActionInstance<S>[];
  readonly calls: ReadonlyMap<string, Partial<CheckedCall<S, Live>> & Pick<CheckedCall<S, Live>, "run">>;
}

const START = "() => new Queue()";
const names: Rule = listOf(nonEmptyText("deliver"));

const systemRule: Rule = object<SystemUnderTest<unknown, unknown>>(
  "a system under test",
  `{ start: ${START}, actions: { put: (queue, { item }) => queue.put(item) }, observe: (queue) => ({ size: queue.size }) }`,
  {
    start: required(anyFunction(START)),
    actions: required({
      expected: "an object of functions such as { put: (queue, { item }) => queue.put(item) }",
      example: "{ put: (queue, { item }) => queue.put(item) }",
      check(value, where) {
        if (typeof value === "object" && value !== null && !Array.isArray(value)) return;
        throw new ModelError(`${where} are not ${this.expected}`);
      },
    }),
    internal: optional(names),
    absent: optional(names),
    observe: optional(anyFunction("(queue) => ({ size: queue.size })")),
    project: optional(plainFunction("({ items }) => items.length")),
    settle: optional(anyFunction("(server) => server.idle()")),
    stop: optional(anyFunction("(server) => server.close()")),
  },
  {
    synonyms: {
      setup: "start",
      create: "start",
      commands: "actions",
      calls: "actions",
      hidden: "internal",
      unobserved: "internal",
      never: "absent",
      excluded: "absent",
      observation: "observe",
      view: "project",
      abstraction: "project",
      teardown: "stop",
      close: "stop",
    },
  },
);

const checkedCallRule: Rule = object<CheckedCall<unknown, unknown>>(
  "a call",
  "{ run: (queue) => queue.take(), returns: ({ items }) => items[0] }",
  { run: required(anyFunction("(queue) => queue.take()")), returns: required(anything) },
  { synonyms: { call: "run", do: "run", result: "returns", expect: "returns", expected: "returns" } },
);
const returnsRule: Rule = plainFunction("({ items }) => items[0]");

/**
 * Checks a system against the model that it is tested by.
 *
 * @throws ModelError when a part is missing or wrong, an action is unknown, or one has no role or two
 */
export function rolesOf<S, Live>(model: Model<S>, system: SystemUnderTest<S, Live>): Roles<S, Live> {
  systemRule.check(system, "conform: the system");
  const { actions, internal = [], absent = [], observe, project } = system;
  const calls = new Map<string, Partial<CheckedCall<S, Live>> & Pick<CheckedCall<S, Live>, "run">>();
  for (const [action, given] of Object.entries(actions)) {
    const where = `conform: the call of action ${action}`;
    if (typeof given === "function") {
      calls.set(action, { run: given });
      continue;
    }
    checkedCallRule.check(given, where);
    returnsRule.check(given.returns, `${where}: its returns`);
    calls.set(action, given);
  }
  const roles = new Map<string, string>();
  for (const [role, group] of [
    ["actions", [...calls.keys()]],
    ["internal", internal],
    ["absent", absent],
  ] as const) {
    for (const action of group) {
      if (!model.actions.includes(action)) {
        throw new ModelError(
          `conform: ${role} names ${action}, but model ${model.name} has the actions ${model.actions.join(", ")}${didYouMean(action, model.actions)}`,
        );
      }
      const other = roles.get(action);
      if (other !== undefined)
        throw new ModelError(`conform: action ${action} is in ${other} and in ${role}; keep one`);
      roles.set(action, role);
    }
  }
  const open = model.actions.filter((action) => !roles.has(action));
  if (open.length > 0) {
    throw new ModelError(
      `conform: model ${model.name} has the action ${open[0]}, for which the system has no call; give it one in actions, or name it in internal (the system takes it by itself) or in absent (it does not happen)`,
    );
  }
  if (calls.size === 0) throw new ModelError("conform: the system has no call for any action; give at least one");
  if (project !== undefined && observe === undefined) {
    throw new ModelError("conform: the system has project without observe, which it is compared with; give both");
  }
  if (observe === undefined && ![...calls.values()].some(({ returns }) => returns !== undefined)) {
    throw new ModelError(
      "conform: nothing is compared with the model; give the system observe, or give a call returns",
    );
  }
  const ofRole = (role: string): ActionInstance<S>[] =>
    model.instances.filter(({ action }) => roles.get(action) === role);
  return { driven: ofRole("actions"), internal: ofRole("internal"), calls };
}
