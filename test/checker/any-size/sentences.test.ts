/** Claims as sentences in the terms of the model. */
import { describe, expect, test } from "vitest";
import { and, constant, equal, every, not, or, read, some, variable } from "../../../checker/any-size/expressions.ts";
import { sentenceOf } from "../../../checker/any-size/invariant/sentences.ts";
import type { Cell, Sort, Variable } from "../../../checker/any-size/system.ts";

const DEVICE: Sort = { name: "device" };
const CPU: Sort = { name: "cpu" };
const stage: Cell = {
  name: "device[].stage",
  parameters: [DEVICE],
  type: { kind: "names", names: ["idle", "moving", "written", "done"] },
};
const address: Cell = { name: "device[].address", parameters: [DEVICE], type: { kind: "index", sort: CPU, names: [] } };
const waiting: Cell = { name: "device[].waiting", parameters: [DEVICE], type: { kind: "boolean" } };
const d: Variable = { name: "x", sort: DEVICE };
const e: Variable = { name: "y", sort: DEVICE };
const c: Variable = { name: "z", sort: CPU };
const is = (...names: string[]) =>
  or(...names.map((name) => equal(read(stage, variable(d)), constant(name, stage.type))));

describe("a claim", () => {
  test.each([
    ["for every device d: device[d].stage is idle", every([d], is("idle"))],
    ["for every device d: device[d].stage is not idle", every([d], not(is("idle")))],
    [
      "for every device d: if device[d].stage is written, then device[d].waiting",
      every([d], not(and(is("written"), not(read(waiting, variable(d)))))),
    ],
    [
      // Two tests of one cell are one, for the fewer names.
      "for every device d and every cpu c: if device[d].stage is written, then device[d].address is c",
      every(
        [d, c],
        not(and(not(is("idle", "moving")), not(is("done")), not(equal(variable(c), read(address, variable(d)))))),
      ),
    ],
    [
      "for every device d, d2: if d is not d2 and device[d].waiting, then not device[d2].waiting",
      every(
        [d, e],
        not(and(not(equal(variable(d), variable(e))), read(waiting, variable(d)), read(waiting, variable(e)))),
      ),
    ],
    ["some device d has device[d].waiting", some([d], read(waiting, variable(d)))],
  ])("%s", (sentence, formula) => {
    expect(sentenceOf(formula)).toBe(sentence);
  });
});
