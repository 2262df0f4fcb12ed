/**
 * The coffee can: beans are drawn in pairs until one is left, and its colour was certain from the start. It teaches
 * `step`, a promise about every transition; what no step changes is an invariant of every run.
 *
 * The counts are those that the TLA+ examples publish: every can is an initial state, so the can of `beans` has
 * beans * (beans + 3) / 2 states, all on the first level.
 */
import { family, integer, model, range, record, valuesOf } from "irqproof/checker";

export default family({
  name: "coffee-can",
  title: "beans drawn in pairs from a can",
  parameters: { beans: integer(100, 1, 1000, "how many beans the fullest can has") },
  build: ({ beans }) => {
    const state = record({ black: range(0, beans), white: range(0, beans) });
    const cans = [...valuesOf(state)].filter(({ black, white }) => black + white >= 1 && black + white <= beans);
    return model({
      name: "coffee-can",
      state,
      initial: cans,
      actions: {
        drawTwoBlack: {
          when: ({ black }) => black >= 2,
          then: (can) => {
            can.black -= 1;
          },
        },
        drawTwoWhite: {
          when: ({ white }) => white >= 2,
          then: (can) => {
            can.white -= 2;
            can.black += 1;
          },
        },
        drawOneOfEach: {
          when: ({ black, white }) => black >= 1 && white >= 1,
          then: (can) => {
            can.black -= 1;
          },
        },
        keepTheLast: {
          when: ({ black, white }) => black + white === 1,
          then: () => {},
        },
      },
      properties: ({ step, noDeadlock }) => ({
        "white-stays-odd-or-even": step(
          "no draw changes whether the number of white beans is odd",
          (before, _, after) => before.white % 2 === after.white % 2,
        ),
        "fewer-beans": step(
          "every draw leaves fewer beans",
          (before, { action }, after) =>
            action === "keepTheLast" || after.black + after.white < before.black + before.white,
        ),
        "runs-to-the-end": noDeadlock("there is always a draw, or one bean"),
      }),
    });
  },
});
