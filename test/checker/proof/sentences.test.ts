/** Facts up to symmetry as sentences: they exclude what the fact and its copies exclude, and have a meaning at other sizes. */
import {
  array,
  boolean,
  family,
  indices,
  integer,
  model,
  oneOf,
  optional,
  range,
  record,
  repeat,
} from "irqproof/checker";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Layout } from "../../../checker/schema/index.ts";
import {
  cubeAt,
  PartsByPlace,
  sentenceOf,
  sentenceText,
  type Sentence,
} from "../../../checker/proof/sentences/index.ts";
import { partsOf, type OtherCount, type Part } from "../../../checker/proof/states/parts.ts";
import { cubeKey, cubeOf, fullMask, type Cube, type Parts } from "../../../checker/proof/states/states.ts";
import { exchangesOf, imagesOf } from "../../../checker/proof/states/symmetry.ts";

/** Cells of every form: of one kind or two, with things among their values or without, and a plain one. */
const fleet = family({
  name: "fleet",
  title: "CPUs with a leader, and ports",
  parameters: { cpus: integer(3, 2, 6, "how many CPUs"), ports: integer(2, 2, 4, "how many ports") },
  build: ({ cpus, ports }) =>
    model({
      name: "fleet",
      state: record({
        cpu: array(
          cpus,
          record({ isUp: boolean, leader: optional(range(0, cpus - 1)), stage: oneOf("idle", "send", "wait") }),
        ),
        port: array(ports, array(cpus, boolean)),
        owner: oneOf("none", indices("owner", cpus)),
      }),
      initial: {
        cpu: repeat(cpus, { isUp: false, leader: null, stage: "idle" as const }),
        port: repeat(ports, repeat(cpus, false)),
        owner: "none" as const,
      },
      actions: {
        start: {
          over: { cpu: range(0, cpus - 1) },
          when: ({ cpu }, parameters) => !cpu[parameters.cpu]!.isUp,
          then: (draft, { cpu }) => {
            draft.cpu[cpu]!.isUp = true;
          },
        },
      },
      properties: ({ always }) => ({ free: always("no owner", ({ owner }) => owner === "none") }),
    }),
});

interface Sizes {
  readonly cpus: number;
  readonly ports: number;
}

function kindsAt(sizes: Sizes): OtherCount[] {
  return Object.entries(sizes).map(([name, count]: [string, number]) => ({
    kind: { name, count },
    count: count + 1,
    root: fleet.instantiate({ ...sizes, [name]: count + 1 }).layout.root,
  }));
}

function partsAt(sizes: Sizes): { readonly parts: Parts; readonly kinds: OtherCount[] } {
  const kinds = kindsAt(sizes);
  return { parts: partsOf(fleet.instantiate({ ...sizes }).layout as Layout<unknown>, kinds), kinds };
}

/** A cube and all that it becomes by exchanges, as one text. */
function orbitOf(cube: Cube, { parts, kinds }: ReturnType<typeof partsAt>): string {
  const exchanges = exchangesOf(
    parts,
    kinds.map(({ kind }) => kind),
  );
  return imagesOf(cube, exchanges)
    .map((image) => cubeKey(image.cube))
    .sort()
    .join(" ");
}

function cubesOf(parts: Parts): fc.Arbitrary<Cube> {
  const used = parts.filter((part): part is Part => part !== undefined);
  const literal = fc
    .constantFrom(...used)
    .chain((part) => fc.integer({ min: 1, max: fullMask(part) - 1 }).map((mask) => [part.number, mask] as const));
  // Several literals of one form are what is said of all things at once.
  const line = fc
    .constantFrom(...used)
    .chain((part) =>
      fc
        .integer({ min: 1, max: fullMask(part) - 1 })
        .map((mask) =>
          used
            .filter((other) => other.family === part.family && fullMask(other) === fullMask(part))
            .map((other) => [other.number, mask] as const),
        ),
    );
  return fc
    .tuple(fc.array(literal, { maxLength: 3 }), fc.option(line), fc.nat(3))
    .map(([some, all, left]) => cubeOf([...new Map([...(all ?? []).slice(left > 1 ? 0 : left), ...some])]))
    .filter((cube) => cube.size > 0);
}

