/** Canonical states against all images of a state, by definition. */
import { array, boolean, indices, model, oneOf, optional, range, record, sequence, type Model } from "irqproof/checker";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { packingOf, setField } from "../../../checker/schema/packing.ts";
import { Canonicaliser, canonicalOf } from "../../../checker/symmetry/canonical.ts";
import { Group } from "../../../checker/symmetry/group.ts";
import { renamedState, Renamings, type Renaming } from "../../../checker/symmetry/renaming.ts";
import { declaredIn } from "../../../checker/symmetry/structure.ts";

/** Cells of every kind: indices beside other values, in sequences and optionals, wide cells, two 64-bit words. */
function modelOf(cpus: number, devices: number): Model<unknown> {
  const [cpu, device] = [indices("cpu", cpus), indices("device", devices)];
  return model({
    name: "cells",
    state: record({
      current: oneOf("none", "any", cpu),
      device: array(device, record({ at: cpu, next: optional(cpu), stamp: range(0, 1000), who: oneOf(device, null) })),
      slot: array(cpu, array(device, oneOf("free", "busy", device))),
      queue: sequence(3, record({ from: cpu, to: device })),
      last: optional(record({ cpu, seen: array(cpu, boolean) })),
      between: array(cpu, array(cpu, boolean)),
    }),
    initial: {
      current: "none",
      device: Array.from({ length: devices }, () => ({ at: 0, next: null, stamp: 0, who: null })),
      slot: Array.from({ length: cpus }, () => Array.from({ length: devices }, () => "free" as const)),
      queue: [],
      last: null,
      between: Array.from({ length: cpus }, () => Array.from({ length: cpus }, () => false)),
    },
    actions: { wait: { then: () => {} } },
  }) as Model<unknown>;
}

test.each([
  [2, 2, [[0, 1]], [[0, 1]]],
  [3, 2, [[0, 1, 2]], [[0, 1]]],
  [4, 1, [[1, 2, 3]], []],
  [4, 2, [[0, 2], [1, 3]], [[0, 1]]], // prettier-ignore
])("%i CPUs and %i devices", (cpus, devices, ofCpus, ofDevices) => {
  const made = modelOf(cpus, devices);
  const group = new Group([
    ...ofCpus.map((members) => ({ dimension: "cpu", size: cpus, members })),
    ...ofDevices.map((members) => ({ dimension: "device", size: devices, members })),
  ]);
  const renamings = new Renamings(made, declaredIn(made));
  const packing = packingOf(made.layout);
  const canonical = Canonicaliser.alone(canonicalOf(made, group, renamings, 8, 1));
  const elements = [...group.elements()].map((element) => renamings.of(group.mapOfElement(element)) as Renaming);
  const pack = (numbers: ArrayLike<number>): Uint32Array => {
    const words = new Uint32Array(2 * packing.words);
    for (const [cell, field] of packing.fields.entries()) setField(words, 0, field, numbers[cell]!);
    return words;
  };
  // Few values, so that states with stabilisers are frequent.
  const cells = fc.tuple(...made.layout.cells.map(({ shape }) => fc.nat(Math.min(2, shape.cardinality - 1))));
  fc.assert(
    fc.property(cells, (drawn) => {
      const numbers = drawn.map((number, cell) => {
        const { use } = renamings.places[cell]!;
        return use === undefined || drawn[use.cell]! > use.above ? number : 0;
      });
      // A cell within a part out of use is 0, too.
      for (const { cell, use } of renamings.places)
        if (use !== undefined && numbers[use.cell]! <= use.above) numbers[cell] = 0;
      const images = elements.map((element) => pack(renamedState(element, renamings.places, numbers)));
      const orbit = new Set(images.map((image) => image.join()));
      const found = new Set(
        images.map((image) => {
          expect(canonical.weightOfWords(image)).toBe(orbit.size);
          canonical.replaceWords(image);
          return image.join();
        }),
      );
      expect(found.size).toBe(1);
      expect(orbit.has([...found][0]!)).toBe(true);
    }),
    { numRuns: 150 },
  );
});
