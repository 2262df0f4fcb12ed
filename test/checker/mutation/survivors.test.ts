/** The tables of survivors in docs/mutation.md are those of the models as they are, row by row. */
import { readdirSync, readFileSync } from "node:fs";
import { mutants, type Family, type Variant } from "irqproof/checker";
import { reordered } from "irqproof/properties";
import { describe, expect, test } from "vitest";
import { checkable, entryOf } from "../../../catalogue/index.ts";
import increment from "../../../examples/increment.ts";
import mcsLock from "../../../examples/mcs-lock.ts";
import twoPhaseCommit from "../../../examples/two-phase-commit.ts";
import { defaults } from "../../model/checking.ts";

const page = readFileSync(new URL("../../../docs/mutation.md", import.meta.url), "utf8");

/** The rows of the table below the heading of a model. */
function documented(name: string): string[] {
  const section = page.split(/^### /m).find((text) => text.startsWith(`\`${name}\``)) ?? "";
  return [...section.matchAll(/^\| ([^|]+) \| `([^`]+)` \| [^|]+ \|$/gm)].map(
    ([, action, change]) => `${action}: ${change}`,
  );
}

async function survivors(family: Family<never>, variants: readonly Variant<never>[] = []): Promise<string[]> {
  const { mutants: found, left, unread } = await mutants(family.instantiate(), { variants });
  expect([left, unread]).toEqual([0, []]);
  expect(found.filter(({ outcome }) => outcome === "undecided" || outcome === "skipped")).toEqual([]);
  return found
    .filter(({ outcome }) => outcome === "survived")
    .map(({ action = "order of the program", change }) => `${action}: ${change}`);
}

const twoStep = entryOf("x86-two-step")!;

const examples = readdirSync(new URL("../../../examples/", import.meta.url)).flatMap((file) =>
  file.endsWith(".ts") ? [file.slice(0, -3)] : [],
);

test.each(examples)("examples/%s.ts: every mutant at the default size is decided", async (name) => {
  const { default: family } = (await import(`../../../examples/${name}.ts`)) as { default: Family<never> };
  const { mutants: found, left, unread } = await mutants(family.instantiate());
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter(({ outcome }) => outcome === "undecided" || outcome === "skipped")).toEqual([]);
  expect([left, unread]).toEqual([0, []]);
});

describe("docs/mutation.md", () => {
  test.each([
    ["examples/increment.ts", increment],
    ["examples/two-phase-commit.ts", twoPhaseCommit],
    ["examples/mcs-lock.ts", mcsLock],
  ])("%s", async (name, family) => {
    expect((await survivors(family as never)).toSorted()).toEqual(documented(name).toSorted());
  });

  test("has survivors", () => {
    expect(documented("examples/increment.ts").length).toBeGreaterThan(3);
    expect(documented("x86-two-step").length).toBeGreaterThan(3);
    expect(page).toContain("### `examples/mcs-lock.ts`");
  });

  test("x86-two-step, with swapped steps", async () => {
    const variants = reordered("x86-two-step", twoStep.strategy(), defaults);
    const found = await survivors(checkable(twoStep) as never, variants as never);
    expect(found.toSorted()).toEqual(documented("x86-two-step").toSorted());
  });

  test.each([
    [{ coverage: "service" }, "irq.finish", "irq[0].inProgress not assigned", "no-interrupt-lost"],
    [{ moves: 2 }, "cpu.cleanup_timer", "irq[0].onCleanupList not assigned", "affinity-applied"],
  ])("with %o, the mutant of %s is caught", async (given, action, change, property) => {
    const model = checkable(twoStep).instantiate(given);
    const { mutants: all } = await mutants(model, { signal: AbortSignal.abort() });
    const { number } = all.find((mutant) => mutant.action === action && mutant.change === change)!;
    const { mutants: found } = await mutants(model, { only: number, purity: "assumed" });
    expect(found[number - 1]!.caughtBy).toContain(property);
  });
});
