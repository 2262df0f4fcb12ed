import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Those that put another module in the place of one. */
const mocking = ["test/cli/check-all.test.ts", "test/cli/bugs.test.ts"];

/** The site as `npm run site` has built it. */
const site = ["test/site/pages.test.ts", "test/site/playground.test.ts"];

/**
 * What takes most of the time: mutants, other checkers and solvers, browsers, installed packages and compilers, and the
 * largest random tests. `npm run test:thorough` runs them, `npm test` all others.
 */
const thorough = [
  "test/bench/bench.test.ts",
  "test/bench/catalogue.test.ts",
  "test/checker/conform-runners.test.ts",
  "test/checker/liveness-agreement.test.ts",
  "test/checker/liveness-loops.test.ts",
  "test/checker/mistakes.test.ts",
  "test/checker/premises.test.ts",
  "test/cli/findings.test.ts",
  "test/cli/mutate.test.ts",
  "test/cli/new.test.ts",
  "test/cli/pack.test.ts",
  "test/cli/type-check.test.ts",
  "test/cli/user-file.test.ts",
  "test/engine/draft-programs.test.ts",
  "test/engine/workers.test.ts",
  "test/explorer/browser.test.ts",
  "test/explorer/search.test.ts",
  "test/interchange/abc.test.ts",
  "test/interchange/catalogue-*.test.ts",
  "test/interchange/growing.test.ts",
  "test/interchange/hostile-names.test.ts",
  "test/interchange/proof.test.ts",
  "test/interchange/rumur.test.ts",
  "test/interchange/smtlib.test.ts",
  "test/interchange/spin.test.ts",
  "test/model/bugs.test.ts",
  "test/model/disable-depth.test.ts",
  "test/model/mutants.test.ts",
  "test/model/never-enabled.test.ts",
  "test/model/own-machines.test.ts",
  "test/model/own-schemes.test.ts",
  "test/model/x86-mutants.test.ts",
  "test/model/x86-variants.test.ts",
  "test/models/published-counts.test.ts",
  "test/mutation/mutants.test.ts",
  "test/mutation/survivors.test.ts",
  "test/reading/entries.test.ts",
  "test/reading/programs.test.ts",
  "test/symmetry/agreement.test.ts",
  "test/symmetry/large.test.ts",
];

export default defineConfig({
  resolve: {
    alias: {
      "irqproof/checker": here("./checker/index.ts"),
      "irqproof/export": here("./checker/export/index.ts"),
      "irqproof/catalogue": here("./catalogue/index.ts"),
      "irqproof/model": here("./model/index.ts"),
      "irqproof/properties": here("./properties/index.ts"),
    },
  },
  test: {
    testTimeout: 120_000,
    maxWorkers: "100%",
    projects: [
      // No test here changes what others see. They share a process: modules are loaded once, and their code is hot.
      {
        extends: true,
        test: {
          name: "tests",
          include: ["test/**/*.test.ts"],
          exclude: [...mocking, ...thorough, ...site],
          isolate: false,
        },
      },
      { extends: true, test: { name: "mocks", include: mocking } },
      { extends: true, test: { name: "thorough", include: thorough, isolate: false } },
      { extends: true, test: { name: "site", include: site, isolate: false } },
    ],
  },
});
