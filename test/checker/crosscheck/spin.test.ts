import { model, range, record, type Model } from "irqproof/checker";
import { expect, test } from "vitest";
import { spin } from "../../../checker/crosscheck/spin.ts";
import { comparedWith, differences, isThere } from "./peers.ts";
import { randomModelsAgreeWith } from "./random-agreement.ts";
import { runsAgreeWith } from "./runs-agreement.ts";

await randomModelsAgreeWith(spin, 10);
await runsAgreeWith(spin, ["can-be-dark", "can-turn"]);

test.skipIf(!(await isThere(spin)))(
  "what is deeper than SPIN looks by itself, 10,000 steps, is searched too",
  async () => {
    const deep = model({
      name: "deep",
      state: record({ low: range(0, 100), high: range(0, 100) }),
      initial: { low: 0, high: 0 },
      actions: {
        up: {
          when: ({ low, high }) => low < 100 || high < 100,
          then: (draft) => {
            if (draft.low === 100) draft.high++;
            draft.low = (draft.low + 1) % 101;
          },
        },
      },
      properties: ({ always }) => ({ both: always("it ends with both", ({ low, high }) => low + high < 201) }),
    });
    const { ours, theirs } = await comparedWith(spin, deep as unknown as Model<unknown>);
    expect(differences(theirs)).toEqual([]);
    expect({ states: theirs.states, transitions: theirs.transitions }).toEqual(ours);
  },
);
