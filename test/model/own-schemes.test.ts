/** A scheme of one's own that leaves out what the model has to know: refused, or worked out. */
import { check } from "irqproof/checker";
import { steps, type Strategy } from "irqproof/model";
import { scheme } from "irqproof/properties";
import { expect, test } from "vitest";

const own = (strategy: Omit<Strategy, "context">): ReturnType<typeof scheme> =>
  scheme({ name: "own", title: "", strategy: { context: { kind: "interrupt" }, ...strategy } });

const direct = steps.writeMessage("new-cpu");

test("the machine imsic without its driver, and the driver without the machine", () => {
  expect(() => own({ machine: "imsic", program: direct }).instantiate()).toThrow(
    /what its driver does: give it "imsic"/,
  );
  const driver = {
    flow: "edge",
    syncsAtInterrupt: true,
    waitsForOldHart: true,
    checksTemporary: true,
    timerRunsOn: "its-hart",
    storesTakeTime: false,
  } as const;
  expect(() => own({ imsic: driver, program: direct }).instantiate()).toThrow(/leave "imsic" out, or take the machine/);
  expect(() => own({ machine: "imsic", imsic: driver, program: direct }).instantiate()).not.toThrow();
});

test("a program that turns interrupts on in its interrupt can be interrupted there, said or not", async () => {
  const writes = [...steps.writeMessage("old-cpu"), ...direct];
  const program = [steps.enableInterrupts("released"), ...writes, steps.disableInterrupts("released")];
  const [silent, said] = [own({ program }), own({ program, enablesInterrupts: true })].map((family) =>
    family.instantiate({ raises: 2 }),
  );
  const [one, other] = [await check(silent!), await check(said!)];
  expect(one.states).toEqual(other.states);
  const { trace } = (await check(silent!, { properties: ["no-stray"] })).properties[0]!;
  // Two hard interrupts, one inside the other.
  expect(trace!.steps.some(({ state }) => state.cpu.some(({ stack }) => stack.length === 2))).toBe(true);
});
