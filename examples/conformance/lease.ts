/**
 * A lease: one client at a time holds a resource, for a term that it may renew. It teaches `conform` where time matters:
 * the system takes its clock from the test, and the passing of time is an action that the test drives.
 *
 * `FaultyLeases` compares with `<=` instead of `<`, so a lease lasts one tick longer than its term. `lease.jsonl` is a log
 * of it: `irqproof validate` finds the event that the model does not allow.
 */
import {
  type SystemUnderTest,
  type TraceMapping,
  type ValueOf,
  model,
  optional,
  range,
  record,
} from "irqproof/checker";

const TERM = 2;
const client = range(0, 1);
const state = record({ lease: optional(record({ holder: client, left: range(1, TERM) })) });

export default model({
  name: "lease",
  state,
  initial: { lease: null },
  actors: ["client 0", "client 1", "clock"],
  actions: {
    acquire: {
      over: { client },
      actor: (_, { client }) => `client ${client}`,
      label: "acquire",
      then: (draft, { client }) => {
        draft.lease ??= { holder: client, left: TERM };
      },
    },
    renew: {
      over: { client },
      actor: (_, { client }) => `client ${client}`,
      label: "renew",
      then: ({ lease }, { client }) => {
        if (lease !== null && lease.holder === client) lease.left = TERM;
      },
    },
    tick: {
      actor: "clock",
      then: (draft) => {
        if (draft.lease === null) return;
        if (draft.lease.left === 1) draft.lease = null;
        else draft.lease.left -= 1;
      },
    },
  },
  properties: ({ always, sometimes }) => ({
    "never-overdue": always("a lease has at most a term left", ({ lease }) => lease === null || lease.left <= TERM),
    "changes-hands": sometimes("client 1 holds the lease", ({ lease }) => lease?.holder === 1),
  }),
});

export class Leases {
  #holder: number | undefined;
  #expires = 0;
  readonly #now: () => number;

  /** @param now the time in ticks */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether the client has the lease now. */
  acquire(client: number): boolean {
    if (this.isHeld()) return false;
    this.#holder = client;
    this.#expires = this.#now() + TERM;
    return true;
  }

  /** Whether the client had the lease, which now lasts for a whole term again. */
  renew(client: number): boolean {
    if (!this.isHeld() || this.#holder !== client) return false;
    this.#expires = this.#now() + TERM;
    return true;
  }

  protected isHeld(): boolean {
    return this.#holder !== undefined && this.isBeforeExpiry(this.#now(), this.#expires);
  }

  protected isBeforeExpiry(now: number, expires: number): boolean {
    return now < expires;
  }
}

export class FaultyLeases extends Leases {
  protected override isBeforeExpiry(now: number, expires: number): boolean {
    return now <= expires;
  }
}

interface Live {
  readonly leases: Leases;
  readonly clock: { now: number };
}

/** How a test drives leases. Nothing is observed but the answers: who holds the lease shows in them sooner or later. */
export const leases = (make: (now: () => number) => Leases): SystemUnderTest<ValueOf<typeof state>, Live> => ({
  start: () => {
    const clock = { now: 0 };
    return { clock, leases: make(() => clock.now) };
  },
  actions: {
    acquire: {
      run: ({ leases }, { client }: { client: number }) => leases.acquire(client),
      returns: ({ lease }) => lease === null,
    },
    renew: {
      run: ({ leases }, { client }: { client: number }) => leases.renew(client),
      returns: ({ lease }, { client }) => lease?.holder === client,
    },
    tick: ({ clock }) => {
      clock.now += 1;
    },
  },
});

export const correct = leases((now) => new Leases(now));
export const faulty = leases((now) => new FaultyLeases(now));

/** A line of the log: what was asked for, and who held the lease afterwards. */
type LogLine =
  | { readonly op: "acquire" | "renew"; readonly client: number; readonly holder: number | null }
  | { readonly op: "tick" };

/** How `irqproof validate` reads the log. It has every step, so none is unobserved. */
export const mapping: TraceMapping<LogLine> = {
  read: (line) =>
    line.op === "tick"
      ? { action: "tick" }
      : {
          action: line.op,
          parameters: { client: line.client },
          after: { lease: line.holder === null ? null : { holder: line.holder } },
        },
};
