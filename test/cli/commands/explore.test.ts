/** Mistakes in a call of explore are reported before a page is served. */
import { afterAll, expect, test } from "vitest";
import { irqproof, LAMPS, temporaryFolder } from "../run.ts";

const folder = temporaryFolder();
const lamps = folder.write("lamps.ts", LAMPS);
afterAll(() => folder.remove());

test.each([
  [["explore"], "explore: ID or FILE.ts, the model to explore, is missing"],
  [["explore", "x86-direkt"], "the catalogue has no entry x86-direkt; did you mean x86-direct?"],
  [["explore", "x86-direct", "x86-two-step"], "explore: unexpected argument x86-two-step"],
  [["explore", "x86-direct", "--cpus", "0"], "cpus"],
  [["explore", "x86-direct", "--port", "70000"], "explore: --port is 70000: it must be at most 65535"],
  [["explore", "x86-direct", "--html", "x.html"], "unknown option --html"],
  [["explore", lamps, "--count", "99"], "count"],
  [["explore", "no-such.ts"], "no such file: no-such.ts"],
])("%j", async (args, sentence) => {
  const { status, out, err } = await irqproof(args);
  expect({ status, out }).toEqual({ status: 2, out: "" });
  expect(err).toContain(sentence);
});

test("help names the options and the parameters", async () => {
  const { status, out } = await irqproof(["explore", "x86-direct", "--help"]);
  expect(status).toBe(0);
  for (const word of ["--open", "--port", "--max-states", "--cpus", "127.0.0.1"]) expect(out).toContain(word);
});