describe("a sentence", () => {
  const sizes: Sizes[] = [
    { cpus: 2, ports: 2 },
    { cpus: 3, ports: 2 },
    { cpus: 4, ports: 3 },
  ];

  test.each(sizes)("excludes what the fact and its copies exclude, at %o", (size) => {
    const at = partsAt(size);
    const there = new PartsByPlace(at.parts);
    fc.assert(
      fc.property(cubesOf(at.parts), (cube) => {
        const back = cubeAt(sentenceOf(at.parts, cube, new Map()), there);
        expect(back === undefined ? undefined : orbitOf(back, at)).toBe(orbitOf(cube, at));
      }),
      { numRuns: 200 },
    );
  });

  const { parts } = partsAt({ cpus: 4, ports: 2 });
  const partAt = (path: string): Part => parts.find((part) => part?.cell.path === path) as Part;
  /** "Not" before a value stands for all others. */
  const sentenceFor = (literals: Readonly<Record<string, unknown>>): Sentence => {
    const cube = cubeOf(
      Object.entries(literals).map(([path, wanted]) => {
        const part = partAt(path);
        const { not, value } =
          wanted instanceof Not ? { not: true, value: wanted.value } : { not: false, value: wanted };
        const mask = value === "unused" ? 1 << part.values : 1 << part.cell.shape.indexOf(value as never);
        return [part.number, not ? fullMask(part) & ~mask : mask] as const;
      }),
    );
    return sentenceOf(parts, cube, new Map());
  };
  class Not {
    readonly value: unknown;

    constructor(value: unknown) {
      this.value = value;
    }
  }

  test.each<[string, Readonly<Record<string, unknown>>]>([
    [
      "for every cpu c: if cpu[c].isUp is false, then cpu[c].stage is idle",
      { "cpu[1].isUp": false, "cpu[1].stage": new Not("idle") },
    ],
    [
      "for every distinct cpus c, c2: if cpu[c].leader is c2, then owner is c2",
      { "cpu[0].leader": 3, owner: new Not(3) },
    ],
    [
      "for every cpu c and port p: if cpu[c].isUp is false, then port[p][c] is false",
      { "port[1][2]": true, "cpu[2].isUp": false },
    ],
    [
      "some cpu c has cpu[c].isUp is true",
      { "cpu[0].isUp": false, "cpu[1].isUp": false, "cpu[2].isUp": false, "cpu[3].isUp": false },
    ],
    [
      "for every cpu c: if owner is c, then some cpu c2 other than c has cpu[c2].isUp is true",
      { owner: 2, "cpu[0].isUp": false, "cpu[1].isUp": false, "cpu[3].isUp": false },
    ],
    ["for every cpu c: if cpu[c].isUp is true, then owner is not none", { "cpu[0].isUp": true, owner: "none" }],
  ])("%s", (text, literals) => {
    expect(sentenceText(sentenceFor(literals))).toBe(text);
  });

  const larger = partsAt({ cpus: 5, ports: 3 }).parts;
  /** What a sentence excludes at the larger size: for each part, the values. */
  const there = (literals: Readonly<Record<string, unknown>>): Record<string, unknown[]> | undefined => {
    const cube = cubeAt(sentenceFor(literals), new PartsByPlace(larger));
    if (cube === undefined) return undefined;
    const valuesOf = ({ values, cell }: Part, mask: number): unknown[] =>
      Array.from({ length: values }, (_, value) => value).flatMap((value) =>
        (mask >> value) & 1 ? [cell.shape.valueAt(value)] : [],
      );
    const entries = Array.from(cube, ([number, mask]): [string, unknown[]] => {
      const part = larger[number] as Part;
      return [part.cell.path, valuesOf(part, mask)];
    });
    return Object.fromEntries(entries);
  };

  test("is about every thing of the larger model where it is about every one of the smaller", () => {
    const down = Object.fromEntries([0, 1, 2, 3].map((cpu) => [`cpu[${cpu}].isUp`, false]));
    expect(there(down)).toEqual(Object.fromEntries([0, 1, 2, 3, 4].map((cpu) => [`cpu[${cpu}].isUp`, [false]])));
    const { "cpu[2].isUp": _, ...others } = down;
    expect(there({ owner: 2, ...others })).toEqual({
      owner: [0],
      ...Object.fromEntries([1, 2, 3, 4].map((cpu) => [`cpu[${cpu}].isUp`, [false]])),
    });
  });

  test("takes the further things for others where it names one", () => {
    expect(there({ "cpu[3].isUp": true, owner: new Not(3) })).toEqual({
      "cpu[0].isUp": [true],
      owner: ["none", 1, 2, 3, 4],
    });
    expect(there({ "cpu[3].isUp": true, owner: 3 })).toEqual({ "cpu[0].isUp": [true], owner: [0] });
    expect(there({ "cpu[3].isUp": true, owner: new Not("none") })).toEqual({
      "cpu[0].isUp": [true],
      owner: [0, 1, 2, 3, 4],
    });
  });

  test("has no meaning where there are too few things", () => {
    const few = new PartsByPlace(partsAt({ cpus: 2, ports: 2 }).parts);
    expect(cubeAt(sentenceFor({ "cpu[0].leader": 1, "cpu[2].isUp": true }), few)).toBeUndefined();
  });
});
