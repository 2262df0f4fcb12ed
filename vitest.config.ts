import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Those that put another module in the place of one. */
const mocking = ["test/cli/check-all.test.ts", "test/cli/bugs.test.ts"];

export default defineConfig({
  resolve: {
    alias: {
      "irqproof/checker": here("./checker/index.ts"),
      "irqproof/export": here("./checker/export/index.ts"),
      "irqproof/model": here("./model/index.ts"),
      "irqproof/properties": here("./properties/index.ts"),
    },
  },
  test: {
    testTimeout: 120_000,
    maxWorkers: "100%",
    projects: [
      // No test here changes what others see. They share a process: modules are loaded once, and their code is hot.
      { extends: true, test: { name: "tests", include: ["test/**/*.test.ts"], exclude: mocking, isolate: false } },
      { extends: true, test: { name: "mocks", include: mocking } },
    ],
  },
});
