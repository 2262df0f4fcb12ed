/** Actions that no entry of the catalogue ever takes have a reason, and no reason is left over. */
import { check, neverEnabled } from "irqproof/checker";
import { catalogue } from "irqproof/catalogue";
import { expect, test } from "vitest";
import { neverEnabledRules, whyNeverEnabled } from "../../model/never-enabled.ts";
import { checkable } from "../../catalogue/index.ts";

/** Properties of steps that hold of some entries because what they speak of never happens there, with the reason. */
const VACUOUS: Readonly<Record<string, { readonly why: string; readonly entries: readonly string[] }>> = {
  "check-covers": {
    why: "the device never works with a target that its interrupt does not own: it is masked, or one word changes, or it does not move",
    entries: [
      "msi-masked",
      "msi-masked-no-pending-bit",
      "msix-masked",
      "x86-enable-toggled",
      "x86-free-and-request",
      "x86-managed",
      "x86-managed-depth",
      "x86-offline-exhausted",
      "x86-offline-late",
      "x86-same-cpu",
      "x86-same-vector",
      "x86-startup-early",
    ],
  },
  "no-free-while-pending": {
    why: "no vector is given back: it stays marked, or assigned",
    entries: ["avec-offline", "hyperv-multi-msi", "x86-arrival-missed", "x86-managed"],
  },
  "no-in-progress-drop": {
    why: "no CPU takes the interrupt while its handler runs on another one; with raises=1 a device sends no second message",
    entries: [
      "avec-offline",
      "gicv2m",
      "gicv2m-guest",
      "hyperv-multi-msi",
      "imsic-sync-wrong-cpu",
      "imsic-temporary-id-in-use",
      "msi-redirect-offline",
      "plic",
      "plic-chained",
      "plic-disabled-flag",
      "plic-zephyr",
      "sg2042-msi",
      "x86-free-and-request",
      "x86-managed",
      "x86-managed-depth",
      "x86-multi-msi",
      "x86-offline-apic-off-first",
      "x86-offline-direct",
      "x86-offline-exhausted",
      "x86-offline-no-scan",
      "x86-posted-no-eoi",
      "x86-posted-offline",
      "x86-same-cpu",
      "x86-startup-early",
    ],
  },
};

test("the premises of invariants and steps hold somewhere, or it is explained", { timeout: 900_000 }, async () => {
  const unmet: [id: string, entry: string][] = [];
  for (const entry of catalogue) {
    const made = checkable(entry).instantiate({});
    const judged = [...made.properties]
      .filter(([, { kind }]) => kind === "always" || kind === "step")
      .map(([id]) => id);
    const { properties } = await check(made, { properties: judged, whole: true });
    for (const { id, remark } of properties) if (remark !== undefined) unmet.push([id, entry.id]);
  }
  const explained = Object.entries(VACUOUS).flatMap(([id, { entries }]) => entries.map((entry) => [id, entry]));
  expect(unmet.toSorted()).toEqual(explained.toSorted());
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
