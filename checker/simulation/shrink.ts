import type { ActionInstance, SafetyProperty } from "../language/index.ts";
import type { Path } from "../trace/shortest.ts";
import type { Walker } from "./walker.ts";

/** Paths that are tried to shorten one. */
const MAX_SHORTER_PATHS = 20_000;

/**
 * A shorter path that shows the same: without the loops between equal states, and then without any run of steps that can
 * be left out (delta debugging, Zeller and Hildebrandt). It need not be a shortest one.
 */
export function shrink<S>(walker: Walker<S>, id: string, property: SafetyProperty<S>, path: Path): Path {
  let best = walker.firstShown(id, property, withoutLoops(walker, path)) ?? path;
  let tried = 0;
  for (let size = best.instances.length >> 1; size >= 1 && tried < MAX_SHORTER_PATHS;) {
    let isShorter = false;
    for (let from = 0; from < best.instances.length && tried < MAX_SHORTER_PATHS;) {
      tried++;
      const instances = [...best.instances.slice(0, from), ...best.instances.slice(from + size)];
      const shown = walker.firstShown(id, property, { initial: best.initial, instances });
      if (shown === undefined) {
        from += size;
        continue;
      }
      best = shown;
      isShorter = true;
    }
    // A step that was needed may not be needed any more.
    if (!isShorter || size > 1) size = isShorter ? Math.min(size, best.instances.length >> 1) : size >> 1;
  }
  return best;
}

/** Leaves out what happens between two visits to one state. The last step stays, as a step may be what violates. */
function withoutLoops<S>(walker: Walker<S>, { initial, instances }: Path): Path {
  let position = walker.start(initial);
  const kept: { readonly key: string; readonly instance: number }[] = [];
  const places = new Map<string, number>();
  for (const [index, number] of instances.entries()) {
    const key = position.words.join();
    const before = places.get(key);
    if (before !== undefined) for (const { key: gone } of kept.splice(before)) places.delete(gone);
    places.set(key, kept.length);
    kept.push({ key, instance: number });
    if (index < instances.length - 1) {
      position = walker.take(position, walker.model.instances[number] as ActionInstance<S>);
    }
  }
  return { initial, instances: kept.map(({ instance }) => instance) };
}
