/** What no entry of the catalogue ever does has a reason, and no reason is left over. */
import { check, neverEnabled } from "irqproof/checker";
import { catalogue } from "irqproof/model";
import { expect, test } from "vitest";
import { neverEnabledRules, whyNeverEnabled } from "../../model/never-enabled.ts";
import { checkable } from "../../properties/index.ts";

const LONG = process.env["IRQPROOF_LONG"] === "1";

test.skipIf(!LONG)("in every entry the premise of every invariant holds somewhere", { timeout: 600_000 }, async () => {
  for (const entry of catalogue) {
    const made = checkable(entry).instantiate({});
    const invariants = [...made.properties].filter(([, { kind }]) => kind === "always").map(([id]) => id);
    const { properties } = await check(made, { properties: invariants, whole: true });
    expect([entry.id, properties.filter(({ remark }) => remark !== undefined).map(({ id }) => id)]).toEqual([
      entry.id,
      [],
    ]);
  }
});

test("what an entry never does is explained, and each explanation is of some entry", async () => {
  const names = new Set<string>();
  for (const entry of catalogue) {
    const report = await check(checkable(entry).instantiate({}), { properties: [], purity: "assumed" });
    const never = neverEnabled(report);
    expect([entry.id, never.filter((name) => whyNeverEnabled(name) === undefined)]).toEqual([entry.id, []]);
    for (const name of never) names.add(name);
  }
  for (const rule of neverEnabledRules)
    expect([rule, [...names].some((name) => rule.test(name))]).toEqual([rule, true]);
});
