/**
 * Two-phase commit: a transaction manager asks before anybody commits. It teaches messages that are never taken back,
 * so that a set of sent messages is a boolean for each message that can be sent.
 *
 * The steps are those of Gray and Lamport's TwoPhase: receiving the same message again is possible and changes
 * nothing, so such self-loops count among the transitions. TLC's published "generated" is one more, the initial state.
 */
import { array, because, boolean, family, integer, model, oneOf, range, record, weakFairness } from "irqproof/checker";

export default family({
  name: "two-phase-commit",
  title: "two-phase commit",
  parameters: { managers: integer(3, 1, 10, "how many resource managers take part") },
  build: ({ managers }) => {
    const over = { manager: range(0, managers - 1) };
    const coordinator = "coordinator";
    const each = { over, actor: (_: unknown, { manager }: { manager: number }) => `manager ${manager}` };
    const no = (): boolean[] => Array.from({ length: managers }, () => false);
    return model({
      name: "two-phase-commit",
      state: record({
        manager: array(managers, oneOf("working", "prepared", "committed", "aborted")),
        coordinator: oneOf("collecting", "committed", "aborted"),
        /** Which managers the coordinator knows to be prepared. */
        known: array(managers, boolean),
        sent: record({ prepared: array(managers, boolean), commit: boolean, abort: boolean }),
      }),
      initial: {
        manager: Array.from({ length: managers }, () => "working" as const),
        coordinator: "collecting",
        known: no(),
        sent: { prepared: no(), commit: false, abort: false },
      },
      actors: [coordinator],
      actions: {
        hearPrepared: {
          over,
          actor: coordinator,
          when: (state, { manager }) => state.coordinator === "collecting" && state.sent.prepared[manager] === true,
          then: (draft, { manager }) => {
            draft.known[manager] = true;
          },
        },
        decideCommit: {
          actor: coordinator,
          when: (state) => state.coordinator === "collecting" && state.known.every(Boolean),
          then: (draft) => {
            draft.coordinator = "committed";
            draft.sent.commit = true;
          },
        },
        decideAbort: {
          actor: coordinator,
          when: (state) => state.coordinator === "collecting",
          then: (draft) => {
            draft.coordinator = "aborted";
            draft.sent.abort = true;
          },
        },
        prepare: {
          ...each,
          when: (state, { manager }) => state.manager[manager] === "working",
          then: (draft, { manager }) => {
            draft.manager[manager] = "prepared";
            draft.sent.prepared[manager] = true;
          },
        },
        giveUp: {
          ...each,
          when: (state, { manager }) => state.manager[manager] === "working",
          then: (draft, { manager }) => {
            draft.manager[manager] = "aborted";
          },
        },
        hearCommit: {
          ...each,
          when: (state) => state.sent.commit,
          then: (draft, { manager }) => {
            draft.manager[manager] = "committed";
          },
        },
        hearAbort: {
          ...each,
          when: (state) => state.sent.abort,
          then: (draft, { manager }) => {
            draft.manager[manager] = "aborted";
          },
        },
      },
      properties: ({ always, leadsTo, sometimes, step }) => ({
        consistent: always("no process commits what another aborts", ({ manager }) => {
          if (!manager.includes("committed") || !manager.includes("aborted")) return true;
          return because(`manager ${manager.indexOf("committed")} committed, ${manager.indexOf("aborted")} aborted`);
        }),
        "decisions-stay": step("a decision is never taken back", (before, _, after) =>
          before.manager.every(
            (state, manager) => (state !== "committed" && state !== "aborted") || state === after.manager[manager],
          ),
        ),
        "can-commit": sometimes("all commit", ({ manager }) => manager.every((state) => state === "committed")),
        "can-abort": sometimes("all abort", ({ manager }) => manager.every((state) => state === "aborted")),
        "can-give-up": sometimes(
          "a manager aborts before the coordinator decides",
          ({ coordinator, manager }) => coordinator === "collecting" && manager.includes("aborted"),
        ),
        "decision-arrives": leadsTo(
          "every manager follows a decision",
          ({ coordinator }) => coordinator !== "collecting",
          ({ coordinator, manager }) => manager.every((state) => state === coordinator),
          { fairness: [weakFairness(["hearCommit", "hearAbort"])] },
        ),
      }),
    });
  },
});
