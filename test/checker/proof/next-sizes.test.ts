/** Facts of a small model, checked in a larger one. */
import {
  array,
  boolean,
  family,
  indices,
  integer,
  model,
  oneOf,
  range,
  record,
  repeat,
  type Model,
} from "irqproof/checker";
import { expect, test } from "vitest";
import { holdingAt } from "../../../checker/proof/next-sizes.ts";
import { sentenceOf, sentenceText } from "../../../checker/proof/sentences/index.ts";
import { partsOf, type Part } from "../../../checker/proof/states/parts.ts";
import { cubeOf } from "../../../checker/proof/states/states.ts";
import { createReading } from "../../../checker/reading/index.ts";
import { systemOf } from "../../../checker/system/system.ts";

const lock = family({
  name: "lock",
  title: "a lock",
  parameters: { cpus: integer(2, 2, 6, "how many CPUs") },
  build: ({ cpus }) => {
    const cpu = range(0, cpus - 1);
    return model({
      name: "lock",
      state: record({
        cpu: array(cpus, record({ isInside: boolean })),
        holder: oneOf("none", indices("holder", cpus)),
      }),
      initial: { cpu: repeat(cpus, { isInside: false }), holder: "none" as const },
      actions: {
        take: {
          over: { cpu },
          when: ({ holder }) => holder === "none",
          then: (draft, given) => {
            draft.holder = given.cpu;
          },
        },
        enter: {
          over: { cpu },
          when: ({ holder }, given) => holder === given.cpu,
          then: (draft, given) => {
            draft.cpu[given.cpu]!.isInside = true;
          },
        },
        leave: {
          over: { cpu },
          when: (state, given) => state.cpu[given.cpu]!.isInside,
          then: (draft, given) => {
            draft.cpu[given.cpu]!.isInside = false;
            draft.holder = "none";
          },
        },
      },
      properties: ({ always }) => ({
        exclusive: always("one CPU is inside", ({ cpu: all }) => all.filter(({ isInside }) => isInside).length < 2),
      }),
    });
  },
});

const at = (cpus: number): Model<unknown> => lock.instantiate({ cpus }) as unknown as Model<unknown>;
const resizedAt = (count: number) => [{ name: "cpus", count, other: count + 1, root: at(count + 1).layout.root }];

/** The sentence of a cube of the model with three CPUs, by paths and the values that are in it. */
function sentence(literals: Readonly<Record<string, readonly unknown[]>>) {
  const [{ name, count, other, root }] = resizedAt(3) as [ReturnType<typeof resizedAt>[number]];
  const parts = partsOf(at(3).layout, [{ kind: { name, count }, count: other, root }]);
  const cube = cubeOf(
    Object.entries(literals).map(([path, values]) => {
      const part = parts.find((one) => one?.cell.path === path) as Part;
      return [
        part.number,
        values.reduce<number>((mask, value) => mask | (1 << part.cell.shape.indexOf(value as never)), 0),
      ];
    }),
  );
  return sentenceOf(parts, cube, new Map());
}

const holderIsInside = sentence({ "cpu[0].isInside": [true], holder: ["none", 1, 2] });
const exclusive = sentence({ "cpu[0].isInside": [true], "cpu[1].isInside": [true] });
const neverInside = sentence({ "cpu[0].isInside": [true] });

function namedAt(cpus: number, sentences: readonly ReturnType<typeof sentence>[], until = Infinity) {
  const system = systemOf(createReading(at(cpus)), { properties: ["exclusive"] });
  return holdingAt(system, resizedAt(cpus), sentences, [], new Set(), { samples: 200, until });
}

test.each([3, 4, 5])("what is inductive with three is found to be so with %i", (cpus) => {
  const found = namedAt(cpus, [holderIsInside, exclusive]);
  expect(found?.holding.map(sentenceText)).toEqual([
    "for every cpu c: if cpu[c].isInside is true, then holder is c",
    "for every distinct cpus c, c2: if cpu[c].isInside is true, then cpu[c2].isInside is false",
  ]);
});

test.each([3, 4, 5])("what is violated, or is not inductive, is named with %i", (cpus) => {
  const alone = namedAt(cpus, [exclusive, neverInside]);
  expect(alone?.holding).toEqual([]);
  expect(alone?.others).toEqual([
    { sentence: exclusive, why: "not inductive" },
    { sentence: neverInside, why: "violated" },
  ]);
});

test("without the time for it nothing is said", () => {
  expect(namedAt(3, [holderIsInside], 0)).toBeUndefined();
});
