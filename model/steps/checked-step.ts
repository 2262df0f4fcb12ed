import { ModelError } from "../../checker/index.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import { oldTarget } from "../state/queries.ts";
import type { MigrationStep, StepFailure, Where } from "../strategy.ts";
import { controllerOf } from "../controller.ts";
import type { System } from "../system.ts";

/**
 * Whether address and data are two writes, between which the device may send a message: on every machine but the AVEC,
 * whose messages have CPU and vector in one word, and but behind an APLIC, whose targets have.
 */
function takesTwoWrites(system: System): boolean {
  return controllerOf(system).changesMessageAtOnce !== true && system.aplic === null;
}

/**
 * The same step, checked against its own declarations: that it writes the device's message, that it checks the pair
 * between, that it sends the IPI. What a device named earlier in a move, and whether a pair will still be looked at,
 * is derived from what the steps of a program declare; one that declares less than it does would get wrong verdicts.
 *
 * A step that writes both words of a message at once is refused where that takes two writes: what the device sends between
 * them is how a direct update loses an interrupt.
 *
 * It reads more than the step does, so it takes longer to learn: for schemes that are not in the catalogue.
 *
 * @throws ModelError when the step is taken and has not declared so, declares something else, or does two at once
 */
export function checkedStep(step: MigrationStep): MigrationStep {
  const refuse = (what: string): never => {
    throw new ModelError(`step ${step.name} ${what}`);
  };
  const { mayFail } = step;
  return {
    ...step,
    ...(mayFail?.then === undefined ? {} : { mayFail: { ...mayFail, then: leavesMessage(mayFail.then, refuse) } }),
    then(draft, where) {
      const { irq, system } = where;
      const was = seen(draft, where);
      const declared = step.writes?.(draft as ReadonlySystemState, irq);
      step.then(draft, where);
      const now = seen(draft, where);
      const changesBoth = was.address !== now.address && was.data !== now.data;
      const namesBoth = declared?.cpu !== undefined && declared.vector !== undefined;
      if (takesTwoWrites(system) && (changesBoth || namesBoth)) {
        refuse(
          'writes address and data of the message at once, but this machine needs two writes, and the device may send between them: use two steps, such as writeAddress("new-cpu") and writeData',
        );
      }
      const isDeclared =
        (was.address === now.address || declared?.cpu === now.address) &&
        (was.data === now.data || declared?.vector === now.data);
      if (!isDeclared) {
        const is = declared === undefined ? "is missing" : "does not match what is written";
        refuse(
          `changes the message of the device, and its "writes" ${is}: give ${takesTwoWrites(system) ? "{ cpu } or { vector }" : "{ cpu }, { vector } or both"}, as the step leaves it`,
        );
      }
      if (now.sawPending && !was.sawPending && step.checks !== true) {
        refuse('sets sawPending, as a check does: give it "checks: true"');
      }
      // A device that is unmasked sends what it remembers.
      const undeclared = effectsOf(was, now).find(([effect]) => step[effect] !== true);
      if (undeclared !== undefined) refuse(`${undeclared[1]}: give it "${undeclared[0]}: true"`);
      const sends = now.requested && !was.requested && !was.pending;
      if (sends && controllerOf(system).retriggersByIpi === true && step.retriggers !== true) {
        refuse('sends an interrupt to the new target: give it "retriggers: true"');
      }
    },
  };
}

/** Effect of a failure, which must not be another message of the device. */
function leavesMessage(
  then: NonNullable<StepFailure["then"]>,
  refuse: (what: string) => never,
): NonNullable<StepFailure["then"]> {
  return (draft, where) => {
    const was = seen(draft, where);
    then(draft, where);
    const now = seen(draft, where);
    if (was.address === now.address && was.data === now.data) return;
    refuse('changes the message of the device where it fails: write the message in a step of its own, with "writes"');
  };
}

/** Parts of the state that a step must declare. */
interface Seen {
  readonly address: number;
  readonly data: number;
  readonly pending: boolean;
  readonly sawPending: boolean;
  /** The new target is requested. */
  readonly requested: boolean;
  /** The controller passes the interrupt on. */
  readonly enabled: boolean;
  /** The pending bit of an APLIC's source. */
  readonly wirePending: boolean;
  /** The old identity has been handed over. */
  readonly handedOver: boolean;
  readonly interruptsEnabled: boolean;
}

type Effect = "enables" | "samplesWire" | "handsOver" | "enablesInterrupts";

/** Effects that a step has had and must have declared, with what the step does. */
function effectsOf(was: Seen, now: Seen): (readonly [effect: Effect, does: string])[] {
  const effects: (readonly [Effect, string])[] = [];
  if (now.enabled && !was.enabled) effects.push(["enables", "has the controller pass the interrupt on"]);
  if (now.wirePending && !was.wirePending) effects.push(["samplesWire", "makes the APLIC look at its wire"]);
  if (now.handedOver && !was.handedOver) effects.push(["handsOver", "hands the old identity over to the new target"]);
  if (now.interruptsEnabled && !was.interruptsEnabled)
    effects.push(["enablesInterrupts", "enables interrupts on its CPU"]);
  return effects;
}

function seen(draft: SystemState, { irq, cpu: on }: Where): Seen {
  const { address, data, pending } = draft.device[irq]!;
  const { cpu, vector, migration } = draft.irq[irq]!;
  const route = draft.routing?.[irq];
  const source = draft.aplic?.[irq];
  const old = oldTarget(draft, irq);
  return {
    enabled: (route !== undefined && route.enabled && route.cpu !== null) || source?.enabled === true,
    wirePending: source?.pending === true,
    handedOver: draft.imsic !== null && draft.imsic[old.cpu]!.identity[old.vector]!.next !== null,
    interruptsEnabled: draft.cpu[on]!.interruptsEnabled,
    address,
    data,
    pending,
    sawPending: migration.sawPending,
    requested: draft.cpu[cpu]!.irr[vector]!,
  };
}
