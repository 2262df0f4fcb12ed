/** The package as a user gets it: packed, installed in a folder of its own, and run from there. */
import { execFile, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LAMPS } from "./run.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "irqproof-pack-"));
const project = join(folder, "project");
const program = join(project, "node_modules", ".bin", "irqproof");

const tsc = join(repository, "node_modules", ".bin", "tsc");
const compilerOptions =
  "--ignoreConfig --strict --module nodenext --target es2023 --skipLibCheck false --noUncheckedIndexedAccess --types"
    .split(" ")
    .concat("");

/** Variables that npm sets for its scripts must not reach the npm that is tested. */
const env: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|NO_COLOR$|FORCE_COLOR$|NODE_)/i.test(name)),
);

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(command, args, { cwd: project, env, maxBuffer: 2 ** 26, ...options }, (_, out, err) =>
      resolve({ status: child.exitCode, out, err }),
    );
  });
}

/** Packs folders, and returns the files. */
async function pack(...args: readonly string[]): Promise<string[]> {
  const destination = mkdtempSync(join(folder, "packed-"));
  const packed = await run("npm", ["pack", "--pack-destination", destination, ...args], { cwd: repository });
  // What the compiler complains of when it builds stands on standard output.
  if (packed.status !== 0) throw new Error(`npm pack failed: ${packed.out}${packed.err}`);
  return readdirSync(destination).map((name) => join(destination, name));
}

/** Every file below a folder. */
function filesOf(root: string, below = ""): string[] {
  return readdirSync(join(root, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    return entry.isDirectory() ? filesOf(root, path) : [path];
  });
}

/** Whether what is built is newer than all that it is made of: to build it again takes longer than all the rest. */
function isBuilt(): boolean {
  const built = join(repository, "dist", "program", "main.cjs");
  if (!existsSync(built)) return false;
  const folders = ["checker", "model", "properties", "catalogue", "recordings", "cli"].map((name) =>
    join(repository, name),
  );
  const sources = folders.flatMap((root) => filesOf(root).map((file) => join(root, file)));
  const others = [
    "bin/irqproof.js",
    "bin/later-optimization.js",
    "bin/program.js",
    "bin/thread.js",
    "package.json",
    "rolldown.config.js",
    "tsconfig.build.json",
    "tsconfig.json",
  ];
  const newest = Math.max(
    ...[...sources, ...others.map((name) => join(repository, name))].map((file) => statSync(file).mtimeMs),
  );
  return statSync(built).mtimeMs > newest;
}

