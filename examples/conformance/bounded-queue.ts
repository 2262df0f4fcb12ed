/**
 * A bounded queue as a ring buffer, and the model that it is compared with. It teaches `conform` where calls return at
 * once and all that matters can be observed: one test covers every call in every state.
 *
 * The fault of `FaultyRing` needs indices that have wrapped around, which a test of three lines does not reach.
 */
import { type SystemUnderTest, type ValueOf, model, range, record, sequence } from "irqproof/checker";

const CAPACITY = 3;
const item = range(0, 1);
const state = record({ items: sequence(CAPACITY, item) });

export default model({
  name: "bounded-queue",
  state,
  initial: { items: [] },
  actions: {
    put: {
      over: { item },
      then: ({ items }, { item }) => {
        if (items.length < CAPACITY) items.push(item);
      },
    },
    take: {
      then: ({ items }) => {
        items.shift();
      },
    },
  },
  properties: ({ sometimes }) => ({
    "can-fill": sometimes("the queue is full", ({ items }) => items.length === CAPACITY),
  }),
});

/** A queue in an array of fixed length; one slot stays free, so that full and empty differ. */
export class Ring {
  protected readonly slots: number[];
  protected head = 0;
  protected tail = 0;

  constructor(capacity: number) {
    this.slots = Array<number>(capacity + 1).fill(0);
  }

  get size(): number {
    return (this.tail - this.head + this.slots.length) % this.slots.length;
  }

  /** Whether there was room. */
  put(item: number): boolean {
    const next = (this.tail + 1) % this.slots.length;
    if (next === this.head) return false;
    this.slots[this.tail] = item;
    this.tail = next;
    return true;
  }

  take(): number | undefined {
    if (this.head === this.tail) return undefined;
    const item = this.slots[this.head];
    this.head = (this.head + 1) % this.slots.length;
    return item;
  }
}

/** In JavaScript the remainder of a negative number is negative. */
export class FaultyRing extends Ring {
  override get size(): number {
    return (this.tail - this.head) % this.slots.length;
  }
}

/** How a test drives a ring buffer: the values that calls return are compared, and the size after each call. */
export const ring = (start: () => Ring): SystemUnderTest<ValueOf<typeof state>, Ring> => ({
  start,
  actions: {
    put: {
      run: (queue, { item }: { item: number }) => queue.put(item),
      returns: ({ items }) => items.length < CAPACITY,
    },
    take: { run: (queue) => queue.take(), returns: ({ items }) => items[0] },
  },
  observe: ({ size }) => size,
  project: ({ items }) => items.length,
});

export const correct = ring(() => new Ring(CAPACITY));
export const faulty = ring(() => new FaultyRing(CAPACITY));
