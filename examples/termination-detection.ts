/**
 * Dijkstra's detection of termination on a ring (EWD 840). It teaches how to check that an invariant is inductive
 * enough: besides the promise itself, the argument for it is a property of its own.
 *
 * The steps are those of the TLA+ examples' EWD840, whose counts are published.
 */
import {
  array,
  boolean,
  family,
  implies,
  integer,
  model,
  oneOf,
  range,
  record,
  valuesOf,
  weakFairness,
} from "irqproof/checker";

export default family({
  name: "termination-detection",
  title: "a token that finds out whether a computation has ended",
  parameters: { nodes: integer(3, 2, 5, "how many nodes are in the ring") },
  build: ({ nodes }) => {
    const node = range(0, nodes - 1);
    const black = oneOf(false, true);
    const everywhere = record({ active: array(nodes, boolean), black: array(nodes, black), token: node });
    return model({
      name: "termination-detection",
      state: record({
        active: array(nodes, boolean),
        black: array(nodes, black),
        /** Which node has the token. */
        token: node,
        tokenBlack: black,
      }),
      // Whatever the nodes are doing, and wherever the token is: it is black.
      initial: Array.from(valuesOf(everywhere), (state) => ({ ...state, tokenBlack: true })),
      actions: {
        startProbe: {
          actor: "node 0",
          when: (state) => state.token === 0 && (state.tokenBlack || state.black[0] === true),
          then: (draft) => {
            draft.token = nodes - 1;
            draft.tokenBlack = false;
            draft.black[0] = false;
          },
        },
        passToken: {
          over: { node: range(1, nodes - 1) },
          actor: (_, { node }) => `node ${node}`,
          when: (state, { node }) =>
            state.token === node && (!state.active[node] || state.black[node] === true || state.tokenBlack),
          then: (draft, { node }) => {
            draft.token = node - 1;
            draft.tokenBlack ||= draft.black[node]!;
            draft.black[node] = false;
          },
        },
        sendMessage: {
          over: { from: node, to: node },
          actor: (_, { from }) => `node ${from}`,
          when: (state, { from, to }) => from !== to && state.active[from] === true,
          then: (draft, { from, to }) => {
            draft.active[to] = true;
            // Work that goes to where the token has been already makes this round worthless.
            if (to > from) draft.black[from] = true;
          },
        },
        finish: {
          over: { node },
          actor: (_, { node }) => `node ${node}`,
          when: (state, { node }) => state.active[node] === true,
          then: (draft, { node }) => {
            draft.active[node] = false;
          },
        },
      },
      // The token keeps moving. That work ends, or that messages are sent, is not assumed.
      fairness: [weakFairness(["startProbe", "passToken"], { per: [] })],
      properties: ({ always, sometimes, leadsTo }) => {
        type State = { readonly token: number; readonly tokenBlack: boolean } & Record<
          "active" | "black",
          readonly boolean[]
        >;
        const detected = ({ token, tokenBlack, black, active }: State): boolean =>
          token === 0 && !tokenBlack && !black[0] && !active[0];
        return {
          "detection-is-right": always("termination is detected only when every node is passive", (state) =>
            implies(detected(state), () => !state.active.includes(true)),
          ),
          "dijkstra-invariant": always(
            "nodes the token has passed are passive, or something on its way is black",
            ({ active, black, token, tokenBlack }) =>
              tokenBlack || !active.slice(token + 1).includes(true) || black.slice(0, token + 1).includes(true),
          ),
          "can-detect": sometimes("termination is detected", detected),
          "is-detected": leadsTo(
            "termination is eventually detected",
            ({ active }) => !active.includes(true),
            detected,
          ),
        };
      },
    });
  },
});
