const MAX_ACTIVITY = 1e100;
const ACTIVITY_DECAY = 0.95;

/** Variables in the order of their activity, the highest first: a binary heap. */
export class ActivityHeap {
  readonly #heap: number[] = [];
  #activity = new Float64Array(64);
  /** Index of each variable in the heap, or -1. */
  #place = new Int32Array(64);
  #count = 0;
  #bump = 1;

  /** A variable, by the next number. */
  grow(): void {
    const variable = this.#count++;
    if (variable >= this.#place.length) {
      const activity = new Float64Array(2 * variable);
      activity.set(this.#activity);
      this.#activity = activity;
      const place = new Int32Array(2 * variable);
      place.set(this.#place);
      this.#place = place;
    }
    this.#place[variable] = -1;
  }

  /** Puts a variable back, if it is not there. */
  insert(variable: number): void {
    if (this.#place[variable] !== -1) return;
    this.#place[variable] = this.#heap.push(variable) - 1;
    this.#up(this.#heap.length - 1);
  }

  /** A variable was of use. */
  raise(variable: number): void {
    const activity = (this.#activity[variable] as number) + this.#bump;
    this.#activity[variable] = activity;
    if (activity > MAX_ACTIVITY) {
      for (let each = 0; each < this.#count; each++)
        this.#activity[each] = (this.#activity[each] as number) / MAX_ACTIVITY;
      this.#bump /= MAX_ACTIVITY;
    }
    const place = this.#place[variable] as number;
    if (place >= 0) this.#up(place);
  }

  /** Earlier use counts for less from now on. */
  decay(): void {
    this.#bump /= ACTIVITY_DECAY;
  }

  /** Takes the most active variable out; undefined where there is none. */
  pop(): number | undefined {
    const heap = this.#heap;
    const top = heap[0];
    if (top === undefined) return undefined;
    const last = heap.pop() as number;
    this.#place[top] = -1;
    if (heap.length > 0) {
      heap[0] = last;
      this.#place[last] = 0;
      this.#down(0);
    }
    return top;
  }

  #up(from: number): void {
    const heap = this.#heap;
    const variable = heap[from] as number;
    const activity = this.#activity[variable] as number;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as number;
      if ((this.#activity[above] as number) >= activity) break;
      heap[at] = above;
      this.#place[above] = at;
      at = parent;
    }
    heap[at] = variable;
    this.#place[variable] = at;
  }

  #down(from: number): void {
    const heap = this.#heap;
    const variable = heap[from] as number;
    const activity = this.#activity[variable] as number;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const right = child + 1;
      if (
        right < heap.length &&
        (this.#activity[heap[right] as number] as number) > (this.#activity[heap[child] as number] as number)
      ) {
        child = right;
      }
      const below = heap[child] as number;
      if ((this.#activity[below] as number) <= activity) break;
      heap[at] = below;
      this.#place[below] = at;
      at = child;
    }
    heap[at] = variable;
    this.#place[variable] = at;
  }
}
