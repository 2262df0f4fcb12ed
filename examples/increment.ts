/**
 * Threads that each add one to a shared counter. It teaches the oldest race there is: reading and writing back are two
 * steps, and what another thread wrote in between is overwritten.
 *
 * With two threads it has the 13 states that Stateright's example of the same name lists one by one.
 */
import { array, because, family, integer, model, oneOf, range, record, weakFairness } from "irqproof/checker";

export default family({
  name: "increment",
  title: "threads that add one to a shared counter, in two steps",
  parameters: { threads: integer(2, 1, 6, "how many threads there are") },
  build: ({ threads }) => {
    const each = {
      over: { thread: range(0, threads - 1) },
      actor: (_: unknown, { thread }: { thread: number }) => `T${thread}`,
    };
    return model({
      name: "increment",
      state: record({
        counter: range(0, threads),
        thread: array(threads, record({ at: oneOf("read", "write", "done"), copy: range(0, threads) })),
      }),
      initial: { counter: 0, thread: Array.from({ length: threads }, () => ({ at: "read" as const, copy: 0 })) },
      actions: {
        read: {
          ...each,
          when: (state, { thread }) => state.thread[thread]?.at === "read",
          then: (draft, { thread }) => {
            draft.thread[thread] = { at: "write", copy: draft.counter };
          },
        },
        write: {
          ...each,
          when: (state, { thread }) => state.thread[thread]?.at === "write",
          then: (draft, { thread }) => {
            const { copy } = draft.thread[thread]!;
            draft.counter = copy + 1;
            draft.thread[thread]!.at = "done";
          },
        },
      },
      properties: ({ always, eventually, noDeadlock }) => ({
        "nothing-lost": always("the counter counts the threads that are done", ({ counter, thread }) => {
          const done = thread.filter(({ at }) => at === "done").length;
          return counter === done || because(`${done} threads are done and the counter is ${counter}`);
        }),
        "runs-to-the-end": noDeadlock("only a finished run stops", {
          unless: ({ thread }) => thread.every(({ at }) => at === "done"),
        }),
        ends: eventually("every thread ends", ({ thread }) => thread.every(({ at }) => at === "done"), {
          fairness: [weakFairness()],
        }),
      }),
    });
  },
});
