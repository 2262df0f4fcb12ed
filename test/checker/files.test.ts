/** Files are replaced as a whole: whatever happens while one is written, the old one or the new one is there. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { check, model, range, record, writeCertificate } from "irqproof/checker";
import { afterAll, describe, expect, test } from "vitest";
import { createFile, replaceFile, requireWritable } from "../../checker/files.ts";
import { temporaryFolder } from "../cli/run.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

let count = 0;
/** A folder of its own for each test, so that what is left behind is seen. */
function emptyFolder(): string {
  const path = join(folder.path, `folder-${count++}`);
  mkdirSync(path);
  return path;
}

const replaced = (path: string, text: string): Promise<void> => replaceFile(path, (handle) => handle.writeFile(text));

/** Runs a script in a process of its own, which has `replaceFile`, the path and `text` of a megabyte. */
function inProcess(path: string, script: string, limit = ""): { readonly status: number | null; readonly err: string } {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const code = `
    const { createJiti } = require(${JSON.stringify(join(root, "node_modules/jiti"))});
    const jiti = createJiti(${JSON.stringify(root)}, { fsCache: false });
    const { replaceFile } = jiti(${JSON.stringify(join(root, "checker/files.ts"))});
    const path = ${JSON.stringify(path)}, text = "x".repeat(1 << 20);
    ${script}`;
  const file = folder.write("script.cjs", code);
  const { status, stderr } = spawnSync("bash", ["-c", `${limit} exec "$0" "$1"`, process.execPath, file]);
  return { status, err: String(stderr) };
}

describe("a file that is replaced", () => {
  test("has the new content, the old permissions, and nothing beside it", async () => {
    const path = join(emptyFolder(), "report");
    await replaced(path, "one");
    chmodSync(path, 0o640);
    await replaced(path, "two");
    expect(readFileSync(path, "utf8")).toBe("two");
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(join(path, ".."))).toEqual(["report"]);
  });

  test("is the old one when what writes it fails in the middle", async () => {
    const path = join(emptyFolder(), "report");
    await replaced(path, "one");
    const failing = replaceFile(path, async (handle) => {
      await handle.writeFile("tw");
      throw new Error("no luck");
    });
    await expect(failing).rejects.toThrow("no luck");
    expect(readFileSync(path, "utf8")).toBe("one");
    expect(readdirSync(join(path, ".."))).toEqual(["report"]);
  });

  test("is the old one when the process is killed in the middle", async () => {
    const path = join(emptyFolder(), "report");
    await replaced(path, "one");
    const { status } = inProcess(
      path,
      `replaceFile(path, async (handle) => {
         await handle.writeFile(text);
         process.kill(process.pid, "SIGKILL");
         await new Promise(() => setInterval(() => {}, 1000));
       });`,
    );
    expect(status).not.toBe(0);
    expect(readFileSync(path, "utf8")).toBe("one");
  });

  test("is the old one when there is no room for the new one", async () => {
    const path = join(emptyFolder(), "report");
    await replaced(path, "one");
    const script = `replaceFile(path, (handle) => handle.writeFile(text)).catch(({ code }) => { console.error(code); process.exitCode = 5; });`;
    // A limit on the size of files stands in for a full disk.
    expect(inProcess(path, script, "ulimit -f 4;")).toEqual({ status: 5, err: "EFBIG\n" });
    expect(readFileSync(path, "utf8")).toBe("one");
    expect(readdirSync(join(path, ".."))).toEqual(["report"]);
    expect(inProcess(path, script)).toEqual({ status: 0, err: "" });
    expect(readFileSync(path, "utf8")).toHaveLength(1 << 20);
  });

  test("is what a symbolic link leads to, whether or not it is there", async () => {
    const path = emptyFolder();
    writeFileSync(join(path, "there"), "one");
    for (const name of ["there", "not-yet"]) {
      symlinkSync(name, join(path, `link-to-${name}`));
      await replaced(join(path, `link-to-${name}`), "two");
      expect(lstatSync(join(path, `link-to-${name}`)).isSymbolicLink()).toBe(true);
      expect(readFileSync(join(path, name), "utf8")).toBe("two");
    }
  });

  test.runIf(existsSync("/dev/full"))("is written directly where it is a device", async () => {
    await replaced("/dev/null", "nothing");
    expect(lstatSync("/dev/null").isCharacterDevice()).toBe(true);
    await expect(replaced("/dev/full", "nothing")).rejects.toThrow("ENOSPC");
    expect(lstatSync("/dev/full").isCharacterDevice()).toBe(true);
  });

  test.runIf(existsSync("/dev/stdout"))("is written directly where it is a name of an open file", () => {
    const path = join(emptyFolder(), "out");
    const script = `
      console.log("before");
      replaceFile("/dev/stdout", (handle) => handle.writeFile("report\\n")).then(() => console.log("after"));`;
    for (const redirection of [`>> "${path}"`, `| cat > "${path}"`]) {
      writeFileSync(path, "");
      expect(inProcess(path, script, `true; out() { "$@" ${redirection}; }; out "$0" "$1"; exit;`).err).toBe("");
      expect(readFileSync(path, "utf8")).toContain("report\n");
      expect(readFileSync(path, "utf8")).toContain("after\n");
    }
    expect(readdirSync(join(path, ".."))).toEqual(["out"]);
  });

  test("may have the longest name that there is", async () => {
    const path = join(emptyFolder(), "n".repeat(255));
    await replaced(path, "one");
    expect(readFileSync(path, "utf8")).toBe("one");
  });
});

