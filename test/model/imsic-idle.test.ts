/** Harts that are powered down when they are idle, and whose interrupt files are reset by that. */
import { sometimes, withProperties } from "irqproof/checker";
import { checkable, entryOf } from "irqproof/catalogue";
import { interruptSystem, type SystemState } from "irqproof/model";
import { expect, test } from "vitest";
import { imsicIdle, mergedDriver } from "../../catalogue/riscv/schemes/imsic.ts";
import { check, defaults } from "./checking.ts";
import { unexpected } from "./expected.ts";
import { sampled } from "../thorough.ts";

test.each(
  sampled(
    [
      [{ "on-exit": "leaves" }],
      [{ "on-exit": "leaves", coverage: "occurrence" }],
      [{ "on-exit": "leaves", moves: 0 }],
      [{ reset: "pending-too" }],
      [{ reset: "pending-too", moves: 0 }],
      [{ reset: "pending-too", coverage: "service" }],
      [{ reset: "pending-too", coverage: "occurrence" }],
      [{ coverage: "occurrence", moves: 2 }],
    ],
    4,
  ),
)("imsic-idle with %o is as expected", async (given) => {
  expect(await unexpected("imsic-idle", given)).toEqual([]);
});

test("a message to a hart without power wakes it, and is claimed", async () => {
  const model = checkable(entryOf("imsic-idle")!).instantiate({ moves: 0 });
  const seen = withProperties(model, {
    waits: sometimes<SystemState>("pending while down", ({ cpu, imsic }) => imsic![0]!.down && cpu[0]!.irr[0]!),
    claims: sometimes<SystemState>(
      "claimed while down",
      ({ cpu, imsic }) => imsic![0]!.down && cpu[0]!.stack.length > 0,
    ),
  });
  const { properties } = await check(seen, { properties: ["waits", "claims"] });
  expect(properties.map(({ verdict }) => verdict)).toEqual(["holds", "violated"]);
});

test("what waits at an identity that is not enabled yet goes with the power, where that clears it", async () => {
  const model = checkable(entryOf("imsic-idle")!).instantiate({ reset: "pending-too" });
  const { trace } = (await check(model, { properties: ["no-interrupt-lost"] })).properties[0]!;
  expect(trace!.conclusion).toMatch(
    /went to CPU1\/identity A, where it was pending until step 14 reset the interrupt file/,
  );
});

test("harts that keep their power are as they were", async () => {
  const model = checkable(entryOf("imsic-merged")!).instantiate();
  expect((await check(model, { properties: ["no-interrupt-lost"] })).states).toMatchObject({ distinct: 130 });
  const strategy = imsicIdle({ onExit: "restores", clears: "enable-bits" });
  const power = { onExit: "perhaps" } as never;
  expect(() => interruptSystem("mine", { ...strategy, imsic: { ...mergedDriver, power } }, defaults)).toThrow(/leaves/);
});
