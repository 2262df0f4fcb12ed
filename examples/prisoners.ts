/**
 * The puzzle of the prisoners and the two switches: one of them, taken to a room at a time, must some day be sure that
 * all have been there. It teaches when fairness is needed: the prisoners win only if each is taken there again and again.
 *
 * The steps are those of the TLA+ examples' Prisoners, whose counts are published.
 */
import { array, boolean, family, integer, model, range, record, weakFairness } from "irqproof/checker";

export default family({
  name: "prisoners",
  title: "prisoners who count by a switch",
  parameters: { prisoners: integer(4, 2, 6, "how many prisoners there are") },
  build: ({ prisoners }) => {
    const others = prisoners - 1;
    return model({
      name: "prisoners",
      state: record({
        /** The switch that says something, and the one to turn when there is nothing to say. */
        signal: boolean,
        idle: boolean,
        /** How often each prisoner but the counting one has switched the signal on. */
        signalled: array(others, range(0, 2)),
        count: range(0, 2 * others + 1),
      }),
      // Nobody knows how the switches stand in the beginning: so each prisoner signals twice.
      initial: [false, true].flatMap((signal) =>
        [false, true].map((idle) => ({ signal, idle, signalled: Array<number>(others).fill(0), count: 0 })),
      ),
      actors: ["the one who counts"],
      actions: {
        count: {
          actor: "the one who counts",
          then: (draft) => {
            if (draft.signal) {
              draft.signal = false;
              draft.count += 1;
            } else draft.idle = !draft.idle;
          },
        },
        visit: {
          over: { prisoner: range(0, others - 1) },
          actor: (_, { prisoner }) => `prisoner ${prisoner}`,
          then: (draft, { prisoner }) => {
            if (!draft.signal && draft.signalled[prisoner]! < 2) {
              draft.signal = true;
              draft.signalled[prisoner]! += 1;
            } else draft.idle = !draft.idle;
          },
        },
      },
      fairness: [weakFairness()],
      properties: ({ always, eventually }) => ({
        "right-when-sure": always(
          "a prisoner who has counted enough knows that all have been there",
          ({ count, signalled }) => count < 2 * others || signalled.every((times) => times > 0),
        ),
        "sure-at-last": eventually("the one who counts has counted enough", ({ count }) => count >= 2 * others),
      }),
    });
  },
});
