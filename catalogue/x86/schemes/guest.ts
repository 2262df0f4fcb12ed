import type { Strategy } from "../../../model/strategy.ts";
import type { GuestFeatures } from "../../../model/system.ts";
import { postedDriver, x86Posted } from "./posted.ts";
import { x86Remapped } from "./remapped.ts";

/** VT-d and KVM of v6.15, on a host whose own messages are posted. */
export function x86Guest(features: Pick<GuestFeatures, "hostMove" | "afterwards">): Strategy {
  return {
    // The acknowledge of v6.15 to v6.18: it moves and gives no EOI.
    ...x86Posted({ ...postedDriver, ackEndsRetriggered: false }),
    guest: { notifiedCpu: "descriptor", ...features },
  };
}

/** AMD's AVIC: the entry names the physical CPU of a virtual CPU that runs. */
export function x86Avic(notifiedCpu: Exclude<GuestFeatures["notifiedCpu"], "descriptor">): Strategy {
  return { ...x86Remapped, guest: { notifiedCpu, hostMove: "keeps-entry", afterwards: "as-the-host" } };
}
