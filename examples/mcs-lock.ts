/**
 * The queue lock of Mellor-Crummey and Scott. It teaches pointers: `optional` of a number is a reference that may be
 * null, and an atomic instruction is one action.
 *
 * The steps are those of mcslock1 in Murphi's distribution (ex/mux/mcslock1.m), with its published counts.
 */
import {
  array,
  because,
  boolean,
  family,
  integer,
  model,
  oneOf,
  optional,
  range,
  record,
  weakFairness,
} from "irqproof/checker";

export default family({
  name: "mcs-lock",
  title: "the queue lock of Mellor-Crummey and Scott",
  parameters: { processes: integer(3, 2, 4, "how many processes take the lock") },
  build: ({ processes }) => {
    const process = range(0, processes - 1);
    const location = oneOf(
      "idle",
      "swap",
      "test",
      "prepare",
      "link",
      "spin",
      "critical",
      "release",
      "awaitNext",
      "handOver",
    );
    return model({
      name: "mcs-lock",
      state: record({
        /** The last process in the queue. */
        tail: optional(process),
        process: array(
          processes,
          record({ at: location, next: optional(process), locked: boolean, predecessor: optional(process) }),
        ),
      }),
      initial: {
        tail: null,
        process: Array.from({ length: processes }, () => ({
          at: "idle" as const,
          next: null,
          locked: false,
          predecessor: null,
        })),
      },
      actions: {
        // One action, because each process is at one location: what it does next follows from that.
        step: {
          over: { self: process },
          actor: (_, { self }) => `process ${self}`,
          label: (state, { self }) => state.process[self]!.at,
          then: (draft, { self }) => {
            const own = draft.process[self]!;
            switch (own.at) {
              case "idle":
                own.next = null;
                own.at = "swap";
                break;
              case "swap":
                own.predecessor = draft.tail;
                draft.tail = self;
                own.at = "test";
                break;
              case "test":
                own.at = own.predecessor === null ? "critical" : "prepare";
                break;
              case "prepare":
                own.locked = true;
                own.at = "link";
                break;
              case "link":
                draft.process[own.predecessor!]!.next = self;
                own.at = "spin";
                break;
              case "spin":
                if (!own.locked) own.at = "critical";
                break;
              case "critical":
                own.at = own.next === null ? "release" : "handOver";
                break;
              case "release":
                // Compare and swap: no process has queued behind this one.
                if (draft.tail === self) {
                  draft.tail = null;
                  own.at = "idle";
                } else {
                  own.at = "awaitNext";
                }
                break;
              case "awaitNext":
                if (own.next !== null) own.at = "handOver";
                break;
              case "handOver":
                draft.process[own.next!]!.locked = false;
                own.at = "idle";
                break;
            }
          },
        },
      },
      properties: ({ always, leadsToForEach, sometimes }) => ({
        "mutual-exclusion": always("at most one process has the lock", ({ process }) => {
          const inside = process.flatMap(({ at }, self) => (at === "critical" ? [self] : []));
          return inside.length <= 1 || because(`processes ${inside.join(" and ")} both have it`);
        }),
        "can-enter": sometimes("a process has the lock", ({ process }) => process.some(({ at }) => at === "critical")),
        "everyone-enters": leadsToForEach(
          "a process that queues for the lock gets it",
          Array.from({ length: processes }, (_, self) => self),
          ({ process }, self) => process[self]!.at === "test",
          ({ process }, self) => process[self]!.at === "critical",
          { fairness: [weakFairness("step")] },
        ),
      }),
    });
  },
});
