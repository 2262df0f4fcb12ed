/**
 * Peterson's mutual exclusion for N processes: N - 1 waiting rooms, of which each holds back one process. It teaches
 * actions with a parameter, one instance for each process, and how control flow becomes a location in the state.
 *
 * The state and the steps are those of the model in Murphi's distribution (ex/sym/n_peterson.m), so the counts are
 * its published ones: a process that leaves falls back to level 1 and not to 0, and no process is in a room at first.
 */
import { array, because, family, integer, model, oneOf, optional, range, record } from "irqproof/checker";

export default family({
  name: "n-peterson",
  title: "Peterson's mutual exclusion for N processes",
  parameters: { processes: integer(3, 2, 7, "how many processes compete") },
  build: ({ processes }) => {
    const process = range(0, processes - 1);
    const one = { over: { self: process }, actor: (_: unknown, { self }: { self: number }) => `process ${self}` };
    return model({
      name: "n-peterson",
      state: record({
        at: array(processes, oneOf("start", "enterLevel", "giveWay", "wait", "critical")),
        /** The room that each process says it is in. */
        level: array(processes, range(0, processes)),
        /** The room that each process is heading for. */
        next: array(processes, range(0, processes)),
        /** Who came to each room last, and has to wait there. */
        last: array(processes, optional(process)),
      }),
      initial: {
        at: Array.from({ length: processes }, () => "start" as const),
        level: Array.from({ length: processes }, () => 0),
        next: Array.from({ length: processes }, () => 0),
        last: Array.from({ length: processes }, () => null),
      },
      actions: {
        begin: {
          ...one,
          when: (state, { self }) => state.at[self] === "start",
          then: (draft, { self }) => {
            draft.next[self] = 1;
            draft.at[self] = "enterLevel";
          },
        },
        enterLevel: {
          ...one,
          when: (state, { self }) => state.at[self] === "enterLevel",
          then: (draft, { self }) => {
            draft.level[self] = draft.next[self]!;
            draft.at[self] = "giveWay";
          },
        },
        giveWay: {
          ...one,
          when: (state, { self }) => state.at[self] === "giveWay",
          then: (draft, { self }) => {
            draft.last[draft.next[self]!] = self;
            draft.at[self] = "wait";
          },
        },
        // A process that must wait looks again: a step that changes nothing.
        wait: {
          ...one,
          when: (state, { self }) => state.at[self] === "wait",
          then: (draft, { self }) => {
            const room = draft.next[self]!;
            const ahead = draft.level.some((level, other) => other !== self && level >= room);
            if (ahead && draft.last[room] === self) return;
            draft.next[self] = room + 1;
            draft.at[self] = room + 1 < processes ? "enterLevel" : "critical";
          },
        },
        leave: {
          ...one,
          when: (state, { self }) => state.at[self] === "critical",
          then: (draft, { self }) => {
            draft.level[self] = 1;
            draft.at[self] = "start";
          },
        },
      },
      properties: ({ always, noDeadlock }) => ({
        "mutual-exclusion": always("at most one process is in its critical section", ({ at }) => {
          const inside = at.flatMap((location, self) => (location === "critical" ? [self] : []));
          return inside.length <= 1 || because(`processes ${inside.join(" and ")} are both inside`);
        }),
        "never-stuck": noDeadlock("some process can always take a step"),
      }),
    });
  },
});
