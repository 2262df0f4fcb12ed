/**
 * A crossing of two roads with a traffic light each. It teaches the shape of every model: a state of finite types,
 * actions that are a guard and a recipe, and promises about every state that can be reached.
 *
 * With `allRed` a light turns green only while the other is red. Without it each light minds its own road alone, and
 * the checker shows how both come to be green.
 */
import { array, because, boolean, family, flag, model, oneOf, range, record } from "irqproof/checker";

const roads = ["north-south", "east-west"] as const;

export default family({
  name: "crossing",
  title: "two traffic lights that must never both be green",
  parameters: { allRed: flag(true, "whether a light waits until the other one is red") },
  build: ({ allRed }) =>
    model({
      name: "crossing",
      state: record({
        light: array(2, oneOf("red", "green")),
        carWaiting: array(2, boolean),
      }),
      initial: { light: ["red", "red"], carWaiting: [false, false] },
      actions: {
        arrive: {
          over: { road: range(0, 1) },
          actor: "cars",
          label: (_, { road }) => `a car arrives from ${roads[road]}`,
          when: (state, { road }) => !state.carWaiting[road],
          then: (draft, { road }) => {
            draft.carWaiting[road] = true;
          },
        },
        turnGreen: {
          over: { road: range(0, 1) },
          actor: "lights",
          label: (_, { road }) => `${roads[road]} turns green`,
          when: (state, { road }) => state.carWaiting[road] === true && (!allRed || state.light[1 - road] === "red"),
          then: (draft, { road }) => {
            draft.light[road] = "green";
          },
        },
        drive: {
          over: { road: range(0, 1) },
          actor: "cars",
          label: (_, { road }) => `a car drives ${roads[road]}`,
          when: (state, { road }) => state.carWaiting[road] === true && state.light[road] === "green",
          then: (draft, { road }) => {
            draft.carWaiting[road] = false;
          },
        },
        turnRed: {
          over: { road: range(0, 1) },
          actor: "lights",
          label: (_, { road }) => `${roads[road]} turns red`,
          when: (state, { road }) => state.light[road] === "green",
          then: (draft, { road }) => {
            draft.light[road] = "red";
          },
        },
      },
      properties: ({ always, sometimes, noDeadlock }) => ({
        "one-green": always(
          "the two lights are never green together",
          ({ light }) => light.includes("red") || because("a car from either road may drive"),
        ),
        "cars-pass": sometimes("a car gets green", ({ light, carWaiting }) => light[0] === "green" && !!carWaiting[0]),
        "never-stuck": noDeadlock("something can always happen"),
      }),
    }),
});
