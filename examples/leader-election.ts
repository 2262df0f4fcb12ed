/**
 * Chang and Roberts' election of a leader on a one-way ring: the smallest number gets all the way round. It teaches a
 * choice that is made once, as many initial states, and a set of messages as booleans.
 *
 * The steps are those of the TLA+ examples' ChangRoberts, with node `i` numbered `i`; the counts are published.
 */
import { array, boolean, every, family, integer, model, oneOf, range, record, valuesOf } from "irqproof/checker";

export default family({
  name: "leader-election",
  title: "electing a leader on a ring",
  parameters: { nodes: integer(3, 2, 6, "how many nodes are in the ring") },
  build: ({ nodes }) => {
    const node = range(0, nodes - 1);
    const next = (self: number): number => (self + 1) % nodes;
    const actor = (_: unknown, { self }: { self: number }): string => `node ${self}`;
    return model({
      name: "leader-election",
      state: record({
        initiator: array(nodes, boolean),
        started: array(nodes, boolean),
        state: array(nodes, oneOf("candidate", "lost", "won")),
        /** `inbox[i][n]`: number n waits to be received by node i. */
        inbox: array(nodes, array(nodes, boolean)),
      }),
      initial: Array.from(valuesOf(array(nodes, boolean)), (initiator) => ({
        initiator,
        started: initiator.map(() => false),
        state: initiator.map((runs) => (runs ? ("candidate" as const) : ("lost" as const))),
        inbox: initiator.map(() => initiator.map(() => false)),
      })),
      actions: {
        start: {
          over: { self: node },
          actor,
          when: (state, { self }) => !state.started[self],
          then: (draft, { self }) => {
            draft.started[self] = true;
            if (draft.initiator[self]) draft.inbox[next(self)]![self] = true;
          },
        },
        receive: {
          over: { self: node, number: node },
          actor,
          when: (state, { self, number }) => state.started[self] === true && state.inbox[self]?.[number] === true,
          then: (draft, { self, number }) => {
            draft.inbox[self]![number] = false;
            if (draft.state[self] === "lost" || number < self) {
              draft.state[self] = "lost";
              draft.inbox[next(self)]![number] = true;
            } else if (number === self) {
              draft.state[self] = "won";
            }
          },
        },
      },
      properties: ({ always, sometimes }) => ({
        "one-leader": always("who has won is the smallest initiator, and all others have lost", (state) =>
          every(
            state.state,
            (result, self) =>
              result !== "won" ||
              (state.initiator.indexOf(true) === self &&
                state.state.every((other, index) => index === self || other === "lost")),
            (_, self) => `node ${self} has won too early`,
          ),
        ),
        "can-elect": sometimes("the last node is elected", ({ state }) => state[nodes - 1] === "won"),
      }),
    });
  },
});
