import { range } from "../../checker/index.ts";
import { type SystemAction, anyAction } from "../action.ts";
import { sync } from "../kernel/imsic-sync.ts";
import { isFree } from "../kernel/tasks.ts";
import { cpuName } from "../names.ts";
import { isEnabled } from "../state/queries.ts";
import type { SystemState } from "../state/system-state.ts";
import type { System } from "../system.ts";

/**
 * An idle hart is powered down by the idle loop, and up by a message, a timer or a request to run there; the model lets it
 * come up at any time. Its interrupt file is reset: the registers are lost, and messages that come while it is down stay
 * pending. On exit the driver marks all identities and brings the hart up to date (`imsic_pm_notifier`).
 */
export function powerActions(system: System): Record<string, SystemAction> {
  const power = system.imsic?.power;
  if (power === undefined) return {};
  const over = { hart: range(0, system.cpus - 1) };
  const actor = (_: unknown, { hart }: { readonly hart: number }): string => cpuName(hart);
  return {
    "hart.power_down": anyAction({
      over,
      actor,
      label: "idle: powered down, interrupt file reset",
      when: (state, { hart }) =>
        isFree(system, state, hart) &&
        !state.cpu[hart]!.irr.some((pending, identity) => pending && isEnabled(state, hart, identity)),
      then: (draft, { hart }) => {
        const file = draft.imsic![hart]!;
        file.down = true;
        file.enabled.fill(false);
        if (power.clears === "pending-bits-too") clearPending(system, draft, hart);
      },
    }),
    "hart.power_up": anyAction({
      over,
      actor,
      label: power.onExit === "restores" ? "powered up: all identities brought up to date" : "powered up",
      when: (state, { hart }) => state.imsic![hart]!.down,
      then: (draft, { hart }) => {
        const file = draft.imsic![hart]!;
        file.down = false;
        if (power.onExit === "leaves") return;
        for (const identity of file.identity) identity.dirty = true;
        sync(system, draft, hart);
      },
    }),
  };
}

/** Clears what is pending at identities that are not enabled. */
function clearPending(system: System, draft: SystemState, hart: number): void {
  const { irr, source } = draft.cpu[hart]!;
  irr.fill(false);
  for (let device = 0; device < system.devices; device++) {
    for (const bits of source) {
      if (!bits[device]!) continue;
      if (system.coverage === "occurrence") draft.device[device]!.uncovered = true;
      bits[device] = false;
    }
  }
}
