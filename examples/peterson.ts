/**
 * Peterson's mutual exclusion for two processes. It teaches a judgement with a reason: `all` names the part of the
 * invariant that fails, which `&&` could not.
 *
 * The locations are those of the TLA+ examples' Peterson, whose counts are published. With `polite` off a process
 * claims the turn for itself instead of giving it away, and both get in.
 */
import { all, array, boolean, family, flag, implies, model, oneOf, range, record } from "irqproof/checker";

export default family({
  name: "peterson",
  title: "Peterson's mutual exclusion for two processes",
  parameters: { polite: flag(true, "whether a process gives the turn to the other one") },
  build: ({ polite }) => {
    const each = { over: { self: range(0, 1) }, actor: (_: unknown, { self }: { self: number }) => `process ${self}` };
    return model({
      name: "peterson",
      state: record({
        at: array(2, oneOf("idle", "claim", "giveTurn", "wait", "critical", "leave")),
        claims: array(2, boolean),
        turn: range(0, 1),
      }),
      initial: { at: ["idle", "idle"], claims: [false, false], turn: 0 },
      actions: {
        wake: {
          ...each,
          when: (state, { self }) => state.at[self] === "idle",
          then: (draft, { self }) => {
            draft.at[self] = "claim";
          },
        },
        claim: {
          ...each,
          when: (state, { self }) => state.at[self] === "claim",
          then: (draft, { self }) => {
            draft.claims[self] = true;
            draft.at[self] = "giveTurn";
          },
        },
        giveTurn: {
          ...each,
          when: (state, { self }) => state.at[self] === "giveTurn",
          then: (draft, { self }) => {
            draft.turn = polite ? 1 - self : self;
            draft.at[self] = "wait";
          },
        },
        enter: {
          ...each,
          when: (state, { self }) => state.at[self] === "wait" && (!state.claims[1 - self] || state.turn === self),
          then: (draft, { self }) => {
            draft.at[self] = "critical";
          },
        },
        work: {
          ...each,
          when: (state, { self }) => state.at[self] === "critical",
          then: (draft, { self }) => {
            draft.at[self] = "leave";
          },
        },
        leave: {
          ...each,
          when: (state, { self }) => state.at[self] === "leave",
          then: (draft, { self }) => {
            draft.claims[self] = false;
            draft.at[self] = "idle";
          },
        },
      },
      properties: ({ always, noDeadlock }) => ({
        "mutual-exclusion": always("the processes are never both inside", ({ at, claims }) => {
          const inside = (process: 0 | 1): boolean => at[process] === "critical" || at[process] === "leave";
          return all({
            "process 0 is inside only with a claim": () => implies(inside(0), () => claims[0] === true),
            "process 1 is inside only with a claim": () => implies(inside(1), () => claims[1] === true),
            "at most one is inside": () => !(inside(0) && inside(1)),
          });
        }),
        "never-stuck": noDeadlock("some process can always take a step"),
      }),
    });
  },
});
