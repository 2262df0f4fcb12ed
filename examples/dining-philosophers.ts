/**
 * Dining philosophers after Chandy and Misra: forks are handed over, and only a dirty fork must be. It teaches how a
 * loop with branches becomes one action, how an asymmetric start keeps a symmetric protocol out of deadlock, and how
 * fairness is assumed of a process that has several actions.
 *
 * The steps are those of the TLA+ examples' DiningPhilosophers, whose counts are published.
 */
import { array, boolean, every, family, integer, model, oneOf, range, record, weakFairness } from "irqproof/checker";

export default family({
  name: "dining-philosophers",
  title: "philosophers who hand over dirty forks",
  parameters: { philosophers: integer(5, 2, 8, "how many philosophers sit at the table") },
  build: ({ philosophers }) => {
    const philosopher = range(0, philosophers - 1);
    const left = (self: number): number => (self + philosophers - 1) % philosophers;
    const right = (self: number): number => (self + 1) % philosophers;
    const each = {
      over: { self: philosopher },
      actor: (_: unknown, { self }: { self: number }) => `philosopher ${self}`,
    };
    return model({
      name: "dining-philosophers",
      state: record({
        /** Fork `i` lies between philosopher `i` and the one to the left. */
        fork: array(philosophers, record({ holder: philosopher, clean: boolean })),
        hungry: array(philosophers, boolean),
        at: array(philosophers, oneOf("table", "eat", "think")),
      }),
      initial: {
        // Philosopher 0 holds two forks and philosopher 1 none: not everybody waits for the same side.
        fork: Array.from({ length: philosophers }, (_, fork) => ({ holder: fork === 1 ? 0 : fork, clean: false })),
        hungry: Array.from({ length: philosophers }, () => true),
        at: Array.from({ length: philosophers }, () => "table" as const),
      },
      actions: {
        look: {
          ...each,
          when: (state, { self }) => state.at[self] === "table",
          then: (draft, { self }) => {
            const own = draft.fork[self]!;
            const other = draft.fork[right(self)]!;
            const canEat = [own, other].every(({ holder, clean }) => holder === self && clean);
            if (own.holder === self && !own.clean) draft.fork[self] = { holder: left(self), clean: true };
            else if (other.holder === self && !other.clean) {
              draft.fork[right(self)] = { holder: right(self), clean: true };
            }
            if (!draft.hungry[self]) draft.at[self] = "think";
            else if (canEat) draft.at[self] = "eat";
          },
        },
        eat: {
          ...each,
          when: (state, { self }) => state.at[self] === "eat",
          then: (draft, { self }) => {
            draft.hungry[self] = false;
            draft.fork[self]!.clean = false;
            draft.fork[right(self)]!.clean = false;
            draft.at[self] = "table";
          },
        },
        think: {
          ...each,
          when: (state, { self }) => state.at[self] === "think",
          then: (draft, { self }) => {
            draft.hungry[self] = true;
            draft.at[self] = "table";
          },
        },
      },
      // A philosopher who can take a step takes one, whichever.
      fairness: [weakFairness(["look", "eat", "think"], { per: ["self"] })],
      properties: ({ always, sometimes, leadsToForEach }) => ({
        "neighbours-take-turns": always("no two neighbours eat together", ({ at }) =>
          every(
            at,
            (place, self) => !(place === "eat" && at[right(self)] === "eat"),
            (_, self) => `philosophers ${self} and ${right(self)} eat`,
          ),
        ),
        "somebody-eats": sometimes("somebody eats", ({ at }) => at.includes("eat")),
        "nobody-starves": leadsToForEach(
          "a hungry philosopher eventually eats",
          Array.from({ length: philosophers }, (_, self) => self),
          ({ hungry }, self) => hungry[self] === true,
          ({ hungry }, self) => !hungry[self],
          { name: (self) => `philosopher ${self}` },
        ),
      }),
    });
  },
});
