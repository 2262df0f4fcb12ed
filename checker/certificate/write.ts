import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createDeflate } from "node:zlib";
import type { ReachedStates } from "../check.ts";
import { ModelError } from "../errors.ts";
import { replaceFile, whyNotWritten } from "../files.ts";
import type { Model } from "../language/index.ts";
import { frontCoded } from "./front-coding.ts";
import { headerOf, headerText, type CertificateHeader } from "./header.ts";
import { inOrder } from "./sorted.ts";

/**
 * Writes a certificate: all reachable states of a model. They prove the safety properties to a verifier, which checks
 * that the initial states are among them, that no step leads out of them, and that each satisfies the properties.
 * `verifyCertificate` does so.
 *
 * @param file it is replaced when the certificate is complete: a failure leaves what was there
 * @returns the header of the certificate
 * @throws ModelError when no property is proved, or the file cannot be written
 *
 * @example
 * ```ts
 * import { rmSync } from "node:fs";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { check, model, range, record, verifyCertificate, writeCertificate } from "irqproof/checker";
 *
 * const counter = model({
 *   name: "counter",
 *   state: record({ count: range(0, 9) }),
 *   initial: { count: 0 },
 *   actions: { up: { then: (draft) => { draft.count = (draft.count + 2) % 10; } } },
 *   properties: ({ always }) => ({ even: always("the count is even", (state) => state.count % 2 === 0) }),
 * });
 * const file = join(tmpdir(), `counter-${process.pid}.certificate`);
 * await check(counter, { onReached: async (reached) => void (await writeCertificate(file, counter, reached)) });
 * const { proved, states } = await verifyCertificate(file, counter);
 * console.assert(proved && states === 5);
 * rmSync(file);
 * ```
 */
export async function writeCertificate<S>(
  file: string,
  model: Model<S>,
  reached: ReachedStates,
): Promise<CertificateHeader> {
  if (reached.proved.length === 0) {
    throw new ModelError(`${file}: nothing to certify: no decided always, step or noDeadlock property holds`);
  }
  const header = headerOf(model, reached);
  const hash = createHash("sha256");
  try {
    await replaceFile(file, async (handle) => {
      const put = async (bytes: Uint8Array): Promise<void> => {
        hash.update(bytes);
        await handle.writeFile(bytes);
      };
      await put(Buffer.from(headerText(header)));
      const states = frontCoded(inOrder(reached, header.words), header.words);
      await pipeline(Readable.from(states), createDeflate(), async (source: AsyncIterable<Buffer>) => {
        for await (const bytes of source) await put(bytes);
      });
      await handle.writeFile(hash.digest());
    });
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new ModelError(`the certificate ${file} ${whyNotWritten(error)}`);
  }
  return header;
}
