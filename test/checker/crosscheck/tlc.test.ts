/** TLC of two kinds, in whose place a script speaks: it is no package, so it is seldom there. */
import { chmodSync } from "node:fs";
import { model, range, record, type Model } from "irqproof/checker";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { tlc } from "../../../checker/crosscheck/tlc.ts";
import { temporaryFolder } from "../../cli/run.ts";
import { comparedWith, differences } from "./peers.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());
afterEach(() => vi.unstubAllEnvs());

const still = model({
  name: "still",
  state: record({ count: range(0, 3) }),
  initial: { count: 0 },
  actions: { up: { when: ({ count }) => count === 3, then: (draft) => void (draft.count = 2) } },
  properties: ({ always }) => ({ low: always("the count is below two", ({ count }) => count < 2) }),
}) as unknown as Model<unknown>;

const counts =
  "Model checking completed. No error has been found.\\n1 states generated, 1 distinct states found, 0 states left on queue.\\n";

test.each([
  ["1.7.4, which does not know", "2.19", "-generateSpecTE", "*-noGenerateSpecTE*"],
  ["1.8.0, which must be told", "2026.11", "-noGenerateSpecTE", "*'-nowarning -metadir'*"],
])("TLC %s that no module is to be made of a violation", async (_, version, option, refused) => {
  const java = folder.write(
    "java",
    `#!/bin/sh
case "$*" in
  *-h) echo 'Version ${version} of some day'; echo '${option}' ;;
  ${refused}) echo 'Error: unrecognized option' ; exit 1 ;;
  *) printf '${counts}' ;;
esac
`,
  );
  chmodSync(java, 0o755);
  vi.stubEnv("PATH", `${folder.path}:${process.env["PATH"]}`);
  const { ours, theirs } = await comparedWith(tlc(folder.write("tla2tools.jar", "")), still);
  expect(theirs.version).toBe(version);
  expect(differences(theirs)).toEqual([]);
  expect({ states: theirs.states, transitions: theirs.transitions }).toEqual(ours);
});
