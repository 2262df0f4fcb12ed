/**
 * A ring buffer refines a queue: the proof that a data structure represents what it stands for. It teaches a mapping that
 * computes: the items are read from the slots, from head to tail.
 *
 * One slot stays free. With `spare` off all of them are used, and a full ring has equal indices, as an empty one has: the
 * items are gone with the step that puts the last one. `examples/conformance/bounded-queue.ts`, which has the queue, drives
 * a class with this ring.
 */
import { array, family, flag, model, range, record, type Refinement } from "irqproof/checker";
import queue from "../conformance/bounded-queue.ts";

const CAPACITY = 3;
const item = range(0, 1);

interface Ring {
  slots: number[];
  head: number;
  tail: number;
}

function sizeOf({ slots, head, tail }: { readonly [Name in keyof Ring]: Readonly<Ring[Name]> }): number {
  return (tail - head + slots.length) % slots.length;
}

export default family({
  name: "ring",
  title: "a bounded queue as a ring buffer",
  parameters: { spare: flag(true, "whether one slot stays free") },
  build: ({ spare }) => {
    const length = spare ? CAPACITY + 1 : CAPACITY;
    const index = range(0, length - 1);
    return model<Ring, { put: { item: number }; take: object }>({
      name: "ring",
      parameters: { spare },
      state: record({ slots: array(length, item), head: index, tail: index }),
      initial: { slots: Array<number>(length).fill(0), head: 0, tail: 0 },
      actions: {
        put: {
          over: { item },
          when: (state) => sizeOf(state) < CAPACITY,
          then: (draft, { item }) => {
            draft.slots[draft.tail] = item;
            draft.tail = (draft.tail + 1) % length;
          },
        },
        take: {
          when: (state) => sizeOf(state) > 0,
          then: (draft) => {
            draft.head = (draft.head + 1) % length;
          },
        },
      },
    });
  },
});

export const refinement: Refinement<Ring, { items: number[] }> = {
  abstract: queue,
  mapping: (ring) => ({
    items: Array.from({ length: sizeOf(ring) }, (_, at) => ring.slots[(ring.head + at) % ring.slots.length]!),
  }),
};
