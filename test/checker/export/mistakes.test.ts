/** Users' mistakes at export, crosscheck and verify: one sentence on standard error, and exit status 2. */
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { irqproof, LAMPS, temporaryFolder } from "../../cli/run.ts";

const folder = temporaryFolder();
const lamps = folder.write("lamps.ts", LAMPS);
const unread = folder.write(
  "unread.ts",
  `import { boolean, model, record } from "irqproof/checker";
export default model({
  name: "unread",
  state: record({ on: boolean }),
  initial: { on: false },
  actions: { go: { when: ({ on }) => /false/.test(String(on)), then: (draft) => { draft.on = true; } } },
});
`,
);
afterAll(() => folder.remove());
afterEach(() => vi.unstubAllEnvs());

async function complaint(...args: readonly string[]): Promise<string> {
  const { status, out, err } = await irqproof(args);
  expect({ status, out }).toEqual({ status: 2, out: "" });
  expect(err).toMatch(/^irqproof: [^\n]+\n$/);
  return err.slice("irqproof: ".length, -1).replaceAll(folder.path, "DIR");
}

function whole(sentence: string | RegExp): RegExp {
  return typeof sentence === "string"
    ? new RegExp(`^${sentence.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`)
    : sentence;
}

describe("export", () => {
  test.each<[readonly string[], string | RegExp]>([
    [[], "export: ID or FILE.ts, the model to export, is missing"],
    [[lamps], /^export: --to is missing; give --to promela \| tla \| murphi \| /],
    [[lamps, "--to", "promella"], /^export: --to is promella: it must be .*; did you mean promela\?$/],
    [[lamps, "--to", "z3"], /^export: --to is z3: it must be promela \| tla \| /],
    [["x86-dirct", "--to", "dot"], "the catalogue has no entry x86-dirct; did you mean x86-direct?"],
    [["none.ts", "--to", "dot"], "no such file: none.ts"],
    [[lamps, "--to", "murphi", "--count", "99"], `lamps: parameter count is "99": it must be 1..16`],
    [
      [lamps, "--to", "murphi", "--property", "drak"],
      "export: DIR/lamps.ts has no property drak: its properties are dark, listed, bright",
    ],
    [
      [lamps, "--to", "promela", "--out", "/nowhere/lamps.pml"],
      "export: --out /nowhere/lamps.pml cannot be written; does its folder exist?",
    ],
    [[lamps, "--to", "promela", "--out", folder.path], "export: --out DIR is a folder, not a file"],
    [[lamps, "--to", "tla", "--distributed"], "export: --distributed needs --to tla and --out FILE.tla"],
    [
      [lamps, "--to", "promela", "--distributed", "--out", "x.pml"],
      "export: --distributed needs --to tla and --out FILE.tla",
    ],
    [
      [lamps, "--to", "tla", "--out", join(folder.path, "2-lamps.tla")],
      "export: a TLA+ module has the name of its file, and 2-lamps is not a valid name; use n2_lamps.tla",
    ],
    [[lamps, "--to", "dot", "--max-states", "few"], "export: --max-states is few: it must be a positive integer"],
    [[lamps, "--to", "promela", "--max-states", "9"], "export: --max-states needs --to dot"],
    [
      [unread, "--to", "murphi"],
      /^model unread cannot be exported: action go cannot be read: it uses a regular expression \(DIR\/unread\.ts:6:38\)$/,
    ],
    [
      [lamps, "--to", "itf", "--property", "listed"],
      "export: lamps has no trace to write: no property has a counterexample or witness",
    ],
  ])("%j", async (args, sentence) => {
    expect(await complaint("export", ...args)).toMatch(whole(sentence));
    expect(existsSync(join(folder.path, "n2_lamps.tla"))).toBe(false);
  });
});

test("the script for several machines says how it is used", async () => {
  const file = join(folder.path, "bulbs.tla");
  const { status, out } = await irqproof(["export", lamps, "--to", "tla", "--distributed", "--out", file]);
  expect(status).toBe(0);
  expect(out.replaceAll(folder.path, "DIR").trim()).toBe(
    "wrote DIR/bulbs.tla, DIR/bulbs.cfg, DIR/bulbs-distributed.sh",
  );
  const { status: usage, stderr } = spawnSync("sh", ["bulbs-distributed.sh"], { cwd: folder.path, encoding: "utf8" });
  expect(usage).toBe(2);
  expect(stderr).toBe(
    "usage: sh bulbs-distributed.sh master [FINGERPRINT_SERVERS] | worker MASTER | fingerprints MASTER\n",
  );
});

