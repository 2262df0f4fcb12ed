/**
 * Four gallons from a jug of three and a jug of five. It teaches the smallest model there is, and that a witness is
 * found without saying how: the checker tries everything, shortest first.
 */
import { family, integer, model, range, record } from "irqproof/checker";

export default family({
  name: "water-jugs",
  title: "measuring water with two jugs",
  parameters: {
    small: integer(3, 1, 20, "gallons that the small jug holds"),
    big: integer(5, 1, 20, "gallons that the big jug holds"),
    goal: integer(4, 1, 20, "gallons that are wanted in the big jug"),
  },
  build: ({ small, big, goal }) =>
    model({
      name: "water-jugs",
      state: record({ small: range(0, small), big: range(0, big) }),
      initial: { small: 0, big: 0 },
      actions: {
        fillSmall: {
          then: (jugs) => {
            jugs.small = small;
          },
        },
        fillBig: {
          then: (jugs) => {
            jugs.big = big;
          },
        },
        emptySmall: {
          then: (jugs) => {
            jugs.small = 0;
          },
        },
        emptyBig: {
          then: (jugs) => {
            jugs.big = 0;
          },
        },
        smallToBig: {
          then: (jugs) => {
            const poured = Math.min(jugs.small, big - jugs.big);
            jugs.small -= poured;
            jugs.big += poured;
          },
        },
        bigToSmall: {
          then: (jugs) => {
            const poured = Math.min(jugs.big, small - jugs.small);
            jugs.big -= poured;
            jugs.small += poured;
          },
        },
      },
      properties: ({ sometimes }) => ({
        measured: sometimes(`the big jug holds ${goal} gallons`, (jugs) => jugs.big === goal),
      }),
    }),
});
