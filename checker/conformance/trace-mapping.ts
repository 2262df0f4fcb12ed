import {
  anything,
  didYouMean,
  listOf,
  nonEmptyText,
  object,
  optional,
  plainFunction,
  required,
  word,
  type Rule,
} from "../definition/index.ts";
import { messageOf, ModelError } from "../errors.ts";
import type { ActionInstance, Model, ParameterValues } from "../language/index.ts";
import { returned, show } from "../schema/index.ts";

/** Meaning of an event of a log for the model: a step, a part of the state, or both. */
export interface ObservedEvent {
  /** The action of the step, or several of which it was one. Without it, no observed step was taken. */
  readonly action?: string | readonly string[];
  /** Values of parameters of the action, those that the log has. Default: none. */
  readonly parameters?: ParameterValues;
  /** A part of the state before the step: the fields that are there are compared. */
  readonly before?: unknown;
  /** A part of the state after the step, or, without a step, when the event was written. */
  readonly after?: unknown;
}

/** Mapping of the events of a log to the model, and the steps that the log leaves out. */
export interface TraceMapping<Event> {
  /** Observation in an event; undefined for an event that is not about the model. */
  readonly read: (event: Event) => ObservedEvent | undefined;
  /** Actions that the log leaves out: they may have been taken any number of times between two events. Default: none. */
  readonly unobserved?: readonly string[];
  /** State at the beginning of the log: an initial state of the model, or any reachable one. Default "initially". */
  readonly begins?: "initially" | "anywhere";
}

const READ = "({ type, item }) => ({ action: type, parameters: { item } })";

const mappingRule: Rule = object<TraceMapping<unknown>>(
  "a mapping of events",
  `{ read: ${READ} }`,
  {
    read: required(plainFunction(READ)),
    unobserved: optional(listOf(nonEmptyText("deliver"))),
    begins: optional(word("initially", "anywhere")),
  },
  {
    synonyms: {
      map: "read",
      event: "read",
      internal: "unobserved",
      hidden: "unobserved",
      from: "begins",
      start: "begins",
    },
  },
);

const EVENT = '{ action: "put", parameters: { item: 1 } }';
const eventRule: Rule = object<ObservedEvent>(
  "what an event says",
  EVENT,
  { action: optional(anything), parameters: optional(anything), before: optional(anything), after: optional(anything) },
  { synonyms: { name: "action", step: "action", params: "parameters", args: "parameters", state: "after" } },
);

/** An event as it is validated. */
export interface ReadEvent<S> {
  /** The instances of which one was taken; undefined where no step was observed. */
  readonly instances: readonly ActionInstance<S>[] | undefined;
  readonly observed: ObservedEvent;
}

/** Events with different meanings for a step, whose instances are kept. */
const MAX_KEPT_STEPS = 10_000;

/** Reads events by the user's mapping, and checks what it returns. */
export class EventReader<S, Event> {
  readonly unobserved: readonly ActionInstance<S>[];
  readonly begins: "initially" | "anywhere";
  readonly #model: Model<S>;
  readonly #read: TraceMapping<Event>["read"];
  readonly #steps = new Map<string, readonly ActionInstance<S>[]>();

  /** @throws ModelError when a part of the mapping is missing or wrong */
  constructor(model: Model<S>, mapping: TraceMapping<Event>) {
    mappingRule.check(mapping, "validateTrace: the mapping");
    const { read, unobserved = [], begins = "initially" } = mapping;
    for (const action of unobserved) requireAction(model, action, "validateTrace: unobserved names");
    this.#model = model;
    this.#read = read;
    this.begins = begins;
    this.unobserved = model.instances.filter(({ action }) => unobserved.includes(action));
  }

  /**
   * @returns undefined where the event has no meaning for the model
   * @throws ModelError when the mapping throws, or returns something that is no meaning of an event
   */
  read(event: Event, number: number): ReadEvent<S> | undefined {
    const where = `validateTrace: event ${number}`;
    let observed: ObservedEvent | undefined;
    try {
      observed = this.#read(event);
    } catch (error) {
      throw new ModelError(`${where}: read threw: ${messageOf(error)}`, { cause: error });
    }
    if (observed === undefined) return undefined;
    if (typeof observed !== "object" || observed === null || observed instanceof Promise) {
      throw new ModelError(
        `${where}: read ${returned(observed, `what an event says, such as ${EVENT}, or undefined`)}`,
      );
    }
    eventRule.check(observed, `${where}: what read returned`);
    const { action, parameters, before, after } = observed;
    if (action === undefined) {
      if (parameters !== undefined || before !== undefined) {
        throw new ModelError(`${where}: parameters and before are of a step; give action too`);
      }
      if (after === undefined)
        throw new ModelError(`${where}: read returned {}; return undefined for an event to ignore`);
      return { instances: undefined, observed };
    }
    return { instances: this.#instances(action, parameters ?? {}, where), observed };
  }

  #instances(
    action: string | readonly string[],
    parameters: ParameterValues,
    where: string,
  ): readonly ActionInstance<S>[] {
    const key = JSON.stringify([action, parameters]);
    let instances = this.#steps.get(key);
    if (instances === undefined) {
      if (this.#steps.size === MAX_KEPT_STEPS) this.#steps.clear();
      this.#steps.set(key, (instances = this.#find(action, parameters, where)));
    }
    return instances;
  }

  #find(action: string | readonly string[], parameters: ParameterValues, where: string): ActionInstance<S>[] {
    const actions: readonly unknown[] = Array.isArray(action) ? action : [action];
    for (const name of actions) requireAction(this.#model, name, `${where} has`);
    const candidates = this.#model.instances.filter((instance) => actions.includes(instance.action));
    const values = Object.entries(parameters).filter(([, value]) => value !== undefined);
    for (const [name] of values) {
      if (candidates.some((instance) => Object.hasOwn(instance.parameters, name))) continue;
      throw new ModelError(`${where} has parameter ${name}, which action ${actions.join(" or ")} does not have`);
    }
    const texts = values.map(([name, value]) => [name, JSON.stringify(value)] as const);
    return candidates.filter(({ parameters }) =>
      texts.every(([name, text]) => !Object.hasOwn(parameters, name) || JSON.stringify(parameters[name]) === text),
    );
  }
}

function requireAction<S>({ name, actions }: Model<S>, action: unknown, where: string): void {
  if (typeof action === "string" && actions.includes(action)) return;
  const near = typeof action === "string" ? didYouMean(action, actions) : "";
  throw new ModelError(
    `${where} action ${show(action)}, but model ${name} has the actions ${actions.join(", ")}${near}`,
  );
}