test("a certificate that cannot be completed leaves the one before", async () => {
  const path = emptyFolder();
  const file = join(path, "certificate");
  const counter = model({
    name: "counter",
    state: record({ n: range(0, 9) }),
    initial: { n: 0 },
    actions: { up: { then: (draft) => void (draft.n = (draft.n + 1) % 10) } },
    properties: ({ always }) => ({ small: always("n is below 10", ({ n }) => n < 10) }),
  });
  await check(counter, { onReached: async (reached) => void (await writeCertificate(file, counter, reached)) });
  const before = readFileSync(file);
  await check(counter, {
    async onReached(reached) {
      const states = function* (): Generator<Uint32Array> {
        yield* [...reached.states()].slice(0, 3);
        throw new Error("no luck");
      };
      await expect(writeCertificate(file, counter, { ...reached, states })).rejects.toThrow("no luck");
    },
  });
  expect(readFileSync(file)).toEqual(before);
  expect(readdirSync(path)).toEqual(["certificate"]);
});

describe("a new file", () => {
  test("never takes the place of one, of many attempts one succeeds, and it is whole", async () => {
    const path = join(emptyFolder(), "scheme.ts");
    const attempts = await Promise.allSettled(["a", "b", "c", "d"].map((text) => createFile(path, text.repeat(1000))));
    const results = attempts.map((one) => (one.status === "rejected" ? (one.reason as { code: string }).code : "made"));
    expect(results.toSorted()).toEqual(["EEXIST", "EEXIST", "EEXIST", "made"]);
    expect(readFileSync(path, "utf8")).toMatch(/^(.)\1{999}$/);
    expect(readdirSync(join(path, ".."))).toEqual(["scheme.ts"]);
  });
});

describe("whether a file can be written", () => {
  test("is tried without a trace", async () => {
    const path = join(emptyFolder(), "report");
    await requireWritable(path);
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(join(path, ".."))).toEqual([]);
  });

  test.each([
    ["a folder", "", "EISDIR"],
    ["a name that ends like a folder's", "none/", "EISDIR"],
    ["a folder that is not there", "none/report", "ENOENT"],
    ["a file as a folder", "file/report", "ENOTDIR"],
    ["a name that is too long", "n".repeat(256), "ENAMETOOLONG"],
  ])("%s: it cannot", async (_, name, code) => {
    const path = emptyFolder();
    writeFileSync(join(path, "file"), "");
    await expect(requireWritable(`${path}/${name}`)).rejects.toMatchObject({ code });
    expect(readdirSync(path)).toEqual(["file"]);
  });
});
