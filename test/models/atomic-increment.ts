import { array, family, integer, model, oneOf, optional, range, record, sequence } from "irqproof/checker";

/**
 * McKenney's atomic increment (perfbook, formal/spinhint) as SPIN sees it, step by step, so that its published counts
 * hold here. What SPIN adds to the program is part of the state:
 *
 * - `init` starts the incrementers, adds up their progress and ends; its variable `sum` is gone with it.
 * - A process that has come to its end leaves before anything else happens: SPIN's partial-order reduction takes such
 *   a step alone. Only the youngest process can leave, so the others wait at their end.
 */
export const atomicIncrement = family({
  name: "atomic-increment",
  title: "processes that add one to a shared counter, in one step",
  parameters: { processes: integer(2, 1, 7, "how many processes increment") },
  build: ({ processes }) => {
    const count = range(0, processes);
    const place = oneOf("increment", "progress", "end");
    const leaving = (running: readonly { readonly at: string }[]): boolean => running.at(-1)?.at === "end";
    return model({
      name: "atomic-increment",
      state: record({
        init: oneOf("start", "sum", "end", "gone"),
        sum: count,
        counter: count,
        progress: array(processes, range(0, 1)),
        running: sequence(processes, record({ at: place, read: optional(count) })),
      }),
      initial: {
        init: "start",
        sum: 0,
        counter: 0,
        progress: Array.from({ length: processes }, () => 0),
        running: [],
      },
      actions: {
        start: {
          when: ({ init }) => init === "start",
          then: (draft) => {
            draft.init = "sum";
            draft.running = Array.from({ length: processes }, () => ({ at: "increment" as const, read: null }));
          },
        },
        increment: {
          over: { self: range(0, processes - 1) },
          when: ({ running }, { self }) => running[self]?.at === "increment" && !leaving(running),
          then: (draft, { self }) => {
            draft.running[self] = { at: "progress", read: draft.counter };
            draft.counter += 1;
          },
        },
        progress: {
          over: { self: range(0, processes - 1) },
          when: ({ running }, { self }) => running[self]?.at === "progress" && !leaving(running),
          then: (draft, { self }) => {
            draft.progress[self] = 1;
            draft.running[self]!.at = "end";
          },
        },
        leave: {
          when: ({ running }) => leaving(running),
          then: (draft) => {
            draft.running.pop();
          },
        },
        sum: {
          when: ({ init, running }) => init === "sum" && !leaving(running),
          then: (draft) => {
            draft.sum = draft.progress.reduce((sum, one) => sum + one, 0);
            draft.init = "end";
          },
        },
        leaveInit: {
          when: ({ init, running }) => init === "end" && running.length === 0,
          then: (draft) => {
            draft.sum = 0;
            draft.init = "gone";
          },
        },
      },
      properties: ({ always }) => ({
        "nothing-lost": always(
          "who has seen all progress sees the whole counter",
          ({ init, sum, counter }) => init !== "end" || sum < processes || counter === processes,
        ),
      }),
    });
  },
});
