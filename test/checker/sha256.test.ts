/** SHA-256 of the browser build, compared with that of Node. */
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Sha256 } from "../../checker/sha256.ts";

test("every text has the digest that Node gives, in pieces of any length", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, cut) => {
      const digest = new Sha256().update(bytes.subarray(0, cut)).update(bytes.subarray(cut)).hex();
      expect(digest).toBe(createHash("sha256").update(bytes).digest("hex"));
    }),
    { numRuns: 500 },
  );
});
