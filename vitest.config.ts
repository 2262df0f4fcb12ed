import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Those that put another module in the place of one. */
const mocking = ["test/cli/commands/check-all.test.ts", "test/cli/commands/bugs.test.ts"];

/** The site as `npm run site` has built it. */
const site = ["test/site/pages.test.ts", "test/site/playground.test.ts"];

/**
 * What takes most of the time: mutants, other checkers and solvers, browsers, installed packages and compilers, and the
 * largest random tests. `npm run test:thorough` runs them, `npm test` all others.
 */
const thorough = [
  "test/bench/bench.test.ts",
  "test/bench/catalogue.test.ts",
  "test/checker/any-size/reading/catalogue.test.ts",
  "test/checker/any-size/reading/migration.test.ts",
  "test/checker/any-size/reading/random.test.ts",
  "test/checker/any-size/refinement.test.ts",
  "test/checker/compiled/draft-programs.test.ts",
  "test/checker/conformance/conform-runners.test.ts",
  "test/checker/crosscheck/abc.test.ts",
  "test/checker/crosscheck/catalogue-*.test.ts",
  "test/checker/crosscheck/rumur.test.ts",
  "test/checker/crosscheck/spin.test.ts",
  "test/checker/export/hostile-names.test.ts",
  "test/checker/export/smtlib.test.ts",
  "test/checker/liveness/liveness-agreement.test.ts",
  "test/checker/liveness/liveness-loops.test.ts",
  "test/checker/misreads.test.ts",
  "test/checker/mistakes.test.ts",
  "test/checker/mutation/mutants.test.ts",
  "test/checker/mutation/survivors.test.ts",
  "test/checker/proof/growing.test.ts",
  "test/checker/proof/proof.test.ts",
  "test/checker/reading/entries.test.ts",
  "test/checker/reading/programs.test.ts",
  "test/checker/search/premises.test.ts",
  "test/checker/search/workers.test.ts",
  "test/checker/symmetry/agreement.test.ts",
  "test/checker/symmetry/large.test.ts",
  "test/cli/arguments/type-check.test.ts",
  "test/cli/arguments/user-file.test.ts",
  "test/cli/commands/findings.test.ts",
  "test/cli/commands/mutate.test.ts",
  "test/cli/commands/new.test.ts",
  "test/cli/output/model-mistakes.test.ts",
  "test/cli/pack.test.ts",
  "test/explorer/browser.test.ts",
  "test/explorer/html.test.ts",
  "test/explorer/search.test.ts",
  "test/model/aplic.test.ts",
  "test/model/bugs.test.ts",
  "test/model/disable-depth.test.ts",
  "test/model/fingerprint.test.ts",
  "test/model/guest.test.ts",
  "test/model/imsic-findings.test.ts",
  "test/model/lemmas.test.ts",
  "test/model/multi-message.test.ts",
  "test/model/mutants.test.ts",
  "test/model/never-enabled.test.ts",
  "test/model/own-machines.test.ts",
  "test/model/own-schemes.test.ts",
  "test/model/redirect.test.ts",
  "test/model/x86-mutants.test.ts",
  "test/model/x86-posted.test.ts",
  "test/model/x86-variants.test.ts",
  "test/models/published-counts.test.ts",
  "test/recordings/corruption.test.ts",
  "test/site/browser-build.test.ts",
];

/** Files of which the default suite runs a part, with fewer random models or entries, and the thorough suite all. */
const both = [
  "test/checker/agreement.test.ts",
  "test/checker/compiled/emission.test.ts",
  "test/checker/export/catalogue-exports.test.ts",
  "test/checker/refinement/refines.test.ts",
  "test/checker/search/compiled-agreement.test.ts",
  "test/checker/symmetry/verification.test.ts",
  "test/checker/terms/terms.test.ts",
  "test/checker/visited/visited.test.ts",
  "test/cli/commands/prove-any-size.test.ts",
  "test/cli/output/hostile-text.test.ts",
  "test/cli/readme.test.ts",
  "test/docs/examples.test.ts",
  "test/model/catalogue-variants.test.ts",
  "test/model/findings.test.ts",
  "test/model/imsic-idle.test.ts",
  "test/model/plic.test.ts",
];

/** The files that take longest, in this order: one that began last would leave the other workers without work. */
const longest = [
  "test/model/catalogue.test.ts",
  "test/model/catalogue-variants.test.ts",
  "test/checker/agreement.test.ts",
  "test/checker/search/compiled-agreement.test.ts",
  "test/checker/certificate/certificate.test.ts",
  "test/checker/any-size/proof.test.ts",
].map(here);

/** In each project the longest files begin first. Without a cache, Vitest begins with those of the most characters. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification): number =>
      longest.includes(moduleId) ? longest.indexOf(moduleId) : longest.length;
    const projects = [...new Set(sorted.map(({ project }) => project))];
    return projects.flatMap((one) =>
      sorted.filter(({ project }) => project === one).toSorted((a, b) => rank(a) - rank(b)),
    );
  }
}

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
    setupFiles: [here("./test/seed.ts")],
    maxWorkers: "100%",
    // Most objects of a small check are garbage at once: a larger young generation saves a tenth of the processor time.
    execArgv: ["--max-semi-space-size=64"],
    sequence: { sequencer: LongestFirst },
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
      {
        extends: true,
        test: {
          name: "thorough",
          include: [...thorough, ...both],
          env: { IRQPROOF_THOROUGH: "1" },
          isolate: false,
        },
      },
      { extends: true, test: { name: "site", include: site, isolate: false } },
    ],
  },
});
