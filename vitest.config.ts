import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: {
      "irqproof/checker": here("./checker/index.ts"),
      "irqproof/model": here("./model/index.ts"),
      "irqproof/properties": here("./properties/index.ts"),
    },
  },
  test: { include: ["test/**/*.test.ts"], testTimeout: 120_000, maxWorkers: "100%" },
});
