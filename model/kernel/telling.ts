import { ModelError } from "../../checker/index.ts";
import type { ReadonlySystemState, SystemState } from "../state.ts";
import type { MigrationStep } from "./migration.ts";

/**
 * The same step, held to what it says of itself: that it writes the message of the device, that it checks the pair
 * between, that it sends the IPI. What a device named earlier in a move, and whether anybody will yet look at a pair,
 * is worked out from what the steps of a program say; one that says less than it does would get wrong verdicts.
 *
 * It reads more than the step does, so it takes longer to learn: for schemes that nobody has looked at yet.
 *
 * @throws ModelError when the step is taken and has not said so, or says something else than it does
 */
export function telling(step: MigrationStep): MigrationStep {
  const refuse = (what: string): never => {
    throw new ModelError(`step ${step.name} ${what}`);
  };
  return {
    ...step,
    then(draft, where) {
      const { irq, system } = where;
      const was = seen(draft, irq);
      const told = step.writes?.(draft as ReadonlySystemState, irq);
      step.then(draft, where);
      const now = seen(draft, irq);
      const tells =
        (was.address === now.address || told?.cpu === now.address) &&
        (was.data === now.data || told?.vector === now.data);
      if (!tells) {
        const is = told === undefined ? "is missing" : "says something else than what is written";
        refuse(
          `changes the message of the device, and its "writes" ${is}: give { cpu }, { vector } or both, as the step leaves them`,
        );
      }
      if (now.sawPending && !was.sawPending && step.checks !== true) {
        refuse('sets sawPending, as a check does: give it "checks: true"');
      }
      // A device that is unmasked sends what it remembers.
      const sends = now.requested && !was.requested && !was.pending;
      if (sends && system.machine === "local-apic" && step.retriggers !== true) {
        refuse('sends an interrupt to the new target: give it "retriggers: true"');
      }
    },
  };
}

/** What a step has to tell of. */
interface Seen {
  readonly address: number;
  readonly data: number;
  readonly pending: boolean;
  readonly sawPending: boolean;
  /** The new target is requested. */
  readonly requested: boolean;
}

function seen(draft: SystemState, irq: number): Seen {
  const { address, data, pending } = draft.device[irq]!;
  const { cpu, vector, migration } = draft.irq[irq]!;
  return {
    address,
    data,
    pending,
    sawPending: migration.sawPending,
    requested: draft.cpu[cpu]!.irr[vector]!,
  };
}
