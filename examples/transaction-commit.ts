/**
 * Transaction commit: resource managers that must all commit or all abort, and can see each other. It teaches that a
 * specification can be a model too: it says what may happen, and two-phase-commit.ts says how to get there without
 * seeing each other.
 *
 * The steps are those of Gray and Lamport's TCommit, whose counts the TLA+ examples publish.
 */
import { array, because, family, integer, model, oneOf, range, record } from "irqproof/checker";

export default family({
  name: "transaction-commit",
  title: "what committing a transaction means",
  parameters: { managers: integer(3, 1, 8, "how many resource managers take part") },
  build: ({ managers }) => {
    const over = { manager: range(0, managers - 1) };
    return model({
      name: "transaction-commit",
      state: record({ manager: array(managers, oneOf("working", "prepared", "committed", "aborted")) }),
      initial: { manager: Array.from({ length: managers }, () => "working" as const) },
      actions: {
        prepare: {
          over,
          when: (state, { manager }) => state.manager[manager] === "working",
          then: (draft, { manager }) => {
            draft.manager[manager] = "prepared";
          },
        },
        commit: {
          over,
          when: (state, { manager }) =>
            state.manager[manager] === "prepared" &&
            state.manager.every((other) => other === "prepared" || other === "committed"),
          then: (draft, { manager }) => {
            draft.manager[manager] = "committed";
          },
        },
        abort: {
          over,
          when: (state, { manager }) =>
            (state.manager[manager] === "working" || state.manager[manager] === "prepared") &&
            !state.manager.includes("committed"),
          then: (draft, { manager }) => {
            draft.manager[manager] = "aborted";
          },
        },
      },
      properties: ({ always, sometimes, noDeadlock }) => ({
        consistent: always("no process commits what another aborts", ({ manager }) => {
          if (!manager.includes("committed") || !manager.includes("aborted")) return true;
          return because(`manager ${manager.indexOf("committed")} committed, ${manager.indexOf("aborted")} aborted`);
        }),
        "can-commit": sometimes("all commit", ({ manager }) => manager.every((state) => state === "committed")),
        "runs-to-the-end": noDeadlock("only a decided transaction stops", {
          unless: ({ manager }) => manager.every((state) => state === "committed" || state === "aborted"),
        }),
      }),
    });
  },
});
