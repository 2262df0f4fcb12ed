import type { AplicFeatures } from "../hardware/aplic.ts";
import { configureSource, enableSource, retriggerSource, writeTarget } from "../kernel/aplic-steps.ts";
import type { Strategy } from "../kernel/migration.ts";
import { handOver, mergedDriver } from "./imsic.ts";

/**
 * A wire behind an APLIC in MSI mode, in front of interrupt files. The first run of the program starts the interrupt, a
 * later one moves it: by a task, since the target is one word, and with `handle_fasteoi_irq`, which drops what comes while
 * the handler runs elsewhere, as the simple flow does.
 *
 * @param afterConfiguration whether the driver has the APLIC look at the wire once it is configured
 */
export function aplicMsi(afterConfiguration: "retriggers" | "leaves", driver: AplicFeatures = presentDriver): Strategy {
  return {
    machine: "imsic",
    imsic: { ...mergedDriver, flow: "simple" },
    aplic: driver,
    trigger: "level",
    context: { kind: "task", runsOn: "any" },
    startsDisabled: true,
    program: [
      configureSource,
      ...(afterConfiguration === "retriggers" ? [retriggerSource] : []),
      writeTarget,
      ...handOver,
      enableSource,
    ],
  };
}

const presentDriver: AplicFeatures = { retriggersAtEnd: true };
