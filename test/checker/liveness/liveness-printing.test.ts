/** Infinite runs as printed: the state from which they repeat, in each format, in lines that a mail can quote. */
import { readFileSync } from "node:fs";
import { boolean, chart, check, mermaid, model, oneOf, record, stepByStep, weakFairness } from "irqproof/checker";
import { expect, test } from "vitest";

/** A lift that comes when it is called and the light is on, while another user plays with the switch. */
const lift = model({
  name: "lift",
  state: record({ at: oneOf("bottom", "top"), called: boolean, light: boolean }),
  initial: { at: "bottom", called: false, light: false },
  actors: ["caller", "lift"],
  actions: {
    call: {
      actor: "caller",
      when: (state) => state.at === "bottom" && !state.called,
      then: (draft) => {
        draft.called = true;
      },
    },
    flip: {
      actor: "caller",
      then: (draft) => {
        draft.light = !draft.light;
      },
    },
    rise: {
      actor: "lift",
      when: (state) => state.called && state.light,
      then: (draft) => {
        draft.at = "top";
        draft.called = false;
      },
    },
  },
  properties: ({ leadsTo }) => ({
    loop: leadsTo(
      "a call is answered",
      (s) => s.called,
      (s) => s.at === "top",
      { fairness: [weakFairness()] },
    ),
    stop: leadsTo(
      "a call is answered",
      (s) => s.called,
      (s) => s.at === "top",
      { fairness: [weakFairness("rise")] },
    ),
    start: leadsTo(
      "the lift is called",
      (s) => !s.called,
      (s) => s.called,
    ),
  }),
});

const traces = check(lift).then(({ properties }) => properties.map(({ trace }) => trace!));

test("as a chart", async () => {
  const [loop, stop, start] = await traces;
  expect(chart(lift, loop!)).toBe(`\
    caller                lift
 1  call
      called: false -> true
    --- from here on, forever ---
 2  flip
      light: false -> true
 3  flip
      light: true -> false
    --- again from step 2 ---

the premise holds after step 1, and the goal does not hold then or
later; steps 2 to 3 repeat forever; weak fairness does not apply to
actions that are not always enabled: rise.`);
  expect(chart(lift, stop!)).toBe(`\
    caller                lift
 1  call
      called: false -> true
    --- nothing more happens ---

the premise holds after step 1, and the goal does not hold then or
later; the run may stop here, because the enabled actions are not
assumed to be fair: flip.`);
  expect(chart(lift, start!, { closing: false })).toBe(`\
initially:
    at = bottom, called = false, light = false
    --- nothing more happens ---`);
  for (const trace of [loop, stop, start]) {
    for (const line of chart(lift, trace!, { width: 40 }).split("\n")) expect(line.length).toBeLessThanOrEqual(40);
  }
});

test("the chart in the documentation is this one", async () => {
  const page = readFileSync(new URL("../../../docs/liveness.md", import.meta.url), "utf8");
  expect(page).toContain(`\n\`\`\`\n${chart(lift, (await traces)[0]!)}\n\`\`\`\n`);
});

test("step by step", async () => {
  const [loop, stop] = await traces;
  const lines = stepByStep(loop!).split("\n");
  const at = lines.indexOf("-- from here on, forever");
  expect(lines[at + 1]).toBe("2. caller: flip");
  expect(lines.slice(lines.indexOf("-- again from step 2") - 1, -3)).toEqual([
    "     light: true -> false",
    "-- again from step 2",
    "",
  ]);
  expect(stepByStep(stop!)).toContain("\n     called: false -> true\n-- nothing more happens\n");
});

test("as a Mermaid diagram", async () => {
  const [loop, stop] = await traces;
  expect(mermaid(lift, { ...loop!, because: undefined })).toBe(`\
sequenceDiagram
  participant A0 as caller
  participant A1 as lift
  Note over A0: 1. call<br/>called: false -#62; true
  loop forever
    Note over A0: 2. flip<br/>light: false -#62; true
    Note over A0: 3. flip<br/>light: true -#62; false
  end`);
  expect(
    mermaid(lift, { ...stop!, because: undefined })
      .split("\n")
      .at(-1),
  ).toBe("  Note over A0,A1: nothing more happens");
});
