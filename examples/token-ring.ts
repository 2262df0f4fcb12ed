/**
 * Dijkstra's self-stabilising token ring (EWD 426): from whatever state the machines are in, one token remains. It
 * teaches a model that may start anywhere: `valuesOf` a type is the list of its initial states.
 *
 * The counts are those that the TLA+ examples publish: every assignment of counters is an initial state.
 */
import { array, family, integer, model, range, record, valuesOf, weakFairness } from "irqproof/checker";

export default family({
  name: "token-ring",
  title: "a token ring that mends itself",
  parameters: {
    machines: integer(6, 2, 6, "how many machines are in the ring"),
    values: integer(6, 2, 8, "how many values a machine's counter has; fewer than machines - 1 are too few"),
  },
  build: ({ machines, values }) => {
    const state = record({ counter: array(machines, range(0, values - 1)) });
    /** Who may move: the first machine when its counter equals the last one's, another when it differs from the one before. */
    const privileged = (counter: readonly number[], self: number): boolean =>
      self === 0 ? counter[0] === counter[machines - 1] : counter[self] !== counter[self - 1];
    const tokens = (counter: readonly number[]): number =>
      counter.filter((_, self) => privileged(counter, self)).length;
    return model({
      name: "token-ring",
      state,
      initial: valuesOf(state),
      actions: {
        move: {
          over: { self: range(0, machines - 1) },
          actor: (_, { self }) => `machine ${self}`,
          when: ({ counter }, { self }) => privileged(counter, self),
          then: ({ counter }, { self }) => {
            counter[self] = self === 0 ? (counter[machines - 1]! + 1) % values : counter[self - 1]!;
          },
        },
      },
      // Some machine that may move does. It need not be every one that may.
      fairness: [weakFairness("move", { per: [] })],
      properties: ({ always, step, noDeadlock, eventually }) => ({
        "a-token": always("there is at least one token", ({ counter }) => tokens(counter) > 0),
        "no-new-token": step(
          "no step makes more tokens",
          (before, _, after) => tokens(after.counter) <= tokens(before.counter),
        ),
        "never-stuck": noDeadlock("some machine can always move"),
        "one-token": eventually("there is one token at last", ({ counter }) => tokens(counter) === 1),
      }),
    });
  },
});
