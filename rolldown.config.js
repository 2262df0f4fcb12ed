import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const common = { platform: "node", external: ["jiti"] };
const output = { dir: "dist/program", entryFileNames: "[name].js", comments: false };

/** Immer becomes a part of the program, so its licence stands beside it, wherever immer is installed. */
const copyLicence = {
  name: "copy-licence",
  writeBundle() {
    copyFileSync(fileURLToPath(new URL("../LICENSE", import.meta.resolve("immer"))), "dist/program/immer.LICENSE");
  },
};

/** The page's style sheet stands beside its script. */
const copyStyle = {
  name: "copy-style",
  writeBundle() {
    mkdirSync("dist/page", { recursive: true });
    copyFileSync("explorer/page/page.css", "dist/page/page.css");
  },
};

// Preact becomes a part of the page, also of the one in an HTML report, so its licence is in the script itself.
const licence = readFileSync(new URL("../LICENSE", import.meta.resolve("preact")), "utf8").trim();

// The command line in one file, with what it needs to start: to open two hundred takes longer than most checks. The
// library stays as it is compiled, one file for each module, with its types.
export default [
  {
    ...common,
    input: { main: "dist/cli/program.js" },
    output: { ...output, format: "cjs", codeSplitting: false, entryFileNames: "[name].cjs" },
    plugins: [copyLicence],
    checks: { pluginTimings: false },
  },
  // What stays in the main thread while a file of the user's runs in another: it must start at once.
  { ...common, input: { supervisor: "dist/cli/supervision/index.js" }, output: { ...output, format: "esm" } },
  // In the same folder: the main thread looks for it beside itself.
  { ...common, input: { worker: "dist/checker/search/workers/worker.js" }, output: { ...output, format: "esm" } },
  // The page of the explorer, for browsers.
  {
    input: { page: "explorer/page/main.tsx" },
    platform: "browser",
    transform: { target: "es2022" },
    output: {
      dir: "dist/page",
      entryFileNames: "[name].js",
      format: "iife",
      minify: true,
      comments: false,
      postBanner: `/*! Preact: ${licence} */`,
    },
    plugins: [copyStyle],
    checks: { pluginTimings: false },
  },
];
