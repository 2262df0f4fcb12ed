/** Equal diagrams are one object, whatever their hashes are. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Interned } from "../../checker/learning/interned.ts";

test("equal items are the same object, and different ones are not, however badly they are hashed", () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.nat(2), { maxLength: 3 })), fc.nat(3), (lists, hashes) => {
      const interned = new Interned<{ readonly key: string }>();
      const byKey = new Map<string, object>();
      for (const list of lists) {
        const key = list.join();
        const hash = key.length % (hashes + 1);
        const item = interned.get(
          hash,
          (other) => other.key === key,
          () => ({ key }),
        );
        expect(item.key).toBe(key);
        expect(byKey.get(key) ?? item).toBe(item);
        byKey.set(key, item);
      }
    }),
  );
});