beforeAll(async () => {
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
  writeFileSync(join(project, "lamps.ts"), LAMPS);
  // The dependencies come from where they are installed already, so that nothing needs a network.
  const dependencies = ["immer", "jiti"].map((name) => join(repository, "node_modules", name));
  const build = isBuilt() ? ["--ignore-scripts"] : [];
  const tarballs = (await Promise.all([pack(...build), pack("--ignore-scripts", ...dependencies)])).flat();
  const { status, err } = await run("npm", ["install", "--offline", "--no-audit", "--no-fund", ...tarballs]);
  if (status !== 0) throw new Error(`npm install failed: ${err}`);
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the packed package", () => {
  test("has the program, the library with its types, the pages, the examples, the recording scripts, the reports, and nothing else", () => {
    const files = filesOf(join(project, "node_modules", "irqproof"));
    const unexpected = files.filter(
      (file) =>
        !/^dist\/(checker|model|properties|catalogue|recordings|explorer|cli)\/.*\.(js|d\.ts)$/.test(file) &&
        !/^dist\/program\/(main\.cjs|supervisor\.js|worker\.js|immer\.LICENSE)$/.test(file) &&
        !/^dist\/page\/(page\.js|page\.css)$/.test(file) &&
        !/^(docs\/(decisions\/)?[\w-]+\.md|examples\/((conformance|refinement|schemes)\/)?[\w-]+\.ts|examples\/conformance\/[\w-]+\.jsonl|recordings\/capture\/\w+\.sh|findings\/[\w-]+\.txt|docs\/(explorer|site)-[\w-]+\.png)$/.test(
          file,
        ) &&
        ![
          "package.json",
          "README.md",
          "CHANGELOG.md",
          "LICENSE",
          "bin/irqproof.js",
          "bin/later-optimization.js",
          "bin/program.js",
          "bin/thread.js",
        ].includes(file),
    );
    expect(unexpected).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining([
        "CHANGELOG.md",
        "LICENSE",
        "README.md",
        "docs/decisions/README.md",
        "recordings/capture/record.sh",
        "dist/checker/index.d.ts",
        "dist/page/page.js",
        "dist/program/main.cjs",
      ]),
    );
  });

  test("has every page that its pages link to", () => {
    const root = join(project, "node_modules", "irqproof");
    const files = new Set(filesOf(root));
    const pages = [...files].filter((file) => file.endsWith(".md"));
    const links = pages.flatMap((page) =>
      [...readFileSync(join(root, page), "utf8").matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((link) =>
        normalize(join(dirname(page), link[1]!)),
      ),
    );
    expect(links).toContain("docs/own-scheme.md");
    expect(links.filter((link) => !files.has(link))).toEqual([]);
  });

  test("installs nothing besides its three dependencies", () => {
    const installed = readdirSync(join(project, "node_modules")).filter((name) => !name.startsWith("."));
    expect(installed.sort()).toEqual(["acorn", "immer", "irqproof", "jiti"]);
  });

  test("runs as irqproof, by its path and by npx", async () => {
    expect(await run(program, ["--version"])).toEqual({ status: 0, out: "0.1.0\n", err: "" });
    const { status, out } = await run("npx", ["--offline", "irqproof", "--version"]);
    expect({ status, out }).toEqual({ status: 0, out: "0.1.0\n" });
  });

  test("checks a file of the user's", async () => {
    const { status, out, err } = await run(program, ["check", "lamps.ts", "--count", "3"]);
    expect(err).toBe("");
    expect(out).toContain("8 states, 24 transitions, depth 4");
    expect(out).toContain(" 3  toggle(lamp=2)\n      on[2]: false -> true\n");
    expect(status).toBe(1);
  });

  test("checks a file that lies outside any project", async () => {
    const outside = join(mkdtempSync(join(folder, "outside-")), "lamps.ts");
    cpSync(join(project, "lamps.ts"), outside);
    expect((await run(program, ["check", outside, "--quiet"])).status).toBe(1);
  });

  test("writes a start for a scheme and for a protocol, which compile and check at once", async () => {
    for (const [file, ...more] of [["my-scheme.ts"], ["my-protocol.ts", "--protocol"]] as const) {
      expect(await run(program, ["new", file, ...more])).toMatchObject({ status: 0, err: "" });
      expect(await run(program, ["check", file, "--quiet"])).toEqual({ status: 0, out: "", err: "" });
    }
    const compiled = await run(tsc, [...compilerOptions, "--noEmit", "my-scheme.ts", "my-protocol.ts"]);
    expect(compiled.out + compiled.err).toBe("");
  });

  test("is a library with types", async () => {
    writeFileSync(
      join(project, "user.ts"),
      `import { check, model, range, record } from "irqproof/checker";
       const clock = model({
         name: "clock", state: record({ hour: range(0, 11) }), initial: { hour: 0 },
         actions: { tick: { then: (draft) => { draft.hour = (draft.hour + 1) % 12; } } },
         properties: ({ always }) => ({ early: always("it is early", (state) => state.hour < 11) }),
       });
       const report = await check(clock);
       const distinct: number = report.states.distinct;
       // @ts-expect-error -- the draft knows its fields
       model({ name: "x", state: record({ n: range(0, 1) }), initial: { n: 0 }, actions: { up: { then: (draft) => { draft.m = 1; } } } });
       // @ts-expect-error -- so does the initial state
       model({ name: "x", state: record({ n: range(0, 1) }), initial: { m: 0 }, actions: { up: { then: () => {} } } });
       console.log(report.verdict, distinct, report.properties[0]?.trace?.steps[0]?.state.hour);\n`,
    );
    const compiled = await run(tsc, [...compilerOptions, "user.ts"]);
    expect(compiled.out + compiled.err).toBe("");
    expect(await run("node", ["user.js"])).toMatchObject({ status: 1, err: expect.stringContaining("n is") as string });
  });
});

test("the browser field of the package keeps Node out of a bundle for a page", async () => {
  const page = join(project, "page.js");
  const doors = ["catalogue", "checker", "model", "properties"];
  writeFileSync(page, doors.map((door) => `export * as ${door} from "irqproof/${door}";\n`).join(""));
  const build = await rolldown({ input: page, platform: "browser", logLevel: "silent" });
  const { output } = await build.generate({ format: "esm" });
  await build.close();
  expect(output.flatMap((chunk) => ("imports" in chunk ? chunk.imports : []))).toEqual([]);
  expect(output[0].moduleIds.some((id) => id.endsWith("/checker/platform.browser.js"))).toBe(true);
});