describe("crosscheck", () => {
  test.each<[readonly string[], string]>([
    [[], "crosscheck: ID or FILE.ts, the model to check, is missing"],
    [[lamps, "--with", "rumor"], "crosscheck: --with rumor: unknown checker; did you mean rumur?"],
    [[lamps, "--keep", "/nowhere"], "crosscheck: --keep /nowhere does not exist; create the folder first"],
    [[lamps, "--time-limit", "0"], "crosscheck: --time-limit is 0: it must be a positive integer"],
    [
      [lamps, "--memory-limit", "lots"],
      "crosscheck: --memory-limit is lots: it must be a size in bytes such as 512M or 4G",
    ],
    [
      [lamps, "--property", "drak"],
      `model lamps has no property "drak": its properties are dark, listed, bright; did you mean dark?`,
    ],
  ])("%j", async (args, sentence) => {
    expect(await complaint("crosscheck", ...args)).toBe(sentence);
  });

  /** The message about a tool that is missing: nothing is compared, so the status is 3, and the one line says how to get it. */
  async function missing(...args: readonly string[]): Promise<string> {
    const { status, out, err } = await irqproof(["crosscheck", lamps, ...args]);
    expect({ status, err }).toEqual({ status: 3, err: "" });
    return out.trim().replaceAll(/\s+/g, " ");
  }

  test.each([
    ["spin", "SPIN or gcc is not installed; on Debian: apt-get install spin gcc"],
    ["rumur", "Rumur or gcc is not installed; on Debian: apt-get install rumur gcc"],
  ])("without %s", async (tool, line) => {
    vi.stubEnv("PATH", folder.path);
    expect(await missing("--with", tool)).toContain(line);
  });

  test("without tla2tools.jar, with a path that is wrong, and without Java", async () => {
    vi.stubEnv("TLA2TOOLS", undefined);
    const get =
      "download tla2tools.jar from the releases of github.com/tlaplus/tlaplus and give its path as --tla2tools or in TLA2TOOLS";
    expect(await missing("--with", "tlc")).toContain(`the path of TLC is unknown; ${get}`);
    expect(await missing("--with", "tlc", "--tla2tools", "/nowhere/tla2tools.jar")).toContain(
      `TLC is not at /nowhere/tla2tools.jar; ${get}`,
    );
    const jar = join(folder.path, "tla2tools.jar");
    writeFileSync(jar, "");
    vi.stubEnv("PATH", folder.path);
    expect(await missing("--with", "tlc", "--tla2tools", jar)).toContain(
      "TLC needs Java 11 or newer; on Debian: apt-get install default-jre-headless",
    );
  });
});

describe("verify", () => {
  const certificate = join(folder.path, "lamps.certificate");
  test.each<[readonly string[], string | RegExp]>([
    [[], "verify: CERTIFICATE, the file to verify, is missing"],
    [["a", "b", "c"], "verify: unexpected argument c"],
    [["/nowhere/x"], /^the certificate \/nowhere\/x cannot be read: ENOENT/],
    [[folder.path], /^the certificate DIR cannot be read: EISDIR/],
    [[lamps], "DIR/lamps.ts is not a certificate: its first line is not that of a certificate"],
  ])("%j", async (args, sentence) => {
    expect(await complaint("verify", ...args)).toMatch(whole(sentence));
  });

  test("a certificate of a model that is not in the catalogue, without its file, or with another", async () => {
    expect((await irqproof(["check", lamps, "--property", "listed", "--certificate", certificate])).status).toBe(0);
    expect(await complaint("verify", certificate)).toBe(
      "DIR/lamps.certificate is a certificate of lamps, which is not in the catalogue; give its model too: irqproof verify DIR/lamps.certificate FILE.ts",
    );
    expect(await complaint("verify", certificate, lamps, "--count", "3")).toBe(
      "DIR/lamps.certificate is a certificate of lamps with count 2, not with count 3",
    );
    expect(await complaint("verify", certificate, "x86-direct")).toBe(
      "DIR/lamps.certificate is a certificate of model lamps, not of x86-direct",
    );
    expect((await irqproof(["verify", certificate, lamps, "--quiet"])).status).toBe(0);
  });

  test("check does not begin to search when the certificate could not be written", async () => {
    expect(await complaint("check", lamps, "--certificate", "/nowhere/x")).toBe(
      "check: --certificate /nowhere/x cannot be written; does its folder exist?",
    );
  });
});