describe("the program in its process", () => {
  /** Counts for ever, and says on standard error when it is at it. */
  const ENDLESS = `
    import { model, range, record } from "irqproof/checker";
    setTimeout(() => console.error("counting"), 500);
    export default model({
      name: "endless", state: record({ n: range(0, 1e9) }), initial: { n: 0 },
      actions: { up: { then: (draft) => { draft.n += 1; } } },
      properties: ({ always }) => ({ low: always("n stays below a hundred", ({ n }) => n < 100) }),
    });`;

  test("Ctrl-C ends a search with a report; what was found before it counts", async () => {
    writeFileSync(join(project, "endless.ts"), ENDLESS);
    const child = spawn(program, ["check", "endless.ts", "--engine", "reference", "--trace", "none"], {
      cwd: project,
      env,
    });
    let out = "";
    child.stdout.on("data", (data: Buffer) => (out += data.toString()));
    child.stderr.once("data", () => child.kill("SIGINT"));
    const status = await new Promise((resolve) => child.on("close", resolve));
    expect(out).toContain("stopped early: interrupted; the figures are lower bounds");
    expect(out).toContain("VIOLATED  low");
    expect(status).toBe(1);
  });

  test("explore serves its page and searches in a thread; Ctrl-C ends it", async () => {
    const child = spawn(program, ["explore", "lamps.ts"], { cwd: project, env });
    const address = await new Promise<string>((resolve, reject) => {
      let printed = "";
      child.stdout.on("data", (data: Buffer) => {
        const [found] = /http:\S+/.exec((printed += data.toString())) ?? [];
        if (found !== undefined) resolve(found);
      });
      child.stderr.on("data", (data: Buffer) => reject(new Error(data.toString())));
    });
    const { origin } = new URL(address);
    const page = await fetch(address);
    expect(await page.text()).toContain('<script defer src="/page.js"></script>');
    const headers = { cookie: page.headers.get("set-cookie")!.split(";")[0]! };
    for (const name of ["page.js", "page.css"])
      expect((await fetch(`${origin}/${name}`, { headers })).status).toBe(200);
    let check: { kind: string; result?: unknown };
    do {
      const searches = await fetch(`${origin}/api/searches?model=lamps`, { headers });
      ({ check } = (await searches.json()) as { check: typeof check });
      await new Promise((resolve) => setTimeout(resolve, 50));
    } while (check.kind === "running");
    expect(check).toMatchObject({ kind: "done", result: { verdict: "violated", states: { distinct: 4 } } });
    child.kill("SIGINT");
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
  });

  test("check --html writes a report with the page of the package", async () => {
    expect((await run(program, ["check", "lamps.ts", "--quiet", "--html", "lamps.html"])).status).toBe(1);
    const html = readFileSync(join(project, "lamps.html"), "utf8");
    expect(html).toContain(readFileSync(join(project, "node_modules", "irqproof", "dist", "page", "page.css"), "utf8"));
  });

  test("a reader that closes the pipe early is no mistake", async () => {
    // Its counterexample is longer than what a pipe holds.
    writeFileSync(
      join(project, "long.ts"),
      `import { model, range, record } from "irqproof/checker";
       export default model({
         name: "long", state: record({ n: range(0, 2000) }), initial: { n: 0 },
         actions: { up: { when: ({ n }) => n < 2000, then: (draft) => { draft.n += 1; } } },
         properties: ({ always }) => ({ low: always("n stays below two thousand", ({ n }) => n < 2000) }),
       });`,
    );
    const script = `"${program}" check long.ts --json | head -n 1; echo "status \${PIPESTATUS[0]}"`;
    expect(await run("bash", ["-c", script])).toEqual({ status: 0, out: "{\nstatus 1\n", err: "" });
  });
});

describe("the repository", () => {
  test("has a program that can be run without being built or installed first", () => {
    expect(statSync(join(repository, "bin", "irqproof.js")).mode & 0o111).toBe(0o111);
  });

  test("runs npx irqproof", async () => {
    const { status, out } = await run("npx", ["--offline", "irqproof", "--version"], {
      cwd: repository,
      env: { ...env, npm_config_cache: join(folder, "cache") },
    });
    expect({ status, out }).toEqual({ status: 0, out: "0.1.0\n" });
  });
});
